package aside

import "golang.org/x/sys/unix"

// niceness is the nice value of a thread that makes way: about a tenth of what another gets, but never nothing, because
// all threads of a process wait for each other at times, the collector for every one.
const niceness = 10

// makeWay lowers the priority of this thread; nothing raises it again. Without it the work is done all the same.
func makeWay() {
	if now, err := unix.Getpriority(unix.PRIO_PROCESS, 0); err == nil && 20-now < niceness {
		_ = unix.Setpriority(unix.PRIO_PROCESS, 0, niceness)
	}
}
