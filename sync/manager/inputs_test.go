package manager

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/raft"

	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/sync/zkvm/inputs"
)

// sealedOne is a machine that has sealed one batch, and what its input is kept under.
func sealedOne(t *testing.T) (*fsm.Machine, inputs.Key) {
	t.Helper()
	m, index := fsm.New(fsm.Config{}), uint64(0)
	apply := func(kind command.Type, body []byte) *fsm.Result {
		index++
		r := m.Apply(&raft.Log{Index: index, Type: raft.LogCommand, Data: command.EncodeFrame(nil, kind, body)}).(*fsm.Result)
		if r.Err != nil {
			t.Fatal(r.Err)
		}
		return r
	}
	apply(command.TypeGenesis, command.Genesis{
		Lineage: [16]byte{1}, ChainID: 1337, ProgramVersion: 1, PayloadKind: uint8(batch.PayloadTransitions), Limits: command.DefaultLimits(), TimeMs: 1,
	}.Append(nil))
	session := apply(command.TypeSessionOpen, command.SessionOpen{Nonce: [16]byte{1}, Owner: "test", TimeMs: 2}.Append(nil)).Session
	asset := command.Transition{Kind: command.RegisterAsset, Asset: 1, Decimals: 6, Address: command.Address{1}}
	apply(command.TypeEntry, batch.EncodeEntry(nil, &command.Entry{
		TimeMs: 3, Submissions: []command.Submission{{Session: session, Sequence: 1, Transition: asset}},
	}))
	apply(command.TypeSeal, command.Seal{Number: 1, TimeMs: 4, ProgramVersion: 1}.Append(nil))
	b, err := m.SealedHeader(1)
	if err != nil {
		t.Fatal(err)
	}
	return m, inputs.Key{Batch: 1, HeaderHash: b.Hash}
}

// An input that the disk did not take is kept once it does, while its versions are there: that is tried at intervals, and
// told once.
func TestAnInputThatCouldNotBeKeptIsTriedAgain(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "inputs")
	store, err := inputs.Open(dir, 0)
	if err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		machine, key := sealedOne(t)
		defer machine.Close()
		var said bytes.Buffer
		m := &Manager{log: slog.New(slog.NewTextHandler(&said, nil)), parts: Parts{Machine: machine}, room: make(chan struct{}, 1)}
		m.prover = m.newProver(ProofsConfig{Inputs: store})
		failed := map[inputs.Key]time.Time{}
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			m.keepInputsOnce(t.Context(), failed)
			time.Sleep(inputRetry)
		}
		if n := strings.Count(said.String(), "cannot be kept"); n != 1 || store.Has(key) {
			t.Fatalf("kept: %t, told %d times: %s", store.Has(key), n, said.String())
		}
		m.keepInputsOnce(t.Context(), failed)
		if err := os.MkdirAll(dir, 0o750); err != nil {
			t.Fatal(err)
		}
		m.keepInputsOnce(t.Context(), failed)
		if store.Has(key) {
			t.Error("it is tried again without a pause")
		}
		time.Sleep(inputRetry)
		if m.keepInputsOnce(t.Context(), failed); !store.Has(key) {
			t.Errorf("it is never kept: %s", said.String())
		}
	})
}

// Whether a commit waits for cheaper blobs is said by who leads: one that leads no more waits for nothing.
func TestOnlyALeaderWaitsForBlobs(t *testing.T) {
	m := &Manager{l1: &l1{}}
	m.l1.costs.waits(true)
	if m.Costs()[0].WaitingForBlobs {
		t.Error("a follower waits")
	}
	ctx := t.Context()
	m.leading.Store(&ctx)
	if !m.Costs()[0].WaitingForBlobs {
		t.Error("the leader does not wait")
	}
}
