package devnet

import (
	"path/filepath"
	"time"

	"github.com/holdfast-rollup/holdfast/cluster/mtls"
	"github.com/holdfast-rollup/holdfast/cmd/holdfast/config"
	"github.com/holdfast-rollup/holdfast/rpc/server"
)

// credentialsLife is longer than any run.
const credentialsLife = 30 * 24 * time.Hour

// issuer makes the credentials of one run, under dir; nil for plaintext.
type issuer struct {
	authority *mtls.Authority
	dir       string
}

func newIssuer(o Options, dir string) (*issuer, error) {
	if !o.TLS {
		return nil, nil //nolint:nilnil // plaintext on loopback
	}
	a, err := mtls.NewAuthority(config.Default().Node.Cluster, time.Now(), credentialsLife)
	if err != nil {
		return nil, err
	}
	return &issuer{authority: a, dir: dir}, nil
}

// issue gives a replica or a client its directory.
func (i *issuer) issue(kind mtls.Kind, name string, units ...string) (string, error) {
	now := time.Now()
	cert, key, err := i.authority.Issue(mtls.Request{
		Identity: mtls.Identity{Cluster: config.Default().Node.Cluster, Kind: kind, Name: name},
		Units:    units, NotBefore: now.Add(-time.Minute), NotAfter: now.Add(credentialsLife),
	})
	if err != nil {
		return "", err
	}
	dir := filepath.Join(i.dir, "tls", name)
	return dir, mtls.WriteCredentials(dir, cert, key, i.authority.Certificate())
}

// guard gives a replica its credentials; the client of a run has no limit of its own.
func (i *issuer) guard(c *config.Config) (err error) {
	if i == nil {
		return nil
	}
	c.TLS.Directory, err = i.issue(mtls.Node, c.Node.ID)
	c.RPC.MaxRate, c.RPC.MaxByteRate = 0, 0
	return err
}

// client gives the load its credentials.
func (i *issuer) client() (string, error) {
	if i == nil {
		return "", nil
	}
	return i.issue(mtls.Client, "load", string(server.RoleSequencer), string(server.RoleOperator))
}
