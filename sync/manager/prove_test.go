package manager_test

import (
	"bytes"
	"cmp"
	"errors"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/sync/layer1"
	"github.com/holdfast-rollup/holdfast/sync/manager"
	"github.com/holdfast-rollup/holdfast/sync/zkvm/guest"
	"github.com/holdfast-rollup/holdfast/sync/zkvm/inputs"
	"github.com/holdfast-rollup/holdfast/sync/zkvm/proof"
	"github.com/holdfast-rollup/holdfast/sync/zkvm/proof/develop"
	"github.com/holdfast-rollup/holdfast/sync/zkvm/queue"
)

// developmentProgram is what the contract and the replicas of a rig with proofs want proved.
var developmentProgram = develop.Program([32]byte{0xee, 1}) //nolint:gochecknoglobals // a constant

func (r *rig) proofsConfig(x *replica) *manager.ProofsConfig {
	r.t.Helper()
	if !r.proofs {
		return nil
	}
	registry, err := proof.NewRegistry(r.chain.ChainID(), develop.Key())
	r.check(err)
	store, err := inputs.Open(filepath.Join(x.dir, "inputs"), r.inputs)
	r.check(err)
	return &manager.ProofsConfig{
		System: cursor.ProofDevelopment, Programs: map[uint32][32]byte{1: developmentProgram}, Verifier: registry, Inputs: store,
		Lease: cmp.Or(r.held, time.Hour),
	}
}

// commits submits until at least n batches are committed on L1, and nothing is open.
func (r *rig) commits(n uint64) {
	r.t.Helper()
	for r.leader().machine.Cursor().Heads().Sealed < n {
		r.submit(200)
		r.eventually("sealed", func() bool { return r.leader().machine.Status().AllSealed() })
	}
	r.eventually("committed", func() bool {
		h := r.leader().machine.Cursor().Heads()
		return h.Committed >= n && h.Committed == h.Sealed
	})
}

// lease takes a job of the leader's queue.
func (r *rig) lease(name string, worker byte) (x *replica, a queue.Assignment) {
	r.t.Helper()
	r.eventually("a job for "+name, func() bool {
		x = r.leader()
		var err error
		a, err = x.manager.LeaseProof(name, queue.Worker{worker}, 0)
		return err == nil
	})
	return x, a
}

// proves makes the proof of a job as a prover does: from the input alone, as any replica gives it out.
func (r *rig) proves(a queue.Assignment) []byte {
	r.t.Helper()
	var input []byte
	r.eventually("the input of a batch that wants a proof", func() bool {
		return slices.ContainsFunc(r.replicas, func(x *replica) (ok bool) {
			var err error
			input, _, err = x.manager.ProofInput(inputs.Key{Batch: a.Job.Batch, HeaderHash: a.Job.HeaderHash})
			return err == nil
		})
	})
	output, err := guest.Run(input, guest.Host{})
	r.check(err)
	p, err := develop.Prove(proof.Statement{Program: a.Program, Public: output[:guest.JournalSize]})
	r.check(err)
	return p
}

// proveAll proves whatever waits until everything that is sealed is proved.
func (r *rig) proveAll() {
	r.t.Helper()
	r.eventually("everything proved", func() bool {
		x := r.leader()
		if a, err := x.manager.LeaseProof("honest", queue.Worker{1}, 0); err == nil {
			_, _, err = x.manager.SubmitProof(r.t.Context(), a.ID, r.proves(a))
			if !r.late(err) {
				r.check(err)
			}
		}
		status := x.machine.Status()
		return status.AllSealed() && status.Heads.Proven > 0 && status.Heads.Proven == status.Heads.Sealed
	})
}

// late says that a prover's word came after another leader, or after a hold that is short in this rig: on a busy machine
// any takes that long.
func (r *rig) late(err error) bool {
	lost, ok := errors.AsType[*queue.LeaseError](err)
	return follows(err) || ok && (lost.End == queue.Stale || lost.End == queue.Expired && r.held > 0)
}

func (r *rig) proof(n uint64) *cursor.Proof {
	b, _ := r.leader().machine.Cursor().Batch(n)
	return b.Proof
}

// refusedAs checks how a proof was refused.
func refusedAs(t *testing.T, err error, want queue.Outcome) {
	t.Helper()
	if no, ok := errors.AsType[*queue.RefusedError](err); !ok || no.Outcome != want {
		t.Fatalf("%v, want outcome %d", err, want)
	}
}

// Issue 5, proofs: prove, verify in Go, verifyBatches, finalized. Without a proof nothing is proven; a wrong, slow, dead or malicious
// prover costs nothing but its own job, and the proof of the next one takes the batch on.
func TestProofsCarryBatchesToFinality(t *testing.T) {
	t.Parallel()
	r := newRigFrom(&rig{t: t, proofs: true}, nil)
	r.commits(2)
	x, a := r.lease("liar", 1)
	if a.Job.Batch != 1 || a.System != cursor.ProofDevelopment || a.Program != developmentProgram {
		t.Fatalf("leased %+v", a)
	}
	good := r.proves(a)

	// A valid proof of something else is no proof of this batch.
	other := slices.Clone(a.Public)
	other[0] ^= 1
	wrong, err := develop.Prove(proof.Statement{Program: a.Program, Public: other})
	r.check(err)
	_, _, err = x.manager.SubmitProof(t.Context(), a.ID, wrong)
	refusedAs(t, err, queue.Invalid)
	// The lease is lost with it, and the prover waits, while another one gets the batch at once.
	_, _, err = x.manager.SubmitProof(t.Context(), a.ID, good)
	if lost, ok := errors.AsType[*queue.LeaseError](err); !ok || lost.End != queue.Refused {
		t.Errorf("a second try on the lost lease: %v", err)
	}
	if _, err = x.manager.LeaseProof("liar", queue.Worker{1}, 0); !isWait(err) {
		t.Errorf("the liar got another job: %v", err)
	}
	for i, junk := range [][]byte{nil, {1, 2, 3}, bytes.Repeat([]byte{0xff}, 260), make([]byte, cursor.MaxProof+1), append(slices.Clone(good), 0)} {
		x, a = r.lease("junk"+string(rune('0'+i)), byte(2+i))
		if a.Job.Batch != 1 {
			t.Fatalf("the batch of a refused proof is not the next job: %+v", a.Job)
		}
		_, _, err = x.manager.SubmitProof(t.Context(), a.ID, junk)
		refusedAs(t, err, queue.Malformed)
	}
	if r.proof(1) != nil || r.leader().machine.Cursor().Heads().Proven != 0 {
		t.Fatal("a batch is proven without a proof that holds")
	}

	// The queue is the leader's; the input is the same on every replica.
	x, a = r.lease("honest", 1)
	k := inputs.Key{Batch: a.Job.Batch, HeaderHash: a.Job.HeaderHash}
	want, _, err := x.manager.ProofInput(k)
	r.check(err)
	for _, y := range r.replicas {
		var got []byte
		r.eventually("the input on "+y.id, func() bool {
			got, _, err = y.manager.ProofInput(k)
			return err == nil
		})
		if !bytes.Equal(got, want) {
			t.Errorf("%s keeps another input", y.id)
		}
		if _, err = y.manager.ExtendProofLease(a.ID); (err == nil) != (y == x) {
			t.Errorf("%s answers %v about a lease", y.id, err)
		} else if y != x && !follows(err) {
			t.Errorf("%s answers %v", y.id, err)
		}
	}
	if batch, duplicate, serr := x.manager.SubmitProof(t.Context(), a.ID, good); serr != nil || batch != 1 || duplicate {
		t.Fatalf("batch %d, %v, %v", batch, duplicate, serr)
	}
	if _, duplicate, serr := x.manager.SubmitProof(t.Context(), a.ID, good); serr != nil || !duplicate {
		t.Errorf("the same proof again: %v, %v", duplicate, serr)
	}
	if p := r.proof(1); p == nil || p.Prover != "honest" || !bytes.Equal(p.Proof, good) {
		t.Errorf("recorded %+v", p)
	}
	state, _ := x.manager.ProofQueue()
	if state.Totals.Invalid != 1 || state.Totals.Malformed != 5 || state.Totals.Proved != 1 {
		t.Errorf("%+v", state.Totals)
	}
	r.proveAll()
	r.drain()
	r.consistent()
	r.estimatedWell()
	for _, y := range r.replicas { // nobody waits for these inputs any more
		r.eventually("inputs removed on "+y.id, func() bool {
			_, _, err = y.manager.ProofInput(k)
			return errors.Is(err, inputs.ErrAbsent)
		})
	}
}

func isWait(err error) bool {
	_, ok := errors.AsType[*queue.WaitError](err)
	return ok
}

// Issue 5, proofs: a proof that was recorded and not verified on L1 survives its leader: the next one needs no prover. A
// lease does not: it is refused as stale, and the prover gets its batch again by naming it.
func TestProofsSurviveTheirLeader(t *testing.T) {
	t.Parallel()
	r := newRigFrom(&rig{t: t, proofs: true}, nil)
	r.commits(3)
	halt := command.Halt{Scope: command.ScopeAnchoring, Reason: "test", Exit: "resume", TimeMs: time.Now().UnixMilli()}
	r.propose(command.TypeHalt, halt.Append(nil))
	x, first := r.lease("a", 1)
	_, second := r.lease("b", 2)
	_, third := r.lease("c", 3)
	_, _, err := x.manager.SubmitProof(t.Context(), first.ID, r.proves(first))
	r.check(err)
	late := r.proves(third)
	r.close(x)

	r.eventually("a leader that answers about leases", func() bool {
		y := r.leader()
		_, _, err = y.manager.SubmitProof(t.Context(), third.ID, late)
		return !follows(err)
	})
	if lost, ok := errors.AsType[*queue.LeaseError](err); !ok || lost.End != queue.Stale {
		t.Fatalf("a lease of the last leader: %v", err)
	}
	y := r.leader()
	if p := r.proof(first.Job.Batch); p == nil || p.Prover != "a" {
		t.Fatalf("the recorded proof is lost: %+v", p)
	}
	again, err := y.manager.LeaseProof("c", queue.Worker{3}, third.Job.Batch)
	r.check(err)
	if again.Job != third.Job || again.ID.Term == third.ID.Term {
		t.Errorf("the prover that names batch %d got %+v", third.Job.Batch, again.Lease)
	}
	_, _, err = y.manager.SubmitProof(t.Context(), again.ID, late)
	r.check(err)
	if p := r.proof(second.Job.Batch); p != nil {
		t.Errorf("batch %d has a proof that nobody made: %+v", second.Job.Batch, p)
	}
	// A leader that recorded what does not hold: its successor spends nothing on it and asks for another proof.
	wrong := cursor.Proved{
		Batch: second.Job.Batch, HeaderHash: second.Job.HeaderHash, System: second.System, Program: second.Program,
		Prover: "unverified", Proof: late,
	}
	r.propose(command.TypeCursor, cursor.Append(nil, wrong))

	resume := command.Resume{Scope: command.ScopeAnchoring, Reason: "test", TimeMs: time.Now().UnixMilli()}
	r.propose(command.TypeResume, resume.Append(nil))
	r.eventually("the recorded proof is verified without a prover", func() bool {
		return r.leader().machine.Cursor().Heads().Proven >= first.Job.Batch
	})
	if h := r.leader().machine.Cursor().Heads(); h.Proven >= second.Job.Batch {
		t.Errorf("proven %d without a proof of batch %d", h.Proven, second.Job.Batch)
	}
	r.open(x, nil)
	r.proveAll()
	r.drain()
	r.consistent()
	if cur := r.leader().machine.Cursor(); cur.Illegal() != 0 {
		t.Errorf("%d events were refused", cur.Illegal())
	}
}

func (r *rig) propose(t command.Type, body []byte) {
	r.t.Helper()
	result, err := r.leader().node.Propose(r.t.Context(), t, body)
	r.check(err)
	r.check(result.Err)
}

// Issue 5, proofs: the contract's schedule must say what the configuration says, and the error says what to do.
func TestProgramsMustMatch(t *testing.T) {
	key := [32]byte{1}
	for _, c := range []struct {
		name      string
		scheduled layer1.Program
		system    cursor.ProofSystem
		ok        bool
	}{
		{"sp1", layer1.Program{Kind: layer1.AdapterSP1, Key: key}, cursor.ProofSP1, true},
		{"ziren has SP1's interface", layer1.Program{Kind: layer1.AdapterSP1, Key: key}, cursor.ProofZiren, true},
		{"so have development proofs", layer1.Program{Kind: layer1.AdapterSP1, Key: key}, cursor.ProofDevelopment, true},
		{"risc0", layer1.Program{Kind: layer1.AdapterRiscZero, Key: key}, cursor.ProofRiscZero, true},
		{"another system", layer1.Program{Kind: layer1.AdapterRiscZero, Key: key}, cursor.ProofSP1, false},
		{"another program", layer1.Program{Kind: layer1.AdapterSP1, Key: [32]byte{2}}, cursor.ProofSP1, false},
		{"execution only", layer1.Program{Kind: layer1.AdapterExecution}, cursor.ProofSP1, false},
		{"not scheduled", layer1.Program{Kind: layer1.AdapterNone}, cursor.ProofSP1, false},
	} {
		err := manager.CheckProgram(c.scheduled, c.system, key)
		if _, mismatch := errors.AsType[*manager.ProgramMismatchError](err); mismatch == c.ok || (err == nil) != c.ok {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}
