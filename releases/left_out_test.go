package releases_test

import (
	"reflect"
	"strings"
	"testing"

	"dateline/releases"
	"dateline/server/database/dbtest"
)

func TestCreate_TellsWhatNoReaderWillSee(t *testing.T) {
	o := newOffice(t, dbtest.SQLite(t), 1)
	for name, test := range map[string]struct {
		body, about string
		want        []releases.Notice
	}{
		"nothing left out": {body: "[a](/a) [b](HTTPS://ö.se) <mailto:a@b.se> [c](tel:112) www.ö.se ftp://a.se <b>![</b> `![d](e)` \\![f](g)"},
		"a picture":        {body: "![bild](http://x.example/a.png)", want: told("body", "notice.pictures_left_out", "![bild](http://x.example/a.png)")},
		"by reference":     {body: "![bild][1]\n\n[1]: a.png", want: told("body", "notice.pictures_left_out", "![bild](a.png)")},
		"links": {body: "[f](ftp://a.se) [d](data:text/plain,x) <sms:112>",
			want: told("body", "notice.links_left_out", "[f](ftp://a.se), [d](data:text/plain,x), sms:112")},
		"more than fit": {body: strings.Repeat("[f](ftp://a.se) ", 4) + "![](data:" + strings.Repeat("å", 99) + ")",
			want: append(told("body", "notice.pictures_left_out", "![](data:"+strings.Repeat("å", 41)+"…"),
				told("body", "notice.links_left_out", "[f](ftp://a.se), [f](ftp://a.se), [f](ftp://a.se), …")...)},
		"in the boilerplate": {about: "Om ![oss](b.png)", want: told("boilerplate", "notice.pictures_left_out", "![oss](b.png)")},
	} {
		in := draft("Rubrik " + name)
		in.Text.Body, in.Text.Boilerplate = test.body, test.about
		saved := must[releases.Saved](t)(o.desk.Create(t.Context(), writer, o.newsroom.ID, in))
		if !reflect.DeepEqual(saved.Notices, test.want) {
			t.Errorf("%s: told %+v; want %+v", name, saved.Notices, test.want)
		}
	}
}

func told(field, message, these string) []releases.Notice {
	return []releases.Notice{{Field: field, Message: message, Args: map[string]any{"These": these}}}
}
