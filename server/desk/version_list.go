package desk

import (
	"cmp"
	"strconv"

	"dateline/releases"

	"github.com/gofiber/fiber/v2"
)

// versionsPage is every text that a release has had, and how two of them differ.
type versionsPage struct {
	page
	Release     releases.Release
	Action      string
	Rows        []versionRow
	Pick        form // of the two
	From, To    int  // 0 where there is only one version
	Differences []difference
}

// versionRow is one version: what the world sees of it, and what its readers were told.
type versionRow struct {
	releases.Version
	Compare    string // address of how it differs from the one before, "" for the first
	Chip       chip
	Note       string // the correction's that it was saved with
	CanRestore bool
}

// listVersions shows them, newest first, and compares the two that are asked for, or the newest with the
// one before.
func listVersions(r *request) error {
	release, err := r.release()
	if err != nil {
		return err
	}
	if err := r.viewed(release); err != nil {
		return err
	}
	action := "/desk/releases/" + release.ID
	data := versionsPage{page: r.page("releases", release.Text.Headline), Release: release, Action: action}
	versions, err := r.deps.Releases.Versions(r.ctx(), release.ID)
	if err != nil {
		return err
	}
	if data.Rows, err = r.versionRows(release, versions); err != nil {
		return err
	}
	if len(versions) > 1 {
		if err := r.compareVersions(&data, versions); err != nil {
			return err
		}
	}
	return r.write(fiber.StatusOK, "versions", data)
}

func (r *request) versionRows(release releases.Release, versions []releases.Version) ([]versionRow, error) {
	notes := map[int]string{}
	corrections, err := r.deps.Releases.Corrections(r.ctx(), release.ID)
	if err != nil {
		return nil, err
	}
	for _, c := range corrections {
		notes[c.Version] = c.Note
	}
	var rows []versionRow
	for i, v := range versions {
		row := versionRow{Version: v, Note: notes[v.Number], CanRestore: v.Number != release.Version && release.State != releases.StateWithdrawn}
		if i+1 < len(versions) {
			row.Compare = address("/desk/releases/"+release.ID+"/versions", "from", strconv.Itoa(versions[i+1].Number), "to", strconv.Itoa(v.Number)) + "#differences"
		}
		if v.Number == release.Approved {
			row.Chip = r.releaseChip(release)
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// compareVersions adds the comparison and the form that chooses it.
func (r *request) compareVersions(data *versionsPage, versions []releases.Version) error {
	data.To = cmp.Or(number(r.c.Query("to")), versions[0].Number)
	data.From = cmp.Or(number(r.c.Query("from")), data.To-1)
	list, err := r.deps.Releases.CompareVersions(r.ctx(), data.Release.ID, data.From, data.To)
	if err != nil {
		return err
	}
	data.Differences = r.differences(list)
	var choices []option
	for _, v := range versions {
		label := r.say.T("editorial.version_choice", "Version", v.Number, "By", v.CreatedBy, "At", r.say.Time(v.CreatedAt, data.Zone()))
		choices = append(choices, option{strconv.Itoa(v.Number), label})
	}
	chosen := map[string][]string{"from": {strconv.Itoa(data.From)}, "to": {strconv.Itoa(data.To)}}
	data.Pick = newForm(r.say, "compare", chosen, nil,
		field{Name: "from", Type: "select", Label: "editorial.label_from", Options: choices},
		field{Name: "to", Type: "select", Label: "editorial.label_to", Options: choices})
	return nil
}

// restoreVersion saves the text of an earlier version as a new one.
func restoreVersion(r *request) error {
	typed := r.typed()
	return r.steer("editorial.told_restored", textForm, func(release releases.Release) (releases.Release, error) {
		return r.deps.Releases.Restore(r.ctx(), r.actor(), release.ID, number(r.c.Params("number")), number(typed.Get("version")))
	})
}

// difference is a field that two texts have differently, in words.
type difference struct {
	Label  string
	Blocks []releases.Block
}

func (r *request) differences(list []releases.Difference) []difference {
	var shown []difference
	for _, d := range list {
		label := "desk.label_" + d.Field
		switch d.Field {
		case "contacts", "files":
			label = "desk." + d.Field
		case "kind":
			for _, b := range d.Blocks {
				for i := range b.Parts {
					b.Parts[i].Text = r.kind(releases.Kind(b.Parts[i].Text))
				}
			}
		}
		shown = append(shown, difference{Label: r.say.T(label), Blocks: d.Blocks})
	}
	return shown
}
