package api

import (
	"context"

	"dateline/releases"
	"dateline/server/auth"
)

// Approval names the text that is approved, so that nobody approves what they have not read. What others
// embed is exported: no fields are seen in one that is not.
type Approval struct {
	Version int    `json:"version,omitempty" maximum:"1000000000" doc:"The version approved; it must be the newest"`
	Hash    string `json:"hash,omitempty" doc:"Its hash, to be sure"`
}

// lift is when the embargo is to end.
type lift struct {
	LiftAt    string `json:"lift_at,omitempty" doc:"Local time in zone, or RFC 3339 with an offset" example:"2016-10-18T06:00"`
	Zone      string `json:"zone,omitempty" doc:"IANA time zone; default: the newsroom's" example:"Europe/Stockholm"`
	Backdated bool   `json:"backdated,omitempty" doc:"Needed for a lift in the past: an archive item, never mailed"`
}

func (a *api) registerSteps() {
	register(a, route{auth.Writer, "POST", "/releases/{release}/submit", "submitRelease", "Ask for approval of the newest version", 0}, a.submitRelease)
	register(a, route{auth.Approver, "POST", "/releases/{release}/approve", "approveRelease", "Approve a version", 0}, a.approveRelease)
	register(a, route{auth.Approver, "POST", "/releases/{release}/schedule", "scheduleRelease", "Set or move the lift", 0}, a.scheduleRelease)
	register(a, route{auth.Approver, "POST", "/releases/{release}/unschedule", "unscheduleRelease", "Clear the lift", 0}, a.unscheduleRelease)
	register(a, route{auth.Approver, "POST", "/releases/{release}/publish", "publishRelease", "Lift the release now", 0}, a.publishRelease)
	register(a, route{auth.Approver, "POST", "/releases/{release}/withdraw", "withdrawRelease", "Take a live release back, or cancel a scheduled one, for good", 0}, a.withdrawRelease)
}

// withdrawal says why a release is taken back.
type withdrawal struct {
	Reason      string `json:"reason,omitempty" doc:"For readers; shown at the release's address and mailed to those who had it"`
	Error       bool   `json:"error,omitempty" doc:"Published in error: the address answers 410, and nothing that the release said is told any more"`
	Replacement string `json:"replacement,omitempty" doc:"Id of an approved or scheduled release to publish in its place, in the same instant, or of a live one"`
}

func (a *api) submitRelease(ctx context.Context, in *ByRelease) (*answer[release], error) {
	return a.step(ctx, in.Release, func(r releases.Release) (releases.Release, error) {
		return a.Releases.Submit(ctx, actor(ctx), r.ID)
	})
}

func (a *api) approveRelease(ctx context.Context, in *struct {
	ByRelease
	Body Approval
}) (*answer[release], error) {
	return a.step(ctx, in.Release, func(r releases.Release) (releases.Release, error) {
		if err := needVersion(in.Body.Version); err != nil {
			return r, err
		}
		return a.Releases.Approve(ctx, actor(ctx), r.ID, in.Body.Version, in.Body.Hash)
	})
}

func (a *api) scheduleRelease(ctx context.Context, in *struct {
	ByRelease
	Body lift
}) (*answer[release], error) {
	told, err := a.step(ctx, in.Release, func(r releases.Release) (releases.Release, error) {
		lift, err := releases.ParseLift(in.Body.LiftAt, in.Body.Zone)
		if err != nil && in.Body.Zone == "" { // an offset says enough; a local time is the newsroom's
			lift, err = releases.ParseLift(in.Body.LiftAt, r.Newsroom.Zone)
		}
		if err != nil {
			return r, err
		}
		return a.Releases.Schedule(ctx, actor(ctx), r.ID, lift, in.Body.Backdated)
	})
	if err != nil {
		return nil, err
	}
	return told, a.warn(ctx, in.Release, &told.Body)
}

// warn adds to an answer what is unusual about its lift.
func (a *api) warn(ctx context.Context, id string, shown *release) error {
	r, err := a.release(ctx, id)
	if err != nil {
		return err
	}
	warnings, err := a.Releases.LiftWarnings(ctx, r)
	for _, n := range warnings {
		shown.Notices = append(shown.Notices, notice{n.Field, asks(ctx).say.TMap(n.Message, n.Args)})
	}
	return err
}

func (a *api) unscheduleRelease(ctx context.Context, in *ByRelease) (*answer[release], error) {
	return a.step(ctx, in.Release, func(r releases.Release) (releases.Release, error) {
		return a.Releases.Unschedule(ctx, actor(ctx), r.ID)
	})
}

func (a *api) publishRelease(ctx context.Context, in *ByRelease) (*answer[release], error) {
	return a.step(ctx, in.Release, func(r releases.Release) (releases.Release, error) {
		return a.Releases.Publish(ctx, actor(ctx), r.ID)
	})
}

func (a *api) withdrawRelease(ctx context.Context, in *struct {
	ByRelease
	Body withdrawal
}) (*answer[release], error) {
	return a.step(ctx, in.Release, func(r releases.Release) (releases.Release, error) {
		return a.Releases.Withdraw(ctx, actor(ctx), r.ID, releases.WithdrawInput{
			Reason: in.Body.Reason, InError: in.Body.Error, Replacement: in.Body.Replacement,
		})
	})
}

// step changes the state of a release that the token reaches, and has the timer look at the lifts
// again.
func (a *api) step(ctx context.Context, id string, change func(releases.Release) (releases.Release, error)) (*answer[release], error) {
	r, err := a.release(ctx, id)
	if err != nil {
		return nil, err
	}
	if r, err = change(r); err != nil {
		return nil, err
	}
	a.Engine.Wake()
	return &answer[release]{a.showRelease(r)}, nil
}
