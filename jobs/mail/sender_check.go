package mail

import (
	"context"
	"errors"
	"net"
	"slices"
	"strings"
	"time"
)

// Resolver asks DNS. *net.Resolver is one.
type Resolver interface {
	LookupTXT(ctx context.Context, name string) ([]string, error)
	LookupMX(ctx context.Context, name string) ([]*net.MX, error)
}

// How what is published stands to what should be.
const (
	Published  = "published"
	Differs    = "differs"
	Missing    = "missing"
	Uncompared = "uncompared" // there is one, and what it should say is not known
	Unasked    = "unasked"    // DNS gave no answer, or none in time
)

// Why a record differs; of Beyond, how it does not.
const (
	Beyond      = "beyond"   // DMARC: it asks for more than we begin with
	OtherKey    = "key"      // DKIM: of another key
	Several     = "several"  // more than one, which is an error
	RelayAbsent = "relay"    // SPF: not every relay is named
	NoPolicy    = "policy"   // DMARC: it asks for nothing that receivers know
	NoReports   = "reports"  // DMARC: p=none without rua does nothing
	TakesNoMail = "refusing" // MX: a null one (RFC 7505)
)

// Finding is what DNS says now where a Record should be.
type Finding struct {
	Standing string
	Why      string   // it differs, or Beyond
	Name     string   // where it was found: DMARC's may stand above (RFC 7489 section 6.6.3)
	Values   []string // that are there for this purpose

	StrictDKIM, StrictSPF bool // DMARC: alignment as it asks for it
}

// dnsPatience is how long DNS is waited for.
const dnsPatience = 2 * time.Second

// Check asks for all records at once and returns a finding for each, within two seconds, however long the
// resolver goes on.
func Check(ctx context.Context, resolver Resolver, records []Record) []Finding {
	ctx, cancel := context.WithTimeout(ctx, dnsPatience)
	defer cancel()
	type answer struct {
		at int
		Finding
	}
	answers := make(chan answer, len(records))
	for i, r := range records {
		go func() { answers <- answer{i, check(ctx, resolver, r)} }()
	}
	findings := slices.Repeat([]Finding{{Standing: Unasked}}, len(records))
	for range records {
		select {
		case a := <-answers:
			findings[a.at] = a.Finding
		case <-ctx.Done():
			return findings
		}
	}
	return findings
}

func check(ctx context.Context, resolver Resolver, r Record) Finding {
	f := checkAt(ctx, resolver, r, r.Name)
	if above := dmarcPrefix + organisation(strings.TrimPrefix(r.Name, dmarcPrefix)); r.For == ForDMARC && f.Standing == Missing && above != r.Name {
		return checkAt(ctx, resolver, r, above)
	}
	return f
}

func checkAt(ctx context.Context, resolver Resolver, r Record, name string) Finding {
	var values []string
	var err error
	if r.Type == "MX" {
		values, err = mailServers(ctx, resolver, name)
	} else {
		values, err = resolver.LookupTXT(ctx, absolute(name))
	}
	var dns *net.DNSError
	if err != nil && !(errors.As(err, &dns) && dns.IsNotFound) {
		return Finding{Standing: Unasked}
	}
	judge := map[string]func(Record, []string) Finding{ForDKIM: judgeDKIM, ForSPF: judgeSPF, ForDMARC: judgeDMARC, ForMX: judgeMX}[r.For]
	f := judge(r, slices.Clone(values))
	if f.Standing != Missing {
		f.Name = name
	}
	return f
}

// absolute keeps a resolver from trying a name below this machine's own domain.
func absolute(name string) string { return strings.TrimSuffix(name, ".") + "." }

func mailServers(ctx context.Context, resolver Resolver, name string) (hosts []string, err error) {
	servers, err := resolver.LookupMX(ctx, absolute(name))
	for _, mx := range servers {
		hosts = append(hosts, mx.Host)
	}
	return hosts, err
}

// judgeDKIM compares keys (RFC 6376 section 3.6.1), however their records are written.
func judgeDKIM(r Record, values []string) Finding {
	values = slices.DeleteFunc(values, func(v string) bool { _, is := tags(v)["p"]; return !is })
	if len(values) == 0 {
		return Finding{Standing: Missing}
	}
	key := func(text string) [2]string {
		t := tags(text)
		kind := t["k"]
		if kind == "" {
			kind = "rsa"
		}
		return [2]string{kind, strings.Join(strings.Fields(t["p"]), "")}
	}
	switch {
	case len(values) > 1:
		return Finding{Standing: Differs, Why: Several, Values: values}
	case key(values[0]) != key(r.Value):
		return Finding{Standing: Differs, Why: OtherKey, Values: values}
	}
	return Finding{Standing: Published, Values: values}
}

// judgeSPF looks for what the record should name (RFC 7208). What an include covers is not followed.
func judgeSPF(r Record, values []string) Finding {
	values = slices.DeleteFunc(values, func(v string) bool {
		version, _, _ := strings.Cut(v, " ")
		return !strings.EqualFold(version, spfVersion)
	})
	if len(values) == 0 {
		return Finding{Standing: Missing}
	}
	if len(values) > 1 {
		return Finding{Standing: Differs, Why: Several, Values: values}
	}
	if r.Value == "" {
		return Finding{Standing: Uncompared, Values: values}
	}
	var terms []string
	for term := range strings.FieldsSeq(strings.ToLower(values[0])) {
		terms = append(terms, strings.TrimPrefix(term, "+"))
	}
	wanted := strings.Fields(r.Value)
	for _, term := range wanted[:len(wanted)-1] { // but "all"
		if !slices.Contains(terms, term) {
			return Finding{Standing: Differs, Why: RelayAbsent, Values: values}
		}
	}
	return Finding{Standing: Published, Values: values}
}

// judgeDMARC takes any policy (RFC 7489 section 6.3).
func judgeDMARC(_ Record, values []string) Finding {
	values = slices.DeleteFunc(values, func(v string) bool {
		version, _, _ := strings.Cut(v, ";")
		return strings.Join(strings.Fields(version), "") != "v=DMARC1"
	})
	if len(values) == 0 {
		return Finding{Standing: Missing}
	}
	t := tags(values[0])
	f := Finding{Standing: Published, Values: values, StrictDKIM: strings.EqualFold(t["adkim"], "s"), StrictSPF: strings.EqualFold(t["aspf"], "s")}
	switch policy := strings.ToLower(t["p"]); {
	case len(values) > 1:
		return Finding{Standing: Differs, Why: Several, Values: values}
	case policy != "none" && policy != "quarantine" && policy != "reject":
		f.Standing, f.Why = Differs, NoPolicy
	case policy != "none":
		f.Why = Beyond
	case t["rua"] == "":
		f.Standing, f.Why = Differs, NoReports
	}
	return f
}

// judgeMX takes any server: which one takes the mail is not known here.
func judgeMX(_ Record, values []string) Finding {
	switch {
	case len(values) == 0:
		return Finding{Standing: Missing}
	case slices.Contains(values, "."):
		return Finding{Standing: Differs, Why: TakesNoMail, Values: values}
	}
	return Finding{Standing: Published, Values: values}
}

// tags reads a record of the form "v=DKIM1; k=rsa; p=..." (RFC 6376 section 3.2).
func tags(text string) map[string]string {
	all := map[string]string{}
	for tag := range strings.SplitSeq(text, ";") {
		if name, value, is := strings.Cut(tag, "="); is {
			all[strings.TrimSpace(name)] = strings.TrimSpace(value)
		}
	}
	return all
}
