package input

import (
	"encoding/xml"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestClean_TakesOutWhatXMLForbids_AndTells(t *testing.T) {
	for _, test := range []struct {
		in, want string
		changed  bool
	}{
		{"  Öppet hus  ", "Öppet hus", false},
		{"O\u0308ppet", "Öppet", false},
		{"två\nrader", "två rader", false},
		{"två \r\n\r\n rader\toch tabb", "två rader och tabb", false},
		{"behåll  dubbla mellanslag", "behåll  dubbla mellanslag", false},
		{"bort\x00med\x0bdem\x7f", "bortmeddem", true},
		{"L\xe4n", "Ln", true},
		{"L\ufffdn", "Ln", true},
		{"\ufeffHej", "Hej", true},
		{"C1\u0085", "C1", true},
		{"“Du avgör!” – 😀 שלום", "“Du avgör!” – 😀 שלום", false},
	} {
		got, changed := Clean(test.in)
		if got != test.want || changed != test.changed {
			t.Errorf("Clean(%q) = %q, %v; want %q, %v", test.in, got, changed, test.want, test.changed)
		}
	}
}

func TestCleanBlock_KeepsLines(t *testing.T) {
	got, changed := CleanBlock("ett\r\ntvå\rtre\u2028fyra\n\n\tfem\n")
	if want := "ett\ntvå\ntre\nfyra\n\n\tfem"; got != want || changed {
		t.Errorf("got %q, %v; want %q unchanged", got, changed, want)
	}
}

func FuzzClean(f *testing.F) {
	f.Add("å\x00\xff\r\n\u2028")
	f.Add("a" + strings.Repeat("\u0308", 40))
	f.Fuzz(func(t *testing.T, s string) {
		for name, clean := range map[string]func(string) (string, bool){"Clean": Clean, "CleanBlock": CleanBlock} {
			once, _ := clean(s)
			if !utf8.ValidString(once) {
				t.Fatalf("%s left invalid UTF-8: %q", name, once)
			}
			if twice, changed := clean(once); twice != once || changed {
				t.Fatalf("%s is not settled: %q, then %q", name, once, twice)
			}
			// EscapeText writes U+FFFD for what XML can't hold.
			var escaped strings.Builder
			if err := xml.EscapeText(&escaped, []byte(once)); err != nil || strings.ContainsRune(escaped.String(), '\ufffd') {
				t.Fatalf("%s left what XML forbids: %q", name, once)
			}
		}
		if once, _ := Clean(s); strings.ContainsAny(once, "\r\n\t") {
			t.Fatalf("Clean left a line break: %q", once)
		}
	})
}

func TestLanguage_IsCanonicalAndReal(t *testing.T) {
	for in, want := range map[string]string{"sv": "sv", "SV-se": "sv-SE", "en_gb": "en-GB", "se": "se", "zh-hant": "zh-Hant"} {
		if got, ok := Language(in); !ok || got != want {
			t.Errorf("Language(%q) = %q, %v; want %q", in, got, ok, want)
		}
	}
	for _, in := range []string{"", "und", "xx", "swedish", "x-mine", "sv;q=1", strings.Repeat("sv-", 40) + "x"} {
		if got, ok := Language(in); ok {
			t.Errorf("Language(%q) = %q; there is none", in, got)
		}
	}
}

func TestZone_IsAnIANAName(t *testing.T) {
	for _, in := range []string{"Europe/Stockholm", "UTC", "Asia/Kathmandu", "America/Argentina/Buenos_Aires"} {
		if !Zone(in) {
			t.Errorf("Zone(%q) = false", in)
		}
	}
	for _, in := range []string{"", "Local", "localtime", "right/Europe/Stockholm", "CEST", "Europe/Falun", "../etc/passwd", "/etc/localtime"} {
		if Zone(in) {
			t.Errorf("Zone(%q) = true", in)
		}
	}
}

func TestSlug_IsReadableASCII(t *testing.T) {
	for in, want := range map[string]string{
		"Öppet hus på torsdag":                   "oppet-hus-pa-torsdag",
		"7,5 procent – av “svenska” män":         "7-5-procent-av-svenska-man",
		"Forskning & utveckling":                 "forskning-utveckling",
		"snake_case@home":                        "snake-case-home",
		"Москва":                                 "moskva",
		"!!!":                                    "",
		strings.Repeat("ord ", 30):               strings.TrimSuffix(strings.Repeat("ord-", 20), "-"),
		strings.Repeat("x", 100):                 strings.Repeat("x", 80),
		strings.Repeat("x", 80) + " nästa":       strings.Repeat("x", 80),
		"kort " + strings.Repeat("långtord", 20): "kort",
	} {
		if got := Slug(in); got != want {
			t.Errorf("Slug(%q) = %q; want %q", in, got, want)
		}
	}
}

func TestSuffixedSlug_StillFits(t *testing.T) {
	if got := SuffixedSlug(strings.Repeat("x", 80), "12"); len(got) != 80 || !IsSlug(got) {
		t.Errorf("got %q, %d long", got, len(got))
	}
	if got := SuffixedSlug("oppet-hus", "2"); got != "oppet-hus-2" {
		t.Errorf("got %q", got)
	}
}

func FuzzSlug(f *testing.F) {
	f.Add("Öppet hus")
	f.Add("İ--_ß\xff")
	f.Fuzz(func(t *testing.T, s string) {
		made := Slug(s)
		if made != "" && !IsSlug(made) {
			t.Fatalf("Slug(%q) = %q, which is none", s, made)
		}
		if again := Slug(made); again != made {
			t.Fatalf("Slug(%q) = %q", made, again)
		}
		if made != "" && !IsSlug(SuffixedSlug(made, "abc123")) {
			t.Fatalf("suffix breaks %q", made)
		}
	})
}

func TestEmail_GivesOnePersonOneKey(t *testing.T) {
	for _, test := range []struct{ in, address, key string }{
		{" Kerstin.Bergman@Lansstyrelsen.se ", "Kerstin.Bergman@Lansstyrelsen.se", "kerstin.bergman@lansstyrelsen.se"},
		{"kerstin@länsstyrelsen.se", "kerstin@länsstyrelsen.se", "kerstin@xn--lnsstyrelsen-gcb.se"},
		{"kerstin@LÄNSSTYRELSEN.SE", "kerstin@LÄNSSTYRELSEN.SE", "kerstin@xn--lnsstyrelsen-gcb.se"},
		{"kerstin@xn--lnsstyrelsen-gcb.se", "kerstin@xn--lnsstyrelsen-gcb.se", "kerstin@xn--lnsstyrelsen-gcb.se"},
		{"Åsa Berg <åsa@exempel.se>", "åsa@exempel.se", "åsa@exempel.se"},
		{"a+b@example.org", "a+b@example.org", "a+b@example.org"},
	} {
		address, key, ok := Email(test.in)
		if !ok || address != test.address || key != test.key {
			t.Errorf("Email(%q) = %q, %q, %v; want %q, %q", test.in, address, key, ok, test.address, test.key)
		}
	}
}

func TestEmail_RefusesWhatCannotBeMailed(t *testing.T) {
	for _, in := range []string{
		"", "@", "a@", "@b.se", "a", "a@b", "a b@c.se", "a@b c.se", "a@b..se", ".a@b.se", "a.@b.se", "a..b@c.se",
		"a@b.se\r\nBcc: c@d.se", "a@b.se, c@d.se", "a@[192.0.2.1]", "a@192.0.2.1", `"a b"@c.se`, "a@-b.se", "a@b_c.se",
		"a\x00@b.se", "<a@b.se", "a@b.se>", strings.Repeat("a", 65) + "@b.se", "a@" + strings.Repeat("b", 64) + ".se",
		"a@" + strings.Repeat("bbbb.", 60) + "se",
	} {
		if address, _, ok := Email(in); ok {
			t.Errorf("Email(%q) took %q", in, address)
		}
	}
}

func TestMailbox_ReadsNameAndAddress(t *testing.T) {
	for in, want := range map[string][2]string{
		"Länsstyrelsen Dalarna <press@lansstyrelsen.se>": {"Länsstyrelsen Dalarna", "press@lansstyrelsen.se"},
		`"Berg, Anna \"Ann\"" <anna@example.org>`:        {`Berg, Anna "Ann"`, "anna@example.org"},
		"Berg, Anna <anna@example.org>":                  {"Berg, Anna", "anna@example.org"},
		"anna@example.org":                               {"", "anna@example.org"},
		"<anna@example.org>":                             {"", "anna@example.org"},
	} {
		name, address, ok := Mailbox(in)
		if !ok || name != want[0] || address != want[1] {
			t.Errorf("Mailbox(%q) = %q, %q, %v; want %q", in, name, address, ok, want)
		}
	}
	for _, in := range []string{"Anna", "Anna <>", "A <b> <c@d.se>", "Anna\r\nBcc: x <a@b.se>"} {
		if _, _, ok := Mailbox(in); ok {
			t.Errorf("Mailbox(%q) was taken", in)
		}
	}
}

func FuzzEmail(f *testing.F) {
	f.Add("Kerstin <kerstin@länsstyrelsen.se>")
	f.Add("a@b.se\r\nBcc: c@d.se")
	f.Fuzz(func(t *testing.T, s string) {
		address, key, ok := Email(s)
		if !ok {
			return
		}
		if strings.ContainsAny(address+key, "\r\n\x00<> ,;\"") || strings.Count(key, "@") != 1 {
			t.Fatalf("Email(%q) took %q, %q", s, address, key)
		}
		if _, again, ok := Email(address); !ok || again != key {
			t.Fatalf("Email(%q) has key %q, its address %q", s, key, again)
		}
		if _, again, ok := Email(key); !ok || again != key {
			t.Fatalf("key %q has key %q, %v", key, again, ok)
		}
	})
}

func TestPhone_CanBeDialled(t *testing.T) {
	for _, in := range []string{"010-225 04 25", "+46 (0)10 225 00 00", "112", "010–225\u00a004 25"} {
		if !Phone(in) {
			t.Errorf("Phone(%q) = false", in)
		}
	}
	for _, in := range []string{"", "ring mig", "1+2345", "12", "javascript:1234", strings.Repeat("1", 21)} {
		if Phone(in) {
			t.Errorf("Phone(%q) = true", in)
		}
	}
}

func TestFaults_AreAnErrorOnlyWhenThereAreSome(t *testing.T) {
	var faults Faults
	if faults.Err() != nil {
		t.Fatal("no faults are an error")
	}
	faults.Add("zone", "fault.zone", "Value", "Falun")
	if err := faults.Err(); err == nil || err.Error() != "invalid input: zone: fault.zone" {
		t.Errorf("got %v", err)
	}
	if faults[0].Args["Value"] != "Falun" {
		t.Errorf("args are %v", faults[0].Args)
	}
}
