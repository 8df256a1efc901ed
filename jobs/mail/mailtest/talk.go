package mailtest

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"strings"
	"time"
)

// errHungUp ends a conversation that the server was told to break off.
var errHungUp = errors.New("hung up")

// talk is one conversation.
type talk struct {
	server *Server
	r      *bufio.Reader
	w      *bufio.Writer
	event  Event
	named  bool // MAIL was accepted
	known  bool // and a RCPT
	data   []byte
}

func (t *talk) run() {
	if _, err := t.answer(Greeting, "220 mailtest ready"); err != nil {
		t.w.Flush()
		return
	}
	for {
		line, err := t.line()
		if err != nil {
			return
		}
		if err := t.command(string(line)); err != nil {
			t.w.Flush()
			return
		}
	}
}

// line reads a line without its end, sending what is to be said once there is nothing more to read.
func (t *talk) line() ([]byte, error) {
	if t.r.Buffered() == 0 {
		if err := t.flush(); err != nil {
			return nil, err
		}
	}
	line, err := t.r.ReadSlice('\n')
	return bytes.TrimSuffix(line, []byte("\r\n")), err
}

func (t *talk) flush() error {
	if t.w.Buffered() == 0 {
		return nil
	}
	t.server.mu.Lock()
	t.server.roundTrips++
	t.server.mu.Unlock()
	time.Sleep(t.server.options.Delay)
	return t.w.Flush()
}

func (t *talk) say(line string) error {
	_, err := t.w.WriteString(line + "\r\n")
	return err
}

// answer says usual at a step, or what the options want instead, and returns what it said.
func (t *talk) answer(step Step, usual string) (said string, err error) {
	said = usual
	if t.server.options.Answer != nil {
		t.event.Step = step
		if other := t.server.options.Answer(t.event); other != "" {
			said = other
		}
	}
	switch {
	case said == Drop || said == Lose:
		return said, errHungUp
	case said == Stall:
		t.w.Flush()
		<-t.server.ended
		return said, errHungUp
	case strings.HasPrefix(said, "421"):
		return said, errors.Join(t.say(said), errHungUp)
	}
	return said, t.say(said)
}

func (t *talk) command(line string) error {
	verb, rest, _ := strings.Cut(line, " ")
	switch strings.ToUpper(verb) {
	case "EHLO", "HELO":
		return t.hello()
	case "MAIL":
		return t.mail(rest)
	case "RCPT":
		return t.rcpt(rest)
	case "DATA":
		return t.text()
	case "RSET":
		t.reset()
		return t.say("250 2.0.0 as new")
	case "NOOP":
		return t.say("250 2.0.0 so it is")
	case "QUIT":
		return errors.Join(t.say("221 2.0.0 bye"), errHungUp)
	}
	return t.say("500 5.5.2 no such command")
}

func (t *talk) reset() { t.named, t.known, t.event.From, t.event.To = false, false, "", "" }

func (t *talk) hello() error {
	offers := []string{"mailtest", "8BITMIME", "ENHANCEDSTATUSCODES", "SMTPUTF8"}
	if !t.server.options.NoPipelining {
		offers = append(offers, "PIPELINING")
	}
	if size := t.server.options.Size; size > 0 {
		offers = append(offers, fmt.Sprintf("SIZE %d", size))
	}
	last := len(offers) - 1
	_, err := t.answer(Hello, "250-"+strings.Join(offers[:last], "\r\n250-")+"\r\n250 "+offers[last])
	return err
}

func (t *talk) mail(rest string) error {
	if t.named {
		return t.say("503 5.5.1 nested MAIL command")
	}
	t.event.From, t.event.To = path(rest), ""
	var size int
	if _, found, ok := strings.Cut(rest, "SIZE="); ok {
		fmt.Sscan(found, &size)
	}
	if limit := t.server.options.Size; limit > 0 && size > limit {
		return t.say("552 5.3.4 too large")
	}
	said, err := t.answer(Mail, "250 2.1.0 sender ok")
	t.named = said[0] == '2'
	return err
}

func (t *talk) rcpt(rest string) error {
	if !t.named {
		return t.say("503 5.5.1 MAIL first")
	}
	t.event.To = path(rest)
	said, err := t.answer(Rcpt, "250 2.1.5 recipient ok")
	t.known = said[0] == '2'
	return err
}

// path is the address between the brackets of MAIL and RCPT.
func path(rest string) string {
	_, rest, _ = strings.Cut(rest, "<")
	address, _, _ := strings.Cut(rest, ">")
	return address
}

// text takes a message. A server may ask for it although it refused the recipient, and then forgets it.
func (t *talk) text() error {
	usual := "354 go on"
	if !t.known {
		usual = "554 5.5.1 no valid recipients"
	}
	said, err := t.answer(Data, usual)
	if err != nil || !strings.HasPrefix(said, "354") {
		return err
	}
	if err := t.readText(); err != nil {
		return err
	}
	if !t.known {
		t.reset()
		return t.say("554 5.5.1 no valid recipients")
	}
	said, err = t.answer(End, "250 2.0.0 taken")
	if said == Lose || said[0] == '2' {
		t.server.take(t.event, t.data)
	}
	t.reset()
	return err
}

// readText reads up to the dot alone on a line, taking off the dots that were added.
func (t *talk) readText() error {
	t.data = t.data[:0]
	keep := true
	for first := true; ; first = false {
		line, err := t.line()
		if err != nil {
			return err
		}
		if first && t.server.options.Answer != nil {
			t.event.Step = Body
			if t.server.options.Answer(t.event) == Drop {
				return errHungUp
			}
		}
		if len(line) == 1 && line[0] == '.' {
			return nil
		}
		if keep {
			t.data = append(append(t.data, bytes.TrimPrefix(line, []byte("."))...), "\r\n"...)
			keep = !t.server.options.HeaderOnly || len(line) > 0
		}
	}
}
