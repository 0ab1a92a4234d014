package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/state"
	"github.com/holdfast-rollup/holdfast/fsm/tree"
	"github.com/holdfast-rollup/holdfast/sync/zkvm"
	mismatch "github.com/holdfast-rollup/holdfast/sync/zkvm/evidence"
	"github.com/holdfast-rollup/holdfast/sync/zkvm/guest"
)

// oneBatch is a replica's first batch, as a zkvm.Source.
type oneBatch struct {
	tree     *tree.Tree
	versions [2]tree.Version
	sealed   *fsm.SealedBatch
}

func (s *oneBatch) Sealed(uint64) (*fsm.SealedBatch, error) { return s.sealed, nil }
func (s *oneBatch) View(n uint64) (*tree.View, error)       { return s.tree.View(s.versions[n]) }

// taskOf has the header that spoil makes of the honest one.
func taskOf(t *testing.T, spoil func(*batch.Header)) *zkvm.Task {
	t.Helper()
	s := &oneBatch{tree: tree.New(tree.Options{})}
	h := batch.Header{Number: 1, PayloadKind: batch.PayloadTransitions, FirstSequence: 1, FirstTimeMs: 1, SealTimeMs: 2, ProgramVersion: guest.ProgramVersion}
	s.versions[0], h.PreRoot = s.tree.Seal()
	store := state.NewTreeStore(s.tree, state.NewMapIndex())
	var payload []command.Transition
	for _, x := range []command.Transition{
		{Kind: command.RegisterAsset, Asset: 1},
		{Kind: command.ImportAccount, Account: 7, Address: command.Address{1}},
		{Kind: command.ImportBalance, Account: 7, Asset: 1, Amount: 1000},
	} {
		var r state.Receipt
		payload = state.Apply(store, &x, &r, payload)
	}
	s.versions[1], h.PostRoot = s.tree.Seal()
	h.Transitions, h.LastSequence = uint32(len(payload)), uint64(len(payload))
	s.sealed = &fsm.SealedBatch{Header: h, Payload: batch.EncodePayload(nil, payload)}
	input, err := zkvm.InputOf(s, 1, guest.Deployment{})
	if err != nil {
		t.Fatal(err)
	}
	output, err := guest.Run(input, guest.Host{})
	if err != nil {
		t.Fatal(err)
	}
	j, err := guest.DecodeJournal(output[:guest.JournalSize])
	if err != nil {
		t.Fatal(err)
	}
	h.PayloadHash, h.InboxHash, h.WithdrawalsRoot = j.PayloadHash, j.InboxHash, j.WithdrawalsRoot
	if spoil != nil {
		spoil(&h)
	}
	s.sealed.Header, s.sealed.Hash = h, h.Hash()
	task, err := zkvm.Prepare(s, 1, guest.Deployment{})
	if err != nil {
		t.Fatal(err)
	}
	return task
}

// keep writes what an executor stated that spoil made of the honest result.
func keep(t *testing.T, dir string, task *zkvm.Task, spoil func(*zkvm.Result)) string {
	t.Helper()
	output, err := guest.Run(task.Input, guest.Host{})
	if err != nil {
		t.Fatal(err)
	}
	journal, err := guest.DecodeJournal(output[:guest.JournalSize])
	if err != nil {
		t.Fatal(err)
	}
	result := &zkvm.Result{Journal: journal, Diff: output[guest.JournalSize:]}
	if spoil != nil {
		spoil(result)
	}
	name, err := mismatch.NewStore(dir, mismatch.Limits{}).Write(mismatch.Of(task, result, nil, "node2", 1000))
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, name)
}

// layers.md: the evidence of a mismatch replays offline; the exit status says whether the replica's result stands.
func TestEvidenceCommands(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "evidence")
	honest := keep(t, dir, taskOf(t, nil), func(r *zkvm.Result) {
		changes, err := batch.DecodeDiff(r.Diff, batch.DefaultLimits())
		if err != nil {
			t.Fatal(err)
		}
		for i, c := range changes {
			if state.KeyName(c.Key) == "balance/7/1" {
				changes[i].Value = append(make([]byte, 15), 9)
			}
		}
		r.Diff = batch.EncodeDiff(nil, changes)
		r.Journal.PostRoot[0] ^= 1
	})
	wrong := keep(t, dir, taskOf(t, func(h *batch.Header) { h.PostRoot[0] ^= 1 }), nil)
	damaged := filepath.Join(dir, "2-00000000.hfe")
	if err := os.WriteFile(damaged, []byte("HFEV"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		args   []string
		status int
		says   []string
	}{
		"list":               {[]string{"list", dir}, exitOK, []string{`"batch": 1`, `"batch": 2`}},
		"list of nothing":    {[]string{"list", filepath.Join(dir, "none")}, exitOK, []string{`"files": []`}},
		"show":               {[]string{"show", honest}, exitOK, []string{`"key": "balance/7/1"`, "available 1000", "locked 9", `"post_root"`, `"replica": "node2"`}},
		"replica is right":   {[]string{"replay", honest}, exitOK, []string{`"right": "replica"`, `"native_agrees": true`, `"same_program": true`, "balance/7/1"}},
		"guest is right":     {[]string{"replay", wrong}, exitInconsistent, []string{`"right": "guest"`, `"header_hash"`}},
		"damaged":            {[]string{"replay", damaged}, exitUsage, []string{"malformed"}},
		"show damaged":       {[]string{"show", damaged}, exitUsage, []string{"malformed"}},
		"no such file":       {[]string{"replay", filepath.Join(dir, "3-0.hfe")}, exitNotFound, []string{"no such file"}},
		"no file named":      {[]string{"replay"}, exitUsage, []string{"FILE"}},
		"two directories":    {[]string{"list", dir, dir}, exitUsage, []string{"DIRECTORY"}},
		"no command of ours": {[]string{"delete"}, exitUsage, []string{"list, replay, show"}},
	} {
		t.Run(name, func(t *testing.T) {
			var out, errs bytes.Buffer
			status := run(t.Context(), append([]string{"evidence", "-o", "json"}, c.args...), &out, &errs)
			if status != c.status {
				t.Errorf("status %d, want %d: %s", status, c.status, errs.String())
			}
			if status == exitOK && !json.Valid(out.Bytes()) {
				t.Errorf("no JSON: %s", out.String())
			}
			for _, text := range c.says {
				if !strings.Contains(out.String()+errs.String(), text) {
					t.Errorf("does not say %q: %s%s", text, out.String(), errs.String())
				}
			}
		})
	}
	var out, errs bytes.Buffer
	if status := run(t.Context(), []string{"evidence", "replay", honest}, &out, &errs); status != exitOK || !strings.Contains(out.String(), "right") {
		t.Errorf("as a table: %d %s%s", status, out.String(), errs.String())
	}
}
