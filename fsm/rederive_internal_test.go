package fsm

import (
	"errors"
	"testing"

	"github.com/hashicorp/raft"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/command"
)

// A payload that fails the native store takes no replica down: the store is loaded anew from the tree.
func TestFailedStoreIsLoadedAnew(t *testing.T) {
	m := New(Config{})
	index := uint64(0)
	apply := func(kind command.Type, body []byte) *Result {
		t.Helper()
		index++
		r := m.Apply(&raft.Log{Index: index, Type: raft.LogCommand, Data: command.EncodeFrame(nil, kind, body)}).(*Result)
		if r.Err != nil {
			t.Fatal(r.Err)
		}
		return r
	}
	apply(command.TypeGenesis, command.Genesis{Lineage: [16]byte{1}, PayloadKind: 1, Limits: command.DefaultLimits()}.Append(nil))
	session := apply(command.TypeSessionOpen, command.SessionOpen{Nonce: [16]byte{1}, Owner: "o"}.Append(nil)).Session
	apply(command.TypeEntry, batch.EncodeEntry(nil, &command.Entry{Submissions: []command.Submission{{
		Session: session, Sequence: 1, Transition: command.Transition{Kind: command.RegisterAsset, Asset: 1, Decimals: 2, Address: command.Address{1}},
	}}}))
	apply(command.TypeSeal, command.Seal{Number: 1}.Append(nil))
	before := m.r.store.Counters()
	m.r.store.Fail(errors.New("a payload did this"))
	if err := m.r.discard(); err != nil {
		t.Fatal(err)
	}
	if _, ok := m.r.store.Asset(1); !ok || m.r.store.Counters() != before || m.r.store.Err() != nil {
		t.Errorf("the store is %+v, want %+v", m.r.store.Counters(), before)
	}
}
