package releases

import (
	"context"
	"slices"
	"time"

	"dateline/releases/history"
	"dateline/releases/input"
)

// mostPasses is how many may be given for one release.
const mostPasses = 500

// PassInput is what a person gives of a pass.
type PassInput struct {
	Name, Outlet, Email string
	Language            string // of its letters and terms; "" is the newsroom's
	ExpiresAt           string // as a lift is given, in the release's zone where it has no offset; "" is with the lift
}

// Give gives a pass for a release whose lift is set, and has it mailed.
func (p *Passes) Give(ctx context.Context, who history.Actor, releaseID string, in PassInput) (Pass, error) {
	var given Pass
	_, err := p.desk.change(ctx, who, releaseID, "pass.give", func(c *change) (map[string]any, error) {
		switch c.r.State {
		case StateScheduled:
		case StateLive:
			return nil, c.conflict("conflict.pass_live")
		default:
			return nil, c.conflict("conflict.pass_unscheduled")
		}
		var err error
		if given, err = checkPass(in, c.r.Release, c.now); err != nil {
			return nil, err
		}
		given.ID, given.ReleaseID, given.CreatedBy, given.CreatedAt = newID(), c.r.ID, who.Name, c.now.UTC()
		if err := p.insert(ctx, c, given); err != nil {
			return nil, err
		}
		// The history can't be changed, so it does not hold whom a pass names.
		return map[string]any{"pass": given.ID}, c.addPassNews(ctx, NewsGiven, `p.id = $2`, given.ID)
	})
	return given, err
}

func (p *Passes) insert(ctx context.Context, c *change, given Pass) error {
	var count int
	if err := c.tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM passes WHERE release_id = $1`, c.r.ID).Scan(&count); err != nil {
		return err
	}
	if count >= mostPasses {
		return c.conflict("conflict.passes", "Max", mostPasses)
	}
	_, err := c.tx.ExecContext(ctx, `INSERT INTO passes (id, release_id, hash, name, outlet, email, language, created_by, created_at, expires_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`, given.ID, c.r.ID, hashOf(p.token(given.ID)), given.Name, given.Outlet, given.Email,
		given.Language, given.CreatedBy, given.CreatedAt.UnixMilli(), nullable(given.ExpiresAt))
	return err
}

// nullable is an instant for a column, NULL for none.
func nullable(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixMilli()
}

func checkPass(in PassInput, r Release, now time.Time) (Pass, error) {
	var c check
	p := Pass{
		Name: c.required("name", in.Name, 200), Outlet: c.required("outlet", in.Outlet, 200), Email: c.required("email", in.Email, 300),
		Language: r.Newsroom.Language,
	}
	if p.Email != "" {
		address, _, ok := input.Email(p.Email)
		if !ok {
			c.faults.Add("email", "fault.email", "Value", p.Email)
		}
		p.Email = address
	}
	if in.Language != "" {
		p.Language = c.language("language", in.Language)
	}
	if in.ExpiresAt != "" {
		p.ExpiresAt = c.expiry(in.ExpiresAt, r, now)
	}
	return p, c.faults.Err()
}

func (c *check) expiry(given string, r Release, now time.Time) time.Time {
	lift, err := ParseLift(given, r.Zone)
	if faults, ok := err.(input.Faults); ok {
		for i := range faults {
			faults[i].Field = "expires_at"
		}
		c.faults = slices.Concat(c.faults, faults)
		return time.Time{}
	}
	if !lift.At.After(now) {
		c.faults.Add("expires_at", "fault.expires_past", "Value", lift.Local)
	}
	return lift.At
}
