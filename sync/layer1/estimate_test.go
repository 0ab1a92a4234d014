package layer1_test

import (
	"fmt"
	"maps"
	"math/big"
	"testing"

	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/sync/da"
	"github.com/holdfast-rollup/holdfast/sync/layer1"
	"github.com/holdfast-rollup/holdfast/sync/layer1/cost"
)

// issue 4.6: the estimate of each DA mode is within 10 % of the receipt. If the contract's own costs have changed, the
// figures to put into package cost are those that this test logs.
func TestEstimatesAreWithinTenPercent(t *testing.T) {
	w := newWire(t)
	check := func(what string, role int, kind cursor.Kind, first uint64, batches int, data []byte, blobs []da.Blob) {
		t.Helper()
		receipt, raw := w.sendRaw(role, data, blobs)
		got, err := layer1.EstimateAnchor(kind, first, batches, raw)
		if err != nil {
			t.Fatal(err)
		}
		perMille := cost.PerMille(got.Gas, receipt.GasUsed)
		execution := int64(receipt.GasUsed) - int64(cost.Transaction(data, 0, 0).Gas)
		t.Logf("%-24s gas %7d, estimated %7d (%4d per mille), beside call data %7d", what, receipt.GasUsed, got.Gas, perMille, execution)
		if perMille < 900 || perMille > 1100 || got.BlobGas != receipt.BlobGasUsed {
			t.Errorf("%s: estimated %+v, used %d and %d", what, got, receipt.GasUsed, receipt.BlobGasUsed)
		}
	}
	for _, mode := range []da.ProviderID{da.ProviderArchive, da.ProviderBlob, da.ProviderCalldata, da.ProviderAltDA} {
		for _, sizes := range [][]int{{300}, {4_000}, {90_000}, {300, 200}, {10, 2_000, 30_000, 7}} {
			if mode == da.ProviderBlob {
				for i := range sizes {
					sizes[i] *= 3
				}
			}
			before := uint64(len(w.headers))
			cargo := w.load(mode, sizes)
			check(fmt.Sprintf("%s %v", mode, sizes), 0, cursor.Commit, before+1, len(sizes), w.commitData(cargo), cargo.Blobs)
		}
	}
	next := uint64(1)
	for _, n := range []int{1, 2, 5, 12} {
		var headers [][]byte
		for i := range n {
			headers = append(headers, w.headers[int(next)-1+i].Append(nil))
		}
		data := w.binding.PackVerifyBatches(next, headers, make([][]byte, n))
		check(fmt.Sprintf("verify %d", n), 1, cursor.Verify, next, n, data, nil)
		next += uint64(n)
	}
	if _, err := layer1.EstimateAnchor(cursor.Commit, 1, 1, []byte("no transaction")); err == nil {
		t.Error("estimated what is no transaction")
	}
	if _, err := layer1.EstimateAnchor(7, 1, 1, w.last); err == nil {
		t.Error("estimated an unknown kind")
	}
}

// load seals batches of these sizes and makes their cargo.
func (w *wire) load(mode da.ProviderID, sizes []int) da.Cargo {
	w.t.Helper()
	var envelopes []da.Envelope
	for _, size := range sizes {
		envelopes = append(envelopes, w.seal(size))
	}
	var cargo da.Cargo
	var err error
	switch mode {
	case da.ProviderBlob:
		cargo, err = da.LoadBlobs(envelopes, da.MaxBlobs, w.prover.Hash)
	case da.ProviderCalldata:
		cargo, err = da.LoadCalldata(envelopes, 120_000)
	case da.ProviderArchive, da.ProviderAltDA:
		for i := range envelopes {
			h := w.headers[len(w.headers)-len(envelopes)+i]
			cargo.Refs = append(cargo.Refs, cursor.Ref{Provider: uint8(mode), Commitment: h.PayloadHash, Bytes: uint32(sizes[i])})
		}
	}
	if err != nil || len(cargo.Refs) != len(sizes) {
		w.t.Fatalf("%d references for %d batches, %v", len(cargo.Refs), len(sizes), err)
	}
	return cargo
}

// The chain states its own prices: whatever schedule its fork has, the next block charges what was read before it.
func TestFeesAreTheNextBlocks(t *testing.T) {
	w := newWire(t)
	for range 2 {
		cargo := w.load(da.ProviderBlob, []int{100})
		fees, err := w.client.Fees(t.Context(), 3)
		if err != nil {
			t.Fatal(err)
		}
		receipt := w.send(0, w.commitData(cargo), cargo.Blobs)
		if next := fees.Next(); next.BlobFee.Cmp(receipt.BlobGasPrice) != 0 || new(big.Int).Add(next.BaseFee, big.NewInt(1e9)).Cmp(receipt.EffectiveGasPrice) != 0 {
			t.Fatalf("read %v and %v before the block, it charged %v and %v", next.BlobFee, next.BaseFee, receipt.BlobGasPrice, receipt.EffectiveGasPrice)
		}
	}
	if _, err := w.client.Fees(t.Context(), 0); err == nil {
		t.Error("no blocks")
	}
}

// A node that keeps no history of blob fees still states the next one's; one that states nonsense is refused.
func TestFeesOfSparseNodes(t *testing.T) {
	chainID := map[string]string{"eth_chainId": `"result":"0x539"`, "eth_blobBaseFee": `"result":"0x7"`, "eth_getBlockByNumber": `"result":{"number":"0x1","hash":"0x` + zeros + `","parentHash":"0x` + zeros + `","timestamp":"0x1","baseFeePerGas":"0x5"}`}
	for name, test := range map[string]struct {
		history string
		blob    int64
	}{
		"no blob fees": {history: `"result":{"oldestBlock":"0x1","baseFeePerGas":["0x1","0x2"],"gasUsedRatio":[0.5]}`, blob: 7},
		"blob fees":    {history: `"result":{"baseFeePerGas":["0x1","0x2"],"baseFeePerBlobGas":["0x3","0x4"]}`, blob: 4},
		"nothing":      {history: `"result":{}`},
		"null":         {history: `"result":{"baseFeePerGas":["0x1",null]}`},
		"error":        {history: `"error":{"code":-32601,"message":"unknown method"}`},
	} {
		t.Run(name, func(t *testing.T) {
			answers := map[string]string{"eth_feeHistory": test.history}
			maps.Copy(answers, chainID)
			url, _ := node(t, answers)
			fees, err := newClient(t, 1337, url).Fees(t.Context(), 1)
			if (err != nil) != (test.blob == 0) {
				t.Fatalf("got %+v, %v", fees, err)
			}
			if err == nil && (fees.Next().BlobFee.Int64() != test.blob || fees.Next().BaseFee.Int64() != 2) {
				t.Fatalf("next %+v", fees.Next())
			}
		})
	}
}

const zeros = "0000000000000000000000000000000000000000000000000000000000000000"
