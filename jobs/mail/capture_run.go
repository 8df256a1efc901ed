package mail

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"strings"

	"github.com/klauspost/compress/gzip"
)

// captureGroup is how many mails one transaction takes: a commit costs more than a row.
const captureGroup = 100

type captureConn struct {
	capture *Capture
	packer  packer
}

func (c *captureConn) Close() error { return nil }

func (c *captureConn) Relay() Relay { return Relay{} }

// Run keeps what work gives, in groups, each one transaction. A mail is done once it is committed.
func (c *captureConn) Run(ctx context.Context, work Work) error {
	for more := true; more; {
		var group []*Message
		for len(group) < captureGroup {
			m, ok := work.Next(ctx)
			if !ok {
				more = false
				break
			}
			group = append(group, m)
		}
		if err := c.keepMarked(ctx, work, group); err != nil {
			return err
		}
	}
	return nil
}

func (c *captureConn) keepMarked(ctx context.Context, work Work, group []*Message) error {
	marks := make([]Mark, len(group))
	for i, m := range group {
		marks[i] = work.Mark(m)
	}
	var marked []*Message
	var fault error
	for i, mark := range marks {
		if err := mark.Wait(); err != nil {
			fault = fmt.Errorf("mark %s: %w", group[i].ID, err)
			continue
		}
		marked = append(marked, group[i])
	}
	if len(marked) == 0 {
		return fault
	}
	outcome := Outcome{Class: Sent, Code: 250, Enhanced: "2.0.0", Text: "captured"}
	if err := c.keep(ctx, marked); err != nil {
		fault = fmt.Errorf("capture mail: %w", err)
		outcome = Outcome{Class: Temporary, Text: fault.Error()}
	}
	for _, m := range marked {
		work.Done(m, outcome)
	}
	return fault
}

// keep writes a group in one statement, and is not cut off in it: whether it was committed would be
// unknown.
func (c *captureConn) keep(ctx context.Context, group []*Message) error {
	at := c.capture.now().UnixMilli()
	args := make([]any, 0, 7*len(group))
	var values strings.Builder
	for i, m := range group {
		raw, err := c.packer.pack(m.Data)
		if err != nil {
			return err
		}
		subject, messageID := identify(m.Data)
		if i > 0 {
			values.WriteString(", ")
		}
		n := len(args)
		fmt.Fprintf(&values, "($%d, $%d, $%d, $%d, $%d, $%d, $%d)", n+1, n+2, n+3, n+4, n+5, n+6, n+7)
		id, keys := strings.ToLower(rand.Text()), c.capture.keys
		args = append(args, id, at, m.From, m.To, keys.Seal(subjects.Of(id), subject), messageID, keys.Seal(raws.Of(id), raw))
	}
	_, err := c.capture.db.ExecContext(context.WithoutCancel(ctx), `INSERT INTO captured (id, at, sender, recipient, subject, message_id, raw) VALUES `+values.String(), args...)
	return err
}

// packer compresses one mail after the other, with one compressor.
type packer struct {
	gzip *gzip.Writer
	buf  bytes.Buffer
}

func (p *packer) pack(data []byte) (string, error) {
	p.buf.Reset()
	if p.gzip == nil {
		z, err := gzip.NewWriterLevel(&p.buf, gzip.BestSpeed)
		if err != nil {
			return "", err
		}
		p.gzip = z
	}
	p.gzip.Reset(&p.buf)
	if _, err := p.gzip.Write(data); err != nil {
		return "", err
	}
	if err := p.gzip.Close(); err != nil {
		return "", err
	}
	return p.buf.String(), nil
}
