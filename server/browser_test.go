package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// startBrowser runs headless Chromium, which `make test` installs.
func startBrowser(t *testing.T) context.Context {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true), chromedp.UserDataDir(t.TempDir()))
	allocated, stop := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(stop)
	browser, stop := chromedp.NewContext(allocated)
	t.Cleanup(stop)
	browser, stop = context.WithTimeout(browser, 3*time.Minute)
	t.Cleanup(stop)
	if err := chromedp.Do(browser); err != nil {
		t.Fatalf("chromium: %v; run the tests with `make test`, which installs it", err)
	}
	return browser
}

// complaints gathers what the browser says about a page: refused by the policy, broken, not found.
func complaints(t *testing.T, browser context.Context) (take func() []string) {
	t.Helper()
	said := make(chan string, 1000)
	err := chromedp.Listen(browser, func(event any) {
		switch e := event.(type) {
		case *log.EventEntryAdded:
			said <- e.Entry.Text + " " + e.Entry.URL
		case *runtime.EventExceptionThrown:
			said <- e.ExceptionDetails.Text
		case *network.EventLoadingFailed:
			said <- e.ErrorText
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return func() (all []string) {
		for {
			select {
			case s := <-said:
				all = append(all, s)
			default:
				return all
			}
		}
	}
}

// pageFacts is what a page must have, read in the browser.
type pageFacts struct {
	Overflow  int      `json:"overflow"` // pixels that stick out to the side
	Headings  int      `json:"headings"` // h1
	Lang      string   `json:"lang"`
	Title     string   `json:"title"`
	Main      int      `json:"main"`
	Unlabeled []string `json:"unlabeled"` // form fields without a label
	Small     []string `json:"small"`     // buttons and fields under 44 pixels high
}

const readFacts = `(() => ({
	overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
	headings: document.querySelectorAll('h1').length,
	lang: document.documentElement.lang,
	title: document.title,
	main: document.querySelectorAll('main').length,
	unlabeled: [...document.querySelectorAll('input:not([type=hidden]):not([type=submit]), select, textarea')]
		.filter(f => !(f.labels && f.labels.length) && !f.ariaLabel && !f.closest('[aria-hidden=true]')).map(f => f.outerHTML),
	small: [...document.querySelectorAll('button, input:not([type=hidden]):not([type=checkbox]):not([type=radio]), select')]
		.filter(f => f.offsetParent !== null && f.getBoundingClientRect().height < 43.5).map(f => f.outerHTML),
}))()`

// visit opens an address at a width and checks it. With TEST_SCREENSHOTS set to a directory it
// leaves a picture there, for a person to judge.
func visit(t *testing.T, browser context.Context, take func() []string, name, address string, width int64) {
	t.Helper()
	var viewport []chromedp.EmulateViewportOption
	if width < 600 {
		viewport = append(viewport, chromedp.EmulateMobile)
	}
	if err := chromedp.Do(browser, chromedp.EmulateViewport(width, 900, viewport...), chromedp.Navigate(address), chromedp.WaitReady("body")); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	facts, err := chromedp.Run(browser, chromedp.Evaluate[pageFacts](readFacts))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if facts.Overflow > 0 || facts.Headings != 1 || facts.Lang == "" || facts.Title == "" || facts.Main != 1 || len(facts.Unlabeled) > 0 || len(facts.Small) > 0 {
		t.Errorf("%s at %d pixels: %+v", name, width, facts)
	}
	if said := take(); len(said) > 0 {
		t.Errorf("%s at %d pixels: the browser says %q", name, width, said)
	}
	if dir := os.Getenv("TEST_SCREENSHOTS"); dir != "" {
		picture, err := chromedp.Run(browser, chromedp.FullScreenshot(100))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		file := filepath.Join(dir, fmt.Sprintf("%s-%d.png", strings.ReplaceAll(name, " ", "-"), width))
		if err := os.WriteFile(file, picture, 0o600); err != nil {
			t.Error(err)
		}
	}
}

func TestPages_InABrowser_FitAndObeyThePolicy(t *testing.T) {
	p := newProcess(t, nil).start()
	c := p.client("admin")
	makeNewsroom(c, 3)
	_, page := scheduleCorpus(t, c, time.Second)
	eventually(t, "the page is live", func() bool { status, _, _ := get(t, page); return status == http.StatusOK })
	p.addOfficer(t)

	browser := startBrowser(t)
	take := complaints(t, browser)
	for _, width := range []int64{390, 1280} {
		for name, path := range map[string]string{
			"newsroom": "/dalarna", "topic": "/dalarna/topics/manskliga-rattigheter/", "release": strings.TrimPrefix(page, p.base),
			"subscribe": "/dalarna/subscribe", "sign in": "/desk/sign-in",
		} {
			visit(t, browser, take, name, p.base+path, width)
		}
	}
	p.signInBrowser(t, browser)
	for _, width := range []int64{390, 1280} {
		for name, path := range map[string]string{"desk": "/desk", "mailbox": "/desk/mailbox", "subscribers": "/desk/subscribers", "settings": "/desk/settings"} {
			visit(t, browser, take, name, p.base+path, width)
		}
	}
}

const deskPassword = "correct horse battery"

// addOfficer makes an account for the browser.
func (p *process) addOfficer(t *testing.T) {
	t.Helper()
	cmd := p.command("adduser", "anna@dalarna.example", "--role", "admin")
	cmd.Stdin = strings.NewReader(deskPassword + "\n")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("adduser: %v\n%s", err, out)
	}
}

func (p *process) signInBrowser(t *testing.T, browser context.Context) {
	t.Helper()
	err := chromedp.Do(browser,
		chromedp.Navigate(p.base+"/desk/sign-in"),
		chromedp.SendKeys("input[name=email]", "anna@dalarna.example"),
		chromedp.SendKeys("input[name=password]", deskPassword),
		chromedp.Submit("input[name=password]"),
		chromedp.WaitReady("nav"),
	)
	if err != nil {
		t.Fatalf("sign in: %v", err)
	}
}
