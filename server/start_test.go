package main

import (
	"bytes"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dateline/server/database"
	"dateline/server/database/dbtest"
)

func TestRun_WrongSettings_Exit2NamingEvery(t *testing.T) {
	code, _, stderr := callProgram(t, map[string]string{"DATELINE_ADDR": "nowhere", "DATELINE_ROLE": "boss", "DATELINE_URL": "ftp://x"})
	if code != exitUsage {
		t.Errorf("exit code %d, want 2", code)
	}
	for _, name := range []string{"DATELINE_ADDR", "DATELINE_ROLE", "DATELINE_URL"} {
		if !strings.Contains(stderr, name) {
			t.Errorf("%s isn't named in %q", name, stderr)
		}
	}
}

func TestRun_WrongCalls_Exit2(t *testing.T) {
	env := map[string]string{"DATELINE_DATA": t.TempDir()}
	for _, args := range [][]string{
		{"publish"}, {"serve", "--port", "80"}, {"serve", "now"}, {"token", "ci"}, {"token", "--role", "admin"},
		{"adduser", "a@example.org", "--role", "boss"}, {"demo", "--in", "soon"}, {"demo", "--subscribers", "0"},
	} {
		if code, stdout, stderr := callProgram(t, env, args...); code != exitUsage || stdout != "" || stderr == "" {
			t.Errorf("dateline %s: exit %d, stdout %q, stderr %q", strings.Join(args, " "), code, stdout, stderr)
		}
	}
}

func TestRun_EveryCommandHasHelp(t *testing.T) {
	for _, cmd := range commands() {
		code, _, stderr := callProgram(t, nil, cmd.name, "--help")
		if code != exitOK || !strings.Contains(stderr, cmd.about) {
			t.Errorf("dateline %s --help: exit %d, %q", cmd.name, code, stderr)
		}
	}
}

func TestServe_OnAnEmptyDirectory_PrintsWhereAndALinkThatMakesTheFirstAccount(t *testing.T) {
	p := newProcess(t, nil).start()

	out := p.out.String()
	_, link, found := strings.Cut(out, "/desk/setup/")
	if !found || !strings.Contains(out, "newsroom") || !strings.Contains(out, "/desk\n") {
		t.Fatalf("it printed:\n%s", out)
	}
	status, _, body := get(t, p.base+"/desk/setup/"+strings.Fields(link)[0])
	if status != http.StatusOK || !strings.Contains(body, `type="password"`) {
		t.Errorf("the link answers %d: %s", status, body)
	}
	if status, _, _ := get(t, p.base+"/desk/setup/"+strings.Repeat("a", 26)); status != http.StatusNotFound {
		t.Errorf("a made-up link answers %d", status)
	}
	if status, _, body := get(t, p.base+"/readyz"); status != http.StatusOK {
		t.Errorf("/readyz answers %d: %s", status, body)
	}
}

func TestServe_SIGTERM_Exits0(t *testing.T) {
	p := newProcess(t, nil).start()
	if code := p.terminate(); code != exitOK {
		t.Errorf("exit code %d", code)
	}
}

// plainLine checks that a start failed with exit 1 and one plain line that says words.
func plainLine(t *testing.T, env map[string]string, words ...string) {
	t.Helper()
	code, _, stderr := callProgram(t, env, "serve")
	if code != exitFailed || strings.Count(stderr, "\n") != 1 || strings.Contains(stderr, "panic") {
		t.Errorf("exit %d, said %q", code, stderr)
	}
	for _, word := range words {
		if !strings.Contains(stderr, word) {
			t.Errorf("%q isn't in %q", word, stderr)
		}
	}
}

func TestServe_PortInUse_SaysSo(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	plainLine(t, map[string]string{"DATELINE_ADDR": taken.Addr().String(), "DATELINE_DATA": t.TempDir()}, taken.Addr().String(), "in use", "DATELINE_ADDR")
}

func TestServe_AddressThatIsNotThisMachines_SaysSo(t *testing.T) {
	plainLine(t, map[string]string{"DATELINE_ADDR": "203.0.113.1:8080", "DATELINE_DATA": t.TempDir()}, "203.0.113.1:8080", "DATELINE_ADDR")
}

func TestServe_DatabaseFileThatIsNone_SaysSo(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "dateline.db")
	if err := os.WriteFile(file, bytes.Repeat([]byte("not a database\n"), 500), 0o600); err != nil {
		t.Fatal(err)
	}
	plainLine(t, map[string]string{"DATELINE_ADDR": freeAddress(t), "DATELINE_DATA": dir}, file, "is no database")
}

// The addresses of subscribers are in it.
func TestServe_OnADirectoryThatOthersMayRead_KeepsItsFilesToItself(t *testing.T) {
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	p := newProcess(t, map[string]string{"DATELINE_DATA": dir}).start()
	defer p.terminate()
	files, err := filepath.Glob(filepath.Join(dir, "dateline.db*"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", file, info.Mode(), err)
		}
	}
}

func TestServe_DataDirectoryThatCantBeWritten_SaysSo(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(file, "data")
	plainLine(t, map[string]string{"DATELINE_ADDR": freeAddress(t), "DATELINE_DATA": dir}, dir)
}

func TestServe_SecondProcessOnOneDirectory_SaysSo(t *testing.T) {
	first := newProcess(t, nil).start()
	plainLine(t, map[string]string{"DATELINE_ADDR": freeAddress(t), "DATELINE_DATA": first.env["DATELINE_DATA"]}, "another Dateline", "DATELINE_DATA")
}

func TestServe_NewerSchema_IsRefused(t *testing.T) {
	address := dbtest.PostgresAddress(t)
	db, err := database.Open(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(`INSERT INTO migrations (number, at) VALUES (9999, 0)`); err != nil {
		t.Fatal(err)
	}
	plainLine(t, map[string]string{"DATELINE_ADDR": freeAddress(t), "DATELINE_DATA": t.TempDir(), "DATELINE_DATABASE": address}, "newer")
}

func TestToken_PrintsTheTokenAndNothingElse_AndCanBeRevoked(t *testing.T) {
	p := newProcess(t, nil).start()
	printed := p.run("token", "ci", "--role", "admin")
	if len(strings.Fields(printed)) != 1 || strings.Count(printed, "\n") != 1 {
		t.Fatalf("it printed %q", printed)
	}
	c := client{t: t, base: p.base, token: strings.TrimSpace(printed)}
	c.call("GET", "/newsrooms", http.StatusOK, nil)
	p.run("token", "ci", "--revoke")
	c.call("GET", "/newsrooms", http.StatusUnauthorized, nil)
}

func TestAddUser_MakesAPasswordWhereNoneIsGiven(t *testing.T) {
	p := newProcess(t, nil)
	out := p.run("adduser", "anna@example.org", "--role", "writer")
	if !strings.Contains(out, "anna@example.org has an account as writer") || !strings.Contains(out, "password: ") {
		t.Errorf("it printed %q", out)
	}
}

func TestServe_ANewsroomWhoseSlugBeginsAsTheDesk_IsServed(t *testing.T) {
	p := newProcess(t, nil).start()
	p.client("admin").call("POST", "/newsrooms", http.StatusCreated, map[string]any{
		"slug": "desktop", "name": "Skrivbordet", "language": "sv", "zone": "Europe/Stockholm", "email_from": "press@desk.example",
	})
	if status, _, body := get(t, p.base+"/desktop"); status != http.StatusOK || !strings.Contains(body, "Skrivbordet") {
		t.Errorf("it answers %d: %s", status, body)
	}
	if status, header, _ := get(t, p.base+"/desk/nowhere"); status != http.StatusNotFound || header.Get("X-Robots-Tag") != "noindex" {
		t.Errorf("what is not on the desk answers %d with %v", status, header)
	}
}
