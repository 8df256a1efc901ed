package words

import (
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

// texts are the messages of every language, by language and id.
type texts map[string]map[string]*i18n.Message

func load(files fs.FS) (*Words, error) {
	bundle, all, err := readAll(files)
	if err != nil {
		return nil, err
	}
	return newWords(bundle, slices.Sorted(maps.Keys(all))), nil
}

// readAll reads every catalogue of files. That all languages say the same is for the tests to see: what is
// embedded can't change afterwards, and to compare it at every start would be a twelfth of the start.
func readAll(files fs.FS) (*i18n.Bundle, texts, error) {
	names, err := fs.Glob(files, "catalogues/*.json")
	if err != nil {
		return nil, nil, fmt.Errorf("load catalogues: %w", err)
	}
	bundle, all := i18n.NewBundle(language.English), texts{}
	for _, name := range names {
		if err := all.read(bundle, files, name); err != nil {
			return nil, nil, fmt.Errorf("load catalogue %s: %w", name, err)
		}
	}
	return bundle, all, nil
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
