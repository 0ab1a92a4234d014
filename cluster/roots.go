package cluster

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/hashicorp/raft"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/holdfast-rollup/holdfast/cluster/proto/holdfast/peer/v1"
	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/command"
)

// Claims about one seal are compared only if they name the same Raft index: the
// same batch number is sealed again after a rollback. The majority is counted
// over the voters of the configuration, not over those who answered, so two
// minorities never judge each other.

const (
	keptSeals     = 1024
	pushQueue     = 256
	pushTimeout   = time.Second
	pushBackoff   = 200 * time.Millisecond
	feedBuffer    = 4096
	handoverLimit = 5 * time.Second
)

// Root is one replica's claim about one seal.
type Root struct {
	Node       string
	Lineage    [16]byte
	Index      uint64 // Raft index of the seal
	Batch      uint64
	Root       [32]byte
	Digest     [32]byte // of the replicated state outside the root
	HeaderHash [32]byte
}

// claim is what must be equal among replicas.
type claim struct{ root, digest, header [32]byte }

func (r Root) claim() claim { return claim{r.Root, r.Digest, r.HeaderHash} }

func (r Root) proto() *peerv1.Root {
	return &peerv1.Root{
		Node: r.Node, Lineage: r.Lineage[:], Index: r.Index, Batch: r.Batch,
		Root: r.Root[:], Digest: r.Digest[:], HeaderHash: r.HeaderHash[:],
	}
}

func rootFromProto(p *peerv1.Root) (Root, error) {
	if len(p.GetLineage()) != 16 || len(p.GetRoot()) != 32 || len(p.GetDigest()) != 32 || len(p.GetHeaderHash()) != 32 {
		return Root{}, fmt.Errorf("cluster: claim of %q about batch %d has fields of wrong length", p.GetNode(), p.GetBatch())
	}
	return Root{
		Node: p.GetNode(), Lineage: [16]byte(p.GetLineage()), Index: p.GetIndex(), Batch: p.GetBatch(),
		Root: [32]byte(p.GetRoot()), Digest: [32]byte(p.GetDigest()), HeaderHash: [32]byte(p.GetHeaderHash()),
	}, nil
}

// SealFeed takes seals from the state machine to the node. It exists before
// both: its Add is the machine's OnSeal.
type SealFeed struct {
	ch chan fsm.SealInfo
}

// NewSealFeed returns an empty feed.
func NewSealFeed() *SealFeed { return &SealFeed{ch: make(chan fsm.SealInfo, feedBuffer)} }

// Add never blocks. When the feed is full the oldest seal is dropped: a root
// commits to the whole state, so a divergence shows in every later one.
func (f *SealFeed) Add(s fsm.SealInfo) {
	for {
		select {
		case f.ch <- s:
			return
		default:
		}
		select {
		case <-f.ch:
		default:
		}
	}
}

// verdict is what the claims about one seal say.
type verdict uint8

const (
	undecided  verdict = iota // a majority may still come about
	agreed                    // a majority agrees
	noMajority                // no majority is possible any more
)

type sealKey struct{ batch, index uint64 }

// rootBook keeps the claims about the newest seals.
type rootBook struct {
	mu      sync.Mutex // guards all
	seals   map[sealKey]map[string]Root
	indices map[uint64][]uint64 // of each batch's seals, ascending: the duties ask for thousands of batches while L1 is away
	order   []sealKey
}

func newRootBook() *rootBook {
	return &rootBook{seals: map[sealKey]map[string]Root{}, indices: map[uint64][]uint64{}}
}

// add records a claim; a node's newest claim about a seal counts: one that had replayed its log may state another.
func (b *rootBook) add(r Root) {
	b.mu.Lock()
	defer b.mu.Unlock()
	k := sealKey{r.Batch, r.Index}
	claims := b.seals[k]
	if claims == nil {
		claims = map[string]Root{}
		b.seals[k] = claims
		b.order = append(b.order, k)
		at, _ := slices.BinarySearch(b.indices[k.batch], k.index)
		b.indices[k.batch] = slices.Insert(b.indices[k.batch], at, k.index)
		if len(b.order) > keptSeals {
			b.forget(b.order[0])
			b.order = b.order[1:]
		}
	}
	claims[r.Node] = r
}

// forget removes a seal; mu is held.
func (b *rootBook) forget(k sealKey) {
	delete(b.seals, k)
	left := slices.DeleteFunc(b.indices[k.batch], func(index uint64) bool { return index == k.index })
	if b.indices[k.batch] = left; len(left) == 0 {
		delete(b.indices, k.batch)
	}
}

// newest returns the claims about the newest seal of a batch, by node; nil if none is kept.
func (b *rootBook) newest(batch uint64) map[string]Root {
	b.mu.Lock()
	defer b.mu.Unlock()
	indices := b.indices[batch]
	if len(indices) == 0 {
		return nil
	}
	return maps.Clone(b.seals[sealKey{batch, indices[len(indices)-1]}])
}

func (b *rootBook) get(k sealKey, node string) (Root, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	r, ok := b.seals[k][node]
	return r, ok
}

// judge counts the voters' claims about a seal.
func (b *rootBook) judge(k sealKey, voters []string) (v verdict, majority claim, minority []Root) {
	b.mu.Lock()
	defer b.mu.Unlock()
	counts := map[claim]int{}
	reported, largest := 0, 0
	for _, id := range voters {
		r, ok := b.seals[k][id]
		if !ok {
			continue
		}
		reported++
		counts[r.claim()]++
		if c := counts[r.claim()]; c > largest {
			largest, majority = c, r.claim()
		}
	}
	quorum := len(voters)/2 + 1
	if largest+len(voters)-reported < quorum {
		return noMajority, claim{}, nil
	}
	if largest < quorum {
		return undecided, claim{}, nil
	}
	for _, id := range voters {
		if r, ok := b.seals[k][id]; ok && r.claim() != majority {
			minority = append(minority, r)
		}
	}
	return agreed, majority, minority
}

// Roots returns the claims about the newest seal of a batch, by node; nil if none is kept. The map belongs to the caller.
func (n *Node) Roots(batch uint64) map[string]Root { return n.roots.newest(batch) }

// MajorityRoot returns the root that a majority of the voters stated for the
// newest seal of a batch, if there is one.
func (n *Node) MajorityRoot(batch uint64) (Root, bool) {
	for _, r := range n.Roots(batch) {
		v, majority, _ := n.roots.judge(sealKey{r.Batch, r.Index}, n.voters())
		if v == agreed && r.claim() == majority {
			return r, true
		}
	}
	return Root{}, false
}

// feedRoots takes this replica's seals to the book and to every peer: first those of the state it began with, because a
// majority that restarts together has forgotten whatever the cursor did not record yet.
func (n *Node) feedRoots() {
	for _, s := range n.machine.Unfinalized() {
		n.state(s)
	}
	for {
		select {
		case s := <-n.cfg.Seals.ch:
			n.state(s)
		case <-n.done:
			return
		}
	}
}

// state makes a seal this replica's claim.
func (n *Node) state(s fsm.SealInfo) {
	r := Root{
		Node: n.cfg.NodeID, Lineage: s.Lineage, Index: s.Index, Batch: s.Batch,
		Root: s.Root, Digest: s.Digest, HeaderHash: s.HeaderHash,
	}
	if n.cfg.Seams.MutateRoot != nil {
		n.cfg.Seams.MutateRoot(&r)
	}
	n.roots.add(r)
	n.weigh(sealKey{r.Batch, r.Index})
	n.offerRoot(r)
}

// offer queues r and drops the oldest if the queue is full.
func offer(q chan Root, r Root) {
	for {
		select {
		case q <- r:
			return
		default:
		}
		select {
		case <-q:
		default:
		}
	}
}

// pushRoots sends claims to one peer until it took each, or newer ones pushed
// the claim out of the queue.
func (n *Node) pushRoots(ctx context.Context, id string, q chan Root) {
	for {
		var r Root
		select {
		case r = <-q:
		case <-ctx.Done():
			return
		}
		for ctx.Err() == nil && n.pushRoot(ctx, id, r) != nil && len(q) < cap(q) {
			sleep(ctx, pushBackoff)
		}
	}
}

func (n *Node) pushRoot(ctx context.Context, id string, r Root) error {
	client, err := n.peers.client(id)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, pushTimeout)
	defer cancel()
	resp, err := client.ReportRoot(ctx, &peerv1.ReportRootRequest{Root: r.proto()})
	if err != nil {
		return err
	}
	if theirs := resp.GetRoot(); theirs != nil {
		return n.takeRoot(theirs, id)
	}
	return nil
}

// takeRoot records a peer's claim about a seal of our lineage.
func (n *Node) takeRoot(p *peerv1.Root, from string) error {
	r, err := rootFromProto(p)
	if err != nil {
		return err
	}
	if _, member := n.book.peer(r.Node); !member || r.Node == n.cfg.NodeID || (from != "" && from != r.Node) {
		return fmt.Errorf("cluster: %q may not state a root for %q", from, r.Node)
	}
	if ours := n.machine.Position().Lineage; ours != ([16]byte{}) && ours != r.Lineage {
		return &ForeignError{
			Where: "peer " + r.Node, What: "lineage",
			Ours: hex.EncodeToString(ours[:]), Theirs: hex.EncodeToString(r.Lineage[:]),
		}
	}
	n.roots.add(r)
	n.weigh(sealKey{r.Batch, r.Index})
	return nil
}

// ReportRoot serves the peer service.
func (s *peerServer) ReportRoot(_ context.Context, req *peerv1.ReportRootRequest) (*peerv1.ReportRootResponse, error) {
	if req.GetRoot() == nil {
		return nil, status.Error(codes.InvalidArgument, "cluster: a report without a root")
	}
	if err := s.node.takeRoot(req.GetRoot(), ""); err != nil {
		return nil, status.Error(codes.FailedPrecondition, err.Error())
	}
	resp := &peerv1.ReportRootResponse{}
	k := sealKey{req.GetRoot().GetBatch(), req.GetRoot().GetIndex()}
	if ours, ok := s.node.roots.get(k, s.node.cfg.NodeID); ok {
		resp.Root = ours.proto()
	}
	return resp, nil
}

// weigh judges one seal and acts on it.
func (n *Node) weigh(k sealKey) {
	v, majority, minority := n.roots.judge(k, n.voters())
	switch v {
	case undecided:
	case noMajority:
		n.logger.Error("replicas' roots have no majority", slog.Uint64("batch", k.batch), slog.Uint64("index", k.index))
		n.once(fmt.Sprintf("halt %d/%d", k.batch, k.index), func() { n.haltNoMajority(k) })
	case agreed:
		for _, r := range minority {
			if r.Node == n.cfg.NodeID {
				n.once("quarantine", func() { n.quarantineSelf(r, majority) })
			} else {
				n.once("quarantine "+r.Node, func() { n.recordQuarantine(r, majority) })
			}
		}
	}
}

// weighAll judges every seal again; a new leader acts on what it only watched.
func (n *Node) weighAll() {
	n.roots.mu.Lock()
	keys := slices.Clone(n.roots.order)
	n.roots.mu.Unlock()
	for _, k := range keys {
		n.weigh(k)
	}
}

// once runs fn in a goroutine, the first time that what is named.
func (n *Node) once(what string, fn func()) {
	n.mu.Lock()
	again := n.acted[what]
	n.acted[what] = true
	n.mu.Unlock()
	if !again {
		n.spawn(fn)
	}
}

// haltNoMajority halts intake and anchoring, whoever leads. It goes on until a
// leader has done it, because no replica can be trusted more than another.
func (n *Node) haltNoMajority(k sealKey) {
	for n.life.Err() == nil {
		if n.accepting() {
			h := command.Halt{
				Scope:  command.ScopeIntake | command.ScopeAnchoring,
				Reason: fmt.Sprintf("replicas state different roots for batch %d and none has a majority", k.batch),
				Exit:   "find the correct replica by replaying the archive, restart the others with an empty directory, then resume",
				TimeMs: time.Now().UnixMilli(),
			}
			ctx, cancel := context.WithTimeout(n.life, n.cfg.EnqueueTimeout)
			result, err := n.propose(ctx, command.TypeHalt, h.Append(nil))
			cancel()
			if err == nil && result.Err == nil {
				return
			}
		}
		if n.raft.State() != raft.Leader {
			if _, id := n.raft.LeaderWithID(); id != "" {
				n.forget(fmt.Sprintf("halt %d/%d", k.batch, k.index))
				return // the leader has the same claims, or will have
			}
		}
		sleep(n.life, pushBackoff)
	}
}

func (n *Node) forget(what string) {
	n.mu.Lock()
	delete(n.acted, what)
	n.mu.Unlock()
}

// recordQuarantine makes the leader put a minority replica on record.
func (n *Node) recordQuarantine(r Root, majority claim) {
	if !n.accepting() {
		n.forget("quarantine " + r.Node)
		return
	}
	evidence := bytes.Join([][]byte{r.Root[:], r.Digest[:], r.HeaderHash[:], majority.root[:], majority.digest[:], majority.header[:]}, nil)
	q := command.Quarantine{Node: r.Node, Batch: r.Batch, Evidence: evidence, TimeMs: time.Now().UnixMilli()}
	ctx, cancel := context.WithTimeout(n.life, n.cfg.EnqueueTimeout)
	defer cancel()
	result, err := n.propose(ctx, command.TypeQuarantine, q.Append(nil))
	if err == nil {
		err = result.Err
	}
	if err != nil {
		n.logger.Error("quarantine not recorded", slog.String("replica", r.Node), slog.Any("error", err))
		n.forget("quarantine " + r.Node)
	}
}

// quarantineSelf takes this replica out: no more writes, leadership handed
// over, the directory marked, then the end of the process.
func (n *Node) quarantineSelf(r Root, majority claim) {
	n.quarantined.Store(true)
	q := &QuarantinedError{Batch: r.Batch, Root: hex.EncodeToString(r.Root[:]), Majority: hex.EncodeToString(majority.root[:])}
	if n.dir != nil {
		q.Dir = n.dir.path
	}
	n.logger.Error("this replica is in the minority", slog.Uint64("batch", r.Batch),
		slog.String("root", q.Root), slog.String("majority", q.Majority))
	if n.raft.State() == raft.Leader {
		ctx, cancel := context.WithTimeout(n.life, handoverLimit)
		if err := n.TransferLeadership(ctx, n.someoneIn(sealKey{r.Batch, r.Index}, majority)); err != nil {
			n.logger.Error("leadership not handed over", slog.Any("error", err))
		}
		cancel()
	}
	if err := n.dir.quarantine(q); err != nil {
		n.logger.Error("quarantine not written", slog.Any("error", err))
	}
	n.fatal(q)
}

// someoneIn returns a voter of the majority.
func (n *Node) someoneIn(k sealKey, majority claim) string {
	for _, id := range n.voters() {
		if r, ok := n.roots.get(k, id); ok && id != n.cfg.NodeID && r.claim() == majority {
			return id
		}
	}
	return ""
}
