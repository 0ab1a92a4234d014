package fsm

import (
	"fmt"
	"slices"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/fsm/session"
	"github.com/holdfast-rollup/holdfast/fsm/state"
)

// A command either happens whole or is refused with a typed error in its result
// and changes nothing. An error returned from here poisons the machine.

// command applies one frame.
func (m *Machine) command(frame []byte, result *Result) error {
	kind, body, err := command.DecodeFrame(frame)
	if err != nil {
		return fmt.Errorf("decode committed frame: %w", err)
	}
	switch kind {
	case command.TypeEntry:
		return m.applyEntry(body, result)
	case command.TypeTermMarker:
		marker, err := command.DecodeTermMarker(body)
		m.r.clampIf(err, marker.TimeMs)
		return err
	case command.TypeGenesis:
		return decoded(body, command.DecodeGenesis, func(c command.Genesis) error { return m.applyGenesis(c, result) })
	case command.TypeSeal:
		return decoded(body, command.DecodeSeal, func(c command.Seal) error { return m.applySeal(c, result) })
	case command.TypeCut:
		return decoded(body, command.DecodeCut, func(c command.Cut) error { return m.applyCut(c, true, result) })
	case command.TypeCredit:
		return decoded(body, command.DecodeCredit, func(c command.Credit) error { return m.applyCredit(c, result) })
	case command.TypeAdopt:
		return decoded(body, command.DecodeAdopt, func(c command.Adopt) error { return m.applyAdopt(c, result) })
	case command.TypeSessionOpen:
		return decoded(body, command.DecodeSessionOpen, func(c command.SessionOpen) error { return m.applySessionOpen(c, result) })
	case command.TypeSessionClose:
		return decoded(body, command.DecodeSessionClose, func(c command.SessionClose) error {
			m.r.clamp(c.TimeMs)
			result.Err = m.r.sessions.Close(c.Session, m.r.clockMs)
			return nil
		})
	case command.TypeCursor:
		return decoded(body, cursor.DecodeEvent, func(ev cursor.Event) error { return m.applyCursor(ev, result) })
	case command.TypeRollback:
		return decoded(body, command.DecodeRollback, func(c command.Rollback) error { return m.applyRollback(c, result) })
	case command.TypeHalt:
		return decoded(body, command.DecodeHalt, func(c command.Halt) error { return m.applyHalt(c) })
	case command.TypeResume:
		return decoded(body, command.DecodeResume, func(c command.Resume) error { return m.applyResume(c, result) })
	case command.TypeQuarantine:
		return decoded(body, command.DecodeQuarantine, func(c command.Quarantine) error {
			m.r.clamp(c.TimeMs)
			result.Err = m.r.cursor.Quarantine(c.Node, c.Batch, c.Evidence, m.r.at())
			return nil
		})
	case command.TypeEpoch:
		return decoded(body, command.DecodeEpoch, func(c command.Epoch) error { return m.applyEpoch(c, result) })
	case command.TypeActivate:
		return decoded(body, command.DecodeActivate, func(c command.Activate) error { return m.applyActivate(c, result) })
	}
	return &command.TypeError{Got: kind}
}

// decoded decodes a body and hands it on; what does not decode is fatal.
func decoded[T any](body []byte, decode func([]byte) (T, error), then func(T) error) error {
	c, err := decode(body)
	if err != nil {
		return err
	}
	return then(c)
}

func (r *replica) clampIf(err error, timeMs int64) {
	if err == nil {
		r.clamp(timeMs)
	}
}

func (m *Machine) applyEntry(body []byte, result *Result) error {
	if err := m.decoder.Entry(body, &m.entry, batch.DefaultLimits()); err != nil {
		return fmt.Errorf("decode committed entry: %w", err)
	}
	r := m.r
	m.stats.Entries.Add(1)
	if !r.hasGenesis() {
		result.Err = ErrNoLineage
		return nil
	}
	r.clamp(m.entry.TimeMs)
	for _, ack := range m.entry.Acks {
		r.sessions.Ack(ack.Session, ack.Low, r.clockMs)
	}
	result.Receipts = make([]session.Receipt, len(m.entry.Submissions))
	halted := r.cursor.Halted(cursor.ScopeIntake)
	traded := 0
	for i := range m.entry.Submissions {
		receipt := &result.Receipts[i]
		if err := m.applySubmission(&m.entry.Submissions[i], halted, receipt); err != nil {
			return err
		}
		if receipt.Status == session.Executed {
			traded += len(receipt.Fills)
		}
	}
	r.cursor.SetApplied(r.store.Counters().Sequence)
	if traded > 0 {
		m.effects.events = append(m.effects.events, fillsOf(result.Receipts, traded))
	}
	return r.store.Err()
}

// fillsOf gathers the fills of what took effect now.
func fillsOf(receipts []session.Receipt, count int) Fills {
	fills := make([]state.Fill, 0, count)
	for i := range receipts {
		if receipts[i].Status == session.Executed {
			fills = append(fills, receipts[i].Fills...)
		}
	}
	return Fills{Fills: fills}
}

// applySubmission gives the receipt of one submission: its first one, or a new one.
func (m *Machine) applySubmission(s *command.Submission, halted bool, receipt *session.Receipt) error {
	r := m.r
	m.stats.Submissions.Add(1)
	answer, execute := r.sessions.Check(s.Session, s.Sequence, r.clockMs)
	if !execute {
		if answer.Status == session.Duplicate {
			m.stats.Duplicates.Add(1)
		} else {
			m.stats.Refused.Add(1)
		}
		*receipt = answer
		return nil
	}
	if halted || len(r.open.transitions) >= MaxOpenTransitions {
		m.stats.Refused.Add(1)
		answer.Status = session.Halted
		*receipt = answer
		return nil
	}
	before := len(r.open.transitions)
	receipt.Session, receipt.Sequence, receipt.Status = s.Session, s.Sequence, session.Executed
	receipt.Index, receipt.Batch = r.index, r.openNumber()
	if s.Transition.Kind == command.Deposit { // they come from the L1 queue alone (Credit)
		receipt.Code = state.NotSubmittable
	} else {
		m.fills.lend(&receipt.Receipt)
		r.open.transitions = state.Apply(r.store, &s.Transition, &receipt.Receipt, r.open.transitions)
		m.fills.settle(&receipt.Receipt)
	}
	if err := r.store.Err(); err != nil {
		return fmt.Errorf("apply session %d, sequence %d: %w", s.Session, s.Sequence, err)
	}
	if len(r.open.transitions) > before {
		m.stats.Accepted.Add(1)
		if before == 0 {
			r.open.firstTimeMs = r.clockMs
		}
		if s.Transition.Kind == command.ImportAccount {
			r.addresses.add(s.Transition.Address, s.Transition.Account)
		}
	} else {
		m.stats.Rejected.Add(1)
	}
	r.open.addOrigin(s.Session, s.Sequence)
	r.sessions.Record(*receipt)
	return nil
}

// fillSlab is memory for receipts' fills, so that few receipts take one each. A
// chunk is short, because a receipt that is kept keeps all of it.
type fillSlab struct{ free []state.Fill }

const fillChunk = 32

// lend gives a receipt room for its fills; beyond it they move to memory of their own.
func (f *fillSlab) lend(r *state.Receipt) {
	if cap(f.free) < fillChunk/8 {
		f.free = make([]state.Fill, 0, fillChunk)
	}
	r.Fills = f.free
}

// settle takes back what the receipt does not use.
func (f *fillSlab) settle(r *state.Receipt) {
	switch n := len(r.Fills); {
	case n == 0:
		r.Fills = nil
	case n <= cap(f.free):
		f.free = r.Fills[n:]
		r.Fills = r.Fills[:n:n]
	}
}

// joinOrigins is at which lengths the open batch's origins are joined.
const joinOrigins = 1 << 17

// addOrigin notes that a submission took effect. A session's run is extended if it
// is among the last few that were touched. Rejections count and an empty batch is
// not sealed, so runs are joined now and then: to one for each session, because a
// session's sequence has no gaps. When depends on their number alone, which is
// replicated.
func (o *openBatch) addOrigin(id, sequence uint64) {
	const lookBack = 16
	for i := len(o.origins) - 1; i >= max(0, len(o.origins)-lookBack); i-- {
		if last := &o.origins[i]; last.Session == id && last.To+1 == sequence {
			last.To = sequence
			return
		}
	}
	o.origins = append(o.origins, Origin{Session: id, From: sequence, To: sequence})
	if len(o.origins)%joinOrigins == 0 {
		o.origins = sortedOrigins(o.origins)
	}
}

// sortedOrigins sorts by session and sequence and joins runs that touch.
func sortedOrigins(origins []Origin) []Origin {
	sorted := slices.Clone(origins)
	slices.SortFunc(sorted, compareOrigin)
	out := sorted[:0]
	for _, o := range sorted {
		if k := len(out) - 1; k >= 0 && out[k].Session == o.Session && out[k].To+1 == o.From {
			out[k].To = o.To
		} else {
			out = append(out, o)
		}
	}
	return slices.Clip(out)
}

func compareOrigin(a, b Origin) int {
	switch {
	case a.Session < b.Session, a.Session == b.Session && a.From < b.From:
		return -1
	case a == b:
		return 0
	default:
		return 1
	}
}

func (m *Machine) applyGenesis(c command.Genesis, result *Result) error {
	r := m.r
	if r.hasGenesis() {
		result.Err = fmt.Errorf("lineage %x: %w", r.genesis.Lineage, ErrLineageExists)
		return nil
	}
	if result.Err = wellFormed(&c); result.Err != nil {
		return nil //nolint:nilerr // the refusal stands in the result
	}
	return r.begin(c)
}

func (m *Machine) applySessionOpen(c command.SessionOpen, result *Result) error {
	r := m.r
	if !r.hasGenesis() {
		result.Err = ErrNoLineage
		return nil
	}
	r.clamp(c.TimeMs)
	result.Session, result.Err = r.sessions.Open(c.Nonce, c.Owner, r.clockMs)
	return nil
}

func (m *Machine) applyCursor(ev cursor.Event, result *Result) error {
	r := m.r
	m.stats.CursorEvents.Add(1)
	before, halts := r.cursor.Heads(), len(r.cursor.Halts())
	result.Err = r.cursor.Apply(ev, r.at())
	if result.Err != nil {
		m.stats.IllegalEvents.Add(1)
		return nil //nolint:nilerr // the refusal stands in the result
	}
	m.effects.events = append(m.effects.events, Recorded{Fact: ev})
	if r.cursor.Heads() != before {
		r.retain()
	}
	if len(r.cursor.Halts()) != halts {
		m.effects.events = append(m.effects.events, Halted{Halts: r.cursor.Halts()})
	}
	switch ev := ev.(type) {
	case cursor.L1Reorg:
		return m.giveBackOrphans(ev)
	case cursor.RevertedAcked:
		r.releaseReverted()
	}
	return nil
}

func (m *Machine) applyHalt(c command.Halt) error {
	m.r.clamp(c.TimeMs)
	m.r.cursor.Halt(c.Scope, c.Reason, c.Exit, m.r.at())
	m.effects.events = append(m.effects.events, Halted{Halts: m.r.cursor.Halts()})
	return nil
}

func (m *Machine) applyResume(c command.Resume, result *Result) error {
	m.r.clamp(c.TimeMs)
	result.Err = m.r.cursor.Resume(c.Scope, c.Reason, m.r.at())
	if result.Err == nil {
		m.effects.events = append(m.effects.events, Halted{Halts: m.r.cursor.Halts()})
	}
	return nil
}

// applyEpoch chooses the next anchor epoch. A proposer that named a counter gets
// that one or is refused: somebody else was faster.
func (m *Machine) applyEpoch(c command.Epoch, result *Result) error {
	r := m.r
	if !r.hasGenesis() {
		result.Err = ErrNoLineage
		return nil
	}
	next := max(r.cursor.Epoch().Counter, c.ContractCounter) + 1
	if c.Counter != 0 && c.Counter != next {
		result.Err = fmt.Errorf("asked for %d, next is %d: %w", c.Counter, next, ErrStaleEpoch)
		return nil
	}
	r.clamp(c.TimeMs)
	result.Epoch, result.Err = r.cursor.NewEpoch(c.ContractCounter, c.L1Block, c.L1Hash, r.at())
	return nil
}

// applyActivate schedules a program version and raises the minimum version. No
// batch is executed under two versions. A replica that is older than the new
// minimum cannot go on.
func (m *Machine) applyActivate(c command.Activate, result *Result) error {
	r := m.r
	last := r.programVersion(^uint64(0))
	first := r.openNumber() // that it can be for
	if len(r.open.transitions) > 0 {
		first++
	}
	if !r.hasGenesis() || c.MinVersion < r.minVersion || c.AtBatch < first || c.ProgramVersion < last ||
		len(r.activations) > 0 && c.AtBatch <= r.activations[len(r.activations)-1].AtBatch {
		result.Err = fmt.Errorf("minimum %d, program %d at batch %d: %w", c.MinVersion, c.ProgramVersion, c.AtBatch, ErrActivation)
		return nil
	}
	r.clamp(c.TimeMs)
	r.minVersion = c.MinVersion
	r.activations = append(slices.Clip(r.activations), c)
	r.cursor.Activation(c.AtBatch, fmt.Sprintf("minimum version %d, program version %d", c.MinVersion, c.ProgramVersion), r.at())
	if c.MinVersion > Version {
		return fmt.Errorf("minimum %d, this binary %d: %w", c.MinVersion, Version, ErrMinVersion)
	}
	return nil
}
