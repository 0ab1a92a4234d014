package server

import (
	"strings"
	"testing"

	"google.golang.org/grpc"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"

	"github.com/holdfast-rollup/holdfast/fsm"
)

// interfaces.md: health speaks of every service that is registered, whichever was added last.
func TestHealthSpeaksOfEveryService(t *testing.T) {
	s, err := New(Config{NodeID: "n1", Cluster: followerOnly{}, Machine: fsm.New(fsm.Config{NodeID: "n1"})})
	if err != nil {
		t.Fatal(err)
	}
	g := grpc.NewServer()
	s.Register(g)
	for _, ready := range []bool{false, true} {
		s.setReady(ready)
		want := map[bool]healthpb.HealthCheckResponse_ServingStatus{
			false: healthpb.HealthCheckResponse_NOT_SERVING, true: healthpb.HealthCheckResponse_SERVING,
		}[ready]
		services := 0
		for name := range g.GetServiceInfo() {
			if !strings.HasPrefix(name, "holdfast.") {
				continue
			}
			services++
			if got, err := s.health.Check(t.Context(), &healthpb.HealthCheckRequest{Service: name}); err != nil || got.GetStatus() != want {
				t.Errorf("%s: %v, %v; want %v", name, got, err, want)
			}
		}
		if services < 11 || s.Ready(t.Context()) != ready {
			t.Errorf("%d services, ready %t, want %t", services, s.Ready(t.Context()), ready)
		}
	}
}
