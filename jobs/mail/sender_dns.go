package mail

import (
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// Sending is what of the settings decides what DNS has to say of a sender.
type Sending struct {
	Keys   []PublicKey // that mail is signed with
	Relays []Relay     // none while mail is captured
}

// PublicKey is what DNS has of a DKIM key: the text that stands at <Selector>._domainkey.<Domain>.
type PublicKey struct{ Domain, Selector, Text string }

// What a record is for.
const (
	ForDKIM  = "dkim"
	ForSPF   = "spf"
	ForDMARC = "dmarc"
	ForMX    = "mx"
)

// Record is what DNS should say at a name.
type Record struct {
	For   string
	Name  string // without a dot at its end
	Type  string // TXT or MX
	Value string // "" where only whoever runs the relay can know it
	Later string // of DMARC: what it is to be once its reports show that everything passes
}

// SenderDNS is what follows from a sender's address: what its mail is checked by, and the records that
// receivers look for.
type SenderDNS struct {
	Domain  string   // of From, as A-labels
	Signed  string   // the domain of its signatures (d=); "" when it goes unsigned
	Bounces []string // the domains that bounces of mailings go to. Those of letters go to Domain
	Records []Record
}

// Of says what DNS needs for mail from a mailbox.
func (s Sending) Of(mailbox string) (SenderDNS, error) {
	address, domain, err := Envelope(mailbox)
	if err != nil {
		return SenderDNS{}, err
	}
	d := SenderDNS{Domain: strings.ToLower(domain)}
	var signing []string
	for _, k := range s.Keys {
		signing = append(signing, k.Domain)
	}
	slices.Sort(signing)
	d.Signed = signingDomain(d.Domain, signing)
	for _, k := range s.Keys {
		if k.Domain == d.Signed {
			d.Records = append(d.Records, Record{For: ForDKIM, Name: k.Selector + "._domainkey." + k.Domain, Type: "TXT", Value: k.Text})
		}
	}
	d.Bounces = s.bounces(d.Domain)
	paths := []string{d.Domain}
	for _, domain := range d.Bounces {
		if domain != d.Domain {
			paths = append(paths, domain)
		}
	}
	spf := func(path string) Record {
		return Record{For: ForSPF, Name: path, Type: "TXT", Value: s.spf(path, d.Domain)}
	}
	d.Records = append(d.Records, spf(paths[0]), dmarc(d.Domain, address), Record{For: ForMX, Name: paths[0], Type: "MX"})
	for _, path := range paths[1:] {
		d.Records = append(d.Records, Record{For: ForMX, Name: path, Type: "MX"}, spf(path))
	}
	return d, nil
}

// bounces are the return path's domains of mailings, by whichever relay they go.
func (s Sending) bounces(from string) (domains []string) {
	for _, r := range s.Relays {
		domain := r.Bounces
		if domain == "" {
			domain = from
		}
		if !slices.Contains(domains, domain) {
			domains = append(domains, domain)
		}
	}
	if domains == nil {
		return []string{from}
	}
	return domains
}

// spf is the record of a return path's domain. Letters go by any relay with the sender's own domain, so
// that one names them all.
func (s Sending) spf(path, from string) string {
	var relays []Relay
	for _, r := range s.Relays {
		if path == from || path == r.Bounces {
			relays = append(relays, r)
		}
	}
	return SPF(relays)
}

// SPF is a record that lets relays send (RFC 7208), as far as the host that takes our mail is the one that
// sends it on. "" means that one of them has no name or address that receivers could look up. What is not
// named is doubted, not refused ("~all"): there may be senders of the domain that we know nothing of, and
// forwarded mail is to reach DMARC.
func SPF(relays []Relay) string {
	if len(relays) == 0 {
		return ""
	}
	terms := []string{spfVersion}
	for _, r := range relays {
		term := spfTerm(r.Host)
		if term == "" {
			return ""
		}
		if !slices.Contains(terms, term) {
			terms = append(terms, term)
		}
	}
	return strings.Join(append(terms, "~all"), " ")
}

const spfVersion = "v=spf1"

// spfTerm names a host to receivers, "" where its name means something to us alone.
func spfTerm(host string) string {
	ip, err := netip.ParseAddr(host)
	switch {
	case err == nil && (!ip.IsGlobalUnicast() || ip.IsPrivate()):
		return ""
	case err == nil && ip.Is4():
		return "ip4:" + host
	case err == nil:
		return "ip6:" + host
	}
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	last := host[strings.LastIndexByte(host, '.')+1:]
	if last == host || slices.Contains([]string{"local", "localhost", "internal", "lan"}, last) {
		return ""
	}
	return "a:" + host
}

// dmarc begins with reports only, to the sender's own address: one elsewhere would have to agree in DNS
// (RFC 7489 section 7.1).
func dmarc(domain, reports string) Record {
	text := func(policy string) string {
		local, _, _ := strings.Cut(reports, "@")
		return "v=DMARC1; p=" + policy + "; rua=mailto:" + url.PathEscape(local) + "@" + domain
	}
	return Record{For: ForDMARC, Name: dmarcPrefix + domain, Type: "TXT", Value: text("none"), Later: text("quarantine")}
}

const dmarcPrefix = "_dmarc."

// Aligned says whether a domain proves a From, as DMARC has it (RFC 7489 section 3.1): being the same, or
// unless it is strict one of the same organisation.
func Aligned(from, domain string, strict bool) bool {
	return domain != "" && (from == domain || !strict && organisation(from) == organisation(domain))
}

// signingDomain is the one of those with keys that signs for a From: itself, the nearest above it, or the
// first in the same organisation; "" when there is none.
func signingDomain(from string, domains []string) string {
	for domain := from; domain != ""; _, domain, _ = strings.Cut(domain, ".") {
		if slices.Contains(domains, domain) {
			return domain
		}
	}
	for _, domain := range domains {
		if Aligned(from, domain, false) {
			return domain
		}
	}
	return ""
}

// organisation is the name that somebody registered: a public suffix and one label.
func organisation(domain string) string {
	name, err := publicsuffix.EffectiveTLDPlusOne(domain)
	if err != nil {
		return domain
	}
	return name
}
