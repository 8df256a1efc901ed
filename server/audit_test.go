package main

import (
	"path/filepath"
	"strings"
	"testing"

	"dateline/server/database"
)

func TestAuditVerify_NamesTheRowThatWasChanged(t *testing.T) {
	env := map[string]string{"DATELINE_DATA": t.TempDir()}
	for _, name := range []string{"one", "two", "three"} {
		if code, _, stderr := callProgram(t, env, "token", name, "--role", "writer"); code != exitOK {
			t.Fatal(stderr)
		}
	}
	code, stdout, stderr := callProgram(t, env, "audit", "verify")
	if code != exitOK || !strings.Contains(stdout, "whole: 3 rows") {
		t.Errorf("exit %d: %s%s", code, stdout, stderr)
	}
	db, err := database.Open(t.Context(), filepath.Join(env["DATELINE_DATA"], "dateline.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(`DROP TRIGGER history_changed; UPDATE history SET actor = 'somebody' WHERE seq = 2`); err != nil {
		t.Fatal(err)
	}
	code, stdout, stderr = callProgram(t, env, "audit", "verify")
	if code != exitFailed || stdout != "" || !strings.Contains(stderr, "row 2 was changed") {
		t.Errorf("exit %d: %s%s", code, stdout, stderr)
	}
	if code, _, _ := callProgram(t, env, "audit", "burn"); code != exitUsage {
		t.Errorf("a wrong word gives exit %d", code)
	}
}
