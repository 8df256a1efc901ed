package mail_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"dateline/jobs/mail"
	"dateline/releases/vault"
	"dateline/server/database/dbtest"
)

var keys = vault.New([]byte("a secret of the tests"))

// list is a Work that gives what it holds and writes down what became of it.
type list struct {
	messages []*mail.Message
	next     int
	markErr  map[string]error // by message id
	outcomes map[string]mail.Outcome
	twice    []string
}

func newList(messages ...*mail.Message) *list {
	return &list{messages: messages, outcomes: map[string]mail.Outcome{}}
}

func (l *list) Next(ctx context.Context) (*mail.Message, bool) {
	if l.next == len(l.messages) || ctx.Err() != nil {
		return nil, false
	}
	l.next++
	return l.messages[l.next-1], true
}

func (l *list) Mark(m *mail.Message) mail.Mark { return mark{l.markErr[m.ID]} }

// mark is one that is known at once.
type mark struct{ err error }

func (m mark) Durable() bool { return m.err == nil }
func (m mark) Wait() error   { return m.err }

func (l *list) Done(m *mail.Message, o mail.Outcome) {
	if _, ok := l.outcomes[m.ID]; ok {
		l.twice = append(l.twice, m.ID)
	}
	l.outcomes[m.ID] = o
}

func message(id, to, subject string) *mail.Message {
	data := "From: <press@example.se>\r\nTo: <" + to + ">\r\nSubject: " + subject + "\r\nMessage-ID: <d1." + id + "@example.se>\r\n\r\nHej.\r\n"
	return &mail.Message{ID: id, From: "press@example.se", To: to, Data: []byte(data)}
}

func run(t *testing.T, sender mail.Sender, work mail.Work) error {
	t.Helper()
	conn, err := sender.Connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	return conn.Run(t.Context(), work)
}

func TestCapture_KeepsEveryMailOnceAndSaysSo(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		work := newList()
		for i := range 250 {
			work.messages = append(work.messages, message(fmt.Sprint(i), fmt.Sprintf("reader%d@example.se", i), "=?utf-8?q?=C3=96ppet?="))
		}
		capture := mail.NewCapture(db, keys, time.Now)
		if err := run(t, capture, work); err != nil {
			t.Fatal(err)
		}
		for _, m := range work.messages {
			if o := work.outcomes[m.ID]; o.Class != mail.Sent {
				t.Fatalf("message %s: %+v", m.ID, o)
			}
		}
		mails, distinct, err := capture.Tally(t.Context(), "d1")
		if err != nil || mails != 250 || distinct != 250 || len(work.twice) > 0 {
			t.Errorf("%d mails, %d distinct, told twice %v, %v", mails, distinct, work.twice, err)
		}
	})
}

func TestCapture_TallyShowsADouble(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		capture := mail.NewCapture(db, keys, time.Now)
		for range 2 {
			if err := run(t, capture, newList(message("1", "a@example.se", "x"))); err != nil {
				t.Fatal(err)
			}
		}
		if mails, distinct, err := capture.Tally(t.Context(), "d1"); err != nil || mails != 2 || distinct != 1 {
			t.Errorf("%d mails, %d distinct, %v", mails, distinct, err)
		}
		if mails, _, err := capture.Tally(t.Context(), "d"); err != nil || mails != 0 {
			t.Errorf("another dispatch has %d, %v", mails, err)
		}
	})
}

func TestCapture_DoesNotKeepWhatCouldNotBeMarked(t *testing.T) {
	db := dbtest.SQLite(t)
	work := newList(message("1", "a@example.se", "x"), message("2", "b@example.se", "x"))
	work.markErr = map[string]error{"1": errors.New("disk full")}
	capture := mail.NewCapture(db, keys, time.Now)
	if err := run(t, capture, work); err == nil {
		t.Error("the failed mark was not told")
	}
	if _, ok := work.outcomes["1"]; ok || work.outcomes["2"].Class != mail.Sent {
		t.Errorf("outcomes: %v", work.outcomes)
	}
	if mails, _, _ := capture.Tally(t.Context(), "d1"); mails != 1 {
		t.Errorf("%d mails kept", mails)
	}
}

func TestCapture_WithTheDatabaseGone_LeavesEveryMailToBeTriedAgain(t *testing.T) {
	db := dbtest.SQLite(t)
	capture := mail.NewCapture(db, keys, time.Now)
	db.Close()
	work := newList(message("1", "a@example.se", "x"))
	if err := run(t, capture, work); err == nil {
		t.Error("no error")
	}
	if o := work.outcomes["1"]; o.Class != mail.Temporary || o.Code != 0 {
		t.Errorf("%+v", o)
	}
}

func TestCapture_ListsByPagesAndFindsByRecipientAndSubject(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		clock := time.UnixMilli(1_476_763_200_000)
		capture := mail.NewCapture(db, keys, func() time.Time { clock = clock.Add(time.Millisecond); return clock })
		for i := range 5 {
			m := message(fmt.Sprint(i), fmt.Sprintf("Reader%d@example.se", i), "=?utf-8?q?=C3=96ppet_hus_100%?=")
			if err := run(t, capture, newList(m)); err != nil {
				t.Fatal(err)
			}
		}
		var got []string
		for after := ""; ; {
			items, next, err := capture.List(t.Context(), "", after, 2)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range items {
				got = append(got, m.Recipient[6:7])
			}
			if after = next; next == "" {
				break
			}
		}
		if strings.Join(got, "") != "43210" {
			t.Errorf("order: %v", got)
		}
		for search, want := range map[string]int{"reader3": 1, "READER": 5, "Öppet": 5, "100%": 5, "%%": 0, "_": 0, "nobody": 0} {
			items, _, err := capture.List(t.Context(), search, "", 0)
			if err != nil || len(items) != want {
				t.Errorf("search %q: %d found, want %d, %v", search, len(items), want, err)
			}
		}
	})
}

func TestCapture_GivesBackTheMailAsItWasSent(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		capture := mail.NewCapture(db, keys, time.Now)
		sent := message("1", "a@example.se", "=?utf-8?q?=C3=96ppet?=")
		if err := run(t, capture, newList(sent)); err != nil {
			t.Fatal(err)
		}
		items, _, err := capture.List(t.Context(), "", "", 1)
		if err != nil || len(items) != 1 {
			t.Fatalf("%v, %v", items, err)
		}
		m, err := capture.Mail(t.Context(), items[0].ID)
		if err != nil || string(m.Raw) != string(sent.Data) || m.Subject != "Öppet" || m.MessageID != "<d1.1@example.se>" {
			t.Errorf("%+v, %v", m, err)
		}
		if _, err := capture.Mail(t.Context(), "none"); !errors.Is(err, sql.ErrNoRows) {
			t.Errorf("a missing mail: %v", err)
		}
	})
}
