package mail

import (
	"bytes"
	"fmt"
	"html/template"
	"net/url"
	"strings"
	text "text/template"
	"time"
	"unicode/utf8"

	"dateline/releases"
	"dateline/releases/words"
)

// Release is what a release's mail says, before it is in anyone's language.
type Release struct {
	ID       string
	Newsroom releases.Newsroom
	Text     releases.Text
	LiftAt   time.Time
	Zone     string
	URL      string // of its page
	Dispatch string // id; with the recipient's it makes the Message-ID
	BaseURL  string

	Advance    bool        // mailed before its lift, to the holder of a pass
	Correction *Correction // what the text has been corrected by, when that is why it is mailed
	Withdrawal *Withdrawal // why it is taken back; nothing of the text but its headline is then mailed
}

// Correction is what a correction's mail says first.
type Correction struct {
	Note string
	At   time.Time
}

// Withdrawal is what the mail says that takes a release back.
type Withdrawal struct {
	Reason                      string
	At                          time.Time
	InError                     bool
	Replacement, ReplacementURL string // headline and page of what was published in its place
}

// RenderRelease makes the template for recipients who read speaker's language. date is the Date header.
func RenderRelease(r Release, speaker words.Speaker, date time.Time) (*Template, error) {
	t := newTokens()
	plain, page, err := releaseParts(r, speaker, t)
	if err != nil {
		return nil, fmt.Errorf("render release %s: %w", r.ID, err)
	}
	listID, err := listID(r)
	if err != nil {
		return nil, fmt.Errorf("render release %s: %w", r.ID, err)
	}
	fields := [][2]string{
		{"To", t[placeTo]},
		{"Message-ID", "<" + t[placeMessageID] + ">"},
		{"Feedback-ID", r.Dispatch + ":" + r.Newsroom.Slug + ":" + string(r.Text.Kind) + ":dateline"},
	}
	var without []place
	if r.Advance { // which is to a person, not to a list
		without = []place{placeUnsubscribe}
	} else {
		fields = append(fields, [][2]string{
			{"List-Id", listID},
			{"List-Unsubscribe", "<" + t[placeUnsubscribe] + ">"},
			{"List-Unsubscribe-Post", "List-Unsubscribe=One-Click"}, // RFC 8058 section 3.1
			{"Precedence", "bulk"},
		}...)
	}
	message, err := build(content{
		from:     r.Newsroom.EmailFrom,
		fromName: r.Newsroom.Name,
		replyTo:  r.Newsroom.ReplyTo,
		subject:  subject(r, speaker),
		date:     date,
		language: r.Text.Language,
		fields:   fields,
		text:     plain,
		html:     page,
	})
	if err != nil {
		return nil, fmt.Errorf("render release %s: %w", r.ID, err)
	}
	made, err := newTemplate(message, t, without...)
	if err != nil {
		return nil, fmt.Errorf("render release %s: %w", r.ID, err)
	}
	return made, nil
}

// subject is the headline alone, or says before it what became of the release.
func subject(r Release, say words.Speaker) string {
	switch {
	case r.Advance:
		return say.T("mail.advance_subject", "At", say.Time(r.LiftAt, r.Zone), "Headline", r.Text.Headline)
	case r.Correction != nil:
		return say.T("mail.correction_subject", "Headline", r.Text.Headline)
	case r.Withdrawal == nil:
		return r.Text.Headline
	case r.Withdrawal.InError:
		return say.T("mail.withdrawal_error_subject", "Newsroom", r.Newsroom.Name)
	}
	return say.T("mail.withdrawal_subject", "Headline", r.Text.Headline)
}

// listID names the newsroom's list (RFC 2919) under the host of its pages.
func listID(r Release) (string, error) {
	base, err := url.Parse(r.BaseURL)
	if err != nil || base.Hostname() == "" {
		return "", fmt.Errorf("base address %q has no host", r.BaseURL)
	}
	return phrase(r.Newsroom.Name) + " <" + asciiURL(r.Newsroom.Slug+"."+base.Hostname()) + ">", nil
}

// page is what the templates of a release's mail are given.
type page struct {
	Release
	Subject     string
	Say         words.Speaker
	Continues   bool // the body goes on on the page
	Body, About template.HTML
	AboutIn     string // its language
	PlainBody   string
	PlainAbout  string
	Link        template.URL // the recipient's own
}

// Gmail clips a message's HTML at 102 kB, and with it the unsubscribe link.
const (
	longestHTML  = 90 << 10
	longestAbout = 4 << 10
)

// releaseParts renders both parts. A body too long for a mail ends after a paragraph, in both, and says
// that it goes on on the page.
func releaseParts(r Release, speaker words.Speaker, t tokens) (plain, page string, err error) {
	for limit := len(r.Text.Body); ; limit /= 2 {
		plain, page, err = releasePartsTo(limit, r, speaker, t)
		if err != nil || len(page) <= longestHTML || limit == 0 {
			return plain, page, err
		}
	}
}

func releasePartsTo(limit int, r Release, speaker words.Speaker, t tokens) (plain, html string, err error) {
	about, aboutIn := r.Text.About(r.Newsroom)
	about, _ = cutMarkdown(about, longestAbout)
	body, cut := cutMarkdown(r.Text.Body, limit)
	p := page{
		Release:    r,
		Subject:    subject(r, speaker),
		Say:        speaker,
		Continues:  cut,
		Body:       inlineStyles(releases.HTML(body, r.BaseURL)),
		About:      inlineStyles(releases.HTML(about, r.BaseURL)),
		AboutIn:    aboutIn,
		PlainBody:  strings.TrimSpace(releases.Plain(body)),
		PlainAbout: strings.TrimSpace(releases.Plain(about)),
	}
	name := "release"
	if r.Withdrawal != nil {
		name = "withdrawal"
	}
	p.Link = template.URL(t[placeLinkText])
	if plain, err = executeText(name+".txt", p); err != nil {
		return "", "", err
	}
	p.Link = template.URL(t[placeLinkHTML])
	html, err = executeHTML(name+".html", p)
	return plain, html, err
}

// cutMarkdown shortens a text to limit bytes, between paragraphs where it can.
func cutMarkdown(s string, limit int) (short string, cut bool) {
	if len(s) <= limit {
		return s, false
	}
	if end := strings.LastIndex(s[:limit], "\n\n"); end > 0 {
		return s[:end], true
	}
	for limit > 0 && !utf8.RuneStart(s[limit]) {
		limit--
	}
	return s[:limit], true
}

// inlineStyles writes the styles of a body's elements into them: many mail programs read no others.
// The HTML is that of releases.HTML, in which a "<" can only begin an element.
func inlineStyles(body template.HTML) template.HTML {
	return template.HTML(strings.NewReplacer(
		"<p>", `<p style="margin:0 0 16px">`,
		"<h2>", `<h2 style="margin:24px 0 8px;font:bold 20px/1.3 Georgia,serif">`,
		"<h3>", `<h3 style="margin:24px 0 8px;font:bold 17px/1.3 Georgia,serif">`,
		"<ul>", `<ul style="margin:0 0 16px;padding:0 0 0 24px">`,
		"<ol>", `<ol style="margin:0 0 16px;padding:0 0 0 24px">`,
		"<blockquote>", `<blockquote style="margin:0 0 16px;padding:0 0 0 16px;border-left:3px solid #8a8f98">`,
		"<pre>", `<pre style="margin:0 0 16px;white-space:pre-wrap">`,
	).Replace(string(body)))
}

func executeText(name string, data any) (string, error) {
	t, err := text.ParseFS(templates, "templates/"+name)
	if err != nil {
		return "", err
	}
	var b bytes.Buffer
	err = t.Execute(&b, data)
	return b.String(), err
}

func executeHTML(name string, data any) (string, error) {
	t, err := template.ParseFS(templates, "templates/"+name, "templates/frame.html")
	if err != nil {
		return "", err
	}
	var b bytes.Buffer
	err = t.Execute(&b, data)
	return b.String(), err
}
