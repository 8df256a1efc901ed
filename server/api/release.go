package api

import (
	"context"

	"dateline/releases"
)

// release is one as programs see it: the newest text, whatever its state.
type release struct {
	ID              string    `json:"id"`
	Newsroom        string    `json:"newsroom" doc:"Slug"`
	Version         int       `json:"version" doc:"The newest; a PATCH carries it"`
	Hash            string    `json:"hash" doc:"Names the newest version's text: no other version has it"`
	ApprovedVersion int       `json:"approved_version" doc:"The version that the world sees or will see; 0 when none is"`
	State           string    `json:"state" enum:"draft,submitted,approved,scheduled,frozen,live,withdrawn"`
	URL             string    `json:"url" doc:"Its page, once it is live"`
	ShortURL        string    `json:"short_url"`
	Slug            string    `json:"slug"`
	Headline        string    `json:"headline"`
	Lede            string    `json:"lede"`
	Body            string    `json:"body" doc:"Markdown"`
	Language        string    `json:"language" doc:"BCP 47"`
	Kind            string    `json:"kind" enum:"press-release,news,statement,invitation,correction-notice"`
	Dateline        string    `json:"dateline" doc:"Place"`
	Topics          []string  `json:"topics" nullable:"false" doc:"Names, as the newsroom lists them"`
	Contacts        []contact `json:"contacts" nullable:"false"`
	Boilerplate     string    `json:"boilerplate" doc:"Markdown; empty means the newsroom's"`
	TranslationOf   string    `json:"translation_of" doc:"Id of a release that says the same in another language, of several always the same one; empty when there is none"`
	Files           []Upload  `json:"files" nullable:"false" doc:"Documents and pictures"`
	LiftAt          instant   `json:"lift_at" doc:"When the embargo ends; null when it is not set"`
	LiftLocal       string    `json:"lift_local" doc:"The local time it was set to, in zone" example:"2016-10-18T06:00"`
	Zone            string    `json:"zone" doc:"IANA time zone of lift_local; the newsroom's until a lift is set"`
	Backdated       bool      `json:"backdated" doc:"An archive item: never mailed"`
	ApprovedBy      string    `json:"approved_by"`
	SubmittedBy     string    `json:"submitted_by"`
	CreatedAt       instant   `json:"created_at"`
	UpdatedAt       instant   `json:"updated_at"`
	WithdrawnAt     instant   `json:"withdrawn_at"`
	Withdrawn       *taken    `json:"withdrawn,omitempty" doc:"Why, of one that is withdrawn"`
	ForcedBy        string    `json:"forced_by" doc:"Who forced the approval; empty once another has reviewed it"`
	ForcedReason    string    `json:"forced_reason"`
	Notices         []notice  `json:"notices" nullable:"false" doc:"What was done to the text given, such as control characters taken out, and what of it no reader will see"`
}

// taken is how a release was taken back.
type taken struct {
	Reason      string `json:"reason"`
	Error       bool   `json:"error" doc:"Published in error"`
	Replacement string `json:"replacement" doc:"Id of what was published in its place; empty when nothing was"`
}

// contact is whom a journalist may ring.
type contact struct {
	Name  string `json:"name" required:"false"`
	Role  string `json:"role" required:"false"`
	Phone string `json:"phone" required:"false"`
	Email string `json:"email" required:"false"`
}

// notice is something that the writer should know of a field.
type notice struct {
	Field   string `json:"field"`
	Message string `json:"message"`
}

// ByRelease is the part of a path that names a release.
type ByRelease struct {
	Release string `path:"release" doc:"The release's id"`
}

// release finds one that the token reaches.
func (a *api) release(ctx context.Context, id string) (releases.Release, error) {
	r, err := a.Releases.Release(ctx, id)
	if err != nil {
		return releases.Release{}, err
	}
	if !asks(ctx).Reaches(r.Newsroom.ID) {
		return releases.Release{}, releases.ErrNotFound
	}
	return r, nil
}

// saved shows a release that was just saved, with what was done to the text given.
func (a *api) saved(ctx context.Context, s releases.Saved) release {
	shown := a.showRelease(s.Release)
	for _, n := range s.Notices {
		shown.Notices = append(shown.Notices, notice{n.Field, asks(ctx).say.TMap(n.Message, n.Args)})
	}
	return shown
}

func (a *api) showRelease(r releases.Release) release {
	shown := release{
		ID: r.ID, Newsroom: r.Newsroom.Slug, Version: r.Version, Hash: r.Hash, ApprovedVersion: r.Approved,
		State: string(r.State), URL: a.BaseURL + "/" + r.Newsroom.Slug + "/" + r.Slug, ShortURL: a.BaseURL + "/r/" + r.ID, Slug: r.Slug,
		Headline: r.Text.Headline, Lede: r.Text.Lede, Body: r.Text.Body, Language: r.Text.Language, Kind: string(r.Text.Kind),
		Dateline: r.Text.Dateline, Topics: named(r.Newsroom, r.Text.Topics), Contacts: showContacts(r.Text.Contacts),
		Boilerplate: r.Text.Boilerplate, TranslationOf: r.TranslationOf, Files: a.showFiles(r.Text.Files), LiftAt: instant{r.LiftAt}, LiftLocal: r.LiftLocal, Zone: r.Zone, Backdated: r.Backdated,
		ApprovedBy: r.ApprovedBy, SubmittedBy: r.SubmittedBy,
		CreatedAt: instant{r.CreatedAt}, UpdatedAt: instant{r.UpdatedAt},
		WithdrawnAt: instant{r.Withdrawal.At}, ForcedBy: r.Forced.By, ForcedReason: r.Forced.Reason, Notices: []notice{},
	}
	if w := r.Withdrawal; r.State == releases.StateWithdrawn {
		shown.Withdrawn = &taken{Reason: w.Reason, Error: w.InError, Replacement: w.ReplacedBy}
	}
	return shown
}

func showContacts(contacts []releases.Contact) []contact {
	shown := make([]contact, len(contacts))
	for i, c := range contacts {
		shown[i] = contact(c)
	}
	return shown
}
