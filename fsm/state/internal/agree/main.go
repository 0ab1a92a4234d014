// Command agree prints the digest of a seeded flow. A test builds it for
// another platform and compares what it prints with its own.
package main

import (
	"fmt"
	"io"
	"os"
	"strconv"

	"github.com/holdfast-rollup/holdfast/fsm/state/internal/flow"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// run takes a seed, a number of transitions, and how many make a batch.
func run(args []string, stdout, stderr io.Writer) int {
	var numbers [3]int
	if len(args) != len(numbers) {
		_, _ = fmt.Fprintln(stderr, "usage: agree SEED TRANSITIONS EVERY")
		return 2
	}
	for i, arg := range args {
		n, err := strconv.Atoi(arg)
		if err != nil || n < 1 {
			_, _ = fmt.Fprintf(stderr, "agree: %q is no positive number\n", arg)
			return 2
		}
		numbers[i] = n
	}
	digest, err := flow.Digest(uint64(numbers[0]), numbers[1], numbers[2])
	if err != nil {
		_, _ = fmt.Fprintln(stderr, "agree:", err)
		return 1
	}
	if _, err := fmt.Fprintf(stdout, "%x\n", digest); err != nil {
		return 1
	}
	return 0
}
