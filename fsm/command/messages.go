package command

// Field order in each Append is the byte layout; Decode mirrors it. Whoever
// fills these structs from outside checks the limits first (doc.go).

import "fmt"

// Limits of variable fields, in bytes.
const (
	MaxNode     = 255     // node names, session owners
	MaxReason   = 1024    // Reason, Exit
	MaxEvidence = 1 << 20 // Evidence
)

// Scope is the set of duties that Halt stops and Resume starts.
type Scope uint8

// The scopes; they may be combined.
const (
	ScopeIntake    Scope = 1
	ScopeAnchoring Scope = 2
)

func (s Scope) valid() bool { return s != 0 && s&^(ScopeIntake|ScopeAnchoring) == 0 }

// TermMarker is the first command of a new leader.
//
//	termHint u64 | node string | time i64
type TermMarker struct {
	TermHint uint64
	Node     string
	TimeMs   int64
}

// Append appends the encoding.
func (m TermMarker) Append(dst []byte) []byte {
	w := Writer{Buf: dst}
	w.U64(m.TermHint)
	w.String(m.Node, MaxNode)
	w.I64(m.TimeMs)
	return w.Buf
}

// DecodeTermMarker decodes a TypeTermMarker body.
func DecodeTermMarker(body []byte) (TermMarker, error) {
	r := NewReader(body)
	m := TermMarker{TermHint: r.U64(), Node: r.String(MaxNode), TimeMs: r.I64()}
	return m, done(r, TypeTermMarker)
}

// Limits bound what is replicated outside the root, and how much of the past is
// kept. They decide replicated state, so they belong to a lineage and not to a
// replica's configuration. A zero bound is no limit at all but a mistake.
//
//	sessionInFlight u32 | sessions u32 | sessionExpiry i64 | recentVersions u32 | retainedBytes u64
type Limits struct {
	SessionInFlight uint32 // unacknowledged receipts of one session
	Sessions        uint32 // open sessions
	SessionExpiryMs int64  // idle time by the log's clock after which a session is gone
	RecentVersions  uint32 // newest versions and payloads that are always kept
	RetainedBytes   uint64 // payload bytes above which committed batches' payloads go
}

// DefaultLimits are what a genesis takes that was given none.
func DefaultLimits() Limits {
	return Limits{
		SessionInFlight: 1 << 13, Sessions: 1 << 14, SessionExpiryMs: 24 * 60 * 60 * 1000,
		RecentVersions: 16, RetainedBytes: 1 << 30,
	}
}

// Complete reports whether every bound is set.
func (l Limits) Complete() bool {
	return l.SessionInFlight > 0 && l.Sessions > 0 && l.SessionExpiryMs > 0 && l.RecentVersions > 0 && l.RetainedBytes > 0
}

func (l Limits) write(w *Writer) {
	w.U32(l.SessionInFlight)
	w.U32(l.Sessions)
	w.I64(l.SessionExpiryMs)
	w.U32(l.RecentVersions)
	w.U64(l.RetainedBytes)
}

func readLimits(r *Reader) Limits {
	return Limits{
		SessionInFlight: r.U32(), Sessions: r.U32(), SessionExpiryMs: r.I64(), RecentVersions: r.U32(), RetainedBytes: r.U64(),
	}
}

// Genesis names a lineage, what it anchors to, and the limits that rule it.
//
//	lineage 16 | chainID u64 | contract 20 | programVersion u32 | payloadKind u8 | limits 28 | depositDepth u32 | time i64
type Genesis struct {
	Lineage        [16]byte
	ChainID        uint64
	Contract       Address
	ProgramVersion uint32
	PayloadKind    uint8
	Limits         Limits
	// DepositDepth is how many blocks must follow a deposit's on L1 before it is
	// credited; 0: once its block is finalized, which no reorganization takes back.
	DepositDepth uint32
	TimeMs       int64
}

// Append appends the encoding.
func (g Genesis) Append(dst []byte) []byte {
	w := Writer{Buf: dst}
	w.Fixed(g.Lineage[:])
	w.U64(g.ChainID)
	w.Fixed(g.Contract[:])
	w.U32(g.ProgramVersion)
	w.U8(g.PayloadKind)
	g.Limits.write(&w)
	w.U32(g.DepositDepth)
	w.I64(g.TimeMs)
	return w.Buf
}

// DecodeGenesis decodes a TypeGenesis body.
func DecodeGenesis(body []byte) (Genesis, error) {
	r := NewReader(body)
	var g Genesis
	r.Fixed(g.Lineage[:])
	g.ChainID = r.U64()
	r.Fixed(g.Contract[:])
	g.ProgramVersion, g.PayloadKind = r.U32(), r.U8()
	g.Limits = readLimits(r)
	g.DepositDepth = r.U32()
	g.TimeMs = r.I64()
	return g, done(r, TypeGenesis)
}

// Cut closes the open batch as batch Number: what comes after it belongs to the
// next one. The batch's version, payload and header are made beside the commands
// that follow, and its Seal makes them known.
//
//	number u64 | time i64 | programVersion u32
type Cut struct {
	Number         uint64
	TimeMs         int64 // the header's time of sealing
	ProgramVersion uint32
}

// Append appends the encoding.
func (c Cut) Append(dst []byte) []byte { return Seal(c).Append(dst) }

// DecodeCut decodes a TypeCut body.
func DecodeCut(body []byte) (Cut, error) {
	s, err := decodeSeal(body, TypeCut)
	return Cut(s), err
}

// Seal ends the sealing of batch Number: its header is known from here on. If the
// batch was not cut before, Seal does that too.
//
//	number u64 | time i64 | programVersion u32
type Seal struct {
	Number         uint64
	TimeMs         int64
	ProgramVersion uint32
}

// Append appends the encoding.
func (s Seal) Append(dst []byte) []byte {
	w := Writer{Buf: dst}
	w.U64(s.Number)
	w.I64(s.TimeMs)
	w.U32(s.ProgramVersion)
	return w.Buf
}

// DecodeSeal decodes a TypeSeal body.
func DecodeSeal(body []byte) (Seal, error) { return decodeSeal(body, TypeSeal) }

func decodeSeal(body []byte, t Type) (Seal, error) {
	r := NewReader(body)
	s := Seal{Number: r.U64(), TimeMs: r.I64(), ProgramVersion: r.U32()}
	return s, done(r, t)
}

// MaxCredit is how many deposits one Credit may name.
const MaxCredit = 256

// Credit has the entries From to To, half-open, of the L1 queue credited. What they
// are stands in the cursor's record of the queue: the command names them and
// states nothing about them, so that nobody can invent a deposit.
//
//	from u64 | to u64 | time i64
type Credit struct {
	From, To uint64
	TimeMs   int64
}

// Append appends the encoding.
func (c Credit) Append(dst []byte) []byte {
	w := Writer{Buf: dst}
	w.U64(c.From)
	w.U64(c.To)
	w.I64(c.TimeMs)
	return w.Buf
}

// DecodeCredit decodes a TypeCredit body.
func DecodeCredit(body []byte) (Credit, error) {
	r := NewReader(body)
	c := Credit{From: r.U64(), To: r.U64(), TimeMs: r.I64()}
	if r.Err() == nil && (c.From >= c.To || c.To-c.From > MaxCredit) {
		r.Fail(ErrValue)
	}
	return c, done(r, TypeCredit)
}

// SessionOpen opens a session. Nonce makes a retried open find the first.
//
//	nonce 16 | owner string | time i64
type SessionOpen struct {
	Nonce  [16]byte
	Owner  string
	TimeMs int64
}

// Append appends the encoding.
func (s SessionOpen) Append(dst []byte) []byte {
	w := Writer{Buf: dst}
	w.Fixed(s.Nonce[:])
	w.String(s.Owner, MaxNode)
	w.I64(s.TimeMs)
	return w.Buf
}

// DecodeSessionOpen decodes a TypeSessionOpen body.
func DecodeSessionOpen(body []byte) (SessionOpen, error) {
	r := NewReader(body)
	var s SessionOpen
	r.Fixed(s.Nonce[:])
	s.Owner, s.TimeMs = r.String(MaxNode), r.I64()
	return s, done(r, TypeSessionOpen)
}

// SessionClose closes a session.
//
//	session u64 | time i64
type SessionClose struct {
	Session uint64
	TimeMs  int64
}

// Append appends the encoding.
func (s SessionClose) Append(dst []byte) []byte {
	w := Writer{Buf: dst}
	w.U64(s.Session)
	w.I64(s.TimeMs)
	return w.Buf
}

// DecodeSessionClose decodes a TypeSessionClose body.
func DecodeSessionClose(body []byte) (SessionClose, error) {
	r := NewReader(body)
	s := SessionClose{Session: r.U64(), TimeMs: r.I64()}
	return s, done(r, TypeSessionClose)
}

// Rollback takes the state back to the end of batch ToBatch.
//
//	toBatch u64 | reason string | evidence bytes | time i64
type Rollback struct {
	ToBatch  uint64
	Reason   string
	Evidence []byte
	TimeMs   int64
}

// Append appends the encoding.
func (b Rollback) Append(dst []byte) []byte {
	w := Writer{Buf: dst}
	w.U64(b.ToBatch)
	w.String(b.Reason, MaxReason)
	w.Bytes(b.Evidence, MaxEvidence)
	w.I64(b.TimeMs)
	return w.Buf
}

// DecodeRollback decodes a TypeRollback body. Evidence points into it.
func DecodeRollback(body []byte) (Rollback, error) {
	r := NewReader(body)
	b := Rollback{ToBatch: r.U64(), Reason: r.String(MaxReason), Evidence: r.Bytes(MaxEvidence), TimeMs: r.I64()}
	return b, done(r, TypeRollback)
}

// Halt stops intake, anchoring or both; Exit says what ends it.
//
//	scope u8 | reason string | exit string | time i64
type Halt struct {
	Scope        Scope
	Reason, Exit string
	TimeMs       int64
}

// Append appends the encoding.
func (h Halt) Append(dst []byte) []byte {
	w := Writer{Buf: dst}
	assertScope(h.Scope)
	w.U8(uint8(h.Scope))
	w.String(h.Reason, MaxReason)
	w.String(h.Exit, MaxReason)
	w.I64(h.TimeMs)
	return w.Buf
}

// DecodeHalt decodes a TypeHalt body.
func DecodeHalt(body []byte) (Halt, error) {
	r := NewReader(body)
	h := Halt{Scope: scope(r), Reason: r.String(MaxReason), Exit: r.String(MaxReason), TimeMs: r.I64()}
	return h, done(r, TypeHalt)
}

// Resume ends a Halt.
//
//	scope u8 | reason string | time i64
type Resume struct {
	Scope  Scope
	Reason string
	TimeMs int64
}

// Append appends the encoding.
func (s Resume) Append(dst []byte) []byte {
	w := Writer{Buf: dst}
	assertScope(s.Scope)
	w.U8(uint8(s.Scope))
	w.String(s.Reason, MaxReason)
	w.I64(s.TimeMs)
	return w.Buf
}

// DecodeResume decodes a TypeResume body.
func DecodeResume(body []byte) (Resume, error) {
	r := NewReader(body)
	s := Resume{Scope: scope(r), Reason: r.String(MaxReason), TimeMs: r.I64()}
	return s, done(r, TypeResume)
}

// Quarantine records that Node stated another root for Batch than the majority.
//
//	node string | batch u64 | evidence bytes | time i64
type Quarantine struct {
	Node     string
	Batch    uint64
	Evidence []byte
	TimeMs   int64
}

// Append appends the encoding.
func (q Quarantine) Append(dst []byte) []byte {
	w := Writer{Buf: dst}
	w.String(q.Node, MaxNode)
	w.U64(q.Batch)
	w.Bytes(q.Evidence, MaxEvidence)
	w.I64(q.TimeMs)
	return w.Buf
}

// DecodeQuarantine decodes a TypeQuarantine body. Evidence points into it.
func DecodeQuarantine(body []byte) (Quarantine, error) {
	r := NewReader(body)
	q := Quarantine{Node: r.String(MaxNode), Batch: r.U64(), Evidence: r.Bytes(MaxEvidence), TimeMs: r.I64()}
	return q, done(r, TypeQuarantine)
}

// Epoch sets the anchor epoch, with the contract's as evidence, read at an L1
// block.
//
//	counter u64 | contractCounter u64 | l1Block u64 | l1Hash 32 | time i64
type Epoch struct {
	Counter         uint64
	ContractCounter uint64
	L1Block         uint64
	L1Hash          [32]byte
	TimeMs          int64
}

// Append appends the encoding.
func (e Epoch) Append(dst []byte) []byte {
	w := Writer{Buf: dst}
	w.U64(e.Counter)
	w.U64(e.ContractCounter)
	w.U64(e.L1Block)
	w.Fixed(e.L1Hash[:])
	w.I64(e.TimeMs)
	return w.Buf
}

// DecodeEpoch decodes a TypeEpoch body.
func DecodeEpoch(body []byte) (Epoch, error) {
	r := NewReader(body)
	e := Epoch{Counter: r.U64(), ContractCounter: r.U64(), L1Block: r.U64()}
	r.Fixed(e.L1Hash[:])
	e.TimeMs = r.I64()
	return e, done(r, TypeEpoch)
}

// Activate raises the minimum version and switches the program version from
// batch AtBatch on.
//
//	minVersion u32 | programVersion u32 | atBatch u64 | time i64
type Activate struct {
	MinVersion     uint32
	ProgramVersion uint32
	AtBatch        uint64
	TimeMs         int64
}

// Append appends the encoding.
func (a Activate) Append(dst []byte) []byte {
	w := Writer{Buf: dst}
	w.U32(a.MinVersion)
	w.U32(a.ProgramVersion)
	w.U64(a.AtBatch)
	w.I64(a.TimeMs)
	return w.Buf
}

// DecodeActivate decodes a TypeActivate body.
func DecodeActivate(body []byte) (Activate, error) {
	r := NewReader(body)
	a := Activate{MinVersion: r.U32(), ProgramVersion: r.U32(), AtBatch: r.U64(), TimeMs: r.I64()}
	return a, done(r, TypeActivate)
}

func assertScope(s Scope) {
	if !s.valid() {
		panic(fmt.Sprintf("command: scope %d is none", uint8(s)))
	}
}

func scope(r *Reader) Scope {
	s := Scope(r.U8())
	if r.Err() == nil && !s.valid() {
		r.Fail(ErrValue)
	}
	return s
}

func done(r *Reader, t Type) error {
	if err := r.Done(); err != nil {
		return fmt.Errorf("decode %s: %w", t, err)
	}
	return nil
}
