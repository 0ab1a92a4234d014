package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"
	"google.golang.org/grpc"

	"github.com/holdfast-rollup/holdfast/cmd/holdfast/config"
	"github.com/holdfast-rollup/holdfast/rpc/client"
	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
	"github.com/holdfast-rollup/holdfast/sync/da"
	"github.com/holdfast-rollup/holdfast/sync/layer1"
	"github.com/holdfast-rollup/holdfast/sync/recovery"
)

// But for create, these commands read the archive themselves: they are for when no node runs.

func newCheckpoint(a *app) *cobra.Command {
	return group("checkpoint", "Make, list, verify, export and remove checkpoints in the archive",
		newCheckpointCreate(a), newCheckpointList(a), newCheckpointInspect(a), newCheckpointVerify(a), newCheckpointExport(a), newCheckpointPrune(a))
}

// withCheckpoints runs fn on the archive of a configuration.
func (a *app) withCheckpoints(ctx context.Context, file string, fn func(*config.Config, *recovery.Checkpoints) error) (err error) {
	if file == "" {
		return usage("--config must name a replica's configuration: its section da says where the archive is")
	}
	cfg, err := config.Load(config.Sources{File: file, Env: a.env})
	if err != nil {
		return err
	}
	var set *da.Set
	if set, err = openArchive(ctx, cfg); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, set.Close()) }()
	return recoveryError(fn(cfg, recovery.NewCheckpoints(set.Archive())))
}

func newCheckpointCreate(a *app) *cobra.Command {
	return &cobra.Command{
		Use: "create", Short: "Have a replica make a checkpoint now", Args: noArgs,
		Long: `Create has the first replica of --endpoints that answers take a snapshot and put it into
the archive. Chunks that the archive has already, from another checkpoint or from an
interrupted transfer, are not written again. Give a large state more --timeout.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var made *pb.CreateCheckpointResponse
			err := a.withClient(cmd.Context(), nil, func(ctx context.Context, c *client.Client) error {
				return c.Read(ctx, func(ctx context.Context, conn grpc.ClientConnInterface) error {
					stream, err := pb.NewRecoveryServiceClient(conn).CreateCheckpoint(ctx, &pb.CreateCheckpointRequest{})
					for err == nil {
						var next *pb.CreateCheckpointResponse
						if next, err = stream.Recv(); err == nil {
							made = next
							a.progress("%d bytes are in the archive", next.GetDoneBytes())
						}
					}
					if errors.Is(err, io.EOF) && made.GetCheckpoint() != nil {
						return nil
					}
					return err
				})
			})
			if err != nil {
				return err
			}
			return a.print(document(made), func(w io.Writer) {
				c := made.GetCheckpoint()
				row(w, "checkpoint", c.GetName())
				row(w, "batch", c.GetBatch())
				row(w, "bytes", fmt.Sprintf("%d, of which %d were not in the archive yet", c.GetBytes(), made.GetMovedBytes()))
			})
		},
	}
}

func newCheckpointList(a *app) *cobra.Command {
	var file string
	c := &cobra.Command{
		Use: "list", Short: "List the archive's checkpoints, newest first", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withCheckpoints(cmd.Context(), file, func(_ *config.Config, cs *recovery.Checkpoints) error {
				list, err := cs.List(cmd.Context())
				if err != nil {
					return err
				}
				docs := make([]map[string]any, len(list))
				for i, l := range list {
					docs[i] = map[string]any{"name": l.Name}
					if l.Err != nil {
						docs[i]["error"] = l.Err.Error()
						continue
					}
					m := l.Manifest
					docs[i]["batch"], docs[i]["root"], docs[i]["bytes"], docs[i]["made_ms"], docs[i]["node"] = m.Batch, m.Root, m.Bytes, m.MadeMs, m.Node
					docs[i]["chunks"], docs[i]["sequence"], docs[i]["l1"] = len(m.Chunks), m.Sequence, m.L1
				}
				return a.print(map[string]any{"checkpoints": docs}, func(w io.Writer) {
					row(w, "NAME", "BATCH", "BYTES", "MADE", "BY", "ON L1")
					for _, l := range list {
						if l.Err != nil {
							row(w, l.Name, "damaged", l.Err)
							continue
						}
						m := l.Manifest
						row(w, l.Name, m.Batch, m.Bytes, time.UnixMilli(m.MadeMs).UTC().Format(time.RFC3339), m.Node, yesNo(m.L1 != nil))
					}
				})
			})
		},
	}
	c.Flags().StringVar(&file, "config", "", "a replica's configuration, whose archive is read")
	return c
}

func newCheckpointInspect(a *app) *cobra.Command {
	var file string
	c := &cobra.Command{
		Use: "inspect NAME", Short: "Show a checkpoint's manifest", Args: exactArgs("NAME"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withCheckpoints(cmd.Context(), file, func(_ *config.Config, cs *recovery.Checkpoints) error {
				m, err := cs.Load(cmd.Context(), args[0])
				if err != nil {
					return err
				}
				return a.print(m, func(w io.Writer) { manifestRows(w, m) })
			})
		},
	}
	c.Flags().StringVar(&file, "config", "", "a replica's configuration, whose archive is read")
	return c
}

func manifestRows(w io.Writer, m *recovery.Manifest) {
	row(w, "checkpoint", m.Name())
	row(w, "batch", fmt.Sprintf("%d, root %x", m.Batch, m.Root[:]))
	row(w, "header", fmt.Sprintf("%x", m.HeaderHash[:]))
	row(w, "sequence", m.Sequence)
	row(w, "made", fmt.Sprintf("%s by %s, index %d of term %d", time.UnixMilli(m.MadeMs).UTC().Format(time.RFC3339), m.Node, m.Index, m.Term))
	row(w, "bytes", fmt.Sprintf("%d in %d chunks, SHA-256 %x", m.Bytes, len(m.Chunks), m.SHA256[:]))
	if m.L1 != nil {
		row(w, "on L1", fmt.Sprintf("block %d, transaction %x", m.L1.Block, m.L1.Transaction[:]))
	}
}

func newCheckpointVerify(a *app) *cobra.Command {
	var file string
	var noL1 bool
	c := &cobra.Command{
		Use: "verify NAME", Short: "Read a checkpoint whole, build its state, and compare it with L1", Args: exactArgs("NAME"),
		Long: `Verify reads every chunk and names each that is damaged, builds the state, recomputes
every root and digest, and compares the batch's header hash with what the contract
holds (--no-l1 leaves that out).`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withCheckpoints(cmd.Context(), file, func(cfg *config.Config, cs *recovery.Checkpoints) error {
				return a.verifyCheckpoint(cmd.Context(), cs, args[0], file, cfg.Anchoring() && !noL1)
			})
		},
	}
	c.Flags().StringVar(&file, "config", "", "a replica's configuration, whose archive and L1 are read")
	c.Flags().BoolVar(&noL1, "no-l1", false, "do not ask L1")
	return c
}

func (a *app) verifyCheckpoint(ctx context.Context, cs *recovery.Checkpoints, name, file string, askL1 bool) error {
	m, err := cs.Load(ctx, name)
	if err != nil {
		return err
	}
	v, err := cs.Verify(ctx, m, machineConfig())
	if err != nil {
		for _, d := range v.Damaged {
			a.progress("%v", d)
		}
		return err
	}
	anchored := "not asked"
	if askL1 {
		chain := chainFlags{config: file, timeout: daTimeout}
		err = chain.withChain(ctx, a, true, func(ctx context.Context, _ *layer1.Client, c *layer1.Contract) error {
			seen, ierr := c.Inspect(ctx, m.Batch, layer1.Latest)
			switch {
			case ierr != nil:
				return ierr
			case !seen.Committed():
				anchored = "not on L1 yet"
			case seen.HeaderHash != m.HeaderHash:
				return inconsistent("L1 holds header %x of batch %d, the checkpoint %x", seen.HeaderHash, m.Batch, m.HeaderHash[:])
			default:
				anchored = "the same on L1"
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return a.print(map[string]any{"name": name, "ok": true, "l1": anchored, "leaves": v.Summary.Leaves, "bytes": v.Summary.Bytes}, func(w io.Writer) {
		row(w, "checkpoint", name+" is whole")
		row(w, "state", fmt.Sprintf("%d leaves in all versions, root %x", v.Summary.Leaves, m.Root[:]))
		row(w, "L1", anchored)
	})
}

func newCheckpointExport(a *app) *cobra.Command {
	var file, out string
	c := &cobra.Command{
		Use: "export NAME", Short: "Write a checkpoint's snapshot into a file", Args: exactArgs("NAME"),
		Long: `Export writes the snapshot of a checkpoint, each chunk checked, into --out. An
interrupted export goes on after the last whole chunk when it is run again.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if out == "" {
				return usage("--out must name a file")
			}
			return a.withCheckpoints(cmd.Context(), file, func(_ *config.Config, cs *recovery.Checkpoints) error {
				m, err := cs.Load(cmd.Context(), args[0])
				if err != nil {
					return err
				}
				t, err := cs.Export(cmd.Context(), m, out)
				if err != nil {
					return err
				}
				return a.print(t, func(w io.Writer) {
					row(w, "file", out)
					row(w, "bytes", fmt.Sprintf("%d, of which %d were read now", t.Bytes, t.Moved))
				})
			})
		},
	}
	c.Flags().StringVar(&file, "config", "", "a replica's configuration, whose archive is read")
	c.Flags().StringVar(&out, "out", "", "file to write")
	return c
}

func newCheckpointPrune(a *app) *cobra.Command {
	var file string
	var r recovery.Retention
	var dry bool
	c := &cobra.Command{
		Use: "prune", Short: "Remove old checkpoints, and chunks that none names", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if r.Keep < 1 {
				return usage("--keep must be at least 1")
			}
			return a.withCheckpoints(cmd.Context(), file, func(_ *config.Config, cs *recovery.Checkpoints) error {
				p, err := cs.Prune(cmd.Context(), r, time.Now(), dry)
				if err != nil {
					return err
				}
				return a.print(p, func(w io.Writer) {
					for _, name := range p.Checkpoints {
						row(w, "removed", name)
					}
					row(w, "chunks", fmt.Sprintf("%d of %d bytes", p.Chunks, p.Bytes))
				})
			})
		},
	}
	c.Flags().StringVar(&file, "config", "", "a replica's configuration, whose archive is meant")
	c.Flags().IntVar(&r.Keep, "keep", 3, "how many of the newest of each lineage stay")
	c.Flags().DurationVar(&r.Grace, "grace", time.Hour, "how old a chunk that no checkpoint names must be: a transfer may be under way")
	c.Flags().BoolVar(&dry, "dry-run", false, "say what would go and remove nothing")
	return c
}
