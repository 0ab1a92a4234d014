package main

// What a cluster begins with is on every replica's disk, in the archive and on L1 under one root, or init has not ended.

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"

	"github.com/holdfast-rollup/holdfast/cluster"
	"github.com/holdfast-rollup/holdfast/cmd/holdfast/config"
	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/sync/layer1"
	"github.com/holdfast-rollup/holdfast/sync/recovery"
)

// beginning is the book that a cluster begins with; nil for the empty state.
type beginning struct {
	state *fsm.Replayer
	what  fsm.Imported
}

// readBeginning reads --book, before anything is written or sent.
func (a *app) readBeginning(f *initFlags, dir string, report *initReport) (*beginning, error) {
	if f.book == "" {
		return nil, nil
	}
	for i := range f.replicas {
		if err := cluster.Vacant(f.dataPath(dir, i)); err != nil {
			return nil, &exitError{exitUsage, fmt.Errorf("%w: choose another --dir, or remove it if no replica ever ran on it", err)}
		}
	}
	state, what, err := a.readBook(f.book)
	if err != nil {
		return nil, err
	}
	doc := bookDocumentOf(what)
	report.Book = &doc
	return &beginning{state, what}, nil
}

// root is what the contract is created with.
func (b *beginning) root() [32]byte {
	if b == nil {
		return [32]byte{}
	}
	return b.what.Root
}

// fits refuses a contract that the book is not the beginning of.
func (b *beginning) fits(ctx context.Context, client *layer1.Client, base *config.Config) error {
	if _, err := config.ParseAddress(base.L1.Contract); err != nil {
		return usage("--contract %v", err)
	}
	root, begun, err := genesisOnL1(ctx, layer1.NewContract(client, base.ContractAddress()))
	switch {
	case err != nil:
		return onChain(err)
	case root != b.what.Root:
		return usage("--contract %s was created with root %x, the book has %x: deploy another with --genesis-root, or leave out --contract", base.L1.Contract, root, b.what.Root)
	case begun:
		return usage("--contract %s holds batches already: their history goes on by `holdfast recover l1`", base.L1.Contract)
	}
	return nil
}

func (f *initFlags) dataPath(dir string, i int) string {
	return filepath.Join(filepath.Dir(f.configPath(dir, i)), dataDir)
}

// writeBook is write for the replicas that init configures.
func (f *initFlags) writeBook(ctx context.Context, dir string, b *beginning, base *config.Config) error {
	dirs := make([]string, f.replicas)
	for i := range dirs {
		dirs[i] = f.dataPath(dir, i)
	}
	err := b.write(ctx, base, dirs)
	if err != nil && base.L1.Contract != "" {
		err = fmt.Errorf("%w; the contract stands: run init again with --contract %s and another --dir", err, base.L1.Contract)
	}
	return err
}

// write puts the book into the archive of a configuration and makes each replica's data directory of it.
func (b *beginning) write(ctx context.Context, base *config.Config, dataDirs []string) (err error) {
	if u, perr := url.Parse(base.DA.Archive); perr == nil && u.Scheme == "file" {
		if err = os.MkdirAll(u.Path, 0o750); err != nil {
			return fmt.Errorf("make the archive: %w", err)
		}
	}
	set, err := openArchive(ctx, base)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, set.Close()) }()
	genesis := newGenesis(base)
	if _, err = archiveBook(ctx, recovery.NewCheckpoints(set.Archive()), b.state, genesis); err != nil {
		return err
	}
	seed := seedConfig(base)
	seed.Lineage, seed.Index, seed.Term = genesis.Lineage, 1, 1
	for _, dir := range dataDirs {
		if err = cluster.Seed(dir, seed, func(w io.Writer) error { return b.state.WriteGenesis(w, genesis) }); err != nil {
			return err
		}
	}
	return nil
}
