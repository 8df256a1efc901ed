package releases

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"znkr.io/diff"
)

// Difference is a field that two texts have differently, paragraph by paragraph.
type Difference struct {
	Field  string // as on the API: "headline", "contacts"
	Blocks []Block
}

// Block is a paragraph, or a run of paragraphs that both texts have and that is left out.
type Block struct {
	Parts   []Part
	Skipped int // how many paragraphs are left out here; Parts is then empty
}

// Part is a piece of a paragraph: in both texts, or only in the former or the latter.
type Part struct {
	Op   Op
	Text string
}

// Op says which of two texts has a part.
type Op string

// The ops.
const (
	Same    Op = "same"
	Removed Op = "removed"
	Added   Op = "added"
)

// field is one field of a text as people read it, a paragraph a line.
type field struct{ name, value string }

func fieldsOf(n Newsroom, t Text) []field {
	var topics, contacts, files []string
	for _, slug := range t.Topics {
		if topic, ok := findTopic(n.Topics, slug); ok {
			slug = topic.Name
		}
		topics = append(topics, slug)
	}
	for _, c := range t.Contacts {
		contacts = append(contacts, joinFilled(c.Name, c.Role, c.Phone, c.Email))
	}
	for _, f := range t.Files {
		files = append(files, joinFilled(fmt.Sprintf("%s (%d B)", f.Name, f.Bytes), f.Alt, f.Caption, f.Credit, f.Rights))
	}
	return []field{
		{"headline", t.Headline}, {"lede", t.Lede}, {"body", t.Body}, {"dateline", t.Dateline}, {"kind", string(t.Kind)},
		{"language", t.Language}, {"topics", strings.Join(topics, "\n")}, {"contacts", strings.Join(contacts, "\n")},
		{"files", strings.Join(files, "\n")}, {"boilerplate", t.Boilerplate},
	}
}

func joinFilled(parts ...string) string {
	var filled []string
	for _, p := range parts {
		if p != "" {
			filled = append(filled, p)
		}
	}
	return strings.Join(filled, ", ")
}

// Compare finds in which fields two texts of a newsroom differ, and how.
func Compare(n Newsroom, former, latter Text) []Difference {
	var list []Difference
	a, b := fieldsOf(n, former), fieldsOf(n, latter)
	for i := range a {
		if a[i].value != b[i].value {
			list = append(list, Difference{Field: a[i].name, Blocks: compareParagraphs(a[i].value, b[i].value)})
		}
	}
	return list
}

// CompareVersions compares two versions of a release.
func (d *Desk) CompareVersions(ctx context.Context, id string, former, latter int) ([]Difference, error) {
	r, err := d.Release(ctx, id)
	if err != nil {
		return nil, err
	}
	a, err := d.Version(ctx, id, former)
	if err != nil {
		return nil, err
	}
	b, err := d.Version(ctx, id, latter)
	if err != nil {
		return nil, err
	}
	return Compare(r.Newsroom, a.Text, b.Text), nil
}

// compareParagraphs pairs the paragraphs that were changed, and compares each pair word by word.
func compareParagraphs(former, latter string) []Block {
	var blocks []Block
	var removed, added []string
	settle := func() {
		blocks = append(blocks, pairParagraphs(removed, added)...)
		removed, added = nil, nil
	}
	for _, e := range diff.Edits(paragraphs(former), paragraphs(latter)) {
		switch e.Op {
		case diff.Match:
			settle()
			blocks = append(blocks, Block{Parts: []Part{{Same, e.X}}})
		case diff.Delete:
			removed = append(removed, e.X)
		case diff.Insert:
			added = append(added, e.Y)
		}
	}
	settle()
	return skipSame(blocks)
}

func paragraphs(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == '\n' })
}

// pairParagraphs compares paragraphs that took each other's place. Two that have little in common are
// shown whole, one after the other: word by word they would be a riddle.
func pairParagraphs(removed, added []string) []Block {
	var blocks []Block
	for len(removed) > 0 && len(added) > 0 {
		if parts, alike := compareWords(removed[0], added[0]); alike {
			blocks = append(blocks, Block{Parts: parts})
			removed, added = removed[1:], added[1:]
			continue
		}
		// One of the two is new, or gone, and the other has its like further on.
		if len(removed) >= len(added) {
			blocks, removed = append(blocks, Block{Parts: []Part{{Removed, removed[0]}}}), removed[1:]
		} else {
			blocks, added = append(blocks, Block{Parts: []Part{{Added, added[0]}}}), added[1:]
		}
	}
	for _, p := range removed {
		blocks = append(blocks, Block{Parts: []Part{{Removed, p}}})
	}
	for _, p := range added {
		blocks = append(blocks, Block{Parts: []Part{{Added, p}}})
	}
	return blocks
}

// compareWords says of two paragraphs what one has of the other, and whether that is a third or more.
func compareWords(former, latter string) (parts []Part, alike bool) {
	var all []Part
	same, total := 0, 0
	for _, e := range diff.Edits(tokens(former), tokens(latter)) {
		switch e.Op {
		case diff.Match:
			all = append(all, Part{Same, e.X})
			if strings.TrimSpace(e.X) != "" {
				same += 2 * len(e.X)
			}
		case diff.Delete:
			all = append(all, Part{Removed, e.X})
		case diff.Insert:
			all = append(all, Part{Added, e.Y})
		}
	}
	for _, word := range append(tokens(former), tokens(latter)...) {
		if strings.TrimSpace(word) != "" {
			total += len(word)
		}
	}
	return gather(all), 3*same >= total
}

var token = regexp.MustCompile(`[\p{L}\p{M}\p{N}]+|\s+|.`)

// tokens are words, spaces, and single signs.
func tokens(s string) []string { return token.FindAllString(s, -1) }

// gather puts neighbouring changes together: what was removed in one piece, then what was added. A
// space alone between two changes is part of both.
func gather(all []Part) []Part {
	var parts []Part
	var removed, added string
	settle := func() {
		if removed != "" {
			parts = append(parts, Part{Removed, removed})
		}
		if added != "" {
			parts = append(parts, Part{Added, added})
		}
		removed, added = "", ""
	}
	for i, p := range all {
		between := p.Op == Same && removed+added != "" && strings.TrimSpace(p.Text) == "" && i+1 < len(all) && all[i+1].Op != Same
		switch {
		case p.Op == Removed || between:
			removed += p.Text
			if between {
				added += p.Text
			}
		case p.Op == Added:
			added += p.Text
		default:
			settle()
			if n := len(parts); n > 0 && parts[n-1].Op == Same {
				parts[n-1].Text += p.Text
			} else {
				parts = append(parts, p)
			}
		}
	}
	settle()
	return parts
}

// skipSame leaves out paragraphs that both texts have, but for one on each side of a change.
func skipSame(blocks []Block) []Block {
	isSame := func(i int) bool {
		return i < 0 || i >= len(blocks) || len(blocks[i].Parts) == 1 && blocks[i].Parts[0].Op == Same
	}
	var kept []Block
	for i, b := range blocks {
		if !isSame(i-1) || !isSame(i) || !isSame(i+1) {
			kept = append(kept, b)
			continue
		}
		if n := len(kept); n == 0 || kept[n-1].Skipped == 0 {
			kept = append(kept, Block{})
		}
		kept[len(kept)-1].Skipped++
	}
	return kept
}
