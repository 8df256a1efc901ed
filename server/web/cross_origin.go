package web

import (
	"fmt"
	"net/http"
	"net/url"

	"github.com/gofiber/fiber/v2"
)

// CrossOrigin refuses requests that change something and that a browser says come from another site
// (http.CrossOriginProtection). One-click unsubscribe is exempt, since mail providers send it from
// pages of their own (RFC 8058). What comes from our own address is from here, whatever Host a proxy
// gives.
func CrossOrigin(base string) fiber.Handler {
	protection := http.NewCrossOriginProtection()
	if our, err := url.Parse(base); err == nil {
		protection.AddTrustedOrigin(our.Scheme + "://" + our.Host)
	}
	protection.AddInsecureBypassPattern("POST /unsubscribe/{token}")
	return func(c *fiber.Ctx) error {
		err := protection.Check(&http.Request{
			Method: c.Method(),
			URL:    &url.URL{Path: c.Path()},
			Host:   string(c.Request().Host()),
			Header: http.Header{
				"Origin":         {c.Get(fiber.HeaderOrigin)},
				"Sec-Fetch-Site": {c.Get("Sec-Fetch-Site")},
			},
		})
		if err != nil {
			return fmt.Errorf("%w: %w", errCrossOrigin, err)
		}
		return c.Next()
	}
}
