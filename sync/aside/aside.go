// Package aside does work that makes way: for what no caller waits for, beside submissions that somebody does wait for.
package aside

import "runtime"

// Do does work in a thread that makes way for this process's others, and returns what it returned when it is done. Where
// a thread cannot have a priority of its own, on other systems than Linux, it is done as anything else.
func Do(work func() error) error {
	done := make(chan error)
	go func() {
		runtime.LockOSThread() // and never unlocked: the thread ends with the goroutine, and its priority with it
		makeWay()
		done <- work()
	}()
	return <-done
}
