package main

import (
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/rpc/client"
	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
	"github.com/holdfast-rollup/holdfast/sync/layer1"
)

// daTimeout is for what asks L1 and DA providers: their first use of KZG takes seconds.
const daTimeout = time.Minute

func newAnchor(a *app) *cobra.Command {
	return group("anchor", "List L1 transactions in flight, show one, send it again or cancel it",
		newAnchorList(a), newAnchorShow(a), newAnchorRetry(a), newAnchorCancel(a))
}

// anchors asks any replica: all have the same ones.
func (a *app) anchors(ctx context.Context) (*pb.ListAnchorsResponse, error) {
	resp, err := ask(ctx, a, pb.NewAdminServiceClient, pb.AdminServiceClient.ListAnchors, &pb.ListAnchorsRequest{})
	return resp, err
}

func newAnchorList(a *app) *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List L1 transactions whose block is not finalized", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			resp, err := a.anchors(cmd.Context())
			if err != nil {
				return err
			}
			return a.print(document(resp), func(w io.Writer) {
				row(w, "KIND", "NONCE", "BATCHES", "STATUS", "ATTEMPTS", "AGE", "L1 BLOCK", "TRANSACTION")
				for _, x := range resp.GetAnchors() {
					row(w, anchorKind(x), x.GetNonce(), anchorBatches(x), anchorStatus(x), len(x.GetAttempts()),
						time.Since(time.UnixMilli(x.GetIntentTimeMs())).Round(time.Second), dashZero(x.GetBlock()), short(anchorTx(x)))
				}
				if len(resp.GetAnchors()) == 0 {
					row(w, "nothing is in flight")
				}
			})
		},
	}
}

func anchorKind(x *pb.InFlightAnchor) string {
	return enumName(x.GetKind().Descriptor(), x.GetKind().Number())
}

func anchorStatus(x *pb.InFlightAnchor) string {
	text := enumName(x.GetStatus().Descriptor(), x.GetStatus().Number())
	if x.GetStale() {
		text += ", rolled back"
	}
	if at := x.GetAttempts(); x.GetStatus() == pb.AnchorStatus_ANCHOR_STATUS_PENDING && len(at) > 0 && at[len(at)-1].GetCancel() {
		text += ", being cancelled"
	}
	return text
}

func anchorBatches(x *pb.InFlightAnchor) string {
	if x.GetFirstBatch() == 0 {
		return "none"
	}
	return fmt.Sprintf("%d-%d", x.GetFirstBatch(), x.GetLastBatch())
}

// anchorTx is the attempt that landed, or the newest.
func anchorTx(x *pb.InFlightAnchor) []byte {
	if len(x.GetTxHash()) > 0 {
		return x.GetTxHash()
	}
	if at := x.GetAttempts(); len(at) > 0 {
		return at[len(at)-1].GetTxHash()
	}
	return nil
}

// anchorArgs reads KIND NONCE.
func anchorArgs(args []string) (pb.AnchorKind, uint64, error) {
	value, ok := pb.AnchorKind_value["ANCHOR_KIND_"+strings.ToUpper(args[0])]
	if !ok || value == 0 {
		return 0, 0, usage("KIND is %q; must be commit or verify", args[0])
	}
	nonce, err := strconv.ParseUint(args[1], 10, 64)
	if err != nil {
		return 0, 0, usage("NONCE is %q; must be a number, as `holdfast anchor list` shows it", args[1])
	}
	return pb.AnchorKind(value), nonce, nil
}

func newAnchorShow(a *app) *cobra.Command {
	return &cobra.Command{
		Use: "show KIND NONCE", Short: "Show one with all its attempts and its estimate (KIND: commit or verify)", Args: exactArgs("KIND", "NONCE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			kind, nonce, err := anchorArgs(args)
			if err != nil {
				return err
			}
			resp, err := a.anchors(cmd.Context())
			if err != nil {
				return err
			}
			i := slices.IndexFunc(resp.GetAnchors(), func(x *pb.InFlightAnchor) bool { return x.GetKind() == kind && x.GetNonce() == nonce })
			if i < 0 {
				return &exitError{exitNotFound, fmt.Errorf("no %s anchor in flight has nonce %d: it is final, or never was; see `holdfast anchor list`", args[0], nonce)}
			}
			return a.printAnchor(resp.GetAnchors()[i])
		},
	}
}

func (a *app) printAnchor(x *pb.InFlightAnchor) error {
	doc := document(x)
	gas := estimated(x)
	doc["estimated_gas"] = gas
	return a.print(doc, func(w io.Writer) {
		row(w, "anchor", fmt.Sprintf("%s of batches %s, nonce %d", anchorKind(x), anchorBatches(x), x.GetNonce()))
		row(w, "account", "0x"+hex.EncodeToString(x.GetAccount()))
		row(w, "epoch", x.GetEpoch())
		row(w, "status", anchorStatus(x))
		row(w, "intent", clock(x.GetIntentTimeMs()))
		row(w, "estimated gas", dashZero(gas))
		if x.GetBlock() > 0 {
			row(w, "L1 block", fmt.Sprintf("%d %s", x.GetBlock(), hex.EncodeToString(x.GetBlockHash())))
		}
		if x.GetReason() != "" {
			row(w, "failed", x.GetReason())
		}
		for i, at := range x.GetAttempts() {
			what := "content"
			if at.GetCancel() {
				what = "uses the nonce only"
			}
			if at.GetStale() {
				what += ", rolled back"
			}
			row(w, "attempt "+strconv.Itoa(i+1), hex.EncodeToString(at.GetTxHash())+" ("+what+")")
		}
	})
}

// estimated is what an anchor's newest content was estimated to use; 0 if it carries none.
func estimated(x *pb.InFlightAnchor) uint64 {
	kind := cursor.Commit
	if x.GetKind() == pb.AnchorKind_ANCHOR_KIND_VERIFY {
		kind = cursor.Verify
	}
	for _, at := range slices.Backward(x.GetAttempts()) {
		if !at.GetCancel() && x.GetFirstBatch() > 0 {
			e, err := layer1.EstimateAnchor(kind, x.GetFirstBatch(), int(x.GetLastBatch()-x.GetFirstBatch()+1), at.GetRawTx())
			if err == nil {
				return e.Gas
			}
		}
	}
	return 0
}

func newAnchorRetry(a *app) *cobra.Command {
	return newAnchorOrder(a, "retry", "Send a pending one again at once, at its nonce and with higher fees",
		`Retry replaces a pending transaction by the same content with higher fees, as the
leader does by itself after some blocks. It is refused for what is in a block, was
cancelled or rolled back, at the fee caps, and while anchoring is halted.`,
		func(ctx context.Context, c *client.Client, addr string, kind pb.AnchorKind, nonce uint64, reason string) (*pb.InFlightAnchor, error) {
			req := &pb.RetryAnchorRequest{Kind: kind, Nonce: nonce, Reason: reason}
			resp, err := client.AskAt(ctx, c, addr, pb.NewAdminServiceClient, pb.AdminServiceClient.RetryAnchor, req)
			return resp.GetAnchor(), err
		})
}

func newAnchorCancel(a *app) *cobra.Command {
	return newAnchorOrder(a, "cancel", "Replace a pending one by a transaction that only uses its nonce",
		`Cancel replaces a pending transaction by one that does nothing, at the same nonce.
Which of the two lands L1 decides. The batches go out again at a later nonce, unless
anchoring is halted. It is refused for what is in a block or is being cancelled.`,
		func(ctx context.Context, c *client.Client, addr string, kind pb.AnchorKind, nonce uint64, reason string) (*pb.InFlightAnchor, error) {
			req := &pb.CancelAnchorRequest{Kind: kind, Nonce: nonce, Reason: reason}
			resp, err := client.AskAt(ctx, c, addr, pb.NewAdminServiceClient, pb.AdminServiceClient.CancelAnchor, req)
			return resp.GetAnchor(), err
		})
}

func newAnchorOrder(a *app, use, short, long string,
	call func(ctx context.Context, c *client.Client, addr string, kind pb.AnchorKind, nonce uint64, reason string) (*pb.InFlightAnchor, error),
) *cobra.Command {
	var reason string
	c := &cobra.Command{
		Use: use + " KIND NONCE", Short: short + " (KIND: commit or verify)", Long: long + "\nThe leader does it; the audit trail keeps the reason.",
		Args: exactArgs("KIND", "NONCE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			kind, nonce, err := anchorArgs(args)
			if err != nil {
				return err
			}
			if strings.TrimSpace(reason) == "" {
				return usage("--reason must say why; the audit trail keeps it")
			}
			var x *pb.InFlightAnchor
			err = a.withClient(cmd.Context(), nil, func(ctx context.Context, c *client.Client) (err error) {
				// One replica, once: it forwards to the leader, and a second order would raise the fees again.
				x, err = call(ctx, c, a.endpoints[0], kind, nonce, reason)
				return err
			})
			if err != nil {
				return err
			}
			return a.printAnchor(x)
		},
	}
	c.Flags().StringVar(&reason, "reason", "", "why; kept in the audit trail")
	return c
}
