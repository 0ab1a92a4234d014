package node

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/holdfast-rollup/holdfast/cluster/mtls"
	"github.com/holdfast-rollup/holdfast/cmd/holdfast/config"
	"github.com/holdfast-rollup/holdfast/rpc/server"
)

// healthy is a replica that is caught up, and takes units for roles.
type healthy struct{}

func (healthy) Fatal() error               { return nil }
func (healthy) Ready(context.Context) bool { return true }
func (healthy) Permits(p mtls.Peer, need server.Role) bool {
	return slices.Contains(p.Units, string(need))
}

// startSite serves HTTP until the test ends.
func startSite(t *testing.T, credentials *mtls.Store) (addr string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &site{profiles: true, registry: prometheus.NewRegistry(), machine: healthy{}, ready: healthy{}, may: healthy{}, credentials: credentials}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.serve(ctx, l) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return l.Addr().String()
}

// interfaces.md, security: metrics and profiles are for identities with a role; health is for everybody.
func TestHTTPAsksForRoles(t *testing.T) {
	authority, err := mtls.NewAuthority("holdfast", time.Now(), time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	stranger, err := mtls.NewAuthority("holdfast", time.Now(), time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	root := t.TempDir()
	write := func(a *mtls.Authority, kind mtls.Kind, name string, units ...string) string {
		cert, key, issueErr := a.Issue(mtls.Request{
			Identity: mtls.Identity{Cluster: "holdfast", Kind: kind, Name: name}, Units: units, Hosts: []string{"127.0.0.1"},
			NotBefore: time.Now().Add(-time.Minute), NotAfter: time.Now().Add(time.Hour),
		})
		dir := filepath.Join(root, name)
		if issueErr = errors.Join(issueErr, mtls.WriteCredentials(dir, cert, key, a.Certificate())); issueErr != nil {
			t.Fatal(issueErr)
		}
		return dir
	}
	own, err := mtls.Open(write(authority, mtls.Node, "node1"))
	if err != nil {
		t.Fatal(err)
	}
	addr := startSite(t, own)
	get := func(dir, path string) string {
		config := &tls.Config{InsecureSkipVerify: true}
		if dir != "" {
			pair, pairErr := tls.LoadX509KeyPair(filepath.Join(dir, mtls.CertificateFile), filepath.Join(dir, mtls.KeyFile))
			if pairErr != nil {
				t.Fatal(pairErr)
			}
			config.Certificates = []tls.Certificate{pair}
		}
		c := &http.Client{Transport: &http.Transport{TLSClientConfig: config, DisableKeepAlives: true}}
		req, reqErr := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://"+addr+path, http.NoBody)
		if reqErr != nil {
			t.Fatal(reqErr)
		}
		resp, doErr := c.Do(req)
		if doErr != nil {
			return "refused"
		}
		_, _ = io.Copy(io.Discard, resp.Body)
		_ = resp.Body.Close()
		return fmt.Sprint(resp.StatusCode)
	}
	for _, c := range []struct{ name, dir, health, metrics, profiles string }{
		{"nobody", "", "200", "401", "401"},
		{"a reader", write(authority, mtls.Client, "r", "reader"), "200", "200", "403"},
		{"an operator", write(authority, mtls.Client, "o", "reader", "operator"), "200", "200", "200"},
		{"without a role", write(authority, mtls.Client, "n"), "200", "403", "403"},
		{"another authority's", write(stranger, mtls.Client, "s", "operator"), "refused", "refused", "refused"},
	} {
		for path, want := range map[string]string{"/healthz": c.health, "/readyz": c.health, "/metrics": c.metrics, "/debug/pprof/cmdline": c.profiles} {
			if got := get(c.dir, path); got != want {
				t.Errorf("%s asks for %s: %s, want %s", c.name, path, got, want)
			}
		}
	}
}

// Headers without an end, and headers that are too large, cost a connection and nothing else.
func TestHTTPBoundsHeaders(t *testing.T) {
	addr := startSite(t, nil)
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	if _, err = io.WriteString(c, "GET /metrics HTTP/1.1\r\nHost: x\r\nX-Large: "+strings.Repeat("x", 64<<10)+"\r\n\r\n"); err == nil {
		answer := make([]byte, 12)
		if _, err = io.ReadFull(c, answer); err == nil && string(answer) != "HTTP/1.1 431" {
			t.Errorf("large headers: %q", answer)
		}
	}
	slow, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = slow.Close() }()
	if _, err := io.WriteString(slow, "GET /metrics HTTP/1.1\r\nHost:"); err != nil {
		t.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, slow) // returns because the server ends it
}

// Config, http.profiles: profiles of waiting say something, which the runtime leaves to whoever wants them.
func TestProfilesOfWaiting(t *testing.T) {
	before := runtime.SetMutexProfileFraction(0)
	defer runtime.SetMutexProfileFraction(before)
	defer runtime.SetBlockProfileRate(0)
	for _, wanted := range []bool{false, true} {
		cfg := config.Default()
		cfg.HTTP.Profiles = wanted
		newSite(&cfg, prometheus.NewRegistry(), healthy{}, nil, nil)
		if got := runtime.SetMutexProfileFraction(-1) > 0; got != wanted {
			t.Errorf("http.profiles %v: the runtime samples contention: %v", wanted, got)
		}
	}
}
