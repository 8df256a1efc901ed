package hub_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"dateline/jobs/hub"
	"dateline/releases/input"
)

// Each test is a MUST of the Recommendation (https://www.w3.org/TR/websub/), by its section.

func TestSection3_AcceptsCallbackModeAndTopic_AndASecret(t *testing.T) {
	each(t, func(h *house) {
		h.subscribed()
		h.subscribed(func(r *hub.Request) { r.Secret = "s" })
		if n := h.count(`SELECT COUNT(*) FROM hub_subscriptions`); n != 2 {
			h.t.Errorf("there are %d subscriptions, want 2", n)
		}
	})
}

func TestSection5_1_LeaseMeansNothingWhenOneLeaves(t *testing.T) {
	each(t, func(h *house) {
		s := h.subscribed()
		if err := h.ask("unsubscribe", s, func(r *hub.Request) { r.LeaseSeconds, r.Secret = "forever", strings.Repeat("s", 500) }); err != nil {
			h.t.Fatal(err)
		}
		h.settled()
		if n := h.count(`SELECT COUNT(*) FROM hub_subscriptions`); n != 0 {
			h.t.Error("it is still subscribed")
		}
	})
}

func TestSection5_1_SecretIsLessThan200Bytes(t *testing.T) {
	each(t, func(h *house) {
		h.subscribed(func(r *hub.Request) { r.Secret = strings.Repeat("s", 199) })
		err := h.ask("subscribe", newSubscriber(h.t), func(r *hub.Request) { r.Secret = strings.Repeat("å", 100) })
		wantFault(h.t, err, "hub.secret")
	})
}

func TestSection5_1_RequestAgain_OverridesLeaseAndSecretOnceVerified(t *testing.T) {
	each(t, func(h *house) {
		s := h.subscribed(func(r *hub.Request) { r.LeaseSeconds, r.Secret = "3600", "old" })
		h.pass(30 * time.Minute)
		s.will(func(w http.ResponseWriter, r *http.Request) bool {
			if r.Method == http.MethodGet && h.count(`SELECT COUNT(*) FROM hub_subscriptions WHERE expires_at = $1`, h.now().Add(30*time.Minute).UnixMilli()) != 1 {
				h.t.Error("the lease changed before the subscriber confirmed")
			}
			return false
		})
		h.subscribe(s, func(r *hub.Request) { r.LeaseSeconds, r.Secret = "7200", "new" })
		s.will(nil)
		h.pass(time.Hour) // past the first lease
		h.publish("Nytt")
		wantSignature(h.t, h.pinged(s, 1), "new")

		h.subscribe(s, func(r *hub.Request) { r.LeaseSeconds = "7200" })
		h.publish("Nyare")
		if got := h.pinged(s, 2).header.Get("X-Hub-Signature"); got != "" {
			h.t.Errorf("renewed without a secret it is still signed: %s", got)
		}
	})
}

func TestSection5_1_WhenVerificationFails_NothingChanges(t *testing.T) {
	each(t, func(h *house) {
		subscribers := map[string]*subscriber{}
		for name, answer := range liars() {
			s := h.subscribed(func(r *hub.Request) { r.Secret = "mine" })
			subscribers[name] = s
			s.will(answer)
			for _, mode := range []string{"subscribe", "unsubscribe"} {
				if err := h.ask(mode, s, func(r *hub.Request) { r.Secret = "another's" }); err != nil {
					h.t.Fatal(err)
				}
				h.settledWithTime()
			}
			s.will(nil)
		}
		h.publish("Nytt")
		for name, s := range subscribers {
			h.t.Log(name)
			wantSignature(h.t, h.pinged(s, 1), "mine")
		}
	})
}

func TestSection5_1_1_QueryOfTheCallbackIsPreserved(t *testing.T) {
	each(t, func(h *house) {
		s := newSubscriber(h.t)
		s.path = "/c%2Fd?foo=b%20r&hub.mode=mine&red=fish;x"
		h.subscribe(s)
		asked := s.of(http.MethodGet)[0]
		if !strings.HasPrefix(asked.rawQuery, "foo=b%20r&hub.mode=mine&red=fish;x&hub.mode=subscribe&hub.topic=") {
			h.t.Errorf("verified with %s", asked.rawQuery)
		}
		h.publish("Nytt")
		if got := h.pinged(s, 1); got.rawQuery != "foo=b%20r&hub.mode=mine&red=fish;x" || strings.Contains(got.body, "hub.") {
			h.t.Errorf("pinged with %q", got.rawQuery)
		}
	})
}

func TestSection5_1_1_NeedlessEscapesOfTheTopicAreDecoded(t *testing.T) {
	each(t, func(h *house) {
		const written = base + "/d%61larna/%66eed.atom"
		s := h.subscribed(func(r *hub.Request) { r.Topic = written })
		if got := s.of(http.MethodGet)[0].query.Get("hub.topic"); got != written {
			h.t.Errorf("verified as %s, not as it was asked for", got)
		}
		if n := h.count(`SELECT COUNT(*) FROM hub_subscriptions WHERE topic = '/dalarna/feed.atom'`); n != 1 {
			h.t.Error("it is taken for another topic")
		}
	})
}

func TestSection5_1_2_ErrorsAreRefused(t *testing.T) {
	each(t, func(h *house) {
		s := newSubscriber(h.t)
		for field, wrong := range map[string]func(*hub.Request){
			"hub.mode":          func(r *hub.Request) { r.Mode = "publish" },
			"hub.topic":         func(r *hub.Request) { r.Topic = base + "/dalarna/nothing.atom" },
			"hub.callback":      func(r *hub.Request) { r.Callback = "ftp://example.com/" },
			"hub.lease_seconds": func(r *hub.Request) { r.LeaseSeconds = "-1" },
		} {
			wantFault(h.t, h.ask("subscribe", s, wrong), field)
		}
		for _, elsewhere := range []string{"", "https://press.example.net/dalarna/feed.atom", "http://press.example/dalarna/feed.atom", "https://user@press.example/dalarna/feed.atom"} {
			wantFault(h.t, h.ask("subscribe", s, func(r *hub.Request) { r.Topic = elsewhere }), "hub.topic")
		}
		h.settled()
		if got := s.of(http.MethodGet); len(got) != 0 {
			h.t.Errorf("the callback was asked all the same: %v", got)
		}
	})
}

func TestSection5_1_2_TheAnswerDoesNotDependOnVerification(t *testing.T) {
	each(t, func(h *house) {
		s := newSubscriber(h.t)
		s.will(always(http.StatusNotFound))
		if err := h.ask("subscribe", s); err != nil {
			h.t.Errorf("one who will not confirm is answered %v", err)
		}
		s.Close()
		if err := h.ask("subscribe", s); err != nil {
			h.t.Errorf("one who is not there is answered %v", err)
		}
	})
}

func TestSection5_2_ADeniedSubscriberIsTold(t *testing.T) {
	each(t, func(h *house) {
		s := h.subscribed()
		h.change(`UPDATE newsrooms SET slug = 'falun'`)
		h.eventually("the subscriber is told", func() bool { return len(s.of(http.MethodGet)) == 2 })
		denied := s.of(http.MethodGet)[1]
		if denied.query.Get("hub.mode") != "denied" || denied.query.Get("hub.topic") != topic || denied.query.Get("hub.reason") == "" || denied.query.Has("hub.challenge") {
			h.t.Errorf("it is told %v", denied.query)
		}
		h.settled()
		if n := h.count(`SELECT COUNT(*) FROM hub_subscriptions`); n != 0 {
			h.t.Error("it is still subscribed")
		}
	})
}

func TestSection5_3_VerificationAsksForWhatWasRequested(t *testing.T) {
	each(t, func(h *house) {
		s := h.subscribed(func(r *hub.Request) { r.LeaseSeconds = "7200" })
		if err := h.ask("unsubscribe", s); err != nil {
			h.t.Fatal(err)
		}
		h.settled()
		challenges := map[string]bool{}
		for i, mode := range []string{"subscribe", "unsubscribe"} {
			asked := s.of(http.MethodGet)[i].query
			if asked.Get("hub.mode") != mode || asked.Get("hub.topic") != topic || len(asked.Get("hub.challenge")) < 20 {
				h.t.Errorf("%s is verified with %v", mode, asked)
			}
			challenges[asked.Get("hub.challenge")] = true
		}
		if len(challenges) != 2 {
			h.t.Error("a challenge was used twice")
		}
		if got := s.of(http.MethodGet)[0].query.Get("hub.lease_seconds"); got != "7200" {
			h.t.Errorf("the lease is %s", got)
		}
	})
}

func TestSection5_3_1_OtherAnswersFailTheVerification(t *testing.T) {
	each(t, func(h *house) {
		for name, answer := range liars() {
			s := newSubscriber(h.t)
			s.will(answer)
			if err := h.ask("subscribe", s); err != nil {
				h.t.Fatal(err)
			}
			h.settledWithTime()
			if n := h.count(`SELECT COUNT(*) FROM hub_subscriptions`); n != 0 {
				h.t.Fatalf("%s: it is subscribed", name)
			}
			if asked := len(s.of(http.MethodGet)); asked > 3 {
				h.t.Errorf("%s: it was asked %d times", name, asked)
			}
		}
	})
}

func TestSection5_3_1_LeasesEnd_AndAreNeverPerpetual(t *testing.T) {
	each(t, func(h *house) {
		for asked, want := range map[string]int{"": 864_000, "0": 0, "1": 300, "3600": 3600, "99999999": 2_592_000, "99999999999999999999999": 2_592_000} {
			s := newSubscriber(h.t)
			err := h.ask("subscribe", s, func(r *hub.Request) { r.LeaseSeconds = asked })
			if want == 0 {
				wantFault(h.t, err, "hub.lease_seconds")
				continue
			}
			h.settled()
			if got := s.of(http.MethodGet)[0].query.Get("hub.lease_seconds"); got != strconv.Itoa(want) {
				h.t.Errorf("asked for %q seconds it gets %s, want %d", asked, got, want)
			}
		}
		s := h.subscribed(func(r *hub.Request) { r.LeaseSeconds = "3600" })
		h.pass(time.Hour - time.Millisecond)
		h.publish("I sista stund")
		h.pinged(s, 1)
		h.pass(time.Millisecond)
		h.publish("För sent")
		h.quiet(s, 1)
	})
}

func TestSection7_DistributesTheWholeTopic_WithItsTypeAndLinks(t *testing.T) {
	each(t, func(h *house) {
		atom := h.subscribed()
		asJSON := h.subscribed(func(r *hub.Request) { r.Topic = base + "/dalarna/feed.json?kind=news" })
		h.publish("Öppet hus")
		for s, target := range map[*subscriber]string{atom: "/dalarna/feed.atom", asJSON: "/dalarna/feed.json?kind=news"} {
			want := must(h.document(h.t.Context(), h.now(), target))(h.t)
			got := h.pinged(s, 1)
			if got.body != string(want.Body) || !strings.Contains(got.body, "Öppet hus") {
				h.t.Errorf("%s is distributed as %s", target, got.body)
			}
			if kind := got.header.Get("Content-Type"); kind != want.Type {
				h.t.Errorf("%s is distributed as %s", target, kind)
			}
			if links := got.header.Values("Link"); len(links) != 1 || links[0] != `<https://press.example/hub>; rel="hub", <`+base+target+`>; rel="self"` {
				h.t.Errorf("%s is distributed with links %q", target, links)
			}
		}
	})
}

func TestSection7_TheAnswersBodyIsIgnored(t *testing.T) {
	each(t, func(h *house) {
		s := h.subscribed()
		s.will(func(w http.ResponseWriter, r *http.Request) bool {
			w.Header().Set("Content-Length", "1000000") // and is then cut off
			w.WriteHeader(http.StatusAccepted)
			io.WriteString(w, "no, and no again")
			return true
		})
		h.publish("Nytt")
		h.pinged(s, 1)
		h.quiet(s, 1)
		h.pass(time.Hour)
		h.quiet(s, 1)
	})
}

func TestSection7_EverythingButA2xxIsAFailure_AndIsTriedAgain(t *testing.T) {
	each(t, func(h *house) {
		other := newSubscriber(h.t)
		failing := map[int]*subscriber{}
		for _, status := range []int{http.StatusMovedPermanently, http.StatusTemporaryRedirect, http.StatusNotModified, http.StatusNotFound, http.StatusTooManyRequests, http.StatusInternalServerError} {
			failing[status] = h.subscribed()
			failing[status].will(func(w http.ResponseWriter, _ *http.Request) bool {
				w.Header().Set("Location", other.callback())
				w.WriteHeader(status)
				return true
			})
		}
		h.publish("Nytt")
		for _, s := range failing {
			h.pinged(s, 1)
			h.quiet(s, 1)
			s.will(nil)
		}
		h.pass(10 * time.Second)
		for _, s := range failing {
			h.pinged(s, 2)
			h.quiet(s, 2)
		}
		if len(other.got) != 0 {
			h.t.Error("a redirect was followed")
		}
	})
}

func TestSection7_GivenUp_TheSubscriptionStays_AndTheNextUpdateIsTried(t *testing.T) {
	each(t, func(h *house) {
		s := h.subscribed()
		s.will(always(http.StatusBadGateway))
		h.publish("Nytt")
		h.pinged(s, 1)
		var tries int
		for tries = 1; h.count(`SELECT COUNT(*) FROM hub_pings WHERE state = 'queued'`) == 1 && tries < 50; tries++ {
			h.pinged(s, tries)
			h.quiet(s, tries)
			h.pass(6 * time.Hour)
		}
		if tries < 6 || tries > 15 || h.count(`SELECT COUNT(*) FROM hub_pings WHERE state = 'failed'`) != 1 {
			h.t.Errorf("after %d tries it is not given up", tries)
		}
		s.will(nil)
		before := len(s.pings())
		h.publish("Nyare")
		h.pinged(s, before+1)
	})
}

func TestSection7_AnAnswerOf410_EndsTheSubscription(t *testing.T) {
	each(t, func(h *house) {
		s := h.subscribed()
		s.will(always(http.StatusGone))
		h.publish("Nytt")
		h.pinged(s, 1)
		h.eventually("the subscription ends", func() bool { return h.count(`SELECT COUNT(*) FROM hub_subscriptions`) == 0 })
		h.publish("Nyare")
		h.pass(time.Hour)
		h.quiet(s, 1)
	})
}

func TestSection7_1_WithASecret_TheBodyIsSigned(t *testing.T) {
	each(t, func(h *house) {
		signed, unsigned := h.subscribed(func(r *hub.Request) { r.Secret = "hemlighet å" }), h.subscribed()
		h.publish("Nytt")
		wantSignature(h.t, h.pinged(signed, 1), "hemlighet å")
		if got := h.pinged(unsigned, 1).header.Get("X-Hub-Signature"); got != "" {
			h.t.Errorf("without a secret it is signed: %s", got)
		}
	})
}

// settledWithTime waits as settled does, while time passes for what is tried again.
func (h *house) settledWithTime() {
	h.t.Helper()
	h.eventually("requests are settled", func() bool {
		h.pass(time.Second)
		return h.count(`SELECT COUNT(*) FROM hub_requests`) == 0
	})
}

// liars are answers that do not confirm.
func liars() map[string]func(http.ResponseWriter, *http.Request) bool {
	say := func(change func(challenge string) string) func(http.ResponseWriter, *http.Request) bool {
		return func(w http.ResponseWriter, r *http.Request) bool {
			io.WriteString(w, change(r.URL.Query().Get("hub.challenge")))
			return true
		}
	}
	echoWith := func(status int) func(http.ResponseWriter, *http.Request) bool {
		return func(w http.ResponseWriter, r *http.Request) bool {
			w.Header().Set("Location", r.URL.String())
			w.WriteHeader(status)
			io.WriteString(w, r.URL.Query().Get("hub.challenge"))
			return true
		}
	}
	return map[string]func(http.ResponseWriter, *http.Request) bool{
		"nothing":      say(func(string) string { return "" }),
		"another":      say(func(string) string { return "yes" }),
		"shortened":    say(func(c string) string { return c[:len(c)-1] }),
		"more":         say(func(c string) string { return c + "\n" }),
		"upper case":   say(strings.ToUpper),
		"endless":      say(func(c string) string { return c + strings.Repeat("x", 1<<20) }),
		"echo and 301": echoWith(http.StatusMovedPermanently),
		"echo and 307": echoWith(http.StatusTemporaryRedirect),
		"echo and 404": echoWith(http.StatusNotFound),
		"echo and 500": echoWith(http.StatusInternalServerError),
	}
}

func wantFault(t *testing.T, err error, field string) {
	t.Helper()
	var faults input.Faults
	if !errors.As(err, &faults) {
		t.Errorf("%v does not name %s", err, field)
		return
	}
	for _, f := range faults {
		if f.Field == field {
			return
		}
	}
	t.Errorf("%v does not name %s", err, field)
}

func wantSignature(t *testing.T, r received, secret string) {
	t.Helper()
	mac := hmac.New(sha256.New, []byte(secret))
	io.WriteString(mac, r.body)
	if want := "sha256=" + hex.EncodeToString(mac.Sum(nil)); r.header.Get("X-Hub-Signature") != want {
		t.Errorf("it is signed %q, want %q", r.header.Get("X-Hub-Signature"), want)
	}
}
