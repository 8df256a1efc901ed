package mail

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"net"
	"strconv"
	"time"

	"github.com/wneessen/go-mail/smtp"
)

// conn is a connection to a relay, past its greeting, TLS and AUTH, which go-mail did.
type conn struct {
	relay   *relay
	client  *smtp.Client
	raw     net.Conn
	timeout time.Duration // of every read and write
	limits  limits

	out      []byte              // what is written next
	known    [stageEnd + 1]known // the latest answer to each command: a relay repeats itself
	extended time.Time           // when the deadline was last moved
	open     bool                // a refused message has left a transaction open: RSET first
	broken   bool
	sent     int // messages, since it was dialled
	born     time.Time
	expires  *time.Timer // closes it, while it is idle
}

// limits is what the relay said in its answer to EHLO.
type limits struct {
	pipelining, eightBit, utf8, size bool
	largest                          int // bytes; 0 is no limit
}

func limitsOf(client *smtp.Client) limits {
	var l limits
	l.pipelining, _ = client.Extension("PIPELINING")
	l.eightBit, _ = client.Extension("8BITMIME")
	l.utf8, _ = client.Extension("SMTPUTF8")
	var largest string
	l.size, largest = client.Extension("SIZE")
	l.largest, _ = strconv.Atoi(largest)
	return l
}

// write sends b as one write, so that what belongs together is in as few packets as can be. n is how
// much of it the network took.
func (c *conn) write(ctx context.Context, b []byte) (n int, err error) {
	if err := c.extend(ctx); err != nil {
		return 0, err
	}
	w := c.client.Text.W
	if n, err = w.Write(b); err == nil {
		err = w.Flush()
	}
	if err != nil {
		return n - w.Buffered(), fmt.Errorf("write to relay: %w", err)
	}
	return n, nil
}

// extend moves the deadline of reads and writes. Moving it costs as much as a short message, so that
// one is left with at least seven eighths of the timeout.
func (c *conn) extend(ctx context.Context) error {
	now := time.Now()
	if now.Sub(c.extended) > c.timeout/8 {
		if err := c.raw.SetDeadline(now.Add(c.timeout)); err != nil {
			return err
		}
		c.extended = now
	}
	return ctx.Err() // the deadline that ends ctx may just have been overwritten
}

// read reads the answer to a command.
func (c *conn) read(ctx context.Context, to stage) (reply, error) {
	if err := c.extend(ctx); err != nil {
		return reply{}, err
	}
	r, err := c.known[to].read(c.client.Text.R)
	if err != nil {
		return reply{}, fmt.Errorf("read from relay: %w", err)
	}
	return r, nil
}

// ask sends one command line and reads its answer.
func (c *conn) ask(ctx context.Context, line string) (reply, error) {
	if _, err := c.write(ctx, []byte(line+"\r\n")); err != nil {
		return reply{}, err
	}
	return c.read(ctx, stageOther)
}

// appendData writes a message as DATA wants it: dots doubled at line beginnings, ended by a dot alone
// (RFC 5321 section 4.5.2).
func appendData(buf []byte, m *Message) []byte {
	data, dots := m.Data, m.dots
	if !m.plain {
		dots = dotsOf(data)
	}
	from := 0
	for _, dot := range dots {
		buf = append(append(buf, data[from:dot]...), '.')
		from = dot
	}
	buf = append(buf, data[from:]...)
	if n := len(data); n > 0 && data[n-1] != '\n' {
		buf = append(buf, "\r\n"...)
	}
	return append(buf, ".\r\n"...)
}

// dotsOf finds the dots that begin a line of b.
func dotsOf(b []byte) (dots []int) {
	if bytes.HasPrefix(b, []byte(".")) {
		dots = append(dots, 0)
	}
	for from := 0; ; {
		i := bytes.Index(b[from:], []byte("\n."))
		if i < 0 {
			return dots
		}
		from += i + 1
		dots = append(dots, from)
	}
}

// asciiBytes looks at many bytes at a time: it is asked of every message.
func asciiBytes(b []byte) bool {
	word := binary.LittleEndian.Uint64
	for ; len(b) >= 32; b = b[32:] {
		if (word(b)|word(b[8:])|word(b[16:])|word(b[24:]))&0x8080808080808080 != 0 {
			return false
		}
	}
	return isASCII(string(b))
}
