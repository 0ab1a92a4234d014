package devnet

// The audit believes L1 and what the provider that L1 names gives back. A replica's word is only compared with theirs.

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/holdfast-rollup/holdfast/cmd/holdfast/config"
	"github.com/holdfast-rollup/holdfast/cmd/holdfast/node"
	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/fsm/state"
	"github.com/holdfast-rollup/holdfast/fsm/tree"
	"github.com/holdfast-rollup/holdfast/jepsen/models"
	"github.com/holdfast-rollup/holdfast/jepsen/workload"
	"github.com/holdfast-rollup/holdfast/rpc/client"
	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
	"github.com/holdfast-rollup/holdfast/sync/da"
	"github.com/holdfast-rollup/holdfast/sync/layer1"
	"github.com/holdfast-rollup/holdfast/sync/layer1/anchor"
	"github.com/holdfast-rollup/holdfast/sync/layer1/kzg"
)

// audited is what L1 and the DA providers hold.
type audited struct {
	committed, verified uint64
	duplicated          uint64 // commit events beyond the first of a batch, and gaps
	transitions         uint64
	envelopeBytes       uint64
	payloadBytes        uint64
	lost                uint64 // acknowledged and not there
	root                [32]byte
	genesis             [32]byte          // root that batch 1 follows
	byProvider          map[string]uint64 // batches, by the provider that L1 names and that gave the payload
}

func audit(ctx context.Context, chain *l1, cfg *config.Config, l *load) (_ audited, err error) {
	a := audited{byProvider: map[string]uint64{}}
	contract := layer1.NewContract(chain.client, chain.contract)
	head, err := contract.Inspect(ctx, 0, layer1.Latest)
	if err != nil {
		return a, err
	}
	a.committed, a.verified = head.State.LastCommitted, head.State.LastVerified
	if a.genesis, err = contract.GenesisRoot(ctx, head.Block); err != nil {
		return a, err
	}
	events, err := contract.Commits(ctx, chain.deployed, head.Block.Number)
	if err != nil {
		return a, err
	}
	a.duplicated = duplicated(events)
	providers, err := node.DAConfig(cfg)
	if err != nil {
		return a, err
	}
	set, err := da.Open(ctx, providers, contract, kzg.NewProver().Hash)
	if err != nil {
		return a, err
	}
	defer func() { err = errors.Join(err, set.Close()) }()
	prints := map[uint64]uint64{} // by accepted sequence
	for _, e := range events {
		// The header comes from the archive, by the hash that L1 holds; the payload from where L1 says that it is.
		object, err := set.Archive().Load(ctx, e.HeaderHash)
		if err != nil {
			return a, fmt.Errorf("batch %d of L1: %w", e.Number, err)
		}
		fetched, err := set.Reader.Fetch(ctx, object.Header, []cursor.Ref{e.Ref})
		if chain.expired(e.Block, head.Block.Number) && errors.Is(err, da.ErrAbsent) {
			fetched, err = da.Fetched{Payload: object.Payload, Provider: set.Archive().Name()}, nil
		}
		if err != nil {
			return a, fmt.Errorf("batch %d of L1: %w", e.Number, err)
		}
		if err := a.batch(object.Header, fetched.Payload, l, prints); err != nil {
			return a, err
		}
		a.envelopeBytes += uint64(e.Ref.Bytes)
		a.byProvider[fetched.Provider]++
		a.root = e.PostRoot
	}
	for _, ack := range l.accepted {
		if held, ok := prints[ack.sequence]; !ok || held != ack.print {
			a.lost++
		}
	}
	return a, nil
}

// duplicated counts the events that do not continue the row 1, 2, 3 and so on.
func duplicated(events []layer1.CommitEvent) uint64 {
	var n, last uint64
	for _, e := range events {
		if e.Number != last+1 {
			n++
			continue
		}
		last = e.Number
	}
	return n
}

func (a *audited) batch(header batch.Header, payload []byte, l *load, prints map[uint64]uint64) error {
	ts, err := batch.DecodePayload(payload, batch.DefaultLimits())
	if err != nil {
		return fmt.Errorf("payload of batch %d: %w", header.Number, err)
	}
	a.transitions += uint64(len(ts))
	a.payloadBytes += uint64(len(payload))
	for i := range ts {
		prints[header.FirstSequence+uint64(i)] = l.fingerprint(&ts[i])
	}
	return nil
}

// rootsEqual asks every replica for its root of a batch and whether the zkVM stated it.
func rootsEqual(ctx context.Context, c *client.Client, number uint64, root [32]byte) (bool, error) {
	if number == 0 { // a flow so short that no transition was acknowledged
		return true, nil
	}
	for _, addr := range c.Endpoints() {
		req := &pb.GetRootRequest{Number: number, Read: &pb.ReadOptions{Consistency: pb.Consistency_CONSISTENCY_LOCAL}}
		resp, err := client.AskAt(ctx, c, addr, pb.NewStateServiceClient, pb.StateServiceClient.GetRoot, req)
		if err != nil {
			return false, fmt.Errorf("root of batch %d at %s: %w", number, addr, err)
		}
		if !bytes.Equal(resp.GetRoot(), root[:]) {
			return false, nil
		}
	}
	return true, nil
}

// writeBook writes the final book, each order proved under the root that L1 holds for the batch.
func writeBook(ctx context.Context, c *client.Client, number uint64, path string) error {
	var orders []models.Order
	for _, side := range []command.Side{command.Bid, command.Ask} {
		prefix := state.AppendBookPrefix(nil, workload.BitstampMarket, side)
		proved, err := c.ProveRange(ctx, client.At{Batch: number}, anchor.Latest, prefix, tree.PrefixEnd(prefix))
		if err != nil {
			return fmt.Errorf("prove the book: %w", err)
		}
		for _, r := range proved.Records {
			key, err := state.DecodeOrderKey(r.Key)
			if err != nil {
				return err
			}
			o, err := state.DecodeOrder(r.Value)
			if err != nil {
				return err
			}
			orders = append(orders, models.Order{ClientID: o.ClientID, Side: key.Side, Price: key.Price, Remaining: o.Remaining})
		}
	}
	file, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("write the book: %w", err)
	}
	return errors.Join(models.WriteCSV(file, workload.FinalBook(orders)), file.Close())
}
