package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"os"
	"runtime/debug"
	"strings"
	"time"

	"dateline/releases"
	"dateline/releases/history"
	"dateline/releases/input"
	"dateline/releases/words"
	"dateline/server/auth"
	"dateline/server/config"
	"dateline/server/database"

	"golang.org/x/term"
)

// commandLine is who acts when a command is run on the machine itself.
var commandLine = history.Actor{Name: "command line"}

// withDatabase runs a command beside a server that may be running on the same database.
func withDatabase(ctx context.Context, c call, do func(db *sql.DB) error) error {
	settings, err := config.Load(c.getenv)
	if err != nil {
		return err
	}
	if settings.Embedded() {
		if err := writable(settings.Data); err != nil {
			return err
		}
	}
	db, err := openDatabase(ctx, settings.Database, databasePatience, newLog(c.stderr))
	if err != nil {
		return err
	}
	defer db.Close()
	return do(db)
}

func migrate(ctx context.Context, c call, flags *flag.FlagSet, args []string) error {
	if err := parse(flags, args); err != nil {
		return err
	}
	return withDatabase(ctx, c, func(db *sql.DB) error {
		number, err := database.Schema(ctx, db)
		if err == nil {
			fmt.Fprintf(c.stdout, "the schema is at migration %d, up to date\n", number)
		}
		return err
	})
}

func addUser(ctx context.Context, c call, flags *flag.FlagSet, args []string) error {
	role := flags.String("role", "", "admin, approver or writer")
	name := flags.String("name", "", "the person's name; the address if left out")
	var email string
	if err := parse(flags, args, &email); err != nil {
		return err
	}
	if _, err := roleOf(flags, *role); err != nil {
		return err
	}
	if *name == "" {
		*name = email
	}
	password, made, err := readPassword(c)
	if err != nil {
		return err
	}
	return withDatabase(ctx, c, func(db *sql.DB) error {
		officer, err := auth.New(db, time.Now).AddOfficer(ctx, commandLine, email, *name, password, auth.Role(*role))
		if err != nil {
			return inWords(err)
		}
		fmt.Fprintf(c.stdout, "%s has an account as %s\n", officer.Email, officer.Role)
		if made {
			fmt.Fprintf(c.stdout, "password: %s\n", password)
		}
		return nil
	})
}

// readPassword asks at a terminal, reads a line where standard input is a pipe or file with one, and
// makes a password where there is none.
func readPassword(c call) (password string, made bool, err error) {
	if term.IsTerminal(int(os.Stdin.Fd())) {
		fmt.Fprint(c.stderr, "Password (empty to have one made): ")
		typed, err := term.ReadPassword(int(os.Stdin.Fd()))
		fmt.Fprintln(c.stderr)
		if err != nil {
			return "", false, fmt.Errorf("read the password: %w", err)
		}
		password = string(typed)
	} else {
		line, _ := bufio.NewReader(os.Stdin).ReadString('\n')
		password = strings.TrimRight(line, "\r\n")
	}
	if password == "" {
		return strings.ToLower(rand.Text()), true, nil
	}
	return password, false, nil
}

func token(ctx context.Context, c call, flags *flag.FlagSet, args []string) error {
	role := flags.String("role", "", "admin, approver or writer")
	newsroom := flags.String("newsroom", "", "slug of the only newsroom it reaches; all if left out")
	revoke := flags.Bool("revoke", false, "end every token of this name instead")
	var name string
	if err := parse(flags, args, &name); err != nil {
		return err
	}
	if *revoke {
		return withDatabase(ctx, c, func(db *sql.DB) error {
			err := auth.New(db, time.Now).RevokeToken(ctx, commandLine, name)
			if errors.Is(err, auth.ErrNotFound) {
				return fmt.Errorf("there is no token named %q in force", name)
			}
			return err
		})
	}
	if _, err := roleOf(flags, *role); err != nil {
		return err
	}
	return withDatabase(ctx, c, func(db *sql.DB) error {
		id, err := newsroomID(ctx, db, *newsroom)
		if err != nil {
			return err
		}
		secret, err := auth.New(db, time.Now).MakeToken(ctx, commandLine, name, auth.Role(*role), id)
		if err != nil {
			return inWords(err)
		}
		fmt.Fprintln(c.stdout, secret)
		return nil
	})
}

func newsroomID(ctx context.Context, db *sql.DB, slug string) (string, error) {
	if slug == "" {
		return "", nil
	}
	n, err := releases.NewPublic(db, nil).Newsroom(ctx, slug) // no text is read: it needs no keys
	if errors.Is(err, releases.ErrNotFound) {
		return "", fmt.Errorf("there is no newsroom %q", slug)
	}
	return n.ID, err
}

func roleOf(flags *flag.FlagSet, name string) (auth.Role, error) {
	for _, role := range auth.Roles {
		if string(role) == name {
			return role, nil
		}
	}
	return "", usage(flags, "--role must be admin, approver or writer, not %q", name)
}

// inWords turns faults in what was given into what a person reads.
func inWords(err error) error {
	var faults input.Faults
	if !errors.As(err, &faults) {
		return err
	}
	catalogues, loadErr := words.Load()
	if loadErr != nil {
		return loadErr
	}
	say := catalogues.In("en")
	var lines []string
	for _, fault := range faults {
		lines = append(lines, fault.Field+": "+say.TMap(fault.Message, fault.Args))
	}
	return errors.New(strings.Join(lines, "\n  "))
}

func printVersion(_ context.Context, c call, flags *flag.FlagSet, args []string) error {
	if err := parse(flags, args); err != nil {
		return err
	}
	fmt.Fprintln(c.stdout, version())
	return nil
}

// version is what the build knows of itself: a tag, a commit, or "(devel)".
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "(devel)"
	}
	return info.Main.Version
}
