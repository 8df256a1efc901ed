package jobs

import (
	"context"
	"log/slog"
	"testing"
	"testing/synctest"

	"dateline/jobs/mail"
)

// fullSender takes no more connections.
type fullSender struct{ mail.Sender }

func (fullSender) Connect(ctx context.Context) (mail.Conn, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

type idleConn struct{ mail.Conn }

func (idleConn) Close() error { return nil }

// All that the relay takes are open, one of them to a letter: what the worker without one is given must
// not wait while another has a connection and nothing to send.
func TestWork_WithoutAConnection_HandsOnToAWorkerThatHasOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		claiming, stop := context.WithCancel(t.Context())
		e := &Engine{
			deps: Deps{Sender: fullSender{}}, relay: &condition{log: slog.New(slog.DiscardHandler), name: "relay"}, claiming: claiming,
			handing: make(chan entry), giveWay: make(chan struct{}, 1),
		}
		with, without := &outlet{e: e, conn: idleConn{}}, &outlet{e: e}
		busy := make(chan entry) // what only the one without takes from
		handled := make(chan *outlet, 2)
		handle := func(o *outlet, _ entry) { handled <- o }
		e.loops.Go(func() { e.work(without, busy, handle) })
		busy <- entry{ref: "early"}
		synctest.Wait() // it waits for a connection, and nobody has one
		e.loops.Go(func() { e.work(with, nil, handle) })
		if o := <-handled; o != with {
			t.Error("the one without a connection handled what came first")
		}
		busy <- entry{ref: "late"} // by now the other one is idle
		if o := <-handled; o != with {
			t.Error("the one without a connection handled what came later")
		}
		stop()
		e.loops.Wait()
	})
}
