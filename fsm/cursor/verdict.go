package cursor

import "slices"

// A verdict is about a pair of layers and replaces the one before; since when its finding stands, and since when it says
// just this, goes with it through snapshots, restarts and failovers. What no waiting heals is never mixed with what may.

// Pair names the two layers that a verdict compares.
type Pair uint8

// Pairs of layers.
const (
	LocalZKVM Pair = 1 + iota
	LocalDA
	LocalL1
	L1DA     // what L1 names as a payload against what is there
	Replicas // the replicas' roots against each other
	Audit    // what the leader recorded of L1 against what the other replicas' endpoints show
)

// Finding is what a comparison of two layers found.
type Finding uint8

// Findings of the checker (layers.md, consistency and finality).
const (
	Consistent Finding = 1 + iota
	Lagging
	Stalled
	Missing
	Divergent
	Foreign
	Reverted
	Unknown
)

// Cause says what a finding rests on.
type Cause uint8

// Causes. Those before CauseWrongBytes may go by themselves.
const (
	CauseNone          Cause = 1 + iota // nothing is wrong
	CauseLag                            // a head is behind
	CauseUnreachable                    // a layer or a provider did not answer
	CauseMoving                         // the chain moved while it was read, or an endpoint is behind
	CauseBehind                         // the replica has not applied what another layer shows
	CauseAbsent                         // every provider answered and none has the payload, yet
	CauseWrongBytes                     // a provider holds other bytes under the payload's name
	CauseContradiction                  // two statements about the same batch or block
	CauseWithdrawn                      // L1 took a batch back
)

// Fatal says whether no waiting heals it.
func (c Cause) Fatal() bool { return c >= CauseWrongBytes }

// Verdict is what the checker found for a pair of layers. CauseNone goes with Consistent alone; Divergent, Foreign and
// Reverted have a fatal cause.
type Verdict struct {
	Pair    Pair
	Batch   uint64
	Finding Finding
	Cause   Cause
	Detail  string
}

// VerdictRecord is the last verdict for a pair of layers.
type VerdictRecord struct {
	Verdict
	// FirstIndex and FirstMs are when the pair was first found so, without another finding since.
	FirstIndex uint64
	FirstMs    int64
	// Index and TimeMs are when the verdict last changed.
	Index  uint64
	TimeMs int64
}

func (p Pair) String() string {
	return nameFrom([]string{"", "local_zkvm", "local_da", "local_l1", "l1_da", "replicas", "audit"}, uint8(p))
}

func (f Finding) String() string {
	return nameFrom([]string{
		"", "consistent", "lagging", "stalled", "missing", "divergent", "foreign", "reverted", "unknown",
	}, uint8(f))
}

func (c Cause) String() string {
	return nameFrom([]string{
		"", "none", "lag", "unreachable", "moving", "behind", "absent", "wrong_bytes", "contradiction", "withdrawn",
	}, uint8(c))
}

// Stops says whether the finding means that two layers contradict each other: it is no lag, no silence, and no missing
// data, and somebody has to decide.
func (f Finding) Stops() bool { return f == Divergent || f == Foreign || f == Reverted }

// wellFormed says whether the parts of a verdict go together.
func (v *Verdict) wellFormed() bool {
	return v.Pair > 0 && v.Pair <= Audit && v.Finding > 0 && v.Finding <= Unknown && v.Cause > 0 && v.Cause <= CauseWithdrawn &&
		len(v.Detail) <= MaxText && (v.Finding == Consistent) == (v.Cause == CauseNone) && (v.Cause.Fatal() || !v.Finding.Stops())
}

// Verdicts returns the last verdict of each pair, sorted by pair.
func (c *Cursor) Verdicts() []VerdictRecord { return slices.Clone(c.verdicts) }

// LastVerdict returns the last verdict of a pair.
func (c *Cursor) LastVerdict(pair Pair) (VerdictRecord, bool) {
	for _, v := range c.verdicts {
		if v.Pair == pair {
			return v, true
		}
	}
	return VerdictRecord{}, false
}

func (c *Cursor) verdict(e Verdict, at Context) error {
	if !e.wellFormed() {
		return ErrMalformed
	}
	if v, ok := c.LastVerdict(e.Pair); ok && v.Verdict == e {
		return errRepeat
	}
	c.setVerdict(e, at)
	return nil
}

// setVerdict stores the pair's last verdict. Findings that stop anchoring do so
// here (layers.md: until reconciliation chooses); a first disagreement with the
// zkVM stops it by the head alone, because the batch is executed once more. Among
// replicas the majority is right and goes on (README invariant 1); where there is
// none, no intent is taken, and the cluster halts by itself. An audit is an alert:
// one replica's endpoint must not stop the others.
func (c *Cursor) setVerdict(v Verdict, at Context) {
	v.Detail = clip(v.Detail)
	rec := VerdictRecord{Verdict: v, FirstIndex: at.Index, FirstMs: at.TimeMs, Index: at.Index, TimeMs: at.TimeMs}
	i, known := slices.BinarySearchFunc(c.verdicts, v.Pair, func(r VerdictRecord, p Pair) int { return int(r.Pair) - int(p) })
	switch {
	case !known:
		c.verdicts = slices.Insert(c.verdicts, i, rec)
	case c.verdicts[i].Finding == v.Finding:
		rec.FirstIndex, rec.FirstMs = c.verdicts[i].FirstIndex, c.verdicts[i].FirstMs
		fallthrough
	default:
		c.verdicts[i] = rec
	}
	if !v.Finding.Stops() {
		return
	}
	c.note(at, AuditVerdict, v.Batch, v.Pair.String()+" "+v.Finding.String(), v.Detail)
	if v.Finding != Divergent || v.Pair == LocalDA || v.Pair == LocalL1 || v.Pair == L1DA {
		c.halt(ScopeAnchoring, v.Pair.String()+" "+v.Finding.String()+": "+v.Detail, v.Exit(), at)
	}
}

func (c *codec) verdictFields(e *Verdict) {
	enum(c, &e.Pair, Audit)
	c.uint(&e.Batch)
	enum(c, &e.Finding, Unknown)
	enum(c, &e.Cause, CauseWithdrawn)
	c.text(&e.Detail)
}

func (c *codec) verdictRecord(v *VerdictRecord) {
	c.verdictFields(&v.Verdict)
	c.uint(&v.FirstIndex)
	c.ms(&v.FirstMs)
	c.uint(&v.Index)
	c.ms(&v.TimeMs)
}

// verdictsWellFormed checks what the walk over the fields cannot: one verdict a pair, each with parts that go together
// and no change before its beginning.
func (c *Cursor) verdictsWellFormed() bool {
	for i := range c.verdicts {
		v := &c.verdicts[i]
		if !v.wellFormed() || v.Index < v.FirstIndex || i > 0 && c.verdicts[i-1].Pair >= v.Pair {
			return false
		}
	}
	return true
}
