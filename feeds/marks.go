package feeds

import (
	"html"
	"strings"

	"dateline/releases"
)

// notice is the item of a release that was withdrawn: its notice, under the same id. Of one published in
// error not even the address is told, which is made of words of the headline.
func (s Site) notice(i item, w *releases.Withdrawn) item {
	say := s.Words.In(w.Language)
	i.Title = say.T("feeds.withdrawn", "Headline", i.Title)
	if w.InError {
		i.Title, i.Address = say.T("feeds.withdrawn_error"), s.Base+"/r/"+w.ID
	}
	i.Summary = fit(say.T("feeds.withdrawn_at", "At", say.Time(w.At, w.Zone)) + " " + w.Reason)
	var b strings.Builder
	writeMark(&b, say.T("feeds.withdrawn_at", "At", say.Time(w.At, w.Zone)), w.Reason)
	if w.Replacement != nil {
		b.WriteString("<p>" + html.EscapeString(say.T("feeds.withdrawn_replaced")) + " " +
			link(s.ReleaseAddress(*w.Replacement), w.Replacement.Text.Headline) + "</p>\n")
	}
	i.Content = fit(b.String())
	return i
}

// corrected puts before an item how it has been corrected, the newest first.
func (s Site) corrected(i item, l releases.Live) item {
	say := s.Words.In(l.Text.Language)
	var b strings.Builder
	for _, c := range l.Corrections {
		writeMark(&b, say.T("feeds.corrected", "At", say.Time(c.At, l.Zone)), c.Note)
	}
	i.Content = fit(b.String()) + i.Content
	if len(l.Corrections) > 0 {
		newest := l.Corrections[0]
		i.Summary = fit(strings.TrimSpace(say.T("feeds.corrected", "At", say.Time(newest.At, l.Zone)) + " " + newest.Note + "\n\n" + i.Summary))
	}
	return i
}

// writeMark writes what became of a release, and why in a person's own words.
func writeMark(b *strings.Builder, what, why string) {
	why = strings.ReplaceAll(html.EscapeString(why), "\n", "<br>\n")
	b.WriteString("<p><strong>" + html.EscapeString(what) + "</strong> " + why + "</p>\n")
}
