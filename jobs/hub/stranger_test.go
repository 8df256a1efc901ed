package hub_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"dateline/jobs/hub"
	"dateline/releases/vault"
	"dateline/server/database/dbtest"
)

// outside has callbacks checked as on a real installation.
func outside(_ *hub.Deps, s *hub.Settings) { s.Internal = false }

func TestCallback_OnNoPublicNetwork_IsRefusedAtOnce(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	real := h.start(outside)
	for _, callback := range []string{
		"http://127.0.0.1/", "http://127.1/", "http://2130706433/", "http://0x7f000001/", "http://0177.0.0.1/", "http://localhost/", "http://a.localhost/",
		"http://[::1]/", "http://[::ffff:127.0.0.1]/", "http://[::ffff:10.0.0.1]/", "http://[fe80::1%25eth0]/", "http://0.0.0.0/", "http://10.1.2.3/", "http://172.16.0.1/",
		"http://192.168.1.1/", "http://169.254.169.254/latest/meta-data/", "http://100.64.0.1/", "http://[fd00:ec2::254]/", "http://224.0.0.1/", "http://[ff02::1]/",
		"http://255.255.255.255/", "http://[64:ff9b::7f00:1]/", "http://[64:ff9b::a9fe:a9fe]/", "http://[2002:7f00:1::]/", "http://198.18.0.1/", "http://[2001:db8::1]/",
		"http://intranet/", "http://printer.local/", "http://metadata.google.internal/", "https://press.example/hub", "http://PRESS.example.:8080/",
		"http://example.com:22/", "http://example.com:25/", "http://example.com:0/",
		"http://user:password@example.com/", "http://example.com/#part", "http:///nowhere", "gopher://example.com/", "file:///etc/passwd", "//example.com/", "",
		"http://example.com/ a", "http://example.com/\r\nHost: x", "http://example.com/" + strings.Repeat("a", 3000), "http://exa/mple.com@10.0.0.1/",
	} {
		err := real.Ask(t.Context(), "192.0.2."+strconv.Itoa(len(callback)%250), hub.Request{Mode: "subscribe", Topic: topic, Callback: callback})
		wantFault(t, err, "hub.callback")
		h.pass(time.Minute)
	}
	for _, callback := range []string{"https://reader.example.com/push?x=1", "http://93.184.216.34:8080/", "https://[2606:2800:220:1::1]/cb", "https://sub.example.com:443"} {
		if err := real.Ask(t.Context(), "192.0.2.1", hub.Request{Mode: "subscribe", Topic: topic, Callback: callback}); err != nil {
			t.Errorf("%s: %v", callback, err)
		}
	}
}

// A name that means a public address when it is asked for may mean another by the time it is used.
func TestCallback_WhoseNameLeadsInside_IsNeverConnectedTo(t *testing.T) {
	each(t, func(h *house) {
		connected := make(chan string, 10)
		listener := must(net.Listen("tcp", "127.0.0.1:0"))(h.t)
		defer listener.Close()
		go func() {
			for {
				conn, err := listener.Accept()
				if err != nil {
					return
				}
				connected <- conn.RemoteAddr().String()
				conn.Close()
			}
		}()
		_, port, _ := net.SplitHostPort(listener.Addr().String())
		callback := "http://localhost:" + port + "/callback"
		h.hub.Stop(context.Background()) // it would forget the topic before it is subscribed to
		// As if it had been subscribed while its name meant another machine.
		h.exec(`INSERT INTO hub_topics (topic, version, hash, rendered_at) VALUES ('/dalarna/feed.atom', 0, '', 0)`)
		h.exec(`INSERT INTO hub_subscriptions (id, topic, asked_topic, callback, host, secret, expires_at, created_at)
			VALUES ('a', '/dalarna/feed.atom', $1, $2, 'localhost', '', $3, 0)`, topic, callback, h.now().Add(time.Hour).UnixMilli())
		h.exec(`INSERT INTO hub_requests (id, mode, topic, asked_topic, callback, host, secret, seconds, from_address, lease, free_at, attempts, created_at)
			VALUES ('b', 'subscribe', '/dalarna/feed.json', $1, $2, 'localhost', '', 3600, '', '', 0, 0, 0)`, base+"/dalarna/feed.json", callback)
		h.reconnect()
		h.hub = h.start(outside)
		h.publish("Nytt")
		h.eventually("the ping fails", func() bool {
			return h.count(`SELECT COUNT(*) FROM hub_pings WHERE attempts > 0 AND reason LIKE '%not on the public Internet%'`) > 0
		})
		h.settled()
		select {
		case from := <-connected:
			h.t.Errorf("the hub connected from %s", from)
		default:
		}
	})
}

func TestRedirects_LeadTheHubNowhere(t *testing.T) {
	each(t, func(h *house) {
		s, inside := h.subscribed(), newSubscriber(h.t)
		s.will(func(w http.ResponseWriter, r *http.Request) bool {
			http.Redirect(w, r, inside.URL+"/admin?"+r.URL.RawQuery, http.StatusTemporaryRedirect)
			return true
		})
		h.publish("Nytt")
		h.pinged(s, 1)
		if err := h.ask("unsubscribe", s); err != nil {
			h.t.Fatal(err)
		}
		h.settledWithTime()
		if got := append(inside.of(http.MethodGet), inside.pings()...); len(got) != 0 {
			h.t.Errorf("a redirect was followed: %v", got)
		}
	})
}

func TestASubscriberThatStalls_HoldsUpNobody(t *testing.T) {
	each(t, func(h *house) {
		release := make(chan struct{})
		stalled := newSubscriber(h.t)
		h.t.Cleanup(func() { close(release) }) // before the server waits for its handlers
		stalled.will(func(w http.ResponseWriter, r *http.Request) bool {
			if r.Method != http.MethodPost {
				return false
			}
			w.WriteHeader(http.StatusOK)
			w.(http.Flusher).Flush()
			<-release
			return true
		})
		for i := range 12 {
			stalled.path = "/callback/" + strconv.Itoa(i)
			h.subscribe(stalled)
		}
		other := newSubscriber(h.t)
		h.exec(`UPDATE hub_subscriptions SET host = 'stalled.example'`)
		h.subscribe(other)
		start := time.Now()
		h.publish("Nytt")
		h.pinged(other, 1)
		if took := time.Since(start); took > 1500*time.Millisecond {
			h.t.Errorf("it waited %v for others", took)
		}
		if n := len(stalled.pings()); n > 4 {
			h.t.Errorf("%d exchanges with one host at once", n)
		}
	})
}

func TestStrangers_MayAskOnlySoOften(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	refused := func(ask func(i int) error) int {
		for i := range 500 {
			if err := ask(i); errors.Is(err, hub.ErrTooMany) {
				return i
			}
		}
		return -1
	}
	s := newSubscriber(t)
	s.will(always(http.StatusNotFound))
	if n := refused(func(int) error { return h.ask("subscribe", s) }); n != 60 {
		t.Errorf("one address is refused after %d requests", n)
	}
	h.pass(time.Hour)
	n := refused(func(i int) error {
		return h.hub.Ask(t.Context(), "198.51.100."+strconv.Itoa(i), hub.Request{Mode: "subscribe", Topic: topic, Callback: s.URL + "/" + strconv.Itoa(i)})
	})
	if n != 120 {
		t.Errorf("requests for one host are refused after %d", n)
	}
}

func TestOneHost_HasOnlySoManySubscriptions_AndMayAlwaysRenew(t *testing.T) {
	each(t, func(h *house) {
		s := h.subscribed()
		for i := range 199 {
			h.exec(`INSERT INTO hub_subscriptions (id, topic, asked_topic, callback, host, secret, expires_at, created_at)
				VALUES ($1, '/dalarna/feed.atom', '', $1, '127.0.0.1', '', $2, 0)`, "x"+strconv.Itoa(i), h.now().Add(time.Hour).UnixMilli())
		}
		wantFault(h.t, h.ask("subscribe", newSubscriber(h.t)), "hub.callback")
		h.subscribe(s)
		if err := h.ask("unsubscribe", s); err != nil {
			h.t.Error(err)
		}
	})
}

func TestSecrets_AreNotReadableInTheDatabase_NorCallbacksInTheLog(t *testing.T) {
	each(t, func(h *house) {
		s := h.subscribed(func(r *hub.Request) { r.Secret = "hemligheten" })
		if h.count(`SELECT COUNT(*) FROM hub_subscriptions WHERE secret LIKE '%hemlig%' OR secret = ''`) != 0 {
			h.t.Error("the secret is stored in clear, or not at all")
		}
		s.Close()
		h.publish("Nytt")
		h.eventually("the ping fails", func() bool { return h.count(`SELECT COUNT(*) FROM hub_pings WHERE attempts > 0`) == 1 })
		var reason string
		if err := h.db.QueryRow(`SELECT reason FROM hub_pings`).Scan(&reason); err != nil || strings.Contains(reason, "token=abc") || reason == "" {
			h.t.Errorf("the ledger says %q, %v", reason, err)
		}
		if strings.Contains(h.logged(), "token=abc") {
			h.t.Errorf("the log has the callback:\n%s", h.logged())
		}
		// Nor when the secret can't be read at all, after its key was changed behind the hub's back.
		keys := vault.New([]byte("a newer secret"), []byte("a secret of the tests"))
		if n, err := hub.Reseal(h.t.Context(), h.db, keys); n != 1 || err != nil {
			h.t.Errorf("resealed %d: %v", n, err)
		}
		h.pass(10 * time.Second)
		h.eventually("the ping fails again", func() bool { return h.count(`SELECT COUNT(*) FROM hub_pings WHERE attempts = 2`) == 1 })
		if n := h.count(`SELECT COUNT(*) FROM hub_pings WHERE reason LIKE '%token=abc%'`); n != 0 || strings.Contains(h.logged(), "token=abc") {
			h.t.Error("the ledger or the log has the callback")
		}
	})
}
