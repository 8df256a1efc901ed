package releases_test

import (
	"database/sql"
	"reflect"
	"testing"

	"dateline/releases"
	"dateline/server/database/dbtest"
)

func TestTopicCodes_AreKeptWithTheirTopics_UntilOthersAreGiven(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		o := newOffice(t, db, 1)
		change := func(topics []string, codes map[string]string) []releases.Topic {
			in := newsroomInput()
			in.Topics, in.TopicCodes = topics, codes
			return must[releases.Newsroom](t)(o.desk.UpdateNewsroom(t.Context(), writer, o.newsroom.ID, in)).Topics
		}
		natur, kultur := releases.Topic{Slug: "natur", Name: "Natur", Code: "medtop:06000000"}, releases.Topic{Slug: "kultur", Name: "Kultur"}
		got := change([]string{"Natur", "Kultur"}, map[string]string{"natur": "http://cv.iptc.org/newscodes/mediatopic/06000000", "Kultur": ""})
		if want := []releases.Topic{natur, kultur}; !reflect.DeepEqual(got, want) {
			t.Errorf("given: %v", got)
		}
		if got := change([]string{"Kultur", "Natur"}, nil); !reflect.DeepEqual(got, []releases.Topic{kultur, natur}) {
			t.Errorf("with the names alone: %v", got)
		}
		kultur.Code, natur.Code = "medtop:20000002", ""
		if got := change([]string{"Kultur", "Natur"}, map[string]string{"Kultur": "MEDTOP:20000002"}); !reflect.DeepEqual(got, []releases.Topic{kultur, natur}) {
			t.Errorf("with another's code: %v", got)
		}
	})
}

func TestTopicCodes_ThatAreNone_AreRefusedWithWhatWouldDo(t *testing.T) {
	o := newOffice(t, dbtest.SQLite(t), 1)
	for given, message := range map[string]string{
		"medtop:2000042": "fault.topic_code", "20000424": "fault.topic_code", "medtop:00000000": "fault.topic_code", "subj:01000000": "fault.topic_code",
		"https://cv.iptc.org/newscodes/genre/20000424": "fault.topic_code",
	} {
		in := newsroomInput()
		in.TopicCodes = map[string]string{"Natur": given}
		_, err := o.desk.UpdateNewsroom(t.Context(), writer, o.newsroom.ID, in)
		wantFaults(t, err, "topic_codes", message)
	}
	in := newsroomInput()
	in.TopicCodes = map[string]string{"Sport": "medtop:15000000"}
	_, err := o.desk.UpdateNewsroom(t.Context(), writer, o.newsroom.ID, in)
	wantFaults(t, err, "topic_codes", "fault.topic_code_unknown")
}
