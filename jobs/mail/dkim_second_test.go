package mail_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"os/exec"
	"slices"
	"testing"
)

// verifier is dkimpy, which shares no code with what signs: it reads the records in DNS and messages, and
// says of each message's signatures whether they verify.
const verifier = `
import dkim, json, sys

asked = json.load(sys.stdin)
records = {name.encode(): text.encode() for name, text in asked["records"].items()}

def dns(name, timeout=5):
    return records[name.rstrip(b".")]

told = {}
for name, text in asked["messages"].items():
    message = dkim.DKIM(text.encode())
    signatures = sum(1 for field, _ in message.headers if field.lower() == b"dkim-signature")
    told[name] = []
    for i in range(signatures):
        try:
            told[name].append(bool(message.verify(idx=i, dnsfunc=dns)))
        except dkim.DKIMException as wrong:
            told[name].append(False)
json.dump(told, sys.stdout)
`

func TestSign_BothSignaturesVerifyWithAnotherProgram(t *testing.T) {
	s, records := signer(t)
	messages := map[string]string{}
	for _, language := range []string{"sv", "en"} {
		raw, err := s.Sign(nil, render(t, harbour(), language, reader))
		if err != nil {
			t.Fatal(err)
		}
		messages[language] = string(raw)
	}
	signed := []byte(messages["sv"])
	for name, change := range map[string][2]string{
		"another text": {"miljoner", "miljarder"}, "another link": {"List-Unsubscribe: <https://press", "List-Unsubscribe: <https://evil"},
	} {
		changed := bytes.Replace(signed, []byte(change[0]), []byte(change[1]), 1)
		if bytes.Equal(changed, signed) {
			t.Fatalf("%s: nothing to change", name)
		}
		messages[name] = string(changed)
	}
	asked, err := json.Marshal(map[string]any{"records": records, "messages": messages})
	if err != nil {
		t.Fatal(err)
	}
	var trouble bytes.Buffer
	python := exec.Command("/usr/bin/python3", "-c", verifier) // Debian's, which has Debian's dkimpy
	python.Stdin, python.Stderr = bytes.NewReader(asked), &trouble
	answer, err := python.Output()
	if err != nil {
		t.Fatalf("dkimpy, which `make install` installs: %v\n%s", err, trouble.String())
	}
	var told map[string][]bool
	if err := json.Unmarshal(answer, &told); err != nil {
		t.Fatalf("it said %s: %v", answer, err)
	}
	if !maps.EqualFunc(told, map[string][]bool{"sv": {true, true}, "en": {true, true}, "another text": {false, false}, "another link": {false, false}}, slices.Equal) {
		t.Errorf("the RSA and the Ed25519 signature verify: %v", told)
	}
}
