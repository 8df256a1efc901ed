package web

import (
	"net/http"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
)

// precondition evaluates what a GET or HEAD asks on condition of, in the order of RFC 9110 section
// 13.2.2: 304 or 412, or 0 when the answer is to be given in full. A zero modified has no date.
func precondition(c *fiber.Ctx, tag string, modified, now time.Time) int {
	if match := c.Get(fiber.HeaderIfMatch); match != "" {
		if !lists(match, tag) {
			return fiber.StatusPreconditionFailed
		}
	} else if since, ok := date(c, fiber.HeaderIfUnmodifiedSince); ok && modified.After(since) {
		return fiber.StatusPreconditionFailed
	}
	if none := c.Get(fiber.HeaderIfNoneMatch); none != "" {
		if lists(weak(none), tag) {
			return fiber.StatusNotModified
		}
		return 0
	}
	// A date to come is of a clock that is ahead: whoever sends it would find nothing changed for ever.
	if since, ok := date(c, fiber.HeaderIfModifiedSince); ok && !since.After(now) && !modified.IsZero() && !modified.After(since) {
		return fiber.StatusNotModified
	}
	return 0
}

// weak makes the comparison weak: ours are strong, so that only the client's mark has to go.
func weak(list string) string { return strings.ReplaceAll(list, "W/", "") }

// lists says whether a list of entity tags, or "*", has one. Ours hold no comma.
func lists(list, tag string) bool {
	for entry := range strings.SplitSeq(list, ",") {
		if entry = strings.TrimSpace(entry); entry == "*" || entry == tag {
			return true
		}
	}
	return false
}

// date reads an HTTP date; one that is none is as if it was not there (RFC 9110 section 13.1.3).
func date(c *fiber.Ctx, header string) (time.Time, bool) {
	given := c.Get(header)
	if given == "" { // as in most requests; to find that it is no date costs more than the rest of this
		return time.Time{}, false
	}
	at, err := http.ParseTime(given)
	return at, err == nil
}
