package desk

import (
	"bytes"

	"github.com/gofiber/fiber/v2"
)

// exportSubscribers hands out the list as CSV. It is written whole before any of it is sent: half a
// list would look like a list.
func exportSubscribers(r *request) error {
	if r.newsroom.ID == "" {
		return r.firstNewsroom()
	}
	var list bytes.Buffer
	if err := r.deps.Subscribers.Export(r.ctx(), r.actor(), r.newsroom.ID, &list); err != nil {
		return err
	}
	r.c.Set(fiber.HeaderContentType, "text/csv; charset=utf-8")
	r.c.Attachment(r.newsroom.Slug + "-subscribers.csv")
	return r.c.Send(list.Bytes())
}
