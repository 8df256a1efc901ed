package desk

import (
	"net/url"

	"dateline/releases"
	"dateline/server/web"

	"github.com/gofiber/fiber/v2"
)

// addFile attaches a file to a release, or puts it in another's place.
func addFile(r *request) error {
	release, err := r.release()
	if err != nil {
		return err
	}
	kept, typed, err := web.ReadUpload(r.c, r.deps.Files)
	if err == nil {
		_, err = r.deps.Releases.AddFile(r.ctx(), r.actor(), release.ID, kept, said(kept.Name, typed), typed.Get("replaces"))
		if err != nil {
			web.DropUpload(r.deps.Files, kept)
		}
	}
	return r.filesChanged(release, typed, err, "desk.told_file_added")
}

// describeFile saves what is said of a file.
func describeFile(r *request) error {
	return r.changeFile("desk.told_file_described", func(release releases.Release, file releases.File, typed url.Values) error {
		_, err := r.deps.Releases.DescribeFile(r.ctx(), r.actor(), release.ID, file.ID, said(file.Name, typed))
		return err
	})
}

// removeFile takes a file off a release. Earlier versions keep it.
func removeFile(r *request) error {
	return r.changeFile("desk.told_file_removed", func(release releases.Release, file releases.File, _ url.Values) error {
		_, err := r.deps.Releases.RemoveFile(r.ctx(), r.actor(), release.ID, file.ID)
		return err
	})
}

func (r *request) changeFile(done string, do func(releases.Release, releases.File, url.Values) error) error {
	release, err := r.release()
	if err != nil {
		return err
	}
	file, ok := release.Text.File(r.c.Params("file"))
	if !ok {
		return releases.ErrNotFound
	}
	typed := r.typed()
	return r.filesChanged(release, typed, do(release, file, typed), done)
}

// filesChanged goes back to the release, whose page tells what was done or what stood in the way.
func (r *request) filesChanged(release releases.Release, typed url.Values, err error, done string) error {
	p, again := r.wrongInput(err)
	if again || err != nil && p.Status == fiber.StatusRequestEntityTooLarge {
		if release, err = r.release(); err != nil {
			return err
		}
		return r.releasePage(release, shown{status: p.Status, problem: p, form: fileForm, typed: typed})
	}
	if err != nil {
		return err
	}
	r.deps.Engine.Wake()
	r.tell(notice{Message: done})
	return r.redirect("/desk/releases/" + release.ID + "#files")
}

func said(name string, typed url.Values) releases.FileText {
	return releases.FileText{
		Name: name, Alt: typed.Get("alt"), Caption: typed.Get("caption"), Credit: typed.Get("credit"), Rights: typed.Get("rights"),
	}
}

// fileRow is a file with the form that says what it is.
type fileRow struct {
	releases.File
	Action string
	Form   form
}

// fileRows are a release's files. The forms of one page are told apart by the file's id.
func (r *request) fileRows(release releases.Release) []fileRow {
	var rows []fileRow
	for _, f := range release.Text.Files {
		values := url.Values{"alt": {f.Alt}, "caption": {f.Caption}, "credit": {f.Credit}, "rights": {f.Rights}}
		rows = append(rows, fileRow{
			File: f, Action: "/desk/releases/" + release.ID + "/files/" + f.ID,
			Form: newForm(r.say, "file-"+f.ID, values, nil, fileFields()...),
		})
	}
	return rows
}

// uploadForm asks for a file and what is said of it.
func (r *request) uploadForm(release releases.Release, s shown) form {
	typed, faults := s.of(fileForm)
	fields := []field{{Name: "file", Type: "file", Label: "desk.label_attachment", Required: true, Help: "desk.help_file"}}
	if len(release.Text.Files) > 0 {
		instead := []option{{"", r.say.T("desk.replaces_none")}}
		for _, f := range release.Text.Files {
			instead = append(instead, option{f.ID, f.Name})
		}
		fields = append(fields, field{Name: "replaces", Type: "select", Options: instead, Help: "desk.help_replaces"})
	}
	return newForm(r.say, "file", typed, faults, append(fields, fileFields()...)...)
}

func fileFields() []field {
	return []field{
		{Name: "alt", Help: "desk.help_alt"}, {Name: "caption"}, {Name: "credit"}, {Name: "rights", Help: "desk.help_rights"},
	}
}
