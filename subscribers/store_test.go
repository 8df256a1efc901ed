package subscribers

import (
	"database/sql"
	"errors"
	"slices"
	"testing"
	"time"

	"dateline/releases"
	"dateline/releases/history"
	"dateline/releases/input"
	"dateline/releases/vault"
	"dateline/server/database/dbtest"
)

// world is a store on an empty database, with a clock that the test moves and one newsroom.
type world struct {
	*Store
	db       *sql.DB
	desk     *releases.Desk
	clock    time.Time
	newsroom Newsroom
}

var officer = history.Actor{ID: "officer1", Name: "kerstin@example.com", From: "192.0.2.1"}

// stranger is whoever uses the public form and the links in mails.
var stranger = history.Actor{From: "198.51.100.7"}

// each runs a test on both engines.
func each(t *testing.T, test func(t *testing.T, w *world)) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) { test(t, newWorld(t, db)) })
}

func newWorld(t testing.TB, db *sql.DB) *world {
	w := &world{db: db, clock: time.Date(2016, 10, 18, 4, 0, 0, 0, time.UTC)}
	now := func() time.Time { return w.clock }
	w.Store, w.desk = New(db, now, []byte("a secret of the tests")), releases.NewDesk(db, vault.New([]byte("a secret of the tests")), now)
	w.newsroom = w.newNewsroom(t, "dalarna")
	return w
}

func (w *world) newNewsroom(t testing.TB, slug string) Newsroom {
	t.Helper()
	made, err := w.desk.CreateNewsroom(t.Context(), history.System, releases.NewsroomInput{
		Slug: slug, Name: slug, Language: "sv", Zone: "Europe/Stockholm", EmailFrom: "press@example.com", Approvals: 1,
		Topics: []string{"Vatten", "Vilt", "Miljö"}})
	if err != nil {
		t.Fatal(err)
	}
	n := Newsroom{ID: made.ID, Language: made.Language, Topics: make(map[string]string)}
	for _, topic := range made.Topics {
		n.Topics[topic.Slug] = topic.Name
	}
	return n
}

func (w *world) later(d time.Duration) { w.clock = w.clock.Add(d) }

// confirmed adds somebody who may be mailed.
func (w *world) confirmed(t testing.TB, email string, topics ...string) Subscriber {
	t.Helper()
	sub, err := w.Add(t.Context(), officer, w.newsroom, Input{Email: email, Topics: topics, Consent: "by telephone", Confirmed: true})
	if err != nil {
		t.Fatal(err)
	}
	return sub
}

func (w *world) ask(t testing.TB, email string) Asked {
	t.Helper()
	asked, err := w.Ask(t.Context(), stranger, w.newsroom, Input{Email: email, Consent: "the form's text"})
	if err != nil {
		t.Fatal(err)
	}
	return asked
}

func (w *world) confirm(t testing.TB, token string) Subscriber {
	t.Helper()
	sub, err := w.Confirm(t.Context(), stranger, token)
	if err != nil {
		t.Fatal(err)
	}
	return sub
}

func (w *world) leave(t testing.TB, id string) Subscriber {
	t.Helper()
	sub, err := w.Unsubscribe(t.Context(), stranger, w.UnsubscribeToken(id))
	if err != nil {
		t.Fatal(err)
	}
	return sub
}

func (w *world) suppress(t testing.TB, email, newsroomID, reason string) {
	t.Helper()
	if err := w.Suppress(t.Context(), history.System, email, newsroomID, reason, "550 5.1.1"); err != nil {
		t.Fatal(err)
	}
}

func (w *world) state(t testing.TB, id string) State {
	t.Helper()
	sub, err := w.Subscriber(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return sub.State
}

func (w *world) count(t testing.TB, topics ...string) int {
	t.Helper()
	n, err := w.Count(t.Context(), w.newsroom.ID, topics)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// actions are what the history tells of subscribers, in order.
func (w *world) actions(t testing.TB) []string {
	t.Helper()
	return w.texts(t, `SELECT action FROM history WHERE action LIKE 'subscriber.%' ORDER BY seq`)
}

// details are what it tells besides, in the same order.
func (w *world) details(t testing.TB) []string {
	t.Helper()
	return w.texts(t, `SELECT detail FROM history WHERE action LIKE 'subscriber.%' ORDER BY seq`)
}

func (w *world) texts(t testing.TB, query string, args ...any) []string {
	t.Helper()
	rows, err := w.db.QueryContext(t.Context(), query, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var all []string
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			t.Fatal(err)
		}
		all = append(all, text)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

func wantActions(t testing.TB, w *world, want ...string) {
	t.Helper()
	if got := w.actions(t); !slices.Equal(got, want) {
		t.Errorf("history tells %q, want %q", got, want)
	}
}

// wantFaults asserts that err names exactly these faults, as "field: message".
func wantFaults(t testing.TB, err error, want ...string) {
	t.Helper()
	var faults input.Faults
	if !errors.As(err, &faults) {
		t.Fatalf("got error %v, want faults %q", err, want)
	}
	var got []string
	for _, f := range faults {
		got = append(got, f.Field+": "+f.Message)
	}
	if !slices.Equal(got, want) {
		t.Errorf("got faults %q, want %q", got, want)
	}
}

func wantError(t testing.TB, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("got error %v, want %v", err, want)
	}
}

// audience runs the query that jobs stages from.
func (w *world) audience(t testing.TB, releaseID string) []string {
	t.Helper()
	return w.texts(t, `SELECT a.email FROM (`+Audience+`) AS a ORDER BY a.email`, w.newsroom.ID, releaseID)
}
