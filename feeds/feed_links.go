package feeds

// historySpace is the namespace that marks archive documents (RFC 5005 section 4).
const historySpace = "http://purl.org/syndication/history/1.0"

// links are those that only machines follow, the same in Atom and RSS: to this document, the hub, and
// the feed's other documents (RFC 5005). A paged feed is read from its first document along next; an
// archived one from the current document along prev-archive.
func (f Feed) links(format Format) []atomLink {
	links := []atomLink{{Rel: "self", Type: format.Type(), Href: f.Address(format)}}
	add := func(rel, address string) {
		links = append(links, atomLink{Rel: rel, Href: address})
	}
	if f.Hub != "" {
		add("hub", f.Hub)
	}
	if f.Page.Archive != "" {
		add("current", f.at(format, Page{}))
	} else {
		add("first", f.at(format, Page{}))
	}
	if f.Page.Next != "" {
		add("next", f.at(format, Page{After: f.Page.Next}))
	}
	if f.Page.PrevArchive != "" {
		add("prev-archive", f.at(format, Page{Archive: f.Page.PrevArchive}))
	}
	if f.Page.NextArchive != "" {
		add("next-archive", f.at(format, Page{Archive: f.Page.NextArchive}))
	}
	return links
}

// isArchive says whether to mark the document as one of an archive. The mark promises others, which
// an archive of one document has not.
func (f Feed) isArchive() bool {
	return f.Page.Archive != "" && (f.Page.PrevArchive != "" || f.Page.NextArchive != "")
}
