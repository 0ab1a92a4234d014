package mtls

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
)

// HTTPConfig is for a listener of HTTP. A certificate is asked for and not
// needed; one that is shown must be good. Each request asks [Store.PeerOfState].
func (s *Store) HTTPConfig() *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS13, NextProtos: []string{"http/1.1"}, SessionTicketsDisabled: true,
		ClientAuth:     tls.RequestClientCert,
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return &s.current.Load().cert, nil },
		VerifyConnection: func(state tls.ConnectionState) error {
			if len(state.PeerCertificates) == 0 {
				return nil
			}
			_, err := s.PeerOfState(&state)
			return err
		},
	}
}

// PeerOfState verifies, now, the certificate that the client of a connection showed.
func (s *Store) PeerOfState(state *tls.ConnectionState) (Peer, error) {
	if state == nil {
		return Peer{}, fmt.Errorf("%w: the connection is plaintext", ErrIdentity)
	}
	return s.current.Load().chain(state.PeerCertificates, x509.ExtKeyUsageClientAuth)
}
