package subscribers

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"dateline/releases/history"
	"dateline/releases/input"
)

// Imported is what an import did. Lines count from 1, the header among them.
type Imported struct {
	Added, Updated, Unchanged int
	Refused                   []Refusal
	Ignored                   []string // names in the header that mean nothing here
}

// Refusal is a line that was not taken, and why: a catalogue id and its placeholders.
type Refusal struct {
	Line    int
	Field   string // the column at fault, "" when it is the whole line
	Message string
	Args    map[string]any
}

// Import reads CSV (RFC 4180; comma, semicolon or tab; UTF-8 with or without BOM, else Windows-1252)
// with a header: email, and any of name, outlet, language, topics (separated by |), frequency, consent,
// state. Good lines go in as confirmed, each bad one is listed. consent is that of lines which give
// none of their own; without either a line is refused. An unsubscribed or suppressed address stays so
// and its line is refused, and so is a line whose state is not "confirmed".
//
// Of a subscriber who is there already, a column changes what it names and a missing column nothing;
// the consent of one who is confirmed stays. An address that comes twice is taken as its last line says.
//
// The list is read in constant memory and written in transactions of 1,000 lines. When it breaks off,
// what was written stays, and sending it again does no harm.
func (s *Store) Import(ctx context.Context, who history.Actor, n Newsroom, r io.Reader, consent string) (Imported, error) {
	var faults input.Faults
	consent = checkConsent(&faults, consent)
	if err := faults.Err(); err != nil {
		return Imported{}, err
	}
	l, err := openList(r)
	if err != nil {
		return Imported{}, fmt.Errorf("import subscribers: %w", err)
	}
	im := &importer{store: s, who: who, newsroom: n, list: l, consent: consent, waiting: make(map[string]bool)}
	im.done.Ignored = l.ignored
	err = im.readAll(ctx)
	if err != nil {
		im.chunk = nil
	}
	// Also what an import that broke off has done is written down.
	err = errors.Join(err, im.end(context.WithoutCancel(ctx), err == nil))
	slices.SortStableFunc(im.done.Refused, func(a, b Refusal) int { return a.Line - b.Line })
	if err != nil {
		return im.done, fmt.Errorf("import subscribers: %w", err)
	}
	return im.done, nil
}

// chunkSize is how many lines are written in one transaction.
const chunkSize = 1000

// importer is one import on its way.
type importer struct {
	store    *Store
	who      history.Actor
	newsroom Newsroom
	list     *list
	consent  string
	chunk    []candidate     // checked, and not yet written
	waiting  map[string]bool // keys of chunk
	done     Imported
}

// candidate is a line fit to go in.
type candidate struct {
	keyed
	line        int
	hasLanguage bool // its own, not the newsroom's
}

// readAll takes every line but those of the last chunk.
func (im *importer) readAll(ctx context.Context) error {
	for {
		r, err := im.list.records.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		c, refused := im.check(r)
		if refused != nil {
			im.done.Refused = append(im.done.Refused, *refused)
			continue
		}
		if len(im.chunk) == chunkSize || im.waiting[c.key] {
			if err := im.flush(ctx, nil); err != nil {
				return err
			}
		}
		im.chunk = append(im.chunk, c)
		im.waiting[c.key] = true
	}
}

// check makes a candidate of a record, or says why it can't.
func (im *importer) check(r record) (candidate, *Refusal) {
	if r.fault != "" {
		return candidate{}, &Refusal{Line: r.line, Message: r.fault}
	}
	if im.list.overfull(r.fields) {
		return candidate{}, &Refusal{Line: r.line, Message: "fault.list_fields"}
	}
	cell := func(column string) string { return im.list.cell(r.fields, column) }
	if state := cell("state"); state != "" && state != string(StateConfirmed) {
		return candidate{}, &Refusal{Line: r.line, Field: "state", Message: "fault.list_state", Args: map[string]any{"Value": state}}
	}
	in := Input{
		Email: cell("email"), Name: cell("name"), Outlet: cell("outlet"), Language: cell("language"), Frequency: cell("frequency"),
		Consent: cell("consent"), Topics: strings.Split(cell("topics"), "|"), Confirmed: true,
	}
	if in.Consent == "" {
		in.Consent = im.consent
	}
	sub, key, err := check(im.newsroom, in)
	var faults input.Faults
	if errors.As(err, &faults) {
		f := faults[0]
		return candidate{}, &Refusal{Line: r.line, Field: f.Field, Message: f.Message, Args: f.Args}
	}
	return candidate{keyed: keyed{sub, key}, line: r.line, hasLanguage: in.Language != ""}, nil
}

// end writes the last chunk and, in the same transaction, what the whole import did.
func (im *importer) end(ctx context.Context, complete bool) error {
	return im.flush(ctx, func(tx *sql.Tx, done Imported) error {
		return history.Record(ctx, tx, im.store.now(), im.who, history.Event{
			NewsroomID: im.newsroom.ID, Action: "subscriber.import", Detail: map[string]any{
				"added": done.Added, "updated": done.Updated, "unchanged": done.Unchanged, "refused": len(done.Refused), "complete": complete}})
	})
}
