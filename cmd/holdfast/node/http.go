package node

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/pprof"
	"runtime"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"golang.org/x/net/netutil"

	"github.com/holdfast-rollup/holdfast/cluster/mtls"
	"github.com/holdfast-rollup/holdfast/cmd/holdfast/config"
	"github.com/holdfast-rollup/holdfast/rpc/server"
)

// What HTTP asks about the replica.
type fataler interface{ Fatal() error }

type readier interface {
	Ready(ctx context.Context) bool
}

// permitter knows what the holder of a certificate may do.
type permitter interface {
	Permits(p mtls.Peer, need server.Role) bool
}

// How finely waiting is sampled where profiles are served.
const (
	contentionsPerSample = 10
	blockedPerSample     = 100 * time.Microsecond
)

// site is what HTTP serves.
type site struct {
	profiles    bool
	registry    *prometheus.Registry
	machine     fataler
	ready       readier
	may         permitter
	credentials *mtls.Store // nil for plaintext, where everybody may see everything
}

func newSite(cfg *config.Config, registry *prometheus.Registry, machine fataler, api *server.Server, credentials *mtls.Store) *site {
	if cfg.HTTP.Profiles { // the runtime keeps neither of itself
		runtime.SetMutexProfileFraction(contentionsPerSample)
		runtime.SetBlockProfileRate(int(blockedPerSample))
	}
	s := &site{profiles: cfg.HTTP.Profiles, registry: registry, machine: machine, ready: api, may: api}
	if cfg.HTTP.TLS {
		s.credentials = credentials
	}
	return s
}

// Limits of HTTP, whose callers are few: scrapers and probes.
const (
	maxHTTPConns  = 256
	headerLimit   = 5 * time.Second // to the end of the headers, the handshake included
	requestLimit  = 10 * time.Second
	answerLimit   = 90 * time.Second // a profile takes its time
	idleHTTPLimit = 2 * time.Minute
	maxHTTPHeader = 16 << 10
)

// serve returns at once if l is nil: then there is no HTTP.
func (s *site) serve(ctx context.Context, l net.Listener) error {
	if l == nil {
		return nil
	}
	l = netutil.LimitListener(l, maxHTTPConns)
	if s.credentials != nil {
		l = tls.NewListener(l, s.credentials.HTTPConfig())
	}
	h := &http.Server{
		Handler: s.mux(), ReadHeaderTimeout: headerLimit, ReadTimeout: requestLimit, WriteTimeout: answerLimit,
		IdleTimeout: idleHTTPLimit, MaxHeaderBytes: maxHTTPHeader,
		ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelDebug), // handshakes that fail are their clients' matter
	}
	stop := context.AfterFunc(ctx, func() { _ = h.Close() })
	defer stop()
	if err := h.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve http: %w", err)
	}
	return nil
}

func (s *site) mux() *http.ServeMux {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", s.guard(server.RoleReader, promhttp.HandlerFor(s.registry, promhttp.HandlerOpts{Registry: s.registry})))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		if err := s.machine.Fatal(); err != nil {
			http.Error(w, "broken: see the log", http.StatusInternalServerError)
			return
		}
		_, _ = fmt.Fprintln(w, "ok")
	})
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		if !s.ready.Ready(r.Context()) {
			http.Error(w, "not caught up", http.StatusServiceUnavailable)
			return
		}
		_, _ = fmt.Fprintln(w, "ok")
	})
	if s.profiles {
		for path, handler := range map[string]http.HandlerFunc{
			"/debug/pprof/": pprof.Index, "/debug/pprof/profile": pprof.Profile, "/debug/pprof/trace": pprof.Trace,
			"/debug/pprof/symbol": pprof.Symbol, "/debug/pprof/cmdline": pprof.Cmdline,
		} {
			mux.Handle("GET "+path, s.guard(server.RoleOperator, handler))
		}
	}
	return mux
}

// guard asks for a certificate with a role, where there are certificates.
func (s *site) guard(need server.Role, next http.Handler) http.Handler {
	if s.credentials == nil {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p, err := s.credentials.PeerOfState(r.TLS)
		if err != nil {
			http.Error(w, "a certificate of the cluster is needed", http.StatusUnauthorized)
			return
		}
		if !s.may.Permits(p, need) {
			http.Error(w, "the role "+string(need)+" is needed", http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}
