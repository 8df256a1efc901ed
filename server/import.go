package main

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"time"

	"dateline/releases"
	"dateline/releases/history"
	"dateline/releases/input"
	"dateline/releases/words"
	"dateline/server/config"
	"dateline/subscribers"
)

// importLine bounds one line of an archive: a release of the longest text there may be.
const importLine = 2 << 20

// importer brings a list or an archive into one newsroom, from the command line. What is good goes in,
// what is not is listed by its line, and a file that is imported again changes nothing.
type importer struct {
	call
	desk        *releases.Desk
	public      *releases.Public
	subscribers *subscribers.Store
	newsroom    releases.Newsroom
	say         words.Speaker
	refused     int
}

func importFile(ctx context.Context, c call, flags *flag.FlagSet, args []string) error {
	newsroom := flags.String("newsroom", "", "slug of the newsroom that it goes into")
	consent := flags.String("consent", "", "where consent came from, for subscribers whose line doesn't say")
	var what, path string
	if err := parse(flags, args, &what, &path); err != nil {
		return err
	}
	if what != "subscribers" && what != "releases" {
		return usage(flags, "%q can't be imported: it is subscribers (CSV) or releases (JSON Lines)", what)
	}
	if *newsroom == "" {
		return usage(flags, "--newsroom is needed")
	}
	settings, err := config.Load(c.getenv)
	if err != nil {
		return err
	}
	file, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("%s can't be read: %w", path, cause(err))
	}
	defer file.Close()
	return withDatabase(ctx, c, func(db *sql.DB) error {
		im, err := newImporter(ctx, c, settings, db, *newsroom)
		if err != nil {
			return err
		}
		if what == "releases" {
			err = im.releases(ctx, file)
		} else {
			err = im.list(ctx, file, *consent)
		}
		if err == nil && im.refused > 0 {
			err = fmt.Errorf("%d lines were refused; the others are in", im.refused)
		}
		return inWords(err)
	})
}

func newImporter(ctx context.Context, c call, settings config.Config, db *sql.DB, newsroom string) (*importer, error) {
	keys, err := loadKeys(settings)
	if err != nil {
		return nil, err
	}
	catalogues, err := words.Load()
	if err != nil {
		return nil, err
	}
	im := &importer{
		call: c, say: catalogues.In("en"),
		desk: releases.NewDesk(db, keys, time.Now), public: releases.NewPublic(db, keys),
		subscribers: subscribers.New(db, time.Now), // no links are made: it needs no secrets
	}
	im.newsroom, err = im.desk.Newsroom(ctx, newsroom)
	if errors.Is(err, releases.ErrNotFound) {
		err = fmt.Errorf("there is no newsroom %q", newsroom)
	}
	return im, err
}

// list imports subscribers as the desk and the API do.
func (im *importer) list(ctx context.Context, r io.Reader, consent string) error {
	topics := map[string]string{}
	for _, topic := range im.newsroom.Topics {
		topics[topic.Slug] = topic.Name
	}
	n := subscribers.Newsroom{ID: im.newsroom.ID, Language: im.newsroom.Language, Topics: topics}
	done, err := im.subscribers.Import(ctx, commandLine, n, r, consent)
	if err != nil {
		return err
	}
	for _, refused := range done.Refused {
		im.refuse(refused.Line, refused.Field, im.say.TMap(refused.Message, refused.Args))
	}
	fmt.Fprintf(im.stdout, "%d subscribers added, %d updated, %d unchanged\n", done.Added, done.Updated, done.Unchanged)
	return nil
}

// archived is a line of an archive: a release as the API takes it, and when it was published.
type archived struct {
	releases.Text
	Slug   string `json:"slug"`
	LiftAt string `json:"lift_at"`
	Zone   string `json:"zone"`
}

// releases imports an archive, one JSON object a line. Each release is live at once, dated as it was,
// and is never mailed.
func (im *importer) releases(ctx context.Context, r io.Reader) error {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, importLine)
	added, unchanged := 0, 0
	for number := 1; lines.Scan(); number++ {
		line := bytes.TrimSpace(lines.Bytes())
		if len(line) == 0 {
			continue
		}
		new, err := im.release(ctx, line)
		var faults input.Faults
		switch {
		case errors.As(err, &faults):
			for _, fault := range faults {
				im.refuse(number, fault.Field, im.say.TMap(fault.Message, fault.Args))
			}
		case errors.Is(err, errNotARelease):
			im.refuse(number, "", err.Error())
		case err != nil:
			return fmt.Errorf("line %d: %w", number, err)
		case new:
			added++
		default:
			unchanged++
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("read the archive after %d releases: %w", added, err)
	}
	fmt.Fprintf(im.stdout, "%d releases added, %d unchanged\n", added, unchanged)
	return nil
}

var errNotARelease = errors.New("it is not a release in JSON")

// release takes one line the whole way. One whose address has a live release already is left as it is.
func (im *importer) release(ctx context.Context, line []byte) (added bool, err error) {
	in := archived{Zone: im.newsroom.Zone}
	decoder := json.NewDecoder(bytes.NewReader(line))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&in); err != nil {
		return false, fmt.Errorf("%w: %v", errNotARelease, err)
	}
	if in.Slug == "" {
		in.Slug = input.Slug(in.Headline)
	}
	_, err = im.public.Release(ctx, time.Now(), im.newsroom.Slug, in.Slug)
	if moved := (*releases.Moved)(nil); err == nil || errors.As(err, &moved) {
		return false, nil
	}
	if !errors.Is(err, releases.ErrNotFound) {
		return false, err
	}
	lift, err := releases.ParseLift(in.LiftAt, in.Zone)
	if err != nil {
		return false, err
	}
	if !lift.At.Before(time.Now()) {
		return false, input.Faults{{Field: "lift_at", Message: "fault.backdated_future", Args: map[string]any{"Value": in.LiftAt}}}
	}
	return true, im.publish(ctx, in, lift)
}

// archivist approves what the command line brings in: a newsroom may want two people.
var archivist = history.Actor{ID: "import", Name: "command line"}

func (im *importer) publish(ctx context.Context, in archived, lift releases.Lift) error {
	saved, err := im.desk.Create(ctx, commandLine, im.newsroom.ID, releases.Draft{Text: in.Text, Slug: in.Slug})
	if err != nil {
		return err
	}
	if _, err := im.desk.Submit(ctx, commandLine, saved.ID); err != nil {
		return err
	}
	if _, err := im.desk.Approve(ctx, archivist, saved.ID, saved.Version, saved.Hash); err != nil {
		return err
	}
	_, err = im.desk.Schedule(ctx, archivist, saved.ID, lift, true)
	return err
}

func (im *importer) refuse(line int, field, reason string) {
	im.refused++
	if field != "" {
		reason = field + ": " + reason
	}
	fmt.Fprintf(im.stderr, "line %d: %s\n", line, reason)
}
