package desk

import "dateline/server/auth"

// anyone need not be signed in.
const anyone auth.Role = ""

// action answers one request. An error is rendered as a page, with its status.
type action func(r *request) error

// route says who may do what, where. Paths are below /desk.
type route struct {
	method, path string
	role         auth.Role
	action       action
}

// routes is every page and action of the desk.
func (d *Desk) routes() []route {
	return []route{
		{"GET", "/setup/:token", anyone, showSetup},
		{"POST", "/setup/:token", anyone, acceptSetup},
		{"GET", "/sign-in", anyone, showSignIn},
		{"POST", "/sign-in", anyone, signIn},
		{"POST", "/sign-out", auth.Writer, signOut},

		{"GET", "/", auth.Writer, listReleases},
		{"POST", "/newsroom", auth.Writer, switchNewsroom},
		{"GET", "/releases/new", auth.Writer, newRelease},
		{"POST", "/releases", auth.Writer, createRelease},
		{"POST", "/preview", auth.Writer, previewTyped},
		{"GET", "/releases/:id", auth.Writer, showRelease},
		{"POST", "/releases/:id", auth.Writer, saveRelease},
		{"GET", "/releases/:id/preview", auth.Writer, previewRelease},
		{"POST", "/releases/:id/files", auth.Writer, addFile},
		{"POST", "/releases/:id/files/:file", auth.Writer, describeFile},
		{"POST", "/releases/:id/files/:file/remove", auth.Writer, removeFile},
		{"GET", "/files/:id/:name", auth.Writer, showFile},
		{"POST", "/releases/:id/leaks", auth.Writer, checkLeaks},
		{"GET", "/releases/:id/history", auth.Writer, showReleaseHistory},
		{"GET", "/releases/:id/versions", auth.Writer, listVersions},
		{"POST", "/releases/:id/versions/:number/restore", auth.Writer, restoreVersion},
		{"POST", "/releases/:id/comments", auth.Writer, addComment},
		{"GET", "/releases/:id/passes", auth.Approver, listPasses},
		{"POST", "/releases/:id/passes", auth.Approver, givePass},
		{"POST", "/releases/:id/passes/:pass/revoke", auth.Approver, revokePass},
		{"POST", "/releases/:id/advance-copy", auth.Approver, sendAdvance},
		{"POST", "/releases/:id/embargo-broken", auth.Approver, breakEmbargo},
		{"GET", "/releases/:id/lift", auth.Writer, showLift},
		{"GET", "/releases/:id/lift/events", auth.Writer, followLift},
		{"POST", "/releases/:id/submit", auth.Writer, submitRelease},
		{"POST", "/releases/:id/approve", auth.Approver, approveRelease},
		{"POST", "/releases/:id/force-approval", auth.Admin, forceApproval},
		{"POST", "/releases/:id/review", auth.Approver, reviewApproval},
		{"POST", "/releases/:id/schedule", auth.Approver, scheduleRelease},
		{"POST", "/releases/:id/unschedule", auth.Approver, unscheduleRelease},
		{"POST", "/releases/:id/publish", auth.Approver, publishRelease},
		{"POST", "/releases/:id/wave-through", auth.Approver, waveThrough},
		{"POST", "/releases/:id/correct", auth.Writer, correctRelease},
		{"POST", "/releases/:id/withdraw", auth.Approver, withdrawRelease},
		{"POST", "/releases/:id/delete", auth.Writer, deleteRelease},
		{"POST", "/releases/:id/undelete", auth.Writer, undeleteRelease},

		{"GET", "/dispatches", auth.Writer, listDispatches},
		{"GET", "/dispatches/:id", auth.Writer, showDispatch},
		{"GET", "/dispatches/:id/events", auth.Writer, followDispatch},
		{"GET", "/dispatches/:id/outcomes.csv", auth.Approver, exportDispatch},
		{"POST", "/dispatches/:id/pause", auth.Approver, pauseDispatch},
		{"POST", "/dispatches/:id/resume", auth.Approver, resumeDispatch},
		{"POST", "/dispatches/:id/stop", auth.Approver, stopDispatch},
		{"POST", "/dispatches/:id/retry-failed", auth.Approver, retryFailed},

		{"GET", "/mailbox", auth.Approver, listMail},
		{"GET", "/mailbox/:id", auth.Approver, showMail},
		{"GET", "/mailbox/:id/html", auth.Approver, mailHTML},
		{"GET", "/mailbox/:id/raw", auth.Approver, mailRaw},

		{"GET", "/subscribers", auth.Approver, listSubscribers},
		{"POST", "/subscribers", auth.Approver, addSubscriber},
		{"POST", "/subscribers/import", auth.Approver, importSubscribers},
		{"GET", "/subscribers.csv", auth.Approver, exportSubscribers},

		{"GET", "/history", auth.Admin, showHistory},
		{"GET", "/settings", auth.Admin, showSettings},
		{"POST", "/settings", auth.Admin, saveSettings},
		{"POST", "/settings/freeze", auth.Admin, freezeNewsroom},
		{"POST", "/settings/thaw", auth.Admin, thawNewsroom},
		{"GET", "/settings/sender", auth.Admin, showSender},
		{"GET", "/newsrooms/new", auth.Admin, newNewsroom},
		{"POST", "/newsrooms", auth.Admin, createNewsroom},
		{"POST", "/tokens", auth.Admin, makeToken},
		{"POST", "/tokens/revoke", auth.Admin, revokeToken},
		{"POST", "/officers/invite", auth.Admin, inviteOfficer},
		{"POST", "/officers/:id/disable", auth.Admin, disableOfficer},
	}
}
