package desk

import "dateline/server/web"

// showFile answers with a file of a release in reach, whatever the release's state.
func showFile(r *request) error {
	file, release, err := r.deps.Releases.File(r.ctx(), r.c.Params("id"))
	if err != nil {
		return err
	}
	if err := r.workIn(release.Newsroom.ID); err != nil {
		return err
	}
	if err := r.viewed(release); err != nil {
		return err
	}
	content, err := r.deps.Files.Open(file.ID, file.Key)
	if err != nil {
		return err
	}
	return web.SendFile(r.c, web.FileAnswer{File: file, Content: content, Cache: web.NoStore})
}
