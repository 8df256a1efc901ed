package desk

import (
	"strings"

	"dateline/jobs/mail"

	"github.com/gofiber/fiber/v2"
)

type mailPage struct {
	page
	Mail         mail.Captured
	Header, Text string
	HTML         bool // shown as HTML, in a frame
	Tabs         []tab
}

// showMail shows one mail: its HTML in a frame of its own, or its text.
func showMail(r *request) error {
	m, err := r.mail()
	if err != nil {
		return err
	}
	header, text, html, err := mail.Parts(m.Raw)
	if err != nil {
		return err
	}
	asText := r.c.Query("view") == "text" || html == ""
	at := "/desk/mailbox/" + m.ID
	data := mailPage{page: r.page("mailbox", m.Subject), Mail: m, Header: header, Text: text, HTML: !asText, Tabs: []tab{
		{URL: at, Label: r.say.T("desk.mail_html"), Current: !asText},
		{URL: at + "?view=text", Label: r.say.T("desk.mail_text"), Current: asText},
		{URL: at + "/raw", Label: r.say.T("desk.mail_raw")},
	}}
	return r.write(fiber.StatusOK, "mail", data)
}

// mailPolicy lets a mail's HTML show itself and nothing more; its links open in a page of their own.
const mailPolicy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; frame-ancestors 'self'; " +
	"sandbox allow-popups allow-popups-to-escape-sandbox"

// mailHTML is the content of the frame.
func mailHTML(r *request) error {
	m, err := r.mail()
	if err != nil {
		return err
	}
	_, _, html, err := mail.Parts(m.Raw)
	if err != nil {
		return err
	}
	r.c.Set(fiber.HeaderContentSecurityPolicy, mailPolicy)
	r.c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	return r.c.SendString(strings.Replace(html, "<head>", `<head><base target="_blank">`, 1))
}

// mailRaw is the message as it would have been sent.
func mailRaw(r *request) error {
	m, err := r.mail()
	if err != nil {
		return err
	}
	r.c.Set(fiber.HeaderContentType, fiber.MIMETextPlainCharsetUTF8)
	return r.c.Send(m.Raw)
}
