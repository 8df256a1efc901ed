package desk

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"dateline/jobs/mail"
	"dateline/releases"
	"dateline/server/auth"
)

// names is all of DNS, by absolute name: texts, and after "MX " mail servers. "?" fails.
type names map[string][]string

func (n names) LookupTXT(_ context.Context, name string) ([]string, error) {
	values := n[name]
	if len(values) == 0 || values[0] == "?" {
		return nil, &net.DNSError{Name: name, IsNotFound: len(values) == 0}
	}
	return values, nil
}

func (n names) LookupMX(ctx context.Context, name string) (servers []*net.MX, err error) {
	hosts, err := n.LookupTXT(ctx, "MX "+name)
	for _, host := range hosts {
		servers = append(servers, &net.MX{Host: host, Pref: 10})
	}
	return servers, err
}

// records are the page's, by title, each the text between its tags.
func (a answer) records(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, article := range strings.Split(a.body, `<article class="record">`)[1:] {
		article, _, _ = strings.Cut(article, "</article>")
		text := answer{body: regexp.MustCompile(`\s*<[^>]*>\s*`).ReplaceAllString(article, "|")}.text()
		title, rest, _ := strings.Cut(strings.Trim(text, "|"), "|")
		all[title] = regexp.MustCompile(`\|+`).ReplaceAllString("|"+rest+"|", "|")
	}
	return all
}

// mailing has an office send by a relay with return paths of its own, signed.
func (o *office) mailing(t *testing.T, relay string) {
	t.Helper()
	u, err := url.Parse(relay)
	if err != nil {
		t.Fatal(err)
	}
	r, err := mail.ParseRelay(u)
	if err != nil {
		t.Fatal(err)
	}
	o.sending = mail.Sending{Relays: []mail.Relay{r}, Keys: []mail.PublicKey{
		{Domain: "dalarna.example", Selector: "dateline1", Text: "v=DKIM1; k=rsa; p=AAAA"},
		{Domain: "dalarna.example", Selector: "dateline1-ed25519", Text: "v=DKIM1; k=ed25519; p=BBBB"},
	}}
}

// sends has a newsroom send from an address.
func (p *person) sends(n releases.Newsroom, from string) {
	p.t.Helper()
	p.done("/desk/settings", url.Values{
		"newsroom": {n.ID}, "newsroom_name": {n.Name}, "slug": {n.Slug}, "language": {"sv"}, "zone": {n.Zone}, "email_from": {from}, "approvals": {"1"},
	})
}

func TestSender_ShowsWhatShouldBePublishedBesideWhatIs(t *testing.T) {
	o := newOffice(t, "http://localhost")
	o.newsroom(t, "dalarna")
	admin := o.officer(t, "anna", auth.Admin)
	o.mailing(t, "smtp://user:hunter2@smtp.relay.example:587?bounces=bounces.dalarna.example")
	for name, values := range map[string][]string{
		"dateline1._domainkey.dalarna.example.":         {"v=DKIM1; k=rsa; p=AAAA"},
		"dateline1-ed25519._domainkey.dalarna.example.": {"v=DKIM1; k=ed25519; p=CCCC"},
		"dalarna.example.":                              {"v=spf1 include:other.example -all"},
		"_dmarc.dalarna.example.":                       {"?"},
		"MX dalarna.example.":                           {"mx.dalarna.example."},
		"MX bounces.dalarna.example.":                   {"."},
	} {
		o.names[name] = values
	}
	admin.get("/desk/settings").says(t, `href="/desk/settings/sender"`)
	page := admin.get("/desk/settings/sender")
	records := page.records(t)
	for title, want := range map[string][]string{
		"DKIM, RSA":                    {"|Published|", "|dateline1._domainkey.dalarna.example|", "|TXT|", "|v=DKIM1; k=rsa; p=AAAA|", "|RFC 6376, section 3.6.1|"},
		"DKIM, Ed25519":                {"|Differs|", "signatures fail", "|v=DKIM1; k=ed25519; p=BBBB|", "|v=DKIM1; k=ed25519; p=CCCC|", "|RFC 8463, section 4|"},
		"SPF":                          {"|Differs|", "smtp.relay.example", "|v=spf1 a:smtp.relay.example ~all|", "|v=spf1 include:other.example -all|", "|RFC 7208, section 2.4|"},
		"DMARC":                        {"|Could not be asked|", "|_dmarc.dalarna.example|", "|v=DMARC1; p=none; rua=mailto:press@dalarna.example|", "|v=DMARC1; p=quarantine; rua=mailto:press@dalarna.example|", "|RFC 7489, section 6.3|"},
		"MX":                           {"|Published|", "|dalarna.example|", "|mx.dalarna.example.|", "|RFC 5321, section 5.1|"},
		"MX, bounces.dalarna.example":  {"|Differs|", "null MX", "|bounces.dalarna.example|"},
		"SPF, bounces.dalarna.example": {"|Not found|", "|v=spf1 a:smtp.relay.example ~all|"},
	} {
		for _, part := range want {
			if !strings.Contains(records[title], part) {
				t.Errorf("%s lacks %q:\n%s", title, part, records[title])
			}
		}
	}
	if len(records) != 7 {
		t.Errorf("%d records", len(records))
	}
	page.says(t, "DMARC can pass by the signature and by the return path", "RFC 7489, section 3.1", "Pressrummet dalarna")
	if strings.Contains(page.body, "hunter2") {
		t.Error("the relay's password is shown")
	}
}

func TestSender_TellsWhetherDMARCCanPass(t *testing.T) {
	for name, c := range map[string]struct{ relay, key, dmarc, want string }{
		"both":                                {"smtp://smtp.relay.example", "dalarna.example", "", "by the signature and by the return path"},
		"a return path of others":             {"smtp://smtp.relay.example?bounces=bounces.relay.example", "dalarna.example", "", "by the signature alone"},
		"a return path below, asked for none": {"smtp://smtp.relay.example?bounces=b.dalarna.example", "dalarna.example", "v=DMARC1; p=reject; aspf=s", "by the signature alone"},
		"unsigned":                            {"smtp://smtp.relay.example", "elsewhere.example", "", "by the return path alone"},
		"neither":                             {"smtp://smtp.relay.example?bounces=bounces.relay.example", "elsewhere.example", "", "DMARC can't pass"},
	} {
		o := newOffice(t, "http://localhost")
		o.newsroom(t, "dalarna")
		o.mailing(t, c.relay)
		o.sending.Keys = []mail.PublicKey{{Domain: c.key, Selector: "dateline1", Text: "v=DKIM1; k=rsa; p=AAAA"}}
		if c.dmarc != "" {
			o.names["_dmarc.dalarna.example."] = []string{c.dmarc}
		}
		page := o.officer(t, "anna", auth.Admin).get("/desk/settings/sender")
		if !strings.Contains(page.text(), c.want) {
			t.Errorf("%s:\n%s", name, shorten(page.body))
		}
		if unsigned := strings.Contains(page.text(), "dateline dkim --domain dalarna.example"); unsigned != (c.key == "elsewhere.example") {
			t.Errorf("%s: told to make a key: %v", name, unsigned)
		}
	}
}

func TestSender_WithoutARelay_OrWithOneThatNobodyCanLookUp_SaysSo(t *testing.T) {
	o := newOffice(t, "http://localhost")
	o.newsroom(t, "dalarna")
	admin := o.officer(t, "anna", auth.Admin)
	page := admin.get("/desk/settings/sender")
	page.says(t, "no mail server yet")
	if spf := page.records(t)["SPF"]; !strings.Contains(spf, "can't know") || strings.Contains(spf, "v=spf1") {
		t.Errorf("captured: %s", spf)
	}
	o.mailing(t, "smtp://postfix:25?tls=none")
	o.names["dalarna.example."] = []string{"v=spf1 mx -all"}
	page = admin.get("/desk/settings/sender")
	if spf := page.records(t)["SPF"]; !strings.Contains(spf, "|There is one|") || !strings.Contains(spf, "hands its mail to postfix") || !strings.Contains(spf, "|v=spf1 mx -all|") {
		t.Errorf("a local name: %s", spf)
	}
	if strings.Contains(page.text(), "no mail server yet") {
		t.Error("mail is said to be captured")
	}
}

func TestSender_OfADomainWithOtherLetters_IsShownAsPeopleWriteItAndPublishedAsDNSHasIt(t *testing.T) {
	o := newOffice(t, "http://localhost")
	n := o.newsroom(t, "vastmanland")
	admin := o.officer(t, "anna", auth.Admin)
	admin.sends(n, "press@västmanland.example")
	o.names["_dmarc.xn--vstmanland-q5a.example."] = []string{"v=DMARC1; p=reject"}
	page := admin.get("/desk/settings/sender")
	page.says(t, "<h2>västmanland.example</h2>")
	if dmarc := page.records(t)["DMARC"]; !strings.Contains(dmarc, "|_dmarc.xn--vstmanland-q5a.example|") || !strings.Contains(dmarc, "asks for more than") {
		t.Errorf("%s", dmarc)
	}
}

func TestSender_NamesADomainOnce_AndOnlyToAdmins(t *testing.T) {
	o := newOffice(t, "http://localhost")
	first, second := o.newsroom(t, "dalarna"), o.newsroom(t, "vaermland")
	admin := o.officer(t, "anna", auth.Admin)
	admin.sends(second, "annan@"+strings.TrimPrefix(first.EmailFrom, "press@"))
	page := admin.get("/desk/settings/sender")
	if n := strings.Count(page.body, "<h2>dalarna.example</h2>"); n != 1 || len(page.records(t)) != 3 {
		t.Errorf("the domain is there %d times:\n%s", n, shorten(page.body))
	}
	page.says(t, first.Name+", "+second.Name, "rua=mailto:"+first.EmailFrom)
	if a := o.officer(t, "olle", auth.Approver).get("/desk/settings/sender"); a.status != http.StatusForbidden {
		t.Errorf("an approver: %d", a.status)
	}
}
