package subscribers

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"
)

func readRecords(t testing.TB, text string) []record {
	t.Helper()
	l, err := newLines(strings.NewReader(text))
	if err != nil {
		return nil
	}
	r := &records{lines: l, delimiter: ','}
	var all []record
	for {
		rec, err := r.next()
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, rec)
	}
}

func TestRecords_WithBrokenQuotes_CostTheirOwnLineOnly(t *testing.T) {
	const bad = "fault.list_quotes"
	good := func(line int, fields ...string) record { return record{line: line, fields: fields} }
	for text, want := range map[string][]record{
		"a,b\n\"c\",d\n":                         {good(1, "a", "b"), good(2, "c", "d")},
		"a,\"b\nc\"\nd":                          {good(1, "a", "b\nc"), good(3, "d")},
		"a,\"b\r\n\r\nc\"\r\nd":                  {good(1, "a", "b\n\nc"), good(4, "d")},
		"\"a\"\"\",\"\"\n":                       {good(1, `a"`, "")},
		"a,\"open\nb,c\nd,e\n":                   {{line: 1, fault: bad}, good(2, "b", "c"), good(3, "d", "e")},
		"a,\"open\nb,\"c, d\"\ne,f":              {{line: 1, fault: bad}, good(2, "b", "c, d"), good(3, "e", "f")},
		"a,\"open\nb,\"open\nc,d":                {{line: 1, fault: bad}, {line: 2, fault: bad}, good(3, "c", "d")},
		"a,b\"c\nd,e":                            {{line: 1, fault: bad}, good(2, "d", "e")},
		"\"a\" ,b\nc,d":                          {{line: 1, fault: bad}, good(2, "c", "d")},
		"a,\"\n" + strings.Repeat("b\n", 3):      {{line: 1, fault: bad}, good(2, "b"), good(3, "b"), good(4, "b")},
		"a\n" + strings.Repeat("b", maxRecord):   {good(1, "a"), good(2, strings.Repeat("b", maxRecord))},
		strings.Repeat("b", maxRecord+1) + "\na": {{line: 1, fault: "fault.list_line_long"}, good(2, "a")},
	} {
		if got := readRecords(t, text); !reflect.DeepEqual(got, want) {
			t.Errorf("%.40q:\ngot  %.200v\nwant %.200v", text, got, want)
		}
	}
}

func TestRecords_WithAQuoteThatNeverCloses_StayWithinTheirMemory(t *testing.T) {
	lines := strings.Repeat("reader@example.com,Läsare\n", 10_000)
	got := readRecords(t, "\"open\n"+lines)
	if len(got) != 10_001 || got[0].fault == "" || got[1].line != 2 || got[10_000].line != 10_001 {
		t.Errorf("%d records", len(got))
	}
	for _, r := range got[1:] {
		if r.fault != "" || len(r.fields) != 2 {
			t.Fatalf("line %d: %+v", r.line, r)
		}
	}
}

func TestWindows1252_IsToldFromUTF8ByTheFirstLineThatShows(t *testing.T) {
	if got := readRecords(t, "plain\nr\xe4ksm\xf6rg\xe5s\n\x93TT\x94\n\x81\n"); len(got) != 4 ||
		got[1].fields[0] != "räksmörgås" || got[2].fields[0] != "“TT”" || got[3].fault != "fault.not_utf8" {
		t.Errorf("got %+v", got)
	}
	if got := readRecords(t, "räksmörgås\nr\xe4ksm\xf6rg\xe5s\n"); len(got) != 2 || got[0].fault != "" || got[1].fault != "fault.not_utf8" {
		t.Errorf("got %+v", got)
	}
}

func FuzzRecords(f *testing.F) {
	for _, seed := range []string{"", "a,b\nc,\"d\ne\"\n", "\"", "\"\"\"", "\xef\xbb\xbfa", "\xff\xfe", "r\xe4k\nå", "a\r\n\r\nb", "a\x00b", "\n\n\"a\n\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		most, last := strings.Count(text, "\n")+1, 0
		for _, r := range readRecords(t, text) {
			if r.line <= last || r.line > most {
				t.Fatalf("line %d after %d of %d", r.line, last, most)
			}
			if (r.fault == "") == (len(r.fields) == 0) {
				t.Fatalf("line %d has fault %q and fields %q", r.line, r.fault, r.fields)
			}
			last = r.line
		}
	})
}

func FuzzRecords_ReadWhatTheStandardLibraryWrites(f *testing.F) {
	f.Add("a", `b"c`, "d\ne")
	f.Add("=1+1", "'=x", "\"\n\"")
	f.Add("å", " ", ",;\t")
	f.Fuzz(func(t *testing.T, a, b, c string) {
		want := []string{fit(a), fit(b), fit(c)}
		if len(a)+len(b)+len(c) > maxRecord/4 || strings.TrimSpace(strings.Join(want, "")) == "" {
			return
		}
		var file bytes.Buffer
		out := csv.NewWriter(&file)
		out.UseCRLF = true
		if err := out.WriteAll([][]string{want, {"last", "line", "å"}}); err != nil {
			t.Fatal(err)
		}
		got := readRecords(t, file.String())
		if len(got) != 2 || !reflect.DeepEqual(got[0].fields, want) || got[1].fault != "" {
			t.Fatalf("wrote %q, read %+v", want, got)
		}
	})
}

// fit is a text as the store would hold it: valid, without carriage returns, and not a byte order mark.
func fit(s string) string {
	return strings.NewReplacer("\r", "", "\ufeff", "").Replace(strings.ToValidUTF8(s, ""))
}

func FuzzGuard_IsUndoneAndNeverAFormula(f *testing.F) {
	for _, seed := range []string{"", "=1", "'=1", "''+1", "'", "a=b", "@x", "-"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, cell string) {
		guarded := GuardCell(cell)
		if unguard(guarded) != cell {
			t.Errorf("%q became %q and then %q", cell, guarded, unguard(guarded))
		}
		if guarded != "" && strings.ContainsAny(guarded[:1], formulaSigns) {
			t.Errorf("%q is still a formula", guarded)
		}
	})
}
