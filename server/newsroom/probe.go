package newsroom

import (
	"net/url"
	"strings"

	"dateline/releases"
)

// Probe is one way in which a stranger might find out that a release is there.
type Probe struct {
	Path    string // what to ask for
	Missing string // the same of a release that does not exist; "" where the address names none
}

// unprobed are the routes that can't tell of a release, and why. Every other GET is asked.
var unprobed = map[string]string{
	"/favicon.ico":                 "an icon, made at start",
	"/hub":                         "tells how to subscribe; what it distributes are the feeds",
	"/confirm/:token":              "knows subscribers, and is given no release",
	"/unsubscribe/:token":          "knows subscribers, and is given no release",
	"/:newsroom/subscribe":         "knows the newsroom, and is given no release",
	"/pass/:token":                 "opens to a secret alone, which no stranger has",
	"/pass/:token/release.json":    "opens to a secret alone, which no stranger has",
	"/pass/:token/files/:id/:name": "opens to a secret alone, which no stranger has",
}

// Probes are all ways to ask every public route for a release: by its address, its id, its files, its
// topics, the words of its headline. A route joins by being registered.
func (s *Site) Probes(r releases.Release) []Probe {
	missing := r
	missing.ID, missing.Slug = strings.Repeat("a", len(r.ID)), flip(r.Slug)
	var probes []Probe
	for _, route := range s.routes() {
		if route.method != "GET" || unprobed[route.path] != "" {
			continue
		}
		for _, query := range queriesOf(s.deps.BaseURL, route.path, r) {
			p := Probe{Path: fill(route.path, r) + query.of(r)}
			if other := fill(route.path, missing) + query.of(missing); other != p.Path {
				p.Missing = other
			}
			probes = append(probes, p)
		}
	}
	return probes
}

// flip makes an address of the same length that nobody has.
func flip(slug string) string {
	letters := []byte(slug)
	for i, c := range letters {
		if c != '-' {
			letters[i] = 'a' + (c+7)%26
		}
	}
	return string(letters)
}

// fill puts what a release could be found by into the pattern of a route.
func fill(pattern string, r releases.Release) string {
	topic, file, name := "none", r.ID, "file.pdf"
	if len(r.Text.Topics) > 0 {
		topic = r.Text.Topics[0]
	}
	if len(r.Text.Files) > 0 && !strings.HasPrefix(r.ID, "aaaaaaaa") {
		file, name = r.Text.Files[0].ID, r.Text.Files[0].Name
	}
	id := r.ID
	if strings.HasPrefix(pattern, "/files/") {
		id = file
	}
	return strings.NewReplacer(":newsroom", r.Newsroom.Slug, ":slug", r.Slug, ":topic", topic, ":format", "atom", ":version", "1",
		":id", id, ":name", url.PathEscape(name)).Replace(pattern)
}

// query is what stands behind the path.
type query struct{ of func(releases.Release) string }

func queriesOf(base, pattern string, r releases.Release) []query {
	plain := query{func(releases.Release) string { return "" }}
	switch {
	case strings.HasSuffix(pattern, "/search"):
		return []query{{func(releases.Release) string { return "?q=" + url.QueryEscape(r.Text.Headline) }}}
	case pattern == "/oembed":
		return []query{{func(r releases.Release) string {
			return "?url=" + url.QueryEscape(base+"/"+r.Newsroom.Slug+"/"+r.Slug)
		}}}
	case strings.Contains(pattern, ":slug"):
		return []query{plain, {func(releases.Release) string { return "?preview=1" }}}
	case strings.Contains(pattern, "feed."):
		return []query{plain, {func(releases.Release) string { return "?kind=" + string(r.Text.Kind) }},
			{func(releases.Release) string { return "?language=" + r.Text.Language }}}
	}
	return []query{plain}
}
