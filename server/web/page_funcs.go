package web

import (
	"html/template"
	"strings"
	"time"

	"dateline/releases/words"
)

// pageFuncs are the functions of every template, in one language:
//
//	t "id" "Name" .Name    a text of the catalogue with its placeholders; a "Count" chooses one or many
//	tmap .Message .Args    the same with the placeholders in a map, as faults and notices carry them
//	time .At .Zone         <time> with "18 okt. 2016 06:00 CEST"
//	longtime .At .Zone     <time> with "tisdag 18 oktober 2016 06:00 CEST"
//	date .At .Zone         <time> with "18 oktober 2016"
//	month .At .Zone        "oktober 2016"
//	number .Count          "4 812"
//	bytes .Bytes           "1,4 MB"
//	duration .Left         "14 tim 3 min"
//	mailbox .Email         a mail address that may go on in the next line from its @
//	asset "public.css"     the address of a static file
func pageFuncs(say words.Speaker, assets *Assets) template.FuncMap {
	return template.FuncMap{
		"t":        say.T,
		"tmap":     say.TMap,
		"time":     func(t time.Time, zone string) template.HTML { return timeElement(t, say.Time(t, zone)) },
		"longtime": func(t time.Time, zone string) template.HTML { return timeElement(t, say.LongTime(t, zone)) },
		"date":     func(t time.Time, zone string) template.HTML { return timeElement(t, say.Date(t, zone)) },
		"month":    say.Month,
		"number":   say.Number,
		"bytes":    say.Bytes,
		"duration": say.Duration,
		"mailbox":  mailbox,
		"asset":    assets.URL,
	}
}

// mailbox lets a narrow column break an address where people do, not within a word.
func mailbox(address string) template.HTML {
	return template.HTML(strings.ReplaceAll(template.HTMLEscapeString(address), "@", "<wbr>@"))
}

// timeElement is words for people around an instant for machines.
func timeElement(t time.Time, text string) template.HTML {
	return template.HTML(`<time datetime="` + t.UTC().Format(time.RFC3339) + `">` + template.HTMLEscapeString(text) + `</time>`)
}
