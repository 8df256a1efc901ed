package desk

import (
	"database/sql"
	"errors"
	netmail "net/mail"
	"slices"

	"dateline/jobs/mail"
	"dateline/releases"

	"github.com/gofiber/fiber/v2"
)

type mailboxPage struct {
	page
	Captures bool // mail is kept here rather than sent
	Mails    []mail.Captured
	Search   string
	NextURL  string
}

// listMail shows the mail that was captured because there is no relay.
func listMail(r *request) error {
	data := mailboxPage{page: r.page("mailbox", r.say.T("desk.rail_mailbox")), Captures: r.deps.Mailbox != nil, Search: r.c.Query("q")}
	if data.Captures {
		mails, next, err := r.deps.Mailbox.List(r.ctx(), data.Search, r.c.Query("after"), 50)
		if err != nil {
			return err
		}
		frozen, err := r.frozenSenders()
		if err != nil {
			return err
		}
		if data.Search != "" { // what it finds would tell what the subject is
			mails = slices.DeleteFunc(mails, func(m mail.Captured) bool { return frozen[m.Sender] })
		}
		for i, m := range mails {
			if frozen[m.Sender] {
				mails[i].Subject = r.say.T("desk.hidden")
			}
		}
		data.Mails = mails
		if next != "" {
			data.NextURL = address("/desk/mailbox", "q", data.Search, "after", next)
		}
	}
	return r.write(fiber.StatusOK, "mailbox", data)
}

// mail finds the mail that the address names, with its raw bytes.
func (r *request) mail() (mail.Captured, error) {
	if r.deps.Mailbox == nil {
		return mail.Captured{}, releases.ErrNotFound
	}
	m, err := r.deps.Mailbox.Mail(r.ctx(), r.c.Params("id"))
	if errors.Is(err, sql.ErrNoRows) {
		return m, releases.ErrNotFound
	}
	if err != nil {
		return m, err
	}
	frozen, err := r.frozenSenders()
	if frozen[m.Sender] {
		return mail.Captured{}, &releases.Conflict{Message: "conflict.frozen"}
	}
	return m, err
}

// frozenSenders are the addresses of newsrooms that are frozen. What they mailed may tell of what is not
// out: an advance copy does.
func (r *request) frozenSenders() (map[string]bool, error) {
	newsrooms, err := r.deps.Releases.Newsrooms(r.ctx())
	frozen := map[string]bool{}
	for _, n := range newsrooms {
		if from, err := netmail.ParseAddress(n.EmailFrom); err == nil && n.Frozen.Is() {
			frozen[from.Address] = true
		}
	}
	return frozen, err
}
