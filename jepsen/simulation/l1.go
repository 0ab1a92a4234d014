package simulation

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
)

// The contract's rules: a commit or verification names the next batch, a commit
// carries an epoch that never falls, follows the batch before and the queue
// (bank.go). The chain's state is always computed from its blocks, so a
// reorganization cannot leave anything behind.

const (
	blockTime     = time.Second
	finalityDepth = 6
	safeDepth     = 2
	anchorDepth   = 2
)

// anchor is what a transaction does.
type anchor struct {
	epoch       uint64
	kind        cursor.Kind
	account     cursor.Account
	nonce       uint64
	first, last uint64
	headers     []batch.Header // none: it only uses the nonce
}

func (a anchor) raw() []byte {
	var w command.Writer
	w.U64(a.epoch)
	w.U8(uint8(a.kind))
	w.Fixed(a.account[:])
	w.U64(a.nonce)
	w.U64(a.first)
	w.U64(a.last)
	w.U8(uint8(len(a.headers)))
	for _, h := range a.headers {
		w.Fixed(h.Append(nil))
	}
	return w.Buf
}

func (a anchor) hash() cursor.Hash { return sha256.Sum256(a.raw()) }

func parseAnchor(raw []byte) (anchor, error) {
	r := command.NewReader(raw)
	a := anchor{epoch: r.U64(), kind: cursor.Kind(r.U8())}
	r.Fixed(a.account[:])
	a.nonce, a.first, a.last = r.U64(), r.U64(), r.U64()
	for range r.U8() {
		var b [batch.HeaderSize]byte
		r.Fixed(b[:])
		h, err := batch.DecodeHeader(b[:])
		if err != nil {
			return anchor{}, err
		}
		a.headers = append(a.headers, h)
	}
	return a, r.Done()
}

type mined struct {
	anchor
	tx cursor.Hash
	ok bool
}

type block struct {
	ref   cursor.BlockRef
	txs   []mined
	moves []transfer
}

type account struct {
	kind cursor.Kind
	addr cursor.Account
}

// contract is the state after some blocks.
type contract struct {
	nonces    map[account]uint64
	epoch     uint64
	committed map[uint64]committed
	verified  uint64
	bank      bank
}

// committed is a batch that the contract holds.
type committed struct {
	hash   cursor.Hash
	header batch.Header
}

// l1 is the scripted chain.
type l1 struct {
	dice    *dice
	shallow bool // see forget

	mu     sync.Mutex // guards what follows
	blocks []block
	now    *contract // after the newest block; never changed
	funds  map[uint32]uint64
	pool   map[cursor.Hash]anchor
	moves  []transfer // waiting
	salt   uint64
	reorgs int
	away   bool // nobody reaches it; its blocks go on
	// failed lists commits that took no effect. A verification may: a
	// reorganization can take its commit away and bring it back later. If shallow,
	// a commit may too: what a rollback removed is on its way, and what follows it.
	failed []string
}

// newL1 makes a chain whose contract holds funds, by asset, for what is imported.
func newL1(d *dice, shallow bool, funds map[uint32]uint64) *l1 {
	l := &l1{dice: d, shallow: shallow, funds: funds, pool: map[cursor.Hash]anchor{}}
	l.blocks = append(l.blocks, block{ref: l.ref(0, cursor.Hash{})})
	for range finalityDepth { // so that there is something to reorganize
		l.extend()
	}
	return l
}

func (l *l1) ref(number uint64, parent cursor.Hash) cursor.BlockRef {
	l.salt++
	b := binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(parent[:], number), l.salt)
	return cursor.BlockRef{Number: number, Hash: sha256.Sum256(b), TimeMs: time.Now().UnixMilli()}
}

// state is what the blocks make of the contract.
func (l *l1) state() *contract {
	c := &contract{nonces: map[account]uint64{}, committed: map[uint64]committed{}, bank: newBank(l.funds)}
	for _, b := range l.blocks {
		for _, tx := range b.txs {
			c.run(tx.anchor)
		}
		for _, t := range b.moves {
			c.move(t, b.ref)
		}
	}
	return c
}

// run executes a transaction and reports its status.
func (c *contract) run(a anchor) bool {
	c.nonces[account{a.kind, a.account}] = a.nonce + 1
	last := uint64(len(c.committed))
	switch {
	case len(a.headers) == 0:
		return true
	case a.kind == cursor.Commit && a.epoch >= c.epoch && a.first == last+1 && c.follows(a.headers):
		c.epoch = a.epoch
		for _, h := range a.headers {
			c.committed[h.Number] = committed{h.Hash(), h}
		}
		return true
	case a.kind == cursor.Verify && a.first == c.verified+1 && a.last <= last && c.holds(a.headers):
		c.verified = a.last
		return true
	}
	return false
}

// holds says whether headers are those that are committed: what a proof is of.
func (c *contract) holds(headers []batch.Header) bool {
	for _, h := range headers {
		if c.committed[h.Number].hash != h.Hash() {
			return false
		}
	}
	return true
}

// follows says whether headers continue what is committed, and the queue.
func (c *contract) follows(headers []batch.Header) bool {
	parent := c.committed[uint64(len(c.committed))]
	for _, h := range headers {
		if h.Number != parent.header.Number+1 || h.ParentHash != parent.hash || h.PreRoot != parent.header.PostRoot ||
			h.InboxFrom != parent.header.InboxTo || !c.bank.queued(h.InboxTo, h.InboxHash) {
			return false
		}
		parent = committed{h.Hash(), h}
	}
	return true
}

var errAway = errors.New("simulation: L1 does not answer")

// outage begins or ends an outage.
func (l *l1) outage(away bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.away = away
}

// send puts a transaction into the pool.
func (l *l1) send(a anchor) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.away && a.nonce >= l.now.nonces[account{a.kind, a.account}] {
		l.pool[a.hash()] = a
	}
}

// mine adds a block, now and then on another branch.
func (l *l1) mine(reorganize bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	depth := 0
	if reorganize && len(l.blocks) > finalityDepth && l.dice.chance(18) {
		depth = 1 + l.dice.below(finalityDepth-1)
		l.reorgs++
		for _, b := range l.blocks[len(l.blocks)-depth:] {
			for _, tx := range b.txs {
				if l.dice.chance(70) { // the rest is forgotten: the sender must send again
					l.pool[tx.tx] = tx.anchor
				}
			}
			l.forget(b.moves)
		}
		l.blocks = l.blocks[:len(l.blocks)-depth]
	}
	for range depth + 1 {
		l.extend()
	}
}

func (l *l1) extend() {
	parent := l.blocks[len(l.blocks)-1].ref
	b := block{ref: l.ref(parent.Number+1, parent.Hash)}
	c := l.state()
	for progress := true; progress; {
		progress = false
		for _, h := range slices.SortedFunc(maps.Keys(l.pool), func(a, b cursor.Hash) int { return slices.Compare(a[:], b[:]) }) {
			a := l.pool[h]
			next := c.nonces[account{a.kind, a.account}]
			if a.nonce < next {
				delete(l.pool, h)
			}
			if a.nonce != next || l.dice.chance(20) {
				continue
			}
			ok := c.run(a)
			if !ok && a.kind == cursor.Commit && !l.shallow {
				l.failed = append(l.failed, fmt.Sprintf("kind %d, batches %d to %d, nonce %d, epoch %d of %d", a.kind, a.first, a.last, a.nonce, a.epoch, c.epoch))
			}
			b.txs = append(b.txs, mined{anchor: a, tx: h, ok: ok})
			delete(l.pool, h)
			progress = true
		}
	}
	l.carry(c, &b)
	l.blocks, l.now = append(l.blocks, b), c
}

// view is the chain at one moment.
type view struct {
	blocks []block
	state  *contract
}

// view is what is: for the checks.
func (l *l1) view() view {
	l.mu.Lock()
	defer l.mu.Unlock()
	return view{blocks: slices.Clone(l.blocks), state: l.now}
}

// read is what a node learns: nothing during an outage.
func (l *l1) read() (view, error) {
	l.mu.Lock()
	away := l.away
	l.mu.Unlock()
	if away {
		return view{}, errAway
	}
	return l.view(), nil
}

func (v view) back(depth int) cursor.BlockRef {
	return v.blocks[max(0, len(v.blocks)-1-depth)].ref
}

func (v view) has(b cursor.BlockRef) bool {
	return b.Number < uint64(len(v.blocks)) && v.blocks[b.Number].ref.Hash == b.Hash
}

// find returns where an anchor's nonce was consumed.
func (v view) find(kind cursor.Kind, addr cursor.Account, nonce uint64) (mined, cursor.BlockRef, bool) {
	for _, b := range v.blocks {
		for _, tx := range b.txs {
			if tx.kind == kind && tx.account == addr && tx.nonce == nonce {
				return tx, b.ref, true
			}
		}
	}
	return mined{}, cursor.BlockRef{}, false
}
