package desk

import (
	"slices"
	"strings"

	"dateline/jobs/mail"

	"github.com/gofiber/fiber/v2"
	"golang.org/x/net/idna"
)

// senderPage is what DNS should say of every sender within reach, beside what it says.
type senderPage struct {
	page
	Captured  bool // no relay is set
	Alignment rfc
	Senders   []senderView
}

// senderView is a domain that newsrooms send from.
type senderView struct {
	mail.SenderDNS
	Shown     string // Domain as people write it
	Newsrooms []string
	Proofs    []proof
	Passes    string // by which of them DMARC passes
	Records   []recordView
}

// proof is a domain that a message is checked by, and whether it speaks for the one that readers see.
type proof struct {
	Label, Domain string
	Chip          chip
}

// recordView is a record in words.
type recordView struct {
	mail.Record
	Title, Why string
	Chip       chip
	Notes      []string // on what was found
	Found      mail.Finding
	Sources    []rfc
}

// rfc is a section of a standard.
type rfc struct{ Number, Section string }

func (s rfc) URL() string {
	return "https://www.rfc-editor.org/rfc/rfc" + s.Number + "#section-" + s.Section
}

// showSender asks DNS each time, so that whoever has just published a record sees it.
func showSender(r *request) error {
	if r.newsroom.ID == "" {
		return r.firstNewsroom()
	}
	sending, err := r.deps.Sending()
	if err != nil {
		return err
	}
	data := senderPage{page: r.page("settings", r.say.T("sender.title")), Captured: len(sending.Relays) == 0, Alignment: rfc{"7489", "3.1"}, Senders: r.senders(sending)}
	var records []mail.Record
	for _, s := range data.Senders {
		records = append(records, s.SenderDNS.Records...)
	}
	found := mail.Check(r.ctx(), r.deps.DNS, records)
	for i := range data.Senders {
		s := &data.Senders[i]
		n := len(s.SenderDNS.Records)
		r.sayFound(s, sending, found[:n])
		found = found[n:]
	}
	return r.write(fiber.StatusOK, "sender", data)
}

// senders are the domains of the newsrooms within reach, each once.
func (r *request) senders(sending mail.Sending) (list []senderView) {
	for _, n := range r.newsrooms {
		d, err := sending.Of(n.EmailFrom)
		if err != nil { // saved before it was checked; the settings ask for another
			continue
		}
		i := slices.IndexFunc(list, func(s senderView) bool { return s.Domain == d.Domain })
		if i < 0 {
			i, list = len(list), append(list, senderView{SenderDNS: d, Shown: shownDomain(d.Domain)})
		}
		list[i].Newsrooms = append(list[i].Newsrooms, n.Name)
	}
	return list
}

// shownDomain writes A-labels as people do.
func shownDomain(domain string) string {
	if shown, err := idna.Display.ToUnicode(domain); err == nil {
		return shown
	}
	return domain
}

// sayFound puts a sender's records and what was found into words.
func (r *request) sayFound(s *senderView, sending mail.Sending, found []mail.Finding) {
	var strict mail.Finding
	for i, record := range s.SenderDNS.Records {
		if record.For == mail.ForDMARC {
			strict = found[i]
		}
		s.Records = append(s.Records, r.recordView(s.Domain, record, sending, found[i]))
	}
	signed := mail.Aligned(s.Domain, s.Signed, strict.StrictDKIM)
	returned := !slices.ContainsFunc(s.Bounces, func(b string) bool { return !mail.Aligned(s.Domain, b, strict.StrictSPF) })
	s.Proofs = append(s.Proofs, r.proof("signed", s.Signed, signed))
	for _, b := range s.Bounces {
		s.Proofs = append(s.Proofs, r.proof("bounces", b, mail.Aligned(s.Domain, b, strict.StrictSPF)))
	}
	if !slices.Equal(s.Bounces, []string{s.Domain}) {
		s.Proofs = append(s.Proofs, r.proof("letters", s.Domain, true))
	}
	switch {
	case signed && returned:
		s.Passes = r.say.T("sender.passes_both")
	case signed:
		s.Passes = r.say.T("sender.passes_dkim")
	case returned:
		s.Passes = r.say.T("sender.passes_spf")
	default:
		s.Passes = r.say.T("sender.passes_none")
	}
}

func (r *request) proof(what, domain string, aligned bool) proof {
	p := proof{r.say.T("sender.proof_" + what), domain, chip{"green", "✓", r.say.T("sender.aligned")}}
	switch {
	case domain == "":
		p.Chip = chip{"amber", "!", r.say.T("sender.unsigned")}
	case !aligned:
		p.Chip = chip{"red", "✕", r.say.T("sender.not_aligned")}
	}
	return p
}

func (r *request) recordView(domain string, record mail.Record, sending mail.Sending, found mail.Finding) recordView {
	v := recordView{Record: record, Title: strings.ToUpper(record.For), Chip: r.foundChip(found.Standing), Found: found}
	if record.Name != domain && (record.For == mail.ForSPF || record.For == mail.ForMX) {
		v.Title += ", " + record.Name
	}
	switch record.For {
	case mail.ForDKIM:
		if v.Why, v.Sources = r.say.T("sender.why_dkim"), []rfc{{"6376", "3.6.1"}}; strings.Contains(record.Value, "k=ed25519") {
			v.Why, v.Sources = r.say.T("sender.why_ed25519"), []rfc{{"8463", "4"}}
			v.Title += ", Ed25519"
		} else {
			v.Title += ", RSA"
		}
	case mail.ForSPF:
		v.Why, v.Sources = r.whySPF(record, sending), []rfc{{"7208", "2.4"}, {"7208", "5"}}
	case mail.ForDMARC:
		v.Why, v.Sources = r.say.T("sender.why_dmarc"), []rfc{{"7489", "6.3"}}
	case mail.ForMX:
		v.Why, v.Sources = r.say.T("sender.why_mx"), []rfc{{"5321", "5.1"}}
		if record.Name != domain {
			v.Why = r.say.T("sender.why_mx_bounces")
		}
	}
	v.Notes = r.foundNotes(record, found)
	return v
}

// foundNotes say what to think of a finding, where its name does not.
func (r *request) foundNotes(record mail.Record, found mail.Finding) (notes []string) {
	switch found.Standing {
	case mail.Differs:
		return []string{r.say.T("sender.differs_" + found.Why)}
	case mail.Uncompared:
		return []string{r.say.T("sender.note_uncompared")}
	case mail.Unasked:
		return []string{r.say.T("sender.note_unasked")}
	case mail.Published:
		if found.Name != record.Name {
			notes = append(notes, r.say.T("sender.note_above", "Name", found.Name))
		}
		if found.Why == mail.Beyond {
			notes = append(notes, r.say.T("sender.note_beyond"))
		}
	}
	return notes
}

// whySPF says what is known of the servers that send: the hosts that take our mail, and no more.
func (r *request) whySPF(record mail.Record, sending mail.Sending) string {
	var hosts []string
	for _, relay := range sending.Relays {
		hosts = append(hosts, relay.Host)
	}
	slices.Sort(hosts)
	switch told := strings.Join(slices.Compact(hosts), ", "); {
	case len(hosts) == 0:
		return r.say.T("sender.why_spf_captured")
	case record.Value == "":
		return r.say.T("sender.why_spf_local", "Hosts", told)
	default:
		return r.say.T("sender.why_spf", "Hosts", told)
	}
}

func (r *request) foundChip(standing string) chip {
	label := r.say.T("sender.found_" + standing)
	switch standing {
	case mail.Published:
		return chip{"green", "✓", label}
	case mail.Differs:
		return chip{"amber", "!", label}
	case mail.Missing:
		return chip{"red", "✕", label}
	case mail.Uncompared:
		return chip{"blue", "?", label}
	default:
		return chip{"plain", "–", label}
	}
}
