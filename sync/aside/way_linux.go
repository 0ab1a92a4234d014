package aside

import "golang.org/x/sys/unix"

// niceness is the nice value of a thread that makes way: about a tenth of what another gets, but never nothing, because
// all threads of a process wait for each other at times, the collector for every one.
const niceness = 10

// slice is what a thread that makes way asks to run at a time, in nanoseconds: the longest that Linux grants. A thread that
// wakes up takes the core at once from one with a longer slice than its own (EEVDF, since Linux 6.12); a nice value alone
// lets the one that has the core keep it up to a tick. Older kernels do not look at it.
const slice = 100e6

// makeWay lowers the priority of this thread; nothing raises it again. Without it the work is done all the same. As one of
// SCHED_BATCH, it takes no core from another when it wakes up itself.
func makeWay() {
	if now, err := unix.SchedGetAttr(0, 0); err == nil && now.Policy == unix.SCHED_NORMAL {
		now.Policy, now.Nice, now.Runtime = unix.SCHED_BATCH, max(now.Nice, niceness), slice
		_ = unix.SchedSetAttr(0, now, 0)
	}
}
