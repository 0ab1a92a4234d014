package aside

import (
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
)

// As much is done aside at one time as there is room for, and the rest afterwards.
func TestDoTakesTurns(t *testing.T) {
	var works sync.WaitGroup
	var running atomic.Int64
	begun, end := make(chan struct{}), make(chan struct{})
	for range 3 * cap(lanes) {
		works.Go(func() {
			_ = Do(func() error {
				if n := running.Add(1); int(n) > cap(lanes) {
					t.Errorf("%d pieces of work are done at one time, there are %d lanes", n, cap(lanes))
				}
				begun <- struct{}{}
				<-end
				running.Add(-1)
				return nil
			})
		})
	}
	for range cap(lanes) {
		<-begun
	}
	if len(lanes) != cap(lanes) {
		t.Errorf("%d pieces of work have begun, and %d of %d lanes are taken", cap(lanes), len(lanes), cap(lanes))
	}
	close(end)
	for range 2 * cap(lanes) {
		<-begun
	}
	works.Wait()
	if len(lanes) != 0 {
		t.Errorf("%d lanes are taken at the end", len(lanes))
	}
}

// MakeRoom adds a place for each lane, however often it is called.
func TestMakeRoom(t *testing.T) {
	before := runtime.GOMAXPROCS(0)
	defer runtime.GOMAXPROCS(before)
	for range 2 {
		MakeRoom()
		if got := runtime.GOMAXPROCS(0); got != 2*cap(lanes) {
			t.Errorf("%d places for this process's %d and %d lanes", got, cap(lanes), cap(lanes))
		}
	}
}
