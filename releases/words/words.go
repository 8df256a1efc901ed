// Package words is every text that a person sees, in Swedish and English, and dates and numbers as
// each language writes them. Code names a message by its id; the texts are in catalogues/, one folder
// a language and one file an area of the product, so that an id begins with its file's name:
// "desk.sign_in" is in desk.sv.json and desk.en.json.
package words

import "time"

// Words holds the catalogues.
type Words struct{}

// Load reads the embedded catalogues. It fails when one is broken or lacks a message that another has.
func Load() (*Words, error) { panic("unwritten") }

// Languages are the BCP 47 tags that have a catalogue: "en", "sv".
func (w *Words) Languages() []string { panic("unwritten") }

// In speaks the given language, or the nearest one that there is, English at the last.
func (w *Words) In(language string) Speaker { panic("unwritten") }

// Speaker says things in one language.
type Speaker struct{ Language string }

// T is the text of a message; args are key, value pairs for its placeholders. A "Count" chooses
// between one and many. A missing message comes back as its id, and a test makes sure there is none.
func (s Speaker) T(id string, args ...any) string { panic("unwritten") }

// TMap is T with the placeholders in a map, as faults and conflicts carry them.
func (s Speaker) TMap(id string, args map[string]any) string { panic("unwritten") }

// Time writes an instant in a zone, for a line on a page: "18 okt. 2016 06:00 CEST".
func (s Speaker) Time(t time.Time, zone string) string { panic("unwritten") }

// LongTime writes it with its weekday: "tisdag 18 oktober 2016 06:00 CEST".
func (s Speaker) LongTime(t time.Time, zone string) string { panic("unwritten") }

// Date writes the day alone: "18 oktober 2016". Month writes "oktober 2016".
func (s Speaker) Date(t time.Time, zone string) string { panic("unwritten") }

// Month writes a month and year, for headings: "oktober 2016".
func (s Speaker) Month(t time.Time, zone string) string { panic("unwritten") }

// Number groups digits: "4 812" in Swedish, "4,812" in English.
func (s Speaker) Number(n int) string { panic("unwritten") }

// Duration writes a span in its two largest units: "14 tim 3 min".
func (s Speaker) Duration(d time.Duration) string { panic("unwritten") }
