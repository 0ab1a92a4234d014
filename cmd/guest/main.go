// Command guest is the zkVM program: it executes one batch and states the result. All of its logic is in
// sync/zkvm/guest; this package only connects it with a host, in one of two ways that are chosen by the platform:
// host_wasip1.go imports the executor's host module, host_stdio.go reads the input from standard input, writes the
// output to standard output and hashes by itself (linux/mipsle for provers, and any native platform for debugging).
package main

import (
	"os"

	"github.com/holdfast-rollup/holdfast/sync/zkvm/guest"
)

func main() { os.Exit(run()) }

// run executes one input and returns the exit status: 0 after an output, 1 after a refusal.
func run() int {
	input, err := readInput()
	if err != nil {
		refuse(err)
		return 1
	}
	output, err := guest.Run(input, guest.Host{Hasher: hasher(), Pulse: pulse})
	if err != nil {
		refuse(err)
		return 1
	}
	if err := writeOutput(output); err != nil {
		refuse(err)
		return 1
	}
	return 0
}
