package config

import (
	"fmt"
	"net"

	"github.com/holdfast-rollup/holdfast/cluster/mtls"
	"github.com/holdfast-rollup/holdfast/rpc/server"
)

// Nothing is plaintext off loopback unless the configuration says so by name.

// open reports whether Raft and the API may listen off loopback.
func (c *Config) open() bool { return c.TLS.Given() || c.Raft.Insecure }

func (c *Config) validateTLS(v *validator) {
	if c.HTTP.Bind != "" {
		v.address("http.bind", c.HTTP.Bind, true)
		if !c.HTTP.TLS && !c.HTTP.Insecure && !loopback(c.HTTP.Bind) {
			v.fault("http.bind", fmt.Sprintf("%q is not loopback: bind to loopback, set http.tls: true, or set http.insecure: true if everybody there may read the metrics", c.HTTP.Bind))
		}
	}
	v.positive("tls.reload_interval", c.TLS.ReloadInterval)
	switch {
	case c.TLS.Given() && c.Raft.Insecure:
		v.fault("raft.insecure", "with tls.directory nothing is plaintext: remove one of them")
	case !c.TLS.Given() && c.HTTP.TLS:
		v.fault("http.tls", "needs tls.directory")
	case !c.TLS.Given() && len(c.TLS.Roles) > 0:
		v.fault("tls.roles", "needs tls.directory: without TLS nobody has an identity")
	}
	seen := map[string]bool{}
	for i, g := range c.TLS.Roles {
		at := fmt.Sprintf("tls.roles[%d]", i)
		id, err := mtls.ParseIdentity(c.Node.Cluster, g.Identity)
		switch {
		case err != nil || id.Kind != mtls.Client:
			v.fault(at+".identity", fmt.Sprintf("%q is not of the form client/NAME", g.Identity))
		case seen[g.Identity]:
			v.fault(at+".identity", fmt.Sprintf("%q has a row already", g.Identity))
		}
		seen[g.Identity] = true
		for _, r := range g.Roles {
			if _, err := server.ParseRole(r); err != nil {
				v.fault(at+".roles", err.Error())
			}
		}
	}
}

func loopback(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	ip := net.ParseIP(host)
	return err == nil && (host == "localhost" || ip != nil && ip.IsLoopback())
}

// RolesOf is tls.roles as the server takes it.
func (c *Config) RolesOf() map[string][]server.Role {
	out := make(map[string][]server.Role, len(c.TLS.Roles))
	for _, g := range c.TLS.Roles {
		roles := make([]server.Role, len(g.Roles))
		for i, r := range g.Roles {
			roles[i] = server.Role(r)
		}
		out[g.Identity] = roles
	}
	return out
}
