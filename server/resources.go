package main

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"dateline/server/database"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
	"golang.org/x/sys/unix"
)

// writable makes the data directory and says plainly when nothing can be written there.
func writable(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("the data directory %s can't be made: %w", dir, cause(err))
	}
	probe, err := os.CreateTemp(dir, ".probe-*")
	if err != nil {
		return fmt.Errorf("the data directory %s can't be written to: %w", dir, cause(err))
	}
	probe.Close()
	return os.Remove(probe.Name())
}

// cause takes the path off an error whose message has named it already.
func cause(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

// lock holds a file for the life of the process: two servers on one SQLite directory would each
// believe that the other's work in flight was left by a dead process. The kernel frees the lock
// whatever way the process ends.
func lock(path string) (unlock func(), err error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock the data directory: %w", err)
	}
	if err := unix.Flock(int(file.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		file.Close()
		return nil, fmt.Errorf("another Dateline is running on the data directory %s; stop it, or set DATELINE_DATA to another one", filepath.Dir(path))
	}
	return func() { file.Close() }, nil
}

func listen(addr string) (net.Listener, error) {
	listener, err := net.Listen("tcp", addr)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("%s is in use by another program; stop it, or set DATELINE_ADDR to another port", addr)
	}
	if errors.Is(err, syscall.EADDRNOTAVAIL) {
		return nil, fmt.Errorf("%s is no address of this machine; set DATELINE_ADDR to one that is, or to :PORT for all", addr)
	}
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", addr, err)
	}
	return listener, nil
}

// keepNew writes a file that only its owner can read, unless there is one. It appears whole or not at
// all: web and worker may start together on one directory.
func keepNew(path string, content []byte) error {
	file, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	defer os.Remove(file.Name())
	_, err = file.Write(content)
	if err := errors.Join(err, file.Sync(), file.Close()); err != nil {
		return err
	}
	if err := os.Link(file.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}

// openDatabase opens and migrates. A server that is away is waited for; a newer schema is refused at
// once, since waiting mends nothing.
func openDatabase(ctx context.Context, address string, patience time.Duration, log *slog.Logger) (*sql.DB, error) {
	waiting, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for told := false; ; told = true {
		db, err := database.Open(waiting, address)
		if err == nil {
			if _, err = database.Migrate(ctx, db); err != nil {
				db.Close()
				return nil, err
			}
			return db, nil
		}
		if !database.IsPostgres(address) {
			return nil, err
		}
		if !told {
			log.Warn("the database can't be reached; waiting for it", "error", err, "at_most", patience)
		}
		select {
		case <-time.After(500 * time.Millisecond):
		case <-waiting.Done():
			return nil, fmt.Errorf("the database could not be reached within %s: %w", patience, err)
		}
	}
}

// openRedis connects lazily to a server, or runs one in the process. That one listens on a loopback
// port, since a pipe without a buffer deadlocks when a pipeline's commands and replies cross; the
// password keeps everybody else on the machine out.
func (p *program) openRedis() error {
	redis.SetLogger(redisLog{p.log})
	if p.config.Redis != nil {
		p.redis = redis.NewUniversalClient(p.config.Redis)
		p.onClose(func() { p.redis.Close() })
		return nil
	}
	embedded, password := miniredis.NewMiniRedis(), rand.Text()
	embedded.ClockTTL(true)
	embedded.RequireAuth(password)
	if err := embedded.Start(); err != nil {
		return fmt.Errorf("start the in-process Redis: %w", err)
	}
	p.onClose(embedded.Close)
	p.redis = redis.NewClient(&redis.Options{
		Addr: embedded.Addr(), Password: password,
		MaintNotificationsConfig: &maintnotifications.Config{Mode: maintnotifications.ModeDisabled},
	})
	p.onClose(func() { p.redis.Close() })
	return nil
}

// redisLog is for what go-redis says of each connection that fails. That Redis is away is logged once, by whoever needs
// it.
type redisLog struct{ *slog.Logger }

func (l redisLog) Printf(ctx context.Context, format string, v ...any) {
	l.DebugContext(ctx, "redis client", "says", fmt.Sprintf(format, v...))
}

func hostName(base string) string {
	u, err := url.Parse(base)
	if err != nil {
		return "localhost"
	}
	return u.Hostname()
}
