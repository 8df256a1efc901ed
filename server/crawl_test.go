package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"dateline/releases"
	"dateline/releases/history"
	"dateline/server/database/dbtest"
)

const (
	crawledLifts = 200
	betweenLifts = 50 * time.Millisecond
	crawlers     = 1
	around       = time.Second             // how long before and after its lift a release is asked for
	lead         = 2500 * time.Millisecond // how long before it its lift is set; too short for the self-test, which would ask as often
)

// crawl is a stranger who knows all that can be guessed of many releases, and when each of them lifts.
type crawl struct {
	t        *testing.T
	p        *program
	client   http.Client
	newsroom string
	secrets  []*secret // written, not yet set to lift
	nothing  []string  // what a release that was never written gets, by way
	mu       sync.Mutex
	coming   []*secret       // set, by lift
	seen     []sightings     // by way
	late     []time.Duration // how long after its lift each page was read
}

// secret is a release with what only it has in it.
type secret struct {
	releases.Release
	words []string
	ways  []crawlWay
}

// crawlWay is one thing to ask for. loud tells that a live release answers to it.
type crawlWay struct {
	path, missing string // missing is the same of a release that was never written, "" where the path names none
	loud          bool
}

// sightings count the answers to a way by when they came.
type sightings struct{ before, after int }

func TestCrawl_OfTwoHundredLiftsUnderLoad_FindsNothingBefore_AndEverythingFromTheInstant(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			settings := map[string]string{}
			if engine == "postgres" {
				settings["DATELINE_DATABASE"] = dbtest.PostgresAddress(t)
			}
			c := newCrawl(t, serveInside(t, settings))
			c.open()
			c.learn()
			coming := c.schedule()
			crawling, stop := context.WithCancel(t.Context())
			var others sync.WaitGroup
			for i := range crawlers {
				others.Go(func() { c.wander(crawling, i) })
			}
			others.Go(func() { c.work(crawling) })
			var last *secret
			for last = range coming {
				c.race(last)
			}
			c.until(last.LiftAt.Add(around))
			stop()
			others.Wait()
			c.sweep(last)
			c.report()
		})
	}
}

func newCrawl(t *testing.T, p *program) *crawl {
	transport := &http.Transport{MaxIdleConnsPerHost: crawlers + 1}
	t.Cleanup(transport.CloseIdleConnections)
	return &crawl{t: t, p: p, client: http.Client{
		Transport: transport, Timeout: patience,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// open makes a newsroom that people follow, and the releases, each with a file.
func (c *crawl) open() {
	ctx, who, desk := c.t.Context(), history.System, c.p.desk
	n := must[releases.Newsroom](c.t)(desk.CreateNewsroom(ctx, who, releases.NewsroomInput{
		Slug: "dalarna", Name: "Länsstyrelsen Dalarna", Language: "sv", Zone: "Europe/Stockholm", EmailFrom: "press@example.org", Approvals: 1, Topics: []string{"Natur"},
	}))
	c.newsroom = n.ID
	var readers strings.Builder
	readers.WriteString("email,consent\n")
	for i := range 5 {
		fmt.Fprintf(&readers, "reader%d@tidning.example,asked for it\n", i)
	}
	client{t: c.t, base: c.p.config.URL, token: c.token()}.
		send("POST", "/newsrooms/dalarna/subscribers/import", "text/csv", []byte(readers.String()), http.StatusOK)
	for i := range crawledLifts {
		c.secrets = append(c.secrets, c.write(i))
	}
}

// write makes an approved release with a file.
func (c *crawl) write(i int) *secret {
	ctx, who, desk := c.t.Context(), history.System, c.p.desk
	word := func(of string) string { return fmt.Sprintf("%s%03dx", of, i) }
	made := must[releases.Saved](c.t)(desk.Create(ctx, who, c.newsroom, releases.Draft{Text: releases.Text{
		Kind: releases.PressRelease, Language: "sv", Topics: []string{"natur"}, Headline: "Beskedet " + word("rubrik"), Lede: "Sammandrag " + word("ingress") + ".",
		Body: "Brödtext " + word("stycke") + ".", Contacts: []releases.Contact{{Name: "Åsa " + word("person"), Email: "asa@example.org"}},
	}}))
	kept := must[releases.File](c.t)(c.keep(word("bilaga")))
	r := must[releases.Release](c.t)(desk.AddFile(ctx, who, made.ID, kept, releases.FileText{Name: word("underlag") + ".txt"}, ""))
	r = must[releases.Release](c.t)(desk.Approve(ctx, who, r.ID, r.Version, r.Hash))
	return &secret{Release: r, words: []string{word("rubrik"), word("ingress"), word("stycke"), word("person"), word("bilaga"), word("underlag")}}
}

// set sets the lift of one of the releases.
func (c *crawl) set(s *secret, at time.Time) {
	lift := must[releases.Lift](c.t)(releases.ParseLift(at.UTC().Format("2006-01-02T15:04:05.000Z"), ""))
	s.Release = must[releases.Release](c.t)(c.p.desk.Schedule(c.t.Context(), history.System, s.ID, lift, false))
	s.ways = c.ways(s.Release)
}

// learn asks in every way for a release that was never written, and for one that lifts in an hour.
func (c *crawl) learn() {
	hidden := *c.secrets[0]
	c.set(&hidden, soon(time.Hour))
	c.seen = make([]sightings, len(hidden.ways))
	for _, way := range hidden.ways {
		nothing := ""
		if way.missing != "" {
			nothing = c.ask(way.missing).String()
		}
		c.nothing = append(c.nothing, nothing)
	}
	c.sweep(&hidden)
}

// schedule has them lift one after the other, each set a while before, and gives them as they are set.
func (c *crawl) schedule() <-chan *secret {
	set := make(chan *secret, crawledLifts)
	go func() {
		defer close(set)
		at := time.Now()
		for _, s := range c.secrets {
			at = at.Add(betweenLifts)
			if soonest := time.Now().Add(lead); at.Before(soonest) {
				at = soonest
			}
			c.set(s, at)
			c.mu.Lock()
			c.coming = append(c.coming, s)
			c.mu.Unlock()
			set <- s
		}
	}()
	return set
}

func (c *crawl) token() string {
	c.t.Helper()
	settings := map[string]string{"DATELINE_DATA": c.p.config.Data}
	if !c.p.config.Embedded() {
		settings["DATELINE_DATABASE"] = c.p.config.Database
	}
	code, out, errs := callProgram(c.t, settings, "token", "crawl", "--role", "admin")
	if code != exitOK {
		c.t.Fatal(errs)
	}
	return strings.TrimSpace(out)
}

func (c *crawl) keep(content string) (releases.File, error) {
	s, err := c.p.files.Create(strings.NewReader(content))
	return releases.File{ID: s.ID, Key: s.Key, Type: s.Type, Bytes: s.Bytes, Hash: s.Hash}, err
}

// silent are the addresses that tell nothing of a live release either: they name newsrooms and topics,
// or what was corrected.
var silent = []string{"/robots.txt", "/feeds", "/feeds.opml", "/sitemap.xml", "/sitemap.xml?part=1", "/dalarna/feeds"}

// ways are all GET routes that there are, asked for a release in every way that it could be found by.
func (c *crawl) ways(r releases.Release) (ways []crawlWay) {
	for _, probe := range c.p.site.Probes(r) {
		mute := slices.Contains(silent, probe.Path) || strings.Contains(probe.Path, "/changes/")
		ways = append(ways, crawlWay{path: probe.Path, missing: probe.Missing, loud: !mute})
	}
	given := func(id string) *strings.Replacer {
		return strings.NewReplacer(":id", id, ":newsroom", r.Newsroom.Slug, ":version", "1")
	}
	right, wrong := given(r.ID), given(strings.Repeat("a", len(r.ID)))
	for _, route := range c.p.app.GetRoutes(true) {
		inside := strings.HasPrefix(route.Path, "/desk") || strings.HasPrefix(route.Path, "/api")
		if route.Method == http.MethodGet && inside && strings.Contains(route.Path, ":id") {
			ways = append(ways, crawlWay{path: right.Replace(route.Path), missing: wrong.Replace(route.Path)})
		}
	}
	return ways
}

// reply is what came for a request, and between which instants it was made.
type reply struct {
	path         string
	began, ended time.Time
	status       int
	header       http.Header
	body         []byte
}

// String is everything that two answers could be told apart by: not the address that was asked for,
// which the page to sign in keeps.
func (r reply) String() string {
	return strings.ReplaceAll(fmt.Sprint(r.status, r.header, string(r.body)), r.path, "")
}

func (c *crawl) ask(path string) (r reply) {
	r.path, r.began = path, time.Now()
	response, err := c.client.Get(c.p.config.URL + path)
	if err != nil {
		c.t.Error(err)
		return r
	}
	defer response.Body.Close()
	if r.body, err = io.ReadAll(response.Body); err != nil {
		c.t.Error(err)
	}
	r.ended = time.Now()
	response.Header.Del("Date")
	r.status, r.header = response.StatusCode, response.Header
	return r
}

// tells says whether an answer has anything of a release in it that the question didn't have.
func (r reply) tells(s *secret) bool {
	for _, word := range append([]string{s.ID, s.Slug, s.Text.Files[0].ID}, s.words...) {
		if !strings.Contains(r.path, word) && bytes.Contains(r.body, []byte(word)) {
			return true
		}
	}
	return false
}

// look asks one way for one release and holds the answer against the instant of its lift.
func (c *crawl) look(s *secret, i int) reply {
	way := s.ways[i]
	r := c.ask(way.path)
	tells := r.tells(s)
	if way.missing != "" {
		tells = r.String() != c.nothing[i]
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case r.ended.Before(s.LiftAt):
		c.seen[i].before++
		if tells {
			c.t.Errorf("%s tells of a release %v before its lift: %s", way.path, s.LiftAt.Sub(r.ended), r)
		}
	case !r.began.Before(s.LiftAt):
		c.seen[i].after++
		if tells != way.loud {
			c.t.Errorf("%s tells of a release that has lifted: %v; want %v: %s", way.path, tells, way.loud, r)
		}
	}
	return r
}

// wander asks in all ways in turn for whatever is near its lift.
func (c *crawl) wander(ctx context.Context, crawler int) {
	byLift := func(s *secret, at time.Time) int { return s.LiftAt.Compare(at) }
	ways := len(c.seen)
	for way := crawler * ways / crawlers; ctx.Err() == nil; way++ {
		c.mu.Lock()
		coming := c.coming
		c.mu.Unlock()
		now := time.Now()
		from, _ := slices.BinarySearchFunc(coming, now.Add(-around), byLift)
		to, _ := slices.BinarySearchFunc(coming, now.Add(around), byLift)
		if near := coming[from:to]; len(near) > 0 {
			c.look(near[rand.N(len(near))], way%ways)
		} else {
			c.until(now.Add(betweenLifts))
		}
	}
}

// sweep asks for one release in every way.
func (c *crawl) sweep(s *secret) {
	for way := range s.ways {
		c.look(s, way)
	}
}

// race asks for a release's page without a pause from just before its lift until it is there.
func (c *crawl) race(s *secret) {
	page := slices.IndexFunc(s.ways, func(w crawlWay) bool { return w.path == "/dalarna/"+s.Slug })
	c.until(s.LiftAt.Add(-betweenLifts / 4))
	for {
		if r := c.look(s, page); r.status == http.StatusOK || !r.began.Before(s.LiftAt) {
			since := s.LiftAt
			if r.began.After(since) {
				since = r.began
			}
			c.late = append(c.late, r.ended.Sub(since))
			return
		}
	}
}

func (c *crawl) until(at time.Time) { <-time.After(time.Until(at)) }

// work is the press office at its desk meanwhile: some forty writers, each of whom saves every second.
func (c *crawl) work(ctx context.Context) {
	tick := time.NewTicker(betweenLifts)
	defer tick.Stop()
	for i := 0; ctx.Err() == nil; i++ {
		<-tick.C
		made, err := c.p.desk.Create(ctx, history.System, c.newsroom, releases.Draft{Text: releases.Text{Headline: fmt.Sprint("Utkast ", i), Body: "Text."}})
		if err == nil {
			_, err = c.p.desk.Edit(ctx, history.System, made.ID, made.Version, releases.Draft{Text: releases.Text{Headline: fmt.Sprint("Utkast ", i), Body: "En annan text."}})
		}
		if err != nil && ctx.Err() == nil {
			c.t.Error(err)
		}
	}
}

// report fails for what was never asked in time, and says how it went.
func (c *crawl) report() {
	asked := 0
	for i, s := range c.seen {
		asked += s.before + s.after
		if s.before == 0 || s.after == 0 {
			c.t.Errorf("%s was asked %d times before a lift and %d times after", c.coming[0].ways[i].path, s.before, s.after)
		}
	}
	slices.Sort(c.late)
	c.t.Logf("%d ways, %d answers; the page was read %v after the lift (median), %v at most", len(c.seen), asked, c.late[len(c.late)/2], c.late[len(c.late)-1])
}

func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}
