package api

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"dateline/server/auth"
)

func TestDocs_EveryCommandWorks_AndEveryCallIsListed(t *testing.T) {
	text, err := os.ReadFile("../../docs/api.md")
	if err != nil {
		t.Fatal(err)
	}
	w := sqlite(t)
	script := "set -e\n"
	for _, m := range regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllSubmatch(text, -1) {
		script += string(m[1])
	}
	cmd := exec.Command("sh", "-c", script)
	cmd.Dir = t.TempDir()
	cmd.Env = append(os.Environ(), "DATELINE="+w.base, "TOKEN="+w.token[auth.Admin])
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, want := range []string{`"lift_at":"2036-10-18T04:00:00.000Z"`, `"added":1,"updated":0,"unchanged":0,"refused":[{"line":3,`, "asa@example.com"} {
		if !strings.Contains(string(out), want) {
			t.Errorf("nothing answers %s", want)
		}
	}

	_, table, _ := strings.Cut(string(text), "## Every call")
	for operation := range operations() {
		_, path, _ := strings.Cut(operation, " ")
		path = strings.ReplaceAll(path, "{newsroom}", "{n}")
		path = regexp.MustCompile(`\{(release|dispatch|subscriber)\}`).ReplaceAllString(path, "{id}")
		last := path[strings.LastIndex(path, "/"):]
		if !strings.Contains(table, path) && !strings.Contains(table, "`"+last+"`") {
			t.Errorf("%s is not in the table", operation)
		}
	}
}
