package desk

import (
	"dateline/server/auth"

	"github.com/gofiber/fiber/v2"
)

// makeToken shows the new token once, in the answer itself: it is kept nowhere.
func makeToken(r *request) error {
	typed := r.typed()
	secret, err := r.deps.Auth.MakeToken(r.ctx(), r.actor(), typed.Get("name"), auth.Role(typed.Get("role")), "")
	if p, again := r.wrongInput(err); again {
		return r.settingsPage(p.Status, settingsPage{}, settings{token: typed, problem: p})
	}
	if err != nil {
		return err
	}
	return r.settingsPage(fiber.StatusOK, settingsPage{Secret: secret}, settings{})
}
