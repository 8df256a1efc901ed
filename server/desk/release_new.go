package desk

import (
	"net/url"
	"strings"

	"dateline/releases"
	"dateline/server/web"

	"github.com/gofiber/fiber/v2"
)

// editorPage is a release that is being written: the form beside what the world will see.
type editorPage struct {
	page
	Form   form
	Action string // where the form is sent
}

func newRelease(r *request) error {
	if r.newsroom.ID == "" {
		return r.firstNewsroom()
	}
	values := textValues(releases.Text{Kind: releases.PressRelease, Language: r.newsroom.Language}, "")
	return r.newReleasePage(fiber.StatusOK, values, web.Problem{})
}

func (r *request) newReleasePage(status int, values url.Values, p web.Problem) error {
	data := editorPage{page: r.page("releases", r.say.T("desk.release_new")), Form: r.releaseForm(values, p.Fields), Action: "/desk/releases"}
	data.Problem = p.Detail
	return r.write(status, "release_new", data)
}

func createRelease(r *request) error {
	typed := r.typed()
	saved, err := r.deps.Releases.Create(r.ctx(), r.actor(), r.newsroom.ID, draftOf(typed))
	if p, again := r.wrongInput(err); again {
		return r.newReleasePage(p.Status, typed, p)
	}
	if err != nil {
		return err
	}
	r.tell(r.savedNotices(saved, typed)...)
	return r.redirect("/desk/releases/" + saved.ID)
}

// savedNotices tell that a text was saved, and what was done to it on the way.
func (r *request) savedNotices(saved releases.Saved, typed url.Values) []notice {
	list := []notice{{Message: "desk.told_saved", Args: map[string]any{"Version": saved.Version}}}
	form, cleaned := r.releaseForm(typed, nil, r.correctionFields()...), []string(nil)
	for _, n := range saved.Notices {
		if at, ok := form.find(n.Field); ok && n.Message == "notice.cleaned" {
			cleaned = append(cleaned, at.Label)
			continue
		}
		list = append(list, notice{Message: n.Message, Args: n.Args, Warns: true})
	}
	if cleaned != nil {
		list = append(list, notice{Message: "desk.told_cleaned", Args: map[string]any{"Fields": strings.Join(cleaned, ", ")}, Warns: true})
	}
	return list
}
