package web

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"path"

	"github.com/gofiber/fiber/v2"
)

// Assets are embedded static files, each at an address that holds its content's hash, so that it may
// be kept for ever: other content has another address.
type Assets struct {
	byName map[string]asset
}

type asset struct {
	url      string
	document Document
}

// NewAssets hashes every file of dir in files.
func NewAssets(files fs.FS, dir string) (*Assets, error) {
	entries, err := fs.ReadDir(files, dir)
	if err != nil {
		return nil, fmt.Errorf("read assets: %w", err)
	}
	a := &Assets{byName: make(map[string]asset, len(entries))}
	for _, entry := range entries {
		name := entry.Name()
		body, err := fs.ReadFile(files, path.Join(dir, name))
		if err != nil {
			return nil, fmt.Errorf("read asset %s: %w", name, err)
		}
		mediaType := mime.TypeByExtension(path.Ext(name))
		if mediaType == "" {
			return nil, fmt.Errorf("read asset %s: its media type is unknown", name)
		}
		hash := sha256.Sum256(body)
		a.byName[name] = asset{
			url:      "/static/" + hex.EncodeToString(hash[:8]) + "/" + name,
			document: Document{Body: body, Type: mediaType, Cache: "public, max-age=31536000, immutable"},
		}
	}
	return a, nil
}

// URL is the address of a file. A name that there is not panics, which fails the page that gives it.
func (a *Assets) URL(name string) string {
	file, ok := a.byName[name]
	if !ok {
		panic("there is no asset " + name)
	}
	return file.url
}

// Register adds the files' addresses to app.
func (a *Assets) Register(app fiber.Router) {
	for _, file := range a.byName {
		app.Get(file.url, func(c *fiber.Ctx) error { return Send(c, file.document) })
	}
}
