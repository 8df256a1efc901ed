package mail

import (
	"bufio"
	"strings"
	"testing"
)

func read(s string) (reply, error) { return new(known).read(bufio.NewReader(strings.NewReader(s))) }

func TestReadReply_TakesWhatServersSay(t *testing.T) {
	for in, want := range map[string]reply{
		"250 2.0.0 ok\r\n":   {250, "2.0.0", "ok"},
		"250\r\n":            {250, "", ""},
		"250 \r\n":           {250, "", ""},
		"550 5.1.1\r\n":      {550, "5.1.1", ""},
		"550 no such user\n": {550, "", "no such user"},
		"550-5.7.1 line one\r\n550-5.7.1\r\n550 5.7.1 two": {},
		"550-5.7.1 one\r\n550-5.7.1\r\n550 5.7.1 two\r\n":  {550, "5.7.1", "one two"},
		"550-one\r\n550 5.7.26 two\r\n":                    {550, "5.7.26", "one two"},
		"452 5.2.2 class and code differ\r\n":              {452, "", "5.2.2 class and code differ"},
		"550 5.1.1234 not a code\r\n":                      {550, "", "5.1.1234 not a code"},
		"550 5.1.10.1 an address\r\n":                      {550, "", "5.1.10.1 an address"},
		"450 4.2.0 <a@b>:\tgrey\x07listed \xff\r\n":        {450, "4.2.0", "<a@b>: grey listed ?"},
	} {
		got, err := read(in)
		if err == nil != (want.code != 0) || err == nil && got != want {
			t.Errorf("%q: %+v, %v", in, got, err)
		}
	}
}

func TestReadReply_ToldApartFromTheOneBefore(t *testing.T) {
	said := "250 ok\r\n250 ok\r\n250-ok\r\n250 ok\r\n250 okay\r\n450 ok\r\n250 ok\r\n"
	var k known
	r := bufio.NewReader(strings.NewReader(said))
	for i, want := range []reply{{250, "", "ok"}, {250, "", "ok"}, {250, "", "ok ok"}, {250, "", "okay"}, {450, "", "ok"}, {250, "", "ok"}} {
		if got, err := k.read(r); err != nil || got != want {
			t.Errorf("answer %d: %+v, %v", i, got, err)
		}
	}
}

func TestReadReply_RefusesWhatIsNotSMTP(t *testing.T) {
	for _, in := range []string{
		"", "\r\n", "25\r\n", "2500\r\n", "abc\r\n", "250_ok\r\n", "999 x\r\n", "100 x\r\n", "250-one\r\n", "250-one\r\n550 two\r\n",
		"HTTP/1.1 200 OK\r\n", strings.Repeat("250-x\r\n", 1000) + "250 x\r\n", "250 " + strings.Repeat("x", 10_000) + "\r\n",
	} {
		if got, err := read(in); err == nil {
			t.Errorf("%.40q: %+v", in, got)
		}
	}
}

func FuzzReadReply(f *testing.F) {
	f.Add("250 2.0.0 ok\r\n250 next\r\n")
	f.Add("550-5.7.1 one\r\n550 5.7.1 two\r\n")
	f.Add("550 5..1\r\n")
	f.Fuzz(func(t *testing.T, in string) {
		got, err := read(in)
		if err != nil {
			return
		}
		if got.code < 200 || got.code > 599 || got.enhanced != "" && int(got.enhanced[0]-'0') != got.code/100 {
			t.Errorf("%q: %+v", in, got)
		}
		if got.text != oneLine(got.text) {
			t.Errorf("%q: text %q", in, got.text)
		}
		if class := classify(stageEnd, got); (class == Sent) != (got.code/100 == 2) {
			t.Errorf("%q is %v", in, class)
		}
	})
}

func TestAppendData_DoublesDotsAndEndsWithOne(t *testing.T) {
	for in, want := range map[string]string{
		"":                  ".\r\n",
		"a\r\n":             "a\r\n.\r\n",
		"a":                 "a\r\n.\r\n",
		".":                 "..\r\n.\r\n",
		".\r\n.\r\n..\r\n":  "..\r\n..\r\n...\r\n.\r\n",
		"a.\r\n.b\r\nc.d":   "a.\r\n..b\r\nc.d\r\n.\r\n",
		"\r\n\r\n.\r\n\r\n": "\r\n\r\n..\r\n\r\n.\r\n",
	} {
		if got := string(appendData([]byte("x"), &Message{Data: []byte(in)})); got != "x"+want {
			t.Errorf("%q: %q, want %q", in, got, "x"+want)
		}
	}
}

func TestASCIIBytes_FindsOneByteAnywhere(t *testing.T) {
	for n := range 30 {
		b := []byte(strings.Repeat("a", n))
		if !asciiBytes(b) {
			t.Errorf("%d bytes of ASCII are not", n)
		}
		for i := range b {
			b[i] = 0x80
			if asciiBytes(b) {
				t.Errorf("byte %d of %d was not seen", i, n)
			}
			b[i] = 'a'
		}
	}
}
