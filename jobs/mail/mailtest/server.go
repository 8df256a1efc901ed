// Package mailtest is an SMTP server for tests and benchmarks. It takes mail and keeps or counts it, and
// can be told to misbehave towards a recipient at any step: refuse, defer, hang up, stall.
package mailtest

import (
	"bufio"
	"context"
	"fmt"
	"maps"
	"net"
	"slices"
	"sync"
	"time"
)

// A Step is where in a conversation the server answers.
type Step string

// The steps. At Greeting and Hello no recipient is known yet.
const (
	Greeting Step = "greeting"
	Hello    Step = "EHLO"
	Mail     Step = "MAIL"
	Rcpt     Step = "RCPT"
	Data     Step = "DATA"
	Body     Step = "body" // the first line of the text has come
	End      Step = "."    // the text has come whole
)

// What Options.Answer may give besides "" and the text of an answer.
const (
	Drop  = "drop"            // close the connection without a word
	Stall = "stall"           // say nothing until the server closes
	Lose  = "accept and drop" // at End: take the message, then close without a word
)

// An Event is a step in a conversation. To is the latest recipient named.
type Event struct {
	Step       Step
	Connection int // counts from 1
	From, To   string
}

// Options tell how the server behaves. The zero value takes everything.
type Options struct {
	// Answer gives the answer to a step: an SMTP line such as "550 5.1.1 no such user", Drop, Stall,
	// Lose, or "" for the usual one. It is called by many connections at once.
	Answer       func(e Event) string
	NoPipelining bool          // don't offer it
	Size         int           // offer SIZE with this limit
	Discard      bool          // count messages, keep none
	HeaderOnly   bool          // keep no more of a message: of tens of thousands, the rest is most of a test's memory
	Delay        time.Duration // before each packet of answers, like a long way
}

// Received is a message that the server has accepted.
type Received struct {
	From, To string
	Data     []byte // without the dots that SMTP adds; with HeaderOnly, up to the empty line
}

// Server is a running server.
type Server struct {
	options  Options
	listener net.Listener
	ended    chan struct{}
	running  sync.WaitGroup

	mu          sync.Mutex
	connections map[net.Conn]struct{}
	opened      int
	roundTrips  int
	messages    []Received
	counts      map[string]int
	total       int
	waiting     map[chan struct{}]int // for so many messages
}

// TB is what a server needs of a test: *testing.T and *testing.B are one.
type TB interface {
	Helper()
	Fatalf(format string, args ...any)
	Cleanup(func())
}

// Start runs a server on a free port until the test ends.
func Start(t TB, o Options) *Server {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatalf("mailtest: %v", err)
	}
	return StartOn(t, listener, o)
}

// StartOn runs a server until the test ends where a test already listens.
func StartOn(t TB, listener net.Listener, o Options) *Server {
	s := serve(listener, o)
	t.Cleanup(s.Close)
	return s
}

// Listen runs a server on a free port of this machine until Close.
func Listen(o Options) (*Server, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	return serve(listener, o), nil
}

func serve(listener net.Listener, o Options) *Server {
	s := &Server{
		options: o, listener: listener, ended: make(chan struct{}),
		connections: map[net.Conn]struct{}{}, counts: map[string]int{}, waiting: map[chan struct{}]int{},
	}
	s.running.Add(1)
	go s.accept()
	return s
}

// Addr is where the server listens: "127.0.0.1:40123".
func (s *Server) Addr() string { return s.listener.Addr().String() }

// URL is the server as a relay: "smtp://127.0.0.1:40123?tls=none".
func (s *Server) URL() string { return "smtp://" + s.Addr() + "?tls=none" }

// Messages are those accepted, in order; none when they are discarded.
func (s *Server) Messages() []Received {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.messages)
}

// Count is how many were accepted.
func (s *Server) Count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.total
}

// Counts is how many each recipient was sent.
func (s *Server) Counts() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.counts)
}

// Connections is how many were opened, ever.
func (s *Server) Connections() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.opened
}

// RoundTrips is how often answers were sent because there was nothing more to read.
func (s *Server) RoundTrips() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.roundTrips
}

// Await returns once n messages have been accepted, or with the error of ctx.
func (s *Server) Await(ctx context.Context, n int) error {
	enough := make(chan struct{})
	s.mu.Lock()
	s.waiting[enough] = n
	s.wake()
	s.mu.Unlock()
	select {
	case <-enough:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("%d of %d messages came: %w", s.Count(), n, ctx.Err())
	}
}

// WaitFor fails the test unless n messages have been accepted within half a minute.
func (s *Server) WaitFor(t TB, n int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	if err := s.Await(ctx, n); err != nil {
		t.Fatalf("mailtest: %v", err)
	}
}

// Close hangs up on everyone and waits for the server to end.
func (s *Server) Close() {
	s.mu.Lock()
	select {
	case <-s.ended:
	default:
		close(s.ended)
	}
	s.listener.Close()
	for c := range s.connections {
		c.Close()
	}
	s.mu.Unlock()
	s.running.Wait()
}

// HangUp closes every open connection; the server goes on listening.
func (s *Server) HangUp() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.connections {
		c.Close()
	}
}

func (s *Server) accept() {
	defer s.running.Done()
	for {
		c, err := s.listener.Accept()
		if err != nil {
			return
		}
		s.mu.Lock()
		select {
		case <-s.ended:
			c.Close()
		default:
			s.opened++
			s.connections[c] = struct{}{}
			s.running.Add(1)
			go s.talk(c, s.opened)
		}
		s.mu.Unlock()
	}
}

func (s *Server) talk(c net.Conn, number int) {
	defer s.running.Done()
	t := &talk{server: s, r: bufio.NewReaderSize(c, 64<<10), w: bufio.NewWriter(c), event: Event{Connection: number}}
	t.run()
	s.mu.Lock()
	delete(s.connections, c)
	s.mu.Unlock()
	c.Close()
}

// take records an accepted message.
func (s *Server) take(e Event, data []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.total++
	s.counts[e.To]++
	if !s.options.Discard {
		s.messages = append(s.messages, Received{From: e.From, To: e.To, Data: slices.Clone(data)})
	}
	s.wake()
}

// wake tells those who wait for as many messages as there are.
func (s *Server) wake() {
	for enough, n := range s.waiting {
		if s.total >= n {
			close(enough)
			delete(s.waiting, enough)
		}
	}
}
