// Package config reads Dateline's settings from the environment, once, and checks them whole before
// anything is opened: every fault is reported in one message.
package config

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"dateline/jobs/mail"

	"github.com/redis/go-redis/v9"
)

// Config is every setting. Only package main imports it.
type Config struct {
	Addr     string                  // host:port to listen on
	URL      string                  // public base address, without a slash at its end
	Data     string                  // directory of the embedded defaults
	Database string                  // postgres://..., or the path of the SQLite file
	Redis    *redis.UniversalOptions // nil runs one in the process
	SMTP     []mail.Relay            // none captures mail
	Metrics  string                  // host:port of /metrics; "" is off
	IndexNow string                  // where search engines are told of pages; "" tells nobody
	Web      bool                    // serve pages
	Worker   bool                    // send mail
	Secrets  []string                // the first seals and signs, the others still open; none keeps one in the data directory
}

// Embedded says whether the data directory holds the database, which one process at a time may use.
func (c Config) Embedded() bool {
	return !strings.HasPrefix(c.Database, "postgres://") && !strings.HasPrefix(c.Database, "postgresql://")
}

// Faults are all wrong settings.
type Faults []string

func (f Faults) Error() string {
	return "these settings are wrong:\n  " + strings.Join(f, "\n  ")
}

// Load reads the environment through getenv. Its error is Faults.
func Load(getenv func(string) string) (Config, error) {
	r := reader{getenv: getenv}
	addr := r.hostPort("DATELINE_ADDR", "127.0.0.1:8080")
	c := Config{
		Addr:     addr,
		URL:      r.baseURL("DATELINE_URL", "http://localhost:"+Port(addr)),
		Data:     r.text("DATELINE_DATA", "./data"),
		Metrics:  r.metrics("DATELINE_METRICS"),
		IndexNow: r.indexNow("DATELINE_INDEXNOW"),
		Redis:    r.redis("DATELINE_REDIS"),
		SMTP:     r.relays("DATELINE_SMTP"),
		Secrets:  r.secrets("DATELINE_SECRET"),
	}
	c.Database = r.database("DATELINE_DATABASE", filepath.Join(c.Data, "dateline.db"))
	c.Web, c.Worker = r.role("DATELINE_ROLE")
	r.notYet("DATELINE_FILES", "files are kept in the data directory")
	r.notYet("DATELINE_BOUNCES", "bounces are not taken yet")
	if c.Web != c.Worker && (c.Embedded() || c.Redis == nil) {
		r.fault("DATELINE_ROLE", "web and worker as two processes need a shared DATELINE_DATABASE (postgres://...) and DATELINE_REDIS; set both, or use the role all")
	}
	if len(r.faults) > 0 {
		return Config{}, r.faults
	}
	return c, nil
}

// Port is the one in a host:port. Links lead to the port that is listened on unless DATELINE_URL says
// otherwise.
func Port(addr string) string {
	_, port, _ := net.SplitHostPort(addr)
	return port
}

// reader gathers faults, so that a person mends all of them at once.
type reader struct {
	getenv func(string) string
	faults Faults
}

func (r *reader) fault(name, format string, args ...any) {
	r.faults = append(r.faults, name+": "+fmt.Sprintf(format, args...))
}

func (r *reader) text(name, otherwise string) string {
	if v := strings.TrimSpace(r.getenv(name)); v != "" {
		return v
	}
	return otherwise
}

func (r *reader) hostPort(name, otherwise string) string {
	v := r.text(name, otherwise)
	_, port, err := net.SplitHostPort(v)
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	if err != nil {
		r.fault(name, "%q is not an address to listen on; write host:port, such as 127.0.0.1:8080 or :8080", v)
	}
	return v
}

// metrics is the address that figures are told at. They are not for strangers, so it is one of its own.
func (r *reader) metrics(name string) string {
	if r.text(name, "") == "" {
		return ""
	}
	return r.hostPort(name, "")
}

func (r *reader) baseURL(name, otherwise string) string {
	v := strings.TrimRight(r.text(name, otherwise), "/")
	u, err := url.Parse(v)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Hostname() == "" || u.Path != "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		r.fault(name, "%q is not a base address; write scheme and host, such as https://press.example.org", v)
	}
	return v
}

func (r *reader) indexNow(name string) string {
	v := r.text(name, "")
	u, err := url.Parse(v)
	if v != "" && (err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "") {
		r.fault(name, "%q is not an address to send pages to; write https://api.indexnow.org/indexnow, or leave it out", v)
	}
	return v
}

// database reads postgres://[user:pass@]host[:port]/name, or /name?host=DIRECTORY for a socket in it.
func (r *reader) database(name, otherwise string) string {
	v := r.text(name, "")
	if v == "" {
		return otherwise
	}
	u, err := url.Parse(v)
	if err != nil || (u.Scheme != "postgres" && u.Scheme != "postgresql") || (u.Host == "" && u.Query().Get("host") == "") || strings.Trim(u.Path, "/") == "" {
		// The address may hold a password: it is not repeated.
		r.fault(name, "is not the address of a database; write postgres://user:password@host:5432/name, postgres://user@/name?host=/run/postgresql for a socket there, or leave it out for SQLite in the data directory")
	}
	return v
}

// redis reads redis://[user:pass@]host[:port][,host...][/db][?master=name]. Several hosts are a
// Cluster, or with ?master= the Sentinels that watch over it.
func (r *reader) redis(name string) *redis.UniversalOptions {
	v := r.text(name, "")
	if v == "" {
		return nil
	}
	options, err := parseRedis(v)
	if err != nil {
		r.fault(name, "%v; write redis://host:6379, rediss:// for TLS, several hosts with commas for a Cluster, and ?master=name for Sentinel", err)
	}
	return options
}

func parseRedis(v string) (*redis.UniversalOptions, error) {
	scheme, rest, found := strings.Cut(v, "://")
	if !found || (scheme != "redis" && scheme != "rediss") {
		return nil, errors.New("is not a Redis address")
	}
	authority, path := rest, ""
	if i := strings.IndexAny(rest, "/?"); i >= 0 {
		authority, path = rest[:i], rest[i:]
	}
	user := ""
	if i := strings.LastIndex(authority, "@"); i >= 0 {
		user, authority = authority[:i+1], authority[i+1:]
	}
	hosts := strings.Split(authority, ",")
	u, err := url.Parse(scheme + "://" + user + hosts[0] + path)
	if err != nil {
		return nil, errors.New("can't be read as an address")
	}
	master := u.Query().Get("master")
	if u.RawQuery != "" && (master == "" || len(u.Query()) != 1) {
		return nil, errors.New("has a query other than ?master=name")
	}
	u.RawQuery = ""
	one, err := redis.ParseURL(u.String())
	if err != nil {
		return nil, errors.New("can't be read as an address")
	}
	// What is asked of Redis is asked again by whoever needs it, or goes without: nothing is gained by waiting long.
	options := &redis.UniversalOptions{
		DialTimeout: 2 * time.Second, DialerRetries: 1, MaxRetries: 1,
		MasterName: master, DB: one.DB, Username: one.Username, Password: one.Password, TLSConfig: one.TLSConfig,
	}
	port := "6379"
	if master != "" {
		port = "26379"
	}
	for _, host := range hosts {
		if host == "" {
			return nil, errors.New("has an empty host")
		}
		if _, _, err := net.SplitHostPort(host); err != nil {
			host = net.JoinHostPort(strings.Trim(host, "[]"), port)
		}
		options.Addrs = append(options.Addrs, host)
	}
	return options, nil
}

func (r *reader) relays(name string) []mail.Relay {
	var relays []mail.Relay
	for part := range strings.SplitSeq(r.text(name, ""), ",") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		u, err := url.Parse(part)
		if err != nil {
			r.fault(name, "one of its addresses can't be read; write smtp://user:password@host:587 with special characters of the password percent-encoded")
			continue
		}
		relay, err := mail.ParseRelay(u)
		if err != nil {
			r.fault(name, "%v", err)
			continue
		}
		relays = append(relays, relay)
	}
	return relays
}

func (r *reader) role(name string) (web, worker bool) {
	switch v := r.text(name, "all"); v {
	case "all":
		return true, true
	case "web":
		return true, false
	case "worker":
		return false, true
	default:
		r.fault(name, "%q is not a role; write web, worker or all", v)
		return true, true
	}
}

func (r *reader) secrets(name string) []string {
	v := r.text(name, "")
	if v == "" {
		return nil
	}
	secrets := strings.Split(v, ",")
	for i, secret := range secrets {
		if secrets[i] = strings.TrimSpace(secret); len(secrets[i]) < 32 {
			r.fault(name, "has %d characters; write 32 random ones or more, or leave it out to have one made and kept in the data directory; after a comma, the one before it", len(secrets[i]))
		}
	}
	return secrets
}

// notYet refuses a setting that this version does not act on, rather than ignore it.
func (r *reader) notYet(name, now string) {
	if r.text(name, "") != "" {
		r.fault(name, "is not supported in this version: %s; leave it out", now)
	}
}
