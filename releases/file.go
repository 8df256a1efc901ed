package releases

import (
	"cmp"
	"net/url"
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"dateline/releases/input"
)

// File is a document or picture of a release, as one version has it. Its bytes never change: what
// replaces it is another file. Which bytes they are, its hash says, which the version's hash covers.
type File struct {
	ID      string `json:"id"`  // 130 random bits, in its address and in the store
	Key     string `json:"key"` // what its bytes are sealed with: sealed with the text, told to nobody
	Name    string `json:"name"`
	Type    string `json:"type"` // media type, by content
	Bytes   int64  `json:"bytes"`
	Hash    string `json:"hash"` // SHA-256 of the content
	Width   int    `json:"width,omitempty"`
	Height  int    `json:"height,omitempty"` // of a picture, in pixels; 0 when it can't be told
	Alt     string `json:"alt"`              // what a picture shows, for those who don't see it
	Caption string `json:"caption"`
	Credit  string `json:"credit"` // photographer
	Rights  string `json:"rights"` // what may be done with it
}

// pictures are the types that every browser shows.
var pictures = []string{"image/jpeg", "image/png", "image/gif", "image/webp", "image/avif"}

// Picture says whether it is a picture that a page can show.
func (f File) Picture() bool { return slices.Contains(pictures, f.Type) }

// Format names the type in a word that people know: "PDF", "Word", "JPEG".
func (f File) Format() string {
	const office = "application/vnd.openxmlformats-officedocument."
	switch mediaType, _, _ := strings.Cut(f.Type, ";"); mediaType {
	case "application/pdf":
		return "PDF"
	case "image/jpeg":
		return "JPEG"
	case "image/svg+xml":
		return "SVG"
	case office + "wordprocessingml.document":
		return "Word"
	case office + "spreadsheetml.sheet":
		return "Excel"
	case office + "presentationml.presentation":
		return "PowerPoint"
	case "application/octet-stream", "text/plain":
		return strings.ToUpper(strings.TrimPrefix(path.Ext(f.Name), "."))
	default:
		_, word, _ := strings.Cut(mediaType, "/")
		return strings.ToUpper(word)
	}
}

// Path is its public address, once its release is live.
func (f File) Path() string { return "/files/" + f.Place() }

// Place is the part of its addresses that names it: the id and, for people, the name.
func (f File) Place() string { return f.ID + "/" + url.PathEscape(f.Name) }

// FileText is what a person gives of a file beside its bytes.
type FileText struct{ Name, Alt, Caption, Credit, Rights string }

// or takes over what is said of another file where nothing is said of this.
func (t FileText) or(f File) FileText {
	t.Alt, t.Caption = cmp.Or(t.Alt, f.Alt), cmp.Or(t.Caption, f.Caption)
	t.Credit, t.Rights = cmp.Or(t.Credit, f.Credit), cmp.Or(t.Rights, f.Rights)
	return t
}

// Pictures are the files that a page can show, in order.
func (t Text) Pictures() []File { return t.filesThat(File.Picture) }

// Documents are all others.
func (t Text) Documents() []File { return t.filesThat(func(f File) bool { return !f.Picture() }) }

func (t Text) filesThat(fits func(File) bool) []File {
	var list []File
	for _, f := range t.Files {
		if fits(f) {
			list = append(list, f)
		}
	}
	return list
}

// File finds one of the text's files.
func (t Text) File(id string) (File, bool) {
	if at, ok := t.file(id); ok {
		return t.Files[at], true
	}
	return File{}, false
}

func (t Text) file(id string) (at int, ok bool) {
	at = slices.IndexFunc(t.Files, func(f File) bool { return f.ID == id })
	return at, at >= 0
}

// describe puts what a person gives into a file.
func (f File) describe(in FileText) (File, error) {
	var c check
	f.Name = fileName(in.Name)
	f.Alt = c.line("alt", in.Alt, 1_000)
	f.Caption = c.line("caption", in.Caption, 2_000)
	f.Credit = c.line("credit", in.Credit, 300)
	f.Rights = c.line("rights", in.Rights, 1_000)
	if c.faults.Readable("file", in.Name) && f.Name == "" {
		c.faults.Add("file", "fault.file_name")
	}
	if f.Bytes == 0 {
		c.faults.Add("file", "fault.file_empty")
	}
	return f, c.faults.Err()
}

// fileName is the last part of what a browser or program calls a file, shortened in front of its
// extension.
func fileName(given string) string {
	const limit = 120
	name, _ := input.Clean(given)
	name = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Bidi_Control, r) { // which could show "exe.jpg" for "gpj.exe"
			return -1
		}
		return r
	}, name)
	name = strings.Trim(name[strings.LastIndexAny(name, `/\`)+1:], " .")
	if utf8.RuneCountInString(name) <= limit {
		return name
	}
	stem, extension := name, ""
	if dot := strings.LastIndexByte(name, '.'); dot > 0 && len(name)-dot <= 10 {
		stem, extension = name[:dot], name[dot:]
	}
	return string([]rune(stem)[:limit-utf8.RuneCountInString(extension)]) + extension
}
