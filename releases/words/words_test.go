package words

import "testing"

func loaded(t *testing.T) *Words {
	t.Helper()
	w, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func TestIn_FindsTheNearestLanguage(t *testing.T) {
	w := loaded(t)
	for asked, want := range map[string]string{
		"sv":                           "sv",
		"sv-FI":                        "sv",
		"en-US":                        "en",
		"nb":                           "en",
		"fi":                           "en",
		"":                             "en",
		"not a language":               "en",
		"fr-CH, fr;q=0.9, sv;q=0.8, *": "sv",
		"en;q=0.4, sv;q=0.5":           "sv",
	} {
		if got := w.In(asked).Language; got != want {
			t.Errorf("In(%q) speaks %q, want %q", asked, got, want)
		}
	}
}

func TestT_FillsPlaceholdersAndTellsOneFromMany(t *testing.T) {
	en := loaded(t).In("en")
	for _, c := range []struct{ got, want string }{
		{en.T("unit.days", "Count", 1), "1 day"},
		{en.T("unit.days", "Count", 4812), "4,812 days"},
		{en.T("fault.too_long", "Max", 10000), "This is too long: at most 10,000 characters fit."},
		{en.TMap("fault.language", map[string]any{"Value": "xx"}), "There is no language with the tag “xx”. Use a tag such as “sv”, “en” or “en-GB”."},
		{en.T("fault.nobody_wrote_this"), "fault.nobody_wrote_this"},
		{en.T(""), ""},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestTMap_LeavesTheCallersMapAlone(t *testing.T) {
	args := map[string]any{"Count": 1000}
	loaded(t).In("sv").TMap("unit.days", args)
	if args["Count"] != 1000 {
		t.Errorf("Count became %v", args["Count"])
	}
}
