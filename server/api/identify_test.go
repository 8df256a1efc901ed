package api

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"dateline/releases/history"
	"dateline/server/auth"
)

// operations are all of them, with the role that each needs and whether it takes a body.
func operations() map[string]auth.Role {
	return map[string]auth.Role{
		"POST /newsrooms": auth.Admin, "GET /newsrooms": auth.Writer, "GET /newsrooms/{newsroom}": auth.Writer, "PATCH /newsrooms/{newsroom}": auth.Admin,
		"POST /newsrooms/{newsroom}/freeze": auth.Admin, "POST /newsrooms/{newsroom}/thaw": auth.Admin,
		"POST /newsrooms/{newsroom}/releases": auth.Writer, "GET /newsrooms/{newsroom}/releases": auth.Writer,
		"GET /releases/{release}": auth.Writer, "PATCH /releases/{release}": auth.Writer, "GET /releases/{release}/versions": auth.Writer, "GET /releases/{release}/history": auth.Writer,
		"POST /releases/{release}/submit": auth.Writer, "POST /releases/{release}/approve": auth.Approver,
		"POST /releases/{release}/schedule": auth.Approver, "POST /releases/{release}/unschedule": auth.Approver, "POST /releases/{release}/publish": auth.Approver,
		"POST /releases/{release}/passes": auth.Approver, "GET /releases/{release}/passes": auth.Approver, "DELETE /releases/{release}/passes/{pass}": auth.Approver,
		"GET /releases/{release}/passes/{pass}/openings": auth.Approver, "POST /releases/{release}/advance-copy": auth.Approver, "POST /releases/{release}/embargo-broken": auth.Approver,
		"POST /releases/{release}/files": auth.Writer, "GET /releases/{release}/files": auth.Writer, "PATCH /releases/{release}/files/{file}": auth.Writer, "DELETE /releases/{release}/files/{file}": auth.Writer,
		"POST /releases/{release}/withdraw": auth.Approver, "POST /releases/{release}/correct": auth.Writer, "GET /releases/{release}/corrections": auth.Writer,
		"GET /releases/{release}/versions/compare": auth.Writer, "POST /releases/{release}/versions/{number}/restore": auth.Writer,
		"POST /releases/{release}/force-approval": auth.Admin, "POST /releases/{release}/review": auth.Approver, "POST /releases/{release}/wave-through": auth.Approver,
		"DELETE /releases/{release}": auth.Writer, "POST /releases/{release}/undelete": auth.Writer,
		"GET /releases/{release}/comments": auth.Writer, "POST /releases/{release}/comments": auth.Writer,
		"GET /releases/{release}/dispatches": auth.Writer, "GET /dispatches/{dispatch}": auth.Writer,
		"GET /dispatches/{dispatch}/deliveries": auth.Approver, "POST /dispatches/{dispatch}/pause": auth.Approver,
		"POST /dispatches/{dispatch}/resume": auth.Approver, "POST /dispatches/{dispatch}/retry-failed": auth.Approver, "POST /dispatches/{dispatch}/stop": auth.Approver,
		"GET /dispatches/{dispatch}/outcomes.csv": auth.Approver,
		"POST /newsrooms/{newsroom}/subscribers":  auth.Approver, "GET /newsrooms/{newsroom}/subscribers": auth.Approver,
		"POST /newsrooms/{newsroom}/subscribers/import": auth.Approver, "GET /newsrooms/{newsroom}/subscribers.csv": auth.Approver,
		"GET /subscribers/{subscriber}": auth.Approver, "PATCH /subscribers/{subscriber}": auth.Approver, "DELETE /subscribers/{subscriber}": auth.Approver,
	}
}

// fill puts something into a path's places.
func fill(path string, things map[string]string) string {
	for name, id := range things {
		path = strings.ReplaceAll(path, "{"+name+"}", id)
	}
	return path
}

// nothing names things that there are not.
func nothing() map[string]string {
	return map[string]string{"newsroom": "nowhere", "release": "nothing", "dispatch": "nothing", "subscriber": "nobody", "file": "nothing", "pass": "nothing"}
}

func TestEveryOperation_IsForItsRoleAndAbove(t *testing.T) {
	w := sqlite(t)
	for operation, role := range operations() {
		method, path, _ := strings.Cut(operation, " ")
		for _, has := range auth.Roles {
			r := w.ask(has, method, fill(path, nothing()), fields{})
			if has.May(role) && (r.status == http.StatusForbidden || r.status == http.StatusUnauthorized) {
				t.Errorf("%s is refused to %s", operation, has)
			}
			if !has.May(role) {
				r.problem(http.StatusForbidden)
			}
		}
	}
}

func TestEveryAddress_WithoutAToken_TellsNothing(t *testing.T) {
	w := sqlite(t)
	n := w.newsroom("dalarna")
	id := w.release(n)
	addresses := []string{"GET ", "GET /", "GET /nowhere", "GET /newsrooms/" + n, "GET /releases/" + id, "DELETE /releases/" + id, "GET /openapi.yaml", "GET /docs", "GET /Releases/" + id}
	for operation := range operations() {
		addresses = append(addresses, fill(operation, nothing()))
	}
	var told string
	for _, address := range addresses {
		method, path, _ := strings.Cut(address, " ")
		for _, header := range []string{"", "Basic YTpi", "Bearer", "Bearer ", "Bearer nonsense", "bearer " + strings.Repeat("x", 3000)} {
			r := w.request("", method, path, "application/json", strings.NewReader(`{"headline": "x"}`), "Authorization: "+header).problem(http.StatusUnauthorized)
			if got := r.header.Get("WWW-Authenticate"); !strings.HasPrefix(got, "Bearer") {
				t.Errorf("%s: WWW-Authenticate is %q", address, got)
			}
			if header == "" && told == "" {
				told = r.text
			}
			if header == "" && r.text != told {
				t.Errorf("%s is answered apart: %s", address, r.text)
			}
		}
	}
}

func TestToken_Revoked_IsRefusedFromThenOn(t *testing.T) {
	w := sqlite(t)
	w.ask(auth.Writer, "GET", "/newsrooms", nil).want(200)
	if err := w.auth.RevokeToken(context.Background(), history.System, "writer"); err != nil {
		t.Fatal(err)
	}
	w.ask(auth.Writer, "GET", "/newsrooms", nil).problem(http.StatusUnauthorized)
}

func TestToken_IsTakenInAnyCaseOfBearer(t *testing.T) {
	w := sqlite(t)
	w.request("", "GET", "/newsrooms", "", nil, "Authorization: bearer "+w.token[auth.Writer]).want(200)
}

func TestTokenOfAnotherNewsroom_FindsNothing(t *testing.T) {
	w := sqlite(t)
	close(w.sending())
	mine, theirs := w.newsroom("mine"), w.newsroom("theirs")
	there := w.things(theirs)
	token := w.makeToken("mine", auth.Admin, w.ask(auth.Admin, "GET", "/newsrooms/"+mine, nil).str("id"))

	if got := w.askAs(token, "GET", "/newsrooms", nil).want(200).items(); len(got) != 1 || got[0]["slug"] != mine {
		t.Errorf("it sees %v", got)
	}
	w.askAs(token, "GET", "/newsrooms/"+mine, nil).want(200)
	w.askAs(token, "POST", "/newsrooms", fields{"slug": "third"}).problem(http.StatusForbidden)
	for _, operation := range slices.Sorted(maps.Keys(operations())) {
		method, path, _ := strings.Cut(operation, " ")
		if !strings.Contains(path, "{") {
			continue
		}
		body := fields{}
		if strings.HasSuffix(path, "/approve") || operation == "PATCH /releases/{release}" {
			body["version"] = 1
		}
		real := w.askAs(token, method, fill(path, there), body).problem(http.StatusNotFound)
		if none := w.askAs(token, method, fill(path, nothing()), body); none.text != real.text || none.status != real.status {
			t.Errorf("%s: what is out of reach is told from what is not: %s and %s", operation, real.text, none.text)
		}
	}
}

// things makes one of everything in a newsroom.
func (w *world) things(newsroom string) map[string]string {
	w.t.Helper()
	return map[string]string{
		"newsroom": newsroom, "release": w.approved(newsroom), "dispatch": w.dispatch(newsroom, "done"),
		"subscriber": w.ask(auth.Approver, "POST", "/newsrooms/"+newsroom+"/subscribers", fields{"email": "asa@example.com"}).want(http.StatusCreated).str("id"),
	}
}
