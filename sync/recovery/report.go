package recovery

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"time"

	"github.com/holdfast-rollup/holdfast/cluster/durable"
)

// A report says what was done, of what, and what is lost; a plan is the same before.

// Stage is a part of a recovery.
type Stage string

// Stages, in their order.
const (
	StageAnchors    Stage = "anchors"    // reading L1's events
	StageCheckpoint Stage = "checkpoint" // loading the state that the replay begins at
	StageReplay     Stage = "replay"
	StageTakeOver   Stage = "take_over" // and its finality
	StageWrite      Stage = "write"     // the new data directory
	StageDone       Stage = "done"
)

// Progress is how far a recovery is.
type Progress struct {
	Stage       Stage  `json:"stage"`
	Done        uint64 `json:"done"`  // batches of the replay, blocks of the take-over, else bytes
	Total       uint64 `json:"total"` // 0 if it is not known
	Bytes       int64  `json:"bytes"` // read so far
	Transitions uint64 `json:"transitions"`
}

// Loss is what a recovery cannot bring back.
type Loss struct {
	// Basis is "evidence" (exact, as far as that node had come), "mark" (a bound, signed by the submitter) or "none"
	// (nobody can say).
	Basis string `json:"basis"`
	// Transitions that were accepted after the recovered state, as far as the basis says.
	Transitions   uint64 `json:"transitions"`
	FirstSequence uint64 `json:"first_sequence,omitempty"`
	LastSequence  uint64 `json:"last_sequence,omitempty"`
	Batches       uint64 `json:"batches"` // sealed after the recovered one
	AsOfMs        int64  `json:"as_of_ms,omitempty"`
	By            string `json:"by,omitempty"` // account that signed the mark
	Text          string `json:"text"`
}

// Refusal is something that was not used, and why.
type Refusal struct {
	What string `json:"what"`
	Why  string `json:"why"`
}

// Report of a plan or of a recovery.
type Report struct {
	Way       string `json:"way"` // "l1", "da", "checkpoint", "quorum" or "range"
	DryRun    bool   `json:"dry_run"`
	Target    string `json:"target"`
	Directory string `json:"directory,omitempty"`

	Batch      uint64 `json:"batch"`
	HeaderHash string `json:"header_hash"`
	Root       string `json:"root"`
	Sequence   uint64 `json:"sequence,omitempty"` // newest transition of the recovered state
	L1Block    uint64 `json:"l1_block,omitempty"`
	L1Last     uint64 `json:"l1_last_batch"`
	Verified   uint64 `json:"l1_verified"`
	Finalized  uint64 `json:"l1_finalized"`

	From        string   `json:"from"` // "genesis", "state N" of an interrupted run, or a checkpoint's name
	FromBatch   uint64   `json:"from_batch"`
	Batches     uint64   `json:"batches"` // to replay
	Bytes       int64    `json:"bytes"`   // to read, or that were read
	Transitions uint64   `json:"transitions,omitempty"`
	Expected    string   `json:"expected_time,omitempty"`
	Took        string   `json:"took,omitempty"`
	Sources     []string `json:"sources"`

	OldLineage string    `json:"old_lineage,omitempty"`
	Lineage    string    `json:"lineage,omitempty"`
	TakeOver   string    `json:"take_over,omitempty"` // its transaction
	Lost       Loss      `json:"lost"`
	Refused    []Refusal `json:"refused"`
	Next       []string  `json:"next"` // what to do now
}

func (r *Report) refuse(what string, err error) {
	r.Refused = append(r.Refused, Refusal{What: what, Why: err.Error()})
}

// Text writes the report for people.
func (r *Report) Text(w io.Writer) error {
	p := &printer{w: w}
	verb := "recovered"
	if r.DryRun {
		verb = "would recover"
	}
	p.line("%s %s: batch %d, root %s", verb, r.Target, r.Batch, r.Root)
	p.line("  from          %s, then %d batches of %d bytes", r.From, r.Batches, r.Bytes)
	if r.L1Block > 0 {
		p.line("  L1            block %d, batches %d, verified %d, finalized %d", r.L1Block, r.L1Last, r.Verified, r.Finalized)
	}
	if r.Expected != "" {
		p.line("  expected time %s", r.Expected)
	}
	if r.Took != "" {
		p.line("  took          %s for %d transitions", r.Took, r.Transitions)
	}
	if r.Directory != "" {
		p.line("  directory     %s", r.Directory)
	}
	if r.Lineage != "" {
		p.line("  lineage       %s, after %s", r.Lineage, r.OldLineage)
	}
	if r.TakeOver != "" {
		p.line("  take-over     %s", r.TakeOver)
	}
	p.line("  lost          %s", r.Lost.Text)
	for _, x := range r.Refused {
		p.line("  not used      %s: %s", x.What, x.Why)
	}
	for _, n := range r.Next {
		p.line("  next          %s", n)
	}
	return p.err
}

// reportFile is a report's name beside what it speaks of, less its extension.
const reportFile = "recovery"

// saveReport writes a report as a document, and for people, beside what it speaks of.
func saveReport(dir string, report any, text func(io.Writer) error) error {
	raw, err := json.MarshalIndent(report, "", "  ")
	if err == nil {
		err = durable.WriteFile(filepath.Join(dir, reportFile+".json"), append(raw, '\n'), 0o600)
	}
	if err == nil {
		err = durable.Write(filepath.Join(dir, reportFile+".txt"), 0o600, text)
	}
	if err != nil {
		return fmt.Errorf("recovery: write the report: %w", err)
	}
	return nil
}

type printer struct {
	w   io.Writer
	err error
}

func (p *printer) line(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format+"\n", args...)
	}
}

// Rates that expected times are stated by: below what the benchmarks of fsm and sync/recovery measure on two cores.
const (
	bytesPerSecond      = 20 << 20 // of a store
	transitionBytes     = 3        // of an envelope
	transitionsASeconds = 100_000
)

// expected is how long so many bytes of payloads take to be read and replayed.
func expected(bytes int64) time.Duration {
	read := time.Duration(bytes) * time.Second / bytesPerSecond
	replay := time.Duration(bytes/transitionBytes) * time.Second / transitionsASeconds
	return max(read, replay).Round(time.Second) + time.Second
}

func hexOf(b []byte) string { return hex.EncodeToString(b) }
