//go:build !race

package manager_test

const slow = 1 // see race_test.go
