package recovery_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/raft"
	"gocloud.dev/blob/memblob"

	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/sync/da"
	"github.com/holdfast-rollup/holdfast/sync/recovery"
)

// imported is a snapshot of a state with so many accounts, imported in their order.
func imported(tb testing.TB, accounts int, edit func(i int) uint64) []byte {
	tb.Helper()
	m := fsm.New(fsm.Config{})
	defer m.Close()
	index := uint64(0)
	apply := func(kind command.Type, body []byte) *fsm.Result {
		index++
		r := m.Apply(&raft.Log{Index: index, Type: raft.LogCommand, Data: command.EncodeFrame(nil, kind, body)}).(*fsm.Result)
		if r.Err != nil {
			tb.Fatal(r.Err)
		}
		return r
	}
	limits := command.DefaultLimits()
	limits.RetainedBytes = 1
	apply(command.TypeGenesis, command.Genesis{Lineage: firstLineage, ChainID: 1337, ProgramVersion: 1, PayloadKind: 1, Limits: limits, TimeMs: 1}.Append(nil))
	session := apply(command.TypeSessionOpen, command.SessionOpen{Nonce: [16]byte{1}, Owner: "s", TimeMs: 1}.Append(nil)).Session
	var subs []command.Submission
	sequence := uint64(0)
	add := func(t command.Transition) {
		sequence++
		subs = append(subs, command.Submission{Session: session, Sequence: sequence, Transition: t})
	}
	flush := func() {
		apply(command.TypeEntry, batch.EncodeEntry(nil, &command.Entry{TimeMs: 2, Submissions: subs, Acks: []command.Ack{{Session: session, Low: sequence - uint64(len(subs))}}}))
		subs = subs[:0]
	}
	add(command.Transition{Kind: command.RegisterAsset, Asset: 1, Decimals: 2, Address: command.Address{1}})
	for i := range accounts {
		add(command.Transition{Kind: command.ImportAccount, Account: uint64(i) + 1, Address: command.Address{byte(i), byte(i >> 8), byte(i >> 16), 1}})
		add(command.Transition{Kind: command.ImportBalance, Account: uint64(i) + 1, Asset: 1, Amount: edit(i)})
		if len(subs) >= 4000 {
			flush()
		}
	}
	flush()
	apply(command.TypeSeal, command.Seal{Number: 1, TimeMs: 3, ProgramVersion: 1}.Append(nil))
	s, err := m.Snapshot()
	if err != nil {
		tb.Fatal(err)
	}
	defer s.Release()
	var out buffer
	if err = s.Persist(&out); err != nil {
		tb.Fatal(err)
	}
	return out.Bytes()
}

func memory(t *testing.T) *da.Archive {
	t.Helper()
	archive := da.NewArchive(memblob.OpenBucket(nil), da.ArchiveOptions{})
	t.Cleanup(func() { _ = archive.Close() })
	return archive
}

func create(t *testing.T, c *recovery.Checkpoints, snapshot []byte, ms int64) (*recovery.Manifest, recovery.Transfer) {
	t.Helper()
	m, moved, err := c.Create(t.Context(), recovery.Source{Snapshot: bytes.NewReader(snapshot), Term: 1, Node: "a", NowMs: ms})
	if err != nil {
		t.Fatal(err)
	}
	return m, moved
}

func readAll(t *testing.T, c *recovery.Checkpoints, m *recovery.Manifest) ([]byte, error) {
	t.Helper()
	content, err := c.Open(t.Context(), m)
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(content)
	return b, errors.Join(err, content.Close())
}

// recovery.md: chunked so that a transfer resumes; an export of what changed moves what changed.
func TestCheckpointsShareWhatIsEqual(t *testing.T) {
	archive := memory(t)
	c := recovery.NewCheckpoints(archive)
	one := imported(t, 120_000, func(int) uint64 { return 5 })
	m, moved := create(t, c, one, 1)
	if moved.Moved != int64(len(one)) || len(m.Chunks) < 2 {
		t.Fatalf("%d of %d bytes in %d chunks", moved.Moved, len(one), len(m.Chunks))
	}
	got, err := readAll(t, c, m)
	if err != nil || !bytes.Equal(got, one) {
		t.Fatalf("%d bytes, %v", len(got), err)
	}
	if _, again := create(t, c, one, 2); again.Moved != 0 {
		t.Errorf("the same again moved %d bytes", again.Moved)
	}
	two := imported(t, 120_000, func(i int) uint64 { // the accounts at one end changed
		if i > 119_000 {
			return 6
		}
		return 5
	})
	if _, some := create(t, c, two, 3); some.Moved == 0 || some.Moved > int64(len(two))*3/4 {
		t.Errorf("a small change moved %d of %d bytes", some.Moved, len(two))
	}
}

// A transfer that broke off goes on where it was, into the archive and out of it.
func TestTransfersResume(t *testing.T) {
	archive := memory(t)
	c := recovery.NewCheckpoints(archive)
	snapshot := imported(t, 120_000, func(i int) uint64 { return uint64(i) + 1 })
	half := io.MultiReader(bytes.NewReader(snapshot[:len(snapshot)*2/3]), &failing{})
	if _, moved, err := c.Create(t.Context(), recovery.Source{Snapshot: half}); !errors.Is(err, errBroken) || moved.Moved == 0 {
		t.Fatalf("%+v, %v", moved, err)
	}
	if list, err := c.List(t.Context()); err != nil || len(list) != 0 {
		t.Fatalf("an interrupted transfer is listed: %+v, %v", list, err)
	}
	m, moved := create(t, c, snapshot, 1)
	if moved.Moved >= m.Bytes {
		t.Errorf("all %d bytes were moved again", moved.Moved)
	}
	path := filepath.Join(t.TempDir(), "out")
	if err := os.WriteFile(path+".part", append(bytes.Clone(snapshot[:m.Chunks[0].Bytes]), 1, 2, 3), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := c.Export(t.Context(), m, path)
	if err != nil || out.Moved != m.Bytes-m.Chunks[0].Bytes {
		t.Errorf("export %+v, %v", out, err)
	}
	if got, rerr := os.ReadFile(path); rerr != nil || !bytes.Equal(got, snapshot) {
		t.Errorf("%d bytes, %v", len(got), rerr)
	}
	if _, err = c.Export(t.Context(), m, path); !errors.Is(err, fs.ErrExist) {
		t.Errorf("an export over what there is: %v", err)
	}
}

var errBroken = errors.New("broken")

type failing struct{}

func (*failing) Read([]byte) (int, error) { return 0, errBroken }

// recovery.md, tampering: whatever bit of a checkpoint is flipped, wherever, it is found and named before anything is
// served.
func TestTamperedCheckpoints(t *testing.T) {
	archive := memory(t)
	c := recovery.NewCheckpoints(archive)
	snapshot := imported(t, 20_000, func(i int) uint64 { return uint64(i) + 1 })
	m, _ := create(t, c, snapshot, 1)
	random := rand.New(rand.NewPCG(1, 2))
	for i, chunk := range m.Chunks {
		name := "chunks/" + hex.EncodeToString(chunk.SHA256[:1]) + "/" + hex.EncodeToString(chunk.SHA256[:])
		raw, err := archive.Get(t.Context(), name, 1<<30)
		if err != nil {
			t.Fatal(err)
		}
		bad := bytes.Clone(raw)
		bad[random.IntN(len(bad))] ^= 1 << random.IntN(8)
		for what, content := range map[string][]byte{"flipped": bad, "short": raw[:len(raw)-1], "long": append(bytes.Clone(raw), 0)} {
			if err = archive.Put(t.Context(), name, content); err != nil {
				t.Fatal(err)
			}
			var wrong *recovery.ChunkError
			v, verr := c.Verify(t.Context(), m, fsm.Config{})
			if !errors.As(verr, &wrong) || wrong.Number != i || wrong.Object != name || !errors.Is(verr, recovery.ErrDamaged) || len(v.Damaged) != 1 {
				t.Errorf("chunk %d %s: %v", i, what, verr)
			}
			content, oerr := c.Open(t.Context(), m)
			if oerr != nil {
				t.Fatal(oerr)
			}
			if _, err = fsm.VerifySnapshot(fsm.Config{}, content); err == nil {
				t.Errorf("chunk %d %s: a state was built", i, what)
			}
			if err = content.Close(); err != nil {
				t.Error(err)
			}
		}
		if err = archive.Put(t.Context(), name, raw); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := c.Verify(t.Context(), m, fsm.Config{}); err != nil {
		t.Errorf("whole again: %v", err)
	}
	// A manifest that says something else than its chunks is one that is damaged.
	other := *m
	other.Root[3] ^= 1
	if _, err := c.Verify(t.Context(), &other, fsm.Config{}); !errors.Is(err, recovery.ErrDamaged) {
		t.Errorf("another root: %v", err)
	}
	// A snapshot that is damaged before it gets here leaves no manifest.
	bad := bytes.Clone(snapshot)
	bad[len(bad)/2] ^= 1
	if _, _, err := c.Create(t.Context(), recovery.Source{Snapshot: bytes.NewReader(bad)}); !errors.Is(err, recovery.ErrDamaged) {
		t.Errorf("a damaged snapshot: %v", err)
	}
	if list, err := c.List(t.Context()); err != nil || len(list) != 1 {
		t.Errorf("%+v, %v", list, err)
	}
}

// Retention: the newest of each lineage stay with every chunk that they name, and no chunk of a transfer under way goes.
func TestPrune(t *testing.T) {
	archive := memory(t)
	c := recovery.NewCheckpoints(archive)
	for i := range 3 {
		create(t, c, imported(t, 9_000+5_000*i, func(k int) uint64 { return uint64(k*(i+1)) + 1 }), int64(i))
	}
	if p, err := c.Prune(t.Context(), recovery.Retention{Keep: 1, Grace: time.Hour}, time.Now(), false); err != nil || p.Chunks != 0 || len(p.Checkpoints) != 2 {
		t.Fatalf("%+v, %v", p, err)
	}
	list, err := c.List(t.Context())
	if err != nil || len(list) != 1 {
		t.Fatalf("%+v, %v", list, err)
	}
	p, err := c.Prune(t.Context(), recovery.Retention{Keep: 1}, time.Now().Add(time.Second), true)
	if err != nil || p.Chunks == 0 {
		t.Fatalf("dry run: %+v, %v", p, err)
	}
	if again, perr := c.Prune(t.Context(), recovery.Retention{Keep: 1}, time.Now().Add(time.Second), false); perr != nil || again.Chunks != p.Chunks {
		t.Errorf("%+v, %v", again, perr)
	}
	if _, err = c.Verify(t.Context(), list[0].Manifest, fsm.Config{}); err != nil {
		t.Errorf("what stays: %v", err)
	}
	// With a manifest that cannot be read, no chunk goes: it may be its.
	if err = archive.Put(t.Context(), "checkpoints/broken.json", []byte("{")); err != nil {
		t.Fatal(err)
	}
	if err = archive.Put(t.Context(), "chunks/00/00ff", []byte("x")); err != nil {
		t.Fatal(err)
	}
	if p, err := c.Prune(t.Context(), recovery.Retention{Keep: 1}, time.Now().Add(time.Second), false); err != nil || p.Chunks != 0 {
		t.Errorf("%+v, %v", p, err)
	}
	// No batch is ever touched by what keeps other objects.
	for _, err := range []error{archive.Put(t.Context(), "x.batch", nil), archive.Remove(t.Context(), "x.batch")} {
		if !errors.Is(err, da.ErrBatchName) {
			t.Errorf("a batch's name: %v", err)
		}
	}
}

func FuzzDecodeManifest(f *testing.F) {
	f.Add([]byte(`{"format":1,"lineage":"00000000000000000000000000000000","batch":1,"bytes":0,"chunks":[]}`))
	f.Add([]byte(`{"format":1,"chunks":[{"sha256":"00","bytes":-1}]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := recovery.DecodeManifest(b)
		if err != nil {
			if !errors.Is(err, recovery.ErrManifest) {
				t.Fatalf("untyped: %v", err)
			}
			return
		}
		total := int64(0)
		for _, c := range m.Chunks {
			total += c.Bytes
		}
		if total != m.Bytes || strings.Contains(m.Name(), "/") {
			t.Fatalf("%+v", m)
		}
	})
}

func FuzzDecodeMark(f *testing.F) {
	f.Add(recovery.Mark{Lineage: firstLineage, Term: 1, Index: 2, Sequence: 3, Batch: 4, TimeMs: 5, Node: "n"}.Append(nil))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := recovery.DecodeMark(b)
		if err != nil {
			if !errors.Is(err, recovery.ErrMark) {
				t.Fatalf("untyped: %v", err)
			}
			return
		}
		if !bytes.Equal(m.Append(nil), b) {
			t.Fatalf("%x is accepted and written as %x", b, m.Append(nil))
		}
	})
}
