package api

import (
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"dateline/releases/files"
	"dateline/server/auth"
)

// upload sends a form with a file, unless its name is "", and fields as name, value pairs around it.
func (w *world) upload(release, name string, content io.Reader, fields ...string) reply {
	w.t.Helper()
	body, pipe := io.Pipe()
	form := multipart.NewWriter(pipe)
	go func() {
		err := func() error {
			for i := 0; i+1 < len(fields); i += 2 {
				if err := form.WriteField(fields[i], fields[i+1]); err != nil {
					return err
				}
			}
			if name != "" {
				part, err := form.CreateFormFile("file", name)
				if err != nil {
					return err
				}
				if _, err := io.Copy(part, content); err != nil {
					return err
				}
			}
			return form.Close()
		}()
		pipe.CloseWithError(err)
	}()
	return w.request(w.token[auth.Writer], "POST", "/releases/"+release+"/files", form.FormDataContentType(), body)
}

func TestFile_IsAttachedDescribedReplacedAndRemoved(t *testing.T) {
	w := sqlite(t)
	id := w.release(w.newsroom("dalarna"))
	made := w.upload(id, "Bild älven.gif", strings.NewReader("GIF89a\x02\x00\x01\x00\x00\x00\x00;"), "alt", "Älven", "caption", "I dimma", "credit", "Åsa Ek", "rights", "Fri").
		want(http.StatusCreated).
		has(fields{"name": "Bild älven.gif", "type": "image/gif", "bytes": 14, "width": 2, "height": 1, "alt": "Älven", "caption": "I dimma", "credit": "Åsa Ek", "rights": "Fri", "version": 2})
	file := made.str("id")
	if made.str("url") != w.base+"/files/"+file+"/Bild%20%C3%A4lven.gif" {
		t.Errorf("url is %s", made.str("url"))
	}
	w.ask(auth.Writer, "PATCH", "/releases/"+id+"/files/"+file, fields{"caption": "I sol"}).want(200).has(fields{"caption": "I sol", "alt": "Älven", "version": 3})
	other := w.upload(id, "b.pdf", strings.NewReader("%PDF-1.7"), "replaces", file).want(http.StatusCreated).has(fields{"caption": "I sol", "type": "application/pdf"}).str("id")
	list := w.ask(auth.Writer, "GET", "/releases/"+id, nil).want(200).body["files"].([]any)
	if len(list) != 1 || list[0].(fields)["id"] != other {
		t.Errorf("files are %v", list)
	}
	gone := w.ask(auth.Writer, "DELETE", "/releases/"+id+"/files/"+other, nil).want(200).has(fields{"version": 5})
	if len(gone.body["files"].([]any)) != 0 {
		t.Errorf("files are %v", gone.body["files"])
	}
	w.ask(auth.Writer, "DELETE", "/releases/"+id+"/files/"+other, nil).problem(http.StatusNotFound)
	w.ask(auth.Writer, "PATCH", "/releases/"+id+"/files/"+file, fields{"alt": "x"}).problem(http.StatusNotFound)
}

func TestFile_ThatCantBeTaken_IsRefusedInWords_AndLeavesNothing(t *testing.T) {
	w := sqlite(t)
	n := w.newsroom("dalarna")
	id := w.release(n)
	if wrong := w.upload(id, "", nil, "alt", "Älven").wrong(); wrong["file"] == "" {
		t.Errorf("no file: %v", wrong)
	}
	if wrong := w.upload(id, "a.pdf", strings.NewReader(""), "caption", strings.Repeat("x", 2001)).wrong(); wrong["file"] == "" || wrong["caption"] == "" {
		t.Errorf("an empty file: %v", wrong)
	}
	w.upload(id, "a.pdf", strings.NewReader("%PDF"), "replaces", "nothing").problem(http.StatusNotFound)
	w.upload("nothing", "a.pdf", strings.NewReader("%PDF")).problem(http.StatusNotFound)
	large := w.upload(id, "large.bin", io.LimitReader(zeros{}, files.MaxBytes+1)).problem(http.StatusRequestEntityTooLarge)
	if !strings.Contains(large.str("detail"), "100 MB") {
		t.Errorf("too large: %s", large.text)
	}
	path := "/releases/" + id + "/files"
	w.request(w.token[auth.Writer], "POST", path, "application/json", strings.NewReader(`{}`)).problem(http.StatusUnsupportedMediaType)
	w.request(w.token[auth.Writer], "POST", path, "multipart/form-data; boundary=b", strings.NewReader("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nhalf")).problem(http.StatusBadRequest)
	var two bytes.Buffer
	for i := range 2 {
		fmt.Fprintf(&two, "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"%d\"\r\n\r\nx\r\n", i)
	}
	two.WriteString("--b--\r\n")
	if wrong := w.request(w.token[auth.Writer], "POST", path, "multipart/form-data; boundary=b", &two).wrong(); wrong["file"] == "" {
		t.Errorf("two files: %v", wrong)
	}
	w.ask(auth.Writer, "GET", "/releases/"+id, nil).want(200).has(fields{"version": 1})
	if left := w.filesOnDisk(); left != 0 {
		t.Errorf("%d files are left behind", left)
	}
}

func TestFile_OfAnyAllowedSize_IsTakenAsAStream(t *testing.T) {
	w := sqlite(t)
	id := w.release(w.newsroom("dalarna"))
	w.upload(id, "large.bin", io.LimitReader(zeros{}, files.MaxBytes)).want(http.StatusCreated).has(fields{"bytes": float64(files.MaxBytes)})
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestFile_OfAnotherNewsroom_IsOutOfReach(t *testing.T) {
	w := sqlite(t)
	w.newsroom("dalarna")
	own := w.ask(auth.Admin, "GET", "/newsrooms/dalarna", nil).want(200).str("id")
	foreign := w.release(w.newsroom("varmland"))
	file := w.upload(foreign, "a.pdf", strings.NewReader("%PDF")).want(http.StatusCreated).str("id")
	token := w.makeToken("dalarna only", auth.Admin, own)
	w.askAs(token, "PATCH", "/releases/"+foreign+"/files/"+file, fields{"alt": "x"}).problem(http.StatusNotFound)
	w.askAs(token, "DELETE", "/releases/"+foreign+"/files/"+file, nil).problem(http.StatusNotFound)
}
