package manager_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/holdfast-rollup/holdfast/cluster"
	"github.com/holdfast-rollup/holdfast/sync/layer1"
	"github.com/holdfast-rollup/holdfast/sync/layer1/embedded"
	"github.com/holdfast-rollup/holdfast/sync/manager"
	"github.com/holdfast-rollup/holdfast/sync/zkvm/inputs"
	"github.com/holdfast-rollup/holdfast/sync/zkvm/queue"
)

// ended checks why a lease is no more.
func ended(t *testing.T, err error, want queue.End) {
	t.Helper()
	if lost, ok := errors.AsType[*queue.LeaseError](err); !ok || lost.End != want {
		t.Fatalf("%v, want a lease that ended as %s", err, want)
	}
}

// spent is how many transactions the prover's account has sent.
func (r *rig) spent() uint64 {
	r.t.Helper()
	n, err := r.client.Nonce(r.t.Context(), embedded.DevAddress(2), layer1.Latest)
	r.check(err)
	return n
}

// layers.md, proofs; sync/README.md, "prover slow": who says in time that it is alive keeps its batch however long it
// takes, also under the next leader, and what is proved behind it waits for it and is not lost.
func TestASlowProverKeepsItsBatch(t *testing.T) {
	t.Parallel()
	r := newRigFrom(&rig{t: t, proofs: true}, nil)
	r.commits(3)
	x, slow := r.lease("slow", 1)
	late := r.proves(slow)
	for range 2 {
		_, a := r.lease("quick", 2)
		_, _, err := x.manager.SubmitProof(t.Context(), a.ID, r.proves(a))
		r.check(err)
	}
	if h := r.leader().machine.Cursor().Heads(); slow.Job.Batch != 1 || h.Proven != 0 || r.spent() != 0 {
		t.Fatalf("batch %d is slow, proven %d, %d transactions", slow.Job.Batch, h.Proven, r.spent())
	}
	_, err := x.manager.ExtendProofLease(slow.ID)
	r.check(err)
	r.failover()
	r.eventually("a leader that answers about the lease", func() bool {
		_, err = r.leader().manager.ExtendProofLease(slow.ID)
		return !follows(err)
	})
	ended(t, err, queue.Stale)
	r.eventually("its batch again, and its late proof taken", func() bool {
		y := r.leader()
		again, terr := y.manager.LeaseProof("slow", queue.Worker{1}, slow.Job.Batch)
		if terr != nil || again.Job != slow.Job {
			return false
		}
		_, _, terr = y.manager.SubmitProof(t.Context(), again.ID, late)
		return terr == nil
	})
	r.eventually("all three are proven by what was recorded", func() bool { return r.leader().machine.Cursor().Heads().Proven >= 3 })
	r.proveAll()
	r.drain()
	r.consistent()
}

// layers.md, proofs; sync/README.md, "prover dead": who is silent loses its batch, and the next one gets it; a word that
// comes after that is refused before anything is verified.
func TestADeadProverHoldsNothingUp(t *testing.T) {
	t.Parallel()
	r := newRigFrom(&rig{t: t, proofs: true, held: 2 * time.Second}, nil)
	r.commits(2)
	x, dead := r.lease("dead", 1)
	late := r.proves(dead)
	var heir queue.Assignment
	r.eventually("its batch is somebody else's", func() bool {
		y := r.leader()
		a, err := y.manager.LeaseProof("heir", queue.Worker{2}, dead.Job.Batch)
		if err == nil && a.Job != dead.Job { // the wrong one: it is given back
			if rerr := y.manager.ReleaseProofLease(a.ID); !r.late(rerr) {
				r.check(rerr)
			}
		}
		x, heir = y, a
		return err == nil && a.Job == dead.Job
	})
	_, _, err := x.manager.SubmitProof(t.Context(), dead.ID, late)
	if lost, ok := errors.AsType[*queue.LeaseError](err); !ok || lost.End != queue.Expired && lost.End != queue.Stale {
		t.Errorf("a proof for a lease that expired: %v", err)
	}
	if state, _ := x.manager.ProofQueue(); heir.ID.Term == dead.ID.Term && state.Totals.Expired == 0 {
		t.Errorf("%+v", state.Totals)
	}
	if r.proof(dead.Job.Batch) != nil {
		t.Error("the proof of an expired lease is recorded")
	}
	r.failover() // whoever held a batch dies with it
	r.proveAll()
	r.drain()
	r.consistent()
}

// layers.md, proofs; sync/README.md, "prover malicious": it neither ends nor takes what others hold, a proof that holds
// for another batch or was made for another program is refused, it waits longer each time, under every leader, and
// nothing of that reaches L1.
func TestAMaliciousProverCostsNothing(t *testing.T) {
	t.Parallel()
	r := newRigFrom(&rig{t: t, proofs: true}, nil)
	r.commits(3)
	x, first := r.lease("honest", 1)
	good := r.proves(first)
	_, held := r.lease("thief", 9)
	forged := first.ID
	forged.Worker = held.ID.Worker // it guesses numbers, and does not know the worker's bytes
	ended(t, x.manager.ReleaseProofLease(forged), queue.Unknown)
	_, err := x.manager.ExtendProofLease(forged)
	ended(t, err, queue.Unknown)
	_, _, err = x.manager.SubmitProof(t.Context(), forged, good)
	ended(t, err, queue.Unknown)
	// What somebody else proved, under its own lease.
	_, _, err = x.manager.SubmitProof(t.Context(), held.ID, good)
	refusedAs(t, err, queue.Invalid)
	if _, err = x.manager.LeaseProof("thief", queue.Worker{9}, 0); !isWait(err) {
		t.Errorf("it gets the next batch at once: %v", err)
	}
	// An input that was never sealed is nobody's.
	if _, _, err = x.manager.ProofInput(inputs.Key{Batch: 1, HeaderHash: [32]byte{1}}); !errors.Is(err, inputs.ErrAbsent) {
		t.Errorf("an input under another header: %v", err)
	}
	if r.spent() != 0 || r.proof(first.Job.Batch) != nil || r.proof(held.Job.Batch) != nil {
		t.Error("something of it was recorded or sent")
	}
	r.failover()
	// The next leader does not know it, and is not taken in either.
	y, again := r.lease("thief", 9)
	_, _, err = y.manager.SubmitProof(t.Context(), again.ID, make([]byte, len(good)))
	refusedAs(t, err, queue.Malformed)
	if h := r.leader().machine.Cursor().Heads(); h.Proven != 0 || r.spent() != 0 {
		t.Errorf("proven %d, %d transactions", h.Proven, r.spent())
	}
	r.proveAll()
	r.drain()
	r.consistent()
	for n := uint64(1); n <= 3; n++ {
		if p := r.proof(n); p != nil && p.Prover != "honest" {
			t.Errorf("batch %d is proved by %s", n, p.Prover)
		}
	}
	cur := r.leader().machine.Cursor()
	if cur.Illegal() != 0 || len(cur.Halts()) != 0 {
		t.Errorf("%d events were refused, halts %+v", cur.Illegal(), cur.Halts())
	}
	if got := r.spent(); got > cur.Heads().Proven {
		t.Errorf("%d transactions for %d batches", got, cur.Heads().Proven)
	}
}

func follows(err error) bool {
	_, ok := errors.AsType[*cluster.NotLeaderError](err)
	return ok
}

// layers.md, proofs: what waits for provers takes bounded room on every replica. At the limit batches wait for their
// execution, whoever leads, and each proof makes room for another one.
func TestInputsThatWaitForProversAreBounded(t *testing.T) {
	t.Parallel()
	r := newRigFrom(&rig{t: t, proofs: true, inputs: 1}, nil) // none is taken beside another
	const beside = 5                                          // but those that are saved at the same time
	waits := func() bool {
		return slices.ContainsFunc(r.leader().manager.Status(), func(d manager.DutyStatus) bool {
			return d.Name == "execute" && d.Err != nil && strings.Contains(d.Err.Error(), inputs.ErrFull.Error())
		})
	}
	bounded := func() {
		t.Helper()
		for _, x := range r.replicas {
			if n, bytes := x.manager.ProofInputs(); n > beside || (n == 0) != (bytes == 0) {
				t.Errorf("%s keeps %d inputs, %d bytes", x.id, n, bytes)
			}
		}
	}
	for range 2 * beside {
		r.submit(200)
		r.eventually("sealed", func() bool { return r.leader().machine.Status().AllSealed() })
	}
	r.eventually("executions wait for provers", waits)
	bounded()
	r.failover()
	r.eventually("so they do under the next leader", waits)
	bounded()
	if h := r.leader().machine.Cursor().Heads(); h.Executed >= h.Sealed || h.Executed > beside*uint64(len(r.replicas)) {
		t.Errorf("heads %+v", h)
	}
	r.proveAll()
	bounded()
	r.drain()
	r.consistent()
}
