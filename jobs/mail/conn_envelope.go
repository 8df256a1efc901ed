package mail

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// A turn is one message on its way through a connection.
type turn struct {
	message  *Message
	from, to string    // of the envelope, domains as A-labels
	refusal  *Outcome  // why the relay can't be given it at all
	commands []command // what was said of it before its text
	begun    bool      // they are written, or about to be
	marked   chan struct{}
	markErr  error // once marked is closed
}

func newTurn(m *Message, wait func() error, l limits) *turn {
	t := &turn{message: m, marked: make(chan struct{})}
	t.refusal = t.check(l)
	go func() {
		t.markErr = wait()
		close(t.marked)
	}()
	return t
}

// isMarked says, without waiting, whether it is written down that the message is about to be sent.
func (t *turn) isMarked() bool {
	select {
	case <-t.marked:
		return t.markErr == nil
	default:
		return false
	}
}

func (t *turn) waitMarked() error {
	<-t.marked
	return t.markErr
}

// check finds what the relay would refuse or misread, before anything is said to it.
func (t *turn) check(l limits) *Outcome {
	refuse := func(class Class, enhanced, format string, args ...any) *Outcome {
		return &Outcome{Class: class, Enhanced: enhanced, Text: fmt.Sprintf(format, args...), At: time.Now()}
	}
	var err error
	if t.to, err = envelopeAddress(t.message.To); err != nil {
		return refuse(Permanent, "5.1.3", "%v", err)
	}
	if t.message.From != "" { // the null reverse-path
		if t.from, err = envelopeAddress(t.message.From); err != nil {
			return refuse(Policy, "5.1.7", "sender: %v", err)
		}
	}
	if size := len(t.message.Data); l.largest > 0 && size > l.largest {
		return refuse(Permanent, "5.3.4", "the message has %d bytes and the relay takes %d", size, l.largest)
	}
	if !t.ascii() && !l.utf8 {
		return refuse(Permanent, "5.6.7", "the relay takes no address with letters beyond ASCII before its @ (SMTPUTF8)")
	}
	if !l.eightBit && !asciiBytes(t.message.Data) {
		return refuse(Permanent, "5.6.3", "the relay takes no text beyond ASCII (8BITMIME)")
	}
	return nil
}

func (t *turn) ascii() bool { return isASCII(t.from) && isASCII(t.to) }

// envelopeAddress is an address as MAIL and RCPT say it: nothing in it can end the command.
func envelopeAddress(s string) (string, error) {
	if strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r == 0x7f || r == '<' || r == '>' }) {
		return "", fmt.Errorf("%q is not an address", s)
	}
	return asciiDomain(s)
}

// A command is a line of the envelope and which one it is.
type command struct {
	stage stage
	line  string
}

// commands are what is said of a message before its text.
func (c *conn) commands(t *turn) []command {
	mail := "MAIL FROM:<" + t.from + ">"
	if c.limits.size {
		mail += " SIZE=" + strconv.Itoa(len(t.message.Data))
	}
	if !asciiBytes(t.message.Data) {
		mail += " BODY=8BITMIME"
	}
	if !t.ascii() {
		mail += " SMTPUTF8"
	}
	list := []command{{stageMail, mail}, {stageRcpt, "RCPT TO:<" + t.to + ">"}, {stageData, "DATA"}}
	if c.open {
		c.open = false
		return append([]command{{stageReset, "RSET"}}, list...)
	}
	return list
}

func appendCommands(buf []byte, list []command) []byte {
	for _, c := range list {
		buf = append(append(buf, c.line...), "\r\n"...)
	}
	return buf
}

// envelope reads the answers to a message's commands, asking one by one where they were not written in
// a group. A refusal concerns this message alone; the first one tells why.
func (r *run) envelope(ctx context.Context, this *turn) (refusal *Outcome, err error) {
	for _, c := range this.commands {
		if !r.limits.pipelining {
			if refusal != nil {
				break
			}
			if _, err := r.write(ctx, []byte(c.line+"\r\n")); err != nil {
				return nil, err
			}
		}
		answer, err := r.read(ctx)
		if err != nil {
			return refusal, err
		}
		accepted := c.stage.accepts(answer)
		if !accepted && answer.code != 421 && (answer.code < 400 || c.stage == stageReset) {
			return refusal, fmt.Errorf("%w: %d to %s", errBadReply, answer.code, c.line)
		}
		if !accepted && refusal == nil {
			o := outcomeOf(c.stage, answer)
			refusal = &o
		}
		if answer.code == 421 {
			return refusal, nil
		}
		if accepted && c.stage == stageData && refusal != nil {
			return refusal, r.endEmpty(ctx)
		}
	}
	r.open = refusal != nil
	return refusal, nil
}

// endEmpty ends a text that the relay asks for although it refused the recipient: with a dot alone
// (RFC 2920 section 3.1). The answer matters to nobody.
func (r *run) endEmpty(ctx context.Context) error {
	_, err := r.ask(ctx, ".")
	return err
}
