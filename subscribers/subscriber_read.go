package subscribers

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"dateline/releases/input"
)

// columns of a subscriber, from subscribers AS s. Topics come as one text: a slug has no spaces.
const columns = `s.id, s.newsroom_id, s.email, s.name, s.outlet, s.language, s.frequency, s.state, s.consent,
	s.confirmed_at, s.created_at, s.updated_at,
	COALESCE((SELECT string_agg(t.topic, ' ' ORDER BY t.topic) FROM subscriber_topics t WHERE t.subscriber_id = s.id), ''),
	COALESCE((SELECT x.reason FROM suppressions x WHERE x.email_key = s.email_key AND x.newsroom_id IN ('', s.newsroom_id)
		ORDER BY x.newsroom_id LIMIT 1), '')`

// scan reads columns, and further ones into more.
func scan(row interface{ Scan(...any) error }, more ...any) (Subscriber, error) {
	var sub Subscriber
	var confirmed sql.NullInt64
	var created, updated int64
	var topics string
	into := append([]any{&sub.ID, &sub.NewsroomID, &sub.Email, &sub.Name, &sub.Outlet, &sub.Language, &sub.Frequency, &sub.State,
		&sub.Consent, &confirmed, &created, &updated, &topics, &sub.Suppressed}, more...)
	if err := row.Scan(into...); err != nil {
		if errors.Is(err, sql.ErrNoRows) {
			return Subscriber{}, ErrNotFound
		}
		return Subscriber{}, err
	}
	sub.Topics = strings.Fields(topics)
	sub.CreatedAt, sub.UpdatedAt = time.UnixMilli(created).UTC(), time.UnixMilli(updated).UTC()
	if confirmed.Valid {
		sub.ConfirmedAt = time.UnixMilli(confirmed.Int64).UTC()
	}
	return sub, nil
}

// Subscriber finds one by id, or ErrNotFound.
func (s *Store) Subscriber(ctx context.Context, id string) (Subscriber, error) {
	sub, err := byID(ctx, s.db, id)
	if err != nil {
		return Subscriber{}, fmt.Errorf("subscriber %s: %w", id, err)
	}
	return sub, nil
}

// querier is a database or a transaction.
type querier interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

func byID(ctx context.Context, q querier, id string) (Subscriber, error) {
	if !input.IsSlug(id) { // whatever stands in an address: the database may not take it for text
		return Subscriber{}, ErrNotFound
	}
	return scan(q.QueryRowContext(ctx, `SELECT `+columns+` FROM subscribers s WHERE s.id = $1`, id))
}

// ListFilter narrows a list.
type ListFilter struct {
	NewsroomID string
	State      State
	Search     string // part of address, name or outlet
	After      string
	Limit      int // 1 to 500; 0 means 50
}

// List gives subscribers by id, and the cursor of the next page ("" at the end).
func (s *Store) List(ctx context.Context, f ListFilter) (items []Subscriber, next string, err error) {
	limit := min(f.Limit, 500)
	if limit < 1 {
		limit = 50
	}
	if f.After != "" && !input.IsSlug(f.After) {
		return nil, "", input.Faults{{Field: "cursor", Message: "fault.cursor"}}
	}
	query, args := `SELECT `+columns+` FROM subscribers s WHERE s.newsroom_id = $1 AND s.id > $2`, []any{f.NewsroomID, f.After}
	if f.State != "" {
		args = append(args, f.State)
		query += ` AND s.state = $` + strconv.Itoa(len(args))
	}
	if search, _ := input.Clean(f.Search); search != "" {
		args = append(args, "%"+likeEscape(strings.ToLower(search))+"%")
		query += ` AND s.search LIKE $` + strconv.Itoa(len(args)) + ` ESCAPE '\'`
	}
	items, err = s.query(ctx, query+` ORDER BY s.id LIMIT `+strconv.Itoa(limit+1), args...)
	if err != nil {
		return nil, "", fmt.Errorf("list subscribers of %s: %w", f.NewsroomID, err)
	}
	if len(items) > limit {
		items = items[:limit]
		next = items[limit-1].ID
	}
	return items, next, nil
}

// query reads the rows of columns.
func (s *Store) query(ctx context.Context, query string, args ...any) ([]Subscriber, error) {
	rows, err := s.db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var found []Subscriber
	for rows.Next() {
		sub, err := scan(rows)
		if err != nil {
			return nil, err
		}
		found = append(found, sub)
	}
	return found, rows.Err()
}

// searchText is what List searches: kept in lower case by Go, because SQLite's lower() knows ASCII only.
func searchText(sub Subscriber, key string) string {
	return strings.ToLower(strings.Join([]string{sub.Email, key, sub.Name, sub.Outlet}, "\n"))
}

// likeEscape makes a text match itself in LIKE ... ESCAPE '\'.
func likeEscape(s string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(s)
}
