package main

// What these commands say of a payload they fetched and checked themselves: the references come from L1, the headers from
// the archive or a replica, checked against the hash that L1 holds.

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/holdfast-rollup/holdfast/cmd/holdfast/config"
	"github.com/holdfast-rollup/holdfast/cmd/holdfast/node"
	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
	"github.com/holdfast-rollup/holdfast/sync/da"
	"github.com/holdfast-rollup/holdfast/sync/layer1"
	"github.com/holdfast-rollup/holdfast/sync/layer1/kzg"
)

func newDA(a *app) *cobra.Command {
	return group("da", "Check payloads at their DA providers, or fetch one", newDACheck(a), newDAFetch(a))
}

// holdings are L1 and the DA providers of a configuration.
type holdings struct {
	client   *layer1.Client
	contract *layer1.Contract
	set      *da.Set
}

// openHoldings opens L1 and the providers; nothing is created that is not there.
func openHoldings(ctx context.Context, a *app, file string) (*holdings, error) {
	if file == "" {
		return nil, usage("--config must name a replica's configuration: its sections l1 and da say whom to ask")
	}
	cfg, err := config.Load(config.Sources{File: file, Env: a.env})
	if err != nil {
		return nil, err
	}
	if err = archiveIsThere(cfg); err != nil {
		return nil, err
	}
	chain := chainFlags{config: file}
	h := &holdings{}
	if h.client, h.contract, err = chain.open(ctx, a, true); err != nil {
		return nil, err
	}
	providers, err := node.DAConfig(cfg)
	if err == nil {
		h.set, err = da.Open(ctx, providers, h.contract, kzg.NewProver().Hash)
	}
	if err != nil {
		h.client.Close()
		return nil, err
	}
	return h, nil
}

// archiveIsThere refuses an archive in a directory that is not there: opening would make one.
func archiveIsThere(cfg *config.Config) error {
	dir, ok := strings.CutPrefix(cfg.ArchiveURL(), "file://")
	if !ok {
		return nil
	}
	dir, _, _ = strings.Cut(dir, "?")
	if _, err := os.Stat(dir); err != nil {
		return &exitError{exitNotFound, fmt.Errorf("da.archive: %w", err)}
	}
	return nil
}

func (h *holdings) close() error {
	h.client.Close()
	return h.set.Close()
}

// committed finds a batch on L1, and its header.
func (h *holdings) committed(ctx context.Context, a *app, n uint64) (batch.Header, layer1.CommitEvent, error) {
	seen, err := h.contract.Inspect(ctx, n, layer1.Latest)
	if err != nil {
		return batch.Header{}, layer1.CommitEvent{}, err
	}
	if !seen.Committed() {
		return batch.Header{}, layer1.CommitEvent{}, &exitError{exitNotFound, fmt.Errorf("L1 holds no batch %d: its last is %d", n, seen.State.LastCommitted)}
	}
	event, err := h.contract.CommitOf(ctx, seen)
	if err != nil {
		return batch.Header{}, event, err
	}
	object, err := h.set.Archive().Load(ctx, seen.HeaderHash)
	if err == nil {
		return object.Header, event, nil
	}
	header, askErr := a.headerOf(ctx, h.contract, n)
	if askErr != nil {
		return header, event, fmt.Errorf("the header of batch %d is neither in the archive (%w) nor at a replica: %w", n, err, askErr)
	}
	return header, event, nil
}

// refs are the archive's reference and the one that L1 holds.
func refsOf(header batch.Header, event layer1.CommitEvent) []cursor.Ref {
	refs := []cursor.Ref{da.ArchiveRef(header)}
	if da.ProviderID(event.Ref.Provider) != da.ProviderArchive {
		refs = append(refs, event.Ref)
	}
	return refs
}

// evidence is what L1 and the DA providers hold of a batch, asked now.
type evidence struct {
	Batch      uint64            `json:"batch"`
	Committed  bool              `json:"committed"`
	Verified   bool              `json:"verified"`
	Finalized  bool              `json:"finalized"` // its commit is in a finalized block
	Matches    bool              `json:"matches"`   // L1's header hash is the replica's
	HeaderHash string            `json:"header_hash,omitempty"`
	CommitTx   string            `json:"commit_transaction,omitempty"`
	Block      uint64            `json:"commit_block,omitempty"`
	NamedBy    string            `json:"provider_named_by_l1,omitempty"`
	Holders    []string          `json:"holders"`          // providers that gave the payload back intact
	Failed     map[string]string `json:"failed,omitempty"` // others, with their reasons
}

func (e *evidence) table(w io.Writer) {
	row(w, "L1 says", fmt.Sprintf("committed %s, verified %s, finalized %s, the same %s", yesNo(e.Committed), yesNo(e.Verified), yesNo(e.Finalized), yesNo(e.Matches)))
	if !e.Committed {
		return
	}
	row(w, "L1's transaction", fmt.Sprintf("%s in block %d, payload by %s", e.CommitTx, e.Block, e.NamedBy))
	row(w, "held by", strings.Join(e.Holders, ", "))
	for name, why := range e.Failed {
		row(w, "not given by "+name, why)
	}
}

// count fills in who has the payload.
func (e *evidence) count(ctx context.Context, h *holdings, header batch.Header, event layer1.CommitEvent) {
	e.HeaderHash, e.CommitTx = hex.EncodeToString(event.HeaderHash[:]), hex.EncodeToString(event.TxHash[:])
	e.Block, e.NamedBy = event.Block, da.ProviderID(event.Ref.Provider).String()
	census := h.set.Reader.Census(ctx, header, refsOf(header, event))
	e.Holders = append([]string{}, census.Holders...)
	for _, f := range census.Failed {
		if e.Failed == nil {
			e.Failed = map[string]string{}
		}
		e.Failed[f.Provider] = f.Err.Error()
	}
	if named := da.ProviderID(event.Ref.Provider); len(census.Holders)+len(census.Failed) < len(refsOf(header, event)) {
		if e.Failed == nil {
			e.Failed = map[string]string{}
		}
		e.Failed[named.String()] = "not configured in section da"
	}
}

// askEvidence asks L1 and the providers about a batch that a replica showed.
func (a *app) askEvidence(ctx context.Context, file string, b *pb.Batch) (*evidence, error) {
	ctx, cancel := context.WithTimeout(ctx, max(a.timeout, daTimeout))
	defer cancel()
	h, err := openHoldings(ctx, a, file)
	if err != nil {
		return nil, err
	}
	defer func() { _ = h.close() }() // it only read
	header, err := batch.DecodeHeader(b.GetHeader())
	if err != nil {
		return nil, fmt.Errorf("header of batch %d: %w", b.GetNumber(), err)
	}
	e := &evidence{Batch: header.Number, Holders: []string{}}
	seen, err := h.contract.Inspect(ctx, header.Number, layer1.Latest)
	if err != nil {
		return nil, onChain(err)
	}
	e.Committed, e.Verified, e.Matches = seen.Committed(), seen.Verified(), seen.Committed() && seen.HeaderHash == header.Hash()
	if !e.Committed {
		return e, nil
	}
	final, err := h.contract.Inspect(ctx, header.Number, layer1.Finalized)
	if err != nil && !errors.Is(err, layer1.ErrNoFinality) && !errors.Is(err, layer1.ErrNoContract) {
		return nil, onChain(err)
	}
	e.Finalized = err == nil && final.Committed() && final.HeaderHash == seen.HeaderHash
	event, err := h.contract.CommitOf(ctx, seen)
	if err != nil {
		return nil, onChain(err)
	}
	e.count(ctx, h, header, event)
	return e, nil
}

func newDACheck(a *app) *cobra.Command {
	var file string
	var from, to uint64
	c := &cobra.Command{
		Use: "check", Short: "Ask every DA provider for a range of batches, and say who has the right content", Args: noArgs,
		Long: `Check reads from L1 what it names as the payloads of a range of batches, fetches
each from every provider of the configuration, and compares it with the header.
The exit status is 5 if no provider has a batch.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if to != 0 && from > to {
				return usage("--from %d is above --to %d", from, to)
			}
			return a.daCheck(cmd.Context(), file, from, to)
		},
	}
	c.Flags().StringVar(&file, "config", "", "a replica's configuration, whose sections l1 and da are used")
	c.Flags().Uint64Var(&from, "from", 0, "first batch (default: the last 10)")
	c.Flags().Uint64Var(&to, "to", 0, "last batch (default: the last that L1 holds)")
	return c
}

// checkedByDefault is how many batches are checked if none are named.
const checkedByDefault = 10

func (a *app) daCheck(ctx context.Context, file string, from, to uint64) error {
	h, err := openHoldings(ctx, a, file)
	if err != nil {
		return err
	}
	defer func() { _ = h.close() }() // it only read
	seen, err := h.contract.Inspect(ctx, 0, layer1.Latest)
	if err != nil {
		return onChain(err)
	}
	last := seen.State.LastCommitted
	if to == 0 {
		to = last
	}
	if from == 0 {
		from = max(1, to-min(to, checkedByDefault)+1)
	}
	if last == 0 || to > last || from > to {
		return &exitError{exitNotFound, fmt.Errorf("L1 holds batches 1 to %d, asked for %d to %d", last, from, to)}
	}
	checked := []evidence{}
	lost := 0
	for n := from; n <= to; n++ {
		if (n-from)%10 == 9 {
			a.progress("%d of %d batches", n-from, to-from+1)
		}
		e := evidence{Batch: n, Committed: true, Matches: true, Verified: n <= seen.State.LastVerified}
		header, event, cerr := h.committed(ctx, a, n)
		if cerr != nil {
			return onChain(cerr)
		}
		e.count(ctx, h, header, event)
		if ctx.Err() != nil {
			return fmt.Errorf("interrupted at batch %d: %w", n, context.Cause(ctx))
		}
		if len(e.Holders) == 0 {
			lost++
		}
		checked = append(checked, e)
	}
	err = a.print(map[string]any{"batches": checked}, func(w io.Writer) {
		row(w, "BATCH", "L1 NAMES", "HELD BY", "NOT GIVEN BY")
		for _, e := range checked {
			var failed []string
			for name, why := range e.Failed {
				failed = append(failed, name+": "+why)
			}
			row(w, e.Batch, e.NamedBy, strings.Join(e.Holders, ", "), strings.Join(failed, "; "))
		}
	})
	if err == nil && lost > 0 {
		err = &exitError{exitInconsistent, fmt.Errorf("%d of %d batches: no provider has their content", lost, len(checked))}
	}
	return err
}

func newDAFetch(a *app) *cobra.Command {
	var file, out, provider string
	c := &cobra.Command{
		Use: "fetch NUMBER", Short: "Fetch a batch's payload to a file, checked against L1", Args: exactArgs("NUMBER"),
		Long: `Fetch writes the payload of a batch that L1 holds to a new file: the canonical
columns, whose SHA-256 is the header's payload hash.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			n, err := batchNumber(args[0])
			if err != nil {
				return err
			}
			if n == 0 {
				return usage("name the batch by number")
			}
			if out == "" {
				return usage("--out must name the file to write")
			}
			if provider != "" {
				if _, err := da.ParseProvider(provider); err != nil {
					return usage("--provider: %v", err)
				}
			}
			ctx, cancel := context.WithTimeout(cmd.Context(), max(a.timeout, daTimeout))
			defer cancel()
			return a.daFetch(ctx, file, n, provider, out)
		},
	}
	c.Flags().StringVar(&file, "config", "", "a replica's configuration, whose sections l1 and da are used")
	c.Flags().StringVar(&out, "out", "", "file to write, which must not exist")
	c.Flags().StringVar(&provider, "provider", "", "ask this provider alone: archive, blob, calldata or altda (default: all, the archive first)")
	return c
}

func (a *app) daFetch(ctx context.Context, file string, n uint64, provider, out string) error {
	h, err := openHoldings(ctx, a, file)
	if err != nil {
		return err
	}
	defer func() { _ = h.close() }() // it only read
	header, event, err := h.committed(ctx, a, n)
	if err != nil {
		return onChain(err)
	}
	var refs []cursor.Ref
	for _, r := range refsOf(header, event) {
		if provider == "" || da.ProviderID(r.Provider).String() == provider {
			refs = append(refs, r)
		}
	}
	if len(refs) == 0 {
		return &exitError{exitNotFound, fmt.Errorf("L1 does not name %s for batch %d, but %s", provider, n, da.ProviderID(event.Ref.Provider))}
	}
	fetched, err := h.set.Reader.Fetch(ctx, header, refs)
	if errors.Is(err, da.ErrAbsent) {
		return &exitError{exitNotFound, err}
	}
	if err != nil {
		return onChain(err)
	}
	f, err := os.OpenFile(out, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("--out: %w", err)
	}
	_, err = f.Write(fetched.Payload)
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("write %s: %w", out, errors.Join(err, os.Remove(out)))
	}
	doc := map[string]any{
		"batch": n, "provider": fetched.Provider, "bytes": len(fetched.Payload), "payload_hash": hex.EncodeToString(header.PayloadHash[:]), "file": out,
	}
	return a.print(doc, func(w io.Writer) {
		row(w, "batch", n)
		row(w, "served by", fetched.Provider)
		row(w, "bytes", len(fetched.Payload))
		row(w, "SHA-256", doc["payload_hash"])
		row(w, "file", out)
	})
}
