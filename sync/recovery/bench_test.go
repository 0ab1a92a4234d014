package recovery_test

import (
	"testing"
	"time"

	"github.com/hashicorp/raft"
	"gocloud.dev/blob/fileblob"

	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/tree/fast"
	"github.com/holdfast-rollup/holdfast/jepsen/workload"
	"github.com/holdfast-rollup/holdfast/sync/da"
)

func fastConfig() fsm.Config {
	return fsm.Config{Hasher: fast.Hash, Parallel: fast.Parallel, Memory: new(fast.Memory).Take}
}

// BenchmarkReplay reads 10 batches of 20,000 submissions each from an archive on disk, unpacks them, executes them and
// proves every root.
//
//	go test ./sync/recovery -run '^$' -bench Replay -benchtime 5x
func BenchmarkReplay(b *testing.B) {
	for _, codec := range []da.Codec{da.CodecRange, da.CodecZstd} {
		b.Run(codec.String(), func(b *testing.B) { benchReplay(b, codec) })
	}
}

func benchReplay(b *testing.B, codec da.Codec) {
	b.Helper()
	bucket, err := fileblob.OpenBucket(b.TempDir(), &fileblob.Options{NoTempDir: true, Metadata: fileblob.MetadataDontWrite})
	if err != nil {
		b.Fatal(err)
	}
	archive := da.NewArchive(bucket, da.ArchiveOptions{Codec: codec})
	defer func() { _ = archive.Close() }()
	sealed := flowBatches(b, 10, 20_000)
	transitions, bytes := 0, int64(0)
	var headers [][32]byte
	for _, s := range sealed {
		ref, err := archive.Publish(b.Context(), s.Header, s.Payload)
		if err != nil {
			b.Fatal(err)
		}
		bytes += int64(ref.Bytes)
		transitions += int(s.Header.Transitions)
		headers = append(headers, s.Hash)
	}
	var spent time.Duration
	rounds := 0
	for b.Loop() {
		began := time.Now()
		replay := fsm.NewReplayer(fastConfig())
		objects := make(chan da.Object, 2)
		go func() {
			defer close(objects)
			for _, h := range headers {
				o, err := archive.Load(b.Context(), h)
				if err != nil {
					b.Error(err)
					return
				}
				objects <- o
			}
		}()
		for o := range objects {
			if _, err := replay.Add(o.Header, o.Payload); err != nil {
				b.Fatal(err)
			}
		}
		if n, root := replay.Newest(); n != uint64(len(sealed)) || root != sealed[n-1].Header.PostRoot {
			b.Fatal("another root")
		}
		spent += time.Since(began)
		rounds++
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(transitions*rounds)/spent.Seconds(), "transitions/s")
	b.ReportMetric(float64(bytes)/float64(transitions), "bytes/transition")
}

// flowBatches seals n batches of a generated flow.
func flowBatches(b *testing.B, n, size int) (out []*fsm.SealedBatch) {
	b.Helper()
	m := fsm.New(fastConfig())
	defer m.Close()
	index, ms := uint64(0), int64(1)
	apply := func(kind command.Type, body []byte) *fsm.Result {
		index++
		r := m.Apply(&raft.Log{Index: index, Type: raft.LogCommand, Data: command.EncodeFrame(nil, kind, body)}).(*fsm.Result)
		if r.Err != nil {
			b.Fatal(r.Err)
		}
		return r
	}
	limits := command.DefaultLimits()
	limits.RecentVersions = 4
	apply(command.TypeGenesis, command.Genesis{Lineage: firstLineage, ChainID: 1337, ProgramVersion: 1, PayloadKind: 1, Limits: limits, TimeMs: ms}.Append(nil))
	session := apply(command.TypeSessionOpen, command.SessionOpen{Nonce: [16]byte{1}, Owner: "s", TimeMs: ms}.Append(nil)).Session
	flow, err := workload.Generator(1, workload.Options{Accounts: 2000, Markets: 4, Live: 20_000})
	if err != nil {
		b.Fatal(err)
	}
	sequence := uint64(0)
	send := func(ts []command.Transition) {
		for len(ts) > 0 {
			group := ts[:min(len(ts), 1000)]
			ts = ts[len(group):]
			e := &command.Entry{TimeMs: ms, Acks: []command.Ack{{Session: session, Low: sequence}}}
			for _, t := range group {
				sequence++
				e.Submissions = append(e.Submissions, command.Submission{Session: session, Sequence: sequence, Transition: t})
			}
			apply(command.TypeEntry, batch.EncodeEntry(nil, e))
		}
	}
	send(flow.Setup())
	for k := range n {
		ts := make([]command.Transition, size)
		for i := range ts {
			if !flow.Next(&ts[i]) {
				b.Fatal("the flow ends")
			}
		}
		send(ts)
		ms++
		apply(command.TypeSeal, command.Seal{Number: uint64(k) + 1, TimeMs: ms, ProgramVersion: 1}.Append(nil))
		s, err := m.Sealed(uint64(k) + 1)
		if err != nil {
			b.Fatal(err)
		}
		out = append(out, s)
	}
	return out
}
