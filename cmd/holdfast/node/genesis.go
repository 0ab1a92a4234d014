package node

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/holdfast-rollup/holdfast/cmd/holdfast/config"
	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/sync/zkvm"
)

// The first leader's configuration becomes the genesis, and the genesis rules. A replica that was configured
// otherwise follows it: with a warning where that is harmless, and not at all where it would anchor elsewhere.

// ErrOtherAnchor says that the cluster anchors on another contract than the configuration names.
var ErrOtherAnchor = errors.New("the cluster anchors on another contract than this configuration names")

// Genesis is what a replica of this configuration commits if it is the first leader.
func Genesis(cfg *config.Config) command.Genesis {
	return command.Genesis{
		ChainID: cfg.L1.ChainID, Contract: cfg.ContractAddress(),
		ProgramVersion: zkvm.ProgramVersion, PayloadKind: uint8(batch.PayloadTransitions),
		Limits: command.Limits{
			SessionInFlight: uint32(cfg.Sessions.MaxInFlight), Sessions: uint32(cfg.Sessions.MaxSessions),
			SessionExpiryMs: cfg.Sessions.Expiry.Milliseconds(),
			RecentVersions:  uint32(cfg.Versions.Recent), RetainedBytes: cfg.Versions.MaxBytes,
		},
		DepositDepth: cfg.Risk.DepositDepth,
	}
}

// compareGenesis waits for the cluster's genesis and holds the configuration against it.
func compareGenesis(ctx context.Context, m *fsm.Machine, cfg *config.Config, log *slog.Logger) error {
	for m.Status().Genesis.Lineage == ([16]byte{}) {
		if err := m.WaitApplied(ctx, m.AppliedIndex()+1); err != nil {
			return nil //nolint:nilerr // the replica ends, and others say why
		}
	}
	ruling, configured := m.Status().Genesis, Genesis(cfg)
	for _, d := range otherLimits(ruling, configured) {
		log.Warn("configured limit is not in force: the cluster's rules since its genesis",
			"setting", d.setting, "configured", d.configured, "in_force", d.inForce)
	}
	if cfg.Anchoring() && (ruling.ChainID != configured.ChainID || ruling.Contract != configured.Contract) {
		return fmt.Errorf("%w: it has been on chain %d, contract 0x%s since its genesis, l1.chain_id and l1.contract say chain %d, contract 0x%s; correct the configuration, or begin a new cluster",
			ErrOtherAnchor, ruling.ChainID, hex.EncodeToString(ruling.Contract[:]), configured.ChainID, hex.EncodeToString(configured.Contract[:]))
	}
	return nil
}

// difference is one setting that the genesis overrules.
type difference struct {
	setting             string
	configured, inForce any
}

func otherLimits(rulingGenesis, configuredGenesis command.Genesis) []difference {
	var out []difference
	ruling, configured := rulingGenesis.Limits, configuredGenesis.Limits
	for _, d := range []difference{
		{"sessions.max_in_flight", configured.SessionInFlight, ruling.SessionInFlight},
		{"sessions.max_sessions", configured.Sessions, ruling.Sessions},
		{"sessions.expiry", milliseconds(configured.SessionExpiryMs), milliseconds(ruling.SessionExpiryMs)},
		{"versions.recent", configured.RecentVersions, ruling.RecentVersions},
		{"versions.max_bytes", configured.RetainedBytes, ruling.RetainedBytes},
		{"risk.deposit_depth", configuredGenesis.DepositDepth, rulingGenesis.DepositDepth},
	} {
		if d.configured != d.inForce {
			out = append(out, d)
		}
	}
	return out
}

func milliseconds(ms int64) time.Duration { return time.Duration(ms) * time.Millisecond }
