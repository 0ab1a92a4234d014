package zkvm_test

import (
	"testing"

	"github.com/hashicorp/raft"

	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/jepsen/workload"
	"github.com/holdfast-rollup/holdfast/sync/zkvm"
)

var _ zkvm.Source = (*fsm.Machine)(nil)

// replicaLog applies commands to a machine as Raft does.
type replicaLog struct {
	tb     testing.TB
	m      *fsm.Machine
	index  uint64
	timeMs int64
}

func (l *replicaLog) apply(kind command.Type, body []byte) *fsm.Result {
	l.tb.Helper()
	l.index++
	r := l.m.Apply(&raft.Log{Index: l.index, Type: raft.LogCommand, Data: command.EncodeFrame(nil, kind, body)}).(*fsm.Result)
	if r.Err != nil {
		l.tb.Fatalf("%s at index %d: %v", kind, l.index, r.Err)
	}
	return r
}

func (l *replicaLog) now() int64 {
	l.timeMs++
	return l.timeMs
}

// README, three lives: what the machine seals, the zkVM layer executes from a witness and states the same root.
func TestExecutorAgreesWithTheMachine(t *testing.T) {
	e := executor(t, zkvm.Config{})
	for _, kind := range []batch.PayloadKind{batch.PayloadTransitions, batch.PayloadDiff} {
		t.Run(kind.String(), func(t *testing.T) {
			l := &replicaLog{tb: t, timeMs: 1000, m: fsm.New(fsm.Config{NodeID: "n1"})}
			l.apply(command.TypeGenesis, command.Genesis{
				Lineage: [16]byte{1}, ChainID: deployment.ChainID, Contract: deployment.Contract,
				ProgramVersion: zkvm.ProgramVersion, PayloadKind: uint8(kind), TimeMs: l.now(),
				Limits: command.Limits{
					SessionInFlight: 1 << 16, Sessions: 8, SessionExpiryMs: 1 << 40, RecentVersions: 8, RetainedBytes: 64 << 20,
				},
			}.Append(nil))
			session := l.apply(command.TypeSessionOpen, command.SessionOpen{Nonce: [16]byte{1}, Owner: "sequencer", TimeMs: l.now()}.Append(nil)).Session

			flow := must(workload.Generator(5, workload.Options{Accounts: 50, Live: 300}))
			var sequence uint64
			submit := func(ts []command.Transition) {
				entry := command.Entry{TimeMs: l.now()}
				for i := range ts {
					sequence++
					entry.Submissions = append(entry.Submissions, command.Submission{Session: session, Sequence: sequence, Transition: ts[i]})
				}
				l.apply(command.TypeEntry, batch.EncodeEntry(nil, &entry))
			}
			submit(flow.Setup())
			for n := uint64(1); n <= 4; n++ {
				ts := make([]command.Transition, 800)
				for i := range ts {
					flow.Next(&ts[i])
				}
				submit(ts)
				l.apply(command.TypeSeal, command.Seal{Number: n, TimeMs: l.now(), ProgramVersion: zkvm.ProgramVersion}.Append(nil))
			}
			for n := uint64(1); n <= 4; n++ {
				result, err := e.Execute(t.Context(), must(zkvm.InputOf(l.m, n, deployment)))
				if err != nil {
					t.Fatal(err)
				}
				if sealed := must(l.m.Sealed(n)); result.Journal.HeaderHash != sealed.Hash || string(result.Diff) != string(sealed.Diff) && kind == batch.PayloadDiff {
					t.Fatalf("batch %d: journal %+v", n, result.Journal)
				}
			}
		})
	}
}
