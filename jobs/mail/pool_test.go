package mail_test

import (
	"context"
	"errors"
	"net"
	"testing"
	"time"

	"dateline/jobs/mail"
	"dateline/jobs/mail/mailtest"
)

func TestConnect_UsesAnIdleConnectionAgain(t *testing.T) {
	server := mailtest.Start(t, mailtest.Options{})
	sender := relays(t, 5*time.Second, server.URL())
	for range 5 {
		if err := run(t, sender, three()); err != nil {
			t.Fatal(err)
		}
	}
	if n := server.Connections(); n != 1 || server.Count() != 15 {
		t.Errorf("%d connections, %d messages", n, server.Count())
	}
}

func TestConnect_ReplacesAConnectionThatTheRelayHasClosed(t *testing.T) {
	server := mailtest.Start(t, mailtest.Options{})
	sender := relays(t, 5*time.Second, server.URL())
	for range 3 {
		if err := run(t, sender, three()); err != nil {
			t.Fatal(err)
		}
		server.HangUp()
	}
	if server.Count() != 9 {
		t.Errorf("%d messages", server.Count())
	}
}

func TestConnect_OpensNoMoreThanTheRelayAllows(t *testing.T) {
	server := mailtest.Start(t, mailtest.Options{})
	sender := relays(t, 5*time.Second, server.URL()+"&connections=2")
	var open []mail.Conn
	for range 2 {
		c, err := sender.Connect(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		open = append(open, c)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	var failure *mail.Failure
	if _, err := sender.Connect(ctx); !errors.As(err, &failure) || failure.Class != mail.Temporary {
		t.Fatalf("a third connection: %v", err)
	}
	third := make(chan error)
	go func() {
		_, err := sender.Connect(t.Context())
		third <- err
	}()
	open[0].Close()
	if err := <-third; err != nil || server.Connections() != 2 {
		t.Errorf("after one was given back: %v, %d connections", err, server.Connections())
	}
}

func TestConnect_WhenTheFirstRelayIsAway_UsesTheNextAndComesBack(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	away := listener.Addr().String()
	listener.Close()
	second := mailtest.Start(t, mailtest.Options{})
	sender := relays(t, 5*time.Second, "smtp://"+away+"?tls=none", second.URL())
	sender.RestFor(20 * time.Millisecond)
	if err := run(t, sender, three()); err != nil || second.Count() != 3 {
		t.Fatalf("%v, %d messages", err, second.Count())
	}

	if listener, err = net.Listen("tcp", away); err != nil {
		t.Fatal(err)
	}
	first := mailtest.StartOn(t, listener, mailtest.Options{})
	for first.Count() == 0 {
		if err := run(t, sender, three()); err != nil {
			t.Fatal(err)
		}
	}
}

func TestConnect_WithEveryRelayAway_SaysSoAndRecovers(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	listener.Close()
	sender := relays(t, 5*time.Second, "smtp://"+address+"?tls=none")
	sender.RestFor(20 * time.Millisecond)
	for range 2 {
		var failure *mail.Failure
		if _, err := sender.Connect(t.Context()); !errors.As(err, &failure) || failure.Class != mail.Temporary {
			t.Fatalf("got %v", err)
		}
	}
	if err := sender.Check(t.Context()); err == nil {
		t.Error("Check found nothing wrong")
	}
	if listener, err = net.Listen("tcp", address); err != nil {
		t.Fatal(err)
	}
	server := mailtest.StartOn(t, listener, mailtest.Options{})
	if err := sender.Check(t.Context()); err != nil {
		t.Error(err)
	}
	if err := run(t, sender, three()); err != nil || server.Count() != 3 {
		t.Errorf("%v, %d messages", err, server.Count())
	}
}

func TestConnect_ARelayThatRefusesUsIsAMatterForAnOfficer(t *testing.T) {
	for answer, want := range map[string]mail.Class{
		"554 5.7.1 no service for you": mail.Barred,
		"421 4.3.2 too many":           mail.Barred,
		"450 4.3.2 starting":           mail.Barred,
		mailtest.Drop:                  mail.Temporary,
	} {
		server := mailtest.Start(t, mailtest.Options{Answer: func(e mailtest.Event) string {
			if e.Step == mailtest.Greeting {
				return answer
			}
			return ""
		}})
		var failure *mail.Failure
		if _, err := relays(t, 5*time.Second, server.URL()).Connect(t.Context()); !errors.As(err, &failure) || failure.Class != want {
			t.Errorf("%s: %v", answer, err)
		}
	}
}

func TestConnect_KeepsToItsContextWhileTheRelaySaysNothing(t *testing.T) {
	server := mailtest.Start(t, mailtest.Options{Answer: func(mailtest.Event) string { return mailtest.Stall }})
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	began := time.Now()
	if err := relays(t, time.Minute, server.URL()).Check(ctx); err == nil || time.Since(began) > 10*time.Second {
		t.Errorf("after %s: %v", time.Since(began), err)
	}
}
