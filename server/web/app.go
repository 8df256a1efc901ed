package web

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"github.com/gofiber/fiber/v2"
)

const (
	readTimeout = 30 * time.Second // for a whole request, and for an idle connection
	patience    = 10 * time.Second // for an answer
	keptBodies  = 16 << 20         // bytes of encoded answers that are kept
)

// NewApp makes the Fiber app: requests whole and within bounds, a deadline on each one's context,
// panics caught, security headers, and a line in log for every request. onError renders what a handler
// returned as an error, and panics as the error they make.
func NewApp(onError fiber.ErrorHandler, log *slog.Logger) *fiber.App {
	app := fiber.New(fiber.Config{
		Immutable:                    true,
		BodyLimit:                    MaxBody,
		StreamRequestBody:            true,
		DisablePreParseMultipartForm: true,
		ReadTimeout:                  readTimeout,
		DisableStartupMessage:        true,
		ErrorHandler:                 onError,
	})
	kept := newEncodings(keptBodies)
	app.Use(deadline, logRequests(log), securityHeaders, recoverPanics, limitBody,
		func(c *fiber.Ctx) error {
			c.Locals(encodingsKey{}, kept)
			return c.Next()
		})
	return app
}

// Context is the request's context, with its deadline. Never use c.Context(), which is pooled.
func Context(c *fiber.Ctx) context.Context { return c.UserContext() }

func deadline(c *fiber.Ctx) error {
	limit := patience
	if carriesFile(c) {
		limit = filePatience
	}
	ctx, cancel := context.WithTimeout(c.UserContext(), limit)
	defer cancel()
	c.SetUserContext(ctx)
	return c.Next()
}

// securityHeaders come before the handler, so that one with a reason can set its own.
func securityHeaders(c *fiber.Ctx) error {
	c.Set(fiber.HeaderContentSecurityPolicy, "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; "+
		"form-action 'self'; script-src 'self'; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'")
	c.Set(fiber.HeaderXContentTypeOptions, "nosniff")
	c.Set(fiber.HeaderReferrerPolicy, "same-origin") // a token in an address must not travel on
	c.Set(fiber.HeaderPermissionsPolicy, "camera=(), geolocation=(), microphone=()")
	c.Set("Cross-Origin-Opener-Policy", "same-origin")
	return c.Next()
}

func recoverPanics(c *fiber.Ctx) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return c.Next()
}
