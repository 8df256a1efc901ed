package main

import (
	"encoding/json"
	"errors"
	"slices"
	"testing"
	"time"
)

func TestDemo_NamesContactsRolesInTheReleasesLanguage(t *testing.T) {
	var content demoContent
	if err := json.Unmarshal(demoText, &content); err != nil {
		t.Fatal(err)
	}
	roles := map[string][]string{"sv": {"Presschef", "Hamnkapten"}, "en": {"Head of press", "Harbour master"}}
	for _, past := range content.Past {
		var named []string
		for _, c := range content.complete(past.Text).Contacts {
			named = append(named, c.Role)
		}
		if want := roles[past.Language]; !slices.Equal(named, want) {
			t.Errorf("%q names %q; want %q", past.Headline, named, want)
		}
	}
}

func TestDemo_NamesEachPromiseThatBroke(t *testing.T) {
	lift := time.Now()
	seen := func(after time.Duration) []*surface {
		return []*surface{{name: "page", live: lift.Add(after), early: after < 0}}
	}
	for name, test := range map[string]struct {
		surfaces         []*surface
		sent             int
		skipped, doubled int
		want             string
	}{
		"kept":      {seen(time.Second), 5, 0, 0, ""},
		"early":     {seen(-time.Millisecond), 5, 0, 0, "the page was seen before the lift"},
		"late":      {seen(time.Second + time.Millisecond), 5, 0, 0, "the page was later than 1s"},
		"never":     {[]*surface{{name: "page"}}, 5, 0, 0, "the page was later than 1s"},
		"not sent":  {seen(0), 4, 0, 0, "4 of 5 subscribers have their mail"},
		"skipped":   {seen(0), 5, 1, 0, "5 of 5 subscribers have their mail"},
		"doubled":   {seen(0), 5, 0, 2, "2 mails came twice"},
		"all at it": {seen(-time.Hour), 3, 1, 1, "the page was seen before the lift\n3 of 5 subscribers have their mail\n1 mails came twice"},
	} {
		said := ""
		if err := errors.Join(brokenPromises(test.surfaces, lift, test.sent, 5, test.skipped, test.doubled)...); err != nil {
			said = err.Error()
		}
		if said != test.want {
			t.Errorf("%s: %q, want %q", name, said, test.want)
		}
	}
}
