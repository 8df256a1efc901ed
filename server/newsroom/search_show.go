package newsroom

import (
	"net/url"
	"strconv"
	"strings"

	"dateline/releases"
	"dateline/server/web"

	"github.com/gofiber/fiber/v2"
)

const (
	searchLength  = 20  // releases on one page of results
	searchPages   = 50  // pages that can be turned to
	longestSearch = 200 // bytes that are looked at of what was typed
)

// searchPage is the form and, once something was asked for, what was found.
type searchPage struct {
	indexPage
	Query string
	Items []releases.Live
	Newer string // address of the page before; "" on the first
}

func (s *Site) showSearch(c *fiber.Ctx) error {
	n, err := s.deps.Public.Newsroom(web.Context(c), c.Params("newsroom"))
	if err != nil {
		return err
	}
	number, err := strconv.Atoi(c.Query("page", "0"))
	if err != nil || number < 0 || number >= searchPages {
		return releases.ErrNotFound
	}
	say := s.deps.Words.In(n.Language)
	page := searchPage{indexPage: indexPage{view: s.newView(n, say, s.feedOf(n, "")), words: s.deps.Words}}
	page.Title, page.Hidden = say.T("newsroom.search_in", "Newsroom", n.Name), true
	page.Query = c.Query("q")
	page.Query = strings.ToValidUTF8(page.Query[:min(len(page.Query), longestSearch)], "")
	page.Items, err = s.deps.Public.Search(web.Context(c), s.deps.Now(), n.ID, page.Query, number, searchLength+1)
	if err != nil {
		return err
	}
	if len(page.Items) > searchLength {
		page.Items = page.Items[:searchLength]
		page.Older = c.Path() + "?" + url.Values{"q": {page.Query}, "page": {strconv.Itoa(number + 1)}}.Encode()
	}
	if number > 0 {
		page.Newer = c.Path() + "?" + url.Values{"q": {page.Query}, "page": {strconv.Itoa(number - 1)}}.Encode()
	}
	return s.send(c, "search", page)
}
