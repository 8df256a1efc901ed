package web

import (
	"bytes"
	"container/list"
	"crypto/sha256"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
	"github.com/gofiber/fiber/v2"
	"github.com/klauspost/compress/gzip"
)

// coding is a content coding (RFC 9110 section 8.4.1).
type coding string

const (
	identity coding = "identity"
	gzipped  coding = "gzip"
	brotlied coding = "br"
)

// smallest is the size in bytes from which encoding a body is worth the trouble.
const smallest = 512

// negotiate chooses a coding by Accept-Encoding. Of those equally welcome the smallest wins; a client
// that refuses them all, identity too, gets identity.
func negotiate(accept string, size int) coding {
	if accept == "" || size < smallest {
		return identity
	}
	quality := map[coding]float64{}
	for entry := range strings.SplitSeq(accept, ",") {
		name, q, _ := strings.Cut(entry, ";")
		quality[coding(strings.ToLower(strings.TrimSpace(name)))] = weight(q)
	}
	best, bestQuality := identity, 0.0
	for _, of := range []coding{brotlied, gzipped, identity} {
		q, named := quality[of]
		if !named {
			q = quality["*"]
		}
		if q > bestQuality {
			best, bestQuality = of, q
		}
	}
	return best
}

// weight reads "q=0.5"; what is missing or wrong counts as 1.
func weight(parameter string) float64 {
	value, ok := strings.CutPrefix(strings.ToLower(strings.TrimSpace(parameter)), "q=")
	if q, err := strconv.ParseFloat(value, 64); ok && err == nil {
		return q
	}
	return 1
}

// encodings keeps encoded bodies by the hash of their content, so that each is made once; those not
// asked for the longest go when it is full.
type encodings struct {
	limit int // bytes

	mu     sync.Mutex
	bytes  int
	recent *list.List // of *encoded, the latest first
	byKey  map[encodingKey]*list.Element
}

type encodingKey struct {
	content [sha256.Size]byte
	coding  coding
}

type encoded struct {
	key  encodingKey
	body []byte
}

func newEncodings(limit int) *encodings {
	return &encodings{limit: limit, recent: list.New(), byKey: make(map[encodingKey]*list.Element)}
}

// get gives the content that a key names, in the key's coding.
func (e *encodings) get(key encodingKey, content []byte) ([]byte, error) {
	if key.coding == identity {
		return content, nil
	}
	if body, ok := e.kept(key); ok {
		return body, nil
	}
	body, err := encode(content, key.coding)
	if err != nil {
		return nil, fmt.Errorf("encode as %s: %w", key.coding, err)
	}
	e.keep(key, body)
	return body, nil
}

func (e *encodings) kept(key encodingKey) ([]byte, bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	element, ok := e.byKey[key]
	if !ok {
		return nil, false
	}
	e.recent.MoveToFront(element)
	return element.Value.(*encoded).body, true
}

func (e *encodings) keep(key encodingKey, body []byte) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if _, ok := e.byKey[key]; ok || len(body) > e.limit {
		return
	}
	e.byKey[key] = e.recent.PushFront(&encoded{key: key, body: body})
	e.bytes += len(body)
	for e.bytes > e.limit {
		oldest := e.recent.Remove(e.recent.Back()).(*encoded)
		delete(e.byKey, oldest.key)
		e.bytes -= len(oldest.body)
	}
}

// encoder is what the two codings' writers have in common.
type encoder interface {
	io.WriteCloser
	Reset(io.Writer)
}

// encoders are used again: to make one, with its tables of some hundred kilobytes, costs more than to
// encode most pages.
var encoders = map[coding]*sync.Pool{
	gzipped:  {New: func() any { return gzip.NewWriter(nil) }},
	brotlied: {New: func() any { return brotli.NewWriterLevel(nil, 6) }},
}

func encode(content []byte, as coding) ([]byte, error) {
	var b bytes.Buffer
	w := encoders[as].Get().(encoder)
	defer encoders[as].Put(w)
	w.Reset(&b)
	if _, err := w.Write(content); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	w.Reset(nil) // it would keep b
	return b.Bytes(), nil
}

// encodingsKey is where NewApp leaves the app's encodings for Send.
type encodingsKey struct{}

func encodingsOf(c *fiber.Ctx) *encodings { return c.Locals(encodingsKey{}).(*encodings) }
