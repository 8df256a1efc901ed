package mail_test

import (
	"context"
	"errors"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"dateline/jobs/mail"
)

// zones answers from a table; "?" is a server that fails. Only absolute names are known.
type zones map[string][]string

func (z zones) LookupTXT(_ context.Context, name string) ([]string, error) {
	values, known := z[name]
	switch {
	case !known:
		return nil, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
	case len(values) == 1 && values[0] == "?":
		return nil, &net.DNSError{Err: "server misbehaving", Name: name, IsTemporary: true}
	}
	return values, nil
}

func (z zones) LookupMX(ctx context.Context, name string) (servers []*net.MX, err error) {
	hosts, err := z.LookupTXT(ctx, "MX "+name)
	for _, host := range hosts {
		servers = append(servers, &net.MX{Host: host, Pref: 10})
	}
	return servers, err
}

func TestCheck_ComparesWhatIsPublished(t *testing.T) {
	dkim := mail.Record{For: mail.ForDKIM, Name: "s._domainkey.example.org", Type: "TXT", Value: "v=DKIM1; k=rsa; p=AAAABBBB"}
	spf := mail.Record{For: mail.ForSPF, Name: "example.org", Type: "TXT", Value: "v=spf1 a:smtp.example.org ~all"}
	dmarc := mail.Record{For: mail.ForDMARC, Name: "_dmarc.news.example.org", Type: "TXT", Value: "v=DMARC1; p=none; rua=mailto:x@example.org"}
	mx := mail.Record{For: mail.ForMX, Name: "example.org", Type: "MX"}
	unknown := spf
	unknown.Value = ""
	for name, c := range map[string]struct {
		record mail.Record
		at     string
		values []string
		want   string
	}{
		"a key":                            {dkim, "s._domainkey.example.org.", []string{"p=AAAA BBBB;v=DKIM1"}, "published"},
		"another key":                      {dkim, "s._domainkey.example.org.", []string{"v=DKIM1; k=rsa; p=CCCC"}, "differs key"},
		"the key as another kind":          {dkim, "s._domainkey.example.org.", []string{"v=DKIM1; k=ed25519; p=AAAABBBB"}, "differs key"},
		"a key that was taken back":        {dkim, "s._domainkey.example.org.", []string{"v=DKIM1; p="}, "differs key"},
		"two keys":                         {dkim, "s._domainkey.example.org.", []string{"p=AAAABBBB", "p=CCCC"}, "differs several"},
		"no key, but a wildcard":           {dkim, "s._domainkey.example.org.", []string{"v=spf1 -all"}, "missing"},
		"SPF":                              {spf, "example.org.", []string{"proof=1", "V=SPF1 include:x.example +A:smtp.example.org -all"}, "published"},
		"SPF of others":                    {spf, "example.org.", []string{"v=spf1 include:x.example -all"}, "differs relay"},
		"SPF twice":                        {spf, "example.org.", []string{"v=spf1 a:smtp.example.org ~all", "v=spf1 -all"}, "differs several"},
		"something like SPF":               {spf, "example.org.", []string{"v=spf10 a:smtp.example.org"}, "missing"},
		"SPF that can't be compared":       {unknown, "example.org.", []string{"v=spf1 include:x.example -all"}, "uncompared"},
		"nothing":                          {spf, "elsewhere.org.", nil, "missing"},
		"no answer":                        {spf, "example.org.", []string{"?"}, "unasked"},
		"DMARC":                            {dmarc, "_dmarc.news.example.org.", []string{"v=DMARC1; p=none; rua=mailto:y@example.net"}, "published"},
		"DMARC that asks for more":         {dmarc, "_dmarc.news.example.org.", []string{"v=DMARC1;p=reject"}, "published beyond"},
		"DMARC of the organisation":        {dmarc, "_dmarc.example.org.", []string{"v=DMARC1; p=quarantine"}, "published beyond _dmarc.example.org"},
		"DMARC without reports":            {dmarc, "_dmarc.news.example.org.", []string{"v=DMARC1; p=none"}, "differs reports"},
		"DMARC that nobody understands":    {dmarc, "_dmarc.news.example.org.", []string{"v=DMARC1; p=maybe"}, "differs policy"},
		"DMARC twice":                      {dmarc, "_dmarc.news.example.org.", []string{"v=DMARC1; p=reject", "v=DMARC1; p=none"}, "differs several"},
		"DMARC's name with something else": {dmarc, "_dmarc.news.example.org.", []string{"hello"}, "missing"},
		"MX":                               {mx, "MX example.org.", []string{"mx.example.org."}, "published"},
		"a null MX":                        {mx, "MX example.org.", []string{"."}, "differs refusing"},
		"no MX":                            {mx, "MX elsewhere.org.", nil, "missing"},
	} {
		f := mail.Check(t.Context(), zones{c.at: c.values}, []mail.Record{c.record})[0]
		got := strings.TrimSpace(f.Standing + " " + f.Why)
		if f.Name != c.record.Name {
			got = strings.TrimSpace(got + " " + f.Name)
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
		if shown := f.Standing != mail.Missing && f.Standing != mail.Unasked; shown != (len(f.Values) > 0) {
			t.Errorf("%s: shows %q", name, f.Values)
		}
	}
}

func TestCheck_ReadsHowStrictDMARCIs(t *testing.T) {
	r := mail.Record{For: mail.ForDMARC, Name: "_dmarc.example.org", Type: "TXT"}
	f := mail.Check(t.Context(), zones{"_dmarc.example.org.": {"v=DMARC1; p=reject; aspf=s; adkim=r"}}, []mail.Record{r})[0]
	if !f.StrictSPF || f.StrictDKIM {
		t.Errorf("%+v", f)
	}
}

// stuck answers one name, and waits for the end of the test with any other, whatever its context says.
type stuck struct {
	zones
	end chan struct{}
}

func (s stuck) LookupTXT(ctx context.Context, name string) ([]string, error) {
	if name == "quick.example." {
		return s.zones.LookupTXT(ctx, name)
	}
	<-s.end
	return nil, errors.New("too late")
}

func TestCheck_WaitsTwoSecondsAndNoLonger_AndKeepsWhatCameInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		resolver := stuck{zones{"quick.example.": {"v=spf1 -all"}}, make(chan struct{})}
		defer close(resolver.end)
		records := []mail.Record{{For: mail.ForSPF, Name: "quick.example", Type: "TXT"}}
		for range 50 {
			records = append(records, mail.Record{For: mail.ForSPF, Name: "slow.example", Type: "TXT"})
		}
		began := time.Now()
		found := mail.Check(t.Context(), resolver, records)
		if took := time.Since(began); took != 2*time.Second {
			t.Errorf("it took %v", took)
		}
		if found[0].Standing != mail.Uncompared || found[1].Standing != mail.Unasked || found[50].Standing != mail.Unasked {
			t.Errorf("%+v", found)
		}
	})
}
