package manager_test

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/holdfast-rollup/holdfast/cluster"
	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/sync/layer1"
	"github.com/holdfast-rollup/holdfast/sync/recovery"
)

// recovery.md: the whole cluster lost, under load, with every directory. L1 and DA bring it back at the anchored root;
// the nodes start normally; trading, executing and anchoring go on under the new lineage.
func TestWholeClusterLost(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.submit(400)
	r.eventually("batches on L1", func() bool { return r.leader().machine.Cursor().Heads().Committed >= 1 })

	load := r.underLoad()
	r.eventually("more batches under load", func() bool { return r.leader().machine.Cursor().Heads().Committed >= 3 })
	survivor := filepath.Join(t.TempDir(), "old")
	for i, x := range r.replicas {
		r.close(x)
		if i == 0 { // evidence, and the cluster of the old lineage
			r.check(os.Rename(x.dir, survivor))
		}
		r.check(os.RemoveAll(x.dir))
	}
	load.Wait()

	seed := filepath.Join(t.TempDir(), "seed")
	contract := layer1.NewContract(r.client, r.contract)
	genesis := command.Genesis{ChainID: r.chain.ChainID(), Contract: r.contract, Limits: command.DefaultLimits(), DepositDepth: r.depth}
	report := &recovery.Report{}
	err := recovery.ErrBelowL1
	for errors.Is(err, recovery.ErrBelowL1) { // as long as anchors of the lost cluster are mined
		plan, perr := recovery.PlanL1(t.Context(), recovery.Config{
			Contract: contract, Client: r.client, Set: r.da, Machine: fsm.Config{NodeID: "recovery"}, Directory: seed,
			Cluster: cluster.SeedConfig{Cluster: "holdfast", LogStore: cluster.StoreBoltDB, Peers: r.peers},
			Genesis: genesis, TakeOver: r.signer(3), Evidence: survivor, Poll: poll,
		}, recovery.Target{Kind: recovery.ToLatest}, "")
		r.check(perr)
		report, err = plan.Run(t.Context())
	}
	r.check(err)
	held, err := contract.Inspect(t.Context(), report.Batch, layer1.Finalized)
	r.check(err)
	if held.State.LastCommitted != report.Batch || report.Lost.Basis != "evidence" || report.Lost.LastSequence < report.Sequence {
		t.Fatalf("report %+v, L1 %+v", report, held.State)
	}

	for _, x := range r.replicas {
		r.check(os.CopyFS(x.dir, os.DirFS(seed)))
		listener, lerr := net.Listen("tcp", r.peer(x.id).Addr)
		r.check(lerr)
		r.open(x, listener)
	}
	for _, x := range r.replicas {
		p := x.machine.Position()
		if p.Batch < report.Batch {
			t.Fatalf("%s begins at %+v", x.id, p)
		}
		if b, herr := x.machine.SealedHeader(report.Batch); herr != nil || b.Header.PostRoot != held.State.LastRoot {
			t.Fatalf("%s: batch %d, %v; L1's root is %x", x.id, report.Batch, herr, held.State.LastRoot)
		}
	}
	r.session, r.sequence, r.accepted = 0, 0, 0
	r.submit(300)
	r.eventually("anchored under the new lineage", func() bool {
		return r.leader().machine.Cursor().Heads().Committed > report.Batch
	})
	r.drain()
	r.consistent()

	// The same happens to this one: the contract is handed on, and it finds itself superseded within its term.
	head := r.leader().machine.Cursor().Heads().Sealed
	last, err := contract.Inspect(t.Context(), head, layer1.Latest)
	r.check(err)
	_, err = contract.Send(t.Context(), r.signer(3), contract.TakeOverOrder([16]byte{0xee}, head, last.HeaderHash))
	r.check(err)
	r.eventually("superseded", func() bool {
		halts := r.leader().machine.Cursor().Halts()
		return len(halts) == 1 && strings.Contains(halts[0].Reason, "superseded")
	})
	r.submit(100) // trading goes on, anchoring does not
	if after, err := contract.Inspect(t.Context(), head+1, layer1.Latest); err != nil || after.State.LastCommitted != head {
		t.Errorf("L1 at %d, %v; the superseded cluster stood at %d", after.State.LastCommitted, err, head)
	}
}

// underLoad submits until the cluster is gone.
func (r *rig) underLoad() *sync.WaitGroup {
	r.submit(100)
	var transitions []command.Transition
	for range 20000 {
		var t command.Transition
		if r.flow.Next(&t) {
			transitions = append(transitions, t)
		}
	}
	leader, session, sequence := r.leader().node, r.session, r.sequence
	load := &sync.WaitGroup{}
	load.Go(func() {
		for len(transitions) > 0 {
			var subs []command.Submission
			for _, t := range transitions[:min(50, len(transitions))] {
				sequence++
				subs = append(subs, command.Submission{Session: session, Sequence: sequence, Transition: t})
			}
			transitions = transitions[len(subs):]
			if _, _, err := leader.Submit(r.t.Context(), subs, []command.Ack{{Session: session, Low: subs[0].Sequence - 1}}); err != nil {
				return
			}
		}
	})
	return load
}
