package zkvm

// IDs is what a process says first.
func IDs() ([32]byte, error) { return ids() }
