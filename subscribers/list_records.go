package subscribers

import (
	"errors"
	"io"
	"strings"
)

// record is one record of a list: its fields, or the catalogue id of why it can't be read. line is
// where it begins.
type record struct {
	line   int
	fields []string
	fault  string
}

// records reads RFC 4180. A record whose quotes are broken costs its own line only: reading goes on at
// the next, even if an open quote had seemed to take in half the list.
type records struct {
	lines     *lines
	delimiter byte
}

// next gives a record, or io.EOF. Blank lines are none.
func (r *records) next() (record, error) {
	for {
		first, err := r.lines.next()
		if err != nil {
			return record{}, err
		}
		if first.fault != "" {
			return record{line: first.number, fault: first.fault}, nil
		}
		if strings.TrimSpace(first.text) != "" {
			return r.complete(first)
		}
	}
}

// complete reads on while a quoted field is open.
func (r *records) complete(first line) (record, error) {
	s := splitter{delimiter: r.delimiter}
	s.feed(first.text)
	var taken []line
	for size := len(first.text); s.state == insideQuotes; {
		more, err := r.lines.next()
		if err != nil && !errors.Is(err, io.EOF) {
			return record{}, err
		}
		if err == nil {
			taken = append(taken, more)
		}
		size += len(more.text)
		if err != nil || more.fault != "" || size > maxRecord {
			s.state = broken
			break
		}
		s.feed("\n" + more.text)
	}
	if s.state == broken {
		r.lines.giveBack(taken)
		return record{line: first.number, fault: "fault.list_quotes"}, nil
	}
	return record{line: first.number, fields: s.end()}, nil
}

// Where a splitter stands.
type splitState int

const (
	atStart      splitState = iota // of a field
	inBare                         // in a field without quotes
	insideQuotes                   // in a quoted field
	afterQuote                     // behind a quote in a quoted field: its end, or half of a pair
	broken                         // a quote where none may be, or something behind a closing one
)

// splitter takes a record apart as its lines come.
type splitter struct {
	delimiter byte
	state     splitState
	fields    []string
	field     []byte
}

func (s *splitter) feed(text string) {
	for i := 0; i < len(text) && s.state != broken; i++ {
		s.step(text[i])
	}
	if s.state == afterQuote {
		s.state = inBare // the record ends here, and its last field is whole
	}
}

func (s *splitter) step(c byte) {
	switch {
	case s.state == insideQuotes && c == '"':
		s.state = afterQuote
	case s.state == insideQuotes:
		s.field = append(s.field, c)
	case s.state == afterQuote && c == '"':
		s.field = append(s.field, c)
		s.state = insideQuotes
	case c == s.delimiter:
		s.fields = append(s.fields, string(s.field))
		s.field, s.state = s.field[:0], atStart
	case s.state == atStart && c == '"':
		s.state = insideQuotes
	case s.state == afterQuote || c == '"':
		s.state = broken
	default:
		s.field = append(s.field, c)
		s.state = inBare
	}
}

// end gives the fields of a whole record.
func (s *splitter) end() []string { return append(s.fields, string(s.field)) }

// delimiterOf is what parts the names of a header: whichever of comma, semicolon and tab it has most of.
func delimiterOf(header string) byte {
	best := byte(',')
	for _, c := range []byte{';', '\t'} {
		if strings.Count(header, string(c)) > strings.Count(header, string(best)) {
			best = c
		}
	}
	return best
}
