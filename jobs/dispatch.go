package jobs

import (
	"errors"
	"time"
)

// Errors that callers tell apart.
var (
	ErrNotFound = errors.New("not found")
	ErrConflict = errors.New("conflict")
)

// batchSize is how many places of the audience a batch holds.
const batchSize = 500

// The states of a dispatch.
const (
	Staging  = "staging"  // its audience is being gathered
	Staged   = "staged"   // waiting for the lift
	Sending  = "sending"  // released to the workers
	Paused   = "paused"   // by an officer
	Held     = "held"     // its lift was too long ago to mail without being asked
	Stopping = "stopping" // ended by an officer; what is in flight still ends
	Stopped  = "stopped"  // whoever can't have got it by then was left out
	Done     = "done"     // every recipient has an outcome
	Canceled = "canceled" // the lift was cleared
)

// The kinds of a dispatch.
const (
	OfRelease    = "release"    // at its lift
	OfAdvance    = "advance"    // before its lift, to those with a pass who have accepted its terms
	OfCorrection = "correction" // to those who got what was corrected
	OfWithdrawal = "withdrawal" // to those who got what was withdrawn
)

// The states of a delivery. InFlight is never stored: it is queued or deferred, below the mark.
const (
	Queued   = "queued"
	InFlight = "sending"
	Sent     = "sent"
	Deferred = "deferred"
	Failed   = "failed"
	Excluded = "excluded"
	Unknown  = "unknown"
)

// Dispatch is one mailing and where its deliveries stand. The counts always add up:
// Queued+Sending+Sent+Deferred+Failed+Excluded+Unknown = Audience.
type Dispatch struct {
	ID, NewsroomID, ReleaseID string
	Kind                      string
	State                     string
	Version                   int  // the one mailed; 0 until the lift
	Braked                    bool // paused by itself, since most recipients were refused
	Audience                  int  // those gathered so far
	Queued, Sending, Sent     int
	Deferred, Failed          int
	Excluded, Unknown         int
	UnknownRetried            int // how many were in doubt once: sent again, unless they were left out since
	CreatedAt                 time.Time
	FrozenAt                  time.Time // when the audience was complete; zero until it is
	StartedAt                 time.Time // zero until it is released to the workers
	FirstSentAt, LastSentAt   time.Time
	DoneAt                    time.Time
}

// Delivery is one recipient of a dispatch and what became of it.
type Delivery struct {
	DispatchID   string
	Seq          int
	SubscriberID string
	Email, Name  string // "" once the subscriber is erased
	Language     string
	State        string
	Retried      bool
	Attempts     int
	Code         string // the relay's answer: "550 5.1.1"
	Reason       string // its words; or "unsubscribed", "withdrawn", "stopped", "interrupted", "revoked", "cleared", "lifted"
	NextAt       time.Time
	UpdatedAt    time.Time
}

// millis is an instant as SQL holds it.
func millis(t time.Time) int64 { return t.UnixMilli() }

// instant is the time of a column that may be NULL; zero when it is.
func instant(ms *int64) time.Time {
	if ms == nil || *ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(*ms).UTC()
}
