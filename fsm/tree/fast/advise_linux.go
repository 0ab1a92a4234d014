package fast

// What must always hold here: only pages of Go's heap are named, and advice
// changes nothing that can be read in them.

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// huge is the size of a huge page where pages have 4 KiB; with other sizes the
// advice covers a little more or less.
const huge = 2 << 20

// advise asks for huge pages under b. Memory at its ends, which it shares with its
// neighbours, are asked for as well: the heap grows by multiples of 4 MiB that
// begin at such a multiple. What was touched before is put together at once.
func advise(b []byte) {
	from := uintptr(unsafe.Pointer(unsafe.SliceData(b)))
	to := from + uintptr(len(b))
	from, to = from&^(huge-1), (to+huge-1)&^(huge-1)
	if advised(from, to-from, unix.MADV_HUGEPAGE) {
		for at := from; at < to; at += huge {
			advised(at, huge, unix.MADV_COLLAPSE)
		}
	}
}

// advised says whether the system took the advice. Whatever it answers, the memory can be used.
func advised(at, n, advice uintptr) bool {
	_, _, errno := unix.Syscall(unix.SYS_MADVISE, at, n, advice)
	return errno == 0
}
