package mail_test

import (
	"math"
	"strings"
	"testing"

	"dateline/jobs/mail"
)

const aDispatch = "qjyxoazkqgdfhqwnmxwhmqhvzu" // as long as ids are

func TestReturnPath_TellsWhoseABounceIs(t *testing.T) {
	p := mail.NewReturnPaths([]byte("new"), []byte("old"))
	for _, seq := range []int{0, 35, 36, 999_999, math.MaxInt32} {
		address := p.Of("bounces.example.org", aDispatch, seq)
		local, domain, _ := strings.Cut(address, "@")
		if len(local) > 64 || domain != "bounces.example.org" { // RFC 5321 section 4.5.3.1.1
			t.Errorf("%s: %d bytes before its @", address, len(local))
		}
		former := mail.NewReturnPaths([]byte("old")).Of("bounces.example.org", aDispatch, seq)
		for _, form := range []string{address, strings.ToUpper(address), local, former} {
			if dispatch, got, ok := p.Parse(form); !ok || dispatch != aDispatch || got != seq {
				t.Errorf("%s: %s, %d, %v", form, dispatch, got, ok)
			}
		}
	}
}

func TestReturnPath_MadeUpByAStranger_IsRefused(t *testing.T) {
	p := mail.NewReturnPaths([]byte("new"), []byte("old"))
	ours := p.Of("example.org", aDispatch, 41)
	for _, address := range []string{
		"", "@", "b.", "press@example.org", "b." + aDispatch + ".15@example.org", "b." + aDispatch + ".15.@example.org",
		strings.Replace(ours, ".15.", ".16.", 1), strings.Replace(ours, "b.q", "b.r", 1), strings.Replace(ours, "b.q", "c.q", 1),
		strings.Replace(ours, ".15.", ".015.", 1), "x" + ours, strings.Replace(ours, "@", "a@", 1),
		mail.NewReturnPaths([]byte("another")).Of("example.org", aDispatch, 41),
	} {
		if dispatch, seq, ok := p.Parse(address); ok {
			t.Errorf("%q is taken for %s, %d", address, dispatch, seq)
		}
	}
}

func FuzzParseReturnPath(f *testing.F) {
	p := mail.NewReturnPaths([]byte("secret"))
	f.Add(p.Of("example.org", aDispatch, 41))
	f.Add("b..-1.aaaaaaaaaaaaaaaa@x")
	f.Add("b.\xff.zz.İ@")
	f.Fuzz(func(t *testing.T, address string) {
		dispatch, seq, ok := p.Parse(address)
		if !ok {
			return
		}
		local, _, _ := strings.Cut(p.Of("x", dispatch, seq), "@")
		given, _, _ := strings.Cut(strings.ToLower(address), "@")
		if given != local {
			t.Errorf("%q is taken for %s, %d, whose is %q", address, dispatch, seq, local)
		}
	})
}
