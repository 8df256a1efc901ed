package web

import (
	"context"
	"errors"
	"net/http"

	"dateline/jobs"
	"dateline/jobs/hub"
	"dateline/releases"
	"dateline/releases/files"
	"dateline/releases/input"
	"dateline/releases/words"
	"dateline/server/auth"
	"dateline/subscribers"

	"github.com/gofiber/fiber/v2"
)

// Problem is what a person or program is told of an error: the content of an RFC 9457 answer.
type Problem struct {
	Status int
	Detail string
	Fields []FieldProblem // for a 422
}

// FieldProblem is one wrong field, in words.
type FieldProblem struct{ Field, Detail string }

// errCrossOrigin is a form sent from another site; see CrossOrigin.
var errCrossOrigin = errors.New("cross-origin request")

// ProblemOf maps an error to what is told of it, in the language of say: the one table of the
// project. An unknown error is a 500 with a plain text; its detail is for the log only.
func ProblemOf(err error, say words.Speaker) Problem {
	var faults input.Faults
	if errors.As(err, &faults) {
		p := Problem{Status: http.StatusUnprocessableEntity, Detail: say.T("problem.invalid", "Count", len(faults))}
		for _, f := range faults {
			p.Fields = append(p.Fields, FieldProblem{Field: f.Field, Detail: say.TMap(f.Message, f.Args)})
		}
		return p
	}
	var conflict *releases.Conflict
	if errors.As(err, &conflict) {
		return Problem{Status: http.StatusConflict, Detail: say.TMap(conflict.Message, conflict.Args)}
	}
	if gone := (*releases.Withdrawn)(nil); errors.As(err, &gone) {
		return Problem{Status: http.StatusGone, Detail: say.T("problem.withdrawn")}
	}
	for _, row := range problems() {
		if errors.Is(err, row.err) {
			return Problem{Status: row.status, Detail: say.T(row.message)}
		}
	}
	if refused := (*fiber.Error)(nil); errors.As(err, &refused) && refused.Code != http.StatusInternalServerError {
		return Problem{Status: refused.Code, Detail: say.T(refusal(refused.Code))}
	}
	return Problem{Status: http.StatusInternalServerError, Detail: say.T("problem.internal")}
}

// problem is a row of the table: an error that callers tell apart, and what it means here.
type problem struct {
	err     error
	status  int
	message string
}

func problems() []problem {
	return []problem{
		{releases.ErrNotFound, http.StatusNotFound, "problem.not_found"},
		{subscribers.ErrNotFound, http.StatusNotFound, "problem.not_found"},
		{jobs.ErrNotFound, http.StatusNotFound, "problem.not_found"},
		{auth.ErrNotFound, http.StatusNotFound, "problem.not_found"},
		{files.ErrTooLarge, http.StatusRequestEntityTooLarge, "problem.file_too_large"},
		{files.ErrMissing, http.StatusNotFound, "problem.not_found"},
		{releases.ErrConflict, http.StatusConflict, "problem.conflict"},
		{subscribers.ErrConflict, http.StatusConflict, "problem.address_taken"},
		{jobs.ErrConflict, http.StatusConflict, "problem.conflict"},
		{auth.ErrUnauthorized, http.StatusUnauthorized, "problem.unauthorized"},
		{auth.ErrForbidden, http.StatusForbidden, "problem.forbidden"},
		{errCrossOrigin, http.StatusForbidden, "problem.cross_origin"},
		{hub.ErrTooMany, http.StatusTooManyRequests, "problem.too_many"},
		{hub.ErrFull, http.StatusServiceUnavailable, "problem.busy"},
		{auth.ErrTooMany, http.StatusTooManyRequests, "problem.too_many"},
		{context.DeadlineExceeded, http.StatusServiceUnavailable, "problem.busy"},
		{context.Canceled, http.StatusServiceUnavailable, "problem.busy"},
	}
}

// refusal is the message for a status that Fiber, or a handler without more to say, answers with.
func refusal(status int) string {
	switch status {
	case http.StatusUnauthorized:
		return "problem.unauthorized"
	case http.StatusForbidden:
		return "problem.forbidden"
	case http.StatusNotFound:
		return "problem.not_found"
	case http.StatusMethodNotAllowed:
		return "problem.method"
	case http.StatusRequestEntityTooLarge:
		return "problem.too_large"
	case http.StatusTooManyRequests:
		return "problem.too_many"
	case http.StatusRequestTimeout, http.StatusServiceUnavailable:
		return "problem.busy"
	default:
		return "problem.bad_request"
	}
}
