package manager

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/holdfast-rollup/holdfast/sync/layer1"
	"github.com/holdfast-rollup/holdfast/sync/zkvm"
)

// ErrProgramNotReady says that batches of a program version would stop on their way: nobody could execute, prove or
// anchor them.
var ErrProgramNotReady = errors.New("manager: the program version cannot come into use yet")

// MayActivate says whether batches of a program version could go the whole way now: this replica executes it, and the
// contract verifies it by what is configured.
func (m *Manager) MayActivate(ctx context.Context, version uint32) error {
	if _, err := zkvm.ReadManifest(version); err != nil {
		return fmt.Errorf("%w: %w", ErrProgramNotReady, err)
	}
	if m.l1 == nil {
		return nil
	}
	scheduled, err := m.l1.contract.Program(ctx, version)
	if err != nil {
		return err
	}
	now, err := m.l1.contract.Inspect(ctx, 0, layer1.Latest)
	if err != nil {
		return err
	}
	from := time.Unix(int64(scheduled.ActiveFrom), 0).UTC() //nolint:gosec // the contract's clock, and so small
	switch {
	case scheduled.Kind == layer1.AdapterNone:
		return fmt.Errorf("%w: the contract has no verifier of version %d: schedule it first (`holdfast contract program schedule`)", ErrProgramNotReady, version)
	case from.UnixMilli() > now.Block.TimeMs:
		return fmt.Errorf("%w: the contract verifies version %d from %s on", ErrProgramNotReady, version, from.Format(time.RFC3339))
	case m.prover == nil:
		return nil
	}
	if err := CheckProgram(scheduled, m.prover.config.System, m.prover.config.Programs[version]); err != nil {
		return fmt.Errorf("%w: %w", ErrProgramNotReady, err)
	}
	return nil
}
