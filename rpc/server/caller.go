package server

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"

	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/peer"

	"github.com/holdfast-rollup/holdfast/cluster/mtls"
	"github.com/holdfast-rollup/holdfast/rpc/wire"
)

// Who calls is what the connection's certificate says, or what a replica says of
// a call that it passes on. Nobody else is asked: the headers below, from
// anybody but a replica of the cluster, end the call.

// Headers of a call that a replica passes on, beside forwardedKey.
const (
	forwardedIdentityKey = "holdfast-forwarded-identity" // of the caller, as its certificate says
	forwardedUnitKey     = "holdfast-forwarded-unit"     // organizational units of its certificate, each one value
)

// caller is who calls.
type caller struct {
	// who is the identity within the cluster, such as "client/alice"; "plaintext ADDRESS" without TLS.
	who   string
	units []string
	roles []Role
	// via is the replica that passed the call on; empty if the caller is connected to this one.
	via string
	// proven is false without TLS: then nobody is asked for a role.
	proven bool
}

// node reports whether the caller is a replica that calls in its own name.
func (c caller) node() bool { return len(c.roles) == 1 && c.roles[0] == roleNode }

type callerKey struct{}

func callerOf(ctx context.Context) caller {
	c, _ := ctx.Value(callerKey{}).(caller)
	return c
}

// identify says who calls, or why that cannot be believed.
func (s *Server) identify(ctx context.Context) (caller, error) {
	via := metadata.ValueFromIncomingContext(ctx, forwardedKey)
	if s.cfg.Credentials == nil {
		c := caller{who: "plaintext"}
		if p, ok := peer.FromContext(ctx); ok {
			c.who += " " + hostOf(p.Addr)
		}
		if len(via) > 0 {
			c.via = via[0]
		}
		return c, nil
	}
	p, ok := mtls.PeerOf(ctx)
	if !ok {
		return caller{}, fail(wire.ReasonUnauthenticated, "the connection has no identity")
	}
	identity, units := metadata.ValueFromIncomingContext(ctx, forwardedIdentityKey), metadata.ValueFromIncomingContext(ctx, forwardedUnitKey)
	passedOn := len(via)+len(identity)+len(units) > 0
	switch {
	case p.Kind != mtls.Node && passedOn:
		return caller{}, fail(wire.ReasonDenied, "%s is no replica and passes a call on as one", p.Identity)
	case !passedOn:
		return s.known(p.Identity, p.Units), nil
	case len(via) != 1 || via[0] != p.Name:
		return caller{}, fail(wire.ReasonDenied, "%s passes a call on as %q", p.Identity, via)
	case len(identity) != 1:
		return caller{}, fail(wire.ReasonDenied, "%s passes a call on for %d identities", p.Identity, len(identity))
	}
	original, err := mtls.ParseIdentity(p.Cluster, identity[0])
	if err != nil || original.Kind != mtls.Client {
		return caller{}, fail(wire.ReasonDenied, "%s passes a call on for %q, which is no client", p.Identity, identity[0])
	}
	c := s.known(original, units)
	c.via = p.Name
	return c, nil
}

func hostOf(addr net.Addr) string {
	host, _, err := net.SplitHostPort(addr.String())
	if err != nil {
		return addr.Network()
	}
	return host
}

// known gives an identity its roles: those of the configuration if it names the
// identity, those of the certificate's units otherwise.
func (s *Server) known(id mtls.Identity, units []string) caller {
	c := caller{who: id.String(), units: units, proven: true}
	if id.Kind == mtls.Node {
		c.roles = []Role{roleNode}
		return c
	}
	if roles, ok := s.cfg.Roles[c.who]; ok {
		c.roles = roles
		return c
	}
	for _, u := range units {
		if r, err := ParseRole(u); err == nil {
			c.roles = append(c.roles, r)
		}
	}
	return c
}

// knows reports whether a replica of this id is a member.
func (s *Server) knows(id string) bool {
	if id == s.cfg.NodeID {
		return true
	}
	for _, p := range s.cfg.Cluster.Status().Peers {
		if p.ID == id {
			return true
		}
	}
	return false
}

// Permits reports whether the holder of a certificate has a role, for what is served beside the API.
func (s *Server) Permits(p mtls.Peer, need Role) bool {
	return slices.ContainsFunc(s.known(p.Identity, p.Units).roles, func(r Role) bool { return r.covers(need) })
}

// authorize refuses a call that the caller has no role for.
func (s *Server) authorize(c caller, method string, row rule, known bool) error {
	switch {
	case !c.proven:
		return nil
	case !known:
		return fail(wire.ReasonDenied, "nobody may call %s", method)
	case row.role == roleAny || slices.ContainsFunc(c.roles, func(r Role) bool { return r.covers(row.role) }):
		return nil
	}
	return fail(wire.ReasonDenied, "%s has %s; %s needs the role %s", c.who, rolesText(c.roles), method, row.role)
}

// welcome is who may open a connection: every client of the cluster, and its members.
func (s *Server) welcome(p mtls.Peer) error {
	if p.Kind == mtls.Node && !s.knows(p.Name) {
		return fmt.Errorf("%w: %s is not a member of the cluster", mtls.ErrIdentity, p.Identity)
	}
	return nil
}

func rolesText(roles []Role) string {
	if len(roles) == 0 {
		return "no role (organizational units of the certificate, or tls.roles of the configuration, give one)"
	}
	return "the roles " + joinRoles(roles)
}

// outgoing adds to a call that is passed on who it is of.
func (s *Server) outgoing(ctx context.Context) (context.Context, error) {
	pairs := []string{forwardedKey, s.cfg.NodeID}
	if s.cfg.Credentials != nil {
		c := callerOf(ctx)
		if !c.proven {
			return nil, errors.New("pass a call on: nobody has said whose it is")
		}
		pairs = append(pairs, forwardedIdentityKey, c.who)
		for _, u := range c.units {
			pairs = append(pairs, forwardedUnitKey, u)
		}
	}
	return metadata.AppendToOutgoingContext(ctx, pairs...), nil
}
