package desk

import (
	"encoding/base64"
	"encoding/json"
	"strings"

	"github.com/gofiber/fiber/v2"
)

// Cookies beside the session's. They hold no secret.
const (
	newsroomCookie = "dateline_newsroom" // id of the newsroom last worked in
	noticeCookie   = "dateline_notice"   // what the page after a redirect should tell
)

// cookieName binds the session to this host where there is TLS (RFC 6265bis section 4.1.3.2).
func cookieName(baseURL string) string {
	if strings.HasPrefix(baseURL, "https://") {
		return "__Host-dateline"
	}
	return "dateline"
}

// setCookie sets a cookie that ends with the browser's session; an empty value deletes it. A name
// that begins with __Host- asks for the path /.
func (r *request) setCookie(name, value string) {
	cookie := &fiber.Cookie{Name: name, Value: value, Path: "/desk", HTTPOnly: true, SameSite: fiber.CookieSameSiteLaxMode, Secure: r.secure(), SessionOnly: true}
	if strings.HasPrefix(name, "__Host-") {
		cookie.Path = "/"
	}
	if value == "" {
		cookie.MaxAge, cookie.SessionOnly = -1, false
	}
	r.c.Cookie(cookie)
}

// notice is a message of the catalogue. One that warns tells of something that wasn't asked for.
type notice struct {
	Message string         `json:"m"`
	Args    map[string]any `json:"a,omitempty"`
	Warns   bool           `json:"w,omitempty"`
}

// told is a notice as it is shown.
type told struct {
	Text  string
	Warns bool
}

// tell has the next page say what was done.
func (r *request) tell(notices ...notice) {
	// Strings and numbers always encode.
	text, _ := json.Marshal(notices)
	r.setCookie(noticeCookie, base64.RawURLEncoding.EncodeToString(text))
}

// told takes what the page before wanted said. A cookie that is not ours says nothing.
func (r *request) told() []told {
	cookie := r.c.Cookies(noticeCookie)
	if cookie == "" {
		return nil
	}
	r.setCookie(noticeCookie, "")
	var notices []notice
	text, err := base64.RawURLEncoding.DecodeString(cookie)
	if err != nil || json.Unmarshal(text, &notices) != nil {
		return nil
	}
	var lines []told
	for _, n := range notices {
		for name, value := range n.Args {
			if number, ok := value.(float64); ok { // as JSON has all; one and many are told apart by whole ones
				n.Args[name] = int(number)
			}
		}
		lines = append(lines, told{r.say.TMap(n.Message, n.Args), n.Warns})
	}
	return lines
}
