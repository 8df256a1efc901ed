package vault

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"sync"
)

// ContentKey seals the bytes of one file. It must seal no more than one: chunks are numbered, and a
// number used twice would give both away. Keep it as sealed text beside what it opens.
//
// Sealed bytes are chunks of 64 KiB, each with its own tag of 16 bytes; the nonce of a chunk is its
// number and whether it is the last, so that chunks can't be moved, left out or cut off.
type ContentKey [32]byte

const (
	chunkSize  = 64 << 10
	tagSize    = 16
	sealedSize = chunkSize + tagSize
)

// NewContentKey makes one at random.
func NewContentKey() ContentKey {
	var k ContentKey
	rand.Read(k[:])
	return k
}

// String is the key as text, to be sealed.
func (k ContentKey) String() string { return base64.RawStdEncoding.EncodeToString(k[:]) }

// ParseContentKey reads what String wrote.
func ParseContentKey(s string) (ContentKey, error) {
	var k ContentKey
	raw, err := base64.RawStdEncoding.DecodeString(s)
	if err != nil || len(raw) != len(k) {
		return k, errors.New("that is not a content key")
	}
	copy(k[:], raw)
	return k, nil
}

func (k ContentKey) aead() cipher.AEAD {
	block, err := aes.NewCipher(k[:])
	if err != nil {
		panic(err) // of 32 bytes there is always one
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		panic(err)
	}
	return aead
}

// nonce is the number of a chunk, and whether it is the last.
func nonce(number int64, last bool) []byte {
	n := make([]byte, 12)
	binary.BigEndian.PutUint64(n, uint64(number))
	if last {
		n[11] = 1
	}
	return n
}

// SealedSize is how many bytes so many bytes become.
func SealedSize(plain int64) int64 {
	chunks := max(1, (plain+chunkSize-1)/chunkSize)
	return plain + chunks*tagSize
}

// plainSize is the opposite. It is false for a size that nothing sealed can have.
func plainSize(sealed int64) (int64, bool) {
	whole, rest := sealed/sealedSize, sealed%sealedSize
	switch {
	case sealed < tagSize || rest > 0 && rest < tagSize || rest == tagSize && whole > 0:
		return 0, false
	case rest == 0:
		return whole * chunkSize, true
	}
	return whole*chunkSize + rest - tagSize, true
}

// Writer seals what is written to it into dst. Close writes the end, without which it does not open;
// it does not close dst.
func (k ContentKey) Writer(dst io.Writer) io.WriteCloser {
	return &writer{dst: dst, aead: k.aead(), chunk: make([]byte, 0, chunkSize)}
}

type writer struct {
	dst    io.Writer
	aead   cipher.AEAD
	chunk  []byte // not yet sealed: until more comes it may be the last
	sealed []byte
	number int64
}

func (w *writer) Write(p []byte) (n int, err error) {
	for len(p) > 0 {
		if len(w.chunk) == chunkSize {
			if err := w.flush(false); err != nil {
				return n, err
			}
		}
		took := min(len(p), chunkSize-len(w.chunk))
		w.chunk, p, n = append(w.chunk, p[:took]...), p[took:], n+took
	}
	return n, nil
}

func (w *writer) flush(last bool) error {
	w.sealed = w.aead.Seal(w.sealed[:0], nonce(w.number, last), w.chunk, nil)
	w.chunk, w.number = w.chunk[:0], w.number+1
	_, err := w.dst.Write(w.sealed)
	return err
}

func (w *writer) Close() error { return w.flush(true) }

// Reader opens sealed bytes of which there are size. Its methods fail with ErrSealed where they were
// changed. ReadAt may be called by many at once.
func (k ContentKey) Reader(src io.ReaderAt, size int64) (*Reader, error) {
	plain, ok := plainSize(size)
	if !ok {
		return nil, fmt.Errorf("%d bytes: %w", size, ErrSealed)
	}
	r := &opener{src: src, sealed: size, plain: plain, aead: k.aead(), at: -1}
	return &Reader{SectionReader: io.NewSectionReader(r, 0, plain)}, nil
}

// Reader is an io.ReadSeeker and io.ReaderAt of opened bytes; Size is how many there are.
type Reader struct{ *io.SectionReader }

// opener opens a chunk at a time and keeps the last one: readers go from one place to the next.
type opener struct {
	src           io.ReaderAt
	sealed, plain int64
	aead          cipher.AEAD

	mu    sync.Mutex
	at    int64 // number of the chunk that is kept
	chunk []byte
	buf   []byte
}

func (r *opener) ReadAt(p []byte, off int64) (n int, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for n < len(p) && off < r.plain {
		if err := r.load(off / chunkSize); err != nil {
			return n, err
		}
		took := copy(p[n:], r.chunk[off%chunkSize:])
		n, off = n+took, off+int64(took)
	}
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

func (r *opener) load(number int64) error {
	if r.at == number {
		return nil
	}
	begin := number * sealedSize
	size := min(sealedSize, r.sealed-begin)
	if r.buf == nil {
		r.buf = make([]byte, min(sealedSize, r.sealed))
	}
	r.at = -1 // what is kept is about to be overwritten
	// A reader at the very end may say so beside the bytes.
	if n, err := r.src.ReadAt(r.buf[:size], begin); int64(n) < size {
		return fmt.Errorf("read chunk %d: %w", number, errors.Join(err, ErrSealed))
	}
	chunk, err := r.aead.Open(r.chunk[:0], nonce(number, begin+size == r.sealed), r.buf[:size], nil)
	if err != nil {
		return fmt.Errorf("chunk %d: %w", number, ErrSealed)
	}
	r.at, r.chunk = number, chunk
	return nil
}
