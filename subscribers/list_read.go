package subscribers

import (
	"errors"
	"io"
	"slices"
	"strings"

	"dateline/releases/input"
)

// list reads a CSV list by the names in its header.
type list struct {
	records *records
	columns map[string]int
	ignored []string // names in the header that mean nothing here
}

// openList reads the header. What keeps the whole list from being read is input.Faults on "file".
func openList(r io.Reader) (*list, error) {
	lines, err := newLines(r)
	if err != nil {
		return nil, err
	}
	l := &list{records: &records{lines: lines}, columns: make(map[string]int)}
	first, err := lines.next()
	for err == nil && strings.TrimSpace(first.text) == "" && first.fault == "" {
		first, err = lines.next()
	}
	if errors.Is(err, io.EOF) {
		return nil, input.Faults{{Field: "file", Message: "fault.list_header"}}
	}
	if err != nil {
		return nil, err
	}
	l.records.delimiter = delimiterOf(first.text)
	lines.giveBack([]line{first})
	header, err := l.records.next()
	if err != nil {
		return nil, err
	}
	if header.fault != "" {
		return nil, input.Faults{{Field: "file", Message: header.fault}}
	}
	for i, name := range header.fields {
		name, _ = input.Clean(name)
		name = strings.ToLower(name)
		if _, twice := l.columns[name]; twice || !slices.Contains(listHeader[:], name) {
			l.ignored = append(l.ignored, name)
			continue
		}
		l.columns[name] = i
	}
	if _, ok := l.columns["email"]; !ok {
		return nil, input.Faults{{Field: "file", Message: "fault.list_header"}}
	}
	return l, nil
}

// has says whether the list has a column.
func (l *list) has(column string) bool {
	_, ok := l.columns[column]
	return ok
}

// cell is what a record has in a column: "" when the list has no such column, or the record ends
// before it, as Excel lets records do.
func (l *list) cell(fields []string, column string) string {
	i, ok := l.columns[column]
	if !ok || i >= len(fields) {
		return ""
	}
	return unguard(strings.TrimSpace(fields[i]))
}

// overfull says whether a record has something in more fields than the header has names.
func (l *list) overfull(fields []string) bool {
	names := len(l.columns) + len(l.ignored)
	return len(fields) > names && slices.ContainsFunc(fields[names:], func(f string) bool { return strings.TrimSpace(f) != "" })
}
