package api

import (
	"context"
	"net/http"

	"dateline/releases"
	"dateline/server/auth"
	"dateline/server/web"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humafiber"
	"github.com/gofiber/fiber/v2"
)

// Upload is a document or picture of a release.
type Upload struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Type    string `json:"type" doc:"Media type, told by the content" example:"image/jpeg"`
	Bytes   int64  `json:"bytes"`
	URL     string `json:"url" doc:"Where it is, once the version that has it is approved and live"`
	Hash    string `json:"hash" doc:"SHA-256 of the content"`
	Width   int    `json:"width" doc:"Of a picture, in pixels; 0 when it can't be told"`
	Height  int    `json:"height"`
	Alt     string `json:"alt" doc:"What the picture shows, for those who don't see it"`
	Caption string `json:"caption"`
	Credit  string `json:"credit"`
	Rights  string `json:"rights" doc:"What may be done with it"`
}

// uploadTo is a file and the version of its release that has it.
type uploadTo struct {
	Upload
	Version int `json:"version" doc:"The release's newest version, which has it: to be approved"`
}

// FileText is what is said of a file. What is left out keeps its value.
type FileText struct {
	Name    *string `json:"name,omitempty"`
	Alt     *string `json:"alt,omitempty"`
	Caption *string `json:"caption,omitempty"`
	Credit  *string `json:"credit,omitempty"`
	Rights  *string `json:"rights,omitempty"`
}

// ByFile is the part of a path that names a file of a release.
type ByFile struct {
	ByRelease
	File string `path:"file" doc:"The file's id"`
}

// uploading takes the form as it comes, never whole.
type uploading struct {
	ByRelease
	request *fiber.Ctx
}

// Resolve is where huma hands an input the request itself.
func (in *uploading) Resolve(ctx huma.Context) []error {
	in.request = humafiber.Unwrap(ctx)
	return nil
}

func (a *api) registerFiles() {
	register(a, route{auth.Writer, "POST", "/releases/{release}/files", "addFile", "Attach a document or picture, or replace one", http.StatusCreated}, a.addFile)
	register(a, route{auth.Writer, "GET", "/releases/{release}/files", "listFiles", "List the documents and pictures of a release, in order", 0}, a.listFiles)
	register(a, route{auth.Writer, "PATCH", "/releases/{release}/files/{file}", "describeFile", "Change what is said of a file", 0}, a.describeFile)
	register(a, route{auth.Writer, "DELETE", "/releases/{release}/files/{file}", "removeFile", "Take a file off a release", 0}, a.removeFile)
}

func (a *api) addFile(ctx context.Context, in *uploading) (*created[uploadTo], error) {
	r, err := a.release(ctx, in.Release)
	if err != nil {
		return nil, err
	}
	kept, fields, err := web.ReadUpload(in.request, a.Files)
	if err != nil {
		return nil, err
	}
	said := releases.FileText{
		Name: kept.Name, Alt: fields.Get("alt"), Caption: fields.Get("caption"), Credit: fields.Get("credit"), Rights: fields.Get("rights"),
	}
	if r, err = a.Releases.AddFile(ctx, actor(ctx), r.ID, kept, said, fields.Get("replaces")); err != nil {
		web.DropUpload(a.Files, kept)
		return nil, err
	}
	return &created[uploadTo]{Root + "/releases/" + r.ID + "/files/" + kept.ID, a.showFileOf(r, kept.ID).Body}, nil
}

func (a *api) listFiles(ctx context.Context, in *struct {
	ByRelease
	Paging
}) (*answer[page[Upload]], error) {
	r, err := a.release(ctx, in.Release)
	if err != nil {
		return nil, err
	}
	if err := a.Releases.Viewed(ctx, actor(ctx), r); err != nil {
		return nil, err
	}
	items, next, err := cut(r.Text.Files, in.Paging, func(f releases.File) string { return f.ID })
	if err != nil {
		return nil, err
	}
	return listed(items, next, a.showFile), nil
}

func (a *api) describeFile(ctx context.Context, in *struct {
	ByFile
	Body FileText
}) (*answer[uploadTo], error) {
	r, err := a.release(ctx, in.Release)
	if err != nil {
		return nil, err
	}
	file, ok := r.Text.File(in.File)
	if !ok {
		return nil, releases.ErrNotFound
	}
	said := releases.FileText{Name: file.Name, Alt: file.Alt, Caption: file.Caption, Credit: file.Credit, Rights: file.Rights}
	give(&said.Name, in.Body.Name)
	give(&said.Alt, in.Body.Alt)
	give(&said.Caption, in.Body.Caption)
	give(&said.Credit, in.Body.Credit)
	give(&said.Rights, in.Body.Rights)
	if r, err = a.Releases.DescribeFile(ctx, actor(ctx), r.ID, file.ID, said); err != nil {
		return nil, err
	}
	return a.showFileOf(r, file.ID), nil
}

func (a *api) removeFile(ctx context.Context, in *ByFile) (*answer[release], error) {
	r, err := a.release(ctx, in.Release)
	if err != nil {
		return nil, err
	}
	if r, err = a.Releases.RemoveFile(ctx, actor(ctx), r.ID, in.File); err != nil {
		return nil, err
	}
	return &answer[release]{a.showRelease(r)}, nil
}

func (a *api) showFileOf(r releases.Release, id string) *answer[uploadTo] {
	file, _ := r.Text.File(id)
	return &answer[uploadTo]{uploadTo{a.showFile(file), r.Version}}
}

func (a *api) showFile(f releases.File) Upload {
	return Upload{
		ID: f.ID, Name: f.Name, Type: f.Type, Bytes: f.Bytes, URL: a.BaseURL + f.Path(), Hash: f.Hash, Width: f.Width, Height: f.Height,
		Alt: f.Alt, Caption: f.Caption, Credit: f.Credit, Rights: f.Rights,
	}
}

func (a *api) showFiles(list []releases.File) []Upload {
	shown := make([]Upload, len(list))
	for i, f := range list {
		shown[i] = a.showFile(f)
	}
	return shown
}
