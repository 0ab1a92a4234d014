package da

// Invariants of this file: no answer is read further than its consumer bounds it; no error repeats a URL, whose path or
// query may be a secret; nothing is asked again after a definite answer; nobody else is asked than the configured server.

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"
)

// Defaults of WebOptions.
const (
	defaultTimeout = 10 * time.Second
	defaultPause   = 250 * time.Millisecond
)

// WebOptions say how patiently an HTTP server is asked.
type WebOptions struct {
	// Timeout of one request with its answer; 0 means 10 s.
	Timeout time.Duration
	// Retries after the first request when nobody answered or the server was overloaded (429, 5xx).
	Retries int
	// Pause before the first retry, doubled before each further one; 0 means 250 ms.
	Pause time.Duration
	// Client to use; nil means one of its own that honours the environment's proxy. Redirects are not followed, unless
	// the given one says how.
	Client *http.Client
}

// Validate reports everything that is wrong with the options.
func (o *WebOptions) Validate() error {
	var errs []error
	if o.Timeout < 0 {
		errs = append(errs, fmt.Errorf("timeout %s is negative", o.Timeout))
	}
	if o.Retries < 0 || o.Retries > 10 {
		errs = append(errs, fmt.Errorf("%d retries, 0 to 10 are possible", o.Retries))
	}
	if o.Pause < 0 {
		errs = append(errs, fmt.Errorf("pause %s is negative", o.Pause))
	}
	return errors.Join(errs...)
}

// web asks one HTTP server. It may be used concurrently.
type web struct {
	base    *url.URL
	options WebOptions
}

// newWeb checks rawURL, the part of every request's URL that stays.
func newWeb(rawURL string, o WebOptions) (*web, error) {
	u, err := url.Parse(rawURL)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, errors.New("not an http or https URL")
	}
	if o.Timeout == 0 {
		o.Timeout = defaultTimeout
	}
	if o.Pause == 0 {
		o.Pause = defaultPause
	}
	if o.Client == nil {
		o.Client = &http.Client{Transport: &http.Transport{
			Proxy: http.ProxyFromEnvironment, MaxIdleConnsPerHost: 4, IdleConnTimeout: time.Minute, ForceAttemptHTTP2: true,
		}}
	}
	if o.Client.CheckRedirect == nil { // a server must not choose whom this machine asks
		own := *o.Client
		own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		o.Client = &own
	}
	return &web{base: u, options: o}, nil
}

// host names the server in errors and logs.
func (w *web) host() string { return w.base.Host }

// StatusError is a definite answer with a status other than 200.
type StatusError struct {
	Host    string
	Status  int
	Message string // the answer's beginning
}

func (e *StatusError) Error() string {
	return fmt.Sprintf("da: %s answered with status %d: %q", e.Host, e.Status, e.Message)
}

// overloaded says whether asking again may help.
func (e *StatusError) overloaded() bool {
	return e.Status == http.StatusTooManyRequests || e.Status >= 500 && e.Status != http.StatusNotImplemented
}

// request is one question; path is appended to the base URL.
type request struct {
	method, path string
	query        url.Values
	accept       string
	body         []byte
}

// do asks and gives an answer with status 200 to consume, which bounds what it reads. A consumer that fails because
// the connection broke is given the next answer from its beginning; its error is final if it is ErrMalformed or
// ErrTooLarge.
func (w *web) do(ctx context.Context, r request, consume func(contentType string, body io.Reader) error) error {
	pause := w.options.Pause
	for attempt := 0; ; attempt++ {
		err := w.once(ctx, r, consume)
		var status *StatusError
		final := err == nil || errors.Is(err, ErrMalformed) || errors.Is(err, ErrTooLarge) ||
			errors.As(err, &status) && !status.overloaded()
		if final || attempt == w.options.Retries || ctx.Err() != nil {
			return err
		}
		timer := time.NewTimer(pause)
		select {
		case <-ctx.Done():
			timer.Stop()
			return errors.Join(err, ctx.Err())
		case <-timer.C:
		}
		pause *= 2
	}
}

func (w *web) once(ctx context.Context, r request, consume func(string, io.Reader) error) (err error) {
	ctx, cancel := context.WithTimeout(ctx, w.options.Timeout)
	defer cancel()
	u := w.base.JoinPath(r.path)
	if len(r.query) > 0 {
		q := u.Query()
		for k, values := range r.query {
			q[k] = append(q[k], values...)
		}
		u.RawQuery = q.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, r.method, u.String(), bytes.NewReader(r.body))
	if err != nil {
		return fmt.Errorf("da: %s: the request is malformed", w.host())
	}
	if r.accept != "" {
		req.Header.Set("Accept", r.accept)
	}
	if r.body != nil {
		req.Header.Set("Content-Type", "application/octet-stream")
	}
	resp, err := w.options.Client.Do(req)
	if err != nil {
		if inner, ok := errors.AsType[*url.Error](err); ok {
			err = inner.Err // its text would repeat the URL
		}
		return fmt.Errorf("da: %s: %w", w.host(), err)
	}
	defer func() { err = errors.Join(err, resp.Body.Close()) }()
	if resp.StatusCode != http.StatusOK {
		begin, _ := io.ReadAll(io.LimitReader(resp.Body, 256)) // the status is the answer, its text only helps
		return &StatusError{Host: w.host(), Status: resp.StatusCode, Message: string(begin)}
	}
	if err := consume(resp.Header.Get("Content-Type"), resp.Body); err != nil {
		return fmt.Errorf("da: %s: %w", w.host(), err)
	}
	return nil
}
