package newsroom

import (
	"database/sql"
	"strconv"
	"testing"
	"time"

	"dateline/releases"
	"dateline/server/database/dbtest"
)

func TestPictures_AreInTheFeedsFromTheLiftOn_WithTheLengthThatTheirAddressGives(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		p := openDalarna(t, db)
		p.publish(releases.Text{Headline: "Redan ute", Body: "Text."})
		secret := p.schedule(sampleText(), time.Hour)
		picture := p.attach(secret, "älven.gif", gif)
		p.set(secret.LiftAt.Add(-time.Millisecond))
		formats := []string{"atom", "rss", "json", "ninjs"}
		for _, format := range formats {
			p.shows("/dalarna/feed."+format, "Redan ute").lacks(t, format, picture.ID, "Åsa Ek", "image/gif")
		}
		p.set(secret.LiftAt)
		given := p.get(picture.Path())
		if given.header.Get("Content-Type") != "image/gif" || given.body != gif {
			t.Fatalf("the picture is %s", given)
		}
		for _, format := range formats {
			p.shows("/dalarna/feed."+format, baseURL+picture.Path(), "image/gif", strconv.Itoa(len(given.body)), "Åsa Ek", "Dalälven vid Gagnef.")
		}
		p.shows("/dalarna/"+secret.Slug, `<meta property="og:image" content="`+baseURL+picture.Path()+`"`, `"@type":"ImageObject"`)
		p.withdraw(secret, releases.WithdrawInput{Reason: "Siffrorna stämde inte."})
		for _, format := range formats {
			p.shows("/dalarna/feed."+format, "Siffrorna").lacks(t, format, picture.Path(), "Åsa Ek", "image/gif")
		}
		// A system that keeps the picture is told that it is canceled, by the id that it came with.
		p.shows("/dalarna/feed.ninjs", secret.ID+"/"+picture.ID)
		p.shows("/dalarna/feed.newsml", secret.ID+"/"+picture.ID, "stat:canceled")
	})
}
