package main

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"dateline/jobs/mail"

	gomail "github.com/wneessen/go-mail"
	"golang.org/x/sync/errgroup"
)

// sendConstant is the sink's limit for our own sender: one message, rendered before, and no ledger.
func (b *benchmark) sendConstant(message *mail.Message, count int) func(context.Context, *stopwatch) error {
	return func(ctx context.Context, watch *stopwatch) error {
		sender := mail.NewSMTP([]mail.Relay{b.relay}, "localhost", benchTimeout)
		defer sender.Close()
		left := &atomic.Int64{}
		left.Store(int64(count))
		group, ctx := errgroup.WithContext(ctx)
		for range b.connections {
			group.Go(func() error {
				conn, err := sender.Connect(ctx)
				if err != nil {
					return err
				}
				defer conn.Close()
				work := &constant{message: message, left: left, watch: watch}
				return errors.Join(conn.Run(ctx, work), work.refused)
			})
		}
		return group.Wait()
	}
}

// constant gives the same message until none is left.
type constant struct {
	message *mail.Message
	left    *atomic.Int64
	watch   *stopwatch
	refused error
}

func (w *constant) Next(context.Context) (*mail.Message, bool) {
	return w.message, w.refused == nil && w.left.Add(-1) >= 0
}

func (w *constant) Mark(*mail.Message) mail.Mark { return mail.NoMark }

func (w *constant) Done(_ *mail.Message, o mail.Outcome) {
	if o.Class != mail.Sent {
		w.refused = &mail.Failure{Outcome: o}
		return
	}
	w.watch.took()
}

// sendLibrary is what a program gets that sends the same text with go-mail over connections it keeps.
func (b *benchmark) sendLibrary(message []byte, count int) func(context.Context, *stopwatch) error {
	return func(ctx context.Context, watch *stopwatch) error {
		_, text, html, err := mail.Parts(message)
		if err != nil {
			return err
		}
		client, err := gomail.NewClient(b.relay.Host, gomail.WithPort(b.relay.Port), gomail.WithHELO("localhost"),
			gomail.WithTLSPolicy(gomail.NoTLS), gomail.WithTimeout(benchTimeout))
		if err != nil {
			return err
		}
		var left atomic.Int64
		left.Store(int64(count))
		group, ctx := errgroup.WithContext(ctx)
		for range b.connections {
			group.Go(func() error {
				conn, err := client.DialToSMTPClientWithContext(ctx)
				if err != nil {
					return err
				}
				defer client.CloseWithSMTPClient(conn)
				for left.Add(-1) >= 0 && ctx.Err() == nil {
					m, err := libraryMessage(text, html)
					if err != nil {
						return err
					}
					if err := client.SendWithSMTPClient(conn, m); err != nil {
						return err
					}
					watch.took()
				}
				return ctx.Err()
			})
		}
		return group.Wait()
	}
}

func libraryMessage(text, html string) (*gomail.Msg, error) {
	m := gomail.NewMsg()
	if err := errors.Join(m.From(benchSender), m.To(benchRecipient)); err != nil {
		return nil, fmt.Errorf("message: %w", err)
	}
	m.Subject(benchText().Headline)
	m.SetDateWithValue(time.Now())
	m.SetMessageID()
	m.SetBodyString(gomail.TypeTextPlain, text)
	m.AddAlternativeString(gomail.TypeTextHTML, html)
	return m, nil
}
