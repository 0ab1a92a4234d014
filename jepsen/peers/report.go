package main

// The report says of each figure how it was made, and names what is missing.

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"
)

// report is a whole run.
type report struct {
	settings    settings
	machine     machine
	took        time.Duration
	replication *replicationResults
	trees       *treeResults
	codecs      *codecResults
	missing     []string
}

// finish takes what the topics miss together.
func (r *report) finish() {
	r.took = time.Since(r.machine.began)
	if r.replication != nil {
		r.missing = append(r.missing, r.replication.missing...)
	}
	if r.codecs != nil {
		r.missing = append(r.missing, r.codecs.missing...)
	}
}

func (r *report) writeFile(path string) (err error) {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return r.write(f)
}

func (r *report) write(w io.Writer) error {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("# Holdfast and its peers, side by side\n")
	line("Written by `go run . %s` in `jepsen/peers`; `doc.go` there says what is compared and how. Absolute figures are this", strings.Join(r.settings.args, " "))
	line("machine's at that moment; the ratios are of one run, contenders taking turns.\n")
	if r.settings.short {
		line("**This is a short run: a look, no measurement.**\n")
	}
	m := r.machine
	line("| machine | |\n| --- | --- |")
	line("| processor | %s, %d cores |", m.cpu, m.cores)
	line("| memory | %s |", m.memory)
	line("| kernel, filesystem | %s, %s |", m.kernel, m.filesystem)
	line("| Go | %s |", goVersion())
	line("| Holdfast | %s |", m.revision)
	line("| fdatasync of 4 KiB appended; loopback round trip | %.3f ms; %.3f ms (medians) |", m.fdatasync, m.roundTrip)
	line("| load average before the run | %s |", m.load)
	line("| begun, took | %s, %s |", m.began.UTC().Format("2006-01-02 15:04 UTC"), r.took.Round(time.Second))
	if r.replication != nil {
		r.replication.write(line)
	}
	if r.trees != nil {
		r.trees.write(line)
	}
	if r.codecs != nil {
		r.codecs.write(line)
	}
	r.wanted(line)
	if len(r.missing) > 0 {
		line("\n## Left out\n")
		for _, what := range r.missing {
			line("- %s", what)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// wanted puts this run beside the figures that were set for it, with what was tried where one is not reached.
func (r *report) wanted(line func(string, ...any)) {
	line("\n## What was wanted\n")
	line("| figure | wanted | this run |\n| --- | --: | --: |")
	if x := r.replication; x != nil {
		most := levels()[len(levels())-1]
		etcd := x.named("etcd").at(most)
		ours := x.named("Holdfast, wal").at(most)
		line("| unary at %d clients, x etcd | 5 | %s |", most, ratio(ours.perSecond, etcd.perSecond))
		line("| the same with no store behind the RPC, x etcd | | %s |", ratio(x.named("gRPC alone").at(most).perSecond, etcd.perSecond))
		line("| p99 there / etcd's, at most | 1 | %s |", ratio(ours.p99, etcd.p99))
		line("| streams, transitions/s | 150000 | %.0f |", median(x.stream, func(l holdfastLoad) float64 { return l.PerSecond }))
		if x.sustained != nil {
			line("| sustained, x etcd | 1.5 | %s |", ratio(x.sustained.PerSecond, etcd.perSecond))
		}
	}
	if r.trees != nil {
		for _, t := range r.trees.trees {
			switch {
			case strings.HasSuffix(t.name, "the same keys"):
				line("| root updates, x geth's trie on the same keys | 10 | %s |", ratio(r.trees.trees[0].perSecond, t.perSecond))
			case strings.HasSuffix(t.name, "hashed keys"):
				line("| root updates, x geth's trie on hashed keys | 6 | %s |", ratio(r.trees.trees[0].perSecond, t.perSecond))
			}
		}
	}
	if r.replication == nil {
		return
	}
	line("\nUnary calls: clients, the RPC and three replicas share the machine's cores, and the RPC alone takes about half")
	line("of what they need. Tried, and kept: requests and answers encoded by hand, handlers whose stacks grow once, fixed HTTP/2 windows, which")
	line("spare a ping beside each call, one deadline in place of two, a garbage collector that runs less often, entries committed in")
	line("groups. `ARCHITECTURE.md` says where the rest goes. A stream carries many transitions in a message, and has no such limit.")
}

// named is the contender whose name begins so; one that measured nothing if there is none.
func (r *replicationResults) named(prefix string) *result {
	for _, x := range r.unary {
		if strings.HasPrefix(x.name, prefix) {
			return x
		}
	}
	return &result{}
}

// ratio is a times b, or a dash where there is nothing to compare with.
func ratio(a, b float64) string {
	if a <= 0 || b <= 0 {
		return "-"
	}
	return fmt.Sprintf("%.2f", a/b)
}

func (r *replicationResults) write(line func(string, ...any)) {
	line("\n## Replication\n")
	line("Three members on this machine, fsync on, one put or transition outstanding for each client, all clients by unary gRPC over")
	line("min(clients, 16) connections to the leader; medians of %d rounds of %v after %v. Holdfast's executor is **paused** in this", r.rounds, r.span.measured, r.span.warmup)
	line("table and the next.\n")
	line("| | clients | per second | x etcd | p50 ms | p99 ms | p99 / etcd's |\n| --- | --: | --: | --: | --: | --: | --: |")
	beside := r.named("etcd").at
	for _, clients := range levels() {
		for _, x := range r.unary {
			got, other := x.at(clients), beside(clients)
			line("| %s | %d | %.0f | %s | %.2f | %.2f | %s |", x.name, clients, got.perSecond,
				ratio(got.perSecond, other.perSecond), got.p50, got.p99, ratio(got.p99, other.p99))
		}
	}
	line("")
	for _, x := range r.unary {
		line("- %s: %s.", x.name, x.what)
	}
	most := beside(levels()[len(levels())-1]).perSecond
	if len(r.stream) > 0 {
		per := median(r.stream, func(l holdfastLoad) float64 { return l.PerSecond })
		line("\n**Stream**: %d clients with pipelined gRPC streams, 256 transitions in a request, log store wal, executor **paused**:", streamClients)
		line("%.0f transitions/s acknowledged, %s x etcd's puts at %d clients; p50 %.2f ms, p99 %.2f ms of a request.", per, ratio(per, most), levels()[len(levels())-1],
			median(r.stream, func(l holdfastLoad) float64 { return l.Latency.P50 }), median(r.stream, func(l holdfastLoad) float64 { return l.Latency.P99 }))
	}
	if s := r.sustained; s != nil {
		line("\n**Sustained**: `devnet --processes --speed max` for %.0f s, log store wal, everything on (L1, archive, executor): %.0f transitions/s,", s.Seconds, s.PerSecond)
		line("%s x etcd's puts at %d clients; p50 %.1f ms, p99 %.1f ms. Executed lag %d batches at half time and %d at the end;", ratio(s.PerSecond, most), levels()[len(levels())-1], s.Latency.P50, s.Latency.P99, s.LagHalfway, s.Lag)
		line("%d of %d batches final after the drain; %d acknowledged transitions lost.", s.Finalized, s.Sealed, s.AcknowledgedLost)
	}
	line("\n**Commit latency at one client**, beside the floor 2 x fdatasync + round trip that the same run measured:\n")
	line("| log store | p50 ms | floor ms | p50 / floor |\n| --- | --: | --: | --: |")
	for _, name := range logStores() {
		all := *r.floors[name]
		p50 := median(all, func(l holdfastLoad) float64 { return l.Latency.P50 })
		floor := median(all, holdfastLoad.floor)
		line("| %s | %.2f | %.2f | %s |", name, p50, floor, ratio(p50, floor))
	}
}

func (r *treeResults) write(line func(string, ...any)) {
	line("\n## Root updates\n")
	line("%d records shaped like a state's (keys of 13 and 22 bytes, values of 16 and 25); %d random changes and the root after", r.leaves, r.changes)
	line("them, the same for all; medians of %d rounds.\n", r.rounds)
	line("| | changes per second | Holdfast is | bytes per key |\n| --- | --: | --: | --: |")
	for _, t := range r.trees {
		line("| %s | %.0f | %s x | %.0f |", t.name, t.perSecond, ratio(r.trees[0].perSecond, t.perSecond), t.bytesPerKey)
	}
	line("")
	for _, t := range r.trees {
		line("- %s: %s.", t.name, t.what)
	}
	line("\nHoldfast's bytes are its tables with eight versions; the others' are the heap after building, before any version is kept.")
}

func (r *codecResults) write(line func(string, ...any)) {
	line("\n## Bytes in DA\n")
	line("Accepted transitions as batches record them; time includes the encoding of rows or columns, on one core.")
	for _, f := range r.flows {
		line("\n%s, one batch of %d, medians of %d rounds:\n", f.flow, f.size, f.rounds)
		line("| | bytes per transition | smaller than rows | ns per transition |\n| --- | --: | --: | --: |")
		for _, row := range f.rows {
			line("| %s | %.2f | %s x | %.0f |", row.name, row.bytes, ratio(f.rows[0].bytes, row.bytes), row.nanos)
		}
	}
}
