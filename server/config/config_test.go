package config

import (
	"strings"
	"testing"
)

func env(m map[string]string) func(string) string { return func(k string) string { return m[k] } }

func TestLoad_WithNothingSet_IsEmbedded(t *testing.T) {
	c, err := Load(env(nil))
	if err != nil {
		t.Fatal(err)
	}
	if c.Addr != "127.0.0.1:8080" || c.URL != "http://localhost:8080" || c.Database != "data/dateline.db" ||
		c.Redis != nil || len(c.SMTP) != 0 || !c.Web || !c.Worker || !c.Embedded() {
		t.Errorf("defaults are %+v", c)
	}
}

func TestLoad_ReportsEveryFaultAtOnce(t *testing.T) {
	_, err := Load(env(map[string]string{
		"DATELINE_ADDR":     "8080",
		"DATELINE_URL":      "press.example.org",
		"DATELINE_DATABASE": "mysql://root:hunter2@db/x",
		"DATELINE_REDIS":    "localhost:6379",
		"DATELINE_SMTP":     "http://relay",
		"DATELINE_ROLE":     "webb",
		"DATELINE_SECRET":   "short",
		"DATELINE_METRICS":  "9100",
		"DATELINE_INDEXNOW": "yes",
		"DATELINE_FILES":    "s3://bucket",
		"DATELINE_BOUNCES":  ":2525",
	}))
	if err == nil {
		t.Fatal("no fault was found")
	}
	for _, name := range []string{"ADDR", "URL", "DATABASE", "REDIS", "SMTP", "ROLE", "SECRET", "METRICS", "INDEXNOW", "FILES", "BOUNCES"} {
		if !strings.Contains(err.Error(), "DATELINE_"+name+": ") {
			t.Errorf("DATELINE_%s is not named in:\n%v", name, err)
		}
	}
	if strings.Contains(err.Error(), "hunter2") {
		t.Error("the message repeats a password")
	}
}

func TestLoad_AnAddressWithoutAHostIsNoBaseAddress(t *testing.T) {
	for _, address := range []string{"http://", "http://:8080", "https://press.example.org/news", "press.example.org"} {
		if _, err := Load(env(map[string]string{"DATELINE_URL": address})); err == nil || !strings.Contains(err.Error(), "DATELINE_URL") {
			t.Errorf("%q was let through: %v", address, err)
		}
	}
}

func TestLoad_ADirectoryNamedPostgresHoldsSQLite(t *testing.T) {
	c, err := Load(env(map[string]string{"DATELINE_DATA": "postgres"}))
	if err != nil || !c.Embedded() {
		t.Errorf("%+v, %v", c, err)
	}
}

func TestLoad_PostgresIsReachedByHostOrSocket(t *testing.T) {
	for address, right := range map[string]bool{
		"postgres://u:p@db/dateline":                               true,
		"postgresql://u@[::1]:5433/dateline?sslmode=disable":       true,
		"postgres://dateline@/dateline?host=/run/postgresql":       true,
		"postgres:///dateline?host=/run/postgresql&user=dateline":  true,
		"postgres://dateline@/?host=/run/postgresql":               false,
		"postgres:///dateline":                                     false,
		"postgres://u:p@db":                                        false,
		"mysql://u:p@db/dateline":                                  false,
		"postgres://u:secret@db/dateline\x00?host=/run/postgresql": false,
	} {
		c, err := Load(env(map[string]string{"DATELINE_DATABASE": address}))
		if right && (err != nil || c.Database != address) {
			t.Errorf("%s is refused: %v", address, err)
		}
		if !right && (err == nil || !strings.Contains(err.Error(), "DATELINE_DATABASE") || strings.Contains(err.Error(), "secret")) {
			t.Errorf("%q: %v", address, err)
		}
	}
}

func TestLoad_TwoProcessesNeedSharedStores(t *testing.T) {
	if _, err := Load(env(map[string]string{"DATELINE_ROLE": "web"})); err == nil || !strings.Contains(err.Error(), "DATELINE_ROLE") {
		t.Errorf("a web process on embedded stores was let through: %v", err)
	}
	c, err := Load(env(map[string]string{
		"DATELINE_ROLE": "worker", "DATELINE_DATABASE": "postgres://u:p@db/dateline", "DATELINE_REDIS": "redis://queue",
	}))
	if err != nil || c.Web || !c.Worker || c.Embedded() {
		t.Errorf("worker: %+v, %v", c, err)
	}
}

func TestLoad_Redis(t *testing.T) {
	for address, want := range map[string]struct {
		hosts, master string
		tls           bool
		db            int
	}{
		"redis://queue":                                 {hosts: "queue:6379"},
		"rediss://user:pa%40ss@queue:7000/2":            {hosts: "queue:7000", tls: true, db: 2},
		"redis://a:1,b:2,c":                             {hosts: "a:1 b:2 c:6379"},
		"redis://:secret@s1,s2:26380/1?master=dateline": {hosts: "s1:26379 s2:26380", master: "dateline", db: 1},
	} {
		c, err := Load(env(map[string]string{"DATELINE_REDIS": address}))
		if err != nil {
			t.Errorf("%s: %v", address, err)
			continue
		}
		if got := strings.Join(c.Redis.Addrs, " "); got != want.hosts || c.Redis.MasterName != want.master || (c.Redis.TLSConfig != nil) != want.tls || c.Redis.DB != want.db {
			t.Errorf("%s is read as %+v", address, c.Redis)
		}
	}
	for _, address := range []string{"redis://", "redis://a,,b", "redis://a?x=1", "redis://a/b/c", "http://a"} {
		if _, err := Load(env(map[string]string{"DATELINE_REDIS": address})); err == nil {
			t.Errorf("%s was let through", address)
		}
	}
}
