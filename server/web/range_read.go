package web

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
)

// rangeStands says whether a range is still one of what the client has (RFC 9110 section 13.1.5).
func rangeStands(c *fiber.Ctx, tag string, modified time.Time) bool {
	condition := c.Get(fiber.HeaderIfRange)
	if condition == "" || condition == tag {
		return true
	}
	at, err := http.ParseTime(condition)
	return err == nil && !modified.IsZero() && at.Equal(modified)
}

// readRange reads a Range of a file: 206 with what to send, 416, or 200 for one that is to be ignored:
// another unit, malformed, or several ranges at once, which we don't do (RFC 9110 section 14.2).
func readRange(asked string, size int64) (first, length int64, status int) {
	spec, ok := strings.CutPrefix(strings.TrimSpace(asked), "bytes=")
	from, to, dash := strings.Cut(strings.TrimSpace(spec), "-")
	if !ok || !dash || strings.Contains(spec, ",") {
		return 0, 0, fiber.StatusOK
	}
	last := size - 1
	if from == "" { // the last so many
		n, ok := digits(to)
		if !ok {
			return 0, 0, fiber.StatusOK
		}
		first = max(0, size-n)
		if n == 0 {
			first = size
		}
	} else {
		if first, ok = digits(from); !ok {
			return 0, 0, fiber.StatusOK
		}
		if to != "" {
			end, ok := digits(to)
			if !ok || end < first {
				return 0, 0, fiber.StatusOK
			}
			last = min(last, end)
		}
	}
	if first >= size {
		return 0, 0, fiber.StatusRequestedRangeNotSatisfiable
	}
	return first, last - first + 1, fiber.StatusPartialContent
}

func digits(s string) (int64, bool) {
	if s == "" || strings.Trim(s, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.ParseInt(s, 10, 64)
	return n, err == nil
}
