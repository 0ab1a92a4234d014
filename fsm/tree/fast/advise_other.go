//go:build !linux

package fast

func advise([]byte) {}
