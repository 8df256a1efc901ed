package feeds

import (
	"encoding/xml"
	"fmt"
	"slices"
	"strings"
	"time"

	"dateline/releases"
)

// Limits of the sitemap protocol and of news sitemaps.
const (
	SitemapLimit     = 50_000         // addresses in one sitemap
	NewsSitemapLimit = 1_000          // releases in the news sitemap
	NewsSitemapAge   = 48 * time.Hour // how old they may be
)

const sitemapSpace = "http://www.sitemaps.org/schemas/sitemap/0.9"

// SitemapEntry is a page, or a sitemap in the index, and when it last changed.
type SitemapEntry struct {
	Address string
	Changed time.Time // zero when it isn't known
	// Translations are it and the same in other languages; none when it stands alone.
	Translations []Translation
}

type (
	sitemapIndex struct {
		XMLName  xml.Name      `xml:"sitemapindex"`
		Xmlns    string        `xml:"xmlns,attr"`
		Sitemaps []sitemapItem `xml:"sitemap"`
	}
	sitemap struct {
		XMLName xml.Name      `xml:"urlset"`
		Xmlns   string        `xml:"xmlns,attr"`
		News    string        `xml:"xmlns:news,attr,omitempty"`
		XHTML   string        `xml:"xmlns:xhtml,attr,omitempty"`
		Pages   []sitemapItem `xml:"url"`
	}
	sitemapItem struct {
		Address string        `xml:"loc"`
		Changed string        `xml:"lastmod,omitempty"`
		News    *sitemapNews  `xml:"news:news"`
		Links   []sitemapLink `xml:"xhtml:link"`
	}
	sitemapLink struct {
		Rel      string `xml:"rel,attr"`
		Language string `xml:"hreflang,attr"`
		Address  string `xml:"href,attr"`
	}
	sitemapNews struct {
		Name      string `xml:"news:publication>news:name"`
		Language  string `xml:"news:publication>news:language"`
		Published string `xml:"news:publication_date"`
		Title     string `xml:"news:title"`
	}
)

// SitemapAddress is the absolute address of a part of the sitemap, counted from 1. Part 0 is the index.
func (s Site) SitemapAddress(part int) string {
	if part == 0 {
		return s.Base + "/sitemap.xml"
	}
	return fmt.Sprintf("%s/sitemap.xml?part=%d", s.Base, part)
}

// SitemapIndex writes the index of all sitemaps.
func SitemapIndex(parts []SitemapEntry) ([]byte, error) {
	return writeXML(&sitemapIndex{Xmlns: sitemapSpace, Sitemaps: sitemapItems(parts)}, "")
}

// Sitemap writes one sitemap, of at most SitemapLimit pages.
func Sitemap(pages []SitemapEntry) ([]byte, error) {
	if len(pages) > SitemapLimit {
		return nil, fmt.Errorf("write sitemap: %d pages are more than %d", len(pages), SitemapLimit)
	}
	document := &sitemap{Xmlns: sitemapSpace, Pages: sitemapItems(pages)}
	if slices.ContainsFunc(pages, func(e SitemapEntry) bool { return len(e.Translations) > 0 }) {
		document.XHTML = "http://www.w3.org/1999/xhtml"
	}
	return writeXML(document, "")
}

// SitemapPage is a release's entry in a sitemap.
func (s Site) SitemapPage(a releases.Address) SitemapEntry {
	return SitemapEntry{Address: s.pageAddress(a), Changed: a.UpdatedAt, Translations: s.hreflangs(a.Default, a.Translations)}
}

func sitemapItems(entries []SitemapEntry) []sitemapItem {
	items := make([]sitemapItem, len(entries))
	for i, e := range entries {
		items[i].Address = e.Address
		if !e.Changed.IsZero() {
			items[i].Changed = timestamp(e.Changed)
		}
		for _, t := range e.Translations {
			items[i].Links = append(items[i].Links, sitemapLink{Rel: "alternate", Language: t.Language, Address: t.Address})
		}
	}
	return items
}

// NewsSitemap writes the releases of the last 48 hours, at most 1,000, newest first as they come. Until is when
// the oldest of them will be no news any more.
func (s Site) NewsSitemap(now time.Time, items []releases.Live) (document []byte, until time.Time, err error) {
	until = now.Add(NewsSitemapAge)
	news := &sitemap{Xmlns: sitemapSpace, News: "http://www.google.com/schemas/sitemap-news/0.9"}
	for _, l := range items {
		if now.Sub(l.LiftAt) > NewsSitemapAge || len(news.Pages) == NewsSitemapLimit {
			break
		}
		news.Pages = append(news.Pages, sitemapItem{
			Address: s.ReleaseAddress(l),
			News: &sitemapNews{
				Name:      fit(l.Newsroom.Name),
				Language:  newsLanguage(l.Text.Language),
				Published: timestamp(l.LiftAt),
				Title:     fit(l.Text.Headline),
			},
		})
		until = l.LiftAt.Add(NewsSitemapAge + time.Millisecond)
	}
	document, err = writeXML(news, "")
	return document, until, err
}

// newsLanguage is a tag as news sitemaps want it: ISO 639 without a region, but for Chinese, whose is its script.
func newsLanguage(tag string) string {
	switch tag = strings.ToLower(tag); tag {
	case "zh-cn", "zh-tw":
		return tag
	}
	language, _, _ := strings.Cut(tag, "-")
	return language
}

// Robots writes robots.txt (RFC 9309): everything public may be read, and where the sitemaps are.
func (s Site) Robots() []byte {
	return []byte(`User-agent: *
Disallow: /desk/
Disallow: /api/
Disallow: /pass/
Disallow: /confirm/
Disallow: /unsubscribe/
Disallow: /preferences/

Sitemap: ` + s.Base + `/sitemap.xml
Sitemap: ` + s.Base + `/news-sitemap.xml
`)
}
