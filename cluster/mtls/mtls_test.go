package mtls_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/holdfast-rollup/holdfast/cluster/mtls"
)

// cluster.md, transport: mutual TLS, certificate reload without restart, peer
// identity checked; nothing that is not whole is ever in use.

const cluster = "holdfast"

func authority(t *testing.T) *mtls.Authority {
	t.Helper()
	a, err := mtls.NewAuthority(cluster, time.Now(), time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func node(id string) mtls.Identity {
	return mtls.Identity{Cluster: cluster, Kind: mtls.Node, Name: id}
}

func client(name string) mtls.Identity {
	return mtls.Identity{Cluster: cluster, Kind: mtls.Client, Name: name}
}

// issue writes credentials valid from an hour ago for the given time from now.
func issue(t *testing.T, a *mtls.Authority, dir string, id mtls.Identity, life time.Duration, units ...string) {
	t.Helper()
	cert, key, err := a.Issue(mtls.Request{Identity: id, Units: units, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(life)})
	if err != nil {
		t.Fatal(err)
	}
	if err := mtls.WriteCredentials(dir, cert, key, a.Certificate()); err != nil {
		t.Fatal(err)
	}
}

func open(t *testing.T, dir string) *mtls.Store {
	t.Helper()
	s, err := mtls.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func credentials(t *testing.T, a *mtls.Authority, id mtls.Identity) *mtls.Store {
	t.Helper()
	dir := t.TempDir()
	issue(t, a, dir, id, time.Hour)
	return open(t, dir)
}

// pair is a TCP connection's two ends.
func pair(t *testing.T) (server, dialer net.Conn) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	if dialer, err = net.Dial("tcp", l.Addr().String()); err != nil {
		t.Fatal(err)
	}
	if server, err = l.Accept(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = server.Close(), dialer.Close() })
	return server, dialer
}

// meeting is what both ends of a handshake got.
type meeting struct {
	server, client         net.Conn
	serverSees, clientSees mtls.Peer
	serverErr, clientErr   error
}

// meet shakes hands and exchanges a byte, so that the client knows whether it was accepted.
func meet(t *testing.T, server, dialer *mtls.Store, acceptClient, acceptServer func(mtls.Peer) error) meeting {
	t.Helper()
	s, c := pair(t)
	var m meeting
	done := make(chan struct{})
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	go func() {
		defer close(done)
		m.server, m.serverSees, m.serverErr = server.Accept(ctx, s, "p/1", acceptClient)
		if m.serverErr != nil {
			_ = s.Close()
			return
		}
		_, _ = m.server.Write([]byte{1})
	}()
	m.client, m.clientSees, m.clientErr = dialer.Dial(ctx, c, "p/1", acceptServer)
	if m.clientErr == nil {
		_, m.clientErr = io.ReadFull(m.client, make([]byte, 1))
	} else {
		_ = c.Close()
	}
	<-done
	return m
}

func TestBothEndsKnowEachOther(t *testing.T) {
	a := authority(t)
	m := meet(t, credentials(t, a, node("n1")), credentials(t, a, client("alice")), mtls.IsAnyone, mtls.IsNode("n1"))
	if m.serverErr != nil || m.clientErr != nil {
		t.Fatal(m.serverErr, m.clientErr)
	}
	if m.serverSees.Identity != client("alice") || m.clientSees.Identity != node("n1") {
		t.Errorf("server sees %v, client sees %v", m.serverSees, m.clientSees)
	}
}

// The attempts: each is refused by the end that must refuse it.
func TestAttempts(t *testing.T) {
	a, other := authority(t), authority(t)
	expired := t.TempDir()
	issue(t, a, expired, client("late"), 1500*time.Millisecond)
	late := open(t, expired) // good now, not when it is used
	elsewhere, err := mtls.NewAuthority("elsewhere", time.Now(), time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	foreign := credentials(t, elsewhere, mtls.Identity{Cluster: "elsewhere", Kind: mtls.Client, Name: "alice"})
	server := credentials(t, a, node("n1"))
	for _, c := range []struct {
		name           string
		server, dialer *mtls.Store
		acceptServer   func(mtls.Peer) error
		byServer       bool // who refuses
	}{
		{"wrong authority of the client", server, withBundle(t, other, client("alice"), a), mtls.IsAnyNode, true},
		{"wrong authority of the server", withBundle(t, other, node("n1"), a), credentials(t, a, client("alice")), mtls.IsAnyNode, false},
		{"another cluster's client", server, foreign, mtls.IsAnyNode, true},
		{"another node than was dialled", server, credentials(t, a, node("n2")), mtls.IsNode("n3"), false},
		{"a client that serves", credentials(t, a, client("eve")), credentials(t, a, client("alice")), mtls.IsAnyNode, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := meet(t, c.server, c.dialer, mtls.IsAnyone, c.acceptServer)
			if c.byServer && m.serverErr == nil || m.clientErr == nil {
				t.Errorf("server: %v, client: %v", m.serverErr, m.clientErr)
			}
		})
	}
	t.Run("an identity that has no business here", func(t *testing.T) {
		m := meet(t, server, credentials(t, a, client("alice")), mtls.IsAnyNode, mtls.IsAnyNode)
		if !errors.Is(m.serverErr, mtls.ErrIdentity) || m.clientErr == nil {
			t.Errorf("server: %v, client: %v", m.serverErr, m.clientErr)
		}
	})
	t.Run("a certificate that expired since it was read", func(t *testing.T) {
		waitUntil(t, late.Status().NotAfter)
		m := meet(t, server, late, mtls.IsAnyone, mtls.IsAnyNode)
		if invalid, ok := errors.AsType[x509.CertificateInvalidError](m.serverErr); !ok || invalid.Reason != x509.Expired {
			t.Errorf("server: %v", m.serverErr)
		}
	})
	t.Run("no certificate, and TLS 1.2", func(t *testing.T) {
		for name, config := range map[string]*tls.Config{
			"no certificate": {InsecureSkipVerify: true, NextProtos: []string{"p/1"}},
			"TLS 1.2":        {InsecureSkipVerify: true, NextProtos: []string{"p/1"}, MaxVersion: tls.VersionTLS12},
		} {
			s, c := pair(t)
			go func() {
				raw := tls.Client(c, config)
				_ = raw.Handshake()
				_ = raw.Close()
			}()
			if _, _, err := server.Accept(t.Context(), s, "p/1", mtls.IsAnyone); err == nil {
				t.Errorf("%s is accepted", name)
			}
		}
	})
	t.Run("another protocol", func(t *testing.T) {
		s, c := pair(t)
		go func() {
			_, _, _ = credentials(t, a, node("n2")).Dial(t.Context(), c, "p/2", mtls.IsAnyone)
			_ = c.Close()
		}()
		if _, _, err := server.Accept(t.Context(), s, "p/1", mtls.IsAnyone); err == nil {
			t.Error("a connection meant for something else is accepted")
		}
	})
}

// withBundle are credentials signed by a, whose holder trusts b as well.
func withBundle(t *testing.T, a *mtls.Authority, id mtls.Identity, b *mtls.Authority) *mtls.Store {
	t.Helper()
	dir := t.TempDir()
	issue(t, a, dir, id, time.Hour)
	if err := mtls.Trust(dir, b.Certificate(), false); err != nil {
		t.Fatal(err)
	}
	return open(t, dir)
}

func waitUntil(t *testing.T, at time.Time) {
	t.Helper()
	timer := time.NewTimer(time.Until(at) + 10*time.Millisecond)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-t.Context().Done():
		t.Fatal(t.Context().Err())
	}
}

// A connection ends when the certificate that opened it expires.
func TestConnectionEndsWithItsCertificate(t *testing.T) {
	a := authority(t)
	dir := t.TempDir()
	issue(t, a, dir, client("alice"), 2*time.Second)
	m := meet(t, credentials(t, a, node("n1")), open(t, dir), mtls.IsAnyone, mtls.IsAnyNode)
	if m.serverErr != nil || m.clientErr != nil {
		t.Fatal(m.serverErr, m.clientErr)
	}
	if _, err := io.Copy(io.Discard, m.server); err == nil { // returns because the connection ends
		t.Error("the server's end was closed in order, by nobody")
	}
	if time.Now().Before(m.serverSees.NotAfter) {
		t.Error("it ended before the certificate did")
	}
}

func TestReload(t *testing.T) {
	a := authority(t)
	dir := t.TempDir()
	issue(t, a, dir, node("n1"), time.Hour)
	s := open(t, dir)
	before := s.Status()

	if changed, err := s.Reload(); changed || err != nil {
		t.Fatalf("files as they were: %v, %v", changed, err)
	}
	issue(t, a, dir, node("n1"), 2*time.Hour)
	if changed, err := s.Reload(); !changed || err != nil {
		t.Fatalf("a new certificate: %v, %v", changed, err)
	}
	good := s.Status()
	if !good.NotAfter.After(before.NotAfter) || good.Reloads != 1 {
		t.Fatalf("status %+v", good)
	}
	for name, damage := range brokenFiles(t, a) {
		damage(dir)
		changed, err := s.Reload()
		if !changed || err == nil {
			t.Errorf("%s: changed %v, %v", name, changed, err)
		}
		if strings.Contains(err.Error(), "PRIVATE") {
			t.Errorf("%s: the error repeats the file", name)
		}
		if _, again := s.Reload(); again == nil {
			t.Errorf("%s: forgotten at the next look", name)
		}
		if now := s.Status(); now.NotAfter != good.NotAfter || now.Failure == nil || now.Reloads != good.Reloads {
			t.Errorf("%s: status %+v", name, now)
		}
		if m := meet(t, s, credentials(t, a, client("alice")), mtls.IsAnyone, mtls.IsAnyNode); m.clientErr != nil {
			t.Errorf("%s: the old certificate does not serve any more: %v", name, m.clientErr)
		}
		issue(t, a, dir, node("n1"), 2*time.Hour)
		if _, err := s.Reload(); err != nil || s.Status().Failure != nil {
			t.Errorf("after %s: %v", name, err)
		}
		good = s.Status()
	}
}

// brokenFiles make a directory of good credentials unusable.
func brokenFiles(t *testing.T, a *mtls.Authority) map[string]func(dir string) {
	t.Helper()
	put := func(dir, file string, content []byte, mode os.FileMode) {
		path := filepath.Join(dir, file)
		if err := errors.Join(os.Remove(path), os.WriteFile(path, content, mode)); err != nil {
			t.Fatal(err)
		}
	}
	half := func(dir, file string, mode os.FileMode) {
		b, err := os.ReadFile(filepath.Join(dir, file))
		if err != nil {
			t.Fatal(err)
		}
		put(dir, file, b[:len(b)/2], mode)
	}
	return map[string]func(string){
		"half a certificate": func(dir string) { half(dir, mtls.CertificateFile, 0o644) },
		"half a key":         func(dir string) { half(dir, mtls.KeyFile, 0o600) },
		"an empty bundle":    func(dir string) { put(dir, mtls.AuthorityFile, nil, 0o644) },
		"a leaf as authority": func(dir string) {
			b, _ := os.ReadFile(filepath.Join(dir, mtls.CertificateFile))
			put(dir, mtls.AuthorityFile, b, 0o644)
		},
		"another authority":     func(dir string) { put(dir, mtls.AuthorityFile, authority(t).Certificate(), 0o644) },
		"another identity":      func(dir string) { issue(t, a, dir, node("n2"), time.Hour) },
		"an expired one":        func(dir string) { issue(t, a, dir, node("n1"), -time.Minute) },
		"a client's":            func(dir string) { issue(t, a, dir, client("n1"), time.Hour) },
		"no key":                func(dir string) { _ = os.Remove(filepath.Join(dir, mtls.KeyFile)) },
		"a key open to anybody": func(dir string) { _ = os.Chmod(filepath.Join(dir, mtls.KeyFile), 0o644) },
		"another's key": func(dir string) {
			_, key, err := a.Issue(mtls.Request{Identity: node("n1"), NotAfter: time.Now().Add(time.Hour)})
			if err != nil {
				t.Fatal(err)
			}
			put(dir, mtls.KeyFile, key, 0o600)
		},
	}
}

// Watch finds a change by itself and says so once.
func TestWatch(t *testing.T) {
	a := authority(t)
	dir := t.TempDir()
	issue(t, a, dir, node("n1"), time.Hour)
	s := open(t, dir)
	var log bytes.Buffer
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.Watch(ctx, time.Millisecond, slog.New(slog.NewTextHandler(&log, nil)))
	}()
	await(t, func() bool {
		issue(t, a, dir, node("n1"), 3*time.Hour)
		return s.Status().Reloads > 0
	})
	if err := os.WriteFile(filepath.Join(dir, mtls.CertificateFile), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	await(t, func() bool { return s.Status().Failure != nil })
	cancel()
	<-done
	if !strings.Contains(log.String(), "the old ones stay in use") || strings.Contains(log.String(), "PRIVATE") {
		t.Errorf("log: %s", log.String())
	}
}

func await(t *testing.T, ok func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for !ok() {
		if ctx.Err() != nil {
			t.Fatal("waited for a minute")
		}
		waitUntil(t, time.Now())
	}
}

// An authority that a reload takes out of the bundle takes its connections with it.
func TestReloadEndsConnectionsOfAnAuthorityThatIsGone(t *testing.T) {
	a, b := authority(t), authority(t)
	dir := t.TempDir()
	issue(t, a, dir, node("n1"), time.Hour)
	if err := mtls.Trust(dir, b.Certificate(), false); err != nil {
		t.Fatal(err)
	}
	server := open(t, dir)
	stays := meet(t, server, withBundle(t, b, client("new"), a), mtls.IsAnyone, mtls.IsAnyNode)
	goes := meet(t, server, withBundle(t, a, client("old"), b), mtls.IsAnyone, mtls.IsAnyNode)
	if stays.clientErr != nil || goes.clientErr != nil {
		t.Fatal(stays.clientErr, goes.clientErr)
	}
	if err := b.Renew(dir, time.Now().Add(-time.Hour), time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if err := mtls.Trust(dir, b.Certificate(), true); err != nil {
		t.Fatal(err)
	}
	if changed, err := server.Reload(); !changed || err != nil {
		t.Fatal(changed, err)
	}
	_, _ = io.Copy(io.Discard, goes.client) // returns because the connection has ended
	if _, err := stays.client.Write([]byte{1}); err != nil {
		t.Errorf("the new authority's connection: %v", err)
	}
	if _, err := io.ReadFull(stays.server, make([]byte, 1)); err != nil {
		t.Errorf("the new authority's connection: %v", err)
	}
}

func TestRotationRefusesWhatWouldBeOfNoUse(t *testing.T) {
	a, b := authority(t), authority(t)
	dir := t.TempDir()
	issue(t, a, dir, client("alice"), time.Hour, "operator")
	if err := b.Renew(dir, time.Now(), time.Now().Add(time.Hour)); !errors.Is(err, mtls.ErrMaterial) {
		t.Errorf("renewed by an authority that the bundle does not hold: %v", err)
	}
	if err := mtls.Trust(dir, b.Certificate(), true); !errors.Is(err, mtls.ErrMaterial) {
		t.Errorf("the certificate's own authority was taken out: %v", err)
	}
	if err := a.Renew(dir, time.Now().Add(-time.Minute), time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	s := open(t, dir)
	if u := s.Units(); len(u) != 1 || u[0] != "operator" || s.Identity() != client("alice") {
		t.Errorf("renewed as %v with units %v", s.Identity(), u)
	}
	for range 2 { // adding it again changes nothing
		if err := mtls.Trust(dir, b.Certificate(), false); err != nil {
			t.Fatal(err)
		}
	}
	c, err := mtls.Inspect(dir)
	if err != nil || len(c.Authorities) != 2 || c.Problem != nil {
		t.Errorf("%d authorities, problem %v, %v", len(c.Authorities), c.Problem, err)
	}
}

func TestAuthorityIsNeverOverwritten(t *testing.T) {
	dir := t.TempDir()
	a := authority(t)
	if err := a.Write(dir); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(filepath.Join(dir, "ca.key"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the authority's key: %v, %v", info.Mode(), err)
	}
	if err := authority(t).Write(dir); !errors.Is(err, mtls.ErrMaterial) {
		t.Errorf("overwritten: %v", err)
	}
	if again, err := mtls.OpenAuthority(dir); err != nil || !bytes.Equal(again.Certificate(), a.Certificate()) {
		t.Errorf("read back: %v", err)
	}
}

// door is a connection that only knows whether it was closed.
type door struct {
	net.Conn
	closed bool
}

func (d *door) Close() error {
	d.closed = true
	return nil
}

// A lobby keeps the newest: who comes slowly makes room.
func TestLobby(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		limit := rapid.IntRange(1, 5).Draw(t, "limit")
		l := mtls.NewLobby(limit)
		type guest struct {
			door  *door
			leave func()
		}
		var inside, gone []guest // twin: oldest first
		for range rapid.IntRange(1, 30).Draw(t, "steps") {
			if len(inside) > 0 && rapid.Bool().Draw(t, "leave") {
				i := rapid.IntRange(0, len(inside)-1).Draw(t, "who")
				inside[i].leave()
				inside = append(inside[:i:i], inside[i+1:]...)
				continue
			}
			if len(inside) == limit {
				gone, inside = append(gone, inside[0]), inside[1:]
			}
			g := guest{door: &door{}}
			g.leave = l.Enter(g.door)
			inside = append(inside, g)
		}
		for _, g := range inside {
			if g.door.closed {
				t.Error("one that there is room for was closed")
			}
		}
		for _, g := range gone {
			g.leave() // harmless
			if !g.door.closed {
				t.Error("the oldest was not closed")
			}
		}
		if l.Evicted() != uint64(len(gone)) {
			t.Errorf("%d evicted, want %d", l.Evicted(), len(gone))
		}
	})
}

// certificate makes one with these URIs, signed by itself.
func certificate(tb testing.TB, uris ...string) *x509.Certificate {
	tb.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		tb.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	for _, text := range uris {
		u, parseErr := url.Parse(text)
		if parseErr != nil {
			tb.Skip(parseErr)
		}
		template.URIs = append(template.URIs, u)
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		tb.Skip(err)
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		tb.Skip(err)
	}
	return c
}

func TestIdentityOf(t *testing.T) {
	for _, text := range []string{"holdfast://holdfast/node/node1", "holdfast://a.b/client/alice@desk_1"} {
		id, err := mtls.IdentityOf(certificate(t, "https://other.example/x", text))
		if err != nil || id.URI().String() != text {
			t.Errorf("%s: %v, %v", text, id, err)
		}
	}
	for _, uris := range [][]string{
		nil,
		{"https://holdfast/node/node1"},
		{"holdfast://holdfast/node/node1", "holdfast://holdfast/node/node2"},
		{"holdfast://holdfast/node/"},
		{"holdfast://holdfast/node"},
		{"holdfast:///node/node1"},
		{"holdfast://holdfast/king/node1"},
		{"holdfast://holdfast/node/node1/more"},
		{"holdfast://holdfast/node/node1?x=y"},
		{"holdfast://holdfast/node/node1#f"},
		{"holdfast://me@holdfast/node/node1"},
		{"holdfast://holdfast:1/node/node1"},
		{"holdfast://holdfast/node/node%31"},
		{"holdfast://holdfast/node/.."},
	} {
		if id, err := mtls.IdentityOf(certificate(t, uris...)); !errors.Is(err, mtls.ErrIdentity) {
			t.Errorf("%q: %v, %v", uris, id, err)
		}
	}
}

// Whatever a URI is, an identity that is read from it is one, and has that URI alone.
func FuzzIdentity(f *testing.F) {
	for _, seed := range []string{"holdfast://holdfast/node/node1", "holdfast://c/client/a%2Fb", "holdfast:x", "holdfast://c//node/n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		u, err := url.Parse(text)
		if err != nil {
			return
		}
		id, err := mtls.IdentityOf(&x509.Certificate{URIs: []*url.URL{u}})
		if err != nil {
			return
		}
		if id.Validate() != nil || id.URI().String() != u.String() {
			t.Fatalf("%q gives %+v", text, id)
		}
		if again, err := mtls.ParseIdentity(id.Cluster, id.String()); err != nil || again != id {
			t.Fatalf("%q: %+v reads back as %+v, %v", text, id, again, err)
		}
	})
}
