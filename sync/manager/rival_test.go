package manager_test

import (
	"context"
	"time"

	"github.com/hashicorp/raft"

	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/sync/da"
	"github.com/holdfast-rollup/holdfast/sync/layer1"
	"github.com/holdfast-rollup/holdfast/sync/layer1/embedded"
	"github.com/holdfast-rollup/holdfast/sync/zkvm"
	"github.com/holdfast-rollup/holdfast/sync/zkvm/guest"
	"github.com/holdfast-rollup/holdfast/sync/zkvm/proof"
	"github.com/holdfast-rollup/holdfast/sync/zkvm/proof/develop"
)

// rival is somebody else who holds the cluster's keys and a copy of its state: it seals batches of the same lineage that
// the cluster knows nothing of.
type rival struct {
	r        *rig
	m        *fsm.Machine
	index    uint64
	session  uint64
	sequence uint64
}

// rival copies the cluster's state at the end of a batch.
func (r *rig) rival(to uint64) *rival {
	r.t.Helper()
	v := &rival{r: r, m: fsm.New(fsm.Config{})}
	r.t.Cleanup(v.m.Close)
	leader := r.leader()
	v.must(command.TypeGenesis, leader.machine.Status().Genesis.Append(nil))
	for n := uint64(1); n <= to; n++ {
		b, err := leader.machine.Sealed(n)
		r.check(err)
		v.adopt(b)
	}
	v.session = v.must(command.TypeSessionOpen, command.SessionOpen{Nonce: [16]byte{7}, Owner: "rival", TimeMs: now()}.Append(nil)).Session
	return v
}

func now() int64 { return time.Now().UnixMilli() }

func (v *rival) must(kind command.Type, body []byte) *fsm.Result {
	v.r.t.Helper()
	v.index++
	result := v.m.Apply(&raft.Log{Index: v.index, Type: raft.LogCommand, Data: command.EncodeFrame(nil, kind, body)}).(*fsm.Result)
	v.r.check(result.Err)
	return result
}

func (v *rival) adopt(b *fsm.SealedBatch) {
	v.r.t.Helper()
	for _, piece := range command.Adoption([command.HeaderBytes]byte(b.Header.Append(nil)), b.Payload, "copy", now()) {
		v.must(command.TypeAdopt, piece.Append(nil))
	}
}

// seal makes a batch of n transitions of the flow and archives it.
func (v *rival) seal(n int) *fsm.SealedBatch {
	v.r.t.Helper()
	const most = 4096 // in one entry
	for left := n; left > 0; left -= most {
		subs, low := make([]command.Submission, min(left, most)), v.sequence
		for i := range subs {
			v.sequence++
			subs[i] = command.Submission{Session: v.session, Sequence: v.sequence}
			v.r.flow.Next(&subs[i].Transition)
		}
		v.must(command.TypeEntry, batch.EncodeEntry(nil, &command.Entry{
			TimeMs: now(), Submissions: subs, Acks: []command.Ack{{Session: v.session, Low: low}},
		}))
	}
	number := v.m.Position().Batch + 1
	v.must(command.TypeSeal, command.Seal{Number: number, TimeMs: now(), ProgramVersion: 1}.Append(nil))
	b, err := v.m.Sealed(number)
	v.r.check(err)
	_, err = v.r.da.Archive().Publish(v.r.t.Context(), b.Header, b.Payload)
	v.r.check(err)
	return b
}

// sender sends anchors that nobody has an intent for.
func (r *rig) sender(kind cursor.Kind, key int) *layer1.TxManager {
	r.t.Helper()
	foreign := cursor.New()
	m, err := layer1.NewTxManager(layer1.TxConfig{Kind: kind, Contract: r.contract}, r.client, r.signer(key),
		func() *cursor.Cursor { return foreign },
		func(context.Context, cursor.Event) error { return nil }, func(context.Context) error { return nil })
	r.check(err)
	return m
}

// commit brings batches to L1 with the submitter's key.
func (r *rig) commit(batches ...*fsm.SealedBatch) {
	r.t.Helper()
	headers, cargo := make([]batch.Header, len(batches)), da.Cargo{}
	for i, b := range batches {
		headers[i] = b.Header
		cargo.Refs = append(cargo.Refs, da.ArchiveRef(b.Header))
	}
	r.check(r.sender(cursor.Commit, 1).Commit(r.t.Context(), r.leader().machine.Cursor().Epoch().Counter, headers, cargo))
	last := headers[len(headers)-1]
	r.eventually("L1 holds the batches", func() bool { return r.onL1(last.Number).HeaderHash == last.Hash() })
}

func (r *rig) onL1(n uint64) layer1.Inspection {
	r.t.Helper()
	seen, err := layer1.NewContract(r.client, r.contract).Inspect(r.t.Context(), n, layer1.Latest)
	r.check(err)
	return seen
}

// verify verifies on L1 what the rival has from a batch on, with development proofs.
func (v *rival) verify(first uint64) {
	v.r.t.Helper()
	var headers []batch.Header
	var proofs [][]byte
	last := v.m.Position().Batch
	for n := first; n <= last; n++ {
		input, err := zkvm.InputOf(v.m, n, guest.Deployment{ChainID: v.r.chain.ChainID(), Contract: v.r.contract})
		v.r.check(err)
		output, err := guest.Run(input, guest.Host{})
		v.r.check(err)
		p, err := develop.Prove(proof.Statement{Program: developmentProgram, Public: output[:guest.JournalSize]})
		v.r.check(err)
		b, err := v.m.Sealed(n)
		v.r.check(err)
		headers, proofs = append(headers, b.Header), append(proofs, p)
	}
	v.r.check(v.r.sender(cursor.Verify, 2).Verify(v.r.t.Context(), v.r.leader().machine.Cursor().Epoch().Counter, headers, proofs))
	v.r.eventually("L1 has verified the batches", func() bool { return v.r.onL1(last).Verified() })
}

// guardianReverts has the contract's guardian take back everything from a batch on.
func (r *rig) guardianReverts(from uint64, parent *batch.Header) {
	r.t.Helper()
	c := layer1.NewContract(r.client, r.contract)
	_, err := c.Send(r.t.Context(), r.signer(3), c.RevertOrder(from, parent))
	r.check(err)
}

// settled waits until every replica's newest sealed root is L1's and nothing is halted, open or under way.
func (r *rig) settled() {
	r.t.Helper()
	r.eventually("local and L1 the same, nothing halted", func() bool {
		for _, x := range r.replicas {
			cur := x.machine.Cursor()
			if _, running := cur.Reconciling(); running || len(cur.Halts()) > 0 || !x.machine.Status().AllSealed() {
				return false
			}
			heads := cur.Heads()
			seen := r.onL1(heads.Sealed)
			if heads.Committed != heads.Sealed || seen.State.LastCommitted != heads.Sealed || seen.State.LastRoot != x.machine.Position().Root {
				return false
			}
			record, ok := cur.Batch(heads.Sealed)
			if !ok || record.HeaderHash != seen.HeaderHash {
				return false
			}
		}
		return true
	})
	heads := r.leader().machine.Cursor().Heads() // and DA has them
	for n := heads.Finalized + 1; n <= heads.Sealed; n++ {
		b, err := r.leader().machine.Sealed(n)
		r.check(err)
		object, err := r.da.Archive().Load(r.t.Context(), b.Hash)
		r.check(err)
		if object.Header.PostRoot != b.Header.PostRoot {
			r.t.Errorf("batch %d: the archive has another root", n)
		}
	}
}

var allowed = [][20]byte{embedded.DevAddress(1)} //nolint:gochecknoglobals // a constant
