package web

import (
	"container/list"
	"fmt"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"
)

// Cache keeps rendered documents, each under a key and for one edition of the site: asked for in
// another edition, or when it is out of date, it is rendered anew. Those not asked for the longest go when it is full.
type Cache[E comparable] struct {
	limit     int // bytes
	rendering singleflight.Group

	mu     sync.Mutex
	bytes  int
	recent *list.List // of *keptDocument[E], the latest first
	byKey  map[string]*list.Element
}

type keptDocument[E comparable] struct {
	key      string
	edition  E
	document *Rendered
}

// NewCache keeps at most so many bytes of bodies.
func NewCache[E comparable](limit int) *Cache[E] {
	return &Cache[E]{limit: limit, recent: list.New(), byKey: make(map[string]*list.Element)}
}

// Get gives the document under key in an edition at now, rendered if it isn't there. However many ask at
// once, one renders. An error is theirs all and is not kept.
func (c *Cache[E]) Get(key string, edition E, now time.Time, render func() (Document, error)) (*Rendered, error) {
	if document := c.find(key, edition, now); document != nil {
		return document, nil
	}
	rendered, err, _ := c.rendering.Do(fmt.Sprint(edition, key), func() (any, error) {
		document, err := render()
		if err != nil {
			return nil, err
		}
		r := Render(document)
		c.keep(key, edition, r)
		return r, nil
	})
	if err != nil {
		return nil, err
	}
	return rendered.(*Rendered), nil
}

func (c *Cache[E]) find(key string, edition E, now time.Time) *Rendered {
	c.mu.Lock()
	defer c.mu.Unlock()
	element, ok := c.byKey[key]
	if !ok || element.Value.(*keptDocument[E]).edition != edition {
		return nil
	}
	document := element.Value.(*keptDocument[E]).document
	if !document.Until.IsZero() && !now.Before(document.Until) {
		return nil
	}
	c.recent.MoveToFront(element)
	return document
}

func (c *Cache[E]) keep(key string, edition E, r *Rendered) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if element, ok := c.byKey[key]; ok {
		c.drop(element)
	}
	c.byKey[key] = c.recent.PushFront(&keptDocument[E]{key, edition, r})
	c.bytes += r.size()
	for c.bytes > c.limit {
		c.drop(c.recent.Back())
	}
}

func (c *Cache[E]) drop(element *list.Element) {
	old := c.recent.Remove(element).(*keptDocument[E])
	delete(c.byKey, old.key)
	c.bytes -= old.document.size()
}
