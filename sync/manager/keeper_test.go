package manager

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"testing"

	"github.com/hashicorp/raft"

	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/sync/da"
	"github.com/holdfast-rollup/holdfast/sync/recovery"
)

// snapshotted is a machine that nobody but the test feeds.
type snapshotted struct {
	t              *testing.T
	m              *fsm.Machine
	index, session uint64
}

func (s *snapshotted) apply(kind command.Type, body []byte) *fsm.Result {
	s.t.Helper()
	s.index++
	r, ok := s.m.Apply(&raft.Log{Index: s.index, Type: raft.LogCommand, Data: command.EncodeFrame(nil, kind, body)}).(*fsm.Result)
	if !ok || r.Err != nil {
		s.t.Fatal(r)
	}
	return r
}

// seal seals a batch of one transition.
func (s *snapshotted) seal(n uint64) {
	s.t.Helper()
	if n == 1 {
		s.session = s.apply(command.TypeSessionOpen, command.SessionOpen{Nonce: [16]byte{1}, Owner: "s", TimeMs: 1}.Append(nil)).Session
	}
	asset := command.Transition{Kind: command.RegisterAsset, Asset: uint32(n), Decimals: 2, Address: command.Address{byte(n)}}
	s.apply(command.TypeEntry, batch.EncodeEntry(nil, &command.Entry{
		TimeMs: int64(n), Submissions: []command.Submission{{Session: s.session, Sequence: n, Transition: asset}},
	}))
	s.apply(command.TypeSeal, command.Seal{Number: n, TimeMs: int64(n), ProgramVersion: 1}.Append(nil))
}

type memorySink struct{ bytes.Buffer }

func (*memorySink) ID() string    { return "" }
func (*memorySink) Cancel() error { return nil }
func (*memorySink) Close() error  { return nil }

func (s *snapshotted) Checkpoint(context.Context) (*raft.SnapshotMeta, io.ReadCloser, error) {
	capture, err := s.m.Snapshot()
	if err != nil {
		return nil, nil, err
	}
	defer capture.Release()
	var sink memorySink
	if err = capture.Persist(&sink); err != nil {
		return nil, nil, err
	}
	return &raft.SnapshotMeta{Index: s.index, Term: 1}, io.NopCloser(&sink.Buffer), nil
}

func (*snapshotted) Damaged() []string { return nil }

// recovery.md: checkpoints by batch count, and a retention policy. While somebody reads one, in whatever process, the
// schedule goes on and leaves what is too many; after the next checkpoint it goes.
func TestTheScheduleLeavesCheckpointsThatAreRead(t *testing.T) {
	url := "file://" + t.TempDir()
	set, err := da.Open(t.Context(), da.Config{Primary: da.ProviderArchive, ArchiveURL: url}, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = set.Close() })
	s := &snapshotted{t: t, m: fsm.New(fsm.Config{})}
	t.Cleanup(s.m.Close)
	s.apply(command.TypeGenesis, command.Genesis{Lineage: [16]byte{1}, ChainID: 1337, ProgramVersion: 1, PayloadKind: 1, Limits: command.DefaultLimits(), TimeMs: 1}.Append(nil))
	m := &Manager{
		log: slog.New(slog.DiscardHandler), keeper: newKeeper(),
		config: Config{NodeID: "a", Checkpoints: CheckpointPolicy{Batches: 1, Keep: 1}},
		parts:  Parts{Machine: s.m, DA: set, Snapshots: s},
	}
	step := func(n uint64, want int) []recovery.Listed {
		t.Helper()
		s.seal(n)
		if _, serr := m.checkpointStep(t.Context()); serr != nil {
			t.Fatalf("batch %d: %v", n, serr)
		}
		list, lerr := m.Checkpoints(t.Context())
		if lerr != nil || len(list) != want || list[0].Manifest.Batch != n {
			t.Fatalf("batch %d: %+v, %v", n, list, lerr)
		}
		return list
	}
	first := step(1, 1)[0]
	other, err := da.OpenArchive(t.Context(), url, da.ArchiveOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = other.Close() })
	content, err := recovery.NewCheckpoints(other).Open(t.Context(), first.Manifest)
	if err != nil {
		t.Fatal(err)
	}
	step(2, 2)
	if n, rerr := io.Copy(io.Discard, content); rerr != nil || n != first.Manifest.Bytes {
		t.Errorf("%d bytes, %v", n, rerr)
	}
	if err = content.Close(); err != nil {
		t.Fatal(err)
	}
	step(3, 1)
}
