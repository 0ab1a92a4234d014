package mtls

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"
)

// What is in use is always whole: certificate, key and authorities that fit
// together, for the identity the store was opened with. Nothing here logs or
// returns what a file holds.

// Files of a directory of credentials.
const (
	CertificateFile = "tls.crt"
	KeyFile         = "tls.key"
	AuthorityFile   = "ca.crt"
)

// ErrMaterial says that the files of a directory do not make credentials.
var ErrMaterial = errors.New("mtls: credentials")

// material is one reading of the files. It is immutable.
type material struct {
	cert        tls.Certificate
	authorities *x509.CertPool
	identity    Identity
}

// Store holds credentials and every connection that was opened with them.
type Store struct {
	dir     string
	current atomic.Pointer[material]

	mu      sync.Mutex // guards what follows; no I/O but the files' under it
	seen    [32]byte   // digest of the files as last read
	reloads uint64
	failure error // why the files as last read are not in use
	conns   map[*conn]struct{}
}

// Status is what people and metrics want to know of a store.
type Status struct {
	Identity Identity
	NotAfter time.Time // of the certificate in use
	Reloads  uint64    // how often new material was taken
	// Failure says why the files as they are now are not in use; nil if they are.
	Failure error
}

// Open reads the credentials in dir.
func Open(dir string) (*Store, error) {
	s := &Store{dir: dir, conns: map[*conn]struct{}{}}
	files, err := readFiles(dir)
	if err != nil {
		return nil, err
	}
	m, err := files.load(time.Now())
	if err != nil {
		return nil, fmt.Errorf("%s: %w", dir, err)
	}
	s.seen = files.digest()
	s.current.Store(m)
	return s, nil
}

// Identity is whose credentials these are.
func (s *Store) Identity() Identity { return s.current.Load().identity }

// Units are the organizational units of the certificate in use.
func (s *Store) Units() []string { return s.current.Load().cert.Leaf.Subject.OrganizationalUnit }

// Status says how the store is.
func (s *Store) Status() Status {
	m := s.current.Load()
	s.mu.Lock()
	defer s.mu.Unlock()
	return Status{Identity: m.identity, NotAfter: m.cert.Leaf.NotAfter, Reloads: s.reloads, Failure: s.failure}
}

// Watch looks at the files every interval until ctx ends. What it finds is in
// the log and in Status.
func (s *Store) Watch(ctx context.Context, interval time.Duration, log *slog.Logger) {
	tick := time.NewTicker(interval)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		switch changed, err := s.Reload(); {
		case err != nil && changed:
			log.ErrorContext(ctx, "new credentials are not usable, the old ones stay in use", "directory", s.dir, "error", err)
		case changed:
			log.InfoContext(ctx, "credentials were read again", "directory", s.dir, "not_after", s.Status().NotAfter)
		}
	}
}

// Reload reads the files again. changed says that they are not what they were
// when they were last read; err says why they are not in use.
func (s *Store) Reload() (changed bool, err error) {
	files, err := readFiles(s.dir)
	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil {
		changed, s.seen, s.failure = s.failure == nil, [32]byte{}, err
		return changed, err
	}
	digest := files.digest()
	if digest == s.seen {
		return false, s.failure
	}
	s.seen = digest
	m, err := files.load(time.Now())
	if was := s.Identity(); err == nil && m.identity != was {
		err = fmt.Errorf("%w: the new certificate is of %s and the old one of %s", ErrIdentity, m.identity, was)
	}
	if s.failure = err; err != nil {
		return true, err
	}
	s.current.Store(m)
	s.reloads++
	for c := range s.conns { // authorities that are gone take their connections with them
		if _, err := m.chain(c.certs, c.usage); err != nil {
			_ = c.raw.Close()
		}
	}
	return true, nil
}

type files struct{ cert, key, authority []byte }

func readFiles(dir string) (f files, err error) {
	for _, file := range []struct {
		name string
		into *[]byte
	}{{CertificateFile, &f.cert}, {KeyFile, &f.key}, {AuthorityFile, &f.authority}} {
		path := filepath.Join(dir, file.name)
		info, err := os.Stat(path)
		if err == nil && file.name == KeyFile && info.Mode().Perm()&0o007 != 0 {
			err = fmt.Errorf("%w: %s is open to everybody on this host: take the others' permissions away (chmod o= %s)", ErrMaterial, path, path)
		}
		if err == nil {
			*file.into, err = os.ReadFile(path)
		}
		if err != nil {
			return f, fmt.Errorf("read credentials: %w", err)
		}
	}
	return f, nil
}

func (f files) digest() [32]byte {
	h := sha256.New()
	for _, part := range [][]byte{f.cert, f.key, f.authority} {
		sum := sha256.Sum256(part)
		h.Write(sum[:])
	}
	return [32]byte(h.Sum(nil))
}

// load checks everything that a handshake would need.
func (f files) load(now time.Time) (*material, error) {
	cert, err := tls.X509KeyPair(f.cert, f.key)
	if err != nil {
		return nil, fmt.Errorf("%w: %s and %s: %w", ErrMaterial, CertificateFile, KeyFile, err)
	}
	authorities, err := Authorities(f.authority)
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrMaterial, AuthorityFile, err)
	}
	m := &material{cert: cert, authorities: x509.NewCertPool()}
	for _, a := range authorities {
		m.authorities.AddCert(a)
	}
	if m.identity, err = IdentityOf(cert.Leaf); err != nil {
		return nil, err
	}
	usages := []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	if m.identity.Kind == Node { // it serves as well
		usages = append(usages, x509.ExtKeyUsageServerAuth)
	}
	chain := make([]*x509.Certificate, len(cert.Certificate))
	for i, der := range cert.Certificate {
		if chain[i], err = x509.ParseCertificate(der); err != nil {
			return nil, fmt.Errorf("%w: %s: %w", ErrMaterial, CertificateFile, err)
		}
	}
	for _, usage := range usages {
		if _, err := m.chainAt(chain, usage, now); err != nil {
			return nil, fmt.Errorf("%w: %s does not stand before %s: %w", ErrMaterial, CertificateFile, AuthorityFile, err)
		}
	}
	return m, nil
}

// Authorities reads the certificates of a bundle.
func Authorities(bundle []byte) ([]*x509.Certificate, error) {
	var out []*x509.Certificate
	for {
		var block *pem.Block
		block, bundle = pem.Decode(bundle)
		if block == nil {
			break
		}
		if block.Type != "CERTIFICATE" {
			return nil, fmt.Errorf("holds a block of type %q; only certificates belong there", block.Type)
		}
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, err
		}
		if !c.IsCA {
			return nil, fmt.Errorf("certificate %q is not an authority's", c.Subject)
		}
		out = append(out, c)
	}
	if len(out) == 0 {
		return nil, errors.New("holds no certificate")
	}
	return out, nil
}

// chain verifies what a peer showed and says who it is.
func (m *material) chain(certs []*x509.Certificate, usage x509.ExtKeyUsage) (Peer, error) {
	return m.chainAt(certs, usage, time.Now())
}

func (m *material) chainAt(certs []*x509.Certificate, usage x509.ExtKeyUsage, now time.Time) (Peer, error) {
	if len(certs) == 0 {
		return Peer{}, fmt.Errorf("%w: the peer showed no certificate", ErrIdentity)
	}
	intermediates := x509.NewCertPool()
	for _, c := range certs[1:] {
		intermediates.AddCert(c)
	}
	leaf := certs[0]
	_, err := leaf.Verify(x509.VerifyOptions{
		Roots: m.authorities, Intermediates: intermediates, CurrentTime: now, KeyUsages: []x509.ExtKeyUsage{usage},
	})
	if err != nil {
		return Peer{}, fmt.Errorf("mtls: certificate %q: %w", leaf.Subject, err)
	}
	id, err := IdentityOf(leaf)
	if err != nil {
		return Peer{}, err
	}
	if id.Cluster != m.identity.Cluster {
		return Peer{}, fmt.Errorf("%w: the certificate is of cluster %q, not of %q", ErrIdentity, id.Cluster, m.identity.Cluster)
	}
	return Peer{Identity: id, Units: leaf.Subject.OrganizationalUnit, NotAfter: leaf.NotAfter}, nil
}
