package evidence_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/state"
	"github.com/holdfast-rollup/holdfast/fsm/tree"
	"github.com/holdfast-rollup/holdfast/sync/zkvm"
	"github.com/holdfast-rollup/holdfast/sync/zkvm/evidence"
	"github.com/holdfast-rollup/holdfast/sync/zkvm/guest"
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// source has one sealed batch of a few transitions.
type source struct {
	tree     *tree.Tree
	versions [2]tree.Version
	sealed   *fsm.SealedBatch
}

func (s *source) Sealed(uint64) (*fsm.SealedBatch, error) { return s.sealed, nil }
func (s *source) View(n uint64) (*tree.View, error)       { return s.tree.View(s.versions[n]) }

var deployment = guest.Deployment{ChainID: 1337, Contract: command.Address{1}}

func taskOf(tb testing.TB) *zkvm.Task {
	tb.Helper()
	s := &source{tree: tree.New(tree.Options{})}
	var pre tree.Hash
	s.versions[0], pre = s.tree.Seal()
	store := state.NewTreeStore(s.tree, state.NewMapIndex())
	var payload []command.Transition
	for _, t := range []command.Transition{
		{Kind: command.RegisterAsset, Asset: 1},
		{Kind: command.ImportAccount, Account: 1, Address: command.Address{1}},
		{Kind: command.ImportBalance, Account: 1, Asset: 1, Amount: 1000},
		{Kind: command.EndImport},
		{Kind: command.Withdraw, Account: 1, Asset: 1, Amount: 1, Address: command.Address{5}},
	} {
		var r state.Receipt
		if payload = state.Apply(store, &t, &r, payload); r.Code != state.Accepted {
			tb.Fatalf("%+v: %v", t, r.Code)
		}
	}
	s.versions[1], _ = s.tree.Seal()
	encoded := batch.EncodePayload(nil, payload)
	h := batch.Header{
		Lineage: [16]byte{9}, Number: 1, PreRoot: pre, PayloadKind: batch.PayloadTransitions,
		Transitions: uint32(len(payload)), FirstSequence: 1, LastSequence: uint64(len(payload)), FirstTimeMs: 1, SealTimeMs: 2,
		ProgramVersion: guest.ProgramVersion,
	}
	s.sealed = &fsm.SealedBatch{Header: h, Payload: encoded}
	// The guest's own word makes the header of an honest replica.
	output := must(guest.Run(must(zkvm.InputOf(s, 1, deployment)), guest.Host{}))
	j := must(guest.DecodeJournal(output[:guest.JournalSize]))
	h.PostRoot, h.PayloadHash, h.InboxFrom, h.InboxTo, h.InboxHash = j.PostRoot, j.PayloadHash, j.InboxFrom, j.InboxTo, j.InboxHash
	h.WithdrawalsRoot = j.WithdrawalsRoot
	s.sealed.Header, s.sealed.Hash = h, h.Hash()
	return must(zkvm.Prepare(s, 1, deployment))
}

// honest executes without wasm.
type honest struct{}

func (honest) Execute(_ context.Context, input []byte) (*zkvm.Result, error) {
	output, err := guest.Run(input, guest.Host{})
	if err != nil {
		return nil, &zkvm.RefusalError{Code: guest.CodeOf(err), Message: err.Error()}
	}
	j := must(guest.DecodeJournal(output[:guest.JournalSize]))
	return &zkvm.Result{Journal: j, Diff: output[guest.JournalSize:]}, nil
}

// lying spoils what an honest executor gives.
type lying struct {
	honest

	spoil func(*zkvm.Result)
}

func (l lying) Execute(ctx context.Context, input []byte) (*zkvm.Result, error) {
	r, err := l.honest.Execute(ctx, input)
	if err == nil {
		l.spoil(r)
	}
	return r, err
}

func otherRoot(r *zkvm.Result) { r.Journal.PostRoot[0] ^= 1 }

func mismatchOf(tb testing.TB) *evidence.Mismatch {
	tb.Helper()
	task := taskOf(tb)
	result := must(lying{spoil: otherRoot}.Execute(tb.Context(), task.Input))
	return evidence.Of(task, result, nil, "b", 77)
}

// layers.md: the evidence is in a file that replays offline, and the replay says which side is right.
func TestReplaySaysWhichSideIsRight(t *testing.T) {
	honestly := taskOf(t)
	spoilt := *honestly // of a replica that sealed another root
	spoilt.Header.PostRoot[5] ^= 1
	in := must(guest.DecodeInput(honestly.Input))
	in.Header = spoilt.Header.Append(nil)
	spoilt.Input = in.Append(nil)
	broken := *honestly // of a replica whose witness is none
	in = must(guest.DecodeInput(honestly.Input))
	in.Witness = []byte{0xFF}
	broken.Input = in.Append(nil)

	for name, c := range map[string]struct {
		task     *zkvm.Task
		stated   evidence.Executor
		replayed evidence.Executor
		right    evidence.Side
		native   bool
		program  byte // of another guest, in the file
	}{
		"the executor was wrong once":      {honestly, lying{spoil: otherRoot}, honest{}, evidence.SideReplica, true, 0},
		"the executor is wrong again":      {honestly, lying{spoil: otherRoot}, lying{spoil: otherRoot}, evidence.SideGuest, false, 0},
		"the replica was wrong":            {&spoilt, honest{}, honest{}, evidence.SideGuest, true, 0},
		"both were wrong":                  {&spoilt, lying{spoil: otherRoot}, honest{}, evidence.SideNeither, true, 0},
		"refused, and again":               {&broken, honest{}, honest{}, evidence.SideGuest, true, 0},
		"the diff alone was wrong":         {honestly, lying{spoil: func(r *zkvm.Result) { r.Diff = batch.EncodeDiff(nil, nil) }}, honest{}, evidence.SideReplica, true, 0},
		"another guest than the file says": {honestly, lying{spoil: otherRoot}, honest{}, evidence.SideReplica, true, 1},
	} {
		t.Run(name, func(t *testing.T) {
			result, err := c.stated.Execute(t.Context(), c.task.Input)
			refusal := (*zkvm.RefusalError)(nil)
			_ = errors.As(err, &refusal)
			dir := t.TempDir()
			store := evidence.NewStore(dir, evidence.Limits{})
			m := evidence.Of(c.task, result, refusal, "b", 1)
			m.Program[0] ^= c.program
			file := must(store.Write(m))
			r, err := evidence.Replay(t.Context(), c.replayed, must(evidence.Read(filepath.Join(dir, file))))
			if err != nil {
				t.Fatal(err)
			}
			if r.Right != c.right || r.Native != c.native || (r.Again == nil) != (c.right == evidence.SideReplica) || r.Stated == nil {
				t.Errorf("right %s, native %t, again %v, stated %v", r.Right, r.Native, r.Again, r.Stated)
			}
			if r.SameProgram != (c.program == 0) {
				t.Errorf("same program: %t", r.SameProgram)
			}
		})
	}
}

// An executor that cannot say anything says nothing about the file.
func TestReplayPassesOnWhatTheExecutorCannotDo(t *testing.T) {
	m := mismatchOf(t)
	if _, err := evidence.Replay(t.Context(), failing{}, m); !errors.Is(err, zkvm.ErrMemory) {
		t.Errorf("got %v", err)
	}
	m.Input = []byte("no input")
	if _, err := evidence.Replay(t.Context(), honest{}, m); !errors.Is(err, evidence.ErrMalformed) {
		t.Errorf("got %v", err)
	}
}

type failing struct{}

func (failing) Execute(context.Context, []byte) (*zkvm.Result, error) { return nil, zkvm.ErrMemory }

// Property: a file comes back, and no prefix, no longer one and none with a bit flipped is one.
func TestFileComesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		part := rapid.SliceOfN(rapid.Byte(), 0, 100)
		m := &evidence.Mismatch{
			Node: rapid.StringN(0, 20, 100).Draw(t, "node"), TimeMs: rapid.Int64().Draw(t, "time"),
			Program: [32]byte{1}, Input: part.Draw(t, "input"), Local: part.Draw(t, "local"),
		}
		if rapid.Bool().Draw(t, "refused") {
			m.Refusal = &zkvm.RefusalError{Code: guest.Code(rapid.Uint32().Draw(t, "code")), Message: rapid.StringN(0, 20, 100).Draw(t, "message")}
		} else {
			m.Journal, m.Diff = guest.Journal{Batch: rapid.Uint64().Draw(t, "batch")}, part.Draw(t, "diff")
		}
		b := m.Append(nil)
		got, err := evidence.Decode(b)
		if err != nil || !bytes.Equal(got.Append(nil), b) {
			t.Fatalf("did not come back (%v)", err)
		}
		i := rapid.IntRange(0, len(b)-1).Draw(t, "at")
		spoilt := bytes.Clone(b)
		spoilt[i] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
		for what, c := range map[string][]byte{"a flipped bit": spoilt, "a prefix": b[:i], "a longer one": append(bytes.Clone(b), 0)} {
			if _, err := evidence.Decode(c); !errors.Is(err, evidence.ErrMalformed) {
				t.Fatalf("%s at %d: %v", what, i, err)
			}
		}
	})
}

// style: fuzz where bytes come in. What is accepted is written again byte by byte.
func FuzzDecode(f *testing.F) {
	m := mismatchOf(f)
	f.Add(m.Append(nil))
	m.Refusal = &zkvm.RefusalError{Code: guest.CodeWitness, Message: "m"}
	f.Add(m.Append(nil))
	f.Fuzz(func(t *testing.T, b []byte) {
		// Behind the checksum, which no fuzzer finds.
		for _, c := range [][]byte{b, evidence.Seal(b)} {
			m, err := evidence.Decode(c)
			if err != nil {
				if !errors.Is(err, evidence.ErrMalformed) {
					t.Fatal(err)
				}
				continue
			}
			if !bytes.Equal(m.Append(nil), c) {
				t.Fatal("another encoding of the same")
			}
			if task, err := m.Task(); err == nil {
				_ = task.Judge(m.Stated())
			}
		}
	})
}

// The store is bounded in number and bytes and drops the oldest; a name belongs to a whole file, and the same answer
// is kept once.
func TestStoreIsBounded(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "evidence")
	m := mismatchOf(t)
	size := int64(len(m.Append(nil)))
	if files := must(evidence.List(dir)); len(files) != 0 {
		t.Fatalf("%d files before the first", len(files))
	}
	store := evidence.NewStore(dir, evidence.Limits{Files: 3})
	first := must(store.Write(m))
	later := *m
	later.TimeMs++
	if again := must(store.Write(&later)); again != first {
		t.Errorf("the same answer is kept twice, as %s and %s", first, again)
	}
	names := []string{first}
	for i := range byte(3) {
		other := *m
		other.Journal.PostRoot[9] ^= i + 1
		if i == 2 { // whatever order the clock gave the others
			check(t, os.Chtimes(filepath.Join(dir, names[1]), time.Unix(1, 0), time.Unix(1, 0)))
		}
		names = append(names, must(store.Write(&other)))
	}
	want := []string{names[0], names[2], names[3]}
	slices.Sort(want)
	if got := namesIn(t, dir); !slices.Equal(got, want) {
		t.Errorf("kept %v, want %v", got, want)
	}
	if d := cmp.Diff(m.Append(nil), must(evidence.Read(filepath.Join(dir, first))).Append(nil)); d != "" {
		t.Error("the first is not what was written")
	}
	third := *m
	third.Journal.PostRoot[10] ^= 1
	must(evidence.NewStore(dir, evidence.Limits{Bytes: size}).Write(&third))
	if got := namesIn(t, dir); len(got) != 1 {
		t.Errorf("kept %v within %d bytes", got, size)
	}
	if _, err := evidence.NewStore(dir, evidence.Limits{Bytes: size - 1}).Write(m); !errors.Is(err, evidence.ErrTooLarge) {
		t.Errorf("above the limit: %v", err)
	}
	if got := namesIn(t, dir); len(got) != 1 {
		t.Errorf("what was refused took %v with it", got)
	}
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// namesIn gives everything in the directory: no half-written file stays.
func namesIn(t *testing.T, dir string) (names []string) {
	t.Helper()
	for _, e := range must(os.ReadDir(dir)) {
		names = append(names, e.Name())
		if !strings.HasPrefix(e.Name(), "1-") || filepath.Ext(e.Name()) != evidence.Extension {
			t.Errorf("a file %s", e.Name())
		}
	}
	return names
}

// A damaged file says so, and does not stand in the way of another.
func TestDamagedFile(t *testing.T) {
	dir := t.TempDir()
	m := mismatchOf(t)
	store := evidence.NewStore(dir, evidence.Limits{})
	path := filepath.Join(dir, must(store.Write(m)))
	check(t, os.WriteFile(path, m.Append(nil)[:100], 0o600))
	if _, err := evidence.Read(path); !errors.Is(err, evidence.ErrMalformed) {
		t.Errorf("got %v", err)
	}
	if name := must(store.Write(m)); name == filepath.Base(path) {
		t.Error("a damaged file was taken for the evidence")
	}
	if _, err := evidence.Read(filepath.Join(dir, "9-00000000.hfe")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}
