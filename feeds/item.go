package feeds

import (
	"slices"
	"strings"
	"time"

	"dateline/releases"
)

// item is one release as every format has it: text fit for XML, addresses absolute.
type item struct {
	ID        string
	Address   string
	Title     string
	Summary   string // plain text
	Content   string // HTML
	Language  string
	Author    author
	Published time.Time
	Updated   time.Time
	Kind      category
	Topics    []category
	Subjects  []category // the IPTC Media Topics of those that have one
	Pictures  []picture
	Canceled  []string // the ids that a notice's release had its pictures under
	Others    []translated
}

// author is the newsroom that a release is from.
type author struct{ Name, Address string }

// category is a topic or a kind. Its scheme tells which, in a way that outlives addresses.
type category struct{ Scheme, Term, Label string }

// mediaTopics is the scheme of the IPTC's Media Topics; a concept's address is one of its parts.
const mediaTopics = "http://cv.iptc.org/newscodes/mediatopic"

// URI names the category as a whole, for formats that have no schemes.
func (c category) URI() string { return c.Scheme + "/" + c.Term }

// categories are what the feed formats have one list of.
func (i item) categories() []category { return append([]category{i.Kind}, i.Topics...) }

// items are the feed's releases in its order. Where several changed in one millisecond, each but the
// last is moved on by nanoseconds: no two entries share an updated time, and a reader that sorts by
// it keeps the order.
func (f Feed) items() []item {
	all := make([]item, len(f.Items))
	seen := make(map[int64]time.Duration)
	for i := len(f.Items) - 1; i >= 0; i-- {
		all[i] = f.item(f.Items[i])
		at := all[i].Updated.UnixMilli()
		all[i].Updated = all[i].Updated.Add(seen[at])
		seen[at]++
	}
	return all
}

func (s Site) item(l releases.Live) item { return s.itemWith(l, s.pictures(l, s.Base+"/files/")) }

// itemWith is the release with pictures at addresses that are not everyone's.
func (s Site) itemWith(l releases.Live, pictures []picture) item {
	i := item{
		ID:        ID(l),
		Address:   s.ReleaseAddress(l),
		Title:     fit(l.Text.Headline),
		Summary:   fit(l.Text.Lede),
		Content:   s.content(l, pictures),
		Language:  l.Text.Language,
		Author:    s.author(l.Newsroom),
		Published: l.LiftAt.UTC(),
		Updated:   l.UpdatedAt.UTC(),
		Kind: category{
			Scheme: tag(l.Newsroom, "kind"),
			Term:   string(l.Text.Kind),
			Label:  KindName(s.Words.In(l.Text.Language), l.Text.Kind, 1),
		},
		Topics:   topics(l),
		Subjects: subjects(l),
		Pictures: pictures,
		Others:   s.others(l),
	}
	if l.Withdrawn != nil {
		return s.notice(i, l.Withdrawn)
	}
	return s.corrected(i, l)
}

func (s Site) author(n releases.Newsroom) author {
	return author{Name: fit(n.Name), Address: s.NewsroomAddress(n)}
}

func topics(l releases.Live) []category {
	var all []category
	for _, slug := range l.Text.Topics {
		all = append(all, category{
			Scheme: tag(l.Newsroom, "topic"),
			Term:   slug,
			Label:  fit(topicName(l.Newsroom, slug)),
		})
	}
	return all
}

// subjects are named as the newsroom does: the IPTC has names in more languages than anyone here.
func subjects(l releases.Live) []category {
	var all []category
	for _, t := range l.Newsroom.Topics {
		if _, code, coded := strings.Cut(t.Code, ":"); coded && slices.Contains(l.Text.Topics, t.Slug) {
			all = append(all, category{Scheme: mediaTopics, Term: code, Label: fit(t.Name)})
		}
	}
	return all
}

// timestamp is RFC 3339 in UTC with milliseconds, and finer where items() told two apart.
func timestamp(t time.Time) string {
	if t.Nanosecond()%int(time.Millisecond) != 0 {
		return t.UTC().Format("2006-01-02T15:04:05.000000000Z07:00")
	}
	return t.UTC().Format("2006-01-02T15:04:05.000Z07:00")
}
