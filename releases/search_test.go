package releases_test

import (
	"database/sql"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"dateline/releases"
	"dateline/server/database/dbtest"
)

// find gives the headlines that a search finds, in order.
func (o *office) find(query string) string {
	o.t.Helper()
	found, err := o.public.Search(o.t.Context(), o.now(), o.newsroom.ID, query, 0, 20)
	if err != nil {
		o.t.Fatalf("%q: %v", query, err)
	}
	var headlines []string
	for _, l := range found {
		headlines = append(headlines, l.Text.Headline)
	}
	return strings.Join(headlines, " | ")
}

func TestSearch_FindsWordsAsTyped_BeforeThoseWithOtherMarks(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		o := newOffice(t, db, 1)
		for _, headline := range []string{"Får på bete, får som stängslas", "Far och son", "Farligt"} {
			o.live(headline)
			o.pass(time.Minute)
		}
		for query, first := range map[string]string{"far": "Far och son", "FÅR": "Får på bete", "farligt": "Farligt", "fårli": "Farligt"} {
			if got := o.find(query); !strings.HasPrefix(got, first) {
				t.Errorf("%q found %q", query, got)
			}
		}
		for _, query := range []string{"far", "får", "fa"} {
			if got := o.find(query); strings.Count(got, "|") != 2 {
				t.Errorf("%q found %q: not all three", query, got)
			}
		}
	})
}

func TestSearch_WhateverIsTyped_IsWords(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		o := newOffice(t, db, 1)
		o.live("Älven stiger i natt")
		for query, found := range map[string]bool{
			"alven": true, "ÄLVEN stiger": true, "stiger brödtext": true, "natt\x00": true, "(alven)": true, "i'natt": true, "\"älven\"": true,
			"stiger sjunker": false, "": false, "\"": false, "'": false, "alven AND OR NOT (": false, "head:alven": false, "alven:*": true,
			strings.Repeat("natt ", 13): false, strings.Repeat("x", 10_000): false, "\xff\xfe": false, "%": false, "älven -natt": true,
		} {
			if got := o.find(query); (got != "") != found {
				t.Errorf("%.50q found %q", query, got)
			}
		}
	})
}

func TestSearch_TurnsAtTheLift_AndNothingIsIndexedBefore(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		o := newOffice(t, db, 1)
		r := o.scheduled("Det hemliga beskedet", time.Hour)
		rows := func() (n int) {
			t.Helper()
			if err := db.QueryRow(`SELECT COUNT(*) FROM searched`).Scan(&n); err != nil {
				t.Fatal(err)
			}
			return n
		}
		o.set(r.LiftAt.Add(-time.Millisecond))
		if got := o.find("hemliga"); got != "" || rows() != 0 {
			t.Errorf("found %q with %d rows a millisecond early", got, rows())
		}
		o.set(r.LiftAt)
		if got := o.find("hemliga"); got != "Det hemliga beskedet" || rows() != 1 {
			t.Errorf("found %q with %d rows at the lift", got, rows())
		}
	})
}

func TestSearch_FindsTheCorrectedText_NotTheOldOne(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		o := newOffice(t, db, 1)
		r := o.live("Sju av tio")
		if o.find("sju") == "" {
			t.Fatal("not found")
		}
		text := r.Text
		text.Headline = "Sex av tio"
		saved := must[releases.Saved](t)(o.desk.Edit(t.Context(), writer, r.ID, r.Version, releases.Draft{Text: text}))
		if o.find("sju") == "" || o.find("sex") != "" {
			t.Error("a text that nobody has approved is found")
		}
		must[releases.Release](t)(o.desk.Approve(t.Context(), approver, r.ID, saved.Version, saved.Hash))
		if got := o.find("sju"); got != "" {
			t.Errorf("the old text is found: %q", got)
		}
		if got := o.find("sex"); got != "Sex av tio" {
			t.Errorf("found %q", got)
		}
	})
}

func TestSearch_KeepsToItsNewsroom_AndTurnsPages(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		o := newOffice(t, db, 1)
		for i := range 60 {
			o.live(fmt.Sprint("Nyhet ", i))
		}
		seen := map[string]bool{}
		for page := range 7 {
			for _, l := range must[[]releases.Live](t)(o.public.Search(t.Context(), o.now(), o.newsroom.ID, "nyhet", page, 10)) {
				seen[l.ID] = true
			}
		}
		if len(seen) != 60 {
			t.Errorf("%d found in seven pages", len(seen))
		}
		if found := must[[]releases.Live](t)(o.public.Search(t.Context(), o.now(), "another", "nyhet", 0, 10)); len(found) != 0 {
			t.Errorf("another newsroom finds %d", len(found))
		}
	})
}

func TestSearch_ByManyAtOnce_IndexesEachOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		o := newOffice(t, db, 1)
		o.live("Översvämning")
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() {
				found, err := o.public.Search(t.Context(), o.now(), o.newsroom.ID, "oversvam", 0, 10)
				if err != nil || len(found) != 1 {
					t.Errorf("%d found, %v", len(found), err)
				}
			})
		}
		all.Wait()
	})
}
