package mtls

import (
	"crypto/x509"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"time"
)

// A certificate has one identity or none: never a choice.

// Kind says what an identity is of.
type Kind string

// Kinds of identities.
const (
	Node   Kind = "node"
	Client Kind = "client"
)

const scheme = "holdfast"

// ErrIdentity says that a certificate does not name who it should.
var ErrIdentity = errors.New("mtls: identity")

// name keeps identities fit for logs, metrics and the audit trail, and free of anything that a URI would encode.
var name = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9._@-]{0,126}[A-Za-z0-9])?$`)

// Identity is who a certificate is of.
type Identity struct {
	Cluster string
	Kind    Kind
	Name    string
}

// String is the identity within its cluster, such as "node/node1" or "client/alice".
func (id Identity) String() string { return string(id.Kind) + "/" + id.Name }

// URI is the identity as a subject alternative name.
func (id Identity) URI() *url.URL {
	return &url.URL{Scheme: scheme, Host: id.Cluster, Path: "/" + id.String()}
}

// Validate refuses what [ParseIdentity] would not give back.
func (id Identity) Validate() error {
	switch {
	case !name.MatchString(id.Cluster) || !name.MatchString(id.Name):
		return fmt.Errorf("%w: cluster %q or name %q is not 1 to 128 of a-z, A-Z, 0-9, '.', '_', '@' and '-', beginning and ending with a letter or digit",
			ErrIdentity, id.Cluster, id.Name)
	case id.Kind != Node && id.Kind != Client:
		return fmt.Errorf("%w: kind %q is neither %q nor %q", ErrIdentity, id.Kind, Node, Client)
	}
	return nil
}

// ParseIdentity reads what [Identity.String] gives.
func ParseIdentity(cluster, text string) (Identity, error) {
	kind, rest, _ := strings.Cut(text, "/")
	id := Identity{Cluster: cluster, Kind: Kind(kind), Name: rest}
	return id, id.Validate()
}

// IdentityOf reads a certificate's identity. It does not verify the certificate.
func IdentityOf(c *x509.Certificate) (Identity, error) {
	var found *url.URL
	for _, u := range c.URIs {
		if u.Scheme != scheme {
			continue
		}
		if found != nil {
			return Identity{}, fmt.Errorf("%w: certificate %q has more than one %s URI", ErrIdentity, c.Subject, scheme)
		}
		found = u
	}
	if found == nil {
		return Identity{}, fmt.Errorf("%w: certificate %q has no %s URI among its subject alternative names", ErrIdentity, c.Subject, scheme)
	}
	id, err := ParseIdentity(found.Host, strings.TrimPrefix(found.Path, "/"))
	if err != nil {
		return Identity{}, err
	}
	if id.URI().String() != found.String() { // user, port, query, fragment, or another spelling
		return Identity{}, fmt.Errorf("%w: %q is not of the form %s://CLUSTER/KIND/NAME", ErrIdentity, found, scheme)
	}
	return id, nil
}

// Peer is the other end of a connection, verified.
type Peer struct {
	Identity
	// Units are the organizational units of its certificate's subject.
	Units []string
	// NotAfter is when its certificate expires.
	NotAfter time.Time
}

// IsNode accepts the replica of this id alone.
func IsNode(id string) func(Peer) error {
	return func(p Peer) error {
		if p.Kind != Node || p.Name != id {
			return fmt.Errorf("%w: the certificate is of %s, not of %s/%s", ErrIdentity, p.Identity, Node, id)
		}
		return nil
	}
}

// IsAnyNode accepts every replica of the cluster.
func IsAnyNode(p Peer) error {
	if p.Kind != Node {
		return fmt.Errorf("%w: the certificate is of %s, which is no replica", ErrIdentity, p.Identity)
	}
	return nil
}

// IsAnyone accepts every identity of the cluster.
func IsAnyone(Peer) error { return nil }
