package desk

import (
	"time"

	"dateline/server/auth"

	"github.com/gofiber/fiber/v2"
)

// inviteValid is how long somebody has to use an invitation.
const inviteValid = 72 * time.Hour

// inviteOfficer shows a one-time link once; the admin hands it on.
func inviteOfficer(r *request) error {
	secret, err := r.deps.Auth.Invite(r.ctx(), r.actor(), auth.Role(r.typed().Get("role")), inviteValid)
	if err != nil {
		return err
	}
	return r.settingsPage(fiber.StatusOK, settingsPage{Link: r.deps.BaseURL + "/desk/setup/" + secret}, settings{})
}
