package main

import (
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"

	"github.com/holdfast-rollup/holdfast/cmd/holdfast/config"
	"github.com/holdfast-rollup/holdfast/rpc/client"
	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
	"github.com/holdfast-rollup/holdfast/sync/layer1/anchor"
)

// l1Flags are the caller's own view of L1.
type l1Flags struct {
	urls     []string
	contract string
	chainID  uint64
	level    string
}

func (f *l1Flags) add(c *cobra.Command) {
	c.Flags().StringSliceVar(&f.urls, "l1", nil, "L1 JSON-RPC URLs that you trust (URL, env:NAME or file:PATH)")
	c.Flags().StringVar(&f.contract, "contract", "", "address of the Holdfast contract")
	c.Flags().Uint64Var(&f.chainID, "chain-id", 1337, "chain id of that L1")
	c.Flags().StringVar(&f.level, "level", "latest", "how settled L1's word must be: latest, safe or finalized")
}

func (f *l1Flags) open() (*anchor.Reader, anchor.Level, error) {
	levels := map[string]anchor.Level{"latest": anchor.Latest, "safe": anchor.Safe, "finalized": anchor.Finalized}
	level, ok := levels[f.level]
	if !ok {
		return nil, 0, usage("--level is %q; must be latest, safe or finalized", f.level)
	}
	if len(f.urls) == 0 || f.contract == "" {
		return nil, 0, usage("verifying needs an L1 that you trust: give --l1 URL and --contract ADDRESS (`holdfast config print` of a replica shows the ones it uses)")
	}
	cfg := anchor.Config{ChainID: f.chainID, Timeout: 5 * time.Second}
	address, err := hex.DecodeString(strings.TrimPrefix(f.contract, "0x"))
	if err != nil || len(address) != len(cfg.Contract) {
		return nil, 0, usage("--contract is not an address: 0x and 40 hexadecimal digits")
	}
	copy(cfg.Contract[:], address)
	for _, u := range f.urls {
		url, resolveErr := config.Endpoint(u).Resolve()
		if resolveErr != nil {
			return nil, 0, usage("--l1: %v", resolveErr)
		}
		cfg.Endpoints = append(cfg.Endpoints, url)
	}
	r, err := anchor.Open(cfg)
	return r, level, err
}

func newVerify(a *app) *cobra.Command {
	return group("verify", "Check a replica's word against an L1 that you trust, or have it compare its layers",
		newVerifyRecord(a), newVerifyProof(a), newVerifyBatch(a), newVerifyLayers(a), newVerifyRecoverable(a))
}

func newVerifyRecord(a *app) *cobra.Command {
	var at atFlags
	var l1 l1Flags
	c := &cobra.Command{
		Use: "record RECORD...", Short: "Get a proof of records and check it against L1",
		Long: "The proof is checked in this process, under the root that L1 holds.\n" + recordHelp,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usage("name at least one record\n%s", recordHelp)
			}
			var keys [][]byte
			for _, name := range args {
				key, err := recordKey(name)
				if err != nil {
					return err
				}
				keys = append(keys, key)
			}
			head, err := at.value()
			if err != nil {
				return err
			}
			reader, level, err := l1.open()
			if err != nil {
				return err
			}
			defer reader.Close()
			return a.withClient(cmd.Context(), reader, func(ctx context.Context, c *client.Client) error {
				v, err := c.Prove(ctx, client.At{Head: head, Batch: at.batch}, level, keys...)
				if err != nil {
					return err
				}
				return a.printVerified(v)
			})
		},
	}
	at.add(c, "committed")
	l1.add(c)
	return c
}

func newVerifyProof(a *app) *cobra.Command {
	var l1 l1Flags
	c := &cobra.Command{
		Use: "proof FILE", Short: "Check a kept proof against L1; no replica is asked", Args: exactArgs("FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			b, err := os.ReadFile(args[0])
			if err != nil {
				return fmt.Errorf("read proof: %w", err)
			}
			p := &pb.Proof{}
			if err = protojson.Unmarshal(b, p); err != nil {
				return usage("%s is not a proof that `holdfast prove --proof-out` wrote: %v", args[0], err)
			}
			reader, level, err := l1.open()
			if err != nil {
				return err
			}
			defer reader.Close()
			return a.withClient(cmd.Context(), reader, func(ctx context.Context, c *client.Client) error {
				v, err := c.VerifyProof(ctx, p, level)
				if err != nil {
					return err
				}
				return a.printVerified(v)
			})
		},
	}
	l1.add(c)
	return c
}

func (a *app) printVerified(v *client.Verified) error {
	type record struct {
		Key     string `json:"key"`
		Present bool   `json:"present"`
		Value   string `json:"value"`
	}
	doc := struct {
		Verified bool           `json:"verified"`
		Anchor   map[string]any `json:"anchor"`
		Records  []record       `json:"records"`
	}{Verified: true, Anchor: anchorDocument(v.Anchor)}
	for _, r := range v.Records {
		doc.Records = append(doc.Records, record{hex.EncodeToString(r.Key), r.Present, hex.EncodeToString(r.Value)})
	}
	return a.print(doc, func(w io.Writer) {
		row(w, "verified against L1", fmt.Sprintf("block %d (%s)", v.Anchor.BlockNumber, v.Anchor.Level))
		row(w, "batch", v.Anchor.Number)
		row(w, "root on L1", hex.EncodeToString(v.Anchor.PostRoot[:]))
		recordsTable(w, v.Records)
	})
}

func anchorDocument(b anchor.Batch) map[string]any {
	return map[string]any{
		"batch": b.Number, "header_hash": hex.EncodeToString(b.HeaderHash[:]), "root": hex.EncodeToString(b.PostRoot[:]),
		"lineage": hex.EncodeToString(b.Lineage[:]), "verified": b.Verified,
		"level": b.Level.String(), "block": b.BlockNumber,
	}
}

func newVerifyBatch(a *app) *cobra.Command {
	var l1 l1Flags
	c := &cobra.Command{
		Use: "batch NUMBER", Short: "Compare every replica's header hash and root of a batch with L1's", Args: exactArgs("NUMBER"),
		Long: "Without --l1 the replicas are asked to compare with the L1 they use themselves.",
		RunE: func(cmd *cobra.Command, args []string) error {
			n, err := batchNumber(args[0])
			if err != nil {
				return err
			}
			if len(l1.urls) == 0 {
				return a.askAnchor(cmd.Context(), n)
			}
			if n == 0 {
				return usage("name the batch by number: with --l1 no replica is asked which one is the newest")
			}
			reader, level, err := l1.open()
			if err != nil {
				return err
			}
			defer reader.Close()
			return a.compareBatch(cmd.Context(), reader, level, n)
		},
	}
	l1.add(c)
	return c
}

// askAnchor lets a replica compare with its own L1.
func (a *app) askAnchor(ctx context.Context, n uint64) error {
	resp, err := ask(ctx, a, pb.NewVerifyServiceClient, pb.VerifyServiceClient.VerifyAnchor, &pb.VerifyAnchorRequest{Batch: n})
	if err != nil {
		return err
	}
	err = a.print(document(resp), func(w io.Writer) {
		row(w, "batch", resp.GetBatch())
		row(w, "on L1", yesNo(resp.GetCommitted()))
		row(w, "the same", yesNo(resp.GetMatches()))
		row(w, "verified on L1", yesNo(resp.GetVerified()))
		row(w, "finalized", yesNo(resp.GetFinalized()))
		row(w, "root on L1", hex.EncodeToString(resp.GetL1Root()))
		row(w, "root here", hex.EncodeToString(resp.GetLocalRoot()))
		row(w, "this is the replica's word about its L1; give --l1 and --contract for your own")
	})
	if err == nil && resp.GetCommitted() && !resp.GetMatches() {
		err = inconsistent("L1 holds another batch %d than the replica", resp.GetBatch())
	}
	return err
}

// replicaBatch is what one replica holds of a batch.
type replicaBatch struct {
	Endpoint   string `json:"endpoint"`
	Matches    bool   `json:"matches"`
	HeaderHash string `json:"header_hash,omitempty"`
	Root       string `json:"root,omitempty"`
	Error      string `json:"error,omitempty"`
}

// askBatch asks one replica; its failure is part of what is shown.
func askBatch(ctx context.Context, c *client.Client, addr string, onL1 anchor.Batch) (replicaBatch, error) {
	out := replicaBatch{Endpoint: addr}
	req := &pb.GetBatchRequest{Number: onL1.Number, Read: &pb.ReadOptions{Consistency: pb.Consistency_CONSISTENCY_LOCAL}}
	r, err := client.AskAt(ctx, c, addr, pb.NewStateServiceClient, pb.StateServiceClient.GetBatch, req)
	out.HeaderHash, out.Root = hex.EncodeToString(r.GetBatch().GetHeaderHash()), hex.EncodeToString(r.GetBatch().GetPostRoot())
	if err != nil {
		out.Error = status.Convert(err).Message()
	}
	out.Matches = out.HeaderHash == hex.EncodeToString(onL1.HeaderHash[:]) && out.Root == hex.EncodeToString(onL1.PostRoot[:])
	return out, err
}

func (a *app) compareBatch(ctx context.Context, reader *anchor.Reader, level anchor.Level, n uint64) error {
	onL1, err := reader.Batch(ctx, n, level)
	if err != nil {
		return err
	}
	doc := struct {
		Anchor   map[string]any `json:"anchor"`
		Replicas []replicaBatch `json:"replicas"`
	}{Anchor: anchorDocument(onL1)}
	differs, silent := 0, 0
	var why error // the last of the silent
	err = a.withClient(ctx, nil, func(ctx context.Context, c *client.Client) error {
		for _, addr := range a.endpoints {
			r, askErr := askBatch(ctx, c, addr, onL1)
			switch {
			case askErr != nil:
				silent, why = silent+1, askErr
			case !r.Matches:
				differs++
			}
			doc.Replicas = append(doc.Replicas, r)
		}
		return nil
	})
	if err != nil {
		return err
	}
	err = a.print(doc, func(w io.Writer) {
		row(w, "SOURCE", "HEADER", "ROOT", "SAME")
		row(w, "L1 block "+fmt.Sprint(onL1.BlockNumber), short(onL1.HeaderHash[:]), short(onL1.PostRoot[:]), "-")
		for _, r := range doc.Replicas {
			if r.Error != "" {
				row(w, r.Endpoint, "-", "-", r.Error)
				continue
			}
			row(w, r.Endpoint, r.HeaderHash[:12], r.Root[:12], yesNo(r.Matches))
		}
	})
	switch {
	case err != nil:
		return err
	case differs > 0:
		return inconsistent("%d replicas hold another batch %d than L1", differs, n)
	case silent == len(doc.Replicas):
		return why
	}
	return nil
}
