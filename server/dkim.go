package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"io"
	"strconv"
	"strings"

	"dateline/jobs/mail"
	"dateline/server/config"

	"golang.org/x/net/idna"
)

// dkim makes the keys that mail is signed with, or shows those there are, with what to publish in DNS.
func dkim(_ context.Context, c call, flags *flag.FlagSet, args []string) error {
	domain := flags.String("domain", "", "the domain of the newsroom's sender address")
	selector := flags.String("selector", "", "the key's name in DNS; dateline1, dateline2 and so on if left out")
	ed25519 := flags.Bool("ed25519", false, "also make an Ed25519 key, for the receivers that check it")
	another := flags.Bool("new", false, "make another key, though there is one")
	if err := parse(flags, args); err != nil {
		return err
	}
	name, err := idna.Lookup.ToASCII(strings.TrimSuffix(*domain, "."))
	if err != nil || !strings.Contains(name, ".") {
		return usage(flags, "--domain must be a domain such as example.org, not %q", *domain)
	}
	if *selector != "" && !isSelector(*selector) {
		return usage(flags, "--selector must be small letters, digits and hyphens, not %q", *selector)
	}
	settings, err := config.Load(c.getenv)
	if err != nil {
		return err
	}
	if err := writable(settings.Data); err != nil {
		return err
	}
	d := dkimDomain{name: name, dir: dkimDir(settings.Data, name)}
	keys, err := d.load()
	if err != nil {
		return err
	}
	chosen, found := choose(keys, *selector)
	switch {
	case *another && *selector != "" && found:
		return usage(flags, "there is a key named %s already; leave out --selector, or write another", *selector)
	case *another || len(keys) == 0 || *selector == "" && !found:
		if chosen = *selector; chosen == "" {
			chosen = nextSelector(keys)
		}
	case !found:
		return usage(flags, "there is no key named %s; --new makes it", *selector)
	}
	if err := d.make(chosen, *ed25519); err != nil {
		return err
	}
	if keys, err = d.load(); err != nil {
		return err
	}
	printDKIM(c.stdout, d, keys, settings.SMTP)
	return nil
}

// isSelector says whether a name can be one label of a domain name.
func isSelector(s string) bool {
	for _, r := range s {
		if (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' {
			return false
		}
	}
	return len(s) <= 50 && !strings.HasPrefix(s, "-") && !strings.HasSuffix(s, "-")
}

// choose finds the RSA key of a name, or the last one.
func choose(keys []dkimKey, selector string) (chosen string, found bool) {
	for _, k := range keys {
		if !k.isEd25519() && (selector == "" || k.Selector == selector) {
			chosen, found = k.Selector, true
		}
	}
	return chosen, found
}

func nextSelector(keys []dkimKey) string {
	for n := 1; ; n++ {
		name := "dateline" + strconv.Itoa(n)
		if _, taken := choose(keys, name); !taken {
			return name
		}
	}
}

// printDKIM says what is to be published so that receivers believe the newsroom's mail.
func printDKIM(w io.Writer, d dkimDomain, keys []dkimKey, relays []mail.Relay) {
	fmt.Fprintf(w, "Keys of %s, in %s. A server signs with all of them from its next start;\nto retire one, delete its file, and its record a week later.\n", d.name, d.dir)
	for _, k := range keys {
		name := k.Selector + "._domainkey." + d.name
		fmt.Fprintf(w, "\nDKIM, %s: publish at %s\n  as a line of a zone file:\n    %s\n  as a plain value:\n    %s\n", k.kind(), name, zoneLine(name, k.record), k.record)
	}
	fmt.Fprintf(w, `
SPF: publish one TXT record at %[1]s that names whatever relay sends its mail. A relay of your own:
    %[3]s
  A service tells what to include. Where there is a record already, add to it: two are an error.

DMARC: begin with reports only, and ask for more once they show that everything passes:
    %[2]s
  After some weeks p=quarantine, then p=reject.
  The desk compares all this with what is published: Settings, DNS records of senders.

Return path: the newsroom's sender address, which must take mail. It is at %[1]s or below,
  so that SPF passes for the domain that readers see. The relay must not replace it by one elsewhere.
`, d.name, zoneLine("_dmarc."+d.name, "v=DMARC1; p=none; rua=mailto:postmaster@"+d.name), zoneLine(d.name, cmp.Or(mail.SPF(relays), "v=spf1 a:smtp."+d.name+" ~all")))
}

// zoneLine writes a TXT record as RFC 1035 section 5.1 has it, in strings of at most 255 bytes.
func zoneLine(name, value string) string {
	var parts []string
	for len(value) > 255 {
		parts, value = append(parts, `"`+value[:255]+`"`), value[255:]
	}
	return name + `. 3600 IN TXT ` + strings.Join(append(parts, `"`+value+`"`), " ")
}
