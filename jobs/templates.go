package jobs

import (
	"context"
	"fmt"
	"strconv"
	"sync"

	"dateline/jobs/mail"
	"dateline/releases"
)

// templates keeps the messages that were rendered, one for each dispatch, version and language.
type templates struct {
	deps    Deps
	baseURL string

	mu   sync.Mutex
	made map[templateKey]*template
}

// templateLimit bounds what is kept; a message is some tens of kilobytes.
const templateLimit = 64

type templateKey struct {
	dispatch, language string
	version            int
	lift               int64 // which an advance copy states
}

// template is a rendered message and what else its recipients share.
type template struct {
	*mail.Template
	from, domain string                 // of the newsroom's sender
	edition      string                 // which of the dispatch's texts it is
	link         func(recipient) string // theirs alone
}

func newTemplates(deps Deps, baseURL string) *templates {
	return &templates{deps: deps, baseURL: baseURL, made: map[templateKey]*template{}}
}

// get finds a dispatch's message in a recipient's language, rendering it the first time.
func (t *templates) get(ctx context.Context, c *claim, language string) (*template, error) {
	speaker := t.deps.Words.In(language)
	key := templateKey{c.dispatch, speaker.Language, c.version, c.lift}
	t.mu.Lock()
	defer t.mu.Unlock()
	if made := t.made[key]; made != nil {
		return made, nil
	}
	release, err := t.release(ctx, c)
	if err != nil {
		return nil, err
	}
	made := &template{edition: strconv.Itoa(c.version), link: t.unsubscribe}
	if c.kind == OfAdvance {
		made.edition += "-" + strconv.FormatInt(c.lift, 36)
		made.link = t.pass
	}
	if made.from, made.domain, err = mail.Envelope(release.Newsroom.EmailFrom); err != nil {
		return nil, fmt.Errorf("sender of newsroom %s: %w", release.Newsroom.ID, err)
	}
	if made.Template, err = mail.RenderRelease(release, speaker, c.started); err != nil {
		return nil, err
	}
	if len(t.made) >= templateLimit {
		clear(t.made)
	}
	t.made[key] = made
	return made, nil
}

func (t *templates) unsubscribe(r recipient) string {
	return t.baseURL + "/unsubscribe/" + t.deps.Subscribers.UnsubscribeToken(r.subscriber)
}

func (t *templates) pass(r recipient) string {
	return t.baseURL + "/pass/" + t.deps.Passes.Token(r.subscriber, r.pass)
}

// release is what the mail says: the text of the version that is mailed, or what is said of it.
func (t *templates) release(ctx context.Context, c *claim) (mail.Release, error) {
	r, err := t.deps.Desk.Release(ctx, c.release)
	if err != nil {
		return mail.Release{}, fmt.Errorf("release of dispatch %s: %w", c.dispatch, err)
	}
	text, err := t.text(ctx, c)
	if err != nil {
		return mail.Release{}, err
	}
	made := mail.Release{
		ID: r.ID, Newsroom: r.Newsroom, Text: text, LiftAt: r.LiftAt, Zone: r.Zone,
		URL: t.url(r), Dispatch: c.dispatch, BaseURL: t.baseURL,
	}
	switch c.kind {
	case OfCorrection:
		made.Correction, err = t.correction(ctx, c)
	case OfAdvance:
		made.Advance = true
	case OfWithdrawal:
		err = t.withdraw(ctx, &made, r.Withdrawal)
	}
	return made, err
}

func (t *templates) url(r releases.Release) string {
	return t.baseURL + "/" + r.Newsroom.Slug + "/" + r.Slug
}

// correction is what is said of the version that is mailed.
func (t *templates) correction(ctx context.Context, c *claim) (*mail.Correction, error) {
	list, err := t.deps.Desk.Corrections(ctx, c.release)
	if err != nil {
		return nil, err
	}
	for _, one := range list {
		if one.Shown == c.version {
			return &mail.Correction{Note: one.Note, At: one.At}, nil
		}
	}
	return nil, fmt.Errorf("version %d of release %s corrects nothing", c.version, c.release)
}

// withdraw leaves nothing of what was published in error: not even its address, which is made of words
// of the headline.
func (t *templates) withdraw(ctx context.Context, made *mail.Release, w releases.Withdrawal) error {
	made.Withdrawal = &mail.Withdrawal{Reason: w.Reason, At: w.At, InError: w.InError}
	if w.InError {
		made.Text = releases.Text{Kind: made.Text.Kind, Language: made.Text.Language}
		made.URL = t.baseURL + "/r/" + made.ID
	}
	if w.ReplacedBy == "" {
		return nil
	}
	r, err := t.deps.Desk.Release(ctx, w.ReplacedBy)
	made.Withdrawal.Replacement, made.Withdrawal.ReplacementURL = r.Text.Headline, t.url(r)
	return err
}

func (t *templates) text(ctx context.Context, c *claim) (releases.Text, error) {
	versions, err := t.deps.Desk.Versions(ctx, c.release)
	if err != nil {
		return releases.Text{}, err
	}
	for _, v := range versions {
		if v.Number == c.version {
			return v.Text, nil
		}
	}
	return releases.Text{}, fmt.Errorf("release %s has no version %d", c.release, c.version)
}

// message makes one recipient's by appending its text to buf.
func (t *template) message(buf []byte, c *claim, r recipient) *mail.Message {
	return t.Message(buf, mail.Recipient{
		Email: r.email, Name: r.name,
		MessageID: mail.MessageID(c.dispatch, t.edition, r.subscriber, t.domain),
		Link:      t.link(r),
	})
}
