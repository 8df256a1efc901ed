package hub

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
)

// noticeHost stands for the search engines' address in references.
const noticeHost = "indexnow"

// tellSearchEngines claims the pages that are due and tells of them in one request
// (https://www.indexnow.org/documentation).
func (h *Hub) tellSearchEngines(ctx context.Context) error {
	now, lease := h.deps.Now(), newID()
	var pages []string
	err := h.transact(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, `UPDATE hub_notices SET lease = $1, free_at = $2 WHERE state = 'queued' AND free_at <= $3 RETURNING url`,
			lease, millis(now.Add(h.leaseOf())), millis(now))
		if err != nil {
			return err
		}
		pages, err = texts(rows)
		return err
	})
	if err != nil {
		return fmt.Errorf("claim pages: %w", err)
	}
	if len(pages) == 0 {
		return nil
	}
	if cause := h.submit(ctx, pages); cause != nil {
		waits := pingWaits()
		_, err := h.deps.DB.ExecContext(context.WithoutCancel(ctx), `UPDATE hub_notices SET lease = '', attempts = attempts + 1,
			free_at = $1 + CASE WHEN attempts < 3 THEN CAST($2 AS BIGINT) ELSE CAST($3 AS BIGINT) END, state = CASE WHEN attempts >= $4 THEN 'failed' ELSE 'queued' END WHERE lease = $5`,
			millis(now), jitter(waits[1]).Milliseconds(), jitter(waits[6]).Milliseconds(), len(waits), lease)
		if err != nil {
			return fmt.Errorf("settle pages: %w", err)
		}
		return fmt.Errorf("tell search engines: %w", cause)
	}
	if _, err := h.deps.DB.ExecContext(ctx, `UPDATE hub_notices SET lease = '', state = 'sent' WHERE lease = $1`, lease); err != nil {
		return fmt.Errorf("settle pages: %w", err)
	}
	return nil
}

func (h *Hub) submit(ctx context.Context, pages []string) error {
	own, err := url.Parse(h.settings.BaseURL)
	if err != nil {
		return err
	}
	body, err := json.Marshal(map[string]any{
		"host": own.Host, "key": h.settings.IndexNowKey, "keyLocation": h.settings.BaseURL + "/" + h.settings.IndexNowKey + ".txt", "urlList": pages,
	})
	if err != nil {
		return err
	}
	status, _, err := h.exchange(ctx, h.engines, http.MethodPost, h.settings.IndexNow,
		http.Header{"Content-Type": {"application/json; charset=utf-8"}}, bytes.NewReader(body))
	if err == nil && !success(status) {
		err = fmt.Errorf("answered %d", status)
	}
	return err
}
