package desk

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"dateline/jobs/mail"
	"dateline/releases/history"
	"dateline/server/auth"
	"dateline/subscribers"

	"golang.org/x/net/html"
)

// hostile tries to be a tag, to end an attribute, a text area or a title, and to be a script's address.
const hostile = `"'></textarea></title><script>alert(1)</script><img src=x onerror=alert(2)>`

// fullOffice has something in every list, and hostile text wherever text can be given.
func fullOffice(t *testing.T) (o *office, pages []string) {
	o = newOffice(t, "http://localhost")
	n := o.newsroom(t, "dalarna", hostile)
	o.newsroom(t, "vaermland")
	if _, err := o.deps.Auth.AddOfficer(t.Context(), history.System, "eva@example.se", hostile, password, auth.Writer); err != nil {
		t.Fatal(err)
	}
	admin := o.officer(t, "anna", auth.Admin)
	typed := url.Values{
		"newsroom": {n.ID}, "kind": {"news"}, "language": {"sv"}, "headline": {hostile}, "lede": {hostile}, "body": {hostile}, "dateline": {hostile},
		"boilerplate": {hostile}, "topics": {n.Topics[0].Slug}, "contacts[0].name": {hostile}, "contacts[0].role": {hostile},
	}
	made := admin.post("/desk/releases", typed)
	if made.status != http.StatusSeeOther {
		t.Fatalf("create: %d\n%s", made.status, shorten(made.body))
	}
	release := made.header.Get("Location")
	scheduled := admin.post("/desk/releases", typed).header.Get("Location")
	admin.schedule(scheduled)
	admin.done(release+"/comments", url.Values{"text": {hostile}})
	typed.Set("version", "1")
	typed.Set("lede", hostile+" And then.")
	admin.done(release, typed)
	admin.done("/desk/settings", url.Values{
		"newsroom": {n.ID}, "newsroom_name": {hostile}, "slug": {n.Slug}, "language": {"sv"}, "zone": {n.Zone}, "email_from": {n.EmailFrom},
		"boilerplate": {hostile}, "topics": {n.Topics[0].Name}, "approvals": {"1"},
	})
	admin.done("/desk/subscribers", url.Values{
		"newsroom": {n.ID}, "email": {"per@example.se"}, "name": {hostile}, "outlet": {hostile}, "language": {"sv"}, "consent": {hostile},
	})
	if a := admin.post("/desk/tokens", url.Values{"name": {hostile}, "role": {"writer"}}); a.status != http.StatusOK {
		t.Fatalf("token: %d", a.status)
	}
	dispatch := o.dispatch(t, n.ID, strings.TrimPrefix(release, "/desk/releases/"))
	mailed := o.capture(t, "From: a@example.se\r\nSubject: "+hostile+"\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<html><head></head><body><p>Hej</p>"+hostile+"</body></html>")
	o.names["dalarna.example."] = []string{"v=spf1 " + hostile, "v=spf1 " + hostile}
	o.names["_dmarc.dalarna.example."] = []string{"v=DMARC1; p=" + hostile}
	own := "?newsroom=" + n.ID
	pages = []string{
		"/desk" + own, release, release + "/versions", release + "/history", scheduled, scheduled + "/passes", "/desk/releases/new" + own, dispatch, "/desk/dispatches" + own, mailed, mailed + "?view=text", "/desk/mailbox" + own,
		"/desk/mailbox?q=" + url.QueryEscape(hostile), "/desk/subscribers" + own, "/desk/subscribers?q=" + url.QueryEscape(hostile), "/desk/settings" + own, "/desk/settings/sender" + own,
		"/desk/newsrooms/new", "/desk/nothing/here", dispatch + "?email=" + url.QueryEscape(hostile),
	}
	return o, pages
}

// dispatch stores one that is under way, with a delivery of every kind: the first is on the wire.
func (o *office) dispatch(t *testing.T, newsroomID, releaseID string) string {
	t.Helper()
	now, states := o.at.UnixMilli(), []string{"queued", "queued", "sent", "deferred", "failed", "excluded", "unknown"}
	insert := func(query string, args ...any) {
		t.Helper()
		if _, err := o.db.ExecContext(t.Context(), query, args...); err != nil {
			t.Fatal(err)
		}
	}
	insert(`INSERT INTO dispatches (id, newsroom_id, release_id, kind, state, version, cursor, audience, created_at, started_at)
		VALUES ('dispatch', $1, $2, 'release', 'sending', 1, '', $3, $4, $4)`, newsroomID, releaseID, len(states), now)
	insert(`INSERT INTO batches (dispatch_id, number, state, lease, free_at, claimed_at, mark, queued, sent, deferred, failed, excluded, unknown, retried)
		VALUES ('dispatch', 0, 'leased', 'worker', $1, $2, 0, 0, 0, 0, 0, 0, 0, 0)`, now+60_000, now)
	for i, state := range states {
		who, err := o.deps.Subscribers.Add(t.Context(), history.System, subscribers.Newsroom{ID: newsroomID, Language: "sv"}, subscribers.Input{
			Email: fmt.Sprintf("p%d@example.se", i), Consent: "asked", Confirmed: true,
		})
		if err != nil {
			t.Fatal(err)
		}
		insert(`INSERT INTO deliveries (dispatch_id, seq, subscriber_id, email, name, language, state, attempts, doubts, losses, code, reason, next_at, updated_at)
			VALUES ('dispatch', $1, $2, $3, $4, 'sv', $5, 1, 1, 0, '550 5.1.1', $4, $6, $6)`, i, who.ID, who.Email, hostile, state, now)
	}
	return "/desk/dispatches/dispatch"
}

// oneMail gives a connection a single message.
type oneMail struct{ left []*mail.Message }

func (m *oneMail) Next(context.Context) (*mail.Message, bool) {
	if len(m.left) == 0 {
		return nil, false
	}
	next := m.left[0]
	m.left = m.left[1:]
	return next, true
}
func (m *oneMail) Mark(*mail.Message) mail.Mark     { return mail.NoMark }
func (m *oneMail) Done(*mail.Message, mail.Outcome) {}

// capture puts a message in the mailbox and gives the address of its page.
func (o *office) capture(t *testing.T, raw string) string {
	t.Helper()
	connection, err := o.deps.Mailbox.Connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	message := &mail.Message{ID: "1", From: "press@dalarna.example", To: "per@example.se", Data: []byte(raw)}
	if err := connection.Run(t.Context(), &oneMail{[]*mail.Message{message}}); err != nil {
		t.Fatal(err)
	}
	mails, _, err := o.deps.Mailbox.List(t.Context(), "", "", 1)
	if err != nil || len(mails) != 1 {
		t.Fatalf("mailbox: %d, %v", len(mails), err)
	}
	return "/desk/mailbox/" + mails[0].ID
}

func TestPages_HTMLInEveryField_IsInert(t *testing.T) {
	o, pages := fullOffice(t)
	admin := o.signedIn(t, "anna@example.se")
	seen := 0
	for _, path := range pages {
		a := admin.get(path)
		seen += strings.Count(a.text(), "<script>alert(1)")
		for _, fault := range foreign(t, a.body) {
			t.Errorf("%s: %s", path, fault)
		}
	}
	if seen < 20 {
		t.Errorf("the hostile text was shown only %d times: the pages were not tested", seen)
	}
}

func TestPages_HTMLInARefusedForm_IsInert(t *testing.T) {
	o, _ := fullOffice(t)
	admin := o.signedIn(t, "anna@example.se")
	everything := url.Values{"version": {"1"}}
	for _, name := range []string{"kind", "language", "headline", "lede", "body", "slug", "topics", "email", "name", "outlet", "consent", "newsroom_name", "email_from", "reply_to", "zone", "role", "date", "time", "which", "contacts[0].email"} {
		everything.Set(name, hostile)
	}
	stranger := o.stranger(t)
	for _, path := range []string{"/desk/releases", "/desk/subscribers", "/desk/settings", "/desk/newsrooms", "/desk/tokens", "/desk/officers/invite"} {
		for name, a := range map[string]answer{"refused": admin.post(path, everything), "signed out": stranger.post(path, everything)} {
			if a.status < 400 || a.status >= 500 {
				t.Errorf("POST %s %s: %d", path, name, a.status)
			}
			for _, fault := range foreign(t, a.body) {
				t.Errorf("POST %s %s: %s", path, name, fault)
			}
		}
	}
}

// foreign finds what no page of ours holds: another script than the desk's, a picture, a handler, an
// address that runs script.
func foreign(t *testing.T, body string) (faults []string) {
	t.Helper()
	root, err := html.Parse(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		if n.Data == "img" || n.Data == "script" && (n.FirstChild != nil || !strings.HasPrefix(attribute(n, "src"), "/static/")) {
			faults = append(faults, "a foreign <"+n.Data+">")
		}
		for _, a := range n.Attr {
			address := a.Key == "href" || a.Key == "src" || a.Key == "action" || a.Key == "formaction"
			if strings.HasPrefix(a.Key, "on") || address && strings.HasPrefix(a.Val, "javascript:") {
				faults = append(faults, fmt.Sprintf("<%s %s=%q>", n.Data, a.Key, a.Val))
			}
		}
	}
	return faults
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func TestPages_SayEverythingInBothLanguages(t *testing.T) {
	o, pages := fullOffice(t)
	pages = append(pages, o.invite(t, auth.Admin), "/desk/sign-in")
	id := regexp.MustCompile(`\b(desk|editorial|mailing|sender|fault|conflict|notice|problem)\.[a-z_]+\b`)
	for _, language := range []string{"en", "sv"} {
		admin := o.signedIn(t, "anna@example.se")
		admin.language = language
		for _, path := range pages {
			a := admin.get(path)
			if !strings.Contains(a.body, `<html lang="`+language+`">`) {
				t.Errorf("%s is not in %s", path, language)
			}
			body := strings.ReplaceAll(strings.ReplaceAll(a.body, "desk.css", ""), "desk.js", "")
			if bare := id.FindString(body); bare != "" {
				t.Errorf("%s in %s says %s", path, language, bare)
			}
			if strings.Contains(a.body, "<no value>") {
				t.Errorf("%s in %s lacks a placeholder", path, language)
			}
		}
	}
}

// Each page has what a screen reader goes by.
func TestPages_HaveOneHeadingAndALabelForEveryField(t *testing.T) {
	o, pages := fullOffice(t)
	admin := o.signedIn(t, "anna@example.se")
	for _, path := range pages {
		root, err := html.Parse(strings.NewReader(admin.get(path).body))
		if err != nil {
			t.Fatal(err)
		}
		headings, ids, labelled := 0, map[string]bool{}, map[string]bool{}
		var fields []*html.Node
		for n := range root.Descendants() {
			if id := attribute(n, "id"); id != "" {
				if ids[id] {
					t.Errorf("%s: two things are called %s", path, id)
				}
				ids[id] = true
			}
			switch n.Data {
			case "h1":
				headings++
			case "label":
				labelled[attribute(n, "for")] = true
			case "input", "select", "textarea":
				if attribute(n, "type") != "hidden" {
					fields = append(fields, n)
				}
			}
		}
		if headings != 1 {
			t.Errorf("%s has %d main headings", path, headings)
		}
		for _, n := range fields {
			if !labelled[attribute(n, "id")] && !insideLabel(n) {
				t.Errorf("%s: no label for %s", path, attribute(n, "name"))
			}
		}
	}
}

func insideLabel(n *html.Node) bool {
	for p := range n.Ancestors() {
		if p.Data == "label" {
			return true
		}
	}
	return false
}
