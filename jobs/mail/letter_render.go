package mail

import (
	"bytes"
	"fmt"
	"maps"
	"time"

	"dateline/releases"
	"dateline/releases/words"
)

// Letter is a single mail: a confirmation, a notice.
type Letter struct {
	Newsroom  releases.Newsroom
	To        string
	MessageID string
	Kind      string // names its texts in the catalogue: mail.confirm.subject, .body, .button, .quiet
	Link      string
	Args      map[string]any
	Facts     []Fact // figures below the body
	Date      time.Time
}

// Fact is one figure of a letter, or whatever else is short.
type Fact struct{ Label, Value string }

// note is what the templates of a letter are given.
type note struct {
	Letter
	Language                     string
	Subject, Body, Button, Quiet string
}

// RenderLetter builds a single mail, text and HTML, with Auto-Submitted: auto-generated (RFC 3834). Its
// texts may use what Args holds and {{.Newsroom}}, the newsroom's name.
func RenderLetter(l Letter, speaker words.Speaker) ([]byte, error) {
	args := map[string]any{"Newsroom": l.Newsroom.Name}
	maps.Copy(args, l.Args)
	n := note{
		Letter:   l,
		Language: speaker.Language,
		Subject:  speaker.TMap("mail."+l.Kind+".subject", args),
		Body:     speaker.TMap("mail."+l.Kind+".body", args),
		Button:   speaker.TMap("mail."+l.Kind+".button", args),
		Quiet:    speaker.TMap("mail."+l.Kind+".quiet", args),
	}
	message, err := n.build()
	if err != nil {
		return nil, fmt.Errorf("render letter %s: %w", l.MessageID, err)
	}
	return message, nil
}

func (n note) build() ([]byte, error) {
	plain, err := executeText("letter.txt", n)
	if err != nil {
		return nil, err
	}
	page, err := executeHTML("letter.html", n)
	if err != nil {
		return nil, err
	}
	to := newTokens()[placeTo]
	message, err := build(content{
		from:     n.Newsroom.EmailFrom,
		fromName: n.Newsroom.Name,
		replyTo:  n.Newsroom.ReplyTo,
		subject:  n.Subject,
		date:     n.Date,
		language: n.Language,
		fields: [][2]string{
			{"To", to},
			{"Message-ID", n.MessageID},
			{"Auto-Submitted", "auto-generated"},
		},
		text: plain,
		html: page,
	})
	return bytes.Replace(message, []byte(to), appendMailbox(nil, "", n.To), 1), err
}
