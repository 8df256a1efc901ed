package words

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
)

// A use is an id that some code or template asks for. One that is put together while running
// ("mail."+kind+".subject") is known by its beginning only.
type use struct {
	id        string
	beginning bool
	at        string
}

func TestCatalogues_HaveEveryMessageThatTheProjectAsksFor(t *testing.T) {
	known := ids(t)
	uses := findUses(t, os.DirFS("../.."))
	if len(uses) == 0 {
		t.Fatal("no use of any message was found: the search is broken")
	}
	for _, u := range uses {
		if !slices.ContainsFunc(known, u.matches) {
			t.Errorf("%s: no catalogue has %s", u.at, u.id)
		}
	}
}

// The desk's history puts an action's id together while running, so nothing else misses one. An action is
// known by its shape, in the packages that act; no message of theirs has it.
func TestCatalogues_HaveWordsForEveryActionOfTheHistory(t *testing.T) {
	known, found := ids(t), 0
	acting := regexp.MustCompile(`^(releases|subscribers|jobs|server/auth)/`)
	action := regexp.MustCompile("\"((?:release|pass|dispatch|newsroom|subscriber|auth|installation)\\.[a-z][a-z_]*[a-z])\"")
	eachSource(t, os.DirFS("../.."), func(path string, text []byte) {
		if !acting.MatchString(path) || filepath.Ext(path) != ".go" {
			return
		}
		for _, m := range action.FindAllStringSubmatch(string(text), -1) {
			found++
			if !slices.Contains(known, "history.did_"+m[1]) {
				t.Errorf("%s: no catalogue says what %s is", path, m[1])
			}
		}
	})
	if found < 40 {
		t.Errorf("only %d actions were found: the search is broken", found)
	}
}

// An id may reach T by way of a table or a template's argument, so any text in the source that is an id,
// or the beginning of one, counts as asking.
func TestCatalogues_HaveNoMessageThatNobodyAsksFor(t *testing.T) {
	var source strings.Builder
	eachSource(t, os.DirFS("../.."), func(_ string, text []byte) { source.Write(text) })
	var asked []use
	for _, m := range regexp.MustCompile("[\"`]([a-z0-9]+\\.[a-z0-9_.]*)[\"`%]").FindAllStringSubmatch(source.String(), -1) {
		asked = append(asked, use{id: m[1], beginning: strings.HasSuffix(m[1], "_") || strings.HasSuffix(m[1], ".")})
	}
	for _, id := range ids(t) {
		if !slices.ContainsFunc(asked, func(u use) bool { return u.matches(id) }) {
			t.Errorf("nobody asks for %s", id)
		}
	}
}

func TestCatalogues_NameNoMessageTwice(t *testing.T) {
	for name, text := range catalogueFiles(t) {
		seen := make(map[string]bool)
		for _, m := range regexp.MustCompile(`"([a-z0-9_]+(?:\.[a-z0-9_]+)+)"\s*:`).FindAllStringSubmatch(text, -1) {
			if seen[m[1]] {
				t.Errorf("%s has %s twice", name, m[1])
			}
			seen[m[1]] = true
		}
	}
}

func TestFindUses_SeesEveryWayOfAsking(t *testing.T) {
	tree := fstest.MapFS{
		"a.go": {Data: []byte(`package a
			func f() {
				say.T("desk.called")
				say.TMap("desk.mapped", nil)
				say.T("desk.state_" + state)
				faults.Add("email", "fault.added")
				_ = Conflict{Message: "conflict.field"}
				return Refusal{1, "notice.bare", nil}
				record("newsroom.create")
			}`)},
		"page.html":  {Data: []byte(`{{t "desk.page"}} {{.Say.T "desk.method" "A" 1}} {{tn "desk.many" 3}} {{t (print "desk.kind_" .Kind)}}`)},
		"a_test.go":  {Data: []byte(`package a; var _ = say.T("desk.only_in_a_test")`)},
		"b/other.go": {Data: []byte(`package b; var format = "fault." + "x"`)},
	}
	var got []string
	for _, u := range findUses(t, tree) {
		got = append(got, u.id)
	}
	slices.Sort(got)
	want := []string{"conflict.field", "desk.called", "desk.kind_", "desk.many", "desk.mapped", "desk.method", "desk.page", "desk.state_", "fault.added", "notice.bare"}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func (u use) matches(id string) bool {
	if u.beginning {
		return strings.HasPrefix(id, u.id)
	}
	return id == u.id
}

func catalogueFiles(t *testing.T) map[string]string {
	t.Helper()
	names, err := fs.Glob(catalogues, "catalogues/*.json")
	if err != nil {
		t.Fatal(err)
	}
	files := make(map[string]string)
	for _, name := range names {
		text, err := catalogues.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = string(text)
	}
	return files
}

// ids are those of the English catalogues; Load sees to it that the others have the same.
func ids(t *testing.T) []string {
	t.Helper()
	var all []string
	for name, text := range catalogueFiles(t) {
		if strings.HasSuffix(name, ".en.json") {
			for _, m := range regexp.MustCompile(`"([a-z0-9_]+(?:\.[a-z0-9_]+)+)"\s*:`).FindAllStringSubmatch(text, -1) {
				all = append(all, m[1])
			}
		}
	}
	return all
}

func findUses(t *testing.T, tree fs.FS) []use {
	t.Helper()
	var uses []use
	eachSource(t, tree, func(path string, text []byte) {
		if filepath.Ext(path) == ".go" {
			uses = append(uses, usesInGo(t, path, text)...)
		} else {
			uses = append(uses, usesInTemplate(path, string(text))...)
		}
	})
	return uses
}

// eachSource visits every Go file that is no test, and every page.
func eachSource(t *testing.T, tree fs.FS, visit func(path string, text []byte)) {
	t.Helper()
	err := fs.WalkDir(tree, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if name := entry.Name(); name == "testdata" || len(name) > 1 && name[0] == '.' {
				return fs.SkipDir
			}
			return nil
		}
		isGo := filepath.Ext(path) == ".go" && !strings.HasSuffix(path, "_test.go")
		if !isGo && filepath.Ext(path) != ".html" {
			return nil
		}
		text, err := fs.ReadFile(tree, path)
		if err != nil {
			return err
		}
		visit(path, text)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// usesInGo finds what is handed to T and TMap, and every text that looks like the id of a fault,
// conflict or notice: those travel in structs before somebody says them.
func usesInGo(t *testing.T, path string, text []byte) []use {
	t.Helper()
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, path, text, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	var uses []use
	carried := regexp.MustCompile(`^(fault|conflict|notice)\.[a-z0-9_]+[a-z0-9_.]*$`)
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			method, ok := n.Fun.(*ast.SelectorExpr)
			if !ok || len(n.Args) == 0 || method.Sel.Name != "T" && method.Sel.Name != "TMap" {
				return true
			}
			if id, beginning, ok := literal(n.Args[0]); ok && !carried.MatchString(id) && strings.Contains(id, ".") {
				uses = append(uses, use{id, beginning, files.Position(n.Pos()).String()})
			}
		case *ast.BinaryExpr:
			if id, _, ok := literal(n); ok && carried.MatchString(id) {
				uses = append(uses, use{id, true, files.Position(n.Pos()).String()})
				return false
			}
		case *ast.BasicLit:
			if id, _, ok := literal(n); ok && carried.MatchString(id) {
				uses = append(uses, use{id, false, files.Position(n.Pos()).String()})
			}
		}
		return true
	})
	return uses
}

// literal is the text that an expression begins with, and whether something is added to it.
func literal(e ast.Expr) (text string, beginning, ok bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		if e.Kind != token.STRING {
			return "", false, false
		}
		text, err := strconv.Unquote(e.Value)
		return text, false, err == nil
	case *ast.BinaryExpr:
		text, _, ok := literal(e.X)
		return text, true, ok && e.Op == token.ADD
	}
	return "", false, false
}

func usesInTemplate(path, text string) []use {
	var uses []use
	whole := regexp.MustCompile(`(?:\bt|\btn|\.T|\.TMap)\s+"([^"]+)"`)
	beginning := regexp.MustCompile(`(?:\bt|\btn|\.T|\.TMap)\s+\(printf?\s+"([^"%]+)`)
	for number, line := range strings.Split(text, "\n") {
		at := fmt.Sprintf("%s:%d", path, number+1)
		for _, m := range whole.FindAllStringSubmatch(line, -1) {
			uses = append(uses, use{m[1], false, at})
		}
		for _, m := range beginning.FindAllStringSubmatch(line, -1) {
			uses = append(uses, use{m[1], true, at})
		}
	}
	return uses
}
