package hub

import (
	"context"
	"io"
	"net"
	"net/http"
	"time"
)

// answerLimit is how much of an answer is read: a challenge, or what a connection that is used again
// has to be rid of. More closes it.
const answerLimit = 4 << 10

// newClient speaks to callbacks. It follows no redirect (sections 5.3.1 and 7: they are failures), uses
// no proxy, and connects to public addresses only.
func newClient(timeout time.Duration, internal bool) *http.Client {
	dialer := &net.Dialer{Timeout: timeout / 2, Control: refuseInternal}
	if internal {
		dialer.Control = nil
	}
	return &http.Client{
		Timeout:       timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			DialContext:            dialer.DialContext,
			TLSHandshakeTimeout:    timeout / 2,
			MaxResponseHeaderBytes: 16 << 10,
			DisableCompression:     true,
			MaxIdleConns:           together,
			MaxIdleConnsPerHost:    withOneHost,
			IdleConnTimeout:        timeout,
			ForceAttemptHTTP2:      true,
		},
	}
}

// exchange sends a request and gives the status and the beginning of the answer.
func (h *Hub) exchange(ctx context.Context, client *http.Client, method, address string, header http.Header, body io.Reader) (status int, answer []byte, err error) {
	request, err := http.NewRequestWithContext(ctx, method, address, body)
	if err != nil {
		return 0, nil, err
	}
	for name, values := range header {
		request.Header[name] = values
	}
	request.Header.Set("User-Agent", "Dateline (WebSub; +"+h.Address()+")")
	response, err := client.Do(request)
	if err != nil {
		return 0, nil, err
	}
	defer response.Body.Close()
	answer, err = io.ReadAll(io.LimitReader(response.Body, answerLimit))
	return response.StatusCode, answer, err
}

// success is a 2xx.
func success(status int) bool { return status/100 == 2 }
