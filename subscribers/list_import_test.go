package subscribers

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"dateline/releases/history"
	"dateline/server/database/dbtest"

	"golang.org/x/text/encoding/charmap"
)

func (w *world) importList(t testing.TB, text string) Imported {
	t.Helper()
	done, err := w.Import(t.Context(), officer, w.newsroom, strings.NewReader(text), "asked for at the fair")
	if err != nil {
		t.Fatal(err)
	}
	return done
}

// byEmail finds one in a whole list, or fails.
func (w *world) byEmail(t testing.TB, email string) Subscriber {
	t.Helper()
	items, _, err := w.List(t.Context(), ListFilter{NewsroomID: w.newsroom.ID, Search: email})
	if err != nil || len(items) != 1 {
		t.Fatalf("%s: found %d, %v", email, len(items), err)
	}
	return items[0]
}

func wantRefused(t testing.TB, done Imported, want ...string) {
	t.Helper()
	var got []string
	for _, r := range done.Refused {
		got = append(got, fmt.Sprintf("%d %s %s", r.Line, r.Field, r.Message))
	}
	if !slices.Equal(got, want) {
		t.Errorf("refused\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func wantTotals(t testing.TB, done Imported, added, updated, unchanged int) {
	t.Helper()
	if done.Added != added || done.Updated != updated || done.Unchanged != unchanged {
		t.Errorf("added %d, updated %d, unchanged %d; want %d, %d, %d", done.Added, done.Updated, done.Unchanged, added, updated, unchanged)
	}
}

func TestImport_TakesTheGoodLinesAndListsEachBadOne(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		left := w.confirmed(t, "left@example.com")
		w.leave(t, left.ID)
		w.suppress(t, "bounce@example.com", w.newsroom.ID, ReasonBounce)

		done := w.importList(t, strings.Join([]string{
			`email,name,topics,consent`,             // 1
			`anna@example.com,Anna Öberg,Vatten,`,   // 2
			``,                                      // 3
			`not an address,Bo,,`,                   // 4
			`cid@example.com,"Cid ""Sid"" Ek",,own`, // 5
			`dan@example.com,"Dan,,`,                // 6: opens a quote that nothing closes
			`eva@example.com,Eva,Fotboll,`,          // 7
			`left@example.com,,,`,                   // 8
			`bounce@example.com,,,`,                 // 9
			`fia@example.com,F"ia,,`,                // 10
			`"gun@example.com","Gun`,                // 11
			`Gran",vilt|miljo,"two`,                 // 12
			`lines"`,                                // 13
			`hans@example.com,,,,,extra`,            // 14
			`ida@example.com`,                       // 15
			"jan@example.com,\xffJan,,",             // 16
			`kia@example.com,"Kia"x,,`,              // 17
			`liv@example.com,Liv,,,,`,               // 18
		}, "\r\n"))

		wantTotals(t, done, 5, 0, 0)
		wantRefused(t, done,
			"4 email fault.email", "6  fault.list_quotes", "7 topics[0] fault.unknown_topic", "8 email fault.unsubscribed",
			"9 email fault.suppressed_bounce", "10  fault.list_quotes", "14  fault.list_fields", "16  fault.not_utf8", "17  fault.list_quotes")
		gun := w.byEmail(t, "gun@example.com")
		if gun.Name != "Gun Gran" || gun.Consent != "two\nlines" || !slices.Equal(gun.Topics, []string{"miljo", "vilt"}) {
			t.Errorf("got %+v", gun)
		}
		cid, anna := w.byEmail(t, "cid@example.com"), w.byEmail(t, "anna@example.com")
		if cid.Name != `Cid "Sid" Ek` || cid.Consent != "own" || anna.Consent != "asked for at the fair" || anna.State != StateConfirmed {
			t.Errorf("got %+v and %+v", cid, anna)
		}
		wantActions(t, w, "subscriber.add", "subscriber.unsubscribe", "subscriber.suppress", "subscriber.import")
		if detail := w.details(t)[3]; detail !=
			`{"added":5,"complete":true,"refused":9,"unchanged":0,"updated":0}` {
			t.Errorf("history tells %s", detail)
		}
	})
}

func TestImport_OfWhatIsThere_ChangesWhatTheColumnsName(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.importList(t, "email;name;outlet;language;topics\na@example.com;Anna;TT;en;vilt\nb@example.com;Bo;;;\n")
		pending := w.ask(t, "p@example.com").Subscriber
		w.later(time.Hour)

		done := w.importList(t, "E-mail,EMAIL,Name\n1,A@Example.com,Anna Ek\n2,b@example.com,Bo\n3,p@example.com,\n4,new@example.com,Ny\n")
		wantTotals(t, done, 1, 2, 1)
		if !slices.Equal(done.Ignored, []string{"e-mail"}) {
			t.Errorf("ignored %q", done.Ignored)
		}
		anna := w.byEmail(t, "a@example.com")
		if anna.Name != "Anna Ek" || anna.Outlet != "TT" || anna.Language != "en" || !slices.Equal(anna.Topics, []string{"vilt"}) {
			t.Errorf("got %+v", anna)
		}
		if after := w.byEmail(t, "p@example.com"); after.ID != pending.ID || after.State != StateConfirmed || !after.ConfirmedAt.Equal(w.clock) {
			t.Errorf("got %+v", after)
		}
	})
}

func TestImport_OfOneAddressTwice_GoesByTheLastLine(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		done := w.importList(t, "email,name\na@example.com,First\nA@EXAMPLE.COM,Second\na@example.com,Second\n")
		wantTotals(t, done, 1, 1, 1)
		if sub := w.byEmail(t, "a@example.com"); sub.Name != "Second" {
			t.Errorf("got %+v", sub)
		}
	})
}

func TestImport_WithoutAnyConsent_RefusesTheLine(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		list := "email,consent\na@example.com,\nb@example.com,by telephone\n"
		done, err := w.Import(t.Context(), officer, w.newsroom, strings.NewReader(list), "")
		if err != nil {
			t.Fatal(err)
		}
		wantTotals(t, done, 1, 0, 0)
		wantRefused(t, done, "2 consent fault.consent")
	})
}

func TestImport_ReadsWhatSpreadsheetsSave(t *testing.T) {
	text := "email;name;topics\r\nasa@länsstyrelsen.se;Åsa Öberg – “TT”;Miljö\r\n"
	latin, err := charmap.Windows1252.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	for name, list := range map[string]string{
		"UTF-8":              text,
		"UTF-8 with BOM":     "\ufeff" + text,
		"Windows-1252":       latin,
		"tabs":               strings.ReplaceAll(text, ";", "\t"),
		"commas":             strings.ReplaceAll(text, ";", ","),
		"no last line end":   strings.TrimSpace(text),
		"blank lines before": "\r\n \r\n" + text,
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, dbtest.SQLite(t))
			wantTotals(t, w.importList(t, list), 1, 0, 0)
			sub := w.byEmail(t, "asa@")
			if sub.Email != "asa@länsstyrelsen.se" || sub.Name != "Åsa Öberg – “TT”" || !slices.Equal(sub.Topics, []string{"miljo"}) {
				t.Errorf("got %+v", sub)
			}
		})
	}
}

func TestImport_OfWhatIsNoList_SaysWhatWouldDo(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	for list, want := range map[string]string{
		"":                             "file: fault.list_header",
		"\n\n":                         "file: fault.list_header",
		"name,outlet\nAnna,TT\n":       "file: fault.list_header",
		"anna@example.com\n":           "file: fault.list_header",
		"\xff\xfee\x00m\x00":           "file: fault.list_utf16",
		"\"email,name\na@example.com,": "file: fault.list_quotes",
	} {
		_, err := w.Import(t.Context(), officer, w.newsroom, strings.NewReader(list), "consent")
		wantFaults(t, err, want)
	}
	_, err := w.Import(t.Context(), officer, w.newsroom, strings.NewReader("email\n"), strings.Repeat("x", maxConsent+1))
	wantFaults(t, err, "consent: fault.too_long")
	wantActions(t, w)
}

func TestImport_ThatBreaksOff_KeepsWhatItWroteAndSaysSo(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		broken := errors.New("the connection was lost")
		list := io.MultiReader(manyLines(1500), iotest.ErrReader(broken))
		done, err := w.Import(t.Context(), officer, w.newsroom, list, "consent")
		wantError(t, err, broken)
		wantTotals(t, done, 1000, 0, 0)
		if n := len(w.texts(t, `SELECT id FROM subscribers`)); n != 1000 {
			t.Errorf("%d are in", n)
		}
		if detail := w.details(t); len(detail) != 1 || !strings.Contains(detail[0], `"complete":false`) {
			t.Errorf("history tells %q", detail)
		}
		again, err := w.Import(t.Context(), officer, w.newsroom, manyLines(1500), "consent")
		if err != nil {
			t.Fatal(err)
		}
		wantTotals(t, again, 500, 0, 1000)
	})
}

func TestImport_ByTwoAtOnce_AddsEachAddressOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		var all sync.WaitGroup
		var lock sync.Mutex
		var added, unchanged int
		for range 3 {
			all.Go(func() {
				done, err := w.Import(context.WithoutCancel(t.Context()), officer, w.newsroom, manyLines(2500), "consent")
				if err != nil {
					t.Error(err)
				}
				lock.Lock()
				defer lock.Unlock()
				added, unchanged = added+done.Added, unchanged+done.Unchanged
			})
		}
		all.Wait()
		if n := len(w.texts(t, `SELECT id FROM subscribers`)); added != 2500 || unchanged != 5000 || n != 2500 {
			t.Errorf("added %d, unchanged %d, there are %d", added, unchanged, n)
		}
	})
}

// manyLines is a list of n addresses in the order of their numbers.
func manyLines(n int) io.Reader {
	var b bytes.Buffer
	b.WriteString("email,name,outlet,topics\n")
	for i := range n {
		fmt.Fprintf(&b, "reader%06d@example.com,Läsare %d,Tidningen,%s\n", i, i, []string{"", "vatten", "vilt|miljo"}[i%3])
	}
	return &b
}

func TestExport_ReadBack_IsTheSameList(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for _, in := range []Input{
			{Email: "åsa@länsstyrelsen.se", Name: "Åsa “Ö” Öberg", Outlet: `Dala"Demokraten", TT`, Topics: []string{"vilt", "miljo"}},
			{Email: "=cmd@example.com", Name: "=1+1", Outlet: "'=quoted", Language: "en"},
			{Email: "+46@example.com", Name: "-minus", Outlet: "@at"},
			{Email: "semi@example.com", Name: "a;b\tc", Outlet: "''+x"},
		} {
			in.Consent, in.Confirmed = "by telephone,\n\"yes\", on 3 May\n=SUM(A1)", true
			if _, err := w.Add(t.Context(), officer, w.newsroom, in); err != nil {
				t.Fatal(err)
			}
		}
		pending, left, bounce := w.ask(t, "pending@example.com").Subscriber, w.confirmed(t, "left@example.com"), w.confirmed(t, "bounce@example.com")
		w.leave(t, left.ID)
		w.suppress(t, bounce.Email, "", ReasonBounce)

		var file bytes.Buffer
		if err := w.Export(t.Context(), officer, w.newsroom.ID, &file); err != nil {
			t.Fatal(err)
		}
		for cell := range strings.FieldsFuncSeq(file.String(), func(r rune) bool { return r == ',' || r == '\n' }) {
			if strings.ContainsAny(strings.Trim(cell, `"`)[:min(1, len(strings.Trim(cell, `"`)))], "=+-@") && !strings.HasPrefix(cell, "=SUM") {
				t.Errorf("a spreadsheet would run %q", cell)
			}
		}
		same, err := w.Import(t.Context(), officer, w.newsroom, bytes.NewReader(file.Bytes()), "")
		if err != nil {
			t.Fatal(err)
		}
		wantTotals(t, same, 0, 0, 4)
		if len(same.Refused) != 3 || len(same.Ignored) != 0 {
			t.Errorf("refused %+v, ignored %q", same.Refused, same.Ignored)
		}

		old := w.newsroom
		w.newsroom = w.newNewsroom(t, "moved")
		moved, err := w.Import(t.Context(), officer, w.newsroom, &file, "")
		if err != nil {
			t.Fatal(err)
		}
		wantTotals(t, moved, 4, 0, 0)
		if got, want := w.wishes(t, w.newsroom.ID), w.wishes(t, old.ID, pending.ID, left.ID, bounce.ID); !reflect.DeepEqual(got, want) {
			t.Errorf("got  %+v\nwant %+v", got, want)
		}
		wantError(t, w.Export(t.Context(), officer, old.ID, failingWriter{}), io.ErrClosedPipe)
		exports := w.texts(t, `SELECT actor FROM history WHERE action = 'subscriber.export'`)
		if !slices.Equal(exports, []string{officer.Name, officer.Name}) {
			t.Errorf("exports by %q", exports)
		}
	})
}

type failingWriter struct{}

func (failingWriter) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

// wishes are a newsroom's subscribers by address, less what differs from newsroom to newsroom.
func (w *world) wishes(t testing.TB, newsroomID string, except ...string) map[string]Subscriber {
	t.Helper()
	items, _, err := w.List(t.Context(), ListFilter{NewsroomID: newsroomID})
	if err != nil {
		t.Fatal(err)
	}
	all := make(map[string]Subscriber)
	for _, sub := range items {
		if !slices.Contains(except, sub.ID) {
			sub.ID, sub.NewsroomID = "", ""
			all[sub.Email] = sub
		}
	}
	return all
}

func TestExport_OfManyPages_HasEachOnce(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	if _, err := w.Import(t.Context(), history.System, w.newsroom, manyLines(2500), "consent"); err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	if err := w.Export(t.Context(), officer, w.newsroom.ID, &file); err != nil {
		t.Fatal(err)
	}
	seen := make(map[string]bool)
	for _, line := range strings.Split(strings.TrimSpace(file.String()), "\r\n")[1:] {
		email, _, _ := strings.Cut(line, ",")
		seen[email] = true
	}
	if len(seen) != 2500 || strings.Count(file.String(), "\n") != 2501 {
		t.Errorf("%d addresses in %d lines", len(seen), strings.Count(file.String(), "\n"))
	}
}

func BenchmarkImport(b *testing.B) {
	for name, open := range map[string]func(testing.TB) *world{
		"sqlite":   func(t testing.TB) *world { return newWorld(t, dbtest.SQLite(t)) },
		"postgres": func(t testing.TB) *world { return newWorld(t, dbtest.Postgres(t)) },
	} {
		b.Run(name, func(b *testing.B) {
			const size = 20_000
			for b.Loop() {
				w := open(b)
				start := time.Now()
				if _, err := w.Import(b.Context(), officer, w.newsroom, manyLines(size), "consent"); err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(size/time.Since(start).Seconds(), "lines/s")
			}
		})
	}
}
