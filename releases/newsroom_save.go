package releases

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"

	"dateline/releases/history"
	"dateline/releases/input"
)

// NewsroomInput is what a person gives of a newsroom; Topics are names, in order. A topic's slug is
// made from its name and kept when the name is given again, as is its code while TopicCodes is nil.
type NewsroomInput struct {
	Slug, Name, Language, Zone, EmailFrom, ReplyTo, Boilerplate string
	Topics                                                      []string
	TopicCodes                                                  map[string]string // IPTC Media Topics by name or slug of a topic: see MediaTopic
	Approvals                                                   int               // 0 means 1
}

// CreateNewsroom makes one. input.Faults when a field is wrong or the slug is taken or reserved.
func (d *Desk) CreateNewsroom(ctx context.Context, who history.Actor, in NewsroomInput) (Newsroom, error) {
	n, faults := checkNewsroom(in, nil)
	n.ID = newID()
	n.CreatedAt = d.now().UTC()
	n.UpdatedAt = n.CreatedAt
	err := transact(ctx, d.db, func(tx *sql.Tx) error {
		if err := addressTaken(ctx, tx, n, &faults); err != nil {
			return err
		}
		if err := faults.Err(); err != nil {
			return err
		}
		return d.insertNewsroom(ctx, tx, who, n)
	})
	defer d.watch()
	if err != nil {
		return Newsroom{}, err
	}
	return d.Newsroom(ctx, n.ID)
}

func (d *Desk) insertNewsroom(ctx context.Context, tx *sql.Tx, who history.Actor, n Newsroom) error {
	topics, err := json.Marshal(n.Topics)
	if err != nil {
		return fmt.Errorf("create newsroom: %w", err)
	}
	inserted, err := changedOne(tx.ExecContext(ctx, `INSERT INTO newsrooms (id, slug, name, language, zone, email_from, reply_to,
			boilerplate, topics, approvals, tag_authority, created_at, updated_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT DO NOTHING`,
		n.ID, n.Slug, n.Name, n.Language, n.Zone, n.EmailFrom, n.ReplyTo,
		n.Boilerplate, string(topics), n.Approvals, tagAuthority(n.EmailFrom), n.CreatedAt.UnixMilli(), n.UpdatedAt.UnixMilli()))
	if err != nil {
		return fmt.Errorf("create newsroom: %w", err)
	}
	if !inserted { // another took the address since we looked
		return input.Faults{slugTaken(n.Slug)}
	}
	if err := newEdition(ctx, tx, n.CreatedAt); err != nil {
		return err
	}
	return d.record(ctx, tx, n.CreatedAt, who, "newsroom.create", n.ID, n.ID, map[string]any{"slug": n.Slug, "name": n.Name})
}

// tagAuthority is the domain of a checked mailbox.
func tagAuthority(mailbox string) string {
	_, key, _ := input.Email(mailbox)
	_, domain, _ := strings.Cut(key, "@")
	return domain
}

// UpdateNewsroom replaces what a person gives of it. A topic in use can't be removed.
func (d *Desk) UpdateNewsroom(ctx context.Context, who history.Actor, id string, in NewsroomInput) (Newsroom, error) {
	if !canBeID(id) {
		return Newsroom{}, ErrNotFound
	}
	err := transact(ctx, d.db, func(tx *sql.Tx) error {
		// The row is locked before it is read, so that two updates come one after the other.
		if _, err := tx.ExecContext(ctx, `UPDATE newsrooms SET id = id WHERE id = $1`, id); err != nil {
			return fmt.Errorf("update newsroom %s: %w", id, err)
		}
		before, err := findNewsroom(ctx, tx, `n.id = $1`, id)
		if err != nil {
			return err
		}
		n, faults := checkNewsroom(in, before.Topics)
		n.ID, n.UpdatedAt = id, d.now().UTC()
		if err := addressTaken(ctx, tx, n, &faults); err != nil {
			return err
		}
		if err := topicsInUse(ctx, tx, before, n, &faults); err != nil {
			return err
		}
		if err := faults.Err(); err != nil {
			return err
		}
		return d.writeNewsroom(ctx, tx, who, n)
	})
	defer d.watch()
	if err != nil {
		return Newsroom{}, err
	}
	return d.Newsroom(ctx, id)
}

func (d *Desk) writeNewsroom(ctx context.Context, tx *sql.Tx, who history.Actor, n Newsroom) error {
	topics, err := json.Marshal(n.Topics)
	if err != nil {
		return fmt.Errorf("update newsroom %s: %w", n.ID, err)
	}
	_, err = tx.ExecContext(ctx, `UPDATE newsrooms SET slug = $2, name = $3, language = $4, zone = $5, email_from = $6,
			reply_to = $7, boilerplate = $8, topics = $9, approvals = $10, updated_at = $11 WHERE id = $1`,
		n.ID, n.Slug, n.Name, n.Language, n.Zone, n.EmailFrom,
		n.ReplyTo, n.Boilerplate, string(topics), n.Approvals, n.UpdatedAt.UnixMilli())
	if err != nil {
		return fmt.Errorf("update newsroom %s: %w", n.ID, err)
	}
	if err := newEdition(ctx, tx, n.UpdatedAt); err != nil {
		return err
	}
	return d.record(ctx, tx, n.UpdatedAt, who, "newsroom.update", n.ID, n.ID, map[string]any{"slug": n.Slug, "name": n.Name,
		"email_from": n.EmailFrom, "reply_to": n.ReplyTo, "approvals": n.Approvals})
}

func slugTaken(slug string) input.Fault {
	return input.Fault{Field: "slug", Message: "fault.slug_taken", Args: map[string]any{"Value": slug}}
}

// addressTaken looks before the insert, so that every fault is told at once.
func addressTaken(ctx context.Context, tx *sql.Tx, n Newsroom, faults *input.Faults) error {
	var taken bool
	err := tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM newsrooms WHERE slug = $1 AND id <> $2)`, n.Slug, n.ID).Scan(&taken)
	if err != nil {
		return fmt.Errorf("newsroom slug %s: %w", n.Slug, err)
	}
	if taken {
		*faults = append(*faults, slugTaken(n.Slug))
	}
	return nil
}

func topicsInUse(ctx context.Context, tx *sql.Tx, before, after Newsroom, faults *input.Faults) error {
	for _, topic := range before.Topics {
		if _, kept := findTopic(after.Topics, topic.Slug); kept {
			continue
		}
		var used bool
		err := tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM release_topics t JOIN releases r ON r.id = t.release_id
			WHERE t.topic = $1 AND r.newsroom_id = $2)`, topic.Slug, after.ID).Scan(&used)
		if err != nil {
			return fmt.Errorf("topic %s of newsroom %s: %w", topic.Slug, after.ID, err)
		}
		if used {
			faults.Add("topics", "fault.topic_in_use", "Topic", topic.Name)
		}
	}
	return nil
}
