//go:build !linux

package aside

func makeWay() {}
