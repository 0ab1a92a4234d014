package main

import (
	"io"

	"github.com/spf13/cobra"

	"github.com/holdfast-rollup/holdfast/cmd/holdfast/config"
)

func newConfig(a *app) *cobra.Command {
	return group("config", "Check or print a replica's configuration", newConfigCheck(a), newConfigPrint(a))
}

// configFlags are where a configuration comes from.
type configFlags struct {
	file string
	set  []string
}

func (f *configFlags) add(c *cobra.Command) {
	c.Flags().StringVar(&f.file, "config", "", "YAML file; without one, the defaults of a single node")
	c.Flags().StringArrayVar(&f.set, "set", nil, "override one key, as path=value (repeatable)")
}

func (f *configFlags) load(a *app) (*config.Config, error) {
	return config.Load(config.Sources{File: f.file, Env: a.env, Set: f.set})
}

func newConfigCheck(a *app) *cobra.Command {
	var flags configFlags
	c := &cobra.Command{
		Use: "check", Short: "Report everything that is wrong with a configuration", Args: noArgs,
		RunE: func(*cobra.Command, []string) error {
			if _, err := flags.load(a); err != nil {
				return err
			}
			return a.print(map[string]bool{"valid": true}, func(w io.Writer) { row(w, "the configuration is valid") })
		},
	}
	flags.add(c)
	return c
}

func newConfigPrint(a *app) *cobra.Command {
	var flags configFlags
	c := &cobra.Command{
		Use: "print", Short: "Print the configuration in force, secrets masked", Args: noArgs,
		RunE: func(*cobra.Command, []string) error {
			cfg, err := flags.load(a)
			if err != nil {
				return err
			}
			if a.format == "json" {
				return printed(a, cfg.JSON)
			}
			return printed(a, cfg.YAML)
		},
	}
	flags.add(c)
	return c
}

func printed[T string | []byte](a *app, encode func() (T, error)) error {
	text, err := encode()
	if err != nil {
		return err
	}
	_, err = a.out.Write([]byte(text))
	return err
}
