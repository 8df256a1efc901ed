package auth

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/netip"
	"time"
)

// A window is counted in slots of a tenth of its length: it slides, so that no span of that length
// ever holds more than the limit. Rows are kept for as long as the longest window, a day, may need.
const (
	slotsPerWindow = 10
	attemptsKept   = 48 * time.Hour
	sweepEvery     = time.Hour
)

// errOver undoes the attempt that went over the limit: whoever is refused is not kept out longer.
var errOver = errors.New("over the limit")

// attempt is one counted try, which can be forgiven.
type attempt struct {
	name string
	slot int64 // epoch ms
}

// Allow counts an attempt under name and says whether it is within limit for the window, which is at
// most a day. An attempt that is refused does not count.
func (s *Store) Allow(ctx context.Context, name string, limit int, window time.Duration) (bool, error) {
	err := s.transact(ctx, func(tx *sql.Tx) error {
		_, err := s.count(ctx, tx, name, limit, window)
		return err
	})
	if errors.Is(err, errOver) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("allow %s: %w", name, err)
	}
	return true, s.sweepAttempts(ctx)
}

// count adds an attempt, or returns errOver. Two at once wait for each other at the slot's row.
func (s *Store) count(ctx context.Context, tx *sql.Tx, name string, limit int, window time.Duration) (attempt, error) {
	now, slot := s.now().UnixMilli(), window.Milliseconds()/slotsPerWindow
	a := attempt{name: name, slot: now - now%slot}
	_, err := tx.ExecContext(ctx, `INSERT INTO attempts (name, window_start, count) VALUES ($1, $2, 1)
		ON CONFLICT (name, window_start) DO UPDATE SET count = attempts.count + 1`, a.name, a.slot)
	if err != nil {
		return attempt{}, fmt.Errorf("count attempt: %w", err)
	}
	var counted int
	err = tx.QueryRowContext(ctx, `SELECT CAST(SUM(count) AS BIGINT) FROM attempts WHERE name = $1 AND window_start > $2`,
		a.name, now-window.Milliseconds()-slot).Scan(&counted)
	if err != nil {
		return attempt{}, fmt.Errorf("sum attempts: %w", err)
	}
	if counted > limit {
		return attempt{}, errOver
	}
	return a, nil
}

// forgive takes an attempt back.
func forgive(ctx context.Context, tx *sql.Tx, a attempt) error {
	_, err := tx.ExecContext(ctx, `UPDATE attempts SET count = count - 1 WHERE name = $1 AND window_start = $2 AND count > 0`, a.name, a.slot)
	if err != nil {
		return fmt.Errorf("forgive attempt: %w", err)
	}
	return nil
}

// sweepAttempts deletes what no window reaches any more, once an hour.
func (s *Store) sweepAttempts(ctx context.Context) error {
	now, last := s.now().UnixMilli(), s.swept.Load()
	if now-last < sweepEvery.Milliseconds() || !s.swept.CompareAndSwap(last, now) {
		return nil
	}
	if _, err := s.db.ExecContext(ctx, `DELETE FROM attempts WHERE window_start < $1`, now-attemptsKept.Milliseconds()); err != nil {
		return fmt.Errorf("sweep attempts: %w", err)
	}
	return nil
}

// network is what one stranger has of the Internet: an IPv4 address, or an IPv6 network of 64 bits.
func network(from string) string {
	address, err := netip.ParseAddr(from)
	if err != nil || address.Unmap().Is4() {
		return from
	}
	prefix, err := address.WithZone("").Prefix(64)
	if err != nil {
		return from
	}
	return prefix.String()
}
