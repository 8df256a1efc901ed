package main

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"dateline/jobs/mail"
	"dateline/jobs/mail/mailtest"
	"dateline/server/config"

	msgdkim "github.com/emersion/go-msgauth/dkim"
)

// zone reads the TXT records that `dateline dkim` printed for a zone file, as a name server would.
func zone(printed string) map[string]string {
	records := map[string]string{}
	for _, line := range regexp.MustCompile(`(?m)^ +(\S+)\. 3600 IN TXT (.*)$`).FindAllStringSubmatch(printed, -1) {
		for _, part := range regexp.MustCompile(`"([^"]*)"`).FindAllStringSubmatch(line[2], -1) {
			records[line[1]] += part[1]
		}
	}
	return records
}

// made runs `dateline dkim` on a data directory; it must succeed.
func made(t *testing.T, data string, args ...string) (printed string) {
	t.Helper()
	code, stdout, stderr := callProgram(t, map[string]string{"DATELINE_DATA": data}, append([]string{"dkim"}, args...)...)
	if code != exitOK {
		t.Fatalf("dateline dkim %s: exit %d\n%s", strings.Join(args, " "), code, stderr)
	}
	return stdout
}

// signatures sends a message through a relay with the keys in data and verifies what came, against
// what was printed for DNS.
func signatures(t *testing.T, data, printed, from string) []*msgdkim.Verification {
	t.Helper()
	keys, err := loadDKIM(data)
	if err != nil {
		t.Fatal(err)
	}
	server := mailtest.Start(t, mailtest.Options{})
	var private []mail.DKIMKey
	for _, k := range keys {
		private = append(private, k.DKIMKey)
	}
	sender, err := mail.Signed(mail.NewSMTP([]mail.Relay{(&benchmark{connections: 1}).relayAt(server.Addr())}, "localhost", patience), private...)
	if err != nil {
		t.Fatal(err)
	}
	defer sender.Close()
	message, err := benchMessage()
	if err != nil {
		t.Fatal(err)
	}
	text := bytes.Replace(message.Data, []byte(benchSender), []byte(from), 1)
	conn, err := sender.Connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := conn.Run(t.Context(), &oneMessage{t: t, message: &mail.Message{From: from, To: benchRecipient, Data: text}}); err != nil {
		t.Fatal(err)
	}
	conn.Close()
	records := zone(printed)
	verified, err := msgdkim.VerifyWithOptions(bytes.NewReader(server.Messages()[0].Data), &msgdkim.VerifyOptions{
		LookupTXT: func(name string) ([]string, error) { return []string{records[name]}, nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	return verified
}

// oneMessage is a Work of one message that must be taken.
type oneMessage struct {
	t       *testing.T
	message *mail.Message
}

func (w *oneMessage) Next(context.Context) (*mail.Message, bool) {
	m := w.message
	w.message = nil
	return m, m != nil
}

func (w *oneMessage) Mark(*mail.Message) mail.Mark { return mail.NoMark }

func (w *oneMessage) Done(_ *mail.Message, o mail.Outcome) {
	if o.Class != mail.Sent {
		w.t.Errorf("not sent: %+v", o)
	}
}

func TestDKIM_ASignatureVerifiesWithThePrintedRecords(t *testing.T) {
	data := t.TempDir()
	printed := made(t, data, "--domain", "example.org", "--ed25519")
	verified := signatures(t, data, printed, "press@example.org")
	if len(verified) != 2 {
		t.Fatalf("%d signatures, want RSA and Ed25519", len(verified))
	}
	for _, v := range verified {
		if v.Err != nil || v.Domain != "example.org" {
			t.Errorf("signature of %s: %v", v.Domain, v.Err)
		}
	}
}

func TestDKIM_SignsForAnySenderOfTheOrganisationAndNobodyElse(t *testing.T) {
	data := t.TempDir()
	printed := made(t, data, "--domain", "news.example.org") + made(t, data, "--domain", "länsstyrelsen.se")
	for from, want := range map[string]string{
		"press@news.example.org":        "news.example.org",
		"press@example.org":             "news.example.org",
		"press@sub.news.example.org":    "news.example.org",
		"press@xn--lnsstyrelsen-gcb.se": "xn--lnsstyrelsen-gcb.se",
		"press@example.net":             "",
		"press@notexample.org":          "",
	} {
		got := ""
		for _, v := range signatures(t, data, printed, from) {
			if got = v.Domain; v.Err != nil {
				t.Errorf("from %s: %v", from, v.Err)
			}
		}
		if got != want {
			t.Errorf("mail from %s is signed by %q, want %q", from, got, want)
		}
	}
}

func TestDKIM_ASecondRunShowsTheSameKey(t *testing.T) {
	data := t.TempDir()
	first := made(t, data, "--domain", "example.org")
	if again := made(t, data, "--domain", "Example.org."); again != first {
		t.Errorf("the second run printed\n%s\nthe first\n%s", again, first)
	}
}

func TestDKIM_New_AddsAKeyAndKeepsTheFormer(t *testing.T) {
	data := t.TempDir()
	before := zone(made(t, data, "--domain", "example.org"))
	after := zone(made(t, data, "--domain", "example.org", "--new"))
	first, second := "dateline1._domainkey.example.org", "dateline2._domainkey.example.org"
	if after[first] == "" || after[first] != before[first] || after[second] == "" || after[second] == after[first] {
		t.Errorf("before %v\nafter %v", before, after)
	}
	if keys, err := loadDKIM(data); err != nil || len(keys) != 2 {
		t.Errorf("a server would sign with %d keys, %v", len(keys), err)
	}
}

func TestDKIM_KeysAreForTheirOwnerOnly(t *testing.T) {
	data := t.TempDir()
	made(t, data, "--domain", "example.org", "--selector", "autumn", "--ed25519")
	var names []string
	filepath.WalkDir(filepath.Join(data, dkimFolder), func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %s", path, info.Mode())
		}
		if !entry.IsDir() {
			names = append(names, entry.Name())
		}
		return nil
	})
	if got := strings.Join(names, " "); got != "autumn-ed25519.pem autumn.pem" {
		t.Errorf("kept: %s", got)
	}
}

func TestDKIM_NoStringOfAZoneLineIsLongerThanDNSAllows(t *testing.T) {
	printed := made(t, t.TempDir(), "--domain", "example.org")
	for _, part := range regexp.MustCompile(`"([^"]*)"`).FindAllStringSubmatch(printed, -1) {
		if len(part[1]) > 255 {
			t.Errorf("a string of %d bytes", len(part[1]))
		}
	}
	if record := zone(printed)["dateline1._domainkey.example.org"]; !strings.Contains(printed, "\n    "+record+"\n") {
		t.Error("the plain value is not the record's")
	}
}

func TestDKIM_WrongCalls_AreToldAndMakeNothing(t *testing.T) {
	data := t.TempDir()
	made(t, data, "--domain", "example.org")
	for _, args := range [][]string{
		{},
		{"--domain", "localhost"},
		{"--domain", "../secrets.org"},
		{"--domain", "example.org", "--selector", "a/b"},
		{"--domain", "example.org", "--selector", "other"},
		{"--domain", "example.org", "--selector", "dateline1", "--new"},
	} {
		code, stdout, stderr := callProgram(t, map[string]string{"DATELINE_DATA": data}, append([]string{"dkim"}, args...)...)
		if code != exitUsage || stdout != "" || stderr == "" {
			t.Errorf("%q: exit %d, printed %q, told %q", args, code, stdout, stderr)
		}
	}
	if keys, err := loadDKIM(data); err != nil || len(keys) != 1 {
		t.Errorf("%d keys, %v", len(keys), err)
	}
}

func TestSending_TellsTheDeskOfKeysMadeSinceTheStart_AsTheyArePrinted(t *testing.T) {
	p := &program{config: config.Config{Data: t.TempDir(), SMTP: []mail.Relay{{Host: "smtp.example.net"}}}}
	if s, err := p.sending(); err != nil || len(s.Keys) != 0 || len(s.Relays) != 1 {
		t.Errorf("before: %+v, %v", s, err)
	}
	records := zone(made(t, p.config.Data, "--domain", "example.org", "--ed25519"))
	s, err := p.sending()
	if err != nil || len(s.Keys) != 2 {
		t.Fatalf("%d keys, %v", len(s.Keys), err)
	}
	for _, k := range s.Keys {
		if printed := records[k.Selector+"._domainkey."+k.Domain]; printed == "" || printed != k.Text {
			t.Errorf("%s of %s: %q, printed %q", k.Selector, k.Domain, k.Text, printed)
		}
	}
}

func TestDKIM_PrintsSPFForTheRelaysThatAreSet(t *testing.T) {
	for relay, want := range map[string]string{
		"":                               "v=spf1 a:smtp.example.org ~all",
		"smtp://relay.example.net":       "v=spf1 a:relay.example.net ~all",
		"smtp://127.0.0.1:2525?tls=none": "v=spf1 a:smtp.example.org ~all",
	} {
		_, stdout, stderr := callProgram(t, map[string]string{"DATELINE_DATA": t.TempDir(), "DATELINE_SMTP": relay}, "dkim", "--domain", "example.org")
		if got := zone(stdout)["example.org"]; got != want {
			t.Errorf("%q: %q, want %q\n%s", relay, got, want, stderr)
		}
	}
}

func TestServe_ADamagedKey_IsNamed(t *testing.T) {
	data := t.TempDir()
	made(t, data, "--domain", "example.org")
	file := filepath.Join(data, dkimFolder, "example.org", "dateline1.pem")
	if err := os.WriteFile(file, []byte("not a key"), 0o600); err != nil {
		t.Fatal(err)
	}
	code, _, stderr := callProgram(t, map[string]string{
		"DATELINE_DATA": data, "DATELINE_ADDR": freeAddress(t), "DATELINE_SMTP": "smtp://127.0.0.1:9?tls=none",
	})
	if code != exitFailed || !strings.Contains(stderr, file) {
		t.Errorf("exit %d, told %q", code, stderr)
	}
}
