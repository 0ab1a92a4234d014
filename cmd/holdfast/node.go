package main

import (
	"fmt"
	"io"
	"log/slog"
	"os"

	"github.com/spf13/cobra"

	"github.com/holdfast-rollup/holdfast/cmd/holdfast/config"
	"github.com/holdfast-rollup/holdfast/cmd/holdfast/node"
)

func newNode(a *app) *cobra.Command {
	var flags configFlags
	c := &cobra.Command{
		Use: "node", Short: "Run a replica", Args: noArgs,
		Long: "Node runs one replica until it is interrupted. It then hands leadership over, lets calls end, and stops.\n" +
			"Every key of the configuration is also an environment variable: rpc.bind is HOLDFAST_RPC_BIND.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := flags.load(a)
			if err != nil {
				return err
			}
			log, err := newLogger(a.err, cfg.Log)
			if err != nil {
				return err
			}
			if err = os.MkdirAll(cfg.Node.DataDir, 0o750); err != nil {
				return fmt.Errorf("make node.data_dir: %w", err)
			}
			executor, err := executorCommand()
			if err != nil {
				return err
			}
			return node.Run(cmd.Context(), node.Options{Config: cfg, Version: programVersion(), Logger: log, ExecutorCommand: executor})
		},
	}
	flags.add(c)
	return c
}

func newLogger(w io.Writer, cfg config.Log) (*slog.Logger, error) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(cfg.Level)); err != nil {
		return nil, fmt.Errorf("log.level: %w", err)
	}
	o := &slog.HandlerOptions{Level: level}
	if cfg.Format == "json" {
		return slog.New(slog.NewJSONHandler(w, o)), nil
	}
	return slog.New(slog.NewTextHandler(w, o)), nil
}
