package mail

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// A reply is a server's answer to one command (RFC 5321 section 4.2).
type reply struct {
	code     int
	enhanced string // RFC 2034: "5.1.1", or ""
	text     string // its lines, joined by spaces, without the enhanced code
}

var errBadReply = errors.New("the relay's answer is not SMTP")

// longestReply is how many lines of an answer are read; a server that goes on is broken.
const longestReply = 64

// known is the latest answer of one line to a command. A relay repeats itself, and what it repeats
// isn't parsed again.
type known struct {
	line  []byte // with its end
	reply reply
}

// read reads one answer of one or more lines. The reader's buffer bounds the length of a line.
func (k *known) read(r *bufio.Reader) (reply, error) {
	var whole reply
	var texts []string
	for n := range longestReply {
		raw, err := r.ReadSlice('\n')
		if err == bufio.ErrBufferFull {
			return reply{}, fmt.Errorf("%w: a line of more than %d bytes", errBadReply, r.Size())
		}
		if err != nil {
			return reply{}, err
		}
		if n == 0 && bytes.Equal(raw, k.line) {
			return k.reply, nil
		}
		code, last, text, ok := parseReplyLine(strings.TrimRight(string(raw), "\r\n"))
		if !ok || whole.code != 0 && code != whole.code {
			return reply{}, fmt.Errorf("%w: %q", errBadReply, raw)
		}
		whole.code = code
		whole.enhanced, text = cutEnhanced(code, whole.enhanced, text)
		if text = oneLine(strings.ToValidUTF8(text, "?")); text != "" {
			texts = append(texts, text)
		}
		if last {
			whole.text = strings.Join(texts, " ")
			if n == 0 {
				k.line, k.reply = append(k.line[:0], raw...), whole
			}
			return whole, nil
		}
	}
	return reply{}, fmt.Errorf("%w: more than %d lines", errBadReply, longestReply)
}

// parseReplyLine reads "250-text", "250 text" or "250".
func parseReplyLine(line string) (code int, last bool, text string, ok bool) {
	if len(line) < 3 {
		return 0, false, "", false
	}
	for _, c := range []byte(line[:3]) {
		if c < '0' || c > '9' {
			return 0, false, "", false
		}
		code = code*10 + int(c-'0')
	}
	if code < 200 || code > 599 || len(line) > 3 && line[3] != ' ' && line[3] != '-' {
		return 0, false, "", false
	}
	if len(line) == 3 {
		return code, true, "", true
	}
	return code, line[3] == ' ', line[4:], true
}

var enhancedCode = regexp.MustCompile(`^[245]\.[0-9]{1,3}\.[0-9]{1,3}(?: |$)`)

// cutEnhanced takes an RFC 3463 code off a line. It counts when its class is that of the reply; every
// line of an answer begins with the same one.
func cutEnhanced(code int, known, text string) (enhanced, rest string) {
	found := strings.TrimSpace(enhancedCode.FindString(text))
	if found == "" || int(found[0]-'0') != code/100 {
		return known, text
	}
	if known == "" {
		known = found
	}
	return known, text[len(found):]
}
