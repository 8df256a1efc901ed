package desk

import (
	"net/url"
	"strings"

	"dateline/releases"
	"dateline/releases/input"
	"dateline/server/web"

	"github.com/gofiber/fiber/v2"
)

func newNewsroom(r *request) error {
	return r.newNewsroomPage(fiber.StatusOK, withDefaults(r.say.Language, url.Values{}), web.Problem{})
}

func (r *request) newNewsroomPage(status int, values url.Values, p web.Problem) error {
	data := struct {
		page
		Form form
	}{r.page("settings", r.say.T("desk.newsroom_new")), r.newsroomForm(values, p.Fields)}
	data.Problem = p.Detail
	return r.write(status, "newsroom_new", data)
}

func createNewsroom(r *request) error {
	typed := r.typed()
	made, err := r.deps.Releases.CreateNewsroom(r.ctx(), r.actor(), newNewsroomInput(typed))
	if p, again := r.wrongInput(err); again {
		return r.newNewsroomPage(p.Status, typed, p)
	}
	if err != nil {
		return err
	}
	r.setCookie(newsroomCookie, made.ID)
	r.tell(notice{Message: "desk.told_newsroom", Args: map[string]any{"Name": made.Name}})
	return r.redirect("/desk")
}

// newsroomForm has what a new newsroom needs; the rest has its place in the settings. Its names
// differ from the account's, which may stand above it.
func (r *request) newsroomForm(values url.Values, faults []web.FieldProblem) form {
	return newForm(r.say, "newsroom", values, renamed(faults, "name", "newsroom_name"),
		field{Name: "newsroom_name", Required: true, Autocomplete: "organization"},
		field{Name: "slug", Help: "desk.help_newsroom_slug"},
		field{Name: "language", Required: true, Options: r.languages(""), Help: "desk.help_language"},
		field{Name: "zone", Type: "select", Required: true, Options: zoneOptions(values.Get("zone"))},
		field{Name: "email_from", Required: true, Help: "desk.help_email_from"},
	)
}

// newNewsroomInput makes an address of the name where none is given.
func newNewsroomInput(typed url.Values) releases.NewsroomInput {
	in := newsroomInput(typed)
	if in.Slug == "" {
		in.Slug = input.Slug(in.Name)
	}
	return in
}

func newsroomInput(typed url.Values) releases.NewsroomInput {
	topics, codes := codedTopics(typed.Get("topics"))
	return releases.NewsroomInput{
		Slug: typed.Get("slug"), Name: typed.Get("newsroom_name"), Language: typed.Get("language"), Zone: typed.Get("zone"),
		EmailFrom: typed.Get("email_from"), ReplyTo: typed.Get("reply_to"), Boilerplate: typed.Get("boilerplate"),
		Topics: topics, TopicCodes: codes, Approvals: number(typed.Get("approvals")),
	}
}

// codedTopics reads one topic of each line, whose last word may be its code: "Miljö medtop:06000000".
func codedTopics(text string) (names []string, codes map[string]string) {
	codes = map[string]string{}
	for _, line := range lines(text) {
		name := line
		if at := strings.LastIndexAny(line, " \t"); at >= 0 {
			last := line[at+1:]
			if _, ok := releases.MediaTopic(last); ok || strings.HasPrefix(strings.ToLower(last), "medtop:") {
				name = strings.TrimSpace(line[:at])
				codes[name] = last
			}
		}
		names = append(names, name)
	}
	return names, codes
}

// withDefaults suggests a language and zone where none was typed.
func withDefaults(language string, values url.Values) url.Values {
	filled := url.Values{"language": {language}, "zone": {"Europe/London"}}
	if language == "sv" {
		filled.Set("zone", "Europe/Stockholm")
	}
	for name, given := range values {
		filled[name] = given
	}
	return filled
}

// lines are those of a text that are not empty.
func lines(text string) []string {
	var list []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			list = append(list, line)
		}
	}
	return list
}
