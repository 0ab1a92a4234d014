package da_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/sync/da"
	"github.com/holdfast-rollup/holdfast/sync/da/altserver"
)

func altda(t *testing.T, config da.AltDAConfig) *da.AltDA {
	t.Helper()
	if config.Web.Timeout == 0 {
		config.Web.Timeout = 20 * time.Second
	}
	config.Web.Pause = time.Millisecond
	p, err := da.NewAltDA(config)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// layers.md: OP-style alt-DA servers, keccak and generic commitments.
func TestAltDAPublishesAndFetches(t *testing.T) {
	for _, generic := range []bool{false, true} {
		t.Run(fmt.Sprintf("generic %v", generic), func(t *testing.T) {
			url := serve(t, altserver.New(altserver.Options{Generic: generic}))
			p := altda(t, da.AltDAConfig{URL: url, Generic: generic, Codec: da.CodecZstd})
			for _, size := range []int{0, 1, 100_000} {
				header, payload := sealed(1, size)
				ref, err := p.Publish(t.Context(), header, payload)
				if err != nil {
					t.Fatal(err)
				}
				if ref.Provider != uint8(da.ProviderAltDA) || (len(ref.Extra) > 0) != generic {
					t.Fatalf("reference %+v", ref)
				}
				got, err := p.Fetch(t.Context(), ref, header)
				if err != nil || !bytes.Equal(got, payload) {
					t.Fatalf("fetched %d bytes, %v", len(got), err)
				}
				again, err := p.Publish(t.Context(), header, payload)
				if err != nil || again.Commitment != ref.Commitment {
					t.Fatalf("published twice: %+v, %v", again, err)
				}
			}
		})
	}
}

// layers.md: wrong bytes are absent bytes, whatever the server calls them; a server without them is absent too.
func TestAltDABindsItsServer(t *testing.T) {
	header, payload := sealed(1, 500)
	for _, generic := range []bool{false, true} {
		server := altserver.New(altserver.Options{Generic: generic})
		var mangle atomic.Value
		mangle.Store(func(b []byte) []byte { return b })
		url := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method != http.MethodGet {
				server.ServeHTTP(w, r)
				return
			}
			rec := recorder{header: http.Header{}, status: http.StatusOK}
			server.ServeHTTP(&rec, r)
			w.WriteHeader(rec.status)
			w.Write(mangle.Load().(func([]byte) []byte)(rec.Bytes())) //nolint:errcheck // the client notices
		}))
		p := altda(t, da.AltDAConfig{URL: url, Generic: generic})
		ref, err := p.Publish(t.Context(), header, payload)
		if err != nil {
			t.Fatal(err)
		}
		for what, f := range map[string]func([]byte) []byte{
			"a flipped bit": func(b []byte) []byte { b = bytes.Clone(b); b[len(b)/2] ^= 1; return b },
			"cut":           func(b []byte) []byte { return b[:len(b)-1] },
			"empty":         func([]byte) []byte { return nil },
			"longer":        func(b []byte) []byte { return append(bytes.Clone(b), 0) },
			"endless":       func(b []byte) []byte { return make([]byte, 1<<20) },
		} {
			mangle.Store(f)
			var wrong *da.WrongBytesError
			if _, err := p.Fetch(t.Context(), ref, header); !errors.Is(err, da.ErrAbsent) || !errors.As(err, &wrong) {
				t.Errorf("generic %v, %s: %v", generic, what, err)
			}
			if _, err := p.Publish(t.Context(), header, payload); !errors.Is(err, da.ErrAbsent) {
				t.Errorf("generic %v, %s: published although it was not given back: %v", generic, what, err)
			}
		}
		mangle.Store(func(b []byte) []byte { return b })
		other, _ := sealed(2, 500)
		if _, err := p.Fetch(t.Context(), ref, other); !errors.Is(err, da.ErrAbsent) {
			t.Errorf("another batch's reference: %v", err)
		}
		lost := ref
		lost.Extra = nil
		lost.Commitment[0] ^= 1
		if _, err := p.Fetch(t.Context(), lost, header); !errors.Is(err, da.ErrAbsent) {
			t.Errorf("the server has no such thing: %v", err)
		}
	}
}

type recorder struct {
	bytes.Buffer

	header http.Header
	status int
}

func (r *recorder) Header() http.Header    { return r.header }
func (r *recorder) WriteHeader(status int) { r.status = status }

// Sizes are bounded, overload is asked again, definite answers are not, and no error repeats the URL's secrets.
func TestAltDAErrorsAreTyped(t *testing.T) {
	header, payload := sealed(1, 500)
	server := altserver.New(altserver.Options{MaxInputs: 1})
	var asked, overloaded atomic.Int64
	url := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		if overloaded.Add(-1) >= 0 {
			http.Error(w, "slow down", http.StatusServiceUnavailable)
			return
		}
		server.ServeHTTP(w, r)
	}))
	p := altda(t, da.AltDAConfig{URL: url + "/", LimitBytes: 500, Web: da.WebOptions{Retries: 2}})
	overloaded.Store(2)
	ref, err := p.Publish(t.Context(), header, payload)
	if err != nil {
		t.Fatalf("overloaded twice: %v", err)
	}
	overloaded.Store(3)
	var status *da.StatusError
	if _, err := p.Fetch(t.Context(), ref, header); !errors.As(err, &status) || status.Status != http.StatusServiceUnavailable || errors.Is(err, da.ErrAbsent) {
		t.Fatalf("overloaded for good: %v", err)
	}
	large, largePayload := sealed(2, 501)
	if _, err := p.Publish(t.Context(), large, largePayload); !errors.Is(err, da.ErrTooLarge) {
		t.Fatalf("too large to publish: %v", err)
	}
	huge := ref
	huge.Bytes = 1 << 30
	if _, err := p.Fetch(t.Context(), huge, header); !errors.Is(err, da.ErrTooLarge) {
		t.Fatalf("too large to read: %v", err)
	}
	second, secondPayload := sealed(3, 10)
	asked.Store(0)
	if _, err := p.Publish(t.Context(), second, secondPayload); !errors.As(err, &status) || status.Status != http.StatusInsufficientStorage {
		t.Fatalf("full: %v", err)
	}
	if _, err := p.Publish(t.Context(), second, payload); !errors.Is(err, da.ErrMalformed) {
		t.Fatalf("payload of another batch: %v", err)
	}
	if _, err := p.Fetch(t.Context(), cursor.Ref{Provider: 1}, header); !errors.Is(err, da.ErrForeignReference) {
		t.Fatalf("foreign reference: %v", err)
	}
	if _, err := p.Fetch(t.Context(), cursor.Ref{Provider: 4, Extra: []byte{0, 1}}, header); !errors.Is(err, da.ErrMalformed) {
		t.Fatalf("malformed commitment: %v", err)
	}
	secret := altda(t, da.AltDAConfig{URL: "http://user:secret@127.0.0.1:1/secret?key=secret"})
	if _, err := secret.Fetch(t.Context(), ref, header); err == nil || strings.Contains(err.Error(), "secret") {
		t.Fatalf("unreachable: %v", err)
	}
	if _, err := da.NewAltDA(da.AltDAConfig{URL: "file:///x", LimitBytes: -1}); err == nil || !strings.Contains(err.Error(), "limit") {
		t.Fatalf("configuration: %v", err)
	}
}

// A server that hangs is given up after the timeout, one that chooses commitments may not choose nonsense.
func TestAltDAGivesUp(t *testing.T) {
	header, payload := sealed(1, 500)
	hung := serve(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if _, err := io.Copy(io.Discard, r.Body); err == nil { // only then the server notices that the client has gone
			<-r.Context().Done()
		}
	}))
	p := altda(t, da.AltDAConfig{URL: hung, Web: da.WebOptions{Timeout: 20 * time.Millisecond}})
	if _, err := p.Publish(t.Context(), header, payload); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("hung: %v", err)
	}
	for what, answer := range map[string]string{"empty": "", "keccak": "\x00abc", "form alone": "\x01", "long": "\x01" + strings.Repeat("x", 300)} {
		url := serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			io.WriteString(w, answer) //nolint:errcheck // the client notices
		}))
		if _, err := altda(t, da.AltDAConfig{URL: url, Generic: true}).Publish(t.Context(), header, payload); !errors.Is(err, da.ErrMalformed) && !errors.Is(err, da.ErrTooLarge) {
			t.Fatalf("%s: %v", what, err)
		}
	}
}

// A reference or a hostile server must not choose whom this machine asks: redirects are answers like any other.
func TestWebFollowsNoRedirects(t *testing.T) {
	header, payload := sealed(1, 500)
	var asked atomic.Int64
	inner := serve(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
	server := altserver.New(altserver.Options{})
	var away atomic.Int64
	url := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if code := int(away.Load()); code != 0 {
			http.Redirect(w, r, inner+"/latest/meta-data", code)
			return
		}
		server.ServeHTTP(w, r)
	}))
	for _, client := range []*http.Client{nil, {}} {
		away.Store(0)
		p := altda(t, da.AltDAConfig{URL: url, Web: da.WebOptions{Client: client}})
		ref, err := p.Publish(t.Context(), header, payload)
		if err != nil {
			t.Fatal(err)
		}
		for _, code := range []int{http.StatusFound, http.StatusTemporaryRedirect} {
			away.Store(int64(code))
			var status *da.StatusError
			if _, err := p.Fetch(t.Context(), ref, header); !errors.As(err, &status) || status.Status != code || errors.Is(err, da.ErrAbsent) {
				t.Errorf("fetched: %v", err)
			}
			if _, err := p.Publish(t.Context(), header, payload); !errors.As(err, &status) || status.Status != code {
				t.Errorf("published: %v", err)
			}
		}
	}
	if n := asked.Load(); n != 0 {
		t.Errorf("%d requests to where the server pointed", n)
	}
}
