//go:build linux

package process_test

// The runbook's own commands are run, while the flow goes on.

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"

	"github.com/holdfast-rollup/holdfast/cluster/mtls"
)

// openCredentials are the test's own: those of a sequencer, read again when the runbook renews them.
func (c *cluster) openCredentials() []grpc.DialOption {
	c.t.Helper()
	own, err := mtls.Open(filepath.Join(c.dir, "cluster", "clients", "sequencer"))
	must(c.t, err)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		own.Watch(ctx, 50*time.Millisecond, slog.New(slog.DiscardHandler))
	}()
	c.t.Cleanup(func() { cancel(); <-done })
	return []grpc.DialOption{grpc.WithTransportCredentials(own.ClientCredentials(mtls.IsAnyNode))}
}

// metric reads one metric of a replica, without labels.
func (r *replica) metric(ctx context.Context, name string) (float64, error) {
	host, port, _ := strings.Cut(r.rpc, ":")
	n, err := strconv.Atoi(port)
	if err != nil {
		return 0, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, fmt.Sprintf("http://%s:%d/metrics", host, n+100), http.NoBody)
	if err != nil {
		return 0, err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, err
	}
	text, err := io.ReadAll(resp.Body)
	if err = errors.Join(err, resp.Body.Close()); err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(text)) {
		if value, ok := strings.CutPrefix(line, name+" "); ok {
			return strconv.ParseFloat(strings.TrimSpace(value), 64)
		}
	}
	return 0, fmt.Errorf("%s has no metric %s", r.id, name)
}

func (c *cluster) awaitMetric(name string, ok func(r *replica, v float64) bool) {
	c.t.Helper()
	for _, r := range c.replicas {
		await(c.t, name+" of "+r.id, func(ctx context.Context) error {
			v, err := r.metric(ctx, name)
			if err == nil && !ok(r, v) {
				err = fmt.Errorf("it is %v", v)
			}
			return err
		})
	}
}

// Rule: cluster.md: certificates are taken without a restart, and a broken new one keeps the old. The whole of
// deploy/runbooks/key-rotation.md runs while orders flow; then the leader is killed, so that every connection is made
// anew by what the runbook left; nothing is lost, nothing is executed twice.
func TestRotateKeysUnderLoad(t *testing.T) {
	booksDrill(t)
	c, l := underLoad(t, options{tls: true, env: []string{"HOLDFAST_TLS_RELOAD_INTERVAL=50ms"}})
	rounds := 0
	for _, commands := range blocks(t, "key-rotation.md") {
		before := map[*replica]float64{}
		c.awaitMetric("holdfast_tls_reloads_total", func(r *replica, v float64) bool { before[r] = v; return true })
		c.follow(commands)
		if strings.Contains(strings.Join(commands, "\n"), "cluster/node3/tls") && !strings.HasPrefix(commands[0], "holdfast tls inspect") {
			rounds++
			c.awaitMetric("holdfast_tls_reloads_total", func(r *replica, v float64) bool { return v > before[r] })
		}
		c.awaitMetric("holdfast_tls_reload_failing", func(_ *replica, v float64) bool { return v == 0 })
		c.awaitTogether()
		l.awaitProgress()
	}
	if rounds != 4 {
		t.Errorf("the page has %d rounds, and had 4", rounds)
	}
	next := c.replicas[0]
	if c.awaitLeader() == next {
		next = c.replicas[1]
	}
	c.follow([]string{"holdfast leader transfer --to " + next.id + " --endpoints " + c.replicas[2].rpc + " --timeout 60s --credentials cluster/clients/operator"})
	l.awaitProgress()
	victim := c.awaitLeader()
	broken := filepath.Join(victim.dir, "tls", mtls.CertificateFile)
	good, err := os.ReadFile(broken)
	must(t, err)
	must(t, os.WriteFile(broken, good[:100], 0o600))
	c.awaitMetric("holdfast_tls_reload_failing", func(r *replica, v float64) bool { return (v == 1) == (r == victim) })
	l.awaitProgress()
	must(t, os.WriteFile(broken, good, 0o600))
	c.awaitMetric("holdfast_tls_reload_failing", func(_ *replica, v float64) bool { return v == 0 })
	killed(c, l, victim, 0)
	c.conclude(l)
}
