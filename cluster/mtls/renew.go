package mtls

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// A rotation never leaves a directory that its own bundle would refuse.

// Credentials are what a directory holds, for people: it may be of no use.
type Credentials struct {
	Leaf        *x509.Certificate
	Identity    Identity
	Authorities []*x509.Certificate
	// Problem says why a store would not take the directory now; nil if it would.
	Problem error
}

// Inspect reads a directory without needing its key to be readable.
func Inspect(dir string) (Credentials, error) {
	var c Credentials
	text, err := os.ReadFile(filepath.Join(dir, CertificateFile))
	if err != nil {
		return c, fmt.Errorf("read credentials: %w", err)
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return c, fmt.Errorf("%w: %s holds no certificate", ErrMaterial, filepath.Join(dir, CertificateFile))
	}
	if c.Leaf, err = x509.ParseCertificate(block.Bytes); err != nil {
		return c, fmt.Errorf("%w: %s: %w", ErrMaterial, filepath.Join(dir, CertificateFile), err)
	}
	_, c.Problem = Open(dir)
	var identityErr, bundleErr error
	c.Identity, identityErr = IdentityOf(c.Leaf)
	if text, bundleErr = os.ReadFile(filepath.Join(dir, AuthorityFile)); bundleErr == nil {
		c.Authorities, bundleErr = Authorities(text)
	}
	if c.Problem == nil {
		c.Problem = errors.Join(identityErr, bundleErr)
	}
	return c, nil
}

// Renew gives a directory a new key and certificate of the same identity, units
// and hosts. The directory's bundle must trust the authority already.
func (a *Authority) Renew(dir string, notBefore, notAfter time.Time) error {
	c, err := Inspect(dir)
	if err != nil {
		return err
	}
	if c.Identity, err = IdentityOf(c.Leaf); err != nil {
		return fmt.Errorf("%s: %w", dir, err)
	}
	if !contains(c.Authorities, a.cert) {
		return fmt.Errorf("%w: %s does not hold the authority %q: add it everywhere first", ErrMaterial, filepath.Join(dir, AuthorityFile), a.cert.Subject.CommonName)
	}
	r := Request{Identity: c.Identity, Units: c.Leaf.Subject.OrganizationalUnit, Hosts: c.Leaf.DNSNames, NotBefore: notBefore, NotAfter: notAfter}
	for _, ip := range c.Leaf.IPAddresses {
		r.Hosts = append(r.Hosts, ip.String())
	}
	cert, key, err := a.Issue(r)
	if err != nil {
		return err
	}
	return WriteCredentials(dir, cert, key, nil)
}

// Trust adds an authority to a directory's bundle. With only, it takes every
// other one out, unless the directory's own certificate would then lead nowhere.
func Trust(dir string, authority []byte, only bool) error {
	added, err := Authorities(authority)
	if err != nil {
		return fmt.Errorf("%w: the authority %w", ErrMaterial, err)
	}
	path := filepath.Join(dir, AuthorityFile)
	bundle, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("read credentials: %w", err)
	}
	if only {
		return trustOnly(dir, authority)
	}
	var known []*x509.Certificate
	if len(bundle) > 0 {
		if known, err = Authorities(bundle); err != nil {
			return fmt.Errorf("%w: %s %w", ErrMaterial, path, err)
		}
	}
	for _, c := range added {
		if !contains(known, c) {
			bundle = append(bytes.TrimRight(bundle, "\n"), '\n')
			bundle = append(bundle, pemBlock("CERTIFICATE", c.Raw)...)
		}
	}
	return WriteBundle(dir, bytes.TrimLeft(bundle, "\n"))
}

func trustOnly(dir string, authority []byte) error {
	f, err := readFiles(dir)
	if err != nil {
		return err
	}
	f.authority = authority
	if _, err := f.load(time.Now()); err != nil {
		return fmt.Errorf("%s would be of no use without the other authorities (rotate its certificate first): %w", dir, err)
	}
	return WriteBundle(dir, authority)
}

func contains(list []*x509.Certificate, c *x509.Certificate) bool {
	for _, one := range list {
		if one.Equal(c) {
			return true
		}
	}
	return false
}
