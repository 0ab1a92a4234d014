package batch_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/tree"
)

// state.md: header hash = batch identity. These bytes are what the contract and the guest hash too.
func TestHeaderVector(t *testing.T) {
	h := someHeader()
	b := h.Append(nil)
	const want = "010100000000000000000000000000000200000000000000020303030303030303030303030303030303030303030303030303030303030303040404" +
		"040404040404040404040404040404040404040404040404040404040405050505050505050505050505050505050505050505050505050505050505" +
		"050106060606060606060606060606060606060606060606060606060606060606060000001400000000000000650000000000000078000000000000" +
		"000700000000000000090808080808080808080808080808080808080808080808080808080808080808090909090909090909090909090909090909" +
		"0909090909090909090909090909000001a0c4506c00000001a0c4506cfa00000001"
	if got := hex.EncodeToString(b); got != want || len(b) != batch.HeaderSize {
		t.Errorf("header of %d bytes\n%s, want\n%s", len(b), got, want)
	}
	if h.Hash() != sha256.Sum256(b) {
		t.Error("the hash is not the SHA-256 of the bytes")
	}
	got, err := batch.DecodeHeader(b)
	if err != nil || got != h {
		t.Errorf("got %+v, %v", got, err)
	}
}

// Each field has its own place: changing any byte changes the decoded header or makes it refused.
func TestEveryHeaderByteCounts(t *testing.T) {
	h := someHeader()
	b := h.Append(nil)
	for i := range b {
		changed := bytes.Clone(b)
		changed[i] ^= 1
		got, err := batch.DecodeHeader(changed)
		if err != nil {
			if !errors.Is(err, batch.ErrHeader) {
				t.Errorf("byte %d: %v", i, err)
			}
			continue
		}
		if got == h || got.Hash() == h.Hash() {
			t.Errorf("byte %d does not count", i)
		}
	}
	for _, n := range []int{0, 1, batch.HeaderSize - 1, batch.HeaderSize + 1} {
		if _, err := batch.DecodeHeader(make([]byte, n)); !errors.Is(err, batch.ErrHeader) {
			t.Errorf("%d bytes: %v", n, err)
		}
	}
}

// What no batch's header can say is refused.
func TestHeaderRules(t *testing.T) {
	for name, change := range map[string]func(*batch.Header){
		"number 0":               func(h *batch.Header) { h.Number = 0 },
		"parent of batch 1":      func(h *batch.Header) { h.Number = 1 },
		"payload kind 0":         func(h *batch.Header) { h.PayloadKind = 0 },
		"payload kind 3":         func(h *batch.Header) { h.PayloadKind = 3 },
		"empty batch":            func(h *batch.Header) { h.Transitions, h.LastSequence = 0, h.FirstSequence-1 },
		"sequence 0":             func(h *batch.Header) { h.FirstSequence, h.LastSequence = 0, 19 },
		"sequences and count":    func(h *batch.Header) { h.LastSequence++ },
		"sequences wrap":         func(h *batch.Header) { h.FirstSequence, h.LastSequence = math.MaxUint64-5, 13 },
		"inbox backwards":        func(h *batch.Header) { h.InboxTo = h.InboxFrom - 1 },
		"sealed before it began": func(h *batch.Header) { h.SealTimeMs = h.FirstTimeMs - 1 },
		"time before the epoch":  func(h *batch.Header) { h.FirstTimeMs = -1 },
		"time beyond 63 bits":    func(h *batch.Header) { h.SealTimeMs = math.MinInt64 },
	} {
		h := someHeader()
		change(&h)
		if _, err := batch.DecodeHeader(h.Append(nil)); !errors.Is(err, batch.ErrHeader) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// invariant 3: batch n+1's pre-root is batch n's post-root; no gap in numbers, sequences or inbox positions.
func TestFollows(t *testing.T) {
	parent := someHeader()
	next := batch.Header{
		Lineage: parent.Lineage, Number: 3, ParentHash: parent.Hash(), PreRoot: parent.PostRoot, PostRoot: tree.Hash{9},
		PayloadKind: batch.PayloadDiff, Transitions: 1, FirstSequence: 121, LastSequence: 121, InboxFrom: 9, InboxTo: 9,
		FirstTimeMs: parent.SealTimeMs, SealTimeMs: parent.SealTimeMs, ProgramVersion: 1,
	}
	if err := errors.Join(next.Validate(), next.Follows(parent)); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*batch.Header){
		"lineage":   func(h *batch.Header) { h.Lineage[0]++ },
		"number":    func(h *batch.Header) { h.Number++ },
		"parent":    func(h *batch.Header) { h.ParentHash[0]++ },
		"pre-root":  func(h *batch.Header) { h.PreRoot[0]++ },
		"sequence":  func(h *batch.Header) { h.FirstSequence++ },
		"inbox":     func(h *batch.Header) { h.InboxFrom-- },
		"seal time": func(h *batch.Header) { h.SealTimeMs-- },
	} {
		h := next
		change(&h)
		if err := h.Follows(parent); !errors.Is(err, batch.ErrHeader) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Every withdrawal has a proof, and the proof holds for no other withdrawal, place, count or root.
func TestWithdrawalProofs(t *testing.T) {
	for n := range 18 {
		ws := someWithdrawals(n)
		root := batch.WithdrawalsRoot(ws)
		for i := range ws {
			p, err := batch.ProveWithdrawal(ws, i)
			if err != nil {
				t.Fatal(err)
			}
			decoded, err := batch.DecodeWithdrawalProof(p.Append(nil))
			if err != nil {
				t.Fatal(err)
			}
			if err := batch.VerifyWithdrawal(root, &ws[i], &decoded); err != nil {
				t.Fatalf("%d of %d: %v", i, n, err)
			}
			other := ws[i]
			other.Amount++
			mustRefuse(t, root, &other, p)
			mustRefuse(t, tree.Hash{1}, &ws[i], p)
			moved := p
			moved.Position ^= 1
			mustRefuse(t, root, &ws[i], moved)
			more := p
			more.Count++
			mustRefuse(t, root, &ws[i], more)
			longer := p
			longer.Siblings = append(longer.Siblings[:len(p.Siblings):len(p.Siblings)], tree.Hash{})
			mustRefuse(t, root, &ws[i], longer)
		}
		if _, err := batch.ProveWithdrawal(ws, n); !errors.Is(err, batch.ErrWithdrawalProof) {
			t.Errorf("position %d of %d: %v", n, n, err)
		}
	}
}

func mustRefuse(t *testing.T, root tree.Hash, w *batch.Withdrawal, p batch.WithdrawalProof) {
	t.Helper()
	if err := batch.VerifyWithdrawal(root, w, &p); !errors.Is(err, batch.ErrWithdrawalProof) {
		t.Errorf("a wrong proof holds: %+v: %v", p, err)
	}
}

// A twin of the withdrawals root from the words of the package comment, recursively.
func TestWithdrawalsRootTwin(t *testing.T) {
	hash := func(domain byte, parts ...[]byte) []byte {
		h := sha256.New()
		h.Write([]byte{domain})
		for _, p := range parts {
			h.Write(p)
		}
		return h.Sum(nil)
	}
	var top func(level [][]byte) []byte
	top = func(level [][]byte) []byte {
		if len(level) == 0 {
			return make([]byte, 32)
		}
		if len(level) == 1 {
			return level[0]
		}
		var up [][]byte
		for i := 0; i < len(level); i += 2 {
			right := make([]byte, 32)
			if i+1 < len(level) {
				right = level[i+1]
			}
			up = append(up, hash(0x11, level[i], right))
		}
		return top(up)
	}
	rapid.Check(t, func(t *rapid.T) {
		ws := someWithdrawals(rapid.IntRange(0, 40).Draw(t, "n"))
		var leaves [][]byte
		for _, w := range ws {
			leaf := append([]byte{}, 0, 0, 0, 0, 0, 0, 0, byte(w.Index), 0, 0, 0, byte(w.Asset))
			leaf = append(leaf, w.Address[:]...)
			leaf = append(leaf, 0, 0, 0, 0, 0, 0, byte(w.Amount>>8), byte(w.Amount))
			leaves = append(leaves, hash(0x10, leaf))
		}
		want := hash(0x12, []byte{0, 0, 0, byte(len(ws))}, top(leaves))
		if got := batch.WithdrawalsRoot(ws); !bytes.Equal(got[:], want) {
			t.Fatalf("%d withdrawals: %x, want %x", len(ws), got, want)
		}
	})
}

// The root of no withdrawals and of five, fixed.
func TestWithdrawalVectors(t *testing.T) {
	for n, want := range map[int]string{
		0: "06f9971135d2ff6b64c9273e7084cf07f5f9a6e01851e12c25dbf6e358916aed",
		5: "4ddaa1fbf9280f8f4077ee7f9b781c65f0a17a5cabb41dc1843fa1611e5cb6d6",
	} {
		root := batch.WithdrawalsRoot(someWithdrawals(n))
		if got := hex.EncodeToString(root[:]); got != want {
			t.Errorf("%d withdrawals: %s, want %s", n, got, want)
		}
	}
}
