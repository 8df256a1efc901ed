package releases_test

import (
	"strings"
	"testing"

	"dateline/releases"
)

// marked writes a difference as a person would: [-taken out-] and {+put in+}.
func marked(d releases.Difference) string {
	var lines []string
	for _, b := range d.Blocks {
		line := strings.Repeat("…", b.Skipped)
		for _, p := range b.Parts {
			switch p.Op {
			case releases.Removed:
				line += "[-" + p.Text + "-]"
			case releases.Added:
				line += "{+" + p.Text + "+}"
			default:
				line += p.Text
			}
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

func TestCompare_ShowsWordsAndParagraphsAsAPersonWould(t *testing.T) {
	for name, test := range map[string]struct{ former, latter, want string }{
		"one word":          {"Vägen stängs i mai.", "Vägen stängs i maj.", "Vägen stängs i [-mai-]{+maj+}."},
		"words in a row":    {"Den nya bron öppnar i juni.", "Den nya bron stänger redan juli.", "Den nya bron [-öppnar i juni-]{+stänger redan juli+}."},
		"a number":          {"Det kostar 1 200 000 kronor.", "Det kostar 12 000 000 kronor.", "Det kostar [-1 200-]{+12 000+} 000 kronor."},
		"a new paragraph":   {"Ett.\n\nTvå.", "Ett.\n\nMellan.\n\nTvå.", "Ett.\n{+Mellan.+}\nTvå."},
		"far from a change": {"a\n\nb\n\nc\n\nd\n\ne\n\nf", "a\n\nb\n\nc\n\nd\n\ne\n\nF x", "……\u2026\u2026\ne\n[-f-]\n{+F x+}"},
		"nothing alike":     {"Kommunen bygger en skola.", "Priset delas ut på fredag.", "[-Kommunen bygger en skola.-]\n{+Priset delas ut på fredag.+}"},
	} {
		got := releases.Compare(releases.Newsroom{}, releases.Text{Body: test.former}, releases.Text{Body: test.latter})
		if len(got) != 1 || got[0].Field != "body" || marked(got[0]) != test.want {
			t.Errorf("%s:\n%s\nwant:\n%s", name, marked(got[0]), test.want)
		}
	}
}

func TestCompare_NamesEveryFieldThatDiffers(t *testing.T) {
	n := releases.Newsroom{Topics: []releases.Topic{{Slug: "natur", Name: "Natur"}, {Slug: "vagar", Name: "Vägar"}}}
	former := releases.Text{Headline: "En", Topics: []string{"natur"}, Contacts: []releases.Contact{{Name: "Åsa", Phone: "010"}}}
	latter := releases.Text{Headline: "En", Topics: []string{"natur", "vagar"}, Contacts: []releases.Contact{{Name: "Åsa", Phone: "011"}}}
	got := releases.Compare(n, former, latter)
	if len(got) != 2 || got[0].Field != "topics" || marked(got[0]) != "Natur\n{+Vägar+}" || got[1].Field != "contacts" || marked(got[1]) != "Åsa, [-010-]{+011+}" {
		t.Errorf("got %+v", got)
	}
	if same := releases.Compare(n, former, former); same != nil {
		t.Errorf("a text differs from itself: %+v", same)
	}
}

func FuzzCompare(f *testing.F) {
	f.Add("Ett två tre\n\nfyra", "Ett tre\n\nfem")
	f.Add("", "x")
	f.Fuzz(func(t *testing.T, former, latter string) {
		for _, d := range releases.Compare(releases.Newsroom{}, releases.Text{Headline: former}, releases.Text{Headline: latter}) {
			var a, b []string
			for _, block := range d.Blocks {
				if block.Skipped > 0 {
					return
				}
				var one, other string
				for _, p := range block.Parts {
					if p.Op != releases.Added {
						one += p.Text
					}
					if p.Op != releases.Removed {
						other += p.Text
					}
				}
				a, b = append(a, one), append(b, other)
			}
			if whole(a) != whole([]string{former}) || whole(b) != whole([]string{latter}) {
				t.Fatalf("%q and %q became %q and %q", former, latter, a, b)
			}
		}
	})
}

// whole is a text without its paragraphs' limits.
func whole(paragraphs []string) string {
	return strings.ReplaceAll(strings.Join(paragraphs, ""), "\n", "")
}
