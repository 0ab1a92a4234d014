//go:build !linux

package cluster

import "math"

// spaceOf knows nothing where there is no statfs(2) of Linux: the budget alone bounds what is written.
func spaceOf(string) (free, total uint64, err error) { return math.MaxInt64, math.MaxInt64, nil }
