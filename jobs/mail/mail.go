// Package mail builds messages and sends them. A message is rendered once for a release's version and
// a language, as a Template; each recipient's own fields are spliced into its bytes. Sending says of
// every recipient what became of it: accepted, refused for now or for good, or unknown.
package mail

import (
	"context"
	"fmt"
)

// Sender is a way out: one or more SMTP relays, or the captured mailbox.
type Sender interface {
	// Connect opens a connection, kept for many messages. Its error is a *Failure.
	Connect(ctx context.Context) (Conn, error)
	// Check says whether a message could be sent now, without sending one.
	Check(ctx context.Context) error
	// Rests are the relays that are left alone for a while because they refuse our mail.
	Rests() []Rest
	// Close lets go of what is pooled.
	Close() error
}

// Conn is one open connection. It is used by one goroutine at a time.
type Conn interface {
	// Run sends what work gives until there is no more, and tells work what became of each message.
	// An error means that the connection is of no more use; every message that was given has still
	// had its Done, or was never marked.
	Run(ctx context.Context, work Work) error
	// Relay is where it leads; the zero Relay when that is the captured mailbox.
	Relay() Relay
	Close() error
}

// Work is a worker's side of a connection. Run calls it from one goroutine.
type Work interface {
	// Next gives the next message, rendered whole; false when there is none. It is asked for one
	// message ahead of the one on the wire, which waits while it thinks. From and Data stay as they
	// are until Done.
	Next(ctx context.Context) (*Message, bool)
	// Mark begins to write down that m is about to be sent, and returns at once. The connection begins
	// m only once that is durable.
	Mark(m *Message) Mark
	// Done says what became of m.
	Done(m *Message, o Outcome)
}

// A Mark is the writing down that a message is about to be sent.
type Mark interface {
	// Durable says, without waiting, whether it is written.
	Durable() bool
	// Wait returns nil once it is written, else why it can't be.
	Wait() error
}

// NoMark is that of a message of which nothing need be written down.
var NoMark Mark = noMark{}

type noMark struct{}

func (noMark) Durable() bool { return true }
func (noMark) Wait() error   { return nil }

// Message is one recipient's message, ready to go.
type Message struct {
	ID   string // the caller's own reference
	From string // RFC 5321 reverse-path
	To   string
	Data []byte // RFC 5322, CRLF line ends, not dot-stuffed

	// What is known of the Data that a Template made; whoever changes it, forgets that.
	plain bool  // it is ASCII, ends with its last line, and has these lines that begin with a dot:
	dots  []int // where each of them begins
}

// Class is what a recipient's outcome means for trying again.
type Class int

// The classes.
const (
	Sent      Class = iota // 2yz after the final dot
	Temporary              // 4yz, or the connection failed before the final dot had left
	Permanent              // 5yz for this address or message, or one that the relay can't take at all
	Unknown                // lost after the final dot: it may have been accepted
	CutOff                 // the same, but it was us who ended the connection
	Policy                 // 4.7.x, 5.7.x to a recipient: its domain refuses us, not the address
	Barred                 // 421, or a refusal before any recipient: the relay refuses us, whoever the mail is for
	Unbegun                // the connection ended before the message was begun: nothing was tried
)

// Outcome is what became of one message.
type Outcome struct {
	Class    Class
	Code     int    // 250, 550; 0 when no answer came
	Enhanced string // RFC 3463: "5.1.1", or ""
	Text     string // the relay's words, or what happened
}

// Failure is an error of sending, with its outcome.
type Failure struct{ Outcome }

func (f *Failure) Error() string { return fmt.Sprintf("%d %s %s", f.Code, f.Enhanced, f.Text) }
