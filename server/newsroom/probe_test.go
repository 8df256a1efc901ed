package newsroom

import (
	"slices"
	"strings"
	"testing"
	"time"

	"dateline/releases"
	"dateline/server/database/dbtest"
)

func TestEveryPublicRoute_HasAProbe_OrAReasonWhyNot(t *testing.T) {
	p := openDalarna(t, dbtest.SQLite(t))
	r := releases.Release{ID: strings.Repeat("b", 26), Slug: "hemligt", Newsroom: p.newsroom, Text: sampleText()}
	probes := p.site.Probes(r)
	for _, route := range p.site.routes() {
		if route.method != "GET" || unprobed[route.path] != "" {
			continue
		}
		for _, pattern := range inEveryFormat(route.path) {
			path := fill(pattern, r)
			if strings.Contains(path, ":") {
				t.Errorf("%s is asked for as %s: a part of it is not known to probe.go", route.path, path)
			}
			if !slices.ContainsFunc(probes, func(p Probe) bool { asked, _, _ := strings.Cut(p.Path, "?"); return asked == path }) {
				t.Errorf("%s has neither a probe nor a reason", route.path)
			}
		}
	}
}

func TestProbes_OfAnEmbargoedRelease_TellNothing_AndOfALiveOneTell(t *testing.T) {
	p := openDalarna(t, dbtest.SQLite(t))
	secret := p.schedule(sampleText(), time.Hour)
	differ := func(r releases.Release) (ways int) {
		for _, probe := range p.site.Probes(r) {
			there := p.get(probe.Path)
			if probe.Missing != "" && there.String() != p.get(probe.Missing).String() || probe.Missing == "" && strings.Contains(there.body, r.Slug) {
				ways++
			}
		}
		return ways
	}
	if n := differ(secret); n != 0 {
		t.Errorf("%d ways tell of an embargoed release", n)
	}
	p.set(secret.LiftAt)
	if n := differ(secret); n < 12 {
		t.Errorf("only %d ways would have told", n)
	}
}
