package newsroom

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"dateline/feeds"
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
// topics, its place in every list, its words. A route joins by being registered.
func (s *Site) Probes(r releases.Release) []Probe {
	missing := r
	missing.ID, missing.Slug = strings.Repeat("a", len(r.ID)), flip(r.Slug)
	var probes []Probe
	for _, route := range s.routes() {
		if route.method != "GET" || unprobed[route.path] != "" {
			continue
		}
		for _, pattern := range inEveryFormat(route.path) {
			for _, query := range queriesOf(pattern) {
				p := Probe{Path: fill(pattern, r) + query(s.deps.BaseURL, r)}
				if other := fill(pattern, missing) + query(s.deps.BaseURL, missing); other != p.Path {
					p.Missing = other
				}
				probes = append(probes, p)
			}
		}
	}
	return probes
}

// inEveryFormat gives a route's pattern as often as there are formats of what it answers with.
func inEveryFormat(pattern string) (patterns []string) {
	if !strings.HasSuffix(pattern, ".:format") {
		return []string{pattern}
	}
	for _, format := range slices.Concat(feeds.Formats, feeds.Exchange) {
		patterns = append(patterns, strings.Replace(pattern, ":format", string(format), 1))
	}
	return patterns
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
	return strings.NewReplacer(":newsroom", r.Newsroom.Slug, ":slug", r.Slug, ":topic", topic, ":version", "1",
		":id", id, ":name", url.PathEscape(name)).Replace(pattern)
}

// query is what stands behind the path when a release is asked for.
type query func(base string, r releases.Release) string

func plain(string, releases.Release) string { return "" }

func always(text string) query { return func(string, releases.Release) string { return text } }

// behind asks for what is older than the release's end of its millisecond: were it live, it came first.
func behind(_ string, r releases.Release) string {
	return "?after=" + strconv.FormatInt(r.LiftAt.UnixMilli()+1, 10) + "_" + strings.Repeat("a", len(r.ID))
}

func queriesOf(pattern string) []query {
	switch {
	case strings.HasSuffix(pattern, "/search"):
		return []query{searchFor(headline), searchFor(lede), searchFor(contact)}
	case pattern == "/oembed":
		return []query{embedOf("", byAddress), embedOf("&format=xml", byAddress), embedOf("&maxwidth=400", byShortLink)}
	case pattern == "/sitemap.xml":
		return []query{plain, always("?part=1"), always("?part=2")}
	case strings.Contains(pattern, "/feed."):
		return []query{plain, behind, ofKind, inLanguage}
	case strings.Contains(pattern, ":slug"):
		return []query{plain, always("?preview=1")}
	case pattern == "/:newsroom", strings.HasSuffix(pattern, "/:topic"):
		return []query{plain, behind}
	}
	return []query{plain}
}

func ofKind(_ string, r releases.Release) string     { return "?kind=" + string(r.Text.Kind) }
func inLanguage(_ string, r releases.Release) string { return "?language=" + r.Text.Language }

func searchFor(words func(releases.Text) string) query {
	return func(_ string, r releases.Release) string { return "?q=" + url.QueryEscape(words(r.Text)) }
}

func headline(t releases.Text) string { return t.Headline }
func lede(t releases.Text) string     { return t.Lede }

func contact(t releases.Text) string {
	if len(t.Contacts) == 0 {
		return ""
	}
	return t.Contacts[0].Name
}

func embedOf(rest string, address func(releases.Release) string) query {
	return func(base string, r releases.Release) string { return "?url=" + url.QueryEscape(base+address(r)) + rest }
}

func byAddress(r releases.Release) string   { return "/" + r.Newsroom.Slug + "/" + r.Slug }
func byShortLink(r releases.Release) string { return "/r/" + r.ID }
