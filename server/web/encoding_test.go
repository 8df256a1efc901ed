package web

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
)

// paragraphs are some text, unlike that of another number.
func paragraphs(number, length int) []byte {
	var text strings.Builder
	for i := range length {
		fmt.Fprintf(&text, "<p>Text %d, stycke %d om älven: %x.</p>\n", number, i, i*7919+number)
	}
	return []byte(text.String())
}

func decode(body io.Reader, as coding) ([]byte, error) {
	switch as {
	case brotlied:
		return io.ReadAll(brotli.NewReader(body))
	case gzipped:
		r, err := gzip.NewReader(body)
		if err != nil {
			return nil, err
		}
		return io.ReadAll(r)
	}
	return io.ReadAll(body)
}

func TestEncode_ManyPagesAtOnce_LeavesNothingOfOneInAnother(t *testing.T) {
	for _, as := range []coding{gzipped, brotlied} {
		var others sync.WaitGroup
		for worker := range 4 {
			others.Go(func() {
				for i := range 20 {
					content := paragraphs(worker*100+i, 1+i*i)
					body, err := encode(content, as)
					if err != nil {
						t.Error(err)
						return
					}
					if got, err := decode(bytes.NewReader(body), as); err != nil || !bytes.Equal(got, content) {
						t.Errorf("%s of text %d is %d bytes, want %d: %v", as, worker*100+i, len(got), len(content), err)
					}
				}
			})
		}
		others.Wait()
	}
}

func BenchmarkEncode(b *testing.B) {
	content := paragraphs(1, 400)
	for _, as := range []coding{gzipped, brotlied} {
		b.Run(string(as), func(b *testing.B) {
			b.SetBytes(int64(len(content)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := encode(content, as); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
