package hub

import (
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// maxAddress is how many bytes a callback or topic may have.
const maxAddress = 2048

// callbackHost is the host of a callback; the fault's message when the callback will not do. What a
// name resolves to is not looked at here: the answer to a request must not depend on it.
func (h *Hub) callbackHost(callback string) (host, fault string) {
	u, err := url.Parse(callback)
	if err != nil || len(callback) > maxAddress || (u.Scheme != "http" && u.Scheme != "https") ||
		u.Hostname() == "" || u.User != nil || u.Fragment != "" || strings.ContainsAny(callback, " \t\r\n") {
		return "", "fault.hub_callback"
	}
	host = strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
	if strings.Contains(host, "/") {
		return "", "fault.hub_callback"
	}
	if !h.mayReach(host, u.Port()) {
		return "", "fault.hub_callback_internal"
	}
	return host, ""
}

// mayReach refuses what is known without asking anybody: addresses of no public network, names that
// only a local one has, and ports where other things than the web answer.
func (h *Hub) mayReach(host, port string) bool {
	if h.settings.Internal {
		return true
	}
	if n, err := strconv.Atoi(port); port != "" && (err != nil || n < 1024 && n != 80 && n != 443) {
		return false
	}
	if a, err := netip.ParseAddr(host); err == nil {
		return public(a)
	}
	own, err := url.Parse(h.settings.BaseURL)
	if err == nil && strings.EqualFold(host, own.Hostname()) {
		return false
	}
	if strings.ContainsAny(host[len(host)-1:], "0123456789") && net.ParseIP(host) == nil {
		return false // 127.1, 0x7f.1, 2130706433: ways to write an address that resolvers may take
	}
	return strings.Contains(host, ".") && !strings.HasSuffix(host, ".localhost") && !strings.HasSuffix(host, ".local") && !strings.HasSuffix(host, ".internal")
}

// withQuery appends parameters to the callback's own, which stay as they are (section 5.1.1).
func withQuery(callback, parameters string) (string, error) {
	u, err := url.Parse(callback)
	if err != nil {
		return "", err
	}
	if u.RawQuery != "" {
		parameters = u.RawQuery + "&" + parameters
	}
	u.RawQuery = parameters
	return u.String(), nil
}
