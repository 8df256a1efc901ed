package feeds

import (
	"bytes"
	"encoding/json"
	"fmt"
)

type (
	jsonFeed struct {
		Version     string       `json:"version"`
		Title       string       `json:"title"`
		Home        string       `json:"home_page_url"`
		Self        string       `json:"feed_url"`
		Next        string       `json:"next_url,omitempty"`
		Description string       `json:"description"`
		Language    string       `json:"language"`
		Authors     []jsonAuthor `json:"authors,omitempty"`
		Hubs        []jsonHub    `json:"hubs,omitempty"`
		Items       []jsonItem   `json:"items"`
	}
	jsonItem struct {
		ID        string           `json:"id"`
		Address   string           `json:"url"`
		Title     string           `json:"title"`
		Summary   string           `json:"summary,omitempty"`
		Content   string           `json:"content_html"`
		Language  string           `json:"language,omitempty"`
		Published string           `json:"date_published"`
		Modified  string           `json:"date_modified"`
		Authors   []jsonAuthor     `json:"authors"`
		Tags      []string         `json:"tags"`
		Image     string           `json:"image,omitempty"`
		Attached  []jsonAttachment `json:"attachments,omitempty"`
		// Others are the addresses of the same in other languages: an extension, as JSON Feed names those.
		Others map[string]string `json:"_translations,omitempty"`
	}
	jsonAttachment struct {
		Address string `json:"url"`
		Type    string `json:"mime_type"`
		Title   string `json:"title,omitempty"`
		Bytes   int64  `json:"size_in_bytes"`
	}
	jsonHub struct {
		Type    string `json:"type"`
		Address string `json:"url"`
	}
	jsonAuthor struct {
		Name    string `json:"name"`
		Address string `json:"url"`
	}
)

// JSON writes JSON Feed 1.1.
func JSON(f Feed) ([]byte, error) {
	feed := jsonFeed{
		Version:     "https://jsonfeed.org/version/1.1",
		Title:       f.Title(),
		Home:        f.Home(),
		Self:        f.Address(FormatJSON),
		Description: f.Description(),
		Language:    f.language(),
		Items:       []jsonItem{},
	}
	if f.Newsroom.ID != "" {
		feed.Authors = []jsonAuthor{jsonAuthor(f.author(f.Newsroom))}
	}
	switch { // it has one relation for older documents: those that stay as they are come first
	case f.Page.PrevArchive != "":
		feed.Next = f.at(FormatJSON, Page{Archive: f.Page.PrevArchive})
	case f.Page.Next != "":
		feed.Next = f.at(FormatJSON, Page{After: f.Page.Next})
	}
	if f.Hub != "" {
		feed.Hubs = []jsonHub{{Type: "WebSub", Address: f.Hub}}
	}
	for _, i := range f.items() {
		feed.Items = append(feed.Items, newJSONItem(i))
	}
	return writeJSON(feed)
}

func newJSONItem(i item) jsonItem {
	j := jsonItem{
		ID:        i.ID,
		Address:   i.Address,
		Title:     i.Title,
		Summary:   i.Summary,
		Content:   i.Content,
		Language:  i.Language,
		Published: timestamp(i.Published),
		Modified:  timestamp(i.Updated),
		Authors:   []jsonAuthor{jsonAuthor(i.Author)},
	}
	for _, c := range i.categories() {
		j.Tags = append(j.Tags, c.Label)
	}
	for _, p := range i.Pictures {
		j.Attached = append(j.Attached, jsonAttachment{Address: p.Address, Type: p.Type, Title: p.Title, Bytes: p.Bytes})
	}
	for _, o := range i.Others {
		if j.Others == nil {
			j.Others = map[string]string{}
		}
		j.Others[o.Language] = o.Address
	}
	if len(i.Pictures) > 0 {
		j.Image = i.Pictures[0].Address
	}
	return j
}

// writeJSON leaves <, > and & as they are: these documents are never part of a page.
func writeJSON(v any) ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(v); err != nil {
		return nil, fmt.Errorf("write JSON: %w", err)
	}
	return b.Bytes(), nil
}
