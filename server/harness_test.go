package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"dateline/server/database/dbtest"
)

// asProgram makes the test binary be the program, so that tests can kill it as a user's machine would.
const asProgram = "TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// patience bounds every wait of these tests; a healthy run needs a fraction of it.
const patience = 60 * time.Second

// process is the program as a process of its own.
type process struct {
	t    *testing.T
	env  map[string]string
	base string
	cmd  *exec.Cmd
	out  *buffer
	done chan struct{}
}

// newProcess prepares a program on an empty directory and a free port. Settings add to that.
func newProcess(t *testing.T, settings map[string]string) *process {
	t.Helper()
	env := map[string]string{"DATELINE_DATA": t.TempDir(), "DATELINE_ADDR": freeAddress(t)}
	for name, value := range settings {
		env[name] = value
	}
	p := &process{t: t, env: env, base: "http://" + env["DATELINE_ADDR"], out: &buffer{}}
	t.Cleanup(func() {
		p.kill()
		if t.Failed() {
			t.Logf("the program said:\n%s", p.out)
		}
	})
	return p
}

func (p *process) command(args ...string) *exec.Cmd {
	cmd := exec.Command(os.Args[0], args...)
	// The race detector would have each program wait a second before it exits, when nothing of it runs any more.
	cmd.Env = append(os.Environ(), asProgram+"=yes", "GORACE=atexit_sleep_ms=0")
	for name, value := range p.env {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	return cmd
}

// start runs `serve` and waits until it answers.
func (p *process) start() *process {
	p.t.Helper()
	p.cmd, p.done = p.command("serve"), make(chan struct{})
	p.cmd.Stdout, p.cmd.Stderr = p.out, p.out
	if err := p.cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	go func() { p.cmd.Wait(); close(p.done) }()
	eventually(p.t, "the program answers", func() bool {
		select {
		case <-p.done:
			p.t.Fatalf("the program ended: %s", p.out)
		default:
		}
		response, err := http.Get(p.base + "/healthz")
		if err != nil {
			return false
		}
		response.Body.Close()
		return response.StatusCode == http.StatusOK
	})
	return p
}

// run runs a command to its end and returns what it wrote on standard output.
func (p *process) run(args ...string) string {
	p.t.Helper()
	var stderr bytes.Buffer
	cmd := p.command(args...)
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		p.t.Fatalf("dateline %s: %v\n%s", strings.Join(args, " "), err, stderr.String())
	}
	return string(out)
}

// kill is kill -9.
func (p *process) kill() {
	if p.cmd != nil {
		p.cmd.Process.Kill()
		<-p.done
		p.cmd = nil
	}
}

// terminate is SIGTERM; it returns the exit code.
func (p *process) terminate() int {
	p.t.Helper()
	p.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-p.done:
	case <-time.After(patience):
		p.t.Fatal("SIGTERM did not end the program")
	}
	code := p.cmd.ProcessState.ExitCode()
	p.cmd = nil
	return code
}

// client speaks to the API with a token.
type client struct {
	t           *testing.T
	base, token string
}

func (p *process) client(role string) client {
	p.t.Helper()
	return client{t: p.t, base: p.base, token: strings.TrimSpace(p.run("token", "test-"+role, "--role", role))}
}

// call sends JSON and decodes the answer, which must have the wanted status.
func (c client) call(method, path string, want int, body any) map[string]any {
	c.t.Helper()
	sent, err := json.Marshal(body)
	if err != nil {
		c.t.Fatal(err)
	}
	if body == nil {
		sent = nil
	}
	return c.send(method, path, "application/json", sent, want)
}

func (c client) send(method, path, kind string, body []byte, want int) map[string]any {
	c.t.Helper()
	request, err := http.NewRequest(method, c.base+"/api/v1"+path, bytes.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+c.token)
	request.Header.Set("Content-Type", kind)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		c.t.Fatalf("%s %s: %v", method, path, err)
	}
	defer response.Body.Close()
	got, err := io.ReadAll(response.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	if response.StatusCode != want {
		c.t.Fatalf("%s %s answered %d, want %d: %s", method, path, response.StatusCode, want, got)
	}
	decoded := map[string]any{}
	if len(got) > 0 {
		if err := json.Unmarshal(got, &decoded); err != nil {
			c.t.Fatalf("%s %s answered what is not JSON: %s", method, path, got)
		}
	}
	return decoded
}

// get asks as a stranger.
func get(t *testing.T, address string) (status int, header http.Header, body string) {
	t.Helper()
	noRedirects := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }, Timeout: patience}
	response, err := noRedirects.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	read, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, response.Header, string(read)
}

// eventually asks until it is so; it fails the test when it never is.
func eventually(t *testing.T, what string, so func() bool) {
	t.Helper()
	deadline := time.Now().Add(patience)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !so() {
		if time.Now().After(deadline) {
			t.Fatalf("it never came about that %s", what)
		}
		<-tick.C
	}
}

func freeAddress(t *testing.T) string {
	t.Helper()
	return fmt.Sprintf("127.0.0.1:%d", dbtest.FreePort(t))
}

// listenOn listens where something was expected before.
func listenOn(t *testing.T, addr string) net.Listener {
	t.Helper()
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	return listener
}

// redisServer is a real redis-server of the test's own, which it may flush, kill and start again.
type redisServer struct {
	t    *testing.T
	addr string
	dir  string // where it saves
	cmd  *exec.Cmd
}

func startRedis(t *testing.T) *redisServer {
	t.Helper()
	r := &redisServer{t: t, addr: freeAddress(t), dir: t.TempDir()}
	r.start()
	t.Cleanup(r.kill)
	return r
}

func (r *redisServer) url() string { return "redis://" + r.addr }

func (r *redisServer) start() {
	r.t.Helper()
	_, port, _ := net.SplitHostPort(r.addr)
	r.cmd = exec.Command("redis-server", "--port", port, "--bind", "127.0.0.1", "--save", "", "--dir", r.dir)
	if err := r.cmd.Start(); err != nil {
		r.t.Fatalf("redis-server: %v; run the tests with `make test`, which installs it", err)
	}
	eventually(r.t, "redis-server answers", func() bool { return r.command("PING") == "+PONG" })
}

func (r *redisServer) kill() {
	if r.cmd != nil {
		r.cmd.Process.Kill()
		r.cmd.Wait()
		r.cmd = nil
	}
}

// command sends one inline command; "" when Redis is away.
func (r *redisServer) command(line string) string {
	conn, err := net.DialTimeout("tcp", r.addr, time.Second)
	if err != nil {
		return ""
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(5 * time.Second))
	fmt.Fprintf(conn, "%s\r\n", line)
	answer := make([]byte, 512)
	n, _ := conn.Read(answer)
	return strings.TrimSpace(string(answer[:n]))
}

// buffer may be written by a process and read by a test at once.
type buffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

// call runs the program in this process until it ends.
func callProgram(t *testing.T, env map[string]string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs buffer
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	code = run(ctx, args, func(name string) string { return env[name] }, &out, &errs)
	return code, out.String(), errs.String()
}
