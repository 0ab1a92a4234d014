//go:build linux

package aside

import (
	"errors"
	"runtime"
	"sync"
	"testing"

	"golang.org/x/sys/unix"
)

// Do: work is done in a thread that makes way for the process's others, whose priority stays.
func TestDo(t *testing.T) {
	nice := func() int {
		raw, err := unix.Getpriority(unix.PRIO_PROCESS, 0)
		if err != nil {
			t.Error(err)
		}
		return 20 - raw
	}
	before := nice()
	failed := errors.New("as it ends")
	for range 4 { // a thread that came back with its priority would be found below
		if err := Do(func() error {
			if got := nice(); got != max(before, niceness) {
				t.Errorf("work is done at nice value %d, this process has %d", got, before)
			}
			if now, err := unix.SchedGetAttr(0, 0); err != nil || now.Policy != unix.SCHED_BATCH {
				t.Errorf("work is done with scheduling policy %+v: %v", now, err)
			}
			return failed
		}); !errors.Is(err, failed) {
			t.Errorf("Do returns %v", err)
		}
	}
	var others sync.WaitGroup
	begun := make(chan struct{})
	for range 4 * runtime.GOMAXPROCS(0) {
		others.Go(func() {
			runtime.LockOSThread()
			defer runtime.UnlockOSThread()
			<-begun // so that each has a thread of its own
			if got := nice(); got != before {
				t.Errorf("another thread has nice value %d, before it was %d", got, before)
			}
		})
	}
	close(begun)
	others.Wait()
}
