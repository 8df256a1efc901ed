package feeds

import (
	"cmp"
	"encoding/json"
	"fmt"
	"html/template"
	"strconv"
	"strings"

	"dateline/releases"
)

// Meta is a meta element of a page: Open Graph has a property, others a name.
type Meta struct{ Property, Name, Content string }

// OpenGraph is what a release's page tells those who show a card of it.
func (s Site) OpenGraph(l releases.Live) []Meta {
	i := s.item(l)
	tags := []Meta{
		{Property: "og:type", Content: "article"},
		{Property: "og:title", Content: i.Title},
		{Property: "og:url", Content: i.Address},
		{Property: "og:site_name", Content: i.Author.Name},
		{Property: "article:published_time", Content: timestamp(i.Published)},
		{Property: "article:modified_time", Content: timestamp(i.Updated)},
		{Property: "article:author", Content: i.Author.Address},
		{Name: "twitter:card", Content: "summary"},
	}
	if len(i.Pictures) > 0 {
		tags[len(tags)-1].Content = "summary_large_image"
	}
	for _, p := range i.Pictures { // what follows a picture's address is said of that picture
		tags = append(tags, Meta{Property: "og:image", Content: p.Address}, Meta{Property: "og:image:type", Content: p.Type})
		if p.Width > 0 && p.Height > 0 {
			tags = append(tags, Meta{Property: "og:image:width", Content: strconv.Itoa(p.Width)}, Meta{Property: "og:image:height", Content: strconv.Itoa(p.Height)})
		}
		if p.Alt != "" {
			tags = append(tags, Meta{Property: "og:image:alt", Content: p.Alt})
		}
	}
	if i.Summary != "" {
		tags = append(tags, Meta{Property: "og:description", Content: i.Summary})
	}
	// Open Graph has locales with a territory only: language_TERRITORY.
	if language, territory, found := strings.Cut(i.Language, "-"); found && len(territory) == 2 {
		tags = append(tags, Meta{Property: "og:locale", Content: language + "_" + territory})
	}
	for _, c := range i.Topics {
		tags = append(tags, Meta{Property: "article:tag", Content: c.Label})
	}
	return tags
}

type (
	newsArticle struct {
		Context     string            `json:"@context"`
		Type        string            `json:"@type"`
		ID          string            `json:"@id"`
		Address     string            `json:"url"`
		Page        string            `json:"mainEntityOfPage"`
		Headline    string            `json:"headline"`
		Description string            `json:"description,omitempty"`
		Body        string            `json:"articleBody"`
		Dateline    string            `json:"dateline,omitempty"`
		Language    string            `json:"inLanguage"`
		Published   string            `json:"datePublished"`
		Modified    string            `json:"dateModified"`
		Genre       string            `json:"genre"`
		Keywords    []string          `json:"keywords,omitempty"`
		About       []newsThing       `json:"about,omitempty"`
		Images      []newsImage       `json:"image,omitempty"`
		Others      []newsTranslation `json:"workTranslation,omitempty"`
		Author      newsOrganisation  `json:"author"`
		Publisher   newsOrganisation  `json:"publisher"`
	}
	newsImage struct {
		Type    string `json:"@type"`
		Address string `json:"url"`
		Format  string `json:"encodingFormat"`
		Width   int    `json:"width,omitempty"`
		Height  int    `json:"height,omitempty"`
		Caption string `json:"caption,omitempty"`
		Credit  string `json:"creditText,omitempty"`
		Rights  string `json:"copyrightNotice,omitempty"`
	}
	newsTranslation struct {
		Type     string `json:"@type"`
		ID       string `json:"@id"`
		Address  string `json:"url"`
		Language string `json:"inLanguage"`
	}
	newsThing struct {
		Type   string `json:"@type"`
		Name   string `json:"name"`
		SameAs string `json:"sameAs"`
	}
	newsOrganisation struct {
		Type    string `json:"@type"`
		Name    string `json:"name"`
		Address string `json:"url"`
	}
)

// Article is a release as a schema.org NewsArticle in JSON-LD, safe to stand in a script element.
func (s Site) Article(l releases.Live) (template.JS, error) {
	i := s.item(l)
	newsroom := newsOrganisation{Type: "Organization", Name: i.Author.Name, Address: i.Author.Address}
	article := newsArticle{
		Context:     "https://schema.org",
		Type:        "NewsArticle",
		ID:          i.ID,
		Address:     i.Address,
		Page:        i.Address,
		Headline:    i.Title,
		Description: i.Summary,
		Body:        fit(releases.Plain(l.Text.Body)),
		Dateline:    fit(l.Text.Dateline),
		Language:    i.Language,
		Published:   timestamp(i.Published),
		Modified:    timestamp(i.Updated),
		Genre:       i.Kind.Label,
		Author:      newsroom,
		Publisher:   newsroom,
	}
	for _, c := range i.Topics {
		article.Keywords = append(article.Keywords, c.Label)
	}
	for _, o := range i.Others {
		article.Others = append(article.Others, newsTranslation{"NewsArticle", o.ID, o.Address, o.Language})
	}
	for _, c := range i.Subjects {
		article.About = append(article.About, newsThing{"Thing", c.Label, c.URI()})
	}
	for _, p := range i.Pictures {
		article.Images = append(article.Images, newsImage{"ImageObject", p.Address, p.Type, p.Width, p.Height, cmp.Or(p.Caption, p.Alt), p.Credit, p.Rights})
	}
	// json.Marshal writes <, > and & as escapes, so that no text can end the script element.
	document, err := json.Marshal(article)
	if err != nil {
		return "", fmt.Errorf("write JSON-LD of %s: %w", l.ID, err)
	}
	return template.JS(document), nil
}
