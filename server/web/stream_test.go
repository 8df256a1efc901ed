package web

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
)

// streaming serves what produce makes.
func streaming(t *testing.T, patience time.Duration, produce func(context.Context, *bufio.Writer) error) string {
	t.Helper()
	app := testApp()
	app.Get("/", func(c *fiber.Ctx) error { return Stream(c, patience, produce) })
	return "http://" + listen(t, app) + "/"
}

func get(t *testing.T, address string) *http.Response {
	t.Helper()
	response, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { response.Body.Close() })
	return response
}

func TestStream_LeavesAsItIsMade(t *testing.T) {
	read := make(chan bool)
	address := streaming(t, time.Minute, func(ctx context.Context, w *bufio.Writer) error {
		w.WriteString("first ")
		w.Flush()
		<-read
		if ctx.Err() != nil {
			return ctx.Err()
		}
		_, err := w.WriteString("second")
		return err
	})
	response := get(t, address)
	first := make([]byte, 6)
	if _, err := io.ReadFull(response.Body, first); err != nil || string(first) != "first " {
		t.Fatalf("%q, %v", first, err)
	}
	close(read)
	if rest, err := io.ReadAll(response.Body); err != nil || string(rest) != "second" {
		t.Errorf("%q, %v", rest, err)
	}
}

func TestStream_ThatFailsBeforeItBegan_IsAnOrdinaryError(t *testing.T) {
	for name, produce := range map[string]func(context.Context, *bufio.Writer) error{
		"error": func(context.Context, *bufio.Writer) error { return fiber.ErrTeapot },
		"panic": func(context.Context, *bufio.Writer) error { panic("boom") },
	} {
		want := map[string]int{"error": http.StatusTeapot, "panic": http.StatusInternalServerError}[name]
		if response := get(t, streaming(t, time.Minute, produce)); response.StatusCode != want {
			t.Errorf("%s: %d", name, response.StatusCode)
		}
	}
}

func TestStream_ThatFailsLater_IsNotTakenForWhole(t *testing.T) {
	response := get(t, streaming(t, time.Minute, func(_ context.Context, w *bufio.Writer) error {
		w.WriteString(strings.Repeat("x", 100_000))
		return errors.New("the database went away")
	}))
	if body, err := io.ReadAll(response.Body); err == nil {
		t.Errorf("%d bytes were taken for the whole", len(body))
	}
}

func TestStream_EndsWithItsReader(t *testing.T) {
	ended := make(chan error, 1)
	response := get(t, streaming(t, time.Minute, func(_ context.Context, w *bufio.Writer) (err error) {
		defer func() { ended <- err }()
		for err == nil {
			_, err = w.WriteString(strings.Repeat("x", 1000))
		}
		return err
	}))
	response.Body.Close()
	select {
	case err := <-ended:
		if err == nil {
			t.Error("it went on to its end")
		}
	case <-time.After(20 * time.Second):
		t.Error("it is still written to")
	}
}

func TestStream_WhoseReaderStalls_IsGivenUp(t *testing.T) {
	ended := make(chan error, 1)
	get(t, streaming(t, 200*time.Millisecond, func(_ context.Context, w *bufio.Writer) (err error) {
		defer func() { ended <- err }()
		for err == nil {
			_, err = w.WriteString(strings.Repeat("x", 1000))
		}
		return err
	}))
	select {
	case err := <-ended:
		if err == nil {
			t.Error("it went on to its end")
		}
	case <-time.After(20 * time.Second):
		t.Error("it still waits for its reader")
	}
}
