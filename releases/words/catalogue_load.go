package words

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"text/template"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

// texts are the messages of every language, by language and id.
type texts map[string]map[string]*i18n.Message

// load reads every catalogue of files and compares the languages, so that a message that only one of
// them has stops the program at its start, with every such fault named.
func load(files fs.FS) (*Words, error) {
	names, err := fs.Glob(files, "catalogues/*.json")
	if err != nil {
		return nil, fmt.Errorf("load catalogues: %w", err)
	}
	bundle, all := i18n.NewBundle(language.English), texts{}
	for _, name := range names {
		if err := all.read(bundle, files, name); err != nil {
			return nil, fmt.Errorf("load catalogue %s: %w", name, err)
		}
	}
	languages := slices.Sorted(maps.Keys(all))
	if err := all.compare(languages); err != nil {
		return nil, fmt.Errorf("load catalogues: %w", err)
	}
	return newWords(bundle, languages), nil
}

// read takes one file, whose name tells its area and language.
func (all texts) read(bundle *i18n.Bundle, files fs.FS, name string) error {
	text, err := fs.ReadFile(files, name)
	if err != nil {
		return err
	}
	file, err := bundle.ParseMessageFileBytes(text, name)
	if err != nil {
		return err
	}
	area, _, _ := strings.Cut(path.Base(name), ".")
	language := file.Tag.String()
	if all[language] == nil {
		all[language] = make(map[string]*i18n.Message)
	}
	for _, m := range file.Messages {
		if !strings.HasPrefix(m.ID, area+".") {
			return fmt.Errorf("%q does not begin with its area", m.ID)
		}
		all[language][m.ID] = m
	}
	return nil
}

// compare finds what one language says and another does not: messages and their placeholders.
func (all texts) compare(languages []string) error {
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
		if !strings.Contains(text, "{{") { // most have none, and parsing all took a tenth of the program's start
			continue
		}
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
