package desk

import (
	"database/sql"
	"errors"

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
	return m, err
}
