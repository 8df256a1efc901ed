package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"mime/multipart"
	"mime/quotedprintable"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"dateline/releases/input"
	"dateline/server/database"
	"dateline/server/database/dbtest"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zlib"
)

// secretRelease is an embargoed release whose every part can be told from anything else.
var secretRelease = map[string]string{
	"headline": "Zebrafinken Övertar Kvarnholmen", "lede": "Ordförande Quisling avgår i onsdags.",
	"body": "Tolvtusen hushåll flyttas till Gäddede.", "name": "Ulrika Vattenfallsdotter", "email": "ulrika.v@hemligast.example",
	"edited": "Fjortontusen hushåll flyttas till Gäddede.", "file": "Kvarnholmsutredningens slutbetänkande, bilaga nio", "file name": "zebrafinksutredningen.txt",
	"placeholder": "[kvarnholmschefen]", "comment": "Säg inget till Brunkebergs tidning än.", "forced": "Överjägmästaren sover redan.",
}

// secretBesides is what is said of other releases, that nobody outside is to know.
var secretBesides = map[string]string{"note": "Uppsägningarna är nittiofyra.", "reason": "Köparen drog sig ur i Vilhelmina."}

func TestAtRest_BeforeTheLift_NothingHoldsTheText(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			redis := startRedis(t)
			settings := map[string]string{"DATELINE_REDIS": redis.url()}
			if engine == "postgres" {
				settings["DATELINE_DATABASE"] = dbtest.StartServer(t).Address() // whose files hold nothing else
			}
			p := newProcess(t, settings)
			p.start()
			c := p.client("admin")
			makeNewsroom(c, 20)
			saySecrets(c, p.client("writer"))
			id, version := writeSecret(c)
			c.call("PATCH", "/newsrooms/dalarna", http.StatusOK, map[string]any{"approvals": 2})
			c.call("POST", "/releases/"+id+"/force-approval", http.StatusOK, map[string]any{"version": version, "reason": secretRelease["forced"]})
			c.call("POST", "/releases/"+id+"/comments", http.StatusCreated, map[string]any{"text": secretRelease["comment"]})
			c.call("POST", "/releases/"+id+"/wave-through", http.StatusOK, map[string]any{"version": version, "placeholders": []string{secretRelease["placeholder"]}})
			c.call("POST", "/releases/"+id+"/schedule", http.StatusOK, map[string]any{
				"lift_at": time.Now().Add(5 * time.Minute).UTC().Format("2006-01-02T15:04:05Z07:00"),
			})
			eventually(t, "the audience is staged", func() bool {
				items := c.call("GET", "/releases/"+id+"/dispatches", http.StatusOK, nil)["items"].([]any)
				return len(items) == 1 && items[0].(map[string]any)["state"] == "staged"
			})

			kept := everythingKept(t, p, redis)
			forms := map[string][]byte{}
			parts := maps.Clone(secretRelease)
			maps.Copy(parts, secretBesides)
			for part, text := range parts {
				for form, raw := range spellings(text) {
					forms[part+" as "+form] = raw
				}
			}
			// The search must find what is there, else it proves nothing.
			forms["control"] = []byte("reader7@tidning.example")
			found := search(kept, forms)
			if len(found["control"]) == 0 {
				t.Error("not even a subscriber's address was found")
			}
			delete(found, "control")
			for form, places := range found {
				t.Errorf("the %s is in %v", form, places)
			}
		})
	}
}

// writeSecret writes the release, in two versions and at two addresses.
func writeSecret(c client) (id string, version any) {
	text := map[string]any{
		"headline": secretRelease["headline"] + " idag", "lede": secretRelease["lede"], "body": secretRelease["body"],
		"contacts": []any{map[string]any{"name": secretRelease["name"], "email": secretRelease["email"]}}, "topics": []string{"Mänskliga rättigheter"},
	}
	made := c.call("POST", "/newsrooms/dalarna/releases", http.StatusCreated, text)
	id = made["id"].(string)
	edited := c.call("PATCH", "/releases/"+id, http.StatusOK, map[string]any{
		"version": made["version"], "headline": secretRelease["headline"], "body": secretRelease["body"] + "\n\n" + secretRelease["edited"] + "\n\n" + secretRelease["placeholder"],
	})
	attached := attach(c, id)
	if attached["version"] == edited["version"] {
		c.t.Errorf("the file made no version: %v", attached)
	}
	return id, c.call("GET", "/releases/"+id, http.StatusOK, nil)["version"]
}

// saySecrets writes a correction of one release that waits for approval, and cancels another.
func saySecrets(c, writer client) {
	made := c.call("POST", "/newsrooms/dalarna/releases", http.StatusCreated, map[string]any{"headline": "Bussarna går som vanligt"})
	path := "/releases/" + made["id"].(string)
	c.call("POST", path+"/approve", http.StatusOK, map[string]any{"version": 1})
	c.call("POST", path+"/publish", http.StatusOK, nil)
	writer.call("POST", path+"/correct", http.StatusOK, map[string]any{"headline": "Bussarna går", "note": secretBesides["note"]})
	made = c.call("POST", "/newsrooms/dalarna/releases", http.StatusCreated, map[string]any{"headline": "Vi har inget att säga"})
	path = "/releases/" + made["id"].(string)
	c.call("POST", path+"/approve", http.StatusOK, map[string]any{"version": 1})
	c.call("POST", path+"/schedule", http.StatusOK, map[string]any{"lift_at": time.Now().Add(time.Hour).UTC().Format("2006-01-02T15:04:05Z07:00")})
	c.call("POST", path+"/withdraw", http.StatusOK, map[string]any{"reason": secretBesides["reason"]})
}

// attach uploads the secret file.
func attach(c client, id string) map[string]any {
	c.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("file", secretRelease["file name"])
	if err != nil {
		c.t.Fatal(err)
	}
	fmt.Fprint(part, secretRelease["file"])
	form.Close()
	return c.send("POST", "/releases/"+id+"/files", form.FormDataContentType(), body.Bytes(), http.StatusCreated)
}

// everythingKept reads all that a thief of disks could: the data directory, Postgres's files, what
// Redis would save, and the log.
func everythingKept(t *testing.T, p *process, redis *redisServer) map[string][]byte {
	t.Helper()
	kept := map[string][]byte{"log": []byte(p.out.String())}
	readTree(t, kept, p.env["DATELINE_DATA"])
	redis.command("CONFIG SET rdbcompression no")
	if said := redis.command("SAVE"); said != "+OK" {
		t.Fatalf("SAVE answered %q", said)
	}
	readTree(t, kept, redis.dir)
	if address := p.env["DATELINE_DATABASE"]; address != "" {
		db, err := database.Open(t.Context(), address)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		if _, err := db.Exec(`CHECKPOINT`); err != nil {
			t.Fatal(err)
		}
		var dir string
		if err := db.QueryRow(`SELECT current_setting('data_directory')`).Scan(&dir); err != nil {
			t.Fatal(err)
		}
		readTree(t, kept, dir)
	}
	return kept
}

func readTree(t *testing.T, kept map[string][]byte, dir string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		raw, err := os.ReadFile(path)
		kept[path] = withoutZeros(raw)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// withoutZeros leaves out blocks of nothing, which most of a database's files are, for there to be less to
// search. No text reaches across one.
func withoutZeros(raw []byte) (rest []byte) {
	var nothing [512]byte
	for block := range slices.Chunk(raw, len(nothing)) {
		if !bytes.Equal(block, nothing[:len(block)]) {
			rest = append(rest, block...)
		}
	}
	return rest
}

// spellings are the bytes that a text could be kept as.
func spellings(text string) map[string][]byte {
	var little, big, ascii bytes.Buffer
	for _, unit := range utf16.Encode([]rune(text)) {
		little.Write([]byte{byte(unit), byte(unit >> 8)})
		big.Write([]byte{byte(unit >> 8), byte(unit)})
		if unit < 0x80 {
			ascii.WriteByte(byte(unit))
		} else {
			fmt.Fprintf(&ascii, `\u%04x`, unit)
		}
	}
	var printable strings.Builder
	q := quotedprintable.NewWriter(&printable)
	q.Write([]byte(text))
	q.Close()
	escaped, _ := json.Marshal(text)
	all := map[string][]byte{
		"UTF-8": []byte(text), "UTF-16LE": little.Bytes(), "UTF-16BE": big.Bytes(), "JSON": ascii.Bytes(),
		"Go's JSON": bytes.Trim(escaped, `"`), "quoted-printable": []byte(printable.String()), "an address": []byte(input.Slug(text)),
		"percent": []byte(url.QueryEscape(text)), "hex": fmt.Appendf(nil, "%x", text), "lower case": []byte(strings.ToLower(text)),
	}
	// In base64 a text looks one of three ways, by where it begins; the ends depend on its neighbours.
	for shift := range 3 {
		encoded := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("x", shift) + text))
		all[fmt.Sprint("base64 ", shift)] = []byte(encoded[4 : len(encoded)-4])
	}
	return all
}

// search says in which places each form is, also inside what is compressed there, in base64 or not.
func search(kept map[string][]byte, forms map[string][]byte) map[string][]string {
	found := map[string][]string{}
	look := func(place string, raw []byte) {
		for form, bytesOf := range forms {
			if bytes.Contains(raw, bytesOf) {
				found[form] = append(found[form], place)
			}
		}
	}
	searched := map[[sha256.Size]byte]bool{} // a server has three copies of its catalogue
	for place, raw := range kept {
		sum := sha256.Sum256(raw)
		if searched[sum] {
			continue
		}
		searched[sum] = true
		look(place, raw)
		inflate(raw, func(plain []byte) { look(place+", compressed", plain) })
		for _, run := range bytes.FieldsFunc(raw, notBase64) {
			for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
				plain := make([]byte, encoding.DecodedLen(len(run)))
				if n, err := encoding.Decode(plain, run); err == nil && n > 20 {
					inflate(plain[:n], func(plain []byte) { look(place+", compressed in base64", plain) })
				}
			}
		}
	}
	return found
}

func notBase64(r rune) bool {
	return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("+/-_", r))
}

// inflate finds every gzip and zlib stream in raw.
func inflate(raw []byte, each func(plain []byte)) {
	for at := 0; at < len(raw)-2; at++ {
		var plain io.Reader
		var err error
		switch {
		case raw[at] == 0x1f && raw[at+1] == 0x8b:
			plain, err = gzip.NewReader(bytes.NewReader(raw[at:]))
		case raw[at] == 0x78 && (raw[at+1] == 0x01 || raw[at+1] == 0x9c || raw[at+1] == 0xda):
			plain, err = zlib.NewReader(bytes.NewReader(raw[at:]))
		default:
			continue
		}
		if err == nil {
			text, _ := io.ReadAll(io.LimitReader(plain, 1<<20))
			each(text)
		}
	}
}

func TestRotateKey_KilledAndRunAgain_LeavesNothingUnderTheOldSecret(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			settings := map[string]string{}
			if engine == "postgres" {
				settings["DATELINE_DATABASE"] = dbtest.PostgresAddress(t)
			}
			p := newProcess(t, settings)
			p.start()
			c := p.client("admin")
			makeNewsroom(c, 0)
			id, _ := writeSecret(c)
			_, page := scheduleCorpus(t, c, time.Second)
			eventually(t, "the page is live", func() bool { status, _, _ := get(t, page); return status == http.StatusOK })
			secretFile := filepath.Join(p.env["DATELINE_DATA"], "secret")
			before := read(t, secretFile)

			// Killed when it had made the new secret and sealed nothing.
			if err := addSecret(secretFile); err != nil {
				t.Fatal(err)
			}
			if said := p.run("rotate-key"); !strings.Contains(said, "had not ended") {
				t.Errorf("it says %q", said)
			}
			if said := p.run("rotate-key"); !strings.Contains(said, "has a new secret") {
				t.Errorf("it says %q", said)
			}

			// The server that ran all along reads on, and so does one with the newest secret alone.
			reads := func(when string) {
				t.Helper()
				if got := c.call("GET", "/releases/"+id, http.StatusOK, nil)["headline"]; got != secretRelease["headline"] {
					t.Errorf("%s the headline is %v", when, got)
				}
				if status, _, _ := get(t, page); status != http.StatusOK {
					t.Errorf("%s the page is %d", when, status)
				}
			}
			reads("beside a running server")
			newest, rest, _ := strings.Cut(read(t, secretFile), "\n")
			if !strings.HasSuffix(rest, before) {
				t.Error("the secret that mailed links were signed with is gone")
			}
			p.kill()
			p.env["DATELINE_SECRET"] = newest
			p.start()
			reads("with the newest secret alone")
		})
	}
}

func TestWrongSecret_IsAnErrorAtOnce_NeverAPage(t *testing.T) {
	p := newProcess(t, nil)
	p.start()
	c := p.client("admin")
	makeNewsroom(c, 0)
	_, page := scheduleCorpus(t, c, time.Second)
	eventually(t, "the page is live", func() bool { status, _, _ := get(t, page); return status == http.StatusOK })
	p.kill()
	code, _, stderr := callProgram(t, map[string]string{
		"DATELINE_DATA": p.env["DATELINE_DATA"], "DATELINE_ADDR": p.env["DATELINE_ADDR"], "DATELINE_SECRET": strings.Repeat("wrong", 8),
	})
	if code != exitFailed || !strings.Contains(stderr, "DATELINE_SECRET") {
		t.Errorf("exit %d: %s", code, stderr)
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}
