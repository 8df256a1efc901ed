package subscribers

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"dateline/releases/input"

	"golang.org/x/text/encoding/charmap"
)

// maxRecord bounds one line of a list, and one record that quoted line breaks spread over several.
const maxRecord = 32 << 10

// An encoding is how a list's bytes are read. Which it is shows at the first byte beyond ASCII.
type encoding int

const (
	undecided encoding = iota
	utf8Text
	windows1252 // what Excel saves on a Swedish machine, unless told otherwise
)

// line is one line of a list. fault is the catalogue id of why it can't be read, or "".
type line struct {
	number int // from 1
	text   string
	fault  string
}

// lines gives the lines of a list as text, in constant memory.
type lines struct {
	r        *bufio.Reader
	number   int
	encoding encoding
	unread   []line // given back, to be given again
}

// newLines looks at the list's first bytes. UTF-16, which Excel calls "Unicode text", is refused whole.
func newLines(r io.Reader) (*lines, error) {
	l := &lines{r: bufio.NewReaderSize(r, 64<<10)}
	begin, err := l.r.Peek(3)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	switch {
	case bytes.HasPrefix(begin, []byte("\xef\xbb\xbf")):
		l.encoding = utf8Text
		_, err := l.r.Discard(3)
		return l, err
	case bytes.HasPrefix(begin, []byte("\xff\xfe")), bytes.HasPrefix(begin, []byte("\xfe\xff")):
		return nil, input.Faults{{Field: "file", Message: "fault.list_utf16"}}
	}
	return l, nil
}

// next gives a line without its end, or io.EOF.
func (l *lines) next() (line, error) {
	if len(l.unread) > 0 {
		first := l.unread[0]
		l.unread = l.unread[1:]
		return first, nil
	}
	raw, tooLong, err := l.read()
	if err != nil {
		return line{}, err
	}
	l.number++
	if tooLong {
		return line{number: l.number, fault: "fault.list_line_long"}, nil
	}
	text, ok := l.decode(bytes.TrimSuffix(bytes.TrimSuffix(raw, []byte("\n")), []byte("\r")))
	if !ok {
		return line{number: l.number, fault: "fault.not_utf8"}, nil
	}
	return line{number: l.number, text: text}, nil
}

// giveBack puts lines in front of those still to come.
func (l *lines) giveBack(back []line) { l.unread = append(back, l.unread...) }

// read takes one line's bytes. Of a line that is too long it keeps nothing.
func (l *lines) read() (raw []byte, tooLong bool, err error) {
	for {
		part, err := l.r.ReadSlice('\n')
		if len(raw)+len(part) > maxRecord {
			raw, tooLong = nil, true
		}
		if !tooLong {
			raw = append(raw, part...)
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF) && (len(raw) > 0 || tooLong):
			return raw, tooLong, nil
		}
		return raw, tooLong, err
	}
}

// decode turns a line into UTF-8; ok is false when it can't.
func (l *lines) decode(raw []byte) (text string, ok bool) {
	valid := utf8.Valid(raw)
	if l.encoding == undecided && !isASCII(raw) {
		l.encoding = utf8Text
		if !valid {
			l.encoding = windows1252
		}
	}
	if l.encoding != windows1252 {
		return string(raw), valid
	}
	decoded, err := charmap.Windows1252.NewDecoder().Bytes(raw)
	return string(decoded), err == nil && !strings.ContainsRune(string(decoded), utf8.RuneError)
}

func isASCII(raw []byte) bool {
	return !bytes.ContainsFunc(raw, func(r rune) bool { return r >= utf8.RuneSelf })
}
