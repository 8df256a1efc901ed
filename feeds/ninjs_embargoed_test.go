package feeds

import (
	"strings"
	"testing"
	"time"

	"dateline/releases"
)

func TestNinjsEmbargoed_IsWithheldUntilTheLift_UnderTheIDThatItWillHave_WithNoPublicAddress(t *testing.T) {
	l := campaign()
	l.UpdatedAt = l.LiftAt // as a release is before its lift
	site := feedOf(t).Site
	document, err := site.NinjsEmbargoed(Embargoed{
		Live: l, Written: time.Date(2016, 10, 17, 13, 30, 0, 0, time.UTC), Pass: releases.Pass{Name: "Pia <Lund>", Outlet: "Falu Kuriren"},
		Files: "https://press.example/pass/t/files/",
	})
	item := readNinjs(t, document, err)
	for name, want := range map[string]any{
		"uri": ID(l), "pubStatus": "withheld", "embargoedUntil": "2016-10-18T04:00:00.000Z", "versionCreated": "2016-10-17T13:30:00.000Z",
		"version": nil, "firstCreated": nil, "slugline": nil, "renditions": nil, "located": "Falun",
		"edNote": "Embargo till tisdag 18 oktober 2016 06:00 CEST. Det här exemplaret är för Pia <Lund>, Falu Kuriren. Varje öppning sparas.",
	} {
		equal(t, name, item[name], want)
	}
	equal(t, "HTML", item["bodies"].([]any)[0].(map[string]any)["value"],
		any(strings.ReplaceAll(wantContent, "https://press.example/files/", "https://press.example/pass/t/files/")))
	for _, a := range item["associations"].([]any) {
		picture := a.(map[string]any)
		if picture["pubStatus"] != "withheld" || picture["embargoedUntil"] != item["embargoedUntil"] {
			t.Errorf("a picture is not withheld: %v", picture)
		}
	}
	for _, public := range []string{l.Slug, "https://press.example/files/", ".txt", `"wire"`} {
		if strings.Contains(string(document), public) {
			t.Errorf("it has %s:\n%s", public, document)
		}
	}
	if !strings.Contains(string(document), "https://press.example/pass/t/files/p2/") {
		t.Errorf("its pictures are not the pass's:\n%s", document)
	}
	published, err := site.Ninjs(l)
	if after := readNinjs(t, published, err); after["uri"] != item["uri"] || after["versionCreated"].(string) <= item["versionCreated"].(string) {
		t.Errorf("what is published is not newer: %v", after["versionCreated"])
	}
}
