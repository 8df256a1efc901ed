package web

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/url"

	"dateline/releases"
	"dateline/releases/files"
	"dateline/releases/input"

	"github.com/gofiber/fiber/v2"
)

// longestField is how many bytes each field beside a file may have.
const longestField = 64 << 10

// ReadUpload reads a form with one file, in the field "file", as it arrives, wherever in the form that
// stands, and has the store keep its bytes. The other fields are given back, also beside an error; then
// nothing is kept. input.Faults when there is no file.
func ReadUpload(c *fiber.Ctx, store FileStore) (kept releases.File, fields url.Values, err error) {
	fields = url.Values{}
	kind, params, err := mime.ParseMediaType(c.Get(fiber.HeaderContentType))
	if err != nil || kind != "multipart/form-data" {
		return kept, fields, fiber.ErrUnsupportedMediaType
	}
	body := FileBody(c)
	kept, err = readParts(multipart.NewReader(body, params["boundary"]), fields, store)
	if err == nil && kept.ID == "" {
		err = input.Faults{{Field: "file", Message: "fault.required"}}
	}
	if err != nil {
		DropUpload(store, kept)
		return releases.File{}, fields, readFault(body, err)
	}
	return kept, fields, nil
}

// DropUpload forgets a file that no release came to have.
func DropUpload(store FileStore, kept releases.File) {
	if kept.ID != "" {
		// What can't be removed now is an orphan, which is removed later.
		_ = store.Remove(kept.ID)
	}
}

// FileStore keeps bytes. *files.Store is one.
type FileStore interface {
	Create(from io.Reader) (files.Stored, error)
	Remove(id string) error
}

func readParts(parts *multipart.Reader, fields url.Values, store FileStore) (kept releases.File, err error) {
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return kept, nil
		}
		if err != nil {
			return kept, err
		}
		if part.FormName() != "file" {
			text, err := io.ReadAll(io.LimitReader(part, longestField))
			if err != nil {
				return kept, err
			}
			fields.Add(part.FormName(), string(text))
			continue
		}
		if part.FileName() == "" { // as a browser sends it when none was chosen
			continue
		}
		if kept.ID != "" {
			return kept, input.Faults{{Field: "file", Message: "fault.file_one"}}
		}
		stored, err := store.Create(part)
		if err != nil {
			return kept, err
		}
		kept = releases.File{
			ID: stored.ID, Key: stored.Key, Name: part.FileName(), Type: stored.Type, Bytes: stored.Bytes, Hash: stored.Hash, Width: stored.Width, Height: stored.Height,
		}
	}
}

// readFault tells what is too large from what can't be read. A sender who is cut off in mid-sentence
// would never see the answer, so it is heard out for a while.
func readFault(body io.Reader, err error) error {
	if errors.Is(err, files.ErrTooLarge) || errors.Is(err, fiber.ErrRequestEntityTooLarge) {
		io.CopyN(io.Discard, body, MaxFile)
		return files.ErrTooLarge
	}
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, multipart.ErrMessageTooLarge) {
		return fmt.Errorf("read upload: %w", errors.Join(fiber.ErrBadRequest, err))
	}
	return err
}
