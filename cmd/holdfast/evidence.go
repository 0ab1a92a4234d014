package main

// What these commands say of a batch they executed themselves, out of the file alone: no replica, L1 or archive is asked.

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/tree"
	"github.com/holdfast-rollup/holdfast/sync/zkvm"
	mismatch "github.com/holdfast-rollup/holdfast/sync/zkvm/evidence"
)

func newEvidence(a *app) *cobra.Command {
	return group("evidence", "Look into a batch of which the zkVM layer stated another result",
		newEvidenceList(a), newEvidenceShow(a), newEvidenceReplay(a))
}

func newEvidenceList(a *app) *cobra.Command {
	var flags configFlags
	c := &cobra.Command{
		Use: "list [DIRECTORY]", Short: "List a replica's evidence files",
		Args: func(c *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usage("%s takes one DIRECTORY at most, got %q", c.CommandPath(), args)
			}
			return nil
		},
		Long: "List shows the files in DIRECTORY, or in the directory evidence of the replica's data directory.",
		RunE: func(_ *cobra.Command, args []string) error {
			dir := strings.Join(args, "")
			if dir == "" {
				cfg, err := flags.load(a)
				if err != nil {
					return err
				}
				dir = cfg.EvidenceDir()
			}
			return a.evidenceList(dir)
		},
	}
	flags.add(c)
	return c
}

func (a *app) evidenceList(dir string) error {
	files, err := mismatch.List(dir)
	if err != nil {
		return err
	}
	type item struct {
		File    string `json:"file"`
		Batch   uint64 `json:"batch"`
		Bytes   int64  `json:"bytes"`
		Written string `json:"written"`
	}
	items := []item{}
	for _, f := range files {
		items = append(items, item{f.Path, f.Batch, f.Bytes, f.Written.UTC().Format(time.RFC3339)})
	}
	return a.print(map[string]any{"files": items}, func(w io.Writer) {
		row(w, "BATCH", "BYTES", "WRITTEN", "FILE")
		for _, i := range items {
			row(w, i.Batch, i.Bytes, i.Written, i.File)
		}
	})
}

// outcomeDocument is what an execution gave, held against what the replica sealed.
type outcomeDocument struct {
	Agrees     bool     `json:"agrees"` // with the replica
	Refused    string   `json:"refused,omitempty"`
	Root       string   `json:"root,omitempty"`
	HeaderHash string   `json:"header_hash,omitempty"`
	Fields     []string `json:"fields,omitempty"` // that differ
	Differing  int      `json:"differing_keys"`
	Keys       []string `json:"keys,omitempty"` // the first of them
}

// outcomeOf describes what zkvm.Task.Judge said.
func outcomeOf(header batch.Header, judged error) outcomeDocument {
	if refusal, ok := errors.AsType[*zkvm.RefusalError](judged); ok {
		return outcomeDocument{Refused: fmt.Sprintf("%s: %s", refusal.Code, refusal.Message)}
	}
	d, ok := errors.AsType[*zkvm.DivergenceError](judged)
	if !ok {
		hash := header.Hash()
		return outcomeDocument{Agrees: true, Root: hex.EncodeToString(header.PostRoot[:]), HeaderHash: hex.EncodeToString(hash[:])}
	}
	o := outcomeDocument{
		Root: hex.EncodeToString(d.Journal.PostRoot[:]), HeaderHash: hex.EncodeToString(d.Journal.HeaderHash[:]),
		Fields: d.Fields, Differing: d.Differing,
	}
	for _, k := range d.Keys {
		o.Keys = append(o.Keys, k.Name())
	}
	return o
}

func (o *outcomeDocument) rows(w io.Writer, who string) {
	switch {
	case o.Refused != "":
		row(w, who, "refused it: "+o.Refused)
		return
	case o.Agrees:
		row(w, who, "the same as the replica")
		return
	}
	row(w, who+" root", o.Root)
	row(w, who+" header", o.HeaderHash)
	row(w, who+" differs in", strings.Join(o.Fields, ", "))
	row(w, who+" keys", fmt.Sprintf("%d differ: %s", o.Differing, strings.Join(o.Keys, ", ")))
}

// mismatchDocument is the JSON of a file.
type mismatchDocument struct {
	Batch       uint64          `json:"batch"`
	Replica     string          `json:"replica"` // that executed
	Time        string          `json:"time"`
	Program     string          `json:"program"`
	Transitions uint32          `json:"transitions"`
	PreRoot     string          `json:"pre_root"`
	Root        string          `json:"root"` // that the replica sealed
	HeaderHash  string          `json:"header_hash"`
	Stated      outcomeDocument `json:"stated"`
}

func documentOf(m *mismatch.Mismatch, task *zkvm.Task) mismatchDocument {
	h := task.Header
	hash := h.Hash()
	return mismatchDocument{
		Batch: h.Number, Replica: m.Node, Time: time.UnixMilli(m.TimeMs).UTC().Format(time.RFC3339),
		Program: hex.EncodeToString(m.Program[:]), Transitions: h.Transitions,
		PreRoot: hex.EncodeToString(h.PreRoot[:]), Root: hex.EncodeToString(h.PostRoot[:]), HeaderHash: hex.EncodeToString(hash[:]),
		Stated: outcomeOf(h, task.Judge(m.Stated())),
	}
}

func (d *mismatchDocument) rows(w io.Writer) {
	row(w, "batch", fmt.Sprintf("%d, %d transitions", d.Batch, d.Transitions))
	row(w, "executed by", fmt.Sprintf("%s at %s, guest %s", d.Replica, d.Time, d.Program))
	row(w, "pre-root", d.PreRoot)
	row(w, "sealed root", d.Root)
	row(w, "sealed header", d.HeaderHash)
	d.Stated.rows(w, "stated")
}

// readEvidence reads a file; one that is none is a wrong command line.
func readEvidence(path string) (*mismatch.Mismatch, *zkvm.Task, error) {
	m, err := mismatch.Read(path)
	var task *zkvm.Task
	if err == nil {
		task, err = m.Task()
	}
	if errors.Is(err, mismatch.ErrMalformed) {
		return nil, nil, usage("%s: %v", path, err)
	}
	return m, task, err
}

func newEvidenceShow(a *app) *cobra.Command {
	return &cobra.Command{
		Use: "show FILE", Short: "Show an evidence file: both results, and every key in which they differ", Args: exactArgs("FILE"),
		RunE: func(_ *cobra.Command, args []string) error {
			m, task, err := readEvidence(args[0])
			if err != nil {
				return err
			}
			type change struct {
				Key     string `json:"key"`
				Replica string `json:"replica"`
				Stated  string `json:"stated"`
			}
			doc := struct {
				mismatchDocument

				Changes []change `json:"changes"`
			}{documentOf(m, task), []change{}}
			if m.Refusal == nil {
				differ, err := zkvm.Differences(m.Local, m.Diff)
				if err != nil {
					return inconsistent("%v", err)
				}
				for _, d := range differ {
					doc.Changes = append(doc.Changes, change{d.Name(), changeText(d.Key, d.Local), changeText(d.Key, d.Guest)})
				}
			}
			return a.print(doc, func(w io.Writer) {
				doc.rows(w)
				for _, c := range doc.Changes {
					row(w, c.Key, "replica: "+c.Replica, "stated: "+c.Stated)
				}
			})
		},
	}
}

// changeText says what a diff makes of a key.
func changeText(key []byte, c *tree.Change) string {
	switch {
	case c == nil:
		return "unchanged"
	case c.Delete:
		return "deleted"
	}
	return describeRecord(key, c.Value)
}

func newEvidenceReplay(a *app) *cobra.Command {
	return &cobra.Command{
		Use: "replay FILE", Short: "Execute an evidence file's batch again and say which side is right", Args: exactArgs("FILE"),
		Long: `Replay executes the batch in this process, from the witness in the file, and holds
the result against both sides. It needs nothing but the file.

right: replica  the execution gives what the replica sealed: what was stated came of
                the executor or of its machine, and the batch may be executed anew
                (exit status 0)
right: guest    the execution gives again what was stated: the replica's state or
                program was another (exit status 5)
right: neither  it gives a third result (exit status 5)`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.evidenceReplay(cmd.Context(), args[0])
		},
	}
}

func (a *app) evidenceReplay(ctx context.Context, path string) error {
	m, task, err := readEvidence(path)
	if err != nil {
		return err
	}
	a.progress("compiling the guest")
	executor, err := zkvm.Open(ctx, zkvm.Config{})
	if err != nil {
		return err
	}
	defer func() { _ = executor.Close(context.WithoutCancel(ctx)) }() // it only executed
	r, err := mismatch.Replay(ctx, executor, m)
	if err != nil {
		return err
	}
	doc := struct {
		mismatchDocument

		Again       outcomeDocument `json:"again"`
		Right       mismatch.Side   `json:"right"`
		SameProgram bool            `json:"same_program"`
		NativeSame  bool            `json:"native_agrees"`
	}{documentOf(m, task), outcomeOf(task.Header, r.Again), r.Right, r.SameProgram, r.Native}
	err = a.print(doc, func(w io.Writer) {
		doc.rows(w)
		doc.Again.rows(w, "again")
		row(w, "right", doc.Right)
		if !doc.SameProgram {
			row(w, "note", "the file is of another guest than this program's, which may rightly give another result")
		}
		if !doc.NativeSame {
			row(w, "note", "the guest gives something else outside the executor: the executor is at fault")
		}
	})
	if err == nil && (r.Right != mismatch.SideReplica || !r.Native) {
		err = inconsistent("batch %d: the replica's result does not come out again", doc.Batch)
	}
	return err
}
