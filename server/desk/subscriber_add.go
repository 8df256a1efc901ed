package desk

import (
	"dateline/subscribers"
)

// addSubscriber adds somebody who has agreed elsewhere; the form asks where.
func addSubscriber(r *request) error {
	typed := r.typed()
	added, err := r.deps.Subscribers.Add(r.ctx(), r.actor(), audienceNewsroom(r.newsroom), subscribers.Input{
		Email: typed.Get("email"), Name: typed.Get("name"), Outlet: typed.Get("outlet"), Language: typed.Get("language"),
		Topics: typed["topics"], Consent: typed.Get("consent"), Confirmed: true,
	})
	if p, again := r.wrongInput(err); again {
		return r.subscribersPage(p.Status, subscribersPage{}, typed, p)
	}
	if err != nil {
		return err
	}
	r.tell(notice{Message: "desk.told_subscriber", Args: map[string]any{"Email": added.Email}})
	return r.redirect("/desk/subscribers")
}
