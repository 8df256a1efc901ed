package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"

	"dateline/server/config"
)

// Exit codes.
const (
	exitOK     = 0
	exitFailed = 1 // it was asked rightly, and could not be done
	exitUsage  = 2 // a wrong command, flag or setting
)

// call is one invocation of the program, as tests make it too.
type call struct {
	getenv         func(string) string
	stdout, stderr io.Writer
}

// command is one subcommand. run parses args with flags, which already has its --help.
type command struct {
	name, args, about string
	run               func(ctx context.Context, c call, flags *flag.FlagSet, args []string) error
}

func commands() []command {
	return []command{
		{"serve", "", "Serve the newsroom and the desk, and send mail. The default.", serve},
		{"demo", "", "Show the main job on a demo newsroom: a release lifts and its mail goes out.", demo},
		{"migrate", "", "Bring the database's schema up to date and exit.", migrate},
		{"adduser", "EMAIL", "Add an officer; the password is read from standard input or made.", addUser},
		{"token", "NAME", "Make an API token and print it, or revoke one.", token},
		{"import", "subscribers|releases FILE", "Bring a list of subscribers or an archive of releases into a newsroom.", importFile},
		{"backup", "FILE", "Write everything to one file, beside a running server.", backup},
		{"restore", "FILE", "Fill an empty installation from a backup.", restore},
		{"dkim", "", "Make the keys that mail is signed with, or show them, with what to publish in DNS.", dkim},
		{"audit", "verify", "Check the history: a row that was changed, is missing or was added is named.", audit},
		{"rotate-key", "", "Seal everything that is sealed anew, under a new secret or the first of DATELINE_SECRET.", rotateKey},
		{"bench", "fanout|staging", "Measure how fast a release's mail goes out, beside the sink's limit and go-mail, or how fast its audience is staged.", bench},
		{"health", "", "Ask the server on this machine whether it is up; for container health checks.", healthCheck},
		{"version", "", "Print the version.", printVersion},
	}
}

// errUsage is a wrong call; what is wrong has been printed.
var errUsage = errors.New("usage")

// run is the whole program. It returns the exit code.
func run(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) int {
	c := call{getenv: getenv, stdout: stdout, stderr: stderr}
	name := "serve"
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		name, args = args[0], args[1:]
	} else if len(args) > 0 && slices.Contains([]string{"-h", "-help", "--help"}, args[0]) {
		name = "help"
	}
	if name == "help" {
		printHelp(stdout)
		return exitOK
	}
	for _, cmd := range commands() {
		if cmd.name == name {
			return exitCode(c, cmd.run(ctx, c, newFlags(cmd, stderr), args))
		}
	}
	fmt.Fprintf(stderr, "dateline: there is no command %q; `dateline help` lists those there are\n", name)
	return exitUsage
}

func exitCode(c call, err error) int {
	var faults config.Faults
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return exitOK
	case errors.Is(err, errUsage):
		return exitUsage
	case errors.As(err, &faults):
		fmt.Fprintf(c.stderr, "dateline: %v\n", faults)
		return exitUsage
	default:
		fmt.Fprintf(c.stderr, "dateline: %v\n", err)
		return exitFailed
	}
}

func newFlags(cmd command, stderr io.Writer) *flag.FlagSet {
	flags := flag.NewFlagSet(cmd.name, flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		fmt.Fprintf(stderr, "%s\n\nUsage: dateline %s\n", cmd.about, strings.TrimSpace(cmd.name+" [flags] "+cmd.args))
		flags.PrintDefaults()
	}
	return flags
}

// parse reads flags before and after the operands, of which there must be exactly as many as named.
func parse(flags *flag.FlagSet, args []string, operands ...*string) error {
	var found []string
	for {
		if err := flags.Parse(args); err != nil {
			if errors.Is(err, flag.ErrHelp) {
				return err
			}
			return errUsage
		}
		if args = flags.Args(); len(args) == 0 {
			break
		}
		found, args = append(found, args[0]), args[1:]
	}
	if len(found) != len(operands) {
		fmt.Fprintf(flags.Output(), "dateline %s: %d arguments were given, it takes %d\n", flags.Name(), len(found), len(operands))
		flags.Usage()
		return errUsage
	}
	for i, operand := range operands {
		*operand = found[i]
	}
	return nil
}

// usage prints what is wrong with a call.
func usage(flags *flag.FlagSet, format string, args ...any) error {
	fmt.Fprintf(flags.Output(), "dateline %s: %s\n", flags.Name(), fmt.Sprintf(format, args...))
	return errUsage
}

func printHelp(w io.Writer) {
	fmt.Fprint(w, "Dateline distributes press releases: it never leaks early, never goes out late,\nand nobody is skipped or mailed twice.\n\nUsage: dateline [command]\n\n")
	for _, cmd := range commands() {
		fmt.Fprintf(w, "  %-18s %s\n", strings.TrimSpace(cmd.name+" "+cmd.args), cmd.about)
	}
	fmt.Fprint(w, "\nEach command has --help. Settings are DATELINE_... in the environment: see docs/operations.md.\n")
}
