package mail

import (
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"

	"golang.org/x/net/idna"
)

// Relay is an SMTP server that takes our mail: smtp://user:pass@host:587?connections=10&rate=0&tls=starttls|none
// or smtps://.
type Relay struct {
	Host        string
	Port        int
	User, Pass  string
	TLS         string // "starttls" (required), "tls" (smtps) or "none"
	Connections int    // at most this many at once; 10
	Rate        Rate   // for all workers together

	DomainConnections int  // at most this many at once for each recipient domain; 0 is no limit
	DomainRate        Rate // for each recipient domain, all workers together

	Retry Retry

	Bounces string // the domain of return paths, one for each delivery; "" leaves them the sender's address
}

// Address is where it listens: "smtp.example.se:587".
func (r Relay) Address() string { return net.JoinHostPort(r.Host, strconv.Itoa(r.Port)) }

// ParseRelay reads a relay's address; the error says what is wrong with which part, and never tells
// the password.
func ParseRelay(u *url.URL) (Relay, error) {
	r := Relay{Connections: 10}
	switch u.Scheme {
	case "smtp":
		r.TLS, r.Port = "starttls", 587
	case "smtps":
		r.TLS, r.Port = "tls", 465
	default:
		return Relay{}, fmt.Errorf("scheme: %q is neither smtp nor smtps", u.Scheme)
	}
	if err := r.parseHost(u); err != nil {
		return Relay{}, err
	}
	if u.User != nil {
		r.User = u.User.Username()
		r.Pass, _ = u.User.Password()
		if r.User == "" || r.Pass == "" {
			return Relay{}, fmt.Errorf("user: a user and a password are needed, or neither")
		}
	}
	if u.Path != "" && u.Path != "/" {
		return Relay{}, fmt.Errorf("path: %q has no meaning here", u.Path)
	}
	return r, r.parseQuery(u)
}

func (r *Relay) parseHost(u *url.URL) error {
	host := u.Hostname()
	if !isASCII(host) {
		ascii, err := idna.Lookup.ToASCII(host)
		if err != nil {
			return fmt.Errorf("host: %w", err)
		}
		host = ascii
	}
	if host == "" || strings.ContainsAny(host, " \t\r\n") {
		return fmt.Errorf("host: %q is no host name", host)
	}
	r.Host = host
	if port := u.Port(); port != "" {
		n, err := strconv.Atoi(port)
		if err != nil || n < 1 || n > 65535 {
			return fmt.Errorf("port: %q is not from 1 to 65535", port)
		}
		r.Port = n
	}
	return nil
}

func (r *Relay) parseQuery(u *url.URL) error {
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return fmt.Errorf("query: %w", err)
	}
	for name, values := range query {
		value := values[len(values)-1]
		switch name {
		case "connections":
			r.Connections, err = number(value, 1, 500)
		case "rate":
			r.Rate, err = parseRate(value)
		case "domainconnections":
			r.DomainConnections, err = number(value, 0, 500)
		case "domainrate":
			r.DomainRate, err = parseRate(value)
		case "tls":
			err = r.parseTLS(value)
		case "waits":
			r.Retry.Waits, err = parseWaits(value)
		case "giveup":
			r.Retry.GiveUp, err = parseGiveUp(value)
		case "bounces":
			r.Bounces, err = parseDomain(value)
		default:
			err = fmt.Errorf("is not one of connections, rate, domainconnections, domainrate, tls, waits, giveup and bounces")
		}
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

func (r *Relay) parseTLS(value string) error {
	switch {
	case r.TLS == "tls":
		return fmt.Errorf("smtps is always encrypted; leave it out")
	case value != "starttls" && value != "none":
		return fmt.Errorf("%q is neither starttls nor none", value)
	}
	r.TLS = value
	return nil
}

// parseDomain reads a mail domain and gives it as A-labels.
func parseDomain(value string) (string, error) {
	domain, err := idna.Lookup.ToASCII(value)
	if err != nil || !strings.Contains(domain, ".") || len(domain) > 253 {
		return "", fmt.Errorf("%q is no mail domain, such as bounces.example.org", value)
	}
	return domain, nil
}

func number(s string, least, most int) (int, error) {
	n, err := strconv.Atoi(s)
	if err != nil || n < least || n > most {
		return 0, fmt.Errorf("%q is not a number from %d to %d", s, least, most)
	}
	return n, nil
}
