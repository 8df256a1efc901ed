package web

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"dateline/jobs"
	"dateline/releases"
	"dateline/releases/input"
	"dateline/releases/words"
	"dateline/server/auth"
	"dateline/subscribers"

	"github.com/gofiber/fiber/v2"
)

func english(t testing.TB) words.Speaker {
	t.Helper()
	w, err := words.Load()
	if err != nil {
		t.Fatal(err)
	}
	return w.In("en")
}

func TestProblemOf_EveryErrorHasItsStatus_AndWords(t *testing.T) {
	say := english(t)
	faults := input.Faults{}
	faults.Add("email", "fault.required")
	for _, test := range []struct {
		err    error
		status int
	}{
		{releases.ErrNotFound, 404},
		{subscribers.ErrNotFound, 404},
		{jobs.ErrNotFound, 404},
		{auth.ErrNotFound, 404},
		{releases.ErrConflict, 409},
		{subscribers.ErrConflict, 409},
		{jobs.ErrConflict, 409},
		{&releases.Conflict{Message: "problem.conflict"}, 409},
		{faults, 422},
		{auth.ErrUnauthorized, 401},
		{auth.ErrForbidden, 403},
		{errCrossOrigin, 403},
		{auth.ErrTooMany, 429},
		{context.DeadlineExceeded, 503},
		{fiber.ErrMethodNotAllowed, 405},
		{fiber.ErrRequestEntityTooLarge, 413},
		{fiber.ErrBadRequest, 400},
		{fiber.ErrInternalServerError, 500},
		{errors.New("database is locked"), 500},
	} {
		p := ProblemOf(fmt.Errorf("while doing something: %w", test.err), say)
		if p.Status != test.status {
			t.Errorf("%v is %d, want %d", test.err, p.Status, test.status)
		}
		if p.Detail == "" || strings.HasPrefix(p.Detail, "problem.") {
			t.Errorf("%v has no words: %q", test.err, p.Detail)
		}
		if strings.Contains(p.Detail, test.err.Error()) && test.status >= 500 {
			t.Errorf("%v tells its detail: %q", test.err, p.Detail)
		}
	}
}

func TestProblemOf_NamesEveryWrongField(t *testing.T) {
	faults := input.Faults{}
	faults.Add("email", "fault.email", "Value", "nobody")
	faults.Add("name", "fault.required")

	p := ProblemOf(faults, english(t))

	if len(p.Fields) != 2 || p.Fields[0].Field != "email" || !strings.Contains(p.Fields[0].Detail, "nobody") || p.Fields[1].Field != "name" {
		t.Errorf("fields: %+v", p.Fields)
	}
	if !strings.Contains(p.Detail, "2") {
		t.Errorf("the summary counts nothing: %q", p.Detail)
	}
}
