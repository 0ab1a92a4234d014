package embedded_test

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/holiman/uint256"

	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/sync/da"
	"github.com/holdfast-rollup/holdfast/sync/layer1/embedded"
	"github.com/holdfast-rollup/holdfast/sync/layer1/kzg"
)

func ref(b embedded.Block) cursor.BlockRef {
	return cursor.BlockRef{Number: b.Number, Hash: b.Hash, TimeMs: b.TimeMs}
}

// sendBlobs sends a blob transaction from development account 0 with a sidecar of the given version.
func sendBlobs(t *testing.T, c *embedded.Chain, nonce uint64, version byte, cargo da.Cargo, prover *kzg.Prover) {
	t.Helper()
	sidecar, err := prover.Sidecar(t.Context(), version, cargo.Blobs)
	if err != nil {
		t.Fatal(err)
	}
	secret := embedded.DevKey(0)
	key, err := crypto.ToECDSA(secret[:])
	if err != nil {
		t.Fatal(err)
	}
	tx, err := types.SignNewTx(key, types.LatestSignerForChainID(new(big.Int).SetUint64(c.ChainID())), &types.BlobTx{
		ChainID: uint256.NewInt(c.ChainID()), Nonce: nonce, GasTipCap: uint256.NewInt(1e9), GasFeeCap: uint256.NewInt(1e11),
		Gas: 21_000, To: common.Address{1}, BlobFeeCap: uint256.NewInt(1e9), BlobHashes: sidecar.BlobHashes(), Sidecar: sidecar,
	})
	if err != nil {
		t.Fatal(err)
	}
	raw, err := tx.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	a, err := call(t.Context(), c.URL(), fmt.Sprintf(`{"jsonrpc":"2.0","id":1,"method":"eth_sendRawTransaction","params":[%q]}`, hexutil.Encode(raw)))
	if err != nil || a.Error != nil {
		t.Fatalf("send: %v, %+v", err, a.Error)
	}
}

func cargoOf(t *testing.T, prover *kzg.Prover, text string) da.Cargo {
	t.Helper()
	e, err := da.Pack(da.CodecRaw, []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	c, err := da.LoadBlobs([]da.Envelope{e}, 1, prover.Hash)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func reader(t *testing.T, c *embedded.Chain, hash da.BlobHasher) *da.Beacon {
	t.Helper()
	b, err := da.NewBeacon(da.BeaconConfig{Endpoints: []string{c.BeaconURL()}, Web: da.WebOptions{Timeout: 20 * time.Second}}, hash)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// layers.md: the embedded L1 serves the Beacon API for its own blobs: those of the canonical block of a slot, through
// reorganizations and restarts, until they expire.
func TestBeaconServesOwnBlobs(t *testing.T) {
	dir := t.TempDir()
	cfg := embedded.Config{DataDir: dir, BlobRetention: 6}
	c := start(t, cfg)
	prover := kzg.NewProver()
	beacon := reader(t, c, prover.Hash)
	first, second := cargoOf(t, prover, "first"), cargoOf(t, prover, "second")
	sendBlobs(t, c, 0, kzg.Version1, first, prover)
	one := mine(t, c, 1)
	sendBlobs(t, c, 1, kzg.Version1, second, prover)
	two := mine(t, c, 1)
	read := func(at embedded.Block, want da.Cargo) error {
		t.Helper()
		blobs, err := beacon.Blobs(t.Context(), ref(at), want.Hashes)
		if err == nil && blobs[0] != want.Blobs[0] {
			t.Fatal("another blob")
		}
		return err
	}
	if err := errors.Join(read(one, first), read(two, second)); err != nil {
		t.Fatal(err)
	}
	if err := read(one, second); !errors.Is(err, da.ErrAbsent) {
		t.Fatalf("the other block's blob: %v", err)
	}
	empty := mine(t, c, 1)
	if err := read(empty, first); !errors.Is(err, da.ErrAbsent) {
		t.Fatalf("a block without blobs: %v", err)
	}
	if _, err := c.Reorg(2, 1); err != nil { // takes back two and empty; the transaction waits again
		t.Fatal(err)
	}
	if err := read(one, first); err != nil {
		t.Fatalf("below the reorganization: %v", err)
	}
	again := mine(t, c, 1)
	if again.Transactions == 1 {
		if err := read(again, second); err != nil {
			t.Fatalf("included again: %v", err)
		}
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	c = start(t, cfg)
	beacon = reader(t, c, prover.Hash)
	if err := read(one, first); err != nil {
		t.Fatalf("after a restart: %v", err)
	}
	mine(t, c, 8)
	if err := read(one, first); !errors.Is(err, da.ErrAbsent) {
		t.Fatalf("expired: %v", err)
	}
}

// A beacon node that is down says nothing about blobs, and JSON-RPC goes on.
func TestBeaconFaultIsItsOwn(t *testing.T) {
	c := start(t, embedded.Config{})
	c.SetBeaconFault(embedded.FaultUnavailable)
	_, err := reader(t, c, kzg.NewProver().Hash).Blobs(t.Context(), ref(c.Head()), [][32]byte{{1}})
	if err == nil || errors.Is(err, da.ErrAbsent) {
		t.Fatalf("got %v", err)
	}
	if a, err := call(context.Background(), c.URL(), `{"jsonrpc":"2.0","id":1,"method":"eth_chainId"}`); err != nil || a.Error != nil {
		t.Fatalf("JSON-RPC: %v", err)
	}
}

func mine(t *testing.T, c *embedded.Chain, n int) embedded.Block {
	t.Helper()
	b, err := c.Mine(n)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
