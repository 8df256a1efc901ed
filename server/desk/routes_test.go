package desk

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"dateline/releases"
	"dateline/server/auth"
)

// at is a route's address with something in place of its parameters.
func at(r route) string {
	return "/desk" + strings.NewReplacer(":id", "missing", ":token", "missing", ":file", "missing", ":pass", "missing", ":name", "missing", ":number", "1").Replace(r.path)
}

func (p *person) call(r route) answer {
	if r.method == http.MethodGet {
		return p.get(at(r))
	}
	return p.post(at(r), url.Values{})
}

func TestRoutes_OpenToTheirRoleAndThoseAbove(t *testing.T) {
	o := newOffice(t, "http://localhost")
	o.newsroom(t, "dalarna")
	officers := map[auth.Role]*person{}
	for _, role := range auth.Roles {
		officers[role] = o.officer(t, string(role), role)
	}
	for _, r := range o.routes() {
		if r.role == anyone || r.path == "/sign-out" { // which ends the session that the others go on with
			continue
		}
		t.Run(r.method+" "+r.path, func(t *testing.T) {
			if a := o.stranger(t).call(r); a.status != http.StatusUnauthorized || !strings.Contains(a.body, `name="password"`) {
				t.Errorf("a stranger: %d", a.status)
			}
			for _, role := range auth.Roles {
				a := officers[role].call(r)
				allowed := a.status != http.StatusUnauthorized && a.status != http.StatusForbidden && a.status < 500
				if allowed != role.May(r.role) {
					t.Errorf("%s: %d", role, a.status)
				}
			}
		})
	}
}

// The roles are the house's: this table is the promise, the other is the code.
func TestRoutes_OnlyApproversDecideAndOnlyAdminsSet(t *testing.T) {
	o := newOffice(t, "http://localhost")
	needs := map[auth.Role][]string{
		auth.Approver: {"approve", "passes", ":pass/revoke", "embargo-broken", "advance-copy", "schedule", "unschedule", "publish", "wave-through", "withdraw", "review", "pause", "resume", "stop", "retry-failed", "subscribers", "import"},
		auth.Writer:   {"releases/:id/submit", "delete", "undelete", "comments", ":number/restore", "correct", "leaks", "releases/:id", "releases", "files", "files/:file", "remove", "preview", "sign-out", "newsroom"},
		auth.Admin:    {"settings", "newsrooms", "tokens", "revoke", "invite", "disable", "freeze", "thaw", "force-approval"},
	}
	for _, r := range o.routes() {
		if r.method != http.MethodPost || r.role == anyone {
			continue
		}
		matches := func(suffix string) bool { return strings.HasSuffix(r.path, "/"+suffix) }
		if !slices.ContainsFunc(needs[r.role], matches) {
			t.Errorf("POST %s needs %s, which nobody decided", r.path, r.role)
		}
	}
}

func TestRoutes_FormsFromAnotherSite_AreRefused(t *testing.T) {
	o := newOffice(t, "http://localhost")
	o.newsroom(t, "dalarna")
	admin := o.officer(t, "anna", auth.Admin)
	for _, r := range o.routes() {
		if r.method != http.MethodPost {
			continue
		}
		for _, header := range []map[string]string{{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"}} {
			admin.header = header
			if a := admin.call(r); a.status != http.StatusForbidden {
				t.Errorf("POST %s with %v: %d", r.path, header, a.status)
			}
		}
	}
}

func TestRoutes_NothingIsKeptOrIndexed(t *testing.T) {
	o := newOffice(t, "http://localhost")
	o.newsroom(t, "dalarna")
	admin, stranger := o.officer(t, "anna", auth.Admin), o.stranger(t)
	for _, r := range o.routes() {
		if r.method != http.MethodGet {
			continue
		}
		for _, a := range []answer{admin.call(r), stranger.call(r), stranger.get("/desk/nothing/here")} {
			if a.header.Get("Cache-Control") != "no-store" || a.header.Get("X-Robots-Tag") != "noindex" {
				t.Errorf("GET %s: %d with %v", r.path, a.status, a.header)
			}
		}
	}
}

func TestRoutes_HEADIsGETWithoutTheBody(t *testing.T) {
	o := newOffice(t, "http://localhost")
	o.newsroom(t, "dalarna")
	admin := o.officer(t, "anna", auth.Admin)
	for _, r := range o.routes() {
		if r.method != http.MethodGet {
			continue
		}
		got, head := admin.get(at(r)), admin.do(httptest.NewRequest(http.MethodHead, at(r), nil))
		if head.status != got.status || head.body != "" || head.header.Get("Content-Type") != got.header.Get("Content-Type") {
			t.Errorf("%s: GET %d, HEAD %d", r.path, got.status, head.status)
		}
	}
}

func TestRoutes_GETChangesNothing(t *testing.T) {
	o := newOffice(t, "http://localhost")
	o.newsroom(t, "dalarna")
	admin := o.officer(t, "anna", auth.Admin)
	before := o.rows(t)
	for _, r := range o.routes() {
		if r.method == http.MethodGet && !strings.HasSuffix(r.path, ".csv") { // who took the list is written down
			admin.call(r)
		}
	}
	if after := o.rows(t); after != before {
		t.Errorf("%d rows before, %d after", before, after)
	}
}

// rows counts those of the tables that anything of the desk writes to.
func (o *office) rows(t *testing.T) (total int) {
	t.Helper()
	for _, table := range []string{"history", "releases", "versions", "newsrooms", "subscribers", "tokens", "invitations", "officers"} {
		var n int
		if err := o.db.QueryRowContext(t.Context(), `SELECT COUNT(*) FROM `+table).Scan(&n); err != nil {
			t.Fatal(err)
		}
		total += n
	}
	return total
}

func TestRoutes_AFormOfOneNewsroom_IsNotSavedInAnother(t *testing.T) {
	o := newOffice(t, "http://localhost")
	first, second := o.newsroom(t, "dalarna"), o.newsroom(t, "vaermland")
	writer := o.officer(t, "anna", auth.Writer)
	form := writer.get("/desk/releases/new")
	writer.done("/desk/newsroom", url.Values{"newsroom": {second.ID}}).says(t, second.Name)

	typed := text("Skriven i Dalarna")
	typed.Set("newsroom", form.hidden(t, "newsroom"))
	writer.done("/desk/releases", typed)
	list, _, err := o.deps.Releases.List(t.Context(), releases.ListFilter{NewsroomID: first.ID})
	if err != nil || len(list) != 1 {
		t.Errorf("%d releases where the form was made, %v", len(list), err)
	}
	if a := writer.post("/desk/newsroom", url.Values{"newsroom": {"missing"}}); a.status != http.StatusNotFound {
		t.Errorf("a newsroom that is not there: %d", a.status)
	}
}
