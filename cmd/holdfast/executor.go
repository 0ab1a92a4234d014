package main

import (
	"context"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/holdfast-rollup/holdfast/sync/zkvm"
)

// executorCommand is how a replica begins its executor's process: this program again.
func executorCommand() ([]string, error) {
	exe, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find this program for the executor's process: %w", err)
	}
	return []string{exe, "executor"}, nil
}

// newExecutor is the process that a replica executes batches in. Nobody types it.
func newExecutor(a *app) *cobra.Command {
	var config zkvm.Config
	var back bool
	c := &cobra.Command{
		Use: "executor", Short: "Execute batches for the replica that began this process", Args: noArgs, Hidden: true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ready := func() {
				if !back {
					return
				}
				if err := zkvm.StandBack(); err != nil {
					a.progress("%v", err) // it executes as well, and in the way
				}
			}
			// An interrupt is the replica's: this process ends with its standard input.
			return zkvm.Serve(context.WithoutCancel(cmd.Context()), config, ready, cmd.InOrStdin(), a.out)
		},
	}
	flags := c.Flags()
	flags.IntVar(&config.MemoryBytes, "memory", 0, "cap on the guest's memory, in bytes")
	flags.IntVar(&config.InputBytes, "input", 0, "cap on one input, in bytes")
	flags.BoolVar(&back, "back", false, "run when nothing else wants to")
	flags.StringVar(&config.CacheDir, "cache", "", "directory that keeps the compiled guest")
	return c
}
