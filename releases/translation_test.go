package releases_test

import (
	"database/sql"
	"errors"
	"slices"
	"testing"
	"time"

	"dateline/releases"
	"dateline/releases/input"
	"dateline/server/database/dbtest"
)

// in is a draft in a language, a translation of another release; of none with "".
func in(language, of string) releases.Draft {
	d := draft("På " + language)
	d.Text.Language, d.TranslationOf = language, &of
	return d
}

// liveIn publishes one.
func (o *office) liveIn(language, of string) releases.Release {
	o.t.Helper()
	r := must[releases.Saved](o.t)(o.desk.Create(o.t.Context(), writer, o.newsroom.ID, in(language, of))).Release
	r = must[releases.Release](o.t)(o.desk.Approve(o.t.Context(), approver, r.ID, r.Version, r.Hash))
	return must[releases.Release](o.t)(o.desk.Publish(o.t.Context(), approver, r.ID))
}

// languages are those that the world may read a release in; the sitemap must say the same.
func (o *office) languages(now time.Time, id string) []string {
	o.t.Helper()
	l := must[releases.Live](o.t)(o.public.ByID(o.t.Context(), now, id))
	var onPage, inSitemap []string
	for _, one := range l.Translations {
		onPage = append(onPage, one.Language)
	}
	for _, listed := range must[[]releases.Live](o.t)(o.public.List(o.t.Context(), now, releases.Filter{})) {
		if listed.ID == id && !slices.EqualFunc(listed.Translations, l.Translations, func(a, b releases.Address) bool { return a.ID == b.ID }) {
			o.t.Errorf("a list has %v, the page %v", listed.Translations, l.Translations)
		}
	}
	for _, a := range must[[]releases.Address](o.t)(o.public.Addresses(o.t.Context(), now, 0, 100)) {
		if a.Slug == l.Slug {
			for _, one := range a.Translations {
				inSitemap = append(inSitemap, one.Language)
			}
		}
	}
	if !slices.Equal(onPage, inSitemap) {
		o.t.Errorf("the page has %v, the sitemap %v", onPage, inSitemap)
	}
	return onPage
}

func TestTranslations_BeforeItsLift_OneIsNotToldOf(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		o := newOffice(t, db, 1)
		swedish := o.liveIn("sv", "")
		english := must[releases.Saved](t)(o.desk.Create(t.Context(), writer, o.newsroom.ID, in("en", swedish.ID))).Release
		if got := o.languages(o.now().AddDate(1, 0, 0), swedish.ID); got != nil {
			t.Errorf("a draft is told of: %v", got)
		}
		must[releases.Release](t)(o.desk.Approve(t.Context(), approver, english.ID, english.Version, english.Hash))
		english = must[releases.Release](t)(o.desk.Schedule(t.Context(), approver, english.ID, o.lift(time.Hour), false))

		if got := o.languages(english.LiftAt.Add(-time.Millisecond), swedish.ID); got != nil {
			t.Errorf("1 ms before its lift it is told of: %v", got)
		}
		for _, id := range []string{swedish.ID, english.ID} {
			if got := o.languages(english.LiftAt, id); !slices.Equal(got, []string{"sv", "en"}) {
				t.Errorf("at the lift: %v", got)
			}
		}
		o.set(english.LiftAt.Add(time.Hour))
		must[releases.Release](t)(o.desk.Withdraw(t.Context(), approver, english.ID, releases.WithdrawInput{Reason: "Fel."}))
		if got := o.languages(o.now(), swedish.ID); got != nil {
			t.Errorf("a withdrawn one is told of: %v", got)
		}
	})
}

func TestTranslations_WhicheverIsNamed_AllAreLinked_UntilOneIsTakenOut(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		o := newOffice(t, db, 1)
		swedish := o.liveIn("sv", "")
		english := o.liveIn("en", swedish.ID)
		finnish := o.liveIn("fi", english.ID)
		for _, r := range []releases.Release{swedish, english, finnish} {
			if got := o.languages(o.now(), r.ID); len(got) != 3 {
				t.Errorf("from %s: %v", r.Text.Language, got)
			}
		}
		alone := must[releases.Saved](t)(o.desk.Edit(t.Context(), writer, english.ID, english.Version, in("en", ""))).Release
		if alone.TranslationOf != "" || alone.Approved != english.Approved {
			t.Errorf("taken out it is a translation of %q, approved is %d", alone.TranslationOf, alone.Approved)
		}
		if got := o.languages(o.now(), english.ID); got != nil {
			t.Errorf("taken out it is linked: %v", got)
		}
		if got := o.languages(o.now(), swedish.ID); len(got) != 2 {
			t.Errorf("the others are linked as %v", got)
		}
		left := must[releases.Release](t)(o.desk.Release(t.Context(), swedish.ID))
		if left.TranslationOf != finnish.ID {
			t.Errorf("the desk says %q", left.TranslationOf)
		}
	})
}

func TestTranslations_OfWhatIsNotThere_OrInOneLanguageTwice_AreRefused(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		o := newOffice(t, db, 1)
		other := newsroomInput()
		other.Slug = "uppsala"
		strange := must[releases.Newsroom](t)(o.desk.CreateNewsroom(t.Context(), writer, other))
		elsewhere := must[releases.Saved](t)(o.desk.Create(t.Context(), writer, strange.ID, in("sv", ""))).Release
		swedish := o.liveIn("sv", "")
		english := o.liveIn("en", swedish.ID)

		refused := func(draft releases.Draft, message string) {
			t.Helper()
			_, err := o.desk.Create(t.Context(), writer, o.newsroom.ID, draft)
			var faults input.Faults
			if !errors.As(err, &faults) || faults[0].Field != "translation_of" || faults[0].Message != message {
				t.Errorf("%q: %v", *draft.TranslationOf, err)
			}
		}
		refused(in("fi", "nothing"), "fault.translation_of")
		refused(in("fi", elsewhere.ID), "fault.translation_of")
		refused(in("en", swedish.ID), "fault.translation_language")

		_, err := o.desk.Edit(t.Context(), writer, english.ID, english.Version, releases.Draft{Text: draft("Nu på svenska").Text})
		if faults := (input.Faults{}); !errors.As(err, &faults) {
			t.Errorf("a text that turns into the other's language: %v", err)
		}
	})
}
