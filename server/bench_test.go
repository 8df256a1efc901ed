package main

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"dateline/jobs/mail/mailtest"
	"dateline/server/database"
	"dateline/server/database/dbtest"
)

// benched runs `dateline bench` with a temporary directory of the test's own, which must be empty
// afterwards.
func benched(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	code, stdout, stderr = callProgram(t, nil, append([]string{"bench"}, args...)...)
	if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
		t.Errorf("it left %v, %v", left, err)
	}
	return code, stdout, stderr
}

// rows are the table's: a name, the messages, and a rate above zero.
var rows = regexp.MustCompile(`(?m)^ *(one message, pipelined: the limit|go-mail, connections kept|Dateline, whole) +(\d+) +[1-9]\d* `)

func TestBench_ComparesThreeWaysAndCountsWhoGotIt(t *testing.T) {
	for name, args := range map[string][]string{"sqlite": nil, "postgres": {"--database", dbtest.PostgresAddress(t)}} {
		t.Run(name, func(t *testing.T) {
			code, stdout, stderr := benched(t, append([]string{"fanout", "--recipients", "700", "--connections", "3"}, args...)...)
			if code != exitOK {
				t.Fatalf("exit %d: %s", code, stderr)
			}
			found := rows.FindAllStringSubmatch(stdout, -1)
			if len(found) != 3 {
				t.Fatalf("no table of three rows:\n%s", stdout)
			}
			for _, row := range found {
				if row[2] != "700" {
					t.Errorf("%s: %s messages", row[1], row[2])
				}
			}
			if !strings.Contains(stdout, "All 700 recipients got one mail each.") {
				t.Errorf("it doesn't say that all got it:\n%s", stdout)
			}
		})
	}
}

func TestBench_Staging_TellsHowLongItTookAndHeldOthersUp(t *testing.T) {
	for name, args := range map[string][]string{"sqlite": nil, "postgres": {"--database", dbtest.EmptyPostgresAddress(t)}} {
		t.Run(name, func(t *testing.T) {
			code, stdout, stderr := benched(t, append([]string{"staging", "--recipients", "2300"}, args...)...)
			if code != exitOK {
				t.Fatalf("exit %d: %s", code, stderr)
			}
			wants := []string{"An audience of 2300 in ", "imported ", "counted ", "staged ", "inserted ", "desk ", "memory "}
			if name == "sqlite" {
				wants = append(wants, "lock ")
			}
			for _, want := range wants {
				if !strings.Contains(stdout, want) {
					t.Errorf("nothing of %q in\n%s", want, stdout)
				}
			}
		})
	}
}

func TestBench_OnPostgres_LeavesNothingBehind(t *testing.T) {
	address := dbtest.EmptyPostgresAddress(t)
	if code, _, stderr := benched(t, "fanout", "--recipients", "10", "--database", address); code != exitOK {
		t.Fatalf("exit %d: %s", code, stderr)
	}
	db, err := database.Open(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var left int
	err = db.QueryRow(`SELECT COUNT(*) FROM information_schema.tables WHERE table_schema NOT IN ('pg_catalog', 'information_schema')`).Scan(&left)
	if err != nil || left != 0 {
		t.Errorf("%d tables are left, %v", left, err)
	}
}

func TestBench_ToAnotherServer_MailsItsReadersOnce(t *testing.T) {
	server := mailtest.Start(t, mailtest.Options{Discard: true})
	code, stdout, stderr := benched(t, "fanout", "--recipients", "700", "--connections", "2", "--smtp", server.Addr())
	if code != exitOK || len(rows.FindAllString(stdout, -1)) != 3 {
		t.Fatalf("exit %d: %s\n%s", code, stderr, stdout)
	}
	counts := server.Counts()
	for number := range 700 {
		if n := counts[readerAddress(number)]; n != 1 {
			t.Errorf("%s got %d mails", readerAddress(number), n)
		}
	}
	if n := counts[benchRecipient]; n != 1400 {
		t.Errorf("the two comparisons sent %d messages, want 700 each", n)
	}
}

func TestBench_AServerThatRefuses_IsAFailureThatSaysWhy(t *testing.T) {
	server := mailtest.Start(t, mailtest.Options{Answer: func(e mailtest.Event) string {
		if e.Step == mailtest.Rcpt {
			return "550 5.7.1 no relaying"
		}
		return ""
	}})
	code, _, stderr := benched(t, "fanout", "--recipients", "10", "--smtp", server.Addr())
	if code != exitFailed || !strings.Contains(stderr, "no relaying") {
		t.Errorf("exit %d: %s", code, stderr)
	}
}

func TestBench_WrongCalls_AreTold(t *testing.T) {
	for _, args := range [][]string{
		{},
		{"lift"},
		{"fanout", "--recipients", "0"},
		{"fanout", "--recipients", "2000001"},
		{"fanout", "--connections", "0"},
		{"fanout", "--smtp", "localhost"},
		{"fanout", "--database", "mysql://localhost/x"},
	} {
		if code, stdout, stderr := benched(t, args...); code != exitUsage || stdout != "" || stderr == "" {
			t.Errorf("%q: exit %d, printed %q, told %q", args, code, stdout, stderr)
		}
	}
}

func TestArrivals_TellWhoIsMissingAndWhoGotTwo(t *testing.T) {
	a := newArrivals(130)
	for number := range 129 {
		a.take([]byte(readerAddress(number)))
	}
	a.take([]byte(readerAddress(7)))
	a.take([]byte(readerAddress(130)))
	a.take([]byte(benchRecipient))
	if err := a.check(); err == nil || err.Error() != "1 of 130 recipients were skipped, 1 mails came twice" {
		t.Errorf("told: %v", err)
	}
}
