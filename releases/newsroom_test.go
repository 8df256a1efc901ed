package releases_test

import (
	"database/sql"
	"errors"
	"reflect"
	"testing"

	"dateline/releases"
	"dateline/server/database/dbtest"
)

func TestNewsroom_IsKeptWhole(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		o := newOffice(t, db, 1)
		want := []releases.Topic{{Slug: "natur", Name: "Natur"}, {Slug: "manskliga-rattigheter", Name: "Mänskliga rättigheter"}}
		if !reflect.DeepEqual(o.newsroom.Topics, want) || o.newsroom.TagAuthority != "example.org" || o.newsroom.Approvals != 1 {
			t.Errorf("got %+v", o.newsroom)
		}
		for _, find := range []func() (releases.Newsroom, error){
			func() (releases.Newsroom, error) { return o.desk.Newsroom(t.Context(), "dalarna") },
			func() (releases.Newsroom, error) { return o.desk.Newsroom(t.Context(), o.newsroom.ID) },
			func() (releases.Newsroom, error) { return o.public.Newsroom(t.Context(), "dalarna") },
		} {
			if n, err := find(); err != nil || !reflect.DeepEqual(n, o.newsroom) {
				t.Errorf("found %+v, %v", n, err)
			}
		}
		if _, err := o.public.Newsroom(t.Context(), o.newsroom.ID); !errors.Is(err, releases.ErrNotFound) {
			t.Errorf("a stranger found it by its id: %v", err)
		}
		in := newsroomInput()
		in.Slug, in.Name = "avesta", "Avesta kommun"
		must[releases.Newsroom](t)(o.desk.CreateNewsroom(t.Context(), writer, in))
		for _, list := range [][]releases.Newsroom{
			must[[]releases.Newsroom](t)(o.desk.Newsrooms(t.Context())), must[[]releases.Newsroom](t)(o.public.Newsrooms(t.Context())),
		} {
			if len(list) != 2 || list[0].Slug != "avesta" {
				t.Errorf("listed %+v", list)
			}
		}
	})
}

func TestNewsroom_TellsEveryFaultAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		o := newOffice(t, db, 1)
		_, err := o.desk.CreateNewsroom(t.Context(), writer, releases.NewsroomInput{
			Slug: "dalarna", Language: "xx", Zone: "Europe/Falun", ReplyTo: "nobody", Topics: []string{"Natur", "natur!", "???"}, Approvals: 3,
		})
		wantFaults(t, err, "name", "fault.required", "language", "fault.language", "zone", "fault.zone",
			"email_from", "fault.required", "reply_to", "fault.mailbox", "topics", "fault.topic_twice", "topics", "fault.topic_name",
			"approvals", "fault.approvals", "slug", "fault.slug_taken")
		for slug, message := range map[string]string{"desk": "fault.slug_reserved", "robots.txt": "fault.slug", "": "fault.required"} {
			in := newsroomInput()
			in.Slug = slug
			_, err := o.desk.CreateNewsroom(t.Context(), writer, in)
			wantFaults(t, err, "slug", message)
		}
	})
}

func TestUpdateNewsroom_KeepsTopicsThatAreInUse(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		o := newOffice(t, db, 1)
		o.create("Om natur")
		in := newsroomInput()
		in.Topics = []string{"Mänskliga rättigheter"}
		_, err := o.desk.UpdateNewsroom(t.Context(), writer, o.newsroom.ID, in)
		wantFaults(t, err, "topics", "fault.topic_in_use")

		in.Name, in.EmailFrom, in.Topics = "Nytt namn", "press@example.net", []string{"Kultur", "NATUR"}
		n := must[releases.Newsroom](t)(o.desk.UpdateNewsroom(t.Context(), writer, o.newsroom.ID, in))
		want := []releases.Topic{{Slug: "kultur", Name: "Kultur"}, {Slug: "natur", Name: "NATUR"}}
		if n.Name != "Nytt namn" || !reflect.DeepEqual(n.Topics, want) {
			t.Errorf("got %+v", n)
		}
		if n.TagAuthority != "example.org" {
			t.Errorf("ids of its releases now name %q", n.TagAuthority)
		}
		if _, err := o.desk.UpdateNewsroom(t.Context(), writer, "nothere", in); !errors.Is(err, releases.ErrNotFound) {
			t.Errorf("got %v", err)
		}
	})
}
