package mail_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"dateline/jobs/mail"
	"dateline/jobs/mail/mailtest"
)

// relays makes a sender for the addresses given, in order.
func relays(t testing.TB, timeout time.Duration, addresses ...string) *mail.SMTP {
	t.Helper()
	s := mail.NewSMTP(parsed(t, addresses...), "dateline.example", timeout)
	t.Cleanup(func() { s.Close() })
	return s
}

// pooled is a sender and the server it sends to.
func pooled(t testing.TB) (*mail.SMTP, *mailtest.Server) {
	t.Helper()
	server := mailtest.Start(t, mailtest.Options{})
	return relays(t, 5*time.Second, server.URL()), server
}

// atBad misbehaves at one step of messages to bad@, and is well-behaved else.
func atBad(step mailtest.Step, answer string) func(mailtest.Event) string {
	return func(e mailtest.Event) string {
		if e.Step == step && strings.HasPrefix(e.To, "bad@") {
			return answer
		}
		return ""
	}
}

// three is a message that goes, one that meets trouble, and one after it.
func three() *list {
	return newList(message("1", "a@example.se", "x"), message("2", "bad@example.se", "x"), message("3", "c@example.se", "x"))
}

func TestRun_TellsWhatBecameOfEachRecipient(t *testing.T) {
	refusals := []struct {
		name   string
		step   mailtest.Step
		answer string
		want   mail.Outcome
	}{
		{"no such mailbox", mailtest.Rcpt, "550 5.1.1 no such user", mail.Outcome{Class: mail.Permanent, Code: 550, Enhanced: "5.1.1", Text: "no such user"}},
		{"no enhanced code", mailtest.Rcpt, "550 no such user", mail.Outcome{Class: mail.Permanent, Code: 550, Text: "no such user"}},
		{"greylisted", mailtest.Rcpt, "451 4.2.0 come back", mail.Outcome{Class: mail.Temporary, Code: 451, Enhanced: "4.2.0", Text: "come back"}},
		{"blocked for now", mailtest.Rcpt, "450 4.7.1 too fast", mail.Outcome{Class: mail.Policy, Code: 450, Enhanced: "4.7.1", Text: "too fast"}},
		{"blocked", mailtest.Rcpt, "550 5.7.1 blocked", mail.Outcome{Class: mail.Policy, Code: 550, Enhanced: "5.7.1", Text: "blocked"}},
		{"refused at DATA", mailtest.Data, "452 4.3.1 full", mail.Outcome{Class: mail.Temporary, Code: 452, Enhanced: "4.3.1", Text: "full"}},
		{"refused after the text", mailtest.End, "554 5.6.0 odd", mail.Outcome{Class: mail.Permanent, Code: 554, Enhanced: "5.6.0", Text: "odd"}},
		{"deferred after the text", mailtest.End, "451 4.3.0 later", mail.Outcome{Class: mail.Temporary, Code: 451, Enhanced: "4.3.0", Text: "later"}},
		{"spam after the text", mailtest.End, "550 5.7.1 spam", mail.Outcome{Class: mail.Policy, Code: 550, Enhanced: "5.7.1", Text: "spam"}},
		{"several lines", mailtest.Rcpt, "550-5.1.1 no\r\n550 5.1.1 such user", mail.Outcome{Class: mail.Permanent, Code: 550, Enhanced: "5.1.1", Text: "no such user"}},
	}
	for _, lockstep := range []bool{false, true} {
		for _, c := range refusals {
			t.Run(fmt.Sprintf("%s, lock-step %v", c.name, lockstep), func(t *testing.T) {
				server := mailtest.Start(t, mailtest.Options{Answer: atBad(c.step, c.answer), NoPipelining: lockstep})
				work := three()
				if err := run(t, relays(t, 5*time.Second, server.URL()), work); err != nil {
					t.Fatal(err)
				}
				if got := work.outcomes["2"]; got != c.want {
					t.Errorf("got %+v, want %+v", got, c.want)
				}
				for _, id := range []string{"1", "3"} {
					if work.outcomes[id].Class != mail.Sent {
						t.Errorf("message %s: %+v", id, work.outcomes[id])
					}
				}
				if n := server.Connections(); n != 1 {
					t.Errorf("%d connections for one refusal", n)
				}
				if counts := server.Counts(); len(counts) != 2 || counts["a@example.se"] != 1 || counts["c@example.se"] != 1 {
					t.Errorf("accepted: %v", counts)
				}
			})
		}
	}
}

func TestRun_ARefusedSenderIsNotTheRecipientsFault(t *testing.T) {
	for answer, enhanced := range map[string]string{"550 5.1.8 bad sender": "5.1.8", "452 4.3.1 full": "4.3.1", "550 5.7.1 not you": "5.7.1"} {
		for _, lockstep := range []bool{false, true} {
			server := mailtest.Start(t, mailtest.Options{NoPipelining: lockstep, Answer: func(e mailtest.Event) string {
				if e.Step == mailtest.Mail {
					return answer
				}
				return ""
			}})
			work := three()
			sender := relays(t, 5*time.Second, server.URL())
			if err := run(t, sender, work); err == nil {
				t.Errorf("%s: the connection is used on, and every message would meet the same", answer)
			}
			if o := work.outcomes["1"]; o.Class != mail.Barred || o.Enhanced != enhanced {
				t.Errorf("%s: the first message: %+v", answer, o)
			}
			if o, told := work.outcomes["2"]; told && o.Class != mail.Unbegun {
				t.Errorf("%s: the one behind: %+v", answer, o)
			}
			if rests := sender.Rests(); len(rests) != 1 || rests[0].Why.Enhanced != enhanced || rests[0].Relay != server.Addr() {
				t.Errorf("%s: the relay rests: %+v", answer, rests)
			}
		}
	}
}

func TestRun_WhatEveryDomainRefuses_TheRelayRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		takes  string // the domain that takes mail
		barred bool
	}{"nobody takes mail": {"", true}, "somebody does": {"two.example", false}} {
		server := mailtest.Start(t, mailtest.Options{Answer: func(e mailtest.Event) string {
			if e.Step == mailtest.Rcpt && !strings.HasSuffix(e.To, "@"+c.takes) {
				return "554 5.7.1 relay access denied"
			}
			return ""
		}})
		work := newList()
		for i, domain := range []string{"one", "One", "one", "one", "two", "three", "four"} {
			work.messages = append(work.messages, message(fmt.Sprint(i), "a@"+domain+".example", "x"))
		}
		err := run(t, relays(t, 5*time.Second, server.URL()), work)
		if barred := work.outcomes["5"].Class == mail.Barred; barred != c.barred || (err != nil) != c.barred {
			t.Errorf("%s: the third domain's: %+v, %v", name, work.outcomes["5"], err)
		}
		for i := range 4 {
			if o := work.outcomes[fmt.Sprint(i)]; o.Class != mail.Policy {
				t.Errorf("%s: one domain's refusal counts as more: %+v", name, o)
			}
		}
	}
}

func TestRun_WhenTheConnectionBreaks_OnlyWhatMayHaveBeenAcceptedIsUnknown(t *testing.T) {
	breaks := []struct {
		name   string
		step   mailtest.Step
		answer string
		class  mail.Class
		code   int
	}{
		{"dropped before the recipient", mailtest.Rcpt, mailtest.Drop, mail.Temporary, 0},
		{"dropped before DATA", mailtest.Data, mailtest.Drop, mail.Temporary, 0},
		{"dropped after the dot", mailtest.End, mailtest.Drop, mail.Unknown, 0},
		{"accepted without a word", mailtest.End, mailtest.Lose, mail.Unknown, 0},
		{"silent after the dot", mailtest.End, mailtest.Stall, mail.Unknown, 0},
		{"silent at the recipient", mailtest.Rcpt, mailtest.Stall, mail.Temporary, 0},
		{"closing at the recipient", mailtest.Rcpt, "421 4.3.2 closing", mail.Barred, 421},
		{"its domain closing", mailtest.Rcpt, "421 4.7.0 too many for it", mail.Policy, 421},
		{"closing after the dot", mailtest.End, "421 4.7.0 too many", mail.Policy, 421},
		{"nonsense after the dot", mailtest.End, "hello", mail.Unknown, 0},
		{"nonsense at the recipient", mailtest.Rcpt, "hello", mail.Temporary, 0},
		{"354 after the dot", mailtest.End, "354 more", mail.Unknown, 0},
		{"250 to DATA", mailtest.Data, "250 yes", mail.Temporary, 0},
	}
	for _, lockstep := range []bool{false, true} {
		for _, c := range breaks {
			t.Run(fmt.Sprintf("%s, lock-step %v", c.name, lockstep), func(t *testing.T) {
				server := mailtest.Start(t, mailtest.Options{Answer: atBad(c.step, c.answer), NoPipelining: lockstep})
				work := three()
				if err := run(t, relays(t, 200*time.Millisecond, server.URL()), work); err == nil {
					t.Error("Run says that the connection can be used on")
				}
				if o := work.outcomes["2"]; o.Class != c.class || o.Code != c.code {
					t.Errorf("got %+v", o)
				}
				if o := work.outcomes["1"]; o.Class != mail.Sent {
					t.Errorf("the one before: %+v", o)
				}
				if o, marked := work.outcomes["3"]; marked && (o.Class != mail.Unbegun || o.Code != 0) {
					t.Errorf("the one behind: %+v", o)
				} else if !marked && work.next == 3 {
					t.Error("the one behind was taken and nothing was said of it")
				}
				if len(work.twice) > 0 {
					t.Errorf("told twice: %v", work.twice)
				}
			})
		}
	}
}

func TestRun_WhenTheRelayDropsInTheText_TheMessageMayBeTriedAgain(t *testing.T) {
	server := mailtest.Start(t, mailtest.Options{Answer: atBad(mailtest.Body, mailtest.Drop)})
	large := message("2", "bad@example.se", "x")
	large.Data = append(large.Data, strings.Repeat("0123456789012345678901234567890\r\n", 1<<20)...)
	work := newList(large)
	if err := run(t, relays(t, 5*time.Second, server.URL()), work); err == nil {
		t.Error("no error")
	}
	if o := work.outcomes["2"]; o.Class != mail.Temporary {
		t.Errorf("the dot never left, yet %+v", o)
	}
}

func TestRun_ARelayThatAsksForARefusedText_GetsAnEmptyOne(t *testing.T) {
	server := mailtest.Start(t, mailtest.Options{Answer: func(e mailtest.Event) string {
		switch {
		case e.Step == mailtest.Rcpt && e.To == "bad@example.se":
			return "550 5.1.1 no"
		case e.Step == mailtest.Data:
			return "354 go on"
		}
		return ""
	}})
	work := three()
	if err := run(t, relays(t, 5*time.Second, server.URL()), work); err != nil {
		t.Fatal(err)
	}
	if work.outcomes["2"].Enhanced != "5.1.1" || work.outcomes["3"].Class != mail.Sent || server.Count() != 2 {
		t.Errorf("%+v, %d accepted", work.outcomes, server.Count())
	}
}

func TestRun_RefusesByItselfWhatTheRelayCannotTake(t *testing.T) {
	server := mailtest.Start(t, mailtest.Options{Size: 500})
	large := message("1", "a@example.se", "x")
	large.Data = append(large.Data, strings.Repeat("x\r\n", 500)...)
	split := message("2", "b@example.se>\r\nRCPT TO:<c@example.se", "x")
	noDomain := message("3", "nobody", "x")
	sender := message("4", "d@example.se", "x")
	sender.From = "press@\r\nexample.se"
	good := message("5", "e@example.se", "x")
	work := newList(large, split, noDomain, sender, good)
	if err := run(t, relays(t, 5*time.Second, server.URL()), work); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"1": "5.3.4", "2": "5.1.3", "3": "5.1.3", "4": "5.1.7", "5": "2.0.0"}
	for id, enhanced := range want {
		if o := work.outcomes[id]; o.Enhanced != enhanced || o.Text == "" {
			t.Errorf("message %s: %+v", id, o)
		}
	}
	if server.Count() != 1 || work.outcomes["4"].Class != mail.Permanent {
		t.Errorf("%d accepted, %+v", server.Count(), work.outcomes["4"])
	}
}

func TestRun_SaysDomainsAsALabelsAndTextAsItIs(t *testing.T) {
	for _, lockstep := range []bool{false, true} {
		server := mailtest.Start(t, mailtest.Options{NoPipelining: lockstep})
		m := message("1", "kerstin@länsstyrelsen.se", "x")
		m.From = ""
		m.Data = []byte("Subject: x\r\n\r\n.\r\n..\r\n.dots\r\n\r\n.\r\nno end")
		if err := run(t, relays(t, 5*time.Second, server.URL()), newList(m)); err != nil {
			t.Fatal(err)
		}
		got := server.Messages()[0]
		if got.To != "kerstin@xn--lnsstyrelsen-gcb.se" || got.From != "" || string(got.Data) != string(m.Data)+"\r\n" {
			t.Errorf("%q", got)
		}
	}
}

// marks is a Work whose marks are made by hand.
type marks struct {
	*list
	mu     sync.Mutex
	marked map[string]bool // by recipient
	hold   map[string]chan struct{}
}

// Mark is written as soon as it is asked for, unless it is held.
func (w *marks) Mark(m *mail.Message) mail.Mark { return &handMark{work: w, message: m} }

type handMark struct {
	work    *marks
	message *mail.Message
}

func (m *handMark) Durable() bool { return m.work.hold[m.message.ID] == nil && m.Wait() == nil }

func (m *handMark) Wait() error {
	if held := m.work.hold[m.message.ID]; held != nil {
		<-held
	}
	m.work.mu.Lock()
	defer m.work.mu.Unlock()
	m.work.marked[m.message.To] = true
	return nil
}

func (w *marks) isMarked(to string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.marked[to]
}

func TestRun_NeverBeginsAMessageBeforeItsMark(t *testing.T) {
	for _, lockstep := range []bool{false, true} {
		work := &marks{list: newList(), marked: map[string]bool{}}
		for i := range 100 {
			work.messages = append(work.messages, message(fmt.Sprint(i), fmt.Sprintf("r%d@example.se", i), "x"))
		}
		var early []string
		server := mailtest.Start(t, mailtest.Options{NoPipelining: lockstep, Answer: func(e mailtest.Event) string {
			if e.Step == mailtest.Rcpt && !work.isMarked(e.To) {
				early = append(early, e.To)
			}
			return ""
		}})
		if err := run(t, relays(t, 5*time.Second, server.URL()), work); err != nil {
			t.Fatal(err)
		}
		if server.Count() != 100 || len(early) > 0 {
			t.Errorf("%d accepted; begun before their mark: %v", server.Count(), early)
		}
	}
}

func TestRun_ASlowMarkHoldsUpOnlyItsOwnMessage(t *testing.T) {
	server := mailtest.Start(t, mailtest.Options{})
	held := make(chan struct{})
	work := &marks{list: three(), marked: map[string]bool{}, hold: map[string]chan struct{}{"2": held}}
	go func() {
		server.WaitFor(t, 1)
		close(held)
	}()
	if err := run(t, relays(t, 5*time.Second, server.URL()), work); err != nil {
		t.Fatal(err)
	}
	if server.Count() != 3 {
		t.Errorf("%d accepted", server.Count())
	}
}

func TestRun_WithoutItsMark_AMessageIsNotSentAndNothingIsSaidOfIt(t *testing.T) {
	server := mailtest.Start(t, mailtest.Options{})
	work := three()
	work.markErr = map[string]error{"2": errors.New("disk full")}
	if err := run(t, relays(t, 5*time.Second, server.URL()), work); err == nil {
		t.Error("no error")
	}
	if _, told := work.outcomes["2"]; told || work.outcomes["1"].Class != mail.Sent || server.Count() != 1 {
		t.Errorf("%+v", work.outcomes)
	}
}

func TestRun_WhenItsTimeIsUp_CutsOffWhatIsOnTheWire(t *testing.T) {
	for at, want := range map[mailtest.Step]mail.Class{mailtest.Rcpt: mail.Unbegun, mailtest.Data: mail.Unbegun, mailtest.End: mail.CutOff} {
		for _, lockstep := range []bool{false, true} {
			ctx, cancel := context.WithCancel(t.Context())
			server := mailtest.Start(t, mailtest.Options{NoPipelining: lockstep, Answer: func(e mailtest.Event) string {
				if e.Step == at && e.To == "bad@example.se" {
					cancel()
					return mailtest.Stall
				}
				return ""
			}})
			conn, err := relays(t, time.Minute, server.URL()).Connect(ctx)
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			work := three()
			if err := conn.Run(ctx, work); err == nil {
				t.Errorf("at %v: no error", at)
			}
			if o, told := work.outcomes["2"]; !told || o.Class != want {
				t.Errorf("at %v, line by line %v: %+v, %v", at, lockstep, o, told)
			}
		}
	}
}

func TestRun_WithPipelining_TakesAtMostTwoRoundTripsAMessage(t *testing.T) {
	trips := func(lockstep bool) int {
		server := mailtest.Start(t, mailtest.Options{NoPipelining: lockstep})
		work := newList()
		for i := range 100 {
			work.messages = append(work.messages, message(fmt.Sprint(i), "a@example.se", "x"))
		}
		if err := run(t, relays(t, 5*time.Second, server.URL()), work); err != nil {
			t.Fatal(err)
		}
		return server.RoundTrips()
	}
	// Two, when a mark is not ready in time; one, as a rule.
	if n := trips(false); n > 210 {
		t.Errorf("%d round trips for 100 messages", n)
	}
	if n := trips(true); n < 400 {
		t.Errorf("%d round trips in lock-step: not counted right", n)
	}
}
