package contract_test

import (
	"testing"

	"github.com/ethereum/go-ethereum/core/types"
	"pgregory.net/rapid"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/state"
)

// Property: whatever is tried in whatever order, numbers and roots form one chain, what is verified stays, and the
// contract takes a call exactly if a model of a page takes it. One chain serves all runs, so that every run goes on
// where the last one ended.
func TestNumberAndRootSequence(t *testing.T) {
	w := newWorld(t, 0)
	w.listTokens()
	m := &model{w: w, lineage: lineage, used: map[[16]byte]bool{}, inbox: [][32]byte{{}}}
	rapid.Check(t, func(rt *rapid.T) {
		for range rapid.IntRange(1, 8).Draw(rt, "calls") {
			m.step(rt)
			m.compare(rt)
		}
	})
	t.Logf("%d batches, %d verified, %d reverted, %d take-overs, %d refusals", len(m.batches), m.verified, m.reverted, len(m.used), m.refused)
	for name, n := range map[string]int{"verified": int(m.verified), "reverted": m.reverted, "take-overs": len(m.used), "refusals": m.refused, "deposits": len(m.inbox) - 1} {
		if n == 0 {
			t.Errorf("no %s: nothing was tried", name)
		}
	}
}

// model is what the contract promises, said once more.
type model struct {
	w                 *world
	lineage           [16]byte
	used              map[[16]byte]bool
	batches           []batch.Header
	verified          uint64
	epoch             uint64
	paused            bool
	inbox             [][32]byte // rolling hash after each number of deposits
	reverted, refused int
	salt              uint64
}

func (m *model) tip() tip {
	if len(m.batches) == 0 {
		return tip{root: genesisRoot}
	}
	return after(m.batches[len(m.batches)-1])
}

func (m *model) step(rt *rapid.T) {
	steps := []func(*rapid.T){m.commit, m.commit, m.commit, m.verify, m.verify, m.revert, m.takeOver, m.pause, m.deposit}
	steps[rapid.IntRange(0, len(steps)-1).Draw(rt, "step")](rt)
}

// send transacts and reports whether the contract took it; the model says whether it must.
func (m *model) send(rt *rapid.T, what string, r *types.Receipt, fits bool) bool {
	if taken := r.Status == types.ReceiptStatusSuccessful; taken != fits {
		rt.Fatalf("%s: contract took it: %t, model: %t", what, taken, fits)
	}
	if !fits {
		m.refused++
	}
	return fits
}

func (m *model) commit(rt *rapid.T) {
	epoch := rapid.Uint64Range(max(m.epoch, 1)-1, m.epoch+1).Draw(rt, "epoch")
	n := rapid.IntRange(1, 3).Draw(rt, "batches")
	broken := rapid.IntRange(-6, n-1).Draw(rt, "broken") // negative: none
	at := m.tip()
	fits := epoch >= m.epoch && broken < 0 && !m.paused
	var hs []batch.Header
	for i := range n {
		m.salt++
		to := rapid.Uint64Range(min(at.inbox, uint64(len(m.inbox))-1), uint64(len(m.inbox))-1).Draw(rt, "inbox")
		hs = append(hs, at.next(m.salt, func(h *batch.Header) {
			h.Lineage, h.InboxTo, h.InboxHash = m.lineage, to, m.inbox[to]
			if i == broken {
				rapid.SampledFrom([]func(){
					func() { h.Number++ }, func() { h.Number-- }, func() { h.ParentHash[3]++ }, func() { h.PreRoot[3]++ },
					func() { h.Lineage[3]++ }, func() { h.InboxFrom++ }, func() { h.InboxTo = uint64(len(m.inbox)) },
					func() { h.InboxHash[7]++ }, func() { h.ProgramVersion++ },
				}).Draw(rt, "fault")()
			}
		}))
	}
	if len(m.batches) == 0 && m.lineage == lineage && broken == 0 && hs[0].Lineage != m.lineage {
		return // it would register another lineage, which is right and not the subject
	}
	r := m.w.transact(m.w.submitter, &m.w.address, m.w.binding.PackCommitBatches(epoch, packed(hs...), archived(hs...)), sent{})
	if m.send(rt, "commit", r, fits) {
		m.batches, m.epoch = append(m.batches, hs...), epoch
	}
}

func (m *model) verify(rt *rapid.T) {
	first := m.verified + rapid.Uint64Range(0, 2).Draw(rt, "first")
	n := rapid.Uint64Range(1, 3).Draw(rt, "proofs")
	last := first + n - 1
	fits := first == m.verified+1 && last <= uint64(len(m.batches)) && !m.paused
	var hs []batch.Header
	for i := first; i <= last; i++ {
		h := batch.Header{Number: i}
		if i >= 1 && i <= uint64(len(m.batches)) {
			h = m.batches[i-1]
		}
		hs = append(hs, h)
	}
	if rapid.IntRange(0, 5).Draw(rt, "wrong") == 0 {
		hs[len(hs)-1].PostRoot[0]++
		fits = false
	}
	r := m.w.transact(m.w.prover, &m.w.address, m.w.binding.PackVerifyBatches(first, packed(hs...), make([][]byte, n)), sent{})
	if m.send(rt, "verify", r, fits) {
		m.verified = last
	}
}

func (m *model) revert(rt *rapid.T) {
	from := m.verified + rapid.Uint64Range(0, 4).Draw(rt, "from")
	fits := from > m.verified && from <= uint64(len(m.batches))
	var parent []byte
	if from > 1 && from-1 <= uint64(len(m.batches)) {
		parent = m.batches[from-2].Append(nil)
	}
	if rapid.IntRange(0, 5).Draw(rt, "wrong") == 0 {
		parent = append(parent, 0)
		fits = false
	}
	r := m.w.transact(m.w.guardian, &m.w.address, m.w.binding.PackRevertBatches(from, parent), sent{})
	if m.send(rt, "revert", r, fits) {
		m.reverted += len(m.batches) - int(from) + 1
		m.batches = m.batches[:from-1]
	}
}

func (m *model) takeOver(rt *rapid.T) {
	if rapid.IntRange(0, 2).Draw(rt, "seldom") != 0 {
		return
	}
	to := [16]byte{rapid.ByteRange(1, 255).Draw(rt, "lineage"), rapid.Byte().Draw(rt, "more"), 3}
	at := m.tip()
	last := at.number + rapid.Uint64Range(0, 1).Draw(rt, "wrong")
	fits := last == at.number && !m.used[to] && to != lineage && to != m.lineage
	r := m.w.transact(m.w.guardian, &m.w.address, m.w.binding.PackTakeOver(to, last, at.hash), sent{})
	if m.send(rt, "take over", r, fits) {
		m.used[to], m.lineage, m.epoch = true, to, 0
	}
}

func (m *model) pause(rt *rapid.T) {
	on := rapid.IntRange(0, 3).Draw(rt, "on") == 0
	key, data := m.w.owner, m.w.binding.PackUnpause()
	if on {
		key, data = m.w.guardian, m.w.binding.PackPause()
	}
	if m.send(rt, "pause", m.w.transact(key, &m.w.address, data, sent{}), on != m.paused) {
		m.paused = on
	}
}

func (m *model) deposit(rt *rapid.T) {
	r := m.w.transact(m.w.stranger, &m.w.address, m.w.binding.PackDepositETH(addr(m.w.stranger)), sent{value: units(1)})
	if m.send(rt, "deposit", r, !m.paused) {
		n := uint64(len(m.inbox))
		m.inbox = append(m.inbox, state.InboxHash(m.inbox[n-1], n-1, [20]byte{}, [20]byte(addr(m.w.stranger)), 100))
	}
}

// compare asserts that the contract stores the model's chain and nothing above it.
func (m *model) compare(rt *rapid.T) {
	at := m.tip()
	seen := m.w.inspect(at.number + 1)
	s := seen.State
	if s.LastCommitted != at.number || s.LastVerified != m.verified || s.LastHash != at.hash || s.LastRoot != at.root ||
		s.InboxConsumed != at.inbox || s.InboxLength != uint64(len(m.inbox))-1 || s.Epoch != m.epoch ||
		(s.PausedSince != 0) != m.paused || seen.HeaderHash != [32]byte{} {
		rt.Fatalf("contract %+v; model at %+v, verified %d, epoch %d, paused %t", seen, at, m.verified, m.epoch, m.paused)
	}
	// Each batch follows the one before by construction; the newest few are enough at each step.
	for i := max(len(m.batches)-4, 0); i < len(m.batches); i++ {
		if got := m.w.inspect(uint64(i) + 1).HeaderHash; got != m.batches[i].Hash() {
			rt.Fatalf("batch %d stored as %x", i+1, got)
		}
	}
}
