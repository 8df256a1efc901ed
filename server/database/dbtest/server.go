package dbtest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"dateline/server/database"
)

// Server is a PostgreSQL of a test's own, which it may restart under those who use it.
type Server struct {
	t    testing.TB
	bin  string // where initdb and pg_ctl are
	data string
	port int
	as   *syscall.SysProcAttr
}

// StartServer makes a PostgreSQL and runs it until the test ends.
func StartServer(t testing.TB) *Server {
	t.Helper()
	data, err := os.MkdirTemp("", "postgres") // not the test's own directory, which is for its user only
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(data) })
	s := &Server{t: t, bin: binaries(t), data: data, port: FreePort(t)}
	s.refuseRoot()
	s.run("initdb", "-D", s.data, "-U", "dateline", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
	s.run("pg_ctl", "-D", s.data, "-w", "-s", "-l", filepath.Join(s.data, "log"), "-o",
		fmt.Sprintf("-p %d -c listen_addresses=127.0.0.1 -c unix_socket_directories=%s -c fsync=off", s.port, s.data), "start")
	t.Cleanup(func() { s.run("pg_ctl", "-D", s.data, "-m", "immediate", "-s", "stop") })
	return s
}

// Address is its database, migrated, with nothing in it.
func (s *Server) Address() string {
	s.t.Helper()
	address := fmt.Sprintf("postgres://dateline@127.0.0.1:%d/postgres?sslmode=disable", s.port)
	db, err := database.Open(context.Background(), address)
	if err != nil {
		s.t.Fatal(err)
	}
	defer db.Close()
	if _, err := database.Migrate(context.Background(), db); err != nil {
		s.t.Fatal(err)
	}
	return address
}

// Restart ends the server as a crash does, without a word to anyone, and returns when it is back.
func (s *Server) Restart() {
	s.t.Helper()
	s.run("pg_ctl", "-D", s.data, "-m", "immediate", "-w", "-s", "-l", filepath.Join(s.data, "log"), "restart")
}

// refuseRoot has all run as somebody else: PostgreSQL refuses to run as root.
func (s *Server) refuseRoot() {
	if os.Getuid() != 0 {
		return
	}
	nobody, err := user.Lookup("nobody")
	if err != nil {
		s.t.Fatal(err)
	}
	uid, _ := strconv.Atoi(nobody.Uid)
	gid, _ := strconv.Atoi(nobody.Gid)
	s.as = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
	if err := os.Chown(s.data, uid, gid); err != nil {
		s.t.Fatal(err)
	}
}

func (s *Server) run(name string, args ...string) {
	s.t.Helper()
	cmd := exec.Command(filepath.Join(s.bin, name), args...)
	cmd.SysProcAttr, cmd.Dir = s.as, s.data
	said, err := os.CreateTemp(s.t.TempDir(), name) // a file: the server would hold a pipe open
	if err != nil {
		s.t.Fatal(err)
	}
	defer said.Close()
	cmd.Stdout, cmd.Stderr = said, said
	if err := cmd.Run(); err != nil {
		told, _ := os.ReadFile(said.Name())
		s.t.Errorf("%s: %v\n%s", name, err, told)
	}
}

// binaries is where Debian has the newest PostgreSQL, or the one on the path.
func binaries(t testing.TB) string {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if path, err := exec.LookPath("initdb"); err == nil && len(found) == 0 {
		found = []string{path}
	}
	if len(found) == 0 {
		t.Fatal("there is no PostgreSQL: run the tests with `make test`, which installs it")
	}
	version := func(path string) int {
		n, _ := strconv.Atoi(filepath.Base(strings.TrimSuffix(path, "/bin/initdb")))
		return n
	}
	slices.SortFunc(found, func(a, b string) int { return version(a) - version(b) })
	return filepath.Dir(found[len(found)-1])
}
