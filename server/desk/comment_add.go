package desk

import "dateline/releases"

// addComment says something of a release to the others on the desk.
func addComment(r *request) error {
	text := r.typed().Get("text")
	return r.steer("editorial.told_comment", commentForm, func(release releases.Release) (releases.Release, error) {
		_, err := r.deps.Releases.AddComment(r.ctx(), r.actor(), release.ID, text)
		return release, err
	})
}

// addComments adds what was said, and the form to say more.
func (r *request) addComments(data *releasePage, s shown) (err error) {
	typed, faults := s.of(commentForm)
	data.Comment = newForm(r.say, string(commentForm), typed, faults,
		field{Name: "text", Type: "area", Rows: 3, Required: true, Label: "editorial.label_comment", Help: "editorial.help_comment"})
	data.Comments, err = r.deps.Releases.Comments(r.ctx(), data.Release.ID)
	return err
}
