package main

import (
	"bufio"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/holdfast-rollup/holdfast/fsm"
)

// exportDocument is which state was exported, and what its import comes to.
type exportDocument struct {
	Batch  uint64       `json:"batch"`
	AtRoot string       `json:"at_root"` // of the batch
	Book   bookDocument `json:"book"`
}

func newBookExport(a *app) *cobra.Command {
	var from, to string
	var heir uint64
	c := &cobra.Command{
		Use: "export", Short: "Write the order book of a snapshot as a file that a new cluster can begin with", Args: noArgs,
		Long: `Export verifies a snapshot (` + "`holdfast checkpoint export`" + ` writes one to a file), writes everything
that anybody owns or has on offer at its newest batch as a book, and imports that again to
show what it comes to. A snapshot with transitions that are not sealed yet is refused: halt
intake and synchronize before the checkpoint is made. Orders get new ids in the same
priority; sessions, withdrawals and the L1 queue stay behind with the old history. Fees that
were collected go to the account of --fees-to.`,
		RunE: func(*cobra.Command, []string) error {
			if from == "" || to == "" {
				return usage("--file must name a snapshot and --out a new file")
			}
			at, err := exportBook(from, to, heir)
			if errors.Is(err, fsm.ErrUnsealed) {
				return fmt.Errorf("%w: `holdfast halt`, `holdfast synchronize --until finalized`, then make another checkpoint", err)
			}
			if errors.Is(err, fsm.ErrFees) {
				return usage("%v: name one by --fees-to", err)
			}
			if err != nil {
				return recoveryError(err)
			}
			_, what, err := a.readBook(to)
			if err != nil {
				return err
			}
			doc := exportDocument{at.Batch, hex.EncodeToString(at.Root[:]), bookDocumentOf(what)}
			return a.print(doc, func(w io.Writer) {
				row(w, "exported", fmt.Sprintf("batch %d with root %s", doc.Batch, doc.AtRoot))
				row(w, "as a book of its own")
				doc.Book.rows(w)
			})
		},
	}
	c.Flags().StringVar(&from, "file", "", "snapshot to export, as `holdfast checkpoint export` writes it")
	c.Flags().StringVar(&to, "out", "", "book to write; must not exist")
	c.Flags().Uint64Var(&heir, "fees-to", 0, "account that gets the fees that were collected")
	return c
}

// exportBook leaves no file behind that is not whole.
func exportBook(from, to string, heir uint64) (at fsm.Position, err error) {
	in, err := os.Open(from)
	if err != nil {
		return at, fmt.Errorf("open the snapshot: %w", err)
	}
	defer in.Close() //nolint:errcheck // read only
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return at, usage("--out: %v", err)
	}
	defer func() {
		if err = errors.Join(err, out.Close()); err != nil {
			err = errors.Join(err, os.Remove(to))
		}
	}()
	buffered := bufio.NewWriterSize(out, 1<<20)
	if at, err = fsm.ExportBook(machineConfig(), bufio.NewReaderSize(in, 1<<20), heir, buffered); err != nil {
		return at, err
	}
	return at, errors.Join(buffered.Flush(), out.Sync())
}
