package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"dateline/releases"
)

// surface is one place where the world meets a release, asked over HTTP as a stranger does.
type surface struct {
	name, path string
	shows      []byte    // in a body that carries the release; nil where the status alone says so
	live       time.Time // when an answer that carries it had come; zero until then
	early      bool      // it had come whole before the lift
}

func surfacesOf(r releases.Release) []*surface {
	page := "/" + r.Newsroom.Slug + "/" + r.Slug
	return []*surface{
		{name: "page", path: page},
		{name: "Atom feed", path: "/" + r.Newsroom.Slug + "/feed.atom", shows: []byte(page)},
		{name: "RSS feed", path: "/" + r.Newsroom.Slug + "/feed.rss", shows: []byte(page)},
		{name: "JSON feed", path: "/" + r.Newsroom.Slug + "/feed.json", shows: []byte(page)},
		{name: "newsroom", path: "/" + r.Newsroom.Slug, shows: []byte(page)},
	}
}

// watchSurfaces asks for each surface, ever more often as the lift comes near, until all carry the
// release or ctx ends. seen is told as each does.
func watchSurfaces(ctx context.Context, base string, surfaces []*surface, lift time.Time, seen func(*surface)) {
	client := &http.Client{Timeout: 5 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	var all sync.WaitGroup
	var telling sync.Mutex
	for _, s := range surfaces {
		all.Go(func() {
			for ctx.Err() == nil {
				if s.carries(ctx, client, base) {
					s.live = time.Now()
					s.early = s.live.Before(lift)
					telling.Lock()
					seen(s)
					telling.Unlock()
					return
				}
				pause(ctx, nextLook(time.Until(lift)))
			}
		})
	}
	all.Wait()
}

// nextLook is dense around the lift, where a millisecond counts, and sparse before.
func nextLook(left time.Duration) time.Duration {
	if left > 2*time.Second {
		return min(left-2*time.Second, 500*time.Millisecond)
	}
	return 4 * time.Millisecond
}

func (s *surface) carries(ctx context.Context, client *http.Client, base string) bool {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, base+s.path, nil)
	if err != nil {
		return false
	}
	response, err := client.Do(request)
	if err != nil {
		return false
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return err == nil && response.StatusCode == http.StatusOK && bytes.Contains(body, s.shows)
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// after writes how long after the lift an instant was.
func after(lift, at time.Time) string {
	return fmt.Sprintf("%+.1f ms", float64(at.Sub(lift).Microseconds())/1000)
}
