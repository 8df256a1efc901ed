package releases_test

import (
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"dateline/releases"
	"dateline/server/database/dbtest"
)

// walk reads a list from its current chapter to the oldest, and gives the ids of each.
func (o *office) walk(f releases.Filter) (names []string, ids [][]string) {
	o.t.Helper()
	name := ""
	for {
		c := must[releases.Chapter](o.t)(o.public.Chapter(o.t.Context(), o.now(), f, name))
		var chapter []string
		for _, l := range c.Items {
			chapter = append(chapter, l.ID)
		}
		names, ids = append(names, name), append(ids, chapter)
		if name = c.Older; name == "" {
			return names, ids
		}
	}
}

func TestArchive_ClosedChaptersStay_AndTogetherHoldEachReleaseOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		o := newOffice(t, db, 1)
		filter := releases.Filter{NewsroomID: o.newsroom.ID, Topic: "natur"}
		closed := map[string][]string{}
		var all []string
		for i := range 5 * releases.ChapterLength {
			all = append(all, o.live(fmt.Sprint("Nummer ", i)).ID)
			if i%3 == 0 { // some share their millisecond
				o.pass(time.Minute)
			}
			if i%20 != 0 {
				continue
			}
			names, ids := o.walk(filter)
			if n := len(ids[0]); n >= 2*releases.ChapterLength {
				t.Fatalf("the current chapter has %d", n)
			}
			for j, name := range names[1:] {
				if was, ok := closed[name]; ok && !slices.Equal(was, ids[j+1]) {
					t.Fatalf("chapter %s has changed", name)
				}
				closed[name] = ids[j+1]
			}
		}
		_, ids := o.walk(filter)
		got := slices.Concat(ids...)
		slices.Sort(got)
		slices.Sort(all)
		if !slices.Equal(got, all) {
			t.Errorf("%d in the chapters, %d are live", len(got), len(all))
		}
		if len(ids) < 4 {
			t.Errorf("%d chapters", len(ids))
		}
	})
}

func TestArchive_ABackdatedRelease_GoesIntoTheChapterOfItsTime(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		o := newOffice(t, db, 1)
		filter := releases.Filter{NewsroomID: o.newsroom.ID}
		for i := range 2*releases.ChapterLength + 1 {
			o.live(fmt.Sprint("Nummer ", i))
			o.pass(time.Minute)
		}
		names, before := o.walk(filter)
		r := o.approved("Ur arkivet")
		must[releases.Release](t)(o.desk.Schedule(t.Context(), writer, r.ID, o.lift(-1000*time.Hour), true))
		after, ids := o.walk(filter)
		last := len(ids) - 1
		if !slices.Equal(names, after) || !slices.Equal(before[0], ids[0]) || !slices.Equal(append(before[last], r.ID), ids[last]) {
			t.Errorf("%v %v\n%v\n%v", names, after, before, ids)
		}
		// So many that the chapter has to be parted.
		for i := range 2 * releases.ChapterLength {
			r := o.approved(fmt.Sprint("Ur arkivet ", i))
			must[releases.Release](t)(o.desk.Schedule(t.Context(), writer, r.ID, o.lift(-time.Duration(100+i)*time.Hour), true))
		}
		_, ids = o.walk(filter)
		total := 0
		for _, chapter := range ids {
			total += len(chapter)
			if len(chapter) >= 2*releases.ChapterLength {
				t.Errorf("a chapter has %d", len(chapter))
			}
		}
		if want := 4*releases.ChapterLength + 2; total != want {
			t.Errorf("%d in the chapters, want %d", total, want)
		}
	})
}

func TestArchive_OfANameThatIsNone_IsNotFound(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		o := newOffice(t, db, 1)
		r := o.scheduled("Hemlig", time.Hour)
		for _, name := range []string{"x", "1_x", fmt.Sprintf("%d_%s", r.LiftAt.UnixMilli(), r.ID), "_", "01_x"} {
			if _, err := o.public.Chapter(t.Context(), o.now(), releases.Filter{NewsroomID: o.newsroom.ID}, name); !errors.Is(err, releases.ErrNotFound) {
				t.Errorf("%q: %v", name, err)
			}
		}
	})
}
