package mail_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"dateline/jobs/mail"
)

// parsed reads addresses as DATELINE_SMTP has them.
func parsed(t testing.TB, addresses ...string) (list []mail.Relay) {
	t.Helper()
	for _, a := range addresses {
		u, err := url.Parse(a)
		if err != nil {
			t.Fatal(err)
		}
		r, err := mail.ParseRelay(u)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, r)
	}
	return list
}

func senderDNS(t *testing.T, s mail.Sending, mailbox string) mail.SenderDNS {
	t.Helper()
	d, err := s.Of(mailbox)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// told writes records a line each.
func told(records []mail.Record) string {
	var lines []string
	for _, r := range records {
		lines = append(lines, strings.TrimSpace(r.For+" "+r.Name+" "+r.Type+" "+r.Value))
	}
	return strings.Join(lines, "\n")
}

func TestSenderDNS_NamesEveryRecordOfASender(t *testing.T) {
	s := mail.Sending{
		Keys: []mail.PublicKey{
			{Domain: "example.org", Selector: "dateline1", Text: "v=DKIM1; k=rsa; p=AAAA"},
			{Domain: "example.org", Selector: "dateline1-ed25519", Text: "v=DKIM1; k=ed25519; p=BBBB"},
			{Domain: "example.net", Selector: "dateline1", Text: "v=DKIM1; k=rsa; p=CCCC"},
		},
		Relays: parsed(t, "smtp://smtp.example.org:587?bounces=bounces.example.org", "smtp://192.0.2.5"),
	}
	d := senderDNS(t, s, "Press <press!desk@news.Example.org>")
	want := `dkim dateline1._domainkey.example.org TXT v=DKIM1; k=rsa; p=AAAA
dkim dateline1-ed25519._domainkey.example.org TXT v=DKIM1; k=ed25519; p=BBBB
spf news.example.org TXT v=spf1 a:smtp.example.org ip4:192.0.2.5 ~all
dmarc _dmarc.news.example.org TXT v=DMARC1; p=none; rua=mailto:press%21desk@news.example.org
mx news.example.org MX
mx bounces.example.org MX
spf bounces.example.org TXT v=spf1 a:smtp.example.org ~all`
	if got := told(d.Records); got != want {
		t.Errorf("told\n%s\nwant\n%s", got, want)
	}
	if d.Domain != "news.example.org" || d.Signed != "example.org" || !slices.Equal(d.Bounces, []string{"bounces.example.org", "news.example.org"}) {
		t.Errorf("%+v", d)
	}
	if later := d.Records[3].Later; !strings.Contains(later, "p=quarantine; rua=") {
		t.Errorf("later DMARC is %q", later)
	}
}

func TestSenderDNS_WithoutKeysOrRelays_TellsNothingThatItCannotKnow(t *testing.T) {
	d := senderDNS(t, mail.Sending{}, "press@länsstyrelsen.se")
	want := `spf xn--lnsstyrelsen-gcb.se TXT
dmarc _dmarc.xn--lnsstyrelsen-gcb.se TXT v=DMARC1; p=none; rua=mailto:press@xn--lnsstyrelsen-gcb.se
mx xn--lnsstyrelsen-gcb.se MX`
	if got := told(d.Records); got != want || d.Signed != "" {
		t.Errorf("told\n%s\nwant\n%s", got, want)
	}
	if _, err := (mail.Sending{}).Of("nobody"); err == nil {
		t.Error("an address without a domain is taken")
	}
}

func TestSPF_NamesOnlyRelaysThatReceiversCanLookUp(t *testing.T) {
	for address, want := range map[string]string{
		"smtp://SMTP.example.org":       "v=spf1 a:smtp.example.org ~all",
		"smtp://203.0.113.9:25":         "v=spf1 ip4:203.0.113.9 ~all",
		"smtp://[2001:db8::1]":          "v=spf1 ip6:2001:db8::1 ~all",
		"smtp://postfix":                "",
		"smtp://localhost:25?tls=none":  "",
		"smtp://127.0.0.1:25?tls=none":  "",
		"smtp://10.0.0.2":               "",
		"smtp://relay.internal":         "",
		"smtp://smtp.mail-service.test": "v=spf1 a:smtp.mail-service.test ~all",
	} {
		if got := mail.SPF(parsed(t, address)); got != want {
			t.Errorf("%s: %q, want %q", address, got, want)
		}
	}
	if got := mail.SPF(parsed(t, "smtp://smtp.example.org", "smtp://postfix")); got != "" {
		t.Errorf("half of what sends is named: %q", got)
	}
	if got := mail.SPF(parsed(t, "smtp://smtp.example.org:587", "smtps://smtp.example.org")); strings.Count(got, "a:") != 1 {
		t.Errorf("one host is named twice: %q", got)
	}
}

func TestAligned_IsTheSameOrganisation_OrWhenStrictTheSameDomain(t *testing.T) {
	for _, c := range []struct {
		from, domain    string
		relaxed, strict bool
	}{
		{"example.org", "example.org", true, true},
		{"example.org", "bounces.example.org", true, false},
		{"news.example.co.uk", "bounces.example.co.uk", true, false},
		{"one.co.uk", "other.co.uk", false, false},
		{"example.org", "example.net", false, false},
		{"example.org", "", false, false},
	} {
		if r, s := mail.Aligned(c.from, c.domain, false), mail.Aligned(c.from, c.domain, true); r != c.relaxed || s != c.strict {
			t.Errorf("%s and %s: relaxed %v, strict %v", c.from, c.domain, r, s)
		}
	}
}
