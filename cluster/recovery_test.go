package cluster

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/hashicorp/raft"
	"pgregory.net/rapid"

	"github.com/holdfast-rollup/holdfast/fsm/command"
)

// recovery.md, own disk: a snapshot that cannot be restored is set aside (kept, named, counted), and the next is tried.
func TestDamagedSnapshotIsSetAside(t *testing.T) {
	g, r := single(t, StoreBoltDB)
	var ids []string
	for i := range 2 {
		meta, content, err := r.node.Checkpoint(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, meta.ID)
		if err = content.Close(); err != nil {
			t.Fatal(err)
		}
		for k := range 20 {
			sub := submission(1, uint64(50+20*i+k+1))
			if _, _, err = r.node.Submit(t.Context(), []command.Submission{sub}, nil); err != nil {
				t.Fatal(err)
			}
		}
	}
	position := r.ledger.Position()
	g.crash(r)
	path := filepath.Join(r.cfg.DataDir, snapshotsDir, ids[1], "state.bin")
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	raw[len(raw)/2] ^= 1
	if err = os.WriteFile(path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	if err = g.tryOpen(r); err != nil {
		t.Fatal(err)
	}
	aside := filepath.Join(r.cfg.DataDir, damagedDir, ids[1])
	if got := r.node.Damaged(); len(got) != 1 || got[0] != aside {
		t.Errorf("set aside %q, want %q", got, aside)
	}
	if kept, rerr := os.ReadFile(filepath.Join(aside, "state.bin")); rerr != nil || !bytes.Equal(kept, raw) {
		t.Errorf("what was set aside is not kept: %v", rerr)
	}
	if err = deadlineDo(t, func() bool { return r.ledger.Position().Index >= position.Index }); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(r.cfg.DataDir, snapshotsDir, ids[1])); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the damaged snapshot is still among the others: %v", err)
	}
}

// recovery.md, tampering: a record with any bit flipped is named and never read; one that was not passes as it is.
func TestEveryFlippedBitOfARecordIsFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		inner := raft.NewInmemStore()
		log := &summedLog{LogLayer{inner}}
		data := rapid.SliceOfN(rapid.Byte(), 0, 300).Draw(t, "data")
		entry := &raft.Log{Index: rapid.Uint64Range(1, 1<<40).Draw(t, "index"), Term: rapid.Uint64().Draw(t, "term"), Type: raft.LogCommand, Data: data}
		if err := log.StoreLogs([]*raft.Log{entry}); err != nil {
			t.Fatal(err)
		}
		var got raft.Log
		if err := log.GetLog(entry.Index, &got); err != nil || !bytes.Equal(got.Data, data) || got.Term != entry.Term || entry.Extensions != nil {
			t.Fatalf("%+v, %v", got, err)
		}
		bad := got
		bad.Data, bad.Extensions = bytes.Clone(got.Data), bytes.Clone(got.Extensions)
		switch where := rapid.IntRange(0, 3).Draw(t, "where"); {
		case where == 0:
			bad.Term ^= 1 << rapid.IntRange(0, 63).Draw(t, "bit")
		case where == 1:
			bad.Type ^= 1
		case where == 2 && len(data) > 0:
			bad.Data[rapid.IntRange(0, len(data)-1).Draw(t, "at")] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
		default:
			bad.Extensions[rapid.IntRange(0, len(bad.Extensions)-1).Draw(t, "at")] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
		}
		if err := inner.StoreLog(&bad); err != nil {
			t.Fatal(err)
		}
		if err := log.GetLog(entry.Index, &got); !errors.Is(err, ErrDamagedLog) {
			t.Fatalf("%+v is read as %+v: %v", bad, got, err)
		}
	})
}

// An interrupted seed is begun again; a directory that holds a node's state is refused; until it is whole no node
// starts on it.
func TestSeed(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	broken := errors.New("interrupted")
	c := SeedConfig{Cluster: "holdfast", LogStore: StoreWAL, Lineage: [16]byte{5}, Index: 3, Term: 2, Peers: []Peer{{ID: "a", Addr: "127.0.0.1:1"}}}
	if err := Seed(dir, c, func(io.Writer) error { return broken }); !errors.Is(err, broken) {
		t.Fatal(err)
	}
	if _, err := OpenOffline(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("half a directory opens: %v", err)
	}
	if err := Seed(dir, c, func(w io.Writer) error { _, err := w.Write([]byte("state")); return err }); err != nil {
		t.Fatal(err)
	}
	o, err := OpenOffline(dir)
	if err != nil {
		t.Fatal(err)
	}
	list, err := o.Snapshots()
	if err != nil || len(list) != 1 || list[0].Index != 3 || list[0].Term != 2 || o.Lineage != c.Lineage || o.Vote().Term != 2 || o.NodeID != "" {
		t.Errorf("%+v %+v, %v", o, list, err)
	}
	if _, err = OpenOffline(dir); !errors.Is(err, ErrLocked) {
		t.Errorf("opened twice: %v", err)
	}
	if err = o.Close(); err != nil {
		t.Fatal(err)
	}
	if err := Seed(dir, c, func(io.Writer) error { return nil }); !errors.Is(err, ErrNotEmpty) {
		t.Errorf("over what there is: %v", err)
	}
}
