package jobs

import (
	"context"
	"fmt"
	"strconv"

	"dateline/releases/input"
)

// DeliveryFilter narrows a list of deliveries.
type DeliveryFilter struct {
	DispatchID string
	State      string
	Email      string // exact, any case
	After      string
	Limit      int // 1 to 500; 0 means 50
}

// deliveryState is what a delivery's state is shown as.
const deliveryState = `CASE WHEN b.state = 'leased' AND ` + inFlight + ` THEN 'sending' ELSE p.state END`

// listDeliveries reads a page of a dispatch's ($1) deliveries after a place ($2). Of batches that nobody
// works on, only those are read whose counts say that the state ($3, or ”) is there; an address ($4,
// a subscriber's key, or ”) is found through the subscriber.
const listDeliveries = `SELECT p.seq, p.subscriber_id, p.email, p.name, p.language, ` + deliveryState + `, ` + inDoubt + `, p.attempts, p.code, p.reason, p.next_at, p.updated_at
	FROM batches b JOIN deliveries p ON ` + batchRange + `
	WHERE b.dispatch_id = $1 AND b.number >= $5 AND p.seq > $2 AND ($3 = '' OR ` + deliveryState + ` = $3)
		AND ($3 = '' OR b.state = 'leased' OR CASE $3 WHEN 'queued' THEN b.queued WHEN 'sent' THEN b.sent WHEN 'deferred' THEN b.deferred
			WHEN 'failed' THEN b.failed WHEN 'excluded' THEN b.excluded WHEN 'unknown' THEN b.unknown ELSE 0 END > 0)
		AND ($4 = '' OR p.subscriber_id IN (SELECT s.id FROM subscribers s JOIN dispatches d ON d.newsroom_id = s.newsroom_id
			WHERE d.id = $1 AND s.email_key = $4))
	ORDER BY b.number, p.seq LIMIT $6`

// Deliveries lists by place in the audience, with the cursor of the next page ("" at the end).
func (l *Ledger) Deliveries(ctx context.Context, f DeliveryFilter) (items []Delivery, next string, err error) {
	limit := f.Limit
	if limit == 0 {
		limit = 50
	}
	limit = min(max(limit, 1), 500)
	after, key := -1, ""
	if f.After != "" {
		if after, err = strconv.Atoi(f.After); err != nil {
			return nil, "", input.Faults{{Field: "cursor", Message: "fault.cursor"}}
		}
	}
	if f.Email != "" {
		var ok bool
		if _, key, ok = input.Email(f.Email); !ok {
			return nil, "", nil
		}
	}
	rows, err := l.db.QueryContext(ctx, listDeliveries, f.DispatchID, after, f.State, key, max(after, 0)/batchSize, limit+1)
	if err != nil {
		return nil, "", fmt.Errorf("deliveries of %s: %w", f.DispatchID, err)
	}
	defer rows.Close()
	for rows.Next() {
		d := Delivery{DispatchID: f.DispatchID}
		var at, updated int64
		err := rows.Scan(&d.Seq, &d.SubscriberID, &d.Email, &d.Name, &d.Language, &d.State, &d.Retried, &d.Attempts, &d.Code, &d.Reason, &at, &updated)
		if err != nil {
			return nil, "", fmt.Errorf("deliveries of %s: %w", f.DispatchID, err)
		}
		d.NextAt, d.UpdatedAt = instant(&at), instant(&updated)
		items = append(items, d)
	}
	if err := rows.Err(); err != nil {
		return nil, "", fmt.Errorf("deliveries of %s: %w", f.DispatchID, err)
	}
	if len(items) > limit {
		items = items[:limit]
		next = strconv.Itoa(items[limit-1].Seq)
	}
	return items, next, nil
}
