// Package mtls is mutual TLS by identity: who a certificate is of, credentials
// that are read again when their files change, and a small certificate authority.
//
// # What it is
//
// A certificate names its holder by exactly one URI among its subject
// alternative names:
//
//	holdfast://CLUSTER/node/NAME     a replica, NAME is its node id
//	holdfast://CLUSTER/client/NAME   somebody who calls the API
//
// Host names and addresses play no part: a peer is who its certificate says, at
// whatever address. The organizational units of the subject go with the identity
// (package rpc/server reads roles from them).
//
// A [Store] holds the three files of a directory, named as in a Kubernetes TLS
// secret: tls.crt (certificate, then intermediates), tls.key, and ca.crt (every
// authority that peers may be signed by). [Store.Watch] reads them again when
// they change. What is new is used by the next handshake only if it is whole: the
// key fits, the chain leads to an authority of the bundle, the identity is the
// same, and the time is within its validity. Otherwise the old material stays in
// use and [Store.Status] says so.
//
// # Connections
//
// TLS 1.3 alone, no session tickets: every connection proves its identity anew,
// and there is no early data to replay. A connection ends when the certificate
// that opened it expires, and at once when a reload takes its authority out of
// the bundle. A [Lobby] bounds connections that have not proven who they are: the
// oldest of them goes when it is full, because a handshake of good will takes
// milliseconds.
//
// # What it assumes
//
//   - Whoever holds an authority's key may be anybody. The authority that
//     [NewAuthority] makes keeps its key in a file: it is for development.
//   - The host's clock is right enough for validity.
//   - Certificates are not revoked one by one: they are short-lived, or their
//     authority is taken out of the bundle.
//
// # The caller's duties
//
// Give an accept function that refuses identities that have no business there;
// run Watch, or reload by hand.
//
// # Errors
//
// [ErrIdentity] (a certificate that names nobody, or somebody else than asked
// for), [ErrMaterial] (files that do not fit together), [ErrProtocol] (the peer
// speaks another protocol). Failures of the chain are crypto/x509's own.
//
// # Concurrency
//
// Everything may be called concurrently.
//
// Sources: RFC 8446 (TLS 1.3), RFC 5280 (certificates); naming by URI follows
// SPIFFE's X.509-SVID.
package mtls
