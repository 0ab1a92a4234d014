package main

// A topic that fails is named in the report, and the others stand.

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintf(os.Stderr, "peers: %v\n", err)
		os.Exit(1)
	}
}

// topics in the order in which they run.
func topics() []string { return []string{topicReplication, topicTree, topicCodec} }

// Topics.
const (
	topicReplication = "replication"
	topicTree        = "tree"
	topicCodec       = "codec"
)

// settings are the command line.
type settings struct {
	out    string
	root   string // of the checkout
	shared string // test data beside it
	short  bool
	limit  time.Duration // of the whole run, about
	only   []string
	args   []string // for the report
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	if len(args) > 0 && args[0] == "member" {
		return runMember(ctx, args[1:])
	}
	s := settings{args: args, shared: os.Getenv("HOLDFAST_SHARED")}
	f := flag.NewFlagSet("peers", flag.ContinueOnError)
	f.SetOutput(stderr)
	f.StringVar(&s.out, "o", "", "file to write (default: standard output)")
	f.StringVar(&s.root, "root", "../..", "directory of the Holdfast checkout")
	f.BoolVar(&s.short, "short", false, "few rounds of little: a look, no measurement")
	f.DurationVar(&s.limit, "limit", 20*time.Minute, "about how long the run may take in all; less means fewer rounds")
	only := f.String("only", strings.Join(topics(), ","), "topics to measure")
	if err := f.Parse(args); err != nil {
		return err
	}
	if f.NArg() > 0 {
		return fmt.Errorf("unexpected argument %q", f.Arg(0))
	}
	if s.limit <= 0 {
		return fmt.Errorf("-limit is %v; must be positive", s.limit)
	}
	if s.shared == "" {
		s.shared = s.root + "/../shared"
	}
	for name := range strings.SplitSeq(*only, ",") {
		if !slices.Contains(topics(), name) {
			return fmt.Errorf("-only: no topic %q; there are %s", name, strings.Join(topics(), ", "))
		}
		s.only = append(s.only, name)
	}
	report, err := measure(ctx, s, stderr)
	if err != nil {
		return err
	}
	if s.out == "" {
		return report.write(stdout)
	}
	return report.writeFile(s.out)
}

// budget bounds a topic's rounds: on a slow or busy machine there are fewer of them, and the report says how many.
type budget struct {
	began   time.Time
	limit   time.Duration
	longest time.Duration
}

func newBudget(limit time.Duration) *budget { return &budget{began: time.Now(), limit: limit} }

// round runs a round and remembers how long it took.
func (b *budget) round(fn func() error) error {
	began := time.Now()
	err := fn()
	b.longest = max(b.longest, time.Since(began))
	return err
}

// left says whether another round fits.
func (b *budget) left() bool { return time.Since(b.began)+b.longest <= b.limit }

// progress says how far the run is.
type progress func(format string, args ...any)

// measure runs the topics. It fails only when ctx ends or nothing at all can be measured.
func measure(ctx context.Context, s settings, to io.Writer) (*report, error) {
	r := &report{settings: s}
	var err error
	if r.machine, err = readMachine(ctx, s.root); err != nil {
		return nil, err
	}
	say := func(format string, args ...any) {
		_, _ = fmt.Fprintf(to, "%4.0fs  "+format+"\n", append([]any{time.Since(r.machine.began).Seconds()}, args...)...)
	}
	for _, topic := range s.only {
		var failed error
		switch topic {
		case topicReplication:
			r.replication, failed = measureReplication(ctx, s, say)
		case topicTree:
			r.trees, failed = measureTrees(ctx, s, say)
		case topicCodec:
			r.codecs, failed = measureCodecs(ctx, s, say)
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if failed != nil {
			say("%s: %v", topic, failed)
			r.missing = append(r.missing, fmt.Sprintf("%s: %v", topic, failed))
		}
	}
	r.finish()
	return r, nil
}
