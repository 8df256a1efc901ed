package words

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"text/template"

	"github.com/nicksnyder/go-i18n/v2/i18n"
)

func TestCatalogues_SayTheSameInEveryLanguage(t *testing.T) {
	_, all, err := readAll(catalogues)
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 2 {
		t.Fatalf("there are catalogues of %d languages", len(all))
	}
	if err := all.compare(); err != nil {
		t.Error(err)
	}
}

func TestCompare_FindsCataloguesThatDoNotMatch(t *testing.T) {
	for name, files := range map[string]map[string]string{
		"a message that one language lacks": {
			"desk.en.json": `{"desk.a": "A", "desk.b": "B"}`, "desk.sv.json": `{"desk.a": "A"}`},
		"placeholders that differ": {
			"desk.en.json": `{"desk.a": "{{.Name}}"}`, "desk.sv.json": `{"desk.a": "{{.Namn}}"}`},
		"a count in one language only": {
			"desk.en.json": `{"desk.a": {"one": "one", "other": "many"}}`, "desk.sv.json": `{"desk.a": "flera"}`},
		"a broken placeholder": {
			"desk.en.json": `{"desk.a": "{{.Name"}`, "desk.sv.json": `{"desk.a": "{{.Name"}`},
		"no form for many": {
			"desk.en.json": `{"desk.a": {"one": "one"}}`, "desk.sv.json": `{"desk.a": {"one": "en"}}`},
		"an id of another area": {
			"desk.en.json": `{"mail.a": "A"}`, "desk.sv.json": `{"mail.a": "A"}`},
		"broken JSON": {
			"desk.en.json": `{"desk.a": "A",}`, "desk.sv.json": `{"desk.a": "A"}`},
	} {
		t.Run(name, func(t *testing.T) {
			tree := fstest.MapFS{}
			for file, text := range files {
				tree["catalogues/"+file] = &fstest.MapFile{Data: []byte(text)}
			}
			_, all, err := readAll(tree)
			if err == nil {
				err = all.compare()
			}
			if err == nil {
				t.Error("nothing was found")
			}
		})
	}
}

// compare finds what one language says and another does not: messages and their placeholders.
func (all texts) compare() error {
	languages := slices.Sorted(maps.Keys(all))
	var faults []error
	holders := map[*i18n.Message][]string{}
	for _, l := range languages {
		for id, m := range all[l] {
			names, err := placeholders(m)
			if err != nil {
				faults = append(faults, fmt.Errorf("%s: %s: %w", l, id, err))
				continue
			}
			holders[m] = names
		}
	}
	for _, l := range languages {
		for id, m := range all[l] {
			mine, whole := holders[m]
			for _, other := range languages {
				twin := all[other][id]
				if twin == nil {
					faults = append(faults, fmt.Errorf("%s lacks %s", other, id))
				} else if theirs, both := holders[twin]; whole && both && !slices.Equal(mine, theirs) {
					faults = append(faults, fmt.Errorf("%s has placeholders %v in %s and %v in %s", id, mine, l, theirs, other))
				}
			}
		}
	}
	slices.SortFunc(faults, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return errors.Join(faults...)
}

var placeholder = regexp.MustCompile(`\.([A-Z]\w*)`)

// placeholders are the names that a message needs filled, Count among them when it tells one from many.
func placeholders(m *i18n.Message) ([]string, error) {
	if m.Other == "" {
		return nil, errors.New(`it lacks "other"`)
	}
	var names []string
	if m.One != "" {
		names = append(names, "Count")
	}
	for _, text := range []string{m.One, m.Other} {
		if _, err := template.New("").Parse(text); err != nil {
			return nil, err
		}
		for _, action := range strings.Split(text, "{{")[1:] {
			action, _, _ = strings.Cut(action, "}}")
			for _, found := range placeholder.FindAllStringSubmatch(action, -1) {
				names = append(names, found[1])
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}
