package main

// These commands read the directory of a node that is stopped, or a file, and change nothing.

import (
	"bufio"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/hashicorp/raft"
	"github.com/spf13/cobra"

	"github.com/holdfast-rollup/holdfast/cluster"
	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/command"
)

func newSnapshot(a *app) *cobra.Command {
	return group("snapshot", "Inspect or verify the snapshots of a stopped node, or a file", newSnapshotInspect(a), newSnapshotVerify(a))
}

// snapshotFlags say which snapshots are meant.
type snapshotFlags struct{ dir, file string }

func (f *snapshotFlags) add(c *cobra.Command) {
	c.Flags().StringVar(&f.dir, "data-dir", "", "data directory of a stopped node; all its snapshots")
	c.Flags().StringVar(&f.file, "file", "", "a snapshot's content in a file, as `holdfast checkpoint export` writes it")
}

// snapshotDoc is what is said of one snapshot.
type snapshotDoc struct {
	ID       string           `json:"id"`
	OK       bool             `json:"ok"`
	Error    string           `json:"error,omitempty"`
	Term     uint64           `json:"term,omitempty"`
	Bytes    uint64           `json:"bytes"`
	Lineage  string           `json:"lineage,omitempty"`
	Index    uint64           `json:"index"`
	Batch    uint64           `json:"batch"`
	Root     string           `json:"root,omitempty"`
	Header   string           `json:"header_hash,omitempty"`
	Heads    any              `json:"heads,omitempty"`
	Versions int              `json:"versions"`
	Sections []map[string]any `json:"sections,omitempty"`
	Leaves   uint64           `json:"leaves,omitempty"`
	Sessions int              `json:"sessions,omitempty"`
	Open     int              `json:"open_transitions,omitempty"`
	SHA256   string           `json:"sha256,omitempty"`
}

// each calls look on every snapshot that is meant, and says whether all were well.
func (f *snapshotFlags) each(look func(io.Reader) (fsm.SnapshotSummary, error)) (docs []snapshotDoc, damaged error, err error) {
	add := func(id string, term uint64, content io.Reader, failed error) {
		doc := snapshotDoc{ID: id, Term: term}
		if failed == nil {
			var s fsm.SnapshotSummary
			s, failed = look(bufio.NewReaderSize(content, 1<<20))
			doc.fill(s)
		}
		if doc.OK = failed == nil; failed != nil {
			doc.Error = failed.Error()
			damaged = errors.Join(damaged, fmt.Errorf("snapshot %s: %w", id, failed))
		}
		docs = append(docs, doc)
	}
	if f.file != "" {
		in, oerr := os.Open(f.file)
		if oerr != nil {
			return nil, nil, oerr
		}
		defer in.Close() //nolint:errcheck // read only
		add(f.file, 0, in, nil)
		return docs, damaged, nil
	}
	o, err := cluster.OpenOffline(f.dir)
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, o.Close()) }()
	list, err := o.Snapshots()
	if err != nil {
		return nil, nil, err
	}
	for _, meta := range list {
		_, content, oerr := o.Open(meta.ID)
		add(meta.ID, meta.Term, content, oerr)
		if oerr == nil {
			err = errors.Join(err, content.Close())
		}
	}
	return docs, damaged, err
}

func (d *snapshotDoc) fill(s fsm.SnapshotSummary) {
	p := s.Position
	d.Bytes, d.Index, d.Batch, d.Versions = s.Bytes, p.Index, p.Batch, len(s.Versions)
	d.Lineage, d.Root, d.Header, d.Heads = hex.EncodeToString(p.Lineage[:]), hex.EncodeToString(p.Root[:]), hex.EncodeToString(s.HeaderHash[:]), s.Heads
	d.Leaves, d.Sessions, d.Open = s.Leaves, s.Sessions, s.Open
	if s.SHA256 != ([32]byte{}) {
		d.SHA256 = hex.EncodeToString(s.SHA256[:])
	}
	for _, section := range s.Sections {
		d.Sections = append(d.Sections, map[string]any{"kind": section.Kind, "frames": section.Frames, "bytes": section.Bytes})
	}
}

func (f *snapshotFlags) command(a *app, use, short, long string, look func(io.Reader) (fsm.SnapshotSummary, error)) *cobra.Command {
	c := &cobra.Command{
		Use: use, Short: short, Long: long, Args: noArgs,
		RunE: func(*cobra.Command, []string) error {
			if (f.dir == "") == (f.file == "") {
				return usage("name either --data-dir or --file")
			}
			docs, damaged, err := f.each(look)
			if err != nil {
				return recoveryError(err)
			}
			err = a.print(map[string]any{"snapshots": docs}, func(w io.Writer) {
				row(w, "SNAPSHOT", "OK", "INDEX", "BATCH", "ROOT", "BYTES", "VERSIONS")
				for _, d := range docs {
					row(w, d.ID, yesNo(d.OK), d.Index, d.Batch, d.Root, d.Bytes, d.Versions)
				}
			})
			if damaged != nil {
				return errors.Join(err, &exitError{exitInconsistent, damaged})
			}
			return err
		},
	}
	f.add(c)
	return c
}

func newSnapshotInspect(a *app) *cobra.Command {
	return new(snapshotFlags).command(a, "inspect", "Say what snapshots hold, and check their digests",
		"Inspect reads each snapshot to its end in constant memory: sections, versions, heads, and the\ndigest over all of it.", fsm.InspectSnapshot)
}

func newSnapshotVerify(a *app) *cobra.Command {
	return new(snapshotFlags).command(a, "verify", "Build the state of each snapshot and compare every root",
		"Verify builds the state as a restart does, in the memory of one state, and recomputes every root\nand digest.",
		func(in io.Reader) (fsm.SnapshotSummary, error) { return fsm.VerifySnapshot(machineConfig(), in) })
}

func newLog(a *app) *cobra.Command {
	return group("log", "Inspect or verify the log of a stopped node", newLogInspect(a), newLogVerify(a))
}

// logDoc is what is said of a log.
type logDoc struct {
	Node      string            `json:"node"`
	Cluster   string            `json:"cluster"`
	Lineage   string            `json:"lineage"`
	Store     string            `json:"log_store"`
	First     uint64            `json:"first"`
	Last      uint64            `json:"last"`
	Term      uint64            `json:"term"`
	Committed uint64            `json:"known_committed"`
	Records   uint64            `json:"records"`
	Bytes     uint64            `json:"bytes"`
	Kinds     map[string]uint64 `json:"kinds"`
	Damaged   []string          `json:"damaged"`
	Entries   []recordDoc       `json:"entries,omitempty"`
}

type recordDoc struct {
	Index uint64 `json:"index"`
	Term  uint64 `json:"term"`
	Kind  string `json:"kind"`
	Bytes int    `json:"bytes"`
}

// recordKind names what a record holds; a command's frame is decoded.
func recordKind(l *raft.Log) (string, error) {
	if l.Type != raft.LogCommand {
		return "raft_" + l.Type.String(), nil
	}
	kind, _, err := command.DecodeFrame(l.Data)
	if err != nil {
		return "undecodable", fmt.Errorf("record %d: %w", l.Index, err)
	}
	return kind.String(), nil
}

// readLog reads every record from one index to another.
func readLog(dir string, from, to uint64, entries bool) (doc *logDoc, err error) {
	o, err := cluster.OpenOffline(dir)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, o.Close()) }()
	first, last, err := o.Range()
	if err != nil {
		return nil, err
	}
	vote := o.Vote()
	doc = &logDoc{
		Node: o.NodeID, Cluster: o.Cluster, Lineage: hex.EncodeToString(o.Lineage[:]), Store: o.LogStore, First: first, Last: last,
		Term: vote.Term, Committed: vote.Committed, Kinds: map[string]uint64{}, Damaged: []string{},
	}
	if to == 0 || to > last {
		to = last
	}
	for index := max(first, from, 1); index <= to; index++ {
		record, err := o.Record(index)
		if err != nil {
			doc.Damaged = append(doc.Damaged, err.Error())
			continue
		}
		kind, err := recordKind(record)
		if err != nil {
			doc.Damaged = append(doc.Damaged, err.Error())
		}
		doc.Records++
		doc.Bytes += uint64(len(record.Data))
		doc.Kinds[kind]++
		if entries {
			doc.Entries = append(doc.Entries, recordDoc{Index: index, Term: record.Term, Kind: kind, Bytes: len(record.Data)})
		}
	}
	return doc, nil
}

func (a *app) printLog(doc *logDoc) error {
	err := a.print(doc, func(w io.Writer) {
		row(w, "node", fmt.Sprintf("%s of %s, lineage %s", doc.Node, doc.Cluster, doc.Lineage))
		row(w, "log", fmt.Sprintf("%d to %d in %s, term %d, known committed %d", doc.First, doc.Last, doc.Store, doc.Term, doc.Committed))
		row(w, "read", fmt.Sprintf("%d records of %d bytes", doc.Records, doc.Bytes))
		for _, e := range doc.Entries {
			row(w, e.Index, e.Term, e.Kind, e.Bytes)
		}
		for _, d := range doc.Damaged {
			row(w, "damaged", d)
		}
	})
	if len(doc.Damaged) > 0 {
		return errors.Join(err, inconsistent("%d records are damaged, the first: %s", len(doc.Damaged), doc.Damaged[0]))
	}
	return err
}

func newLogInspect(a *app) *cobra.Command {
	var dir string
	var from, to uint64
	c := &cobra.Command{
		Use: "inspect", Short: "List the records of the log", Args: noArgs,
		RunE: func(*cobra.Command, []string) error {
			if dir == "" {
				return usage("--data-dir must name the data directory of a stopped node")
			}
			doc, err := readLog(dir, from, to, true)
			if err != nil {
				return recoveryError(err)
			}
			return a.printLog(doc)
		},
	}
	c.Flags().StringVar(&dir, "data-dir", "", "data directory of a stopped node")
	c.Flags().Uint64Var(&from, "from", 0, "first index")
	c.Flags().Uint64Var(&to, "to", 0, "last index; 0 for the log's end")
	return c
}

func newLogVerify(a *app) *cobra.Command {
	var dir string
	c := &cobra.Command{
		Use: "verify", Short: "Read every record and compare its checksum", Args: noArgs,
		RunE: func(*cobra.Command, []string) error {
			if dir == "" {
				return usage("--data-dir must name the data directory of a stopped node")
			}
			doc, err := readLog(dir, 0, 0, false)
			if err != nil {
				return recoveryError(err)
			}
			return a.printLog(doc)
		},
	}
	c.Flags().StringVar(&dir, "data-dir", "", "data directory of a stopped node")
	return c
}
