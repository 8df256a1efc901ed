package desk

import (
	"net/url"

	"dateline/releases"
	"dateline/server/web"
	"dateline/subscribers"

	"github.com/gofiber/fiber/v2"
)

type subscribersPage struct {
	page
	Rows     []subscriberRow
	Search   string
	NextURL  string
	Add      form
	Import   form
	Imported *imported
}

type subscriberRow struct {
	subscribers.Subscriber
	Chip chip
}

// imported is what an import did, each refused line in words.
type imported struct {
	subscribers.Imported
	Lines []refusedLine
}

type refusedLine struct {
	Line   int
	Reason string
}

func listSubscribers(r *request) error {
	return r.subscribersPage(fiber.StatusOK, subscribersPage{}, url.Values{"language": {r.newsroom.Language}}, web.Problem{})
}

// subscribersPage lists subscribers, with the forms that add one and import many; the typed values
// are those of the first.
func (r *request) subscribersPage(status int, data subscribersPage, typed url.Values, p web.Problem) error {
	if r.newsroom.ID == "" {
		return r.firstNewsroom()
	}
	data.page = r.page("subscribers", r.say.T("desk.rail_subscribers"))
	data.Problem = p.Detail
	data.Search = r.c.Query("q")
	list, next, err := r.deps.Subscribers.List(r.ctx(), subscribers.ListFilter{NewsroomID: r.newsroom.ID, Search: data.Search, After: r.c.Query("after")})
	if err != nil {
		return err
	}
	for _, s := range list {
		data.Rows = append(data.Rows, subscriberRow{s, r.subscriberChip(s.State)})
	}
	if next != "" {
		data.NextURL = address("/desk/subscribers", "q", data.Search, "after", next)
	}
	data.Add = r.subscriberForm(typed, p.Fields)
	data.Import = newForm(r.say, "import", url.Values{}, nil,
		field{Name: "consent", Help: "desk.help_import_consent"}, // first: it is needed while the file is read
		field{Name: "file", Type: "file", Required: true, Help: "desk.help_import"},
	)
	return r.write(status, "subscribers", data)
}

func (r *request) subscriberForm(typed url.Values, faults []web.FieldProblem) form {
	return newForm(r.say, "add", typed, faults,
		field{Name: "email", Type: "email", Required: true},
		field{Name: "name", Label: "desk.label_contact_name"},
		field{Name: "outlet"},
		field{Name: "language", Options: r.languages(r.newsroom.Language)},
		field{Name: "topics", Type: "checks", Options: topicOptions(r.newsroom.Topics), Help: "desk.help_subscriber_topics"},
		field{Name: "consent", Required: true, Help: "desk.help_consent"},
	)
}

func (r *request) subscriberChip(s subscribers.State) chip {
	label := r.say.T("desk.subscriber_" + string(s))
	switch s {
	case subscribers.StateConfirmed:
		return chip{"green", "✓", label}
	case subscribers.StatePending:
		return chip{"amber", "?", label}
	default:
		return chip{"plain", "✕", label}
	}
}

// audienceNewsroom is what the subscribers' store needs to know of a newsroom.
func audienceNewsroom(n releases.Newsroom) subscribers.Newsroom {
	topics := make(map[string]string, len(n.Topics))
	for _, t := range n.Topics {
		topics[t.Slug] = t.Name
	}
	return subscribers.Newsroom{ID: n.ID, Language: n.Language, Topics: topics}
}
