package subscribers

import (
	"context"
	"fmt"
	"strconv"
	"strings"
)

// StillWanted is the SQL condition, on subscribers AS s, that one may be mailed at this moment: asked
// again when a batch is claimed, for those who left after the audience was frozen.
const StillWanted = `s.state = 'confirmed' AND NOT EXISTS (
	SELECT 1 FROM suppressions x WHERE x.email_key = s.email_key AND x.newsroom_id IN ('', s.newsroom_id))`

// wantsEveryTopic: those who chose none get every release, and are all who get one without topics.
const wantsEveryTopic = `NOT EXISTS (SELECT 1 FROM subscriber_topics t WHERE t.subscriber_id = s.id)`

// Audience is the query for whom a release is mailed to: $1 is the newsroom's id, $2 the release's,
// whose topics are in release_topics. Language does not narrow it: a release is read in its own.
// Conditions and an order may be appended.
const Audience = `SELECT s.id, s.email, s.name, s.language FROM subscribers s
	WHERE s.newsroom_id = $1 AND ` + StillWanted + ` AND (` + wantsEveryTopic + ` OR EXISTS (
		SELECT 1 FROM subscriber_topics t JOIN release_topics r ON r.topic = t.topic
		WHERE t.subscriber_id = s.id AND r.release_id = $2))`

// Count counts those whom Audience would give for a release with these topics (slugs).
func (s *Store) Count(ctx context.Context, newsroomID string, topics []string) (int, error) {
	args := []any{newsroomID}
	places := []string{"''"} // no topic has this slug; a list may not be empty in SQL
	for _, topic := range topics {
		args = append(args, topic)
		places = append(places, "$"+strconv.Itoa(len(args)))
	}
	var n int
	err := s.db.QueryRowContext(ctx, `SELECT COUNT(*) FROM subscribers s
		WHERE s.newsroom_id = $1 AND `+StillWanted+` AND (`+wantsEveryTopic+` OR EXISTS (
			SELECT 1 FROM subscriber_topics t
			WHERE t.subscriber_id = s.id AND t.topic IN (`+strings.Join(places, ", ")+`)))`, args...).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("count subscribers of %s: %w", newsroomID, err)
	}
	return n, nil
}
