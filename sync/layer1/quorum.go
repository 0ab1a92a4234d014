package layer1

// With a quorum nothing counts that fewer than so many endpoints state, of blocks,
// receipts and the contract's state: each fact about the chain is made of these, so
// one endpoint that lies or sits on a fork of its own cannot make a fact. What it can
// do is withhold.

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

// QuorumError means that too few endpoints agree on a block, a receipt, or the contract's state at a block.
type QuorumError struct {
	At   Tag
	Need int
	// Stated is what each endpoint answered, in the order of configuration:
	// "host: number hash" or "host: error".
	Stated []string
	// Split says that endpoints stated different things, for a block different hashes
	// of one number: a fork or a lie, and not mere silence.
	Split bool
	// Causes are the errors of the endpoints that did not answer.
	Causes []error
}

func (e *QuorumError) Error() string {
	return fmt.Sprintf("L1 at block %s: fewer than %d endpoints agree (%s)", e.At, e.Need, strings.Join(e.Stated, "; "))
}

// Unwrap returns what kept endpoints from answering.
func (e *QuorumError) Unwrap() []error { return e.Causes }

// vote is one endpoint's answer about a block.
type vote struct {
	block Block
	err   error
}

// voteOn asks every endpoint for a block at once.
func (c *Client) voteOn(ctx context.Context, at Tag) []vote {
	votes := make([]vote, len(c.endpoints))
	var wg sync.WaitGroup
	for i, e := range c.endpoints {
		wg.Go(func() {
			votes[i].block, votes[i].err = readBlock(at, func(result any, method string, args ...any) error {
				return c.ask(ctx, e, result, method, args...)
			})
		})
	}
	wg.Wait()
	return votes
}

// agreedBlock reads a block that a quorum states. Of a tag it is the highest
// block that a quorum has reached.
func (c *Client) agreedBlock(ctx context.Context, at Tag) (Block, error) {
	votes := c.voteOn(ctx, at)
	number, err := c.reached(at, votes)
	if err != nil {
		return Block{}, err
	}
	if at == Latest || at == Safe || at == Finalized {
		exact := c.voteOn(ctx, AtNumber(number))
		for i := range votes {
			if votes[i].err == nil && votes[i].block.Number == number {
				exact[i] = votes[i] // the same request once more could see another branch
			}
		}
		votes = exact
	}
	return c.majority(at, votes)
}

// reached is the highest number that a quorum has.
func (c *Client) reached(at Tag, votes []vote) (uint64, error) {
	var numbers []uint64
	undecided := 0
	for _, v := range votes {
		switch {
		case v.err == nil:
			numbers = append(numbers, v.block.Number)
		case errors.Is(v.err, ErrNoFinality):
			undecided++
		}
	}
	slices.Sort(numbers)
	switch n := len(numbers); {
	case n >= c.quorum:
		return numbers[n-c.quorum], nil
	case n+undecided >= c.quorum && undecided > 0:
		return 0, fmt.Errorf("read block %s: %w", at, ErrNoFinality)
	}
	return 0, c.noQuorum(at, votes)
}

// majority is the block whose hash a quorum states. From then on the other reads
// prefer an endpoint of that quorum.
func (c *Client) majority(at Tag, votes []vote) (Block, error) {
	count := map[[32]byte]int{}
	for _, v := range votes {
		if v.err == nil {
			count[v.block.Hash]++
		}
	}
	agrees := func(v vote) bool { return v.err == nil && count[v.block.Hash] >= c.quorum }
	if p := c.preferred.Load(); agrees(votes[p]) {
		return votes[p].block, nil
	}
	if i := slices.IndexFunc(votes, agrees); i >= 0 {
		c.prefer(i)
		return votes[i].block, nil
	}
	return Block{}, c.noQuorum(at, votes)
}

func (c *Client) noQuorum(at Tag, votes []vote) error {
	e := &QuorumError{At: at, Need: c.quorum}
	seen := map[uint64][32]byte{}
	for i, v := range votes {
		if v.err != nil {
			e.Causes = append(e.Causes, v.err)
			e.Stated = append(e.Stated, fmt.Sprintf("%s: %v", c.endpoints[i].name, v.err))
			continue
		}
		if hash, ok := seen[v.block.Number]; ok && hash != v.block.Hash {
			e.Split = true
		}
		seen[v.block.Number] = v.block.Hash
		e.Stated = append(e.Stated, fmt.Sprintf("%s: %d %x", c.endpoints[i].name, v.block.Number, v.block.Hash))
	}
	return e
}

// prefer makes an endpoint the first one to be asked.
func (c *Client) prefer(index int) {
	if int(c.preferred.Swap(int64(index))) != index {
		c.log.Warn("L1 endpoint changed", "endpoint", c.endpoints[index].name)
	}
}

// turn prefers the next endpoint, because the present one lags or stands still.
func (c *Client) turn() {
	if n := len(c.endpoints); n > 1 {
		c.prefer((int(c.preferred.Load()) + 1) % n)
	}
}

// broadcast sends to every endpoint at once: one that takes a transaction and
// keeps it to itself must not stop anchoring. The outcome is the best answer:
// taken, then known or superseded, then refused, then unknown.
func (c *Client) broadcast(ctx context.Context, result func() any, method string, args ...any) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	errs := make([]error, len(c.endpoints))
	var wg sync.WaitGroup
	for i, e := range c.endpoints {
		wg.Go(func() {
			if errs[i] = c.ask(ctx, e, result(), method, args...); errs[i] == nil {
				time.AfterFunc(c.timeout/10, cancel) // whoever hangs does not hold up a pipeline
			}
		})
	}
	wg.Wait()
	var refused error
	failed := &TransportError{Method: method}
	for _, err := range errs {
		var answer *AnswerError
		switch {
		case err == nil:
			return nil
		case errors.As(err, &answer) && answer.Code != codeLimitExceeded:
			if refused == nil || harmless(answer.Message) {
				refused = err
			}
		default:
			failed.Causes = append(failed.Causes, err)
		}
	}
	if refused != nil {
		return refused
	}
	return failed
}

// agreed asks every endpoint and returns what a quorum states, told apart by key. That a thing is not there is the
// answer if all who have it say the same and yet are too few.
func agreed[T any](c *Client, at Tag, ask func(*endpoint) (T, error), key func(T) string) (T, error) {
	values, errs := make([]T, len(c.endpoints)), make([]error, len(c.endpoints))
	var wg sync.WaitGroup
	for i, e := range c.endpoints {
		wg.Go(func() { values[i], errs[i] = ask(e) })
	}
	wg.Wait()
	var none T
	var absent error
	refused := 0
	split := &QuorumError{At: at, Need: c.quorum}
	count := map[string]int{}
	for i, err := range errs {
		name := c.endpoints[i].name
		if err != nil {
			split.Causes = append(split.Causes, err)
			split.Stated = append(split.Stated, fmt.Sprintf("%s: %v", name, err))
			if errors.Is(err, ErrNotFound) || answered(err) {
				refused++
				absent = err
			}
			continue
		}
		k := key(values[i])
		if count[k]++; count[k] >= c.quorum {
			return values[i], nil
		}
		split.Stated = append(split.Stated, fmt.Sprintf("%s: %.80s", name, k))
	}
	split.Split = len(count) > 1
	if !split.Split && absent != nil && (errors.Is(absent, ErrNotFound) || refused >= c.quorum) {
		return none, absent
	}
	return none, split
}

// NonceRange is the lowest and the highest of what the endpoints that answer
// state as an account's next nonce: one that invents a use of our nonces, or hides
// one, is not followed.
func (c *Client) NonceRange(ctx context.Context, account [20]byte, at Tag) (least, most uint64, err error) {
	failed := &TransportError{Method: "eth_getTransactionCount"}
	good := false
	for _, e := range c.endpoints {
		n, err := readNonce(account, at, func(result any, method string, args ...any) error {
			return c.ask(ctx, e, result, method, args...)
		})
		if err != nil {
			failed.Causes = append(failed.Causes, err)
			continue
		}
		if !good {
			least = n
		}
		least, most, good = min(least, n), max(most, n), true
	}
	if !good {
		return 0, 0, fmt.Errorf("read nonce of %x: %w", account, failed)
	}
	return least, most, nil
}
