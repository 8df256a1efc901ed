package desk

import (
	"cmp"

	"dateline/releases"
	"dateline/server/auth"
	"dateline/server/web"
)

// page is what every page of the desk shows around its content.
type page struct {
	web.Page
	Officer   string // address of whoever is signed in, "" when nobody is
	Rail      []railLink
	Newsroom  releases.Newsroom
	Newsrooms []releases.Newsroom
	Told      []told // what has just been done
	Problem   string // what could not be done
}

// Zone is the time zone of a page that shows no one release's.
func (p page) Zone() string { return cmp.Or(p.Newsroom.Zone, "UTC") }

// railLink is an entry of the rail; Current is where one is.
type railLink struct {
	URL, Label string
	Current    bool
}

// page begins a page of a section of the rail ("releases").
func (r *request) page(section, title string) page {
	return page{
		Page:      web.Page{Say: r.say, Title: title},
		Officer:   r.who.Name,
		Rail:      r.rail(section),
		Newsroom:  r.newsroom,
		Newsrooms: r.newsrooms,
		Told:      r.told(),
	}
}

// rail has the sections that the officer may open.
func (r *request) rail(current string) []railLink {
	if r.who.ID == "" {
		return nil
	}
	sections := []struct {
		name, url string
		role      auth.Role
	}{
		{"releases", "/desk", auth.Writer},
		{"dispatches", "/desk/dispatches", auth.Writer},
		{"mailbox", "/desk/mailbox", auth.Approver},
		{"subscribers", "/desk/subscribers", auth.Approver},
		{"history", "/desk/history", auth.Admin},
		{"settings", "/desk/settings", auth.Admin},
	}
	var links []railLink
	for _, s := range sections {
		if r.may(s.role) {
			links = append(links, railLink{URL: s.url, Label: r.say.T("desk.rail_" + s.name), Current: s.name == current})
		}
	}
	return links
}

// write answers with a page.
func (r *request) write(status int, name string, data any) error {
	return r.pages.Write(r.c, status, name, data)
}
