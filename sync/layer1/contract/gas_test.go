package contract_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto/kzg4844"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/sync/layer1/contract"
)

// What the calls cost, against what they may cost. "make gas" prints the table; the README holds it.
func TestGas(t *testing.T) {
	w := newWorld(t, 0)
	g := &gasTable{t: t}
	w.listTokens()
	w.depositETH(w.stranger, addr(w.stranger), ether(1000))
	g.row("depositETH", w.depositETH(w.stranger, addr(w.stranger), ether(1)), 0)
	g.row("depositToken", w.depositToken(assetToken, w.stranger, addr(w.stranger), units(10)), 0)
	g.row("fundETH, the first", w.fund(assetETH, 0, 1), 0)
	g.row("fundToken, the first", w.fund(assetToken, 0, 1), 0)

	blob := sealBlob(t, kzg4844.Blob{0, 1})
	one, blobs := sidecar(blob), sidecar(blob, blob, blob, blob, blob, blob)
	hashes := blobs.BlobHashes()
	g.row("commit, the first of all, in the archive", w.commit(w.tip.run(1, 1)...), 0)
	commitBlobs := func(name string, batches, goal int, side *types.BlobTxSidecar, refs ...contract.DaRef) uint64 {
		hs := w.tip.run(batches, 2)
		r := w.do(w.submitter, w.binding.PackCommitBatches(epoch, packed(hs...), refs), sent{sidecar: side})
		w.tip, w.headers = after(hs[len(hs)-1]), append(w.headers, hs...)
		g.row(name, r, goal)
		return r.GasUsed
	}
	first := commitBlobs("commit, 1 batch in 1 blob", 1, 90_000, one, blobRef(0, 1, hashes))
	commitBlobs("commit, 1 batch in 6 blobs", 1, 90_000, blobs, blobRef(0, 6, hashes))
	shared := blobRef(0, 1, hashes)
	ten := commitBlobs("commit, 10 batches in 1 blob", 10, 0, one, shared, shared, shared, shared, shared, shared, shared, shared, shared, shared)
	g.figure("commit, each further batch", (ten-first)/9, 40_000)
	hs := w.tip.run(1, 3)
	g.row("commit, 1 batch in the archive", w.commit(hs...), 90_000)

	hs = w.tip.run(1, 3)
	g.row("the same under a new epoch", w.do(w.submitter, w.binding.PackCommitBatches(epoch+1, packed(hs...), archived(hs...))), 0)
	w.tip, w.headers = after(hs[0]), append(w.headers, hs...)

	g.row("verify, 1 batch", w.verify(w.headers[0]), 0)
	g.row("verify, 4 batches", w.verify(w.headers[1:5]...), 0)

	w.epoch++
	ws := make([]batch.Withdrawal, 1000)
	for i := range ws {
		ws[i] = batch.Withdrawal{Index: uint64(i), Asset: assetETH, Address: [20]byte(addr(w.stranger)), Amount: 5}
	}
	ws[1].Asset, ws[2].Asset = assetToken, assetToken
	w.verify(w.headers[5:]...)
	h := w.withdraw(ws)
	g.row("claim of 1000, ether, first of its word", w.claim(w.stranger, h, ws, 0), 90_000)
	g.row("claim of 1000, ether", w.claim(w.stranger, h, ws, 3), 90_000)
	g.row("claim of 1000, token", w.claim(w.stranger, h, ws, 1), 90_000)
	g.print()
}

type gasTable struct {
	t    *testing.T
	rows []string
}

func (g *gasTable) row(name string, r *types.Receipt, goal int) { g.figure(name, r.GasUsed, goal) }

func (g *gasTable) figure(name string, used uint64, goal int) {
	g.t.Helper()
	limit := ""
	if goal != 0 {
		limit = fmt.Sprint(goal)
		if used > uint64(goal) {
			g.t.Errorf("%s: %d gas, goal %d", name, used, goal)
		}
	}
	g.rows = append(g.rows, gasLine(name, fmt.Sprint(used), limit))
}

func (g *gasTable) print() {
	if !testing.Verbose() {
		return
	}
	if _, err := os.Stdout.WriteString(gasLine("call", "gas", "goal") + strings.Join(g.rows, "")); err != nil {
		g.t.Error(err)
	}
}

func gasLine(call, gas, goal string) string { return fmt.Sprintf("%-42s%8s%8s\n", call, gas, goal) }
