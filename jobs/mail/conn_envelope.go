package mail

import (
	"context"
	"fmt"
	"strconv"
	"strings"
)

// A turn is one message on its way through a connection.
type turn struct {
	message  *Message
	mark     Mark
	from, to string   // of the envelope, domains as A-labels
	eightBit bool     // its text goes beyond ASCII
	refusal  *Outcome // why the relay can't be given it at all
	commands []stage  // what is said of it before its text, once it is begun
}

func newTurn(m *Message, mark Mark, l limits) *turn {
	t := &turn{message: m, mark: mark, eightBit: !m.plain && !asciiBytes(m.Data)}
	t.refusal = t.check(l)
	return t
}

// begun says whether its commands are written, or about to be.
func (t *turn) begun() bool { return t.commands != nil }

// check finds what the relay would refuse or misread, before anything is said to it.
func (t *turn) check(l limits) *Outcome {
	refuse := func(class Class, enhanced, format string, args ...any) *Outcome {
		return &Outcome{Class: class, Enhanced: enhanced, Text: fmt.Sprintf(format, args...)}
	}
	var err error
	if t.to, err = envelopeAddress(t.message.To); err != nil {
		return refuse(Permanent, "5.1.3", "%v", err)
	}
	if t.message.From != "" { // the null reverse-path
		if t.from, err = envelopeAddress(t.message.From); err != nil {
			return refuse(Permanent, "5.1.7", "sender: %v", err)
		}
	}
	if size := len(t.message.Data); l.largest > 0 && size > l.largest {
		return refuse(Permanent, "5.3.4", "the message has %d bytes and the relay takes %d", size, l.largest)
	}
	if !t.ascii() && !l.utf8 {
		return refuse(Permanent, "5.6.7", "the relay takes no address with letters beyond ASCII before its @ (SMTPUTF8)")
	}
	if t.eightBit && !l.eightBit {
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

var envelopeCommands = []stage{stageReset, stageMail, stageRcpt, stageData}

// begin decides on what is said of a message before its text.
func (c *conn) begin(t *turn) {
	t.commands = envelopeCommands
	if !c.open {
		t.commands = t.commands[1:]
	}
	c.open = false
}

// appendCommands writes the lines of a message's commands.
func (c *conn) appendCommands(buf []byte, t *turn, commands ...stage) []byte {
	for _, command := range commands {
		switch command {
		case stageReset:
			buf = append(buf, "RSET"...)
		case stageMail:
			buf = c.appendMail(buf, t)
		case stageRcpt:
			buf = append(append(append(buf, "RCPT TO:<"...), t.to...), '>')
		case stageData:
			buf = append(buf, "DATA"...)
		}
		buf = append(buf, "\r\n"...)
	}
	return buf
}

func (c *conn) appendMail(buf []byte, t *turn) []byte {
	buf = append(append(append(buf, "MAIL FROM:<"...), t.from...), '>')
	if c.limits.size {
		buf = strconv.AppendInt(append(buf, " SIZE="...), int64(len(t.message.Data)), 10)
	}
	if t.eightBit {
		buf = append(buf, " BODY=8BITMIME"...)
	}
	if !t.ascii() {
		buf = append(buf, " SMTPUTF8"...)
	}
	return buf
}

// envelope reads the answers to a message's commands, asking one by one where they were not written in
// a group. A refusal concerns this message alone; the first one tells why.
func (r *run) envelope(ctx context.Context, this *turn) (refusal *Outcome, err error) {
	for _, command := range this.commands {
		if !r.limits.pipelining {
			if refusal != nil {
				break
			}
			r.out = r.appendCommands(r.out[:0], this, command)
			if _, err := r.write(ctx, r.out); err != nil {
				return nil, err
			}
		}
		answer, err := r.read(ctx, command)
		if err != nil {
			return refusal, err
		}
		accepted := command.accepts(answer)
		if !accepted && answer.code != 421 && (answer.code < 400 || command == stageReset) {
			return refusal, fmt.Errorf("%w: %d to %q", errBadReply, answer.code, r.appendCommands(nil, this, command))
		}
		if !accepted && refusal == nil {
			o := outcomeOf(command, answer)
			refusal = &o
		}
		if answer.code == 421 {
			return refusal, nil
		}
		if accepted && command == stageData && refusal != nil {
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
