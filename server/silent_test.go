package main

import (
	"io"
	"net"
	"net/url"
	"sync/atomic"
	"testing"
	"time"

	"dateline/jobs/mail/mailtest"
	"dateline/server/database/dbtest"
)

// wire leads to a server. Once it is mute it carries nothing any more and ends nothing, as a network does that loses
// every packet.
type wire struct {
	net.Listener
	mute atomic.Bool
}

func wireTo(t *testing.T, network, addr string) *wire {
	w := &wire{Listener: listenOn(t, "127.0.0.1:0")}
	t.Cleanup(func() { w.Close() })
	go func() {
		for {
			near, err := w.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial(network, addr)
			if err != nil {
				near.Close()
				continue
			}
			t.Cleanup(func() { near.Close(); far.Close() })
			go w.carry(near, far)
			go w.carry(far, near)
		}
	}()
	return w
}

func (w *wire) carry(to, from net.Conn) {
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		if w.mute.Load() {
			io.Copy(io.Discard, from)
			return
		}
		if _, failed := to.Write(buffer[:n]); err != nil || failed != nil {
			to.Close()
			from.Close()
			return
		}
	}
}

// wireToPostgres leads to a new database, and is its address.
func wireToPostgres(t *testing.T) (*wire, string) {
	address, err := url.Parse(dbtest.PostgresAddress(t))
	if err != nil {
		t.Fatal(err)
	}
	network, server, query := "tcp", address.Host, address.Query()
	if socket := query.Get("host"); socket != "" {
		network, server = "unix", socket+"/.s.PGSQL."+query.Get("port")
		query.Del("host")
		query.Del("port")
	}
	w := wireTo(t, network, server)
	address.Host, address.RawQuery = w.Addr().String(), query.Encode()
	return w, address.String()
}

func TestServe_SIGTERM_WithADatabaseThatNoLongerAnswers_Exits0WithinTenSeconds(t *testing.T) {
	t.Parallel()
	w, address := wireToPostgres(t)
	smtp := mailtest.Start(t, mailtest.Options{HeaderOnly: true})
	p := newProcess(t, map[string]string{"DATELINE_DATABASE": address, "DATELINE_SMTP": smtp.URL()}).start()
	c := p.client("admin")
	makeNewsroom(c, 1500)
	scheduleCorpus(t, c, 2*time.Second)
	smtp.WaitFor(t, 300)
	w.mute.Store(true)
	began := time.Now()
	if code := p.terminate(); code != exitOK {
		t.Errorf("exit code %d: %s", code, p.out)
	}
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("it took %v", took)
	}
}

func TestFanOut_WithARedisThatNoLongerAnswers_GoesByTheDatabase(t *testing.T) {
	t.Parallel()
	const readers = 1000
	w, smtp := wireTo(t, "tcp", startRedis(t).addr), mailtest.Start(t, mailtest.Options{HeaderOnly: true})
	p := newProcess(t, map[string]string{"DATELINE_REDIS": "redis://" + w.Addr().String(), "DATELINE_SMTP": smtp.URL()}).start()
	c := p.client("admin")
	makeNewsroom(c, readers)
	w.mute.Store(true)
	began := time.Now()
	id, _ := scheduleCorpus(t, c, time.Second)
	if done := waitUntilDone(t, c, id); done["sent"] != float64(readers) {
		t.Errorf("done: %v", done)
	}
	t.Logf("all were mailed %v after Redis went silent", time.Since(began))
	if n := len(releaseMails(smtp)); n != readers {
		t.Errorf("%d mails for %d", n, readers)
	}
}
