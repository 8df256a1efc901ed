package desk

import (
	"fmt"
	"net/url"
	"strings"

	"dateline/releases"
	"dateline/server/web"
)

// spareContacts is how many empty rows follow those filled in.
const spareContacts = 1

// releaseForm has a field for everything of a text, and what else is asked for in the same form.
func (r *request) releaseForm(values url.Values, faults []web.FieldProblem, more ...field) form {
	fields := []field{
		{Name: "kind", Type: "select", Options: options(r.say, "desk.kind_", releases.Kinds)},
		{Name: "language", Required: true, Options: r.languages(r.newsroom.Language)},
		{Name: "headline", Type: "area", Rows: 2, Required: true},
		{Name: "lede", Type: "area", Rows: 3, Help: "desk.help_lede"},
		{Name: "dateline", Help: "desk.help_dateline"},
		{Name: "body", Type: "area", Rows: 18, Help: "desk.help_body"},
		{Name: "topics", Type: "checks", Options: topicOptions(r.newsroom.Topics)},
		{Name: "boilerplate", Type: "area", Rows: 4, Help: "desk.help_boilerplate"},
		{Name: "translation_of", Help: "desk.help_translation_of"},
		{Name: "slug", Help: "desk.help_slug"},
	}
	for i := range countContacts(values) + spareContacts {
		fields = append(fields, contactFields(i)...)
	}
	return newForm(r.say, "release", values, faults, append(fields, more...)...)
}

func topicOptions(topics []releases.Topic) []option {
	var list []option
	for _, t := range topics {
		list = append(list, option{Value: t.Slug, Label: t.Name})
	}
	return list
}

func contactFields(i int) []field {
	at := func(name string) string { return fmt.Sprintf("contacts[%d].%s", i, name) }
	return []field{
		{Name: at("name"), Label: "desk.label_contact_name"},
		{Name: at("role"), Label: "desk.label_contact_role"},
		{Name: at("phone"), Label: "desk.label_contact_phone", Type: "tel"},
		{Name: at("email"), Label: "desk.label_contact_email", Type: "email"},
	}
}

// countContacts counts the rows up to the last one with something in it.
func countContacts(values url.Values) int {
	count := 0
	for i := 0; values.Has(fmt.Sprintf("contacts[%d].name", i)); i++ {
		if contactOf(values, i) != (releases.Contact{}) {
			count = i + 1
		}
	}
	return count
}

func contactOf(values url.Values, i int) releases.Contact {
	at := func(name string) string { return values.Get(fmt.Sprintf("contacts[%d].%s", i, name)) }
	return releases.Contact{Name: at("name"), Role: at("role"), Phone: at("phone"), Email: at("email")}
}

// draftOf reads the form back. The domain leaves out contacts with nothing in them.
func draftOf(values url.Values) releases.Draft {
	text := releases.Text{
		Kind: releases.Kind(values.Get("kind")), Language: values.Get("language"),
		Headline: values.Get("headline"), Lede: values.Get("lede"), Body: values.Get("body"),
		Dateline: values.Get("dateline"), Topics: values["topics"], Boilerplate: values.Get("boilerplate"),
	}
	for i := range countContacts(values) {
		text.Contacts = append(text.Contacts, contactOf(values, i))
	}
	draft := releases.Draft{Text: text, Slug: values.Get("slug")}
	if given := strings.TrimRight(strings.TrimSpace(values.Get("translation_of")), "/"); values.Has("translation_of") {
		id := given[strings.LastIndex(given, "/")+1:] // of an address on the desk, a short link, or alone
		draft.TranslationOf = &id
	}
	return draft
}

// textValues fills the form from a text.
func textValues(text releases.Text, slug string) url.Values {
	values := url.Values{
		"kind": {string(text.Kind)}, "language": {text.Language}, "headline": {text.Headline}, "lede": {text.Lede}, "body": {text.Body},
		"dateline": {text.Dateline}, "topics": text.Topics, "boilerplate": {text.Boilerplate}, "slug": {slug},
	}
	for i, c := range text.Contacts {
		for name, value := range map[string]string{"name": c.Name, "role": c.Role, "phone": c.Phone, "email": c.Email} {
			values.Set(fmt.Sprintf("contacts[%d].%s", i, name), value)
		}
	}
	return values
}

// Contacts gives the rows of contact fields, for the page.
func (f form) Contacts() [][]field {
	var rows [][]field
	for i := 0; ; i++ {
		var row []field
		for _, at := range contactFields(i) {
			if found, ok := f.find(at.Name); ok {
				row = append(row, found)
			}
		}
		if row == nil {
			return rows
		}
		rows = append(rows, row)
	}
}
