package subscribers

import (
	"context"
	"fmt"
	"strconv"
	"strings"
)

// StillWanted is the SQL condition that the subscriber with an id, of a newsroom, both SQL themselves, may be
// mailed at this moment: asked again when a batch is claimed, for those who left after the audience was
// frozen. It reads an index and no row of the table: asked for one id, SQLite would use the table's key.
func StillWanted(id, newsroomID string) string {
	return `EXISTS (SELECT 1 FROM subscribers still WHERE still.newsroom_id = ` + newsroomID + ` AND still.id BETWEEN ` + id + ` AND ` + id + `
		AND still.state = 'confirmed' AND NOT EXISTS (
			SELECT 1 FROM suppressions x WHERE x.email_key = still.email_key AND x.newsroom_id IN ('', still.newsroom_id)))`
}

// wanted says the same of subscribers AS s, of many of them. Counting, unlike NOT EXISTS, is done subscriber by
// subscriber: Postgres would rather read every suppression for a chunk of them.
const wanted = `s.state = 'confirmed' AND (
	SELECT COUNT(*) FROM suppressions x WHERE x.email_key = s.email_key AND (x.newsroom_id = '' OR x.newsroom_id = s.newsroom_id)) = 0`

// Audience is the query for whom a release is mailed to: $1 is the newsroom's id, $2 the release's,
// whose topics are in release_topics. Those who chose none get every release, and are all who get one
// without topics. Language does not narrow it: a release is read in its own. All it takes of subscribers
// is in the index subscribers_newsroom: read in the order of ids, which are random, the table would cost
// ten times as much. Conditions and an order may be appended.
const Audience = `SELECT s.id, s.email, s.name, s.language FROM subscribers s
	WHERE s.newsroom_id = $1 AND ` + wanted + ` AND (
		SELECT COUNT(*) = 0 OR COUNT(r.topic) > 0 FROM subscriber_topics t
		LEFT JOIN release_topics r ON r.topic = t.topic AND r.release_id = $2 WHERE t.subscriber_id = s.id)`

// Count counts those whom Audience would give for a release with these topics (slugs): all who are
// confirmed, less those who must not be mailed or want other topics, who as a rule are few. CROSS JOIN
// has SQLite go from them to the subscribers.
func (s *Store) Count(ctx context.Context, newsroomID string, topics []string) (int, error) {
	args := []any{newsroomID}
	places := []string{"''"} // no topic has this slug; a list may not be empty in SQL
	for _, topic := range topics {
		args = append(args, topic)
		places = append(places, "$"+strconv.Itoa(len(args)))
	}
	var n int
	err := s.db.QueryRowContext(ctx, `SELECT (SELECT COUNT(*) FROM subscribers s WHERE s.newsroom_id = $1 AND s.state = 'confirmed') - (
		SELECT COUNT(*) FROM (
			SELECT s.id FROM suppressions x CROSS JOIN subscribers s
			WHERE x.newsroom_id IN ('', $1) AND s.email_key = x.email_key AND s.newsroom_id = $1 AND s.state = 'confirmed'
			UNION
			SELECT s.id FROM (SELECT t.subscriber_id FROM subscriber_topics t GROUP BY t.subscriber_id
				HAVING COUNT(CASE WHEN t.topic IN (`+strings.Join(places, ", ")+`) THEN 1 END) = 0) AS other
			CROSS JOIN subscribers s WHERE s.newsroom_id = $1 AND s.id = other.subscriber_id AND s.state = 'confirmed') AS without)`, args...).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("count subscribers of %s: %w", newsroomID, err)
	}
	return n, nil
}
