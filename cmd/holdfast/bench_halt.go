package main

// A cluster that was halted takes nothing until somebody resumes it, and its clients try again for so long. A load has
// nothing to measure then: it ends, and says why it does.

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/holdfast-rollup/holdfast/rpc/client"
	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
)

const (
	// haltPoll is how often a load looks whether anything was acknowledged.
	haltPoll = time.Second
	// haltPatience is how often, one after another, a load finds intake halted and nothing acknowledged before it ends: a
	// reconciliation that halts for a moment ends no load.
	haltPatience = 3
)

// haltedError says that the cluster takes no transitions.
type haltedError struct{ halts []string }

func (e *haltedError) Error() string {
	return "the cluster takes no transitions: " + strings.Join(e.halts, "; ")
}

// haltsIntake says whether a halt, as replicas tell it, is one of intake.
func haltsIntake(halt string) bool { return strings.HasPrefix(halt, "intake") }

// untilHalted runs a load. Its context ends when the cluster stays halted and acknowledges nothing of what the tallies
// count; the error is then a *haltedError.
func (b *bench) untilHalted(ctx context.Context, tallies []*tally, load func(context.Context) error) error {
	ctx, end := context.WithCancelCause(ctx)
	defer end(nil)
	watching, stop := context.WithCancel(ctx)
	var watch sync.WaitGroup
	watch.Go(func() {
		if halts := awaitHalt(watching, func() uint64 { return acknowledgedBy(tallies) }, b.intakeHalts); halts != nil {
			end(&haltedError{halts})
		}
	})
	err := load(ctx)
	stop()
	watch.Wait()
	if halted, ok := errors.AsType[*haltedError](context.Cause(ctx)); ok {
		return halted // what of the load is unknown now counts for nothing
	}
	return err
}

// awaitHalt returns the halts under which nothing is acknowledged any more, or nil when ctx has ended.
func awaitHalt(ctx context.Context, acknowledged func() uint64, halts func(context.Context) []string) []string {
	tick := time.NewTicker(haltPoll)
	defer tick.Stop()
	before, seen := acknowledged(), 0
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		var standing []string
		now := acknowledged()
		if now == before {
			standing = halts(ctx)
		}
		before = now
		if seen++; len(standing) == 0 {
			seen = 0
		}
		if seen == haltPatience {
			return standing
		}
	}
}

// intakeHalts are the halts of intake that a replica knows of; a replica that does not say has none.
func (b *bench) intakeHalts(ctx context.Context) []string {
	resp, _ := client.Ask(ctx, b.conns[0], pb.NewAdminServiceClient, pb.AdminServiceClient.Status, &pb.StatusRequest{})
	return slices.DeleteFunc(resp.GetHalts(), func(h string) bool { return !haltsIntake(h) })
}

// acknowledgedBy is what the tallies have counted so far.
func acknowledgedBy(tallies []*tally) (n uint64) {
	for _, t := range tallies {
		n += t.accepted.Load() + t.rejected.Load()
	}
	return n
}
