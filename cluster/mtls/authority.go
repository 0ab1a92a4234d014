package mtls

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/holdfast-rollup/holdfast/cluster/durable"
)

// An authority is never overwritten, and a directory of credentials never holds
// half a file.

// Files of an authority's directory.
const (
	authorityCertificate = AuthorityFile
	authorityKey         = "ca.key"
)

// clockSkew is how far the clocks of hosts may differ for a new certificate.
const clockSkew = 5 * time.Minute

// Authority signs certificates with a key that it holds itself. It is for
// development: whoever reads its directory may be anybody.
type Authority struct {
	cert *x509.Certificate
	key  crypto.Signer
}

// NewAuthority makes an authority for a cluster.
func NewAuthority(cluster string, now time.Time, life time.Duration) (*Authority, error) {
	if err := (Identity{Cluster: cluster, Kind: Client, Name: "authority"}).Validate(); err != nil {
		return nil, err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("mtls: make an authority's key: %w", err)
	}
	serial, err := newSerial()
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		SerialNumber: serial,
		Subject:      pkix.Name{CommonName: fmt.Sprintf("Holdfast development authority of %s %x", cluster, serial.Bytes()[:4])},
		NotBefore:    now.Add(-clockSkew), NotAfter: now.Add(life),
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
		IsCA:     true, BasicConstraintsValid: true, MaxPathLenZero: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, fmt.Errorf("mtls: sign an authority: %w", err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("mtls: read an authority: %w", err)
	}
	return &Authority{cert: cert, key: key}, nil
}

// OpenAuthority reads what [Authority.Write] wrote.
func OpenAuthority(dir string) (*Authority, error) {
	pair, err := tls.LoadX509KeyPair(filepath.Join(dir, authorityCertificate), filepath.Join(dir, authorityKey))
	if err != nil {
		return nil, fmt.Errorf("read authority: %w", err)
	}
	signer, ok := pair.PrivateKey.(crypto.Signer)
	if !ok || !pair.Leaf.IsCA {
		return nil, fmt.Errorf("%w: %s holds no authority", ErrMaterial, dir)
	}
	return &Authority{cert: pair.Leaf, key: signer}, nil
}

// Write puts the authority into a directory that holds none.
func (a *Authority) Write(dir string) error {
	for _, file := range []string{authorityCertificate, authorityKey} {
		if _, err := os.Stat(filepath.Join(dir, file)); !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("%w: %s exists already: an authority is never overwritten", ErrMaterial, filepath.Join(dir, file))
		}
	}
	key, err := x509.MarshalPKCS8PrivateKey(a.key)
	if err != nil {
		return fmt.Errorf("mtls: encode an authority's key: %w", err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("make the authority's directory: %w", err)
	}
	return errors.Join(
		durable.WriteFile(filepath.Join(dir, authorityKey), pemBlock("PRIVATE KEY", key), 0o600),
		durable.WriteFile(filepath.Join(dir, authorityCertificate), a.Certificate(), 0o644),
	)
}

// Certificate is the authority's certificate, for bundles.
func (a *Authority) Certificate() []byte { return pemBlock("CERTIFICATE", a.cert.Raw) }

// Request says what to sign.
type Request struct {
	Identity Identity
	// Units become the organizational units of the subject.
	Units []string
	// Hosts are names and addresses for programs that look at them, such as a scraper of metrics; Holdfast does not.
	Hosts               []string
	NotBefore, NotAfter time.Time
}

// Issue makes a key and signs its certificate; both are PEM.
func (a *Authority) Issue(r Request) (cert, key []byte, err error) {
	if err = r.Identity.Validate(); err != nil {
		return nil, nil, err
	}
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, fmt.Errorf("mtls: make a key: %w", err)
	}
	serial, err := newSerial()
	if err != nil {
		return nil, nil, err
	}
	template := &x509.Certificate{
		SerialNumber: serial,
		Subject:      pkix.Name{CommonName: r.Identity.Name, OrganizationalUnit: r.Units},
		NotBefore:    r.NotBefore, NotAfter: r.NotAfter,
		URIs:     []*url.URL{r.Identity.URI()},
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
		BasicConstraintsValid: true,
	}
	if r.Identity.Kind == Node {
		template.ExtKeyUsage = append(template.ExtKeyUsage, x509.ExtKeyUsageServerAuth)
	}
	for _, h := range r.Hosts {
		if ip := net.ParseIP(h); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, h)
		}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.cert, private.Public(), a.key)
	if err != nil {
		return nil, nil, fmt.Errorf("mtls: sign a certificate: %w", err)
	}
	encoded, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return nil, nil, fmt.Errorf("mtls: encode a key: %w", err)
	}
	return pemBlock("CERTIFICATE", der), pemBlock("PRIVATE KEY", encoded), nil
}

// WriteCredentials puts a certificate, its key and a bundle of authorities into
// dir, each file whole; what a reader sees between two of them does not fit
// together and is read again. A nil bundle leaves the one that is there.
func WriteCredentials(dir string, cert, key, bundle []byte) error {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return fmt.Errorf("make the credentials' directory: %w", err)
	}
	if bundle != nil {
		if err := WriteBundle(dir, bundle); err != nil {
			return err
		}
	}
	return errors.Join(
		durable.WriteFile(filepath.Join(dir, KeyFile), key, 0o600),
		durable.WriteFile(filepath.Join(dir, CertificateFile), cert, 0o644),
	)
}

// WriteBundle replaces the authorities of a directory of credentials.
func WriteBundle(dir string, bundle []byte) error {
	return durable.WriteFile(filepath.Join(dir, AuthorityFile), bundle, 0o644)
}

// newSerial draws 127 bits.
func newSerial() (*big.Int, error) {
	n, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return nil, fmt.Errorf("mtls: draw a serial number: %w", err)
	}
	return n.SetBit(n, 126, 1), nil // never short
}

func pemBlock(kind string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}
