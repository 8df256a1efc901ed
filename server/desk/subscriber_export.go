package desk

import (
	"bufio"
	"context"

	"dateline/server/web"

	"github.com/gofiber/fiber/v2"
)

// exportSubscribers hands out the list as CSV.
func exportSubscribers(r *request) error {
	if r.newsroom.ID == "" {
		return r.firstNewsroom()
	}
	store, who, newsroom := r.deps.Subscribers, r.actor(), r.newsroom.ID
	return r.sendList(r.newsroom.Slug+"-subscribers.csv", func(ctx context.Context, w *bufio.Writer) error {
		return store.Export(ctx, who, newsroom, w)
	})
}

// sendList answers with CSV to be saved, as it is made.
func (r *request) sendList(name string, produce func(context.Context, *bufio.Writer) error) error {
	r.c.Set(fiber.HeaderContentType, web.TypeCSV)
	r.c.Attachment(name)
	return web.Stream(r.c, web.ListPatience, produce)
}
