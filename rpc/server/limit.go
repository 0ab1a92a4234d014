package server

import (
	"context"
	"fmt"
	"sync"
	"time"

	"golang.org/x/time/rate"
	"google.golang.org/protobuf/proto"

	"github.com/holdfast-rollup/holdfast/cluster"
	"github.com/holdfast-rollup/holdfast/rpc/wire"
)

// No identity takes more of this replica than its share, however many
// connections it has. Without TLS there are no identities and no shares.

// Rate is what one identity may take.
type Rate struct {
	// Messages per second, calls and messages of streams alike; 0 for no limit.
	Messages int
	// Bytes per second; 0 for no limit. One message may always be as large as the server takes.
	Bytes int
}

// maxShares bounds how many identities are remembered; one that has used nothing for a second or two is forgotten first.
const maxShares = 4096

// share is one identity's buckets.
type share struct{ messages, bytes *rate.Limiter }

// shares are all identities' buckets.
type shares struct {
	rate  Rate
	burst int // bytes of the largest message

	mu sync.Mutex // guards of
	of map[string]*share
}

func newShares(r Rate, largest int) *shares {
	return &shares{rate: r, burst: largest, of: map[string]*share{}}
}

func (l *shares) share(who string, now time.Time) *share {
	l.mu.Lock()
	defer l.mu.Unlock()
	if b := l.of[who]; b != nil {
		return b
	}
	if len(l.of) >= maxShares {
		for old, b := range l.of { // a full bucket remembers nothing
			if b.messages.TokensAt(now) >= float64(b.messages.Burst()) && b.bytes.TokensAt(now) >= float64(b.bytes.Burst()) {
				delete(l.of, old)
			}
		}
	}
	b := &share{messages: bucket(l.rate.Messages, l.rate.Messages), bytes: bucket(l.rate.Bytes, max(l.rate.Bytes, l.burst))}
	l.of[who] = b
	return b
}

// bucket holds a second's worth.
func bucket(perSecond, burst int) *rate.Limiter {
	if perSecond <= 0 {
		return rate.NewLimiter(rate.Inf, burst)
	}
	return rate.NewLimiter(rate.Limit(perSecond), burst)
}

// take takes a message of so many bytes, or says when to come again.
func (b *share) take(_ context.Context, who string, bytes int) error {
	now := time.Now()
	for _, one := range []struct {
		of    *rate.Limiter
		n     int
		units string
	}{{b.messages, 1, "messages"}, {b.bytes, bytes, "bytes"}} {
		r := one.of.ReserveN(now, one.n)
		if d := r.DelayFrom(now); d > 0 {
			r.CancelAt(now)
			return tooMuch(who, one.units, d)
		}
	}
	return nil
}

// wait takes a message of so many bytes as soon as there is room for it: the
// sender of a stream is slowed down by HTTP/2's flow control.
func (b *share) wait(ctx context.Context, who string, bytes int) error {
	if err := b.messages.Wait(ctx); err != nil {
		return tooMuch(who, "messages", time.Second)
	}
	if err := b.bytes.WaitN(ctx, bytes); err != nil {
		return tooMuch(who, "bytes", time.Second)
	}
	return nil
}

func tooMuch(who, units string, retry time.Duration) error {
	return &cluster.OverloadError{RetryAfter: retry, Reason: fmt.Sprintf("%s takes more %s per second than one identity may", who, units)}
}

// sizeOf is a decoded request's size, in bytes.
func sizeOf(req any) int {
	switch m := req.(type) {
	case *wire.Raw:
		return len(*m)
	case proto.Message:
		return proto.Size(m)
	default:
		return 0
	}
}
