package desk

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/url"

	"dateline/server/web"
	"dateline/subscribers"

	"github.com/gofiber/fiber/v2"
)

// importSubscribers takes a CSV file and shows what became of it: the good lines are in, each bad one
// is listed with its reason.
func importSubscribers(r *request) error {
	done, err := r.importForm()
	if p, again := r.wrongInput(err); again {
		return r.subscribersPage(p.Status, subscribersPage{}, url.Values{}, p)
	}
	if err != nil {
		return err
	}
	result := imported{Imported: done}
	for _, refusal := range done.Refused {
		result.Lines = append(result.Lines, refusedLine{refusal.Line, r.say.TMap(refusal.Message, refusal.Args)})
	}
	return r.subscribersPage(fiber.StatusOK, subscribersPage{Imported: &result}, url.Values{}, web.Problem{})
}

// importForm reads the form as it arrives: the consent, then the list, of any length.
func (r *request) importForm() (subscribers.Imported, error) {
	_, params, err := mime.ParseMediaType(r.c.Get(fiber.HeaderContentType))
	if err != nil {
		return subscribers.Imported{}, fiber.ErrBadRequest
	}
	parts := multipart.NewReader(web.FileBody(r.c), params["boundary"])
	consent := ""
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return subscribers.Imported{}, fiber.ErrBadRequest
		}
		if err != nil {
			return subscribers.Imported{}, fmt.Errorf("read import form: %w", errors.Join(fiber.ErrBadRequest, err))
		}
		switch part.FormName() {
		case "consent":
			text, err := io.ReadAll(part)
			if err != nil {
				return subscribers.Imported{}, fmt.Errorf("read consent of import: %w", err)
			}
			consent = string(text)
		case "file":
			return r.deps.Subscribers.Import(r.ctx(), r.actor(), audienceNewsroom(r.newsroom), part, consent)
		}
	}
}
