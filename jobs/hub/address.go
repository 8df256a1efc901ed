package hub

import (
	"errors"
	"fmt"
	"net/netip"
	"syscall"
)

// errInternal is a callback that leads into a network which strangers can't reach.
var errInternal = errors.New("the address is not on the public Internet")

// refuseInternal is asked by the dialer for each address that it is about to connect to, after names
// are resolved: what a name meant when it was checked before says nothing of now.
func refuseInternal(_, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("%w: %s", errInternal, address)
	}
	if !public(at.Addr()) {
		return fmt.Errorf("%w: %s", errInternal, at.Addr())
	}
	return nil
}

// special are networks that are not the public Internet (IANA's special-purpose registries), beside
// those that netip tells.
func special() []netip.Prefix {
	var list []netip.Prefix
	for _, network := range []string{
		"0.0.0.0/8",       // this network
		"100.64.0.0/10",   // carrier-grade NAT
		"192.0.0.0/24",    // protocol assignments
		"192.0.2.0/24",    // documentation
		"192.88.99.0/24",  // 6to4 relays
		"198.18.0.0/15",   // benchmarks
		"198.51.100.0/24", // documentation
		"203.0.113.0/24",  // documentation
		"240.0.0.0/4",     // reserved, and broadcast
		"::/96",           // IPv4-compatible
		"64:ff9b:1::/48",  // NAT64 of one's own
		"100::/64",        // discarded
		"2001::/23",       // protocol assignments, Teredo among them
		"2001:db8::/32",   // documentation
		"3fff::/20",       // documentation
		"5f00::/16",       // segment routing
		"fec0::/10",       // site-local
	} {
		list = append(list, netip.MustParsePrefix(network))
	}
	return list
}

// public says whether an address is on the public Internet. One that carries an IPv4 address is as
// that one is.
func public(a netip.Addr) bool {
	a = a.Unmap()
	if a.Zone() != "" {
		return false
	}
	if within, ok := carried(a); ok {
		return public(within)
	}
	if !a.IsGlobalUnicast() || a.IsPrivate() { // the first leaves loopback, link-local, multicast and 0.0.0.0 out
		return false
	}
	for _, network := range special() {
		if network.Contains(a) {
			return false
		}
	}
	return true
}

// carried is the IPv4 address in one of NAT64 (RFC 6052) or 6to4 (RFC 3056).
func carried(a netip.Addr) (netip.Addr, bool) {
	if a.Is4() {
		return netip.Addr{}, false
	}
	b := a.As16()
	switch {
	case netip.MustParsePrefix("64:ff9b::/96").Contains(a):
		return netip.AddrFrom4([4]byte(b[12:16])), true
	case netip.MustParsePrefix("2002::/16").Contains(a):
		return netip.AddrFrom4([4]byte(b[2:6])), true
	}
	return netip.Addr{}, false
}
