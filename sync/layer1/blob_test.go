package layer1_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"math/big"
	"testing"

	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/core/types"

	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/sync/da"
	"github.com/holdfast-rollup/holdfast/sync/layer1"
	"github.com/holdfast-rollup/holdfast/sync/layer1/counterpart"
	"github.com/holdfast-rollup/holdfast/sync/layer1/kzg"
)

// blobRig is a rig whose commits carry their envelopes in blobs.
func blobRig(t *testing.T) *rig {
	t.Helper()
	if testing.Short() {
		t.Skip("computes KZG proofs")
	}
	r := newRig(t)
	r.blobs(nil)
	return r
}

var errNoPayload = errors.New("no payload")

// blobs makes new managers that know the blobs' source alone, as after a failover.
func (r *rig) blobs(edit func(*layer1.TxConfig)) {
	r.t.Helper()
	if r.prover == nil {
		r.prover = kzg.NewProver()
	}
	r.failover(func(c *layer1.TxConfig) {
		c.Prover = r.prover
		c.Blobs = func(_ context.Context, first, last uint64, _ [][32]byte) ([]da.Blob, error) {
			if last > uint64(len(r.rep.headers)) {
				return nil, errNoPayload
			}
			return r.cargo(first, last).Blobs, nil
		}
		if edit != nil {
			edit(c)
		}
	})
}

// cargo is what a commit of these batches carries: their payload hashes stand for
// the payloads, the first one's repeated over a whole blob and more.
func (r *rig) cargo(first, last uint64) da.Cargo {
	r.t.Helper()
	var envelopes []da.Envelope
	for n := first; n <= last; n++ {
		h := r.rep.headers[n-1]
		data := h.PayloadHash[:]
		if n == first && last > first {
			data = bytes.Repeat(data, da.BlobCapacity/32+1)
		}
		envelopes = append(envelopes, da.Envelope{Codec: da.CodecRaw, Size: uint32(len(data)), Data: data})
	}
	c, err := da.LoadBlobs(envelopes, da.MaxBlobs, r.prover.Hash)
	if err != nil {
		r.t.Fatal(err)
	}
	return c
}

func (r *rig) commitBlobs(first, last uint64) error {
	return r.commits.Commit(r.t.Context(), r.rep.cursors().Epoch().Counter, r.rep.headers[first-1:last], r.cargo(first, last))
}

func (r *rig) mustCommitBlobs(first, last uint64) {
	r.t.Helper()
	if err := r.commitBlobs(first, last); err != nil {
		r.t.Fatalf("commit %d to %d: %v", first, last, err)
	}
}

func decodeRaw(t *testing.T, raw []byte) *types.Transaction {
	t.Helper()
	var tx types.Transaction
	if err := tx.UnmarshalBinary(raw); err != nil {
		t.Fatal(err)
	}
	return &tx
}

// layers.md: several batches in one transaction, with their envelopes over its
// blobs; the cursor holds the transaction without them, and any replica sends the
// same bytes again after a crash.
func TestBlobCommit(t *testing.T) {
	r := blobRig(t)
	r.rep.seal(t, 3)
	r.setFence(func() error { return errCrash })
	if err := r.commitBlobs(1, 3); !errors.Is(err, layer1.ErrFenced) {
		t.Fatalf("commit: %v", err)
	}
	r.setFence(nil)
	recorded := r.anchorAt(0).Attempts[0]
	tx := decodeRaw(t, recorded.RawTx)
	if len(tx.BlobHashes()) != 2 || tx.BlobTxSidecar() != nil || len(recorded.RawTx) > 8<<10 {
		t.Fatalf("recorded %d bytes with %d blobs", len(recorded.RawTx), len(tx.BlobHashes()))
	}
	r.blobs(nil)
	r.settle("committed", committed(3))
	if a := r.anchorAt(0); a.TxHash != recorded.TxHash {
		t.Errorf("landed %x, recorded was %x", a.TxHash, recorded.TxHash)
	}
	events, err := layer1.NewContract(r.client, r.contract).Commits(t.Context(), 0, r.chain.Head().Number)
	if err != nil || len(events) != 3 {
		t.Fatalf("%d commits, %v", len(events), err)
	}
	for i, want := range r.cargo(1, 3).Refs {
		if got := events[i].Ref; got.Provider != want.Provider || got.Commitment != want.Commitment || !bytes.Equal(got.Extra, want.Extra) {
			t.Errorf("L1 says %+v of batch %d, want %+v", got, i+1, want)
		}
	}
	r.noAlarms()
}

// layers.md: blob replacements double all three fees; a reorganization or a
// restarted node drops the transaction, and it is sent again with its blobs.
func TestBlobReplacementAndReorg(t *testing.T) {
	r := blobRig(t)
	r.rep.seal(t, 1)
	r.mustCommitBlobs(1, 1)
	r.maintain()
	r.mineEmpty(3)
	r.maintain()
	a := r.anchorAt(0)
	if len(a.Attempts) != 2 {
		t.Fatalf("not replaced: %s, alarms %v", describe(r.rep.cursors()), r.alarms)
	}
	first, second := decodeRaw(t, a.Attempts[0].RawTx), decodeRaw(t, a.Attempts[1].RawTx)
	for _, pair := range [][2]*big.Int{
		{first.GasTipCap(), second.GasTipCap()}, {first.GasFeeCap(), second.GasFeeCap()}, {first.BlobGasFeeCap(), second.BlobGasFeeCap()},
	} {
		if pair[1].Cmp(new(big.Int).Lsh(pair[0], 1)) < 0 {
			t.Errorf("bumped from %s to %s: less than 100 %%", pair[0], pair[1])
		}
	}
	r.mine(1)
	r.poll()
	if got := r.anchorAt(0).TxHash; got != a.Attempts[1].TxHash {
		t.Fatalf("landed %x, want the replacement: %s", got, describe(r.rep.cursors()))
	}
	if _, err := r.chain.Reorg(1, 2); err != nil {
		t.Fatal(err)
	}
	r.chain.DropPending()
	r.blobs(nil)
	r.settle("committed", committed(1))
	if r.nonce(submitterKey) != 1 {
		t.Errorf("%d transactions for one batch", r.nonce(submitterKey))
	}
	r.noAlarms()
}

// layers.md: rolled-back content gives way to a cancellation of the blob pool, and
// that to new content, at one nonce.
func TestBlobRollback(t *testing.T) {
	r := blobRig(t)
	r.rep.seal(t, 2)
	r.mustCommitBlobs(1, 1)
	r.mustCommitBlobs(2, 2)
	r.rollBack(1)
	r.maintain()
	a := r.anchorAt(1)
	cancel := decodeRaw(t, a.Attempts[len(a.Attempts)-1].RawTx)
	if len(a.Attempts) != 2 || !a.Attempts[1].Cancel || len(cancel.BlobHashes()) != 1 || len(cancel.Data()) != 0 {
		t.Fatalf("not cancelled in the blob pool: %s", describe(r.rep.cursors()))
	}
	r.rep.seal(t, 1)
	r.mustCommitBlobs(2, 2)
	r.settle("committed", committed(2))
	r.checkContract(2)
	if r.nonce(submitterKey) != 2 {
		t.Errorf("%d transactions for two batches", r.nonce(submitterKey))
	}
	r.noAlarms()
}

// layers.md: blob and plain transactions never share an account: not ours, and
// where somebody else's are in the way, anchoring waits with an alarm and goes on.
func TestPoolConflict(t *testing.T) {
	r := blobRig(t)
	r.rep.seal(t, 3)
	r.mustCommitBlobs(1, 1)
	if err := r.commit(2, 2); !errors.Is(err, layer1.ErrPoolConflict) {
		t.Errorf("a plain commit beside a blob commit: %v", err)
	}
	r.settle("committed", committed(1))
	r.mustCommit(2, 2) // nothing else in flight any more
	if err := r.commitBlobs(3, 3); !errors.Is(err, layer1.ErrPoolConflict) {
		t.Errorf("a blob commit beside a plain commit: %v", err)
	}
	r.settle("committed", committed(2))
	r.noAlarms()
	unlike(t, r.chain, counterpart.Anvil, "anvil has one pool for all transactions")
	r.foreignTxAt(submitterKey, 5) // a gap below: it waits in the plain pool and keeps the account there
	r.mustCommitBlobs(3, 3)
	var answer *layer1.AnswerError
	if len(r.alarms) == 0 || !errors.As(r.alarms[0], &answer) {
		t.Fatalf("alarms: %v, want the pool's refusal", r.alarms)
	}
	r.mine(1)
	if r.nonce(submitterKey) != 2 {
		t.Fatal("the chain takes what its pool refused")
	}
	r.chain.DropPending()
	r.settle("committed", committed(3))
	r.checkContract(3)
}

// layers.md: both sidecar versions, the chain's fork decides; and before Osaka
// that is the one with a proof per blob.
func TestBothSidecarVersions(t *testing.T) {
	r := blobRig(t)
	r.rep.seal(t, 2)
	var sent []byte
	osaka := true
	r.proxy.set(func(p *rpcProxy) {
		p.answer = func(method string, params []json.RawMessage) string {
			switch {
			case method == "eth_sendRawTransaction":
				raw, err := hexutil.Decode(param(params, 0))
				if err != nil {
					t.Error(err)
				}
				sent = append(sent, decodeRaw(t, raw).BlobTxSidecar().Version)
			case method == "eth_call" && !osaka && bytes.Contains(params[0], []byte(`"0x0000000000000000000000000000000000000100"`)):
				return `"result":"0x"`
			}
			return ""
		}
	})
	r.mustCommitBlobs(1, 1)
	r.proxy.set(func(*rpcProxy) { osaka = false })
	r.mustCommitBlobs(2, 2)
	if !bytes.Equal(sent, []byte{kzg.Version1, kzg.Version0}) {
		t.Errorf("sent sidecars of versions %v", sent)
	}
	r.settle("committed", committed(2))
	r.noAlarms()
}

// A blob transaction whose blobs cannot be had is not sent, with an alarm; and
// it goes out once they can.
func TestBlobsThatCannotBeHad(t *testing.T) {
	r := blobRig(t)
	r.rep.seal(t, 1)
	r.setFence(func() error { return errCrash })
	if err := r.commitBlobs(1, 1); !errors.Is(err, layer1.ErrFenced) {
		t.Fatal(err)
	}
	r.setFence(nil)
	for name, blobs := range map[string]layer1.Blobs{
		"no source": nil,
		"no payload": func(context.Context, uint64, uint64, [][32]byte) ([]da.Blob, error) {
			return nil, errNoPayload
		},
		"other blobs": func(context.Context, uint64, uint64, [][32]byte) ([]da.Blob, error) {
			return make([]da.Blob, 1), nil
		},
	} {
		r.alarms = nil
		r.blobs(func(c *layer1.TxConfig) { c.Blobs = blobs })
		r.maintain()
		if e, ok := alarmed[*layer1.SidecarError](r); !ok || e.TxHash != r.anchorAt(0).Attempts[0].TxHash {
			t.Errorf("%s: alarms %v", name, r.alarms)
		}
		r.mine(1)
		if r.nonce(submitterKey) != 0 {
			t.Fatalf("%s: sent", name)
		}
	}
	r.blobs(nil)
	r.settle("committed", committed(1))
}

// layers.md: replacement with a market floor. When blobs become dear, all that is in flight follows at once: one after
// the other would take the whole patience for each.
func TestBlobFeeSpike(t *testing.T) {
	r := blobRig(t)
	r.rep.seal(t, 2)
	r.mustCommitBlobs(1, 1)
	r.mustCommitBlobs(2, 2)
	r.maintain()
	r.proxy.set(func(p *rpcProxy) {
		p.answer = func(method string, _ []json.RawMessage) string {
			if method == "eth_blobBaseFee" {
				return `"result":"0x3b9aca00"`
			}
			return ""
		}
	})
	r.mineEmpty(3)
	r.maintain()
	for nonce := range uint64(2) {
		a := r.anchorAt(nonce)
		if len(a.Attempts) != 2 {
			t.Fatalf("nonce %d has %d attempts", nonce, len(a.Attempts))
		}
		if fee := decodeRaw(t, a.Attempts[1].RawTx).BlobGasFeeCap(); fee.Int64() != 2e9 {
			t.Errorf("nonce %d pays %s for blobs", nonce, fee)
		}
	}
	honest(r.proxy)
	r.settle("committed", committed(2))
	r.checkContract(2)
}

// A failed transaction is repeated as a call with its blobs: their want is not taken for the reason.
func TestReasonOfAFailedBlobTransaction(t *testing.T) {
	r := blobRig(t)
	r.rep.seal(t, 1)
	r.mustCommitBlobs(1, 1)
	r.pause(true) // in the same block, and before
	r.mine(1 + depth)
	r.poll()
	if a := r.anchorAt(0); a.Status != cursor.StatusFailed || a.Reason != "status 0" {
		t.Errorf("status %d, reason %q", a.Status, a.Reason)
	}
}
