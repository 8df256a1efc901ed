package releases_test

import (
	"database/sql"
	"reflect"
	"strings"
	"testing"

	"dateline/releases"
	"dateline/server/database/dbtest"
)

func TestCreate_TellsEveryFaultAtOnce(t *testing.T) {
	o := newOffice(t, dbtest.SQLite(t), 1)
	_, err := o.desk.Create(t.Context(), writer, o.newsroom.ID, releases.Draft{Slug: "A B", Text: releases.Text{
		Kind: "gossip", Language: "xx", Headline: " \x00 ", Lede: strings.Repeat("å", 1001), Topics: []string{"natur", "Sport"},
		Contacts: []releases.Contact{{}, {Name: "Kerstin", Email: "kerstin@", Phone: "ring"}, {Email: "a@example.org"}},
	}})
	faults := wantFaults(t, err, "kind", "fault.kind", "headline", "fault.required", "lede", "fault.too_long",
		"topics[1]", "fault.unknown_topic", "contacts[1].phone", "fault.phone", "contacts[1].email", "fault.email",
		"contacts[2].name", "fault.required", "language", "fault.language", "slug", "fault.slug")
	if topics := faults[3].Args["Topics"]; topics != "Natur, Mänskliga rättigheter" {
		t.Errorf("the topics that there are: %v", topics)
	}
	if items, _, err := o.desk.List(t.Context(), releases.ListFilter{}); err != nil || len(items) != 0 {
		t.Errorf("something was saved: %v, %v", items, err)
	}
}

func TestCreate_CleansTextAndTells(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		o := newOffice(t, db, 1)
		saved := must[releases.Saved](t)(o.desk.Create(t.Context(), writer, o.newsroom.ID, releases.Draft{Text: releases.Text{
			Headline: "“Du avgör!”\x0b – idag", Body: "Första\r\nandra\x00", Topics: []string{"NATUR", "natur", "mänskliga RÄTTIGHETER"},
			Contacts: []releases.Contact{{}, {Name: " Kerstin Bergman ", Phone: "010-225 04 25", Email: "Kerstin <kerstin@länsstyrelsen.se>"}},
		}}))
		want := releases.Text{
			Kind: releases.PressRelease, Language: "sv", Headline: "“Du avgör!” – idag", Body: "Första\nandra",
			Topics:   []string{"natur", "manskliga-rattigheter"},
			Contacts: []releases.Contact{{Name: "Kerstin Bergman", Phone: "010-225 04 25", Email: "kerstin@länsstyrelsen.se"}},
		}
		if !reflect.DeepEqual(saved.Text, want) {
			t.Errorf("saved %+v; want %+v", saved.Text, want)
		}
		notices := []releases.Notice{{Field: "headline", Message: "notice.cleaned"}, {Field: "body", Message: "notice.cleaned"}}
		if !reflect.DeepEqual(saved.Notices, notices) {
			t.Errorf("told %+v", saved.Notices)
		}
		if again := must[releases.Release](t)(o.desk.Release(t.Context(), saved.ID)); !reflect.DeepEqual(again, saved.Release) {
			t.Errorf("read back %+v; want %+v", again, saved.Release)
		}
	})
}

// Without the letters that can't be read "räksmörgås" would be saved as "rksmrgs".
func TestCreate_WithTextThatCantBeRead_IsRefused(t *testing.T) {
	o := newOffice(t, dbtest.SQLite(t), 1)
	_, err := o.desk.Create(t.Context(), writer, o.newsroom.ID, releases.Draft{Text: releases.Text{
		Headline: "r\xe4ksm\xf6rg\xe5s", Lede: "r\ufffdksmörgås", Contacts: []releases.Contact{{Name: "Bj\xf6rn", Email: "bj\xf6rn@example.se"}},
	}})
	wantFaults(t, err, "headline", "fault.unreadable", "lede", "fault.unreadable", "contacts[0].name", "fault.unreadable", "contacts[0].email", "fault.unreadable")
}

func TestCreate_InNoNewsroom_IsNotFound(t *testing.T) {
	o := newOffice(t, dbtest.SQLite(t), 1)
	if _, err := o.desk.Create(t.Context(), writer, "nothere", draft("Rubrik")); err == nil || !strings.Contains(err.Error(), "not found") {
		t.Errorf("got %v", err)
	}
}
