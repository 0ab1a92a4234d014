package node

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"github.com/hashicorp/raft"

	"github.com/holdfast-rollup/holdfast/cmd/holdfast/config"
	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/command"
)

// begun is a machine whose cluster was begun with cfg.
func begun(t *testing.T, cfg *config.Config) *fsm.Machine {
	t.Helper()
	g := Genesis(cfg)
	g.Lineage = [16]byte{1}
	m := fsm.New(fsm.Config{})
	frame := command.EncodeFrame(nil, command.TypeGenesis, g.Append(nil))
	if r := m.Apply(&raft.Log{Index: 1, Type: raft.LogCommand, Data: frame}).(*fsm.Result); r.Err != nil {
		t.Fatal(r.Err)
	}
	return m
}

// What decides replicated state is the cluster's: a replica configured otherwise follows, and says so.
func TestOtherLimitsAreNamed(t *testing.T) {
	cfg := config.Default()
	m := begun(t, &cfg)
	var out bytes.Buffer
	log := slog.New(slog.NewTextHandler(&out, nil))
	if err := compareGenesis(t.Context(), m, &cfg, log); err != nil || out.Len() > 0 {
		t.Errorf("the same configuration: %v, %s", err, &out)
	}
	cfg.Sessions.MaxInFlight++
	cfg.Sessions.MaxSessions++
	cfg.Sessions.Expiry *= 2
	cfg.Versions.Recent++
	cfg.Versions.MaxBytes++
	if err := compareGenesis(t.Context(), m, &cfg, log); err != nil {
		t.Errorf("other limits: %v", err)
	}
	for _, setting := range []string{"sessions.max_in_flight", "sessions.max_sessions", "sessions.expiry", "versions.recent", "versions.max_bytes"} {
		if !strings.Contains(out.String(), "setting="+setting+" ") {
			t.Errorf("no warning about %s in:\n%s", setting, &out)
		}
	}
}

// A replica that would anchor on another contract or chain than its cluster does not run.
func TestOtherContractIsRefused(t *testing.T) {
	cfg := config.Default()
	cfg.L1.Endpoints = []config.Endpoint{"http://127.0.0.1:8545"}
	cfg.L1.Contract = "0x" + strings.Repeat("11", 20)
	m := begun(t, &cfg)
	log := slog.New(slog.DiscardHandler)
	if err := compareGenesis(t.Context(), m, &cfg, log); err != nil {
		t.Errorf("the same contract: %v", err)
	}
	other := cfg
	other.L1.Contract = "0x" + strings.Repeat("22", 20)
	if err := compareGenesis(t.Context(), m, &other, log); !errors.Is(err, ErrOtherAnchor) {
		t.Errorf("another contract: %v", err)
	}
	other = cfg
	other.L1.ChainID = 31337
	if err := compareGenesis(t.Context(), m, &other, log); !errors.Is(err, ErrOtherAnchor) {
		t.Errorf("another chain: %v", err)
	}
	other.L1.Endpoints = nil // anchors nothing, so does no harm
	if err := compareGenesis(t.Context(), m, &other, log); err != nil {
		t.Errorf("without L1: %v", err)
	}
}

// A replica that ends before its cluster has begun ends cleanly.
func TestNoGenesisYet(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	cfg := config.Default()
	if err := compareGenesis(ctx, fsm.New(fsm.Config{}), &cfg, slog.New(slog.DiscardHandler)); err != nil {
		t.Error(err)
	}
}
