package main

import (
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"google.golang.org/protobuf/encoding/protojson"

	"github.com/holdfast-rollup/holdfast/fsm/state"
	"github.com/holdfast-rollup/holdfast/rpc/client"
	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
	"github.com/holdfast-rollup/holdfast/rpc/wire"
)

// atFlags say at which batch.
type atFlags struct {
	head  string
	batch uint64
}

func (f *atFlags) add(c *cobra.Command, head string) {
	c.Flags().StringVar(&f.head, "at", head, "head whose newest batch is meant: sealed, executed, published, committed, proven or finalized")
	c.Flags().Uint64Var(&f.batch, "batch", 0, "an exact batch instead of a head")
}

func (f *atFlags) value() (pb.Head, error) {
	h, ok := headNamed(f.head)
	if !ok || h == pb.Head_HEAD_APPLIED { // which is no batch
		return 0, usage("--at is %q; must be sealed, executed, published, committed, proven or finalized", f.head)
	}
	return h, nil
}

func headNamed(name string) (pb.Head, bool) {
	h, ok := pb.Head_value["HEAD_"+strings.ToUpper(name)]
	return pb.Head(h), ok && h != 0
}

func newProve(a *app) *cobra.Command {
	var at atFlags
	var file string
	c := &cobra.Command{
		Use: "prove RECORD...", Short: "Get a proof that records are, or are not, in a batch's state",
		Long: "Prove asks a replica for a proof at a head or batch.\n" + recordHelp +
			"\nWith --proof-out the proof is kept for `holdfast verify --proof`. The replica's word is not evidence: verify checks it against L1.",
		Args: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usage("name at least one record\n%s", recordHelp)
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			head, err := at.value()
			if err != nil {
				return err
			}
			req := &pb.ProveRequest{Head: head, Batch: at.batch}
			for _, name := range args {
				key, err := recordKey(name)
				if err != nil {
					return err
				}
				req.Keys = append(req.Keys, &pb.RecordKey{Record: &pb.RecordKey_Raw{Raw: key}})
			}
			return a.prove(cmd.Context(), req, file)
		},
	}
	at.add(c, "sealed")
	c.Flags().StringVar(&file, "proof-out", "", "file to write the proof to")
	return c
}

func (a *app) prove(ctx context.Context, req *pb.ProveRequest, file string) error {
	resp, err := ask(ctx, a, pb.NewVerifyServiceClient, pb.VerifyServiceClient.Prove, req)
	if err != nil {
		return err
	}
	p := resp.GetProof()
	records, err := wire.CheckProof([32]byte(p.GetRoot()), p)
	if err != nil {
		return fmt.Errorf("%w under the root it came with: %w", client.ErrProofFailed, err)
	}
	if file != "" {
		b, err := protojson.MarshalOptions{Multiline: true}.Marshal(p)
		if err != nil {
			return fmt.Errorf("encode proof: %w", err)
		}
		if err := os.WriteFile(file, append(b, '\n'), 0o644); err != nil {
			return fmt.Errorf("write proof: %w", err)
		}
	}
	return a.print(document(resp), func(w io.Writer) {
		row(w, "batch", p.GetBatch())
		row(w, "root", hex.EncodeToString(p.GetRoot()))
		row(w, "proof", fmt.Sprintf("%d bytes", len(p.GetEncoding())))
		recordsTable(w, records)
		if file != "" {
			row(w, "written to", file)
		}
		row(w, "the root is the replica's word; `holdfast verify` compares it with L1")
	})
}

func recordsTable(w io.Writer, records []wire.Record) {
	for _, r := range records {
		if r.Present {
			row(w, "present", describeRecord(r.Key, r.Value))
		} else {
			row(w, "absent", state.KeyName(r.Key))
		}
	}
}
