package node

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/holdfast-rollup/holdfast/cluster/mtls"
	"github.com/holdfast-rollup/holdfast/cmd/holdfast/config"
)

// openCredentials reads this replica's certificate; nil without TLS.
func openCredentials(cfg *config.Config) (*mtls.Store, error) {
	if !cfg.TLS.Given() {
		return nil, nil //nolint:nilnil // plaintext, which the configuration allows on loopback
	}
	s, err := mtls.Open(cfg.TLS.Directory)
	if err != nil {
		return nil, fmt.Errorf("tls.directory: %w", err)
	}
	want := mtls.Identity{Cluster: cfg.Node.Cluster, Kind: mtls.Node, Name: cfg.Node.ID}
	if id := s.Identity(); id != want {
		return nil, fmt.Errorf("tls.directory: %w: the certificate in %s is of %s and this replica is %s: issue it one with `holdfast tls issue`",
			mtls.ErrIdentity, cfg.TLS.Directory, id.URI(), want.URI())
	}
	return s, nil
}

// keepCredentials reads the credentials again when they change; without TLS it has nothing to do.
func keepCredentials(ctx context.Context, s *mtls.Store, cfg *config.Config, log *slog.Logger) error {
	if s != nil {
		s.Watch(ctx, cfg.TLS.ReloadInterval, log)
	}
	return nil
}

func (w writer) credentials(s mtls.Status, now time.Time) {
	w.gauge("tls_certificate_expires_seconds", "Time until this replica's certificate expires.", s.NotAfter.Sub(now).Seconds())
	w.flag("tls_reload_failing", "Whether the files of tls.directory are not what is in use, because they are not usable.", s.Failure != nil)
	w.counter("tls_reloads_total", "How often new credentials were taken.", s.Reloads)
}
