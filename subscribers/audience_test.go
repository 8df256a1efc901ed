package subscribers

import (
	"slices"
	"testing"

	"dateline/releases"
)

// release makes one with these topics, approved.
func (w *world) release(t *testing.T, topics ...string) (id string) {
	t.Helper()
	draft := releases.Draft{Text: releases.Text{Kind: releases.News, Language: "sv", Headline: "Nyhet", Body: "Text.", Topics: topics}}
	made, err := w.desk.Create(t.Context(), officer, w.newsroom.ID, draft)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.desk.Approve(t.Context(), officer, made.ID, made.Version, made.Hash); err != nil {
		t.Fatal(err)
	}
	return made.ID
}

func TestAudience_AndCount_AgreeOnWhoGetsWhat(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.confirmed(t, "all@example.com")
		w.confirmed(t, "vatten@example.com", "vatten")
		w.confirmed(t, "vilt@example.com", "vilt")
		w.confirmed(t, "both@example.com", "vatten", "vilt")
		english := "en"
		if _, err := w.Update(t.Context(), officer, w.newsroom, w.byEmail(t, "both@").ID, Patch{Language: &english}); err != nil {
			t.Fatal(err)
		}
		// None of these may ever be mailed.
		w.ask(t, "pending@example.com")
		w.leave(t, w.confirmed(t, "left@example.com").ID)
		w.confirmed(t, "bounce@example.com", "vatten")
		w.suppress(t, "Bounce@Example.com", w.newsroom.ID, ReasonBounce)
		w.confirmed(t, "everywhere@example.com")
		w.suppress(t, "everywhere@example.com", "", ReasonComplaint)
		// This one may, for it is another newsroom that must not.
		w.confirmed(t, "elsewhere@example.com", "miljo")
		w.suppress(t, "elsewhere@example.com", "another-newsroom", ReasonRequest)
		here := w.newsroom
		w.newsroom = w.newNewsroom(t, "other")
		w.confirmed(t, "all@example.com")
		w.newsroom = here

		for name, c := range map[string]struct{ topics, want []string }{
			"no-topics":  {nil, []string{"all@example.com"}},
			"vatten":     {[]string{"vatten"}, []string{"all@example.com", "both@example.com", "vatten@example.com"}},
			"vilt":       {[]string{"vilt"}, []string{"all@example.com", "both@example.com", "vilt@example.com"}},
			"two-topics": {[]string{"vatten", "vilt"}, []string{"all@example.com", "both@example.com", "vatten@example.com", "vilt@example.com"}},
			"miljo":      {[]string{"miljo"}, []string{"all@example.com", "elsewhere@example.com"}},
		} {
			if got := w.audience(t, w.release(t, c.topics...)); !slices.Equal(got, c.want) {
				t.Errorf("%s: audience %q, want %q", name, got, c.want)
			}
			if n := w.count(t, c.topics...); n != len(c.want) {
				t.Errorf("%s: count %d, want %d", name, n, len(c.want))
			}
		}
	})
}

func TestAudience_MayBeContinuedInTheOrderOfIds(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		var want []string
		for _, name := range []string{"a", "b", "c", "d", "e"} {
			want = append(want, w.confirmed(t, name+"@example.com").ID)
		}
		slices.Sort(want)
		release := w.release(t)
		var got []string
		for after := ""; ; {
			page := w.texts(t, `SELECT a.id FROM (`+Audience+` AND s.id > $3 ORDER BY s.id LIMIT 2) AS a`, w.newsroom.ID, release, after)
			if len(page) == 0 {
				break
			}
			got, after = append(got, page...), page[len(page)-1]
		}
		if !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

func TestStillWanted_TurnsAtOnceWhenSomebodyLeaves(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		mailed := func() []string {
			still := w.texts(t, `SELECT s.email FROM subscribers s WHERE `+StillWanted(`s.id`, `s.newsroom_id`)+` ORDER BY s.email`)
			if gathered := w.texts(t, `SELECT s.email FROM subscribers s WHERE `+wanted+` ORDER BY s.email`); !slices.Equal(gathered, still) {
				t.Errorf("%q would be gathered, %q mailed", gathered, still)
			}
			return still
		}
		w.confirmed(t, "stays@example.com")
		leaver := w.confirmed(t, "leaves@example.com")
		w.confirmed(t, "bounces@example.com")
		if got := mailed(); len(got) != 3 {
			t.Errorf("wanted by %q", got)
		}
		w.leave(t, leaver.ID)
		w.suppress(t, "bounces@example.com", "", ReasonBounce)
		w.suppress(t, "stays@example.com", "another newsroom", ReasonRequest)
		if got := mailed(); !slices.Equal(got, []string{"stays@example.com"}) {
			t.Errorf("wanted by %q", got)
		}
	})
}
