package desk

import (
	"cmp"
	"net/url"
	"strconv"
	"strings"

	"dateline/releases"
	"dateline/server/auth"
	"dateline/server/web"

	"github.com/gofiber/fiber/v2"
)

type settingsPage struct {
	page
	Form     form // of the newsroom
	Tokens   []auth.APIToken
	Token    form
	Secret   string // of the token just made: told once
	Officers []auth.Officer
	Invite   form
	Freeze   form   // or thaw
	Link     string // of the invitation just made: told once
	Me       string // id of whoever looks
}

func showSettings(r *request) error {
	return r.settingsPage(fiber.StatusOK, settingsPage{}, settings{})
}

// settings is what was typed into which form, and what is wrong with it.
type settings struct {
	newsroom url.Values // nil shows the newsroom as it is
	token    url.Values
	frozen   url.Values // why it is to be frozen or thawed
	problem  web.Problem
}

func (r *request) settingsPage(status int, data settingsPage, s settings) (err error) {
	if r.newsroom.ID == "" {
		return r.firstNewsroom()
	}
	data.page, data.Me = r.page("settings", r.say.T("desk.rail_settings")), r.who.ID
	data.Problem = s.problem.Detail
	if data.Officers, err = r.deps.Auth.Officers(r.ctx()); err != nil {
		return err
	}
	if data.Tokens, err = r.deps.Auth.Tokens(r.ctx()); err != nil {
		return err
	}
	newsroomFaults, tokenFaults := s.problem.Fields, []web.FieldProblem(nil)
	if s.token != nil {
		newsroomFaults, tokenFaults = nil, s.problem.Fields
	}
	var frozenFaults []web.FieldProblem
	if s.frozen != nil {
		newsroomFaults, frozenFaults = nil, s.problem.Fields
	}
	data.Freeze = newForm(r.say, "freeze", s.frozen, frozenFaults, field{Name: "reason", Type: "area", Rows: 2, Required: true, Label: "desk.label_freeze_reason"})
	data.Form = r.settingsForm(s.newsroom, newsroomFaults)
	roles := options(r.say, "desk.may_", auth.Roles)
	data.Token = newForm(r.say, "token", s.token, tokenFaults,
		field{Name: "name", Label: "desk.label_token_name", Required: true, Help: "desk.help_token_name"}, field{Name: "role", Type: "select", Options: roles})
	data.Invite = newForm(r.say, "invite", url.Values{}, nil, field{Name: "role", Type: "select", Options: roles, Help: "desk.help_invite"})
	return r.write(status, "settings", data)
}

func (r *request) settingsForm(typed url.Values, faults []web.FieldProblem) form {
	if typed == nil {
		typed = newsroomValues(r.newsroom)
	}
	approvals := []option{{"1", r.say.T("desk.approvals_one")}, {"2", r.say.T("desk.approvals_two")}}
	return newForm(r.say, "newsroom", typed, renamed(renamed(faults, "name", "newsroom_name"), "topic_codes", "topics"),
		field{Name: "newsroom_name", Required: true},
		field{Name: "slug", Required: true, Help: "desk.help_newsroom_slug_change"},
		field{Name: "language", Required: true, Options: r.languages(r.newsroom.Language), Help: "desk.help_language"},
		field{Name: "zone", Type: "select", Options: zoneOptions(r.newsroom.Zone, typed.Get("zone"))},
		field{Name: "email_from", Required: true, Help: "desk.help_email_from"},
		field{Name: "reply_to", Help: "desk.help_reply_to"},
		field{Name: "boilerplate", Type: "area", Rows: 5, Help: "desk.help_newsroom_boilerplate"},
		field{Name: "topics", Type: "area", Rows: 5, Help: "desk.help_newsroom_topics"},
		field{Name: "approvals", Type: "radios", Options: approvals},
	)
}

func newsroomValues(n releases.Newsroom) url.Values {
	var topics []string
	for _, t := range n.Topics {
		topics = append(topics, strings.TrimSpace(t.Name+" "+t.Code))
	}
	return url.Values{
		"newsroom_name": {n.Name}, "slug": {n.Slug}, "language": {n.Language}, "zone": {n.Zone}, "email_from": {n.EmailFrom}, "reply_to": {n.ReplyTo},
		"boilerplate": {n.Boilerplate}, "topics": {strings.Join(topics, "\n")}, "approvals": {strconv.Itoa(cmp.Or(n.Approvals, 1))},
	}
}

// saveSettings saves the newsroom.
func saveSettings(r *request) error {
	typed := r.typed()
	_, err := r.deps.Releases.UpdateNewsroom(r.ctx(), r.actor(), r.newsroom.ID, newsroomInput(typed))
	if p, again := r.wrongInput(err); again {
		return r.settingsPage(p.Status, settingsPage{}, settings{newsroom: typed, problem: p})
	}
	if err != nil {
		return err
	}
	r.tell(notice{Message: "desk.told_settings"})
	return r.redirect("/desk/settings")
}
