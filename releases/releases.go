// Package releases is what a press office writes and when the world may know it: newsrooms, their
// topics, releases, versions, approval, and the embargo.
//
// The embargo is one predicate over the present instant: a release is live when a version of it is
// approved, it is scheduled, its lift has passed and it is not withdrawn. No flag is set and no job
// runs when that becomes true. Two types read the tables: [Public], whose every method takes now and
// can return nothing but what is live, as [Live]; and [Desk], which sees everything and is for those
// who are signed in. Public code is handed only the first.
package releases

import (
	"errors"
	"time"

	"dateline/releases/history"
)

// Errors that callers tell apart. Everything else is a fault of the machine.
var (
	// ErrNotFound: there is none, or there is one that is not live. The two are never told apart.
	ErrNotFound = errors.New("not found")
	// ErrConflict: the release is not in a state that allows this, or was changed meanwhile.
	ErrConflict = errors.New("conflict")
)

// A Conflict is an ErrConflict that says why in words of the catalogue.
type Conflict struct {
	Message string         // id in the catalogue: "conflict.not_approved"
	Args    map[string]any // its placeholders
	Current Release        // the release as it stands now
}

func (c *Conflict) Error() string { return "conflict: " + c.Message }

// Unwrap makes errors.Is(err, ErrConflict) true.
func (c *Conflict) Unwrap() error { return ErrConflict }

// Moved is returned for an address that a live release had before; Slug is the one it has now.
type Moved struct{ Slug string }

func (m *Moved) Error() string { return "moved to " + m.Slug }

// Kind is what sort of item a release is.
type Kind string

// The kinds.
const (
	PressRelease     Kind = "press-release"
	News             Kind = "news"
	Statement        Kind = "statement"
	Invitation       Kind = "invitation"
	CorrectionNotice Kind = "correction-notice"
)

// Kinds in the order that menus show.
var Kinds = []Kind{PressRelease, News, Statement, Invitation, CorrectionNotice}

// State is how far a release has come. StateLive is never stored: it is StateScheduled after the lift.
type State string

// The states.
const (
	StateDraft     State = "draft"
	StateSubmitted State = "submitted"
	StateApproved  State = "approved"
	StateScheduled State = "scheduled"
	StateFrozen    State = "frozen" // scheduled, in a newsroom that is frozen: its lift passes without effect
	StateLive      State = "live"
	StateWithdrawn State = "withdrawn"
	StateDeleted   State = "deleted"
)

// Newsroom is one organisation's public press site.
type Newsroom struct {
	ID          string
	Slug        string
	Name        string
	Language    string // BCP 47
	Zone        string // IANA
	EmailFrom   string // RFC 5322 mailbox or bare address
	ReplyTo     string
	Boilerplate string // Markdown; used where a release has none of its own
	Topics      []Topic
	Approvals   int // 1: the author's own approval counts; 2: another person must approve
	// TagAuthority is the domain that the ids of its releases name (RFC 4151): that of EmailFrom when
	// the newsroom was created, in lower case and A-labels. It never changes after.
	TagAuthority string
	CreatedAt    time.Time
	UpdatedAt    time.Time
	Frozen       Frozen
}

// Frozen is a newsroom that lets nothing new out, and shows nothing that is not out, until it is thawed.
type Frozen struct {
	At         time.Time // zero when it is not
	By, Reason string
}

// Is says whether it is.
func (f Frozen) Is() bool { return !f.At.IsZero() }

// Topic is what a release is about, in the newsroom's own list.
type Topic struct {
	Slug string `json:"slug"`
	Name string `json:"name"`
	Code string `json:"code,omitempty"` // the IPTC Media Topic that it is: medtop:20000424; "" for none
}

// Contact is whom a journalist may ring.
type Contact struct {
	Name  string `json:"name"`
	Role  string `json:"role"`
	Phone string `json:"phone"`
	Email string `json:"email"`
}

// Text is everything that an approval covers: what a version holds, and its hash is over.
type Text struct {
	Kind        Kind      `json:"kind"`
	Language    string    `json:"language"` // BCP 47
	Headline    string    `json:"headline"`
	Lede        string    `json:"lede"`
	Body        string    `json:"body"`     // Markdown
	Dateline    string    `json:"dateline"` // place: "Falun"
	Topics      []string  `json:"topics"`   // slugs of the newsroom's topics
	Contacts    []Contact `json:"contacts"`
	Boilerplate string    `json:"boilerplate"` // Markdown; "" means the newsroom's
	Files       []File    `json:"files,omitempty"`
}

// About is who is writing, as Markdown, and its language: that of the text, or of the newsroom whose it is.
func (t Text) About(n Newsroom) (markdown, language string) {
	if t.Boilerplate != "" {
		return t.Boilerplate, t.Language
	}
	return n.Boilerplate, n.Language
}

// Release is the desk's view: the newest text, whatever its state.
type Release struct {
	ID          string
	Newsroom    Newsroom
	Slug        string
	State       State // StateLive once the lift has passed
	Version     int   // the newest
	Hash        string
	Text        Text // of Version
	Approved    int  // the version that the world sees or will see; 0 when none is
	ApprovedBy  string
	SubmittedBy string
	LiftAt      time.Time // UTC; zero when none is set
	LiftLocal   string    // "2016-10-18T06:00", as it was given
	Zone        string    // IANA zone of LiftLocal; the newsroom's until one is given
	Backdated   bool
	CreatedAt   time.Time
	UpdatedAt   time.Time
	Withdrawal  Withdrawal // of one that is withdrawn
	Forced      Forced     // how its approval was forced, until another has reviewed it
	// TranslationOf is the id of a release that says the same in another language, "" when there is none.
	// Of several it is always the same one.
	TranslationOf              string
	submittedByID, writtenByID string // who submitted it, and who wrote its newest version

	// Hidden says that Text and Slug are left out: the world has not seen them, and the newsroom is frozen.
	Hidden bool
}

// Own says whether somebody wrote or submitted what stands there for approval. Where a newsroom asks for
// two, they can't approve it.
func (r Release) Own(who history.Actor) bool {
	return who.ID == r.writtenByID || r.State == StateSubmitted && who.ID == r.submittedByID
}

// Forced is an approval against the rule of two.
type Forced struct{ By, Reason string }

// Canceled says that the release was taken back before its lift: the world has never heard of it.
func (r Release) Canceled() bool {
	return r.State == StateWithdrawn && (r.LiftAt.IsZero() || r.LiftAt.After(r.Withdrawal.At))
}

// Withdrawal is how a release was taken back.
type Withdrawal struct {
	At         time.Time
	Reason     string // for the world
	InError    bool   // published in error: nothing that the release said is told any more
	ReplacedBy string // id of the release published in its place, "" when there is none
}

// Correction is what the world was told when a published text was corrected.
type Correction struct {
	Note            string
	At              time.Time
	Replaced, Shown int  // versions: what the world saw until then, and from then on; 0 until it is approved
	Version         int  // the one that it was written with
	Mail            bool // those who got what it corrects are mailed
}

// Withdrawn is the notice that stands where a release was, and the error of asking for it.
type Withdrawn struct {
	ID          string
	Newsroom    Newsroom
	Slug        string
	Version     int // the one that the world saw last
	Kind        Kind
	Language    string
	Headline    string // "" when published in error
	LiftAt      time.Time
	Zone        string
	At          time.Time
	Reason      string
	InError     bool     // published in error: its address is answered as gone
	Pictures    []string // ids of those that it had, for systems that took them; none of one published in error
	Replacement *Live    // what was published in its place, while that is live
}

func (w *Withdrawn) Error() string { return "withdrawn: " + w.ID }

// Notice is what stands in lists in the place of the release.
func (w *Withdrawn) Notice() Live {
	return Live{
		ID: w.ID, Newsroom: w.Newsroom, Slug: w.Slug, Version: w.Version, Text: Text{Kind: w.Kind, Language: w.Language, Headline: w.Headline},
		LiftAt: w.LiftAt, Zone: w.Zone, UpdatedAt: w.At, Withdrawn: w,
	}
}

// Live is what a stranger may know of a release. Only Public makes one that is handed to public code.
type Live struct {
	ID        string
	Newsroom  Newsroom
	Slug      string
	Version   int
	Text      Text
	LiftAt    time.Time // published
	Zone      string
	UpdatedAt time.Time // when its public text last changed; LiftAt if never
	Backdated bool
	// Corrections are what its text has been corrected by, newest first.
	Corrections []Correction
	// Withdrawn is the notice that stands in its place; nil but in lists that ask for notices. Text then
	// has no more than the notice.
	Withdrawn *Withdrawn

	// Translations are where it stands and where what says the same in other languages does; none when it
	// stands alone.
	Translations []Address

	translations string // the group that it is one of
}

// Version is one immutable text of a release.
type Version struct {
	Number    int
	Hash      string
	Text      Text
	CreatedBy string
	CreatedAt time.Time
}
