package mailtest

import (
	"bufio"
	"bytes"
	"errors"
	"net"
	"sync"
)

// Sink is a server to measure against: it takes every message as fast as the machine allows and keeps
// none. Its clients speak correctly and in capitals; whoever wants to see what else can happen uses
// Server.
type Sink struct {
	listener net.Listener
	took     func(recipient []byte)
	running  sync.WaitGroup

	mu          sync.Mutex
	connections map[net.Conn]struct{} // nil once it is closed
}

// ListenSink runs a sink on a free port of this machine until Close. took is told of each message as
// it is accepted, by many connections at once; recipient is its own only until it returns.
func ListenSink(took func(recipient []byte)) (*Sink, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &Sink{listener: listener, took: took, connections: map[net.Conn]struct{}{}}
	s.running.Go(s.accept)
	return s, nil
}

// Addr is where the sink listens: "127.0.0.1:40123".
func (s *Sink) Addr() string { return s.listener.Addr().String() }

// Close hangs up on everyone and waits for the sink to end.
func (s *Sink) Close() {
	s.listener.Close()
	s.mu.Lock()
	for c := range s.connections {
		c.Close()
	}
	s.connections = nil
	s.mu.Unlock()
	s.running.Wait()
}

func (s *Sink) accept() {
	for {
		c, err := s.listener.Accept()
		if err != nil {
			return
		}
		s.mu.Lock()
		if s.connections == nil {
			c.Close()
		} else {
			s.connections[c] = struct{}{}
			s.running.Go(func() { s.talk(c) })
		}
		s.mu.Unlock()
	}
}

func (s *Sink) talk(c net.Conn) {
	t := sinkTalk{sink: s, r: bufio.NewReaderSize(c, 64<<10), w: bufio.NewWriter(c)}
	t.w.WriteString("220 sink ready\r\n")
	for t.next() == nil {
	}
	t.w.Flush()
	c.Close()
	s.mu.Lock()
	delete(s.connections, c)
	s.mu.Unlock()
}

// sinkTalk is one conversation.
type sinkTalk struct {
	sink *Sink
	r    *bufio.Reader
	w    *bufio.Writer
	to   []byte
}

// next answers one command. Answers leave together once there is nothing more to read.
func (t *sinkTalk) next() error {
	if t.r.Buffered() == 0 {
		if err := t.w.Flush(); err != nil {
			return err
		}
	}
	line, err := t.r.ReadSlice('\n')
	if err != nil {
		return err
	}
	switch verb := line[:min(4, len(line))]; string(verb) {
	case "EHLO":
		return t.say("250-sink\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 ENHANCEDSTATUSCODES\r\n")
	case "RCPT":
		_, path, _ := bytes.Cut(line, []byte("<"))
		path, _, _ = bytes.Cut(path, []byte(">"))
		t.to = append(t.to[:0], path...)
		return t.say("250 2.1.5 recipient ok\r\n")
	case "DATA":
		return t.text()
	case "QUIT":
		return errors.Join(t.say("221 2.0.0 bye\r\n"), errHungUp)
	}
	return t.say("250 2.0.0 ok\r\n")
}

func (t *sinkTalk) say(answer string) error {
	_, err := t.w.WriteString(answer)
	return err
}

// text reads a message up to the dot alone on a line and forgets it.
func (t *sinkTalk) text() error {
	if err := errors.Join(t.say("354 go on\r\n"), t.w.Flush()); err != nil {
		return err
	}
	end := []byte("\r\n.\r\n")
	for {
		if _, err := t.r.Peek(len(end)); err != nil {
			return err
		}
		held, err := t.r.Peek(t.r.Buffered())
		if err != nil {
			return err
		}
		if i := bytes.Index(held, end); i >= 0 {
			t.r.Discard(i + len(end))
			t.sink.took(t.to)
			return t.say("250 2.0.0 taken\r\n")
		}
		t.r.Discard(len(held) - len(end) + 1)
	}
}
