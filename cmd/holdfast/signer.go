package main

// No key is ever an argument: these flags name where one is.

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/holdfast-rollup/holdfast/cmd/holdfast/config"
	"github.com/holdfast-rollup/holdfast/cmd/holdfast/node"
	"github.com/holdfast-rollup/holdfast/sync/layer1"
)

// signerFlags name what signs a transaction.
type signerFlags struct{ key config.Key }

func (f *signerFlags) add(c *cobra.Command) {
	c.Flags().StringVar(&f.key.File, "key-file", "", "development key: a file of 64 hexadecimal digits that only you can read")
	c.Flags().StringVar(&f.key.Keystore, "keystore", "", "encrypted key (Web3 Secret Storage), with --passphrase-file")
	c.Flags().StringVar(&f.key.Passphrase, "passphrase-file", "", "file with the passphrase of --keystore")
	c.Flags().StringVar((*string)(&f.key.Web3Signer), "web3signer", "", "URL of a Web3Signer (URL, env:NAME or file:PATH), with --account")
	c.Flags().StringVar((*string)(&f.key.Clef), "clef", "", "URL of a clef (URL, env:NAME or file:PATH), with --account")
	c.Flags().StringVar(&f.key.Account, "account", "", "account that the external signer signs for, 0x and 40 hex digits")
}

func (f *signerFlags) open() (layer1.Signer, error) {
	if !f.key.Given() {
		return nil, usage("name what signs: --key-file, --keystore with --passphrase-file, or --web3signer or --clef with --account")
	}
	if digits := strings.TrimPrefix(f.key.File, "0x"); len(digits) == 64 && strings.Trim(digits, "0123456789abcdefABCDEF") == "" {
		return nil, usage("--key-file names a file; what was given looks like a key, which the shell's history may hold now")
	}
	if err := f.key.Validate(); err != nil {
		return nil, usage("the signer's flags: %v", err)
	}
	return node.Signer(f.key)
}
