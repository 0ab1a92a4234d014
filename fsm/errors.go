package fsm

import (
	"errors"
	"fmt"
)

// Refusals of commands and reads. None of them changes replicated state.
var (
	// ErrPoisoned: applying failed or panicked. The machine applies, answers and
	// snapshots nothing any more, and the process must exit.
	ErrPoisoned = errors.New("fsm: the machine is poisoned")
	// ErrVersionReleased: the tree version or the payload of the batch is not kept.
	ErrVersionReleased = errors.New("fsm: VERSION_RELEASED")
	// ErrUnknownBatch: no such batch was ever sealed, or a rollback removed it.
	ErrUnknownBatch = errors.New("fsm: no such batch")
	// ErrNoLineage: nothing is accepted before genesis.
	ErrNoLineage = errors.New("fsm: no lineage yet")
	// ErrLineageExists: the lineage is set once.
	ErrLineageExists = errors.New("fsm: the lineage is set already")
	// ErrGenesis: the genesis has no lineage, an unknown payload kind or a limit that is 0.
	ErrGenesis = errors.New("fsm: malformed genesis")
	// ErrStaleSeal: the seal does not name the next batch.
	ErrStaleSeal = errors.New("fsm: the seal does not name the next batch")
	// ErrEmptyBatch: empty batches do not exist.
	ErrEmptyBatch = errors.New("fsm: the open batch is empty")
	// ErrProgramVersion: the seal names a program version that is not active.
	ErrProgramVersion = errors.New("fsm: program version is not the active one")
	// ErrActivation: the activation lowers a version or reaches into the past.
	ErrActivation = errors.New("fsm: activation refused")
	// ErrStaleEpoch: the epoch command expected another counter.
	ErrStaleEpoch = errors.New("fsm: epoch counter moved")
	// ErrSlowSubscriber: the subscriber's buffer was full.
	ErrSlowSubscriber = errors.New("fsm: subscriber was too slow and was dropped")
	// ErrSnapshot is wrapped by every refusal of a snapshot.
	ErrSnapshot = errors.New("fsm: snapshot refused")
	// ErrOlderSnapshot: more is applied than the snapshot has. The state stands.
	ErrOlderSnapshot = errors.New("fsm: the snapshot is older than the state")
	// ErrIntakeHalted: nothing changes the state while intake is halted.
	ErrIntakeHalted = errors.New("fsm: intake is halted")
	// ErrBatchFull: the open batch must be sealed first.
	ErrBatchFull = errors.New("fsm: the open batch is full")
	// ErrStaleCredit: the credit does not begin at the next deposit.
	ErrStaleCredit = errors.New("fsm: the credit does not begin at the next deposit")
	// ErrDepositUnknown: the cursor has no record of the deposit.
	ErrDepositUnknown = errors.New("no record of this deposit on L1")
	// ErrDepositShallow: the deposit's block is not finalized, or not as deep as the genesis asks.
	ErrDepositShallow = errors.New("its block is not deep enough on L1")
	// ErrDepositAsset: the deposit's asset is not registered with its token. Registering it heals this.
	ErrDepositAsset = errors.New("the asset is not registered with this L1 token")
	// ErrDepositSupply: the deposit would take the asset's supply beyond 64 bits.
	ErrDepositSupply = errors.New("the asset's supply would exceed 64 bits")
	// ErrDepositFork: the deposit does not continue what the state has consumed of the L1 queue.
	ErrDepositFork = errors.New("the L1 queue is not the one that the state has consumed")
	// ErrStaleAdoption: the batch to adopt is not the next one.
	ErrStaleAdoption = errors.New("fsm: the adoption does not name the next batch")
	// ErrBatchOpen: a rollback to the newest sealed batch must come first.
	ErrBatchOpen = errors.New("fsm: a batch is open; roll back to the newest sealed one first")
	// ErrAdoptionPiece: the piece does not continue those that have come; begin at offset 0.
	ErrAdoptionPiece = errors.New("fsm: the piece does not continue the adoption; begin anew")
	// ErrNothingToExecute: L1's data hold a net diff, which no execution can prove.
	ErrNothingToExecute = errors.New("fsm: a net diff cannot be executed, so it is not adopted")
	// ErrSealedLater: the batch was sealed after the proposer's time. Waiting heals this.
	ErrSealedLater = errors.New("fsm: the batch was sealed later than now")
	// ErrUnknownRollback: no such rollback happened in this lineage.
	ErrUnknownRollback = errors.New("fsm: no such rollback")
	// ErrRevertedReleased: what the rollback removed was acknowledged and is gone.
	ErrRevertedReleased = errors.New("fsm: what the rollback removed is no longer kept")
	// ErrMinVersion: the replicated minimum version exceeds this binary's.
	ErrMinVersion = errors.New("fsm: this binary is older than the cluster's minimum version")
)

// SnapshotError says which section of a snapshot is wrong. It wraps ErrSnapshot.
type SnapshotError struct {
	Section string
	Err     error
}

func (e *SnapshotError) Error() string {
	return fmt.Sprintf("%v: section %s: %v", ErrSnapshot, e.Section, e.Err)
}

func (e *SnapshotError) Unwrap() []error { return []error{ErrSnapshot, e.Err} }
