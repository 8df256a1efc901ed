package releases

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"strconv"
	"time"
)

// ChapterLength is how many releases a chapter of an archive has when it is closed. The current one
// has as many or up to twice that.
const ChapterLength = 30

// Chapter is one document of a list's archive (RFC 5005 section 4). Each live release of the list is
// in exactly one: the chapters part the line of time at marks, and a mark once set stays. So a closed
// chapter keeps its releases; one that is backdated goes into the chapter of its time.
type Chapter struct {
	Items []Live // newest lift first
	Older string // name of the chapter before; "" at the end
	Newer string // name of the chapter after; "" when that is the current one
}

// beginning and end are places before and behind everything in a list.
var beginning, end = cursor{at: math.MinInt64}, cursor{at: math.MaxInt64}

// Chapter gives a list's chapter by name, or the current one when name is ""; ErrNotFound for a name
// that is none. Whoever finds a chapter grown to twice its length closes it, at live releases alone.
func (p *Public) Chapter(ctx context.Context, now time.Time, f Filter, name string) (Chapter, error) {
	list, ok := f.list()
	if !ok {
		return Chapter{}, nil
	}
	upper, err := p.chapterEnd(ctx, list, name)
	if err != nil {
		return Chapter{}, err
	}
	chapter, lower, err := p.chapter(ctx, now, f, list, upper)
	if err == nil && len(chapter.Items) >= 2*ChapterLength {
		if err := p.closeChapters(ctx, now, f, list, lower, upper); err != nil {
			return Chapter{}, err
		}
		chapter, _, err = p.chapter(ctx, now, f, list, upper)
	}
	return chapter, err
}

// chapterEnd is the mark that a name means: that of the newest release in the chapter.
func (p *Public) chapterEnd(ctx context.Context, list, name string) (cursor, error) {
	if name == "" {
		return end, nil
	}
	given, err := parseCursor(name)
	if err != nil {
		return cursor{}, ErrNotFound
	}
	var there bool
	err = p.db.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM archive_marks WHERE list = $1 AND lift_at = $2 AND release_id = $3)`,
		list, given.at, given.id).Scan(&there)
	if err != nil {
		return cursor{}, fmt.Errorf("chapter %s: %w", name, err)
	}
	if !there || given.String() != name {
		return cursor{}, ErrNotFound
	}
	return given, nil
}

// chapter is the one up to upper, and the mark below it.
func (p *Public) chapter(ctx context.Context, now time.Time, f Filter, list string, upper cursor) (c Chapter, lower cursor, err error) {
	lower, below, err := p.mark(ctx, now, list, `< ($2, $3) ORDER BY lift_at DESC, release_id DESC`, upper, beginning)
	if err != nil {
		return c, lower, err
	}
	if below {
		c.Older = lower.String()
	}
	newer, above, err := p.mark(ctx, now, list, `> ($2, $3) ORDER BY lift_at, release_id`, upper, end)
	if err != nil {
		return c, lower, err
	}
	if above {
		c.Newer = newer.String()
	}
	rows, err := p.db.QueryContext(ctx, `SELECT `+liveColumns+` FROM release_lists l JOIN releases r ON r.id = l.release_id`+liveJoins+
		`WHERE `+f.seen()+` AND l.list = $2 AND (l.lift_at, l.release_id) <= ($3, $4) AND (l.lift_at, l.release_id) > ($5, $6)
		ORDER BY l.lift_at DESC, l.release_id DESC LIMIT `+strconv.Itoa(2*ChapterLength),
		now.UnixMilli(), list, min(upper.at, now.UnixMilli()+1), upper.id, lower.at, lower.id)
	if err != nil {
		return c, lower, fmt.Errorf("chapter of %s: %w", list, err)
	}
	c.Items, err = p.scanAll(ctx, now, rows)
	if err == nil && len(c.Items) == 0 && below {
		return p.chapter(ctx, now, f, list, lower) // the newest that was live then has become a mark since
	}
	return c, lower, err
}

// mark finds the next one of a list on one side of a place; none is otherwise. Others may have set some
// since now, at releases that were not live then.
func (p *Public) mark(ctx context.Context, now time.Time, list, side string, from, otherwise cursor) (found cursor, ok bool, err error) {
	err = p.db.QueryRowContext(ctx, `SELECT lift_at, release_id FROM archive_marks WHERE list = $1 AND lift_at <= $4 AND (lift_at, release_id) `+side+` LIMIT 1`,
		list, from.at, from.id, now.UnixMilli()).Scan(&found.at, &found.id)
	if errors.Is(err, sql.ErrNoRows) {
		return otherwise, false, nil
	}
	if err != nil {
		return otherwise, false, fmt.Errorf("mark of %s: %w", list, err)
	}
	return found, true, nil
}

// closeChapters sets a mark at every ChapterLength live releases from lower on, and leaves at least as
// many before upper. It sets the same marks whoever does it; one that is there stays.
func (p *Public) closeChapters(ctx context.Context, now time.Time, f Filter, list string, lower, upper cursor) error {
	_, err := p.db.ExecContext(ctx, `INSERT INTO archive_marks (list, lift_at, release_id)
		SELECT $2, lift_at, id FROM (
			SELECT r.lift_at, r.id, ROW_NUMBER() OVER (ORDER BY r.lift_at, r.id) AS number, COUNT(*) OVER () AS total
			FROM release_lists l JOIN releases r ON r.id = l.release_id
			WHERE `+f.seen()+` AND l.list = $2 AND (l.lift_at, l.release_id) <= ($3, $4) AND (l.lift_at, l.release_id) > ($5, $6)) AS numbered
		WHERE number % $7 = 0 AND number <= total - $7 ON CONFLICT DO NOTHING`,
		now.UnixMilli(), list, upper.at, upper.id, lower.at, lower.id, ChapterLength)
	if err != nil {
		return fmt.Errorf("close chapters of %s: %w", list, err)
	}
	return nil
}

// scanAll reads rows of liveColumns to their end, and then what else there is to say of each.
func (p *Public) scanAll(ctx context.Context, now time.Time, rows *sql.Rows) ([]Live, error) {
	defer rows.Close()
	var items []Live
	replacements := map[int]string{}
	for rows.Next() {
		l, replacedBy, err := scanLive(p.keys, rows)
		if err != nil {
			return nil, fmt.Errorf("live releases: %w", err)
		}
		if l.Withdrawn != nil {
			replacements[len(items)] = replacedBy
		}
		items = append(items, l)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return nil, fmt.Errorf("live releases: %w", err)
	}
	for at, id := range replacements {
		if err := p.addReplacement(ctx, now, items[at].Withdrawn, id); err != nil {
			return nil, err
		}
	}
	return items, errors.Join(p.addCorrections(ctx, now, items), p.addTranslations(ctx, now, items))
}
