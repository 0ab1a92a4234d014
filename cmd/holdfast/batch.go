package main

import (
	"encoding/hex"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/holdfast-rollup/holdfast/cmd/holdfast/config"
	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
	"github.com/holdfast-rollup/holdfast/sync/da"
)

func newBatch(a *app) *cobra.Command {
	return group("batch", "List batches or show one", newBatchList(a), newBatchShow(a))
}

func newBatchList(a *app) *cobra.Command {
	var limit uint32
	var newest uint64
	c := &cobra.Command{
		Use: "list", Short: "List sealed batches, newest first, with the furthest head that reached each", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			resp, err := ask(cmd.Context(), a, pb.NewStateServiceClient, pb.StateServiceClient.ListBatches, &pb.ListBatchesRequest{Newest: newest, Limit: limit})
			if err != nil {
				return err
			}
			return a.print(document(resp), func(w io.Writer) {
				row(w, "BATCH", "HEAD", "TRANSITIONS", "SEQUENCES", "SEALED", "ROOT", "HEADER", "L1 BLOCK")
				for _, b := range resp.GetBatches() {
					row(w, b.GetNumber(), headName(b.GetHead()), b.GetTransitions(), span(b), clock(b.GetSealTimeMs()),
						short(b.GetPostRoot()), short(b.GetHeaderHash()), dashZero(b.GetCommitBlock()))
				}
			})
		},
	}
	c.Flags().Uint32Var(&limit, "limit", 20, "most batches to list")
	c.Flags().Uint64Var(&newest, "newest", 0, "newest batch to list; 0 for the newest sealed")
	return c
}

func newBatchShow(a *app) *cobra.Command {
	var file string
	c := &cobra.Command{
		Use: "show NUMBER", Short: "Show one batch (0 or \"latest\": the newest) with its evidence on L1 and from DA", Args: exactArgs("NUMBER"),
		Long: `Show prints a batch as a replica has it: its header, where its payload is
published, the transactions that commit and verify it. With --config it also asks
L1 and every DA provider of that configuration itself, and trusts no replica.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			n, err := batchNumber(args[0])
			if err != nil {
				return err
			}
			resp, err := ask(cmd.Context(), a, pb.NewStateServiceClient, pb.StateServiceClient.GetBatch, &pb.GetBatchRequest{Number: n})
			if err != nil {
				return err
			}
			doc := document(resp)
			var found *evidence
			if file != "" {
				if found, err = a.askEvidence(cmd.Context(), file, resp.GetBatch()); err != nil {
					return err
				}
				doc["evidence"] = found
			}
			err = a.print(doc, func(w io.Writer) {
				batchTable(w, resp.GetBatch())
				if found != nil {
					found.table(w)
				}
			})
			if err == nil && found != nil && found.Committed && !found.Matches {
				err = inconsistent("L1 holds another batch %d than the replica", resp.GetBatch().GetNumber())
			}
			return err
		},
	}
	c.Flags().StringVar(&file, "config", "", "a replica's configuration: ask its L1 and DA providers as well")
	return c
}

func batchTable(w io.Writer, b *pb.Batch) {
	row(w, "batch", b.GetNumber())
	row(w, "head", headName(b.GetHead()))
	row(w, "header hash", hex.EncodeToString(b.GetHeaderHash()))
	row(w, "root before", hex.EncodeToString(b.GetPreRoot()))
	row(w, "root after", hex.EncodeToString(b.GetPostRoot()))
	row(w, "payload hash", hex.EncodeToString(b.GetPayloadHash()))
	row(w, "transitions", b.GetTransitions())
	row(w, "sequences", span(b))
	row(w, "first transition", clock(b.GetFirstTimeMs()))
	row(w, "sealed", clock(b.GetSealTimeMs()))
	for _, d := range b.GetDa() {
		row(w, "published", fmt.Sprintf("%s, %d bytes (%s), %s", da.ProviderID(d.GetProvider()), d.GetLength(), da.Codec(d.GetCodec()),
			hex.EncodeToString(d.GetCommitment())))
	}
	if len(b.GetCommitTx()) > 0 {
		row(w, "commit transaction", hex.EncodeToString(b.GetCommitTx()))
		row(w, "commit block", fmt.Sprintf("%d %s", b.GetCommitBlock(), hex.EncodeToString(b.GetCommitBlockHash())))
	}
	if p := b.GetProof(); p != nil {
		text := fmt.Sprintf("%s, program %s, by %s at %s", p.GetSystem(), hex.EncodeToString(p.GetProgram()), p.GetProver(), clock(p.GetRecordedTimeMs()))
		if p.GetSystem() == config.ProofsDevelopment {
			text += " (" + config.Caveat(p.GetSystem()) + ")"
		}
		row(w, "proof", text)
	}
	if len(b.GetVerifyTx()) > 0 {
		row(w, "verify transaction", hex.EncodeToString(b.GetVerifyTx()))
		row(w, "verify block", fmt.Sprintf("%d %s", b.GetVerifyBlock(), hex.EncodeToString(b.GetVerifyBlockHash())))
	}
	if len(b.GetReportedBy()) > 0 {
		row(w, "root stated by", strings.Join(b.GetReportedBy(), ", "))
	}
}

func batchNumber(s string) (uint64, error) {
	if s == "latest" {
		return 0, nil
	}
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil {
		return 0, usage("%q is not a batch number", s)
	}
	return n, nil
}

func headName(h pb.Head) string { return enumName(h.Descriptor(), h.Number()) }

func span(b *pb.Batch) string {
	return strconv.FormatUint(b.GetFirstSequence(), 10) + "-" + strconv.FormatUint(b.GetLastSequence(), 10)
}

func clock(ms int64) string { return time.UnixMilli(ms).UTC().Format("2006-01-02T15:04:05.000Z") }

func dashZero(n uint64) string {
	if n == 0 {
		return "-"
	}
	return strconv.FormatUint(n, 10)
}
