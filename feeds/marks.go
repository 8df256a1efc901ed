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
	for _, picture := range w.Pictures {
		i.Canceled = append(i.Canceled, pictureID(i.ID, picture))
	}
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
	if notes := s.corrections(l); len(notes) > 0 {
		i.Summary = strings.TrimSpace(notes[0] + "\n\n" + i.Summary)
	}
	return i
}

// corrections are how a release has been corrected, as plain text, the newest first.
func (s Site) corrections(l releases.Live) []string {
	say := s.Words.In(l.Text.Language)
	var notes []string
	for _, c := range l.Corrections {
		notes = append(notes, fit(say.T("feeds.corrected", "At", say.Time(c.At, l.Zone))+" "+c.Note))
	}
	return notes
}

// edNote tells editors what became of a release that they may have taken: that it was withdrawn, or how it has
// been corrected. Empty for one that stands as it was published.
func (s Site) edNote(l releases.Live, i item) string {
	if l.Withdrawn != nil {
		return i.Summary
	}
	return strings.Join(s.corrections(l), "\n\n")
}

// writeMark writes what became of a release, and why in a person's own words.
func writeMark(b *strings.Builder, what, why string) {
	why = strings.ReplaceAll(html.EscapeString(why), "\n", "<br>\n")
	b.WriteString("<p><strong>" + html.EscapeString(what) + "</strong> " + why + "</p>\n")
}
