package node

// heapFloor keeps the collector from running many times a second while the state is small and transitions come by the
// ten thousand: it runs when the heap has doubled, and this much counts from the start.
const heapFloor = 256 << 20

// reserveHeap returns memory that nobody touches. The collector counts it as live; it never becomes resident. It counts
// for as long as the caller keeps it alive.
func reserveHeap() []byte { return make([]byte, heapFloor) }
