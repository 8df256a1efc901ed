package api

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"dateline/releases/words"
	"dateline/server/web"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humafiber"
	"github.com/danielgtaylor/huma/v2/validation"
)

// inOurWords puts what huma refuses by itself, before any of our code runs, into a problem in the
// language of who asks. It is a huma.Transformer: every answer passes it.
func (a *api) inOurWords(ctx huma.Context, _ string, answer any) (any, error) {
	if p, ok := answer.(*problem); ok && p.cause != nil {
		web.Blame(humafiber.Unwrap(ctx), p.cause)
	}
	refused, ok := answer.(*huma.ErrorModel)
	if !ok {
		return answer, nil
	}
	say := asks(ctx.Context()).say
	switch refused.Status {
	case http.StatusBadRequest:
		return newProblem(refused.Status, unreadable(refused, say)), nil
	case http.StatusUnsupportedMediaType:
		return newProblem(refused.Status, say.T("api.not_json")), nil
	case http.StatusUnprocessableEntity:
		return misshapen(refused, say), nil
	default:
		return newProblem(refused.Status, refused.Detail), nil
	}
}

// unreadable says why a body is no JSON.
func unreadable(refused *huma.ErrorModel, say words.Speaker) string {
	if len(refused.Errors) == 0 {
		return say.T("api.no_body")
	}
	body, _ := refused.Errors[0].Value.(string)
	if !utf8.ValidString(body) {
		return say.T("api.not_utf8")
	}
	var ignored any
	var syntax *json.SyntaxError
	at := len(body)
	if errors.As(json.Unmarshal([]byte(body), &ignored), &syntax) {
		at = int(syntax.Offset)
	}
	read := body[:min(at, len(body))]
	line := 1 + strings.Count(read, "\n")
	column := utf8.RuneCountInString(read[strings.LastIndexByte(read, '\n')+1:])
	return say.T("api.malformed", "Line", line, "Column", column)
}

// misshapen lists the fields that there are not, or that hold what they can't.
func misshapen(refused *huma.ErrorModel, say words.Speaker) *problem {
	p := newProblem(refused.Status, say.T("problem.invalid", "Count", len(refused.Errors)))
	for _, e := range refused.Errors {
		_, field, inside := strings.Cut(e.Location, ".") // body.contacts[0].email, query.limit
		if !inside {
			field = e.Location
		}
		p.Errors = append(p.Errors, fieldError{Field: field, Message: wrongShape(e, say)})
	}
	slices.SortFunc(p.Errors, func(a, b fieldError) int { return strings.Compare(a.Field, b.Field) })
	return p
}

// wrongShape says in words of the catalogue what huma found wrong with one field.
func wrongShape(e *huma.ErrorDetail, say words.Speaker) string {
	if e.Location == "query.limit" {
		return say.T("api.limit", "Max", maxLimit)
	}
	allowed, _, _ := strings.Cut(validation.MsgExpectedOneOf, "%s")
	if values, ok := strings.CutPrefix(e.Message, allowed); ok {
		return say.T("api.choice", "Values", strings.TrimSuffix(values, `"`))
	}
	switch e.Message {
	case validation.MsgUnexpectedProperty:
		return say.T("api.unknown_field")
	case validation.MsgExpectedString:
		return say.T("api.not_text")
	case validation.MsgExpectedBoolean:
		return say.T("api.not_boolean")
	case validation.MsgExpectedArray:
		return say.T("api.not_list")
	case validation.MsgExpectedObject:
		return say.T("api.not_object")
	default: // whatever is wrong with a number
		return say.T("api.not_number")
	}
}
