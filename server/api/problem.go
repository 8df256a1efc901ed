package api

import (
	"encoding/json"
	"errors"
	"net/http"

	"dateline/releases"
	"dateline/releases/words"
	"dateline/server/web"

	"github.com/gofiber/fiber/v2"
)

// problem is how every refusal looks (RFC 9457).
type problem struct {
	Type    string       `json:"type" doc:"Always about:blank: the status says what kind of problem it is" example:"about:blank"`
	Title   string       `json:"title" doc:"The status in words" example:"Unprocessable Entity"`
	Status  int          `json:"status" example:"422"`
	Detail  string       `json:"detail" doc:"What is wrong and what would do, in the language of Accept-Language (en, sv)"`
	Errors  []fieldError `json:"errors,omitempty" doc:"With 422: every wrong field"`
	Current *current     `json:"current,omitempty" doc:"With 409: the release as it stands"`

	cause error // what is for the log
}

// fieldError is one wrong field.
type fieldError struct {
	Field   string `json:"field" doc:"The field's name or path" example:"contacts[0].email"`
	Message string `json:"message" doc:"What is wrong with it and what would do"`
}

// current is what a program needs to read again before it repeats what was refused.
type current struct {
	Version int    `json:"version" doc:"The newest version"`
	State   string `json:"state" enum:"draft,submitted,approved,scheduled,live,withdrawn"`
}

func newProblem(status int, detail string) *problem {
	return &problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Detail: detail}
}

// problemOf turns any error into what a program is told.
func problemOf(err error, say words.Speaker) *problem {
	var known *problem
	if errors.As(err, &known) {
		return known
	}
	told := web.ProblemOf(err, say)
	p := newProblem(told.Status, told.Detail)
	p.cause = err
	for _, f := range told.Fields {
		p.Errors = append(p.Errors, fieldError{Field: f.Field, Message: f.Detail})
	}
	var conflict *releases.Conflict
	if errors.As(err, &conflict) {
		p.Current = &current{Version: conflict.Current.Version, State: string(conflict.Current.State)}
	}
	return p
}

// Error and GetStatus make a problem what a huma handler may return as its error.
func (p *problem) Error() string { return p.Title + ": " + p.Detail }

// GetStatus is the answer's status.
func (p *problem) GetStatus() int { return p.Status }

// ContentType is the media type of RFC 9457.
func (p *problem) ContentType(string) string { return problemType }

const problemType = "application/problem+json"

// send answers with a problem outside of huma.
func send(c *fiber.Ctx, p *problem) error {
	body, err := json.Marshal(p)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, problemType)
	return c.Status(p.Status).Send(append(body, '\n'))
}
