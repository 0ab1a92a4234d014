// Package aside does work that makes way: for what no caller waits for, beside submissions that somebody does wait for.
//
// Two schedulers have to know of it. The kernel's is told by the priority of a thread. The Go runtime's knows no
// priorities: a thread that waits for a core behind others still holds one of the GOMAXPROCS places in which goroutines
// run, and on two cores that is half of them. So a replica's process has places for work aside beside its own.
package aside

import "runtime"

// lanes has room for what is done at one time: as much as the process had places at its start.
var lanes = make(chan struct{}, runtime.GOMAXPROCS(0))

// MakeRoom gives the process a place for each lane, beside those that it had at its start. From then on the Go runtime does
// not follow a limit of processor time that is changed while the process runs.
func MakeRoom() { runtime.GOMAXPROCS(2 * cap(lanes)) }

// Do does work in a thread that makes way for this process's others, and returns what it returned when it is done. It
// waits while all lanes are taken, so work must not call Do. Where a thread cannot have a priority of its own, on other
// systems than Linux, work is done as anything else.
func Do(work func() error) error {
	lanes <- struct{}{}
	defer func() { <-lanes }()
	done := make(chan error)
	go func() {
		runtime.LockOSThread() // and never unlocked: the thread ends with the goroutine, and its priority with it
		makeWay()
		done <- work()
	}()
	return <-done
}
