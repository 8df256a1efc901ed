package mail

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/emersion/go-message"
	"github.com/emersion/go-message/textproto"
)

// Parts takes a raw message apart for reading: its header fields, decoded, one to a line; its text; and
// its HTML.
func Parts(raw []byte) (header, text, html string, err error) {
	entity, err := message.Read(bytes.NewReader(raw))
	if err != nil {
		return "", "", "", fmt.Errorf("read message: %w", err)
	}
	var lines strings.Builder
	for fields := entity.Header.Fields(); fields.Next(); {
		value, err := fields.Text()
		if err != nil {
			value = fields.Value()
		}
		fmt.Fprintf(&lines, "%s: %s\n", fields.Key(), value)
	}
	err = entity.Walk(func(path []int, part *message.Entity, err error) error {
		if err != nil {
			return err
		}
		kind, _, err := part.Header.ContentType()
		if err != nil || kind != "text/plain" && kind != "text/html" {
			return err
		}
		body, err := io.ReadAll(part.Body)
		if kind == "text/html" {
			html = string(body)
		} else {
			text = string(body)
		}
		return err
	})
	if err != nil && !errors.Is(err, io.EOF) {
		return lines.String(), text, html, fmt.Errorf("read parts: %w", err)
	}
	return lines.String(), text, html, nil
}

// identify reads what the mailbox lists of a message; what can't be read is "".
func identify(raw []byte) (subject, messageID string) {
	h, err := textproto.ReadHeader(bufio.NewReader(bytes.NewReader(raw)))
	if err != nil {
		return "", ""
	}
	header := message.Header{Header: h}
	subject, err = header.Text("Subject")
	if err != nil {
		subject = h.Get("Subject")
	}
	return strings.ToValidUTF8(oneLine(subject), ""), strings.ToValidUTF8(oneLine(h.Get("Message-Id")), "")
}
