package subscribers

import (
	"context"
	"database/sql"
	"time"
)

// keyed is a checked subscriber with the key of its address.
type keyed struct {
	Subscriber
	key string
}

// insert writes new subscribers and their topics. When the newsroom has one of the addresses already,
// added is less than len(all), no topics are written, and the caller must roll back or have meant it.
func insert(ctx context.Context, tx *sql.Tx, all []keyed) (added int, err error) {
	groups := grouped{tx: tx, text: `INSERT INTO subscribers (id, newsroom_id, email, email_key, name, outlet, language, frequency,
		state, consent, consent_from, confirmed_at, search, created_at, updated_at) VALUES %s
		ON CONFLICT (newsroom_id, email_key) DO NOTHING`, columns: 15}
	for _, sub := range all {
		groups.add(ctx, sub.ID, sub.NewsroomID, sub.Email, sub.key, sub.Name, sub.Outlet, sub.Language, sub.Frequency,
			sub.State, sub.Consent, "", millis(sub.ConfirmedAt), searchText(sub.Subscriber, sub.key),
			sub.CreatedAt.UnixMilli(), sub.UpdatedAt.UnixMilli())
	}
	if added, err = groups.end(ctx); err != nil || added < len(all) {
		return added, err
	}
	return added, insertTopics(ctx, tx, all)
}

// insertTopics writes the topics of subscribers that have none in SQL.
func insertTopics(ctx context.Context, tx *sql.Tx, all []keyed) error {
	groups := grouped{tx: tx, text: `INSERT INTO subscriber_topics (subscriber_id, topic) VALUES %s`, columns: 2}
	for _, sub := range all {
		for _, topic := range sub.Topics {
			groups.add(ctx, sub.ID, topic)
		}
	}
	_, err := groups.end(ctx)
	return err
}

// replaceTopics makes a subscriber's topics those given.
func replaceTopics(ctx context.Context, tx *sql.Tx, sub Subscriber) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM subscriber_topics WHERE subscriber_id = $1`, sub.ID); err != nil {
		return err
	}
	return insertTopics(ctx, tx, []keyed{{Subscriber: sub}})
}

// millis is an instant as SQL keeps it, NULL when there is none.
func millis(t time.Time) sql.NullInt64 {
	return sql.NullInt64{Int64: t.UnixMilli(), Valid: !t.IsZero()}
}
