package releases_test

import (
	"database/sql"
	"errors"
	"strings"
	"testing"
	"time"

	"dateline/releases"
	"dateline/server/database/dbtest"
)

// kept is a file whose bytes a store has.
func kept(id string) releases.File {
	return releases.File{ID: id, Type: "application/pdf", Bytes: 7, Hash: "hash of " + id}
}

func (o *office) attach(r releases.Release, id, replaces string) releases.Release {
	o.t.Helper()
	return must[releases.Release](o.t)(o.desk.AddFile(o.t.Context(), writer, r.ID, kept(id), releases.FileText{Name: id + ".pdf"}, replaces))
}

// given says whether the world gets a file.
func (o *office) given(now time.Time, id string) bool {
	o.t.Helper()
	_, _, err := o.public.File(o.t.Context(), now, id)
	if err != nil && !errors.Is(err, releases.ErrNotFound) {
		o.t.Fatal(err)
	}
	return err == nil
}

func TestFile_AttachedReplacedOrRemoved_NeedsAnApprovalEachTime(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		o := newOffice(t, db, 1)
		r := o.approved("Med bilaga")
		steps := []func(releases.Release) releases.Release{
			func(r releases.Release) releases.Release { return o.attach(r, "first", "") },
			func(r releases.Release) releases.Release { return o.attach(r, "second", "first") },
			func(r releases.Release) releases.Release {
				return must[releases.Release](t)(o.desk.DescribeFile(t.Context(), writer, r.ID, "second", releases.FileText{Name: "b.pdf", Caption: "Ny"}))
			},
			func(r releases.Release) releases.Release {
				return must[releases.Release](t)(o.desk.RemoveFile(t.Context(), writer, r.ID, "second"))
			},
		}
		for i, step := range steps {
			changed := step(r)
			if changed.State != releases.StateDraft || changed.Version != r.Version+1 || changed.Hash == r.Hash {
				t.Errorf("step %d: %s, version %d after %d", i, changed.State, changed.Version, r.Version)
			}
			_, err := o.desk.Schedule(t.Context(), approver, r.ID, o.lift(time.Hour), false)
			wantConflict(t, err, "conflict.not_approved")
			r = must[releases.Release](t)(o.desk.Approve(t.Context(), approver, r.ID, changed.Version, changed.Hash))
		}
		if len(r.Text.Files) != 0 {
			t.Errorf("files left: %v", r.Text.Files)
		}
	})
}

func TestFile_IsPublic_FromTheLiftOn_AndOnlyAsTheApprovedVersionHasIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		o := newOffice(t, db, 1)
		r := o.attach(o.create("Med bilaga"), "first", "")
		must[releases.Release](t)(o.desk.Approve(t.Context(), approver, r.ID, r.Version, r.Hash))
		r = must[releases.Release](t)(o.desk.Schedule(t.Context(), approver, r.ID, o.lift(time.Hour), false))
		if o.given(r.LiftAt.Add(-time.Millisecond), "first") || !o.given(r.LiftAt, "first") {
			t.Error("the file does not turn with its release")
		}
		o.set(r.LiftAt.Add(time.Minute))
		r = o.attach(r, "second", "first")
		if !o.given(o.now(), "first") || o.given(o.now(), "second") {
			t.Error("what nobody has approved is out")
		}
		must[releases.Release](t)(o.desk.Approve(t.Context(), approver, r.ID, r.Version, r.Hash))
		if o.given(o.now(), "first") || !o.given(o.now(), "second") {
			t.Error("the approved file is not out, or the replaced one still is")
		}
		for _, id := range []string{"", "third", "FIRST", "../first", r.ID, strings.Repeat("a", 26)} {
			if o.given(o.now(), id) {
				t.Errorf("%q is a file", id)
			}
		}
	})
}

func TestFile_OutlivesAnEditOfTheText(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		o := newOffice(t, db, 1)
		r := o.attach(o.create("Före"), "first", "")
		edited := must[releases.Saved](t)(o.desk.Edit(t.Context(), writer, r.ID, r.Version, draft("Efter")))
		if len(edited.Text.Files) != 1 || edited.Text.Headline != "Efter" {
			t.Errorf("got %+v", edited.Text)
		}
		file, of, err := o.desk.File(t.Context(), "first")
		if err != nil || of.ID != r.ID || file.Name != "first.pdf" {
			t.Errorf("the desk finds %v of %s, %v", file, of.ID, err)
		}
		if _, _, err := o.desk.File(t.Context(), "nothing"); !errors.Is(err, releases.ErrNotFound) {
			t.Errorf("got %v", err)
		}
	})
}

func TestFile_ThatReplaces_TakesOverItsPlaceAndItsWords(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		o := newOffice(t, db, 1)
		r := o.create("Bilder")
		said := releases.FileText{Name: "a.jpg", Alt: "Älven", Caption: "Vid Gagnef", Credit: "Åsa Ek"}
		r = must[releases.Release](t)(o.desk.AddFile(t.Context(), writer, r.ID, kept("first"), said, ""))
		r = o.attach(r, "last", "")
		r = must[releases.Release](t)(o.desk.AddFile(t.Context(), writer, r.ID, kept("better"), releases.FileText{Name: "b.jpg", Caption: "Vid Mockfjärd"}, "first"))
		f := r.Text.Files[0]
		if f.ID != "better" || f.Name != "b.jpg" || f.Alt != "Älven" || f.Caption != "Vid Mockfjärd" || f.Credit != "Åsa Ek" || len(r.Text.Files) != 2 {
			t.Errorf("got %+v", r.Text.Files)
		}
		_, err := o.desk.AddFile(t.Context(), writer, r.ID, kept("lost"), releases.FileText{Name: "c.jpg"}, "nothing")
		if !errors.Is(err, releases.ErrNotFound) {
			t.Errorf("in place of nothing: %v", err)
		}
	})
}

func TestFile_ThatIsNoFile_IsRefusedAtItsField(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		o := newOffice(t, db, 1)
		r := o.create("Utan bilaga")
		empty := kept("empty")
		empty.Bytes = 0
		_, err := o.desk.AddFile(t.Context(), writer, r.ID, empty, releases.FileText{Name: " / ", Alt: strings.Repeat("å", 1001)}, "")
		wantFaults(t, err, "alt", "fault.too_long", "file", "fault.file_name", "file", "fault.file_empty")
		if has := must[bool](t)(o.desk.HasFile(t.Context(), "empty")); has {
			t.Error("a refused file is kept")
		}
	})
}

func TestFileName_IsTheLastPart_ShortenedBeforeItsExtension(t *testing.T) {
	o := newOffice(t, dbtest.SQLite(t), 1)
	r := o.create("Namn")
	for given, want := range map[string]string{
		`C:\Users\anna\Bild älven.jpg`:       "Bild älven.jpg",
		"../../etc/passwd":                   "passwd",
		"a\x00b\nc.pdf":                      "ab c.pdf",
		strings.Repeat("å", 300) + ".pdf":    strings.Repeat("å", 116) + ".pdf",
		"..hidden. ":                         "hidden",
		strings.Repeat("x", 130):             strings.Repeat("x", 120),
		"x." + strings.Repeat("y", 200):      "x." + strings.Repeat("y", 118),
		"Årsredovisning 2016 (slutlig).xlsx": "Årsredovisning 2016 (slutlig).xlsx",
		"\u202Egpj.exe":                      "gpj.exe",
	} {
		file := kept("id" + strings.ToLower(strings.Map(func(c rune) rune {
			if c < 'a' || c > 'z' {
				return -1
			}
			return c
		}, given)))
		r = must[releases.Release](t)(o.desk.AddFile(t.Context(), writer, r.ID, file, releases.FileText{Name: given}, ""))
		if got := r.Text.Files[len(r.Text.Files)-1].Name; got != want {
			t.Errorf("%q is called %q; want %q", given, got, want)
		}
	}
}
