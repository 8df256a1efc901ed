package desk

import (
	"strings"

	"dateline/releases"
	"dateline/server/web"

	"github.com/gofiber/fiber/v2"
)

// previewRelease shows the newest text as the world would see it.
func previewRelease(r *request) error {
	release, err := r.release()
	if err != nil {
		return err
	}
	if err := r.viewed(release); err != nil {
		return err
	}
	return r.preview(releases.Live{
		ID: release.ID, Newsroom: release.Newsroom, Slug: release.Slug, Version: release.Version, Text: release.Text,
		LiftAt: release.LiftAt, Zone: release.Zone, Backdated: release.Backdated,
	})
}

// previewTyped shows what is in the form, without saving it.
func previewTyped(r *request) error {
	draft := draftOf(r.typed())
	return r.preview(releases.Live{Newsroom: r.newsroom, Slug: draft.Slug, Text: draft.Text, Zone: r.newsroom.Zone})
}

// preview answers with the public page, which the editor may frame. Without a lift, now stands for it.
func (r *request) preview(live releases.Live) error {
	if live.LiftAt.IsZero() {
		live.LiftAt = r.deps.Now().UTC()
	}
	live.UpdatedAt = live.LiftAt
	body, err := r.deps.Preview(live)
	if err != nil {
		return err
	}
	r.c.Set(fiber.HeaderContentSecurityPolicy, strings.Replace(policy(r.c), "frame-ancestors 'none'", "frame-ancestors 'self'", 1))
	r.c.Set(fiber.HeaderContentType, web.TypeHTML)
	return r.c.Send(body)
}
