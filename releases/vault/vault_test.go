package vault_test

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"

	"dateline/releases/vault"
)

var (
	secret  = []byte("a secret of the tests, long enough")
	another = []byte("another secret of the tests, longer")
	cells   = vault.Column{Table: "versions", Name: "content", Key: []string{"release_id", "number"}}
)

func TestSealed_TellsNothing_AndOpensInItsOwnCellOnly(t *testing.T) {
	keys, cell := vault.New(secret), cells.Of("r", 3)
	sealed := keys.Seal(cell, "Det hemliga beskedet")
	if strings.Contains(sealed, "hemliga") || sealed == keys.Seal(cell, "Det hemliga beskedet") {
		t.Errorf("%q gives the text away, or that two are equal", sealed)
	}
	if text, err := keys.Open(cell, sealed); err != nil || text != "Det hemliga beskedet" {
		t.Errorf("opened: %q, %v", text, err)
	}
	changed := []byte(sealed)
	changed[len(changed)/2] ^= 1
	for name, test := range map[string]struct {
		keys   *vault.Keys
		cell   vault.Cell
		sealed string
	}{
		"another version":  {keys, cells.Of("r", 4), sealed},
		"another release":  {keys, cells.Of("s", 3), sealed},
		"another secret":   {vault.New(another), cell, sealed},
		"changed":          {keys, cell, string(changed)},
		"cut off":          {keys, cell, sealed[:len(sealed)-4]},
		"nothing":          {keys, cell, ""},
		"never sealed":     {keys, cell, `{"headline": "Det hemliga beskedet"}`},
		"base64 of no one": {keys, cell, sealed[:11] + "!"},
	} {
		if text, err := test.keys.Open(test.cell, test.sealed); !errors.Is(err, vault.ErrSealed) || text != "" {
			t.Errorf("%s: %q, %v", name, text, err)
		}
	}
}

func TestSecrets_TheFirstSeals_AllOpen_AndANewOneIsReadWhenItIsMet(t *testing.T) {
	cell := cells.Of("r", 1)
	kept := [][]byte{secret}
	running, err := vault.Load(func() ([][]byte, error) { return kept, nil })
	if err != nil {
		t.Fatal(err)
	}
	old := running.Seal(cell, "före")
	kept = [][]byte{another, secret}
	rotated := vault.New(kept...)
	fresh := rotated.Seal(cell, "efter")
	for name, keys := range map[string]*vault.Keys{"running": running, "rotated": rotated} {
		for sealed, want := range map[string]string{old: "före", fresh: "efter"} {
			if text, err := keys.Open(cell, sealed); err != nil || text != want {
				t.Errorf("%s: %q, %v", name, text, err)
			}
		}
	}
	if sealed := running.Seal(cell, "x"); !strings.HasPrefix(sealed, rotated.Prefix()) {
		t.Errorf("%s was not sealed under the first secret", sealed)
	}
	if _, err := vault.New(another).Open(cell, old); !errors.Is(err, vault.ErrSealed) {
		t.Errorf("opened without its secret: %v", err)
	}
}

func TestBlind_FindsAValueByAnySecret_AndNoneWithoutIt(t *testing.T) {
	both, one := vault.New(another, secret), vault.New(secret)
	if b, o := both.Blind("slug", "x"), one.Blind("slug", "x"); len(b) != 2 || len(o) != 1 || b[1] != o[0] || b[0] == b[1] {
		t.Errorf("%v and %v", b, o)
	}
	if one.Blind("slug", "x")[0] == one.Blind("file", "x")[0] || one.Blind("slug", "x")[0] == one.Blind("slug", "y")[0] {
		t.Error("two values or purposes have one hash")
	}
}

// sealContent writes in pieces of odd sizes.
func sealContent(t *testing.T, key vault.ContentKey, plain []byte) []byte {
	t.Helper()
	var sealed bytes.Buffer
	w := key.Writer(&sealed)
	for rest := plain; len(rest) > 0; {
		n := min(len(rest), 10_007)
		if _, err := w.Write(rest[:n]); err != nil {
			t.Fatal(err)
		}
		rest = rest[n:]
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return sealed.Bytes()
}

func content(n int) []byte {
	source, plain := rand.NewChaCha8([32]byte{1}), make([]byte, n)
	source.Read(plain)
	return plain
}

func TestContent_OfEverySize_IsReadBackFromEveryPlace(t *testing.T) {
	for _, n := range []int{0, 1, 65535, 65536, 65537, 131072, 300_000} {
		key, plain := vault.NewContentKey(), content(n)
		sealed := sealContent(t, key, plain)
		if int64(len(sealed)) != vault.SealedSize(int64(n)) {
			t.Errorf("%d bytes became %d; want %d", n, len(sealed), vault.SealedSize(int64(n)))
		}
		kept, err := vault.ParseContentKey(key.String())
		if err != nil {
			t.Fatal(err)
		}
		r, err := kept.Reader(bytes.NewReader(sealed), int64(len(sealed)))
		if err != nil {
			t.Fatal(err)
		}
		if err := iotest.TestReader(r, plain); err != nil {
			t.Errorf("%d bytes: %v", n, err)
		}
		if r.Size() != int64(n) {
			t.Errorf("%d bytes are told as %d", n, r.Size())
		}
	}
}

func TestContent_ThatWasTamperedWith_DoesNotOpen(t *testing.T) {
	key := vault.NewContentKey()
	sealed := sealContent(t, key, content(200_000))
	const chunk = 64<<10 + 16
	flipped := bytes.Clone(sealed)
	flipped[chunk+5] ^= 1
	swapped := append(append(bytes.Clone(sealed[chunk:2*chunk]), sealed[:chunk]...), sealed[2*chunk:]...)
	for name, test := range map[string]struct {
		key    vault.ContentKey
		sealed []byte
	}{
		"a bit flipped":        {key, flipped},
		"chunks swapped":       {key, swapped},
		"the first left out":   {key, sealed[chunk:]},
		"cut after a chunk":    {key, sealed[:2*chunk]},
		"cut in a chunk":       {key, sealed[:2*chunk+100]},
		"cut in a tag":         {key, sealed[:2*chunk+3]},
		"under another key":    {vault.NewContentKey(), sealed},
		"nothing":              {key, nil},
		"an empty chunk added": {key, append(bytes.Clone(sealed[:2*chunk]), make([]byte, 16)...)},
	} {
		r, err := test.key.Reader(bytes.NewReader(test.sealed), int64(len(test.sealed)))
		if err == nil {
			_, err = io.ReadAll(r)
		}
		if !errors.Is(err, vault.ErrSealed) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := vault.ParseContentKey("short"); err == nil {
		t.Error("a short key is taken")
	}
}
