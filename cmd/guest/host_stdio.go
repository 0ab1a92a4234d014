//go:build !wasip1

package main

import (
	"fmt"
	"io"
	"os"

	"github.com/holdfast-rollup/holdfast/fsm/tree"
)

func readInput() ([]byte, error) {
	input, err := io.ReadAll(os.Stdin)
	if err != nil {
		return nil, fmt.Errorf("read the input: %w", err)
	}
	return input, nil
}

func writeOutput(output []byte) error {
	if _, err := os.Stdout.Write(output); err != nil {
		return fmt.Errorf("write the output: %w", err)
	}
	return nil
}

func refuse(err error) { fmt.Fprintln(os.Stderr, err) }

func pulse() {}

func hasher() tree.Hasher { return tree.SHA256 }
