package web

import (
	"log/slog"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
)

// errorKey is where an error waits for its request's line in the log.
type errorKey struct{}

// Blame puts an error on the request's line in the log. It is for handlers that answer an error
// themselves; one that is returned gets there by itself.
func Blame(c *fiber.Ctx, err error) { c.Locals(errorKey{}, err) }

// logRequests writes a line for every request, with the error of one that failed. Queries are left
// out, and so are the secrets in addresses, since a log is read by more people than either is meant for.
func logRequests(log *slog.Logger) fiber.Handler {
	return func(c *fiber.Ctx) error {
		start := time.Now()
		err := c.Next()
		if err != nil {
			Blame(c, err)
			err = c.App().ErrorHandler(c, err)
		}
		status, level := c.Response().StatusCode(), slog.LevelInfo
		attrs := []slog.Attr{
			slog.String("method", c.Method()), slog.String("path", maskPath(c.Path())),
			slog.Int("status", status), slog.Duration("took", time.Since(start)),
		}
		if cause, ok := c.Locals(errorKey{}).(error); ok && status >= fiber.StatusInternalServerError {
			level, attrs = slog.LevelError, append(attrs, slog.Any("error", cause))
		}
		log.LogAttrs(Context(c), level, "request", attrs...)
		return err
	}
}

// maskPath takes the secret out of an address that carries one.
func maskPath(path string) string {
	for _, secret := range []string{"/confirm/", "/unsubscribe/", "/preferences/", "/pass/", "/desk/setup/"} {
		if len(path) > len(secret) && strings.EqualFold(path[:len(secret)], secret) {
			return secret + "…"
		}
	}
	return path
}
