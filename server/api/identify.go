package api

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"dateline/releases/history"
	"dateline/releases/words"
	"dateline/server/auth"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"
)

// asking is who asks, from where, and in what language.
type asking struct {
	auth.Identity
	from string
	say  words.Speaker
}

type askingKey struct{}

// asks finds who asks, which identify has put into every context behind it.
func asks(ctx context.Context) asking {
	who, _ := ctx.Value(askingKey{}).(asking)
	return who
}

// actor is who asks, for the history.
func actor(ctx context.Context) history.Actor {
	who := asks(ctx)
	return who.Actor(who.from)
}

// identify lets only the holder of a token past. Without one nothing is told, not even which paths
// there are.
func (a *api) identify(c *fiber.Ctx) error {
	say := a.speaker(c)
	scheme, secret, _ := strings.Cut(c.Get(fiber.HeaderAuthorization), " ")
	secret = strings.TrimSpace(secret)
	if !strings.EqualFold(scheme, "Bearer") || secret == "" {
		c.Set(fiber.HeaderWWWAuthenticate, "Bearer")
		return newProblem(http.StatusUnauthorized, say.T("api.no_token"))
	}
	identity, err := a.Auth.Token(c.UserContext(), secret)
	if errors.Is(err, auth.ErrUnauthorized) {
		c.Set(fiber.HeaderWWWAuthenticate, `Bearer error="invalid_token"`)
		return newProblem(http.StatusUnauthorized, say.T("api.unknown_token"))
	}
	if err != nil {
		return err
	}
	who := asking{Identity: identity, from: c.IP(), say: say}
	c.SetUserContext(context.WithValue(c.UserContext(), askingKey{}, who))
	return c.Next()
}

// needs refuses those whose role is less.
func (a *api) needs(role auth.Role) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		if who := asks(ctx.Context()); !who.Role.May(role) {
			huma.WriteErr(a.huma, ctx, http.StatusForbidden, who.say.T("api.role", "Role", string(who.Role), "Needed", string(role)))
			return
		}
		next(ctx)
	}
}
