package mail_test

import (
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"dateline/jobs/mail"
)

func parseRelay(t *testing.T, s string) (mail.Relay, error) {
	t.Helper()
	u, err := url.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return mail.ParseRelay(u)
}

func TestParseRelay_ReadsEveryPart(t *testing.T) {
	for in, want := range map[string]mail.Relay{
		"smtp://smtp.example.se":                                     {Host: "smtp.example.se", Port: 587, TLS: "starttls", Connections: 10},
		"smtps://smtp.example.se/":                                   {Host: "smtp.example.se", Port: 465, TLS: "tls", Connections: 10},
		"smtp://a%40b:p%20w@[::1]:25?tls=none&connections=3&rate=50": {Host: "::1", Port: 25, User: "a@b", Pass: "p w", TLS: "none", Connections: 3, Rate: mail.Rate{Messages: 50, Window: time.Second}},
		"smtp://länsstyrelsen.se?tls=starttls":                       {Host: "xn--lnsstyrelsen-gcb.se", Port: 587, TLS: "starttls", Connections: 10},
		"smtp://x?rate=0&domainrate=30/m&domainconnections=2": {Host: "x", Port: 587, TLS: "starttls", Connections: 10,
			DomainConnections: 2, DomainRate: mail.Rate{Messages: 30, Window: time.Minute}},
		"smtp://x?waits=30s-2h&giveup=6h": {Host: "x", Port: 587, TLS: "starttls", Connections: 10,
			Retry: mail.Retry{Waits: []time.Duration{30 * time.Second, 2 * time.Hour}, GiveUp: 6 * time.Hour}},
		"smtp://x?bounces=Retur.Älvsby.se": {Host: "x", Port: 587, TLS: "starttls", Connections: 10, Bounces: "retur.xn--lvsby-fra.se"},
	} {
		if got, err := parseRelay(t, in); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v, %v", in, got, err)
		}
	}
}

func TestParseRelay_NamesThePartThatIsWrong(t *testing.T) {
	for in, part := range map[string]string{
		"http://x":                      "scheme: ",
		"smtp://":                       "host: ",
		"smtp://x:0":                    "port: ",
		"smtp://x:70000":                "port: ",
		"smtp://user@x":                 "user: ",
		"smtp://:secret@x":              "user: ",
		"smtp://x/path":                 "path: ",
		"smtp://x?connections=0":        "connections: ",
		"smtp://x?connections=many":     "connections: ",
		"smtp://x?rate=-1":              "rate: ",
		"smtp://x?rate=5/y":             "rate: ",
		"smtp://x?domainrate=1.5":       "domainrate: ",
		"smtp://x?domainconnections=-1": "domainconnections: ",
		"smtp://x?tls=maybe":            "tls: ",
		"smtps://x?tls=none":            "tls: ",
		"smtp://x?speed=1":              "speed: ",
		"smtp://x?waits=1m,5m":          "waits: ",
		"smtp://x?waits=0s":             "waits: ",
		"smtp://x?giveup=never":         "giveup: ",
		"smtp://x?bounces=":             "bounces: ",
		"smtp://x?bounces=localhost":    "bounces: ",
		"smtp://x?bounces=a@b.se":       "bounces: ",
		"smtp://x?bounces=b.se>":        "bounces: ",
		"smtp://x?tls=%zz":              "query: ",
		"smtp://user:secret@x?tls=what": "tls: ",
	} {
		if _, err := parseRelay(t, in); err == nil || !strings.HasPrefix(err.Error(), part) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v, want it to begin %q", in, err, part)
		}
	}
}
