package database

import (
	"fmt"
	"path/filepath"
	"testing"
)

func TestSQLite_AConnection_KeepsWhatItIsAskedAgain_AndNoMoreThanItMay(t *testing.T) {
	db, err := Open(t.Context(), filepath.Join(t.TempDir(), "dateline.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	conn, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	kept := func() (statements map[string]*keptStmt) {
		conn.Raw(func(c any) error { statements = c.(*gatedConn).kept; return nil })
		return statements
	}
	for i := range 3 * mostKept {
		text := fmt.Sprintf(`SELECT %d`, i)
		var first *keptStmt
		for range 2 {
			var got int
			if err := conn.QueryRowContext(t.Context(), text).Scan(&got); err != nil || got != i {
				t.Fatalf("%s gives %d: %v", text, got, err)
			}
			if now := kept()[text]; now == nil || first != nil && now != first {
				t.Fatalf("%s was prepared anew", text)
			} else {
				first = now
			}
		}
		if n := len(kept()); n > mostKept {
			t.Fatalf("%d statements are kept", n)
		}
	}
}
