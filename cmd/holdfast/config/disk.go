package config

import (
	"fmt"
	"time"
)

// Disk bounds what the replica writes, and says when its disk is called slow or hung.
type Disk struct {
	// ReserveBytes is the free space below which no transitions are taken; they are again once a quarter more is free. The
	// log and snapshots leave its last quarter alone, so that votes can always be written.
	ReserveBytes uint64 `yaml:"reserve_bytes"`
	// BudgetBytes is how much of the data directory the log, the stable store and snapshots may take together; 0 for as much
	// as the file system has. What is left of it counts as free space.
	BudgetBytes uint64 `yaml:"budget_bytes"`
	// LogBudgetBytes is for the entries of the log: at half of it a snapshot is taken and the log cut, at the whole no
	// transitions are taken. The file of the boltdb store takes up to three times as much and never shrinks.
	LogBudgetBytes uint64 `yaml:"log_budget_bytes"`
	// SlowLimit is for a write to the log: a leader whose writes take longer hands over to a replica whose do not.
	SlowLimit time.Duration `yaml:"slow_limit"`
	// HangLimit is how long a write may not return; then the process ends.
	HangLimit time.Duration `yaml:"hang_limit"`
}

func (c *Config) validateDisk(v *validator) {
	d := &c.Disk
	if d.ReserveBytes < 1<<20 || d.ReserveBytes > 1<<40 {
		v.fault("disk.reserve_bytes", fmt.Sprintf("is %d; must be 2^20 to 2^40", d.ReserveBytes))
	}
	if d.BudgetBytes > 0 && d.BudgetBytes < 2*d.ReserveBytes {
		v.fault("disk.budget_bytes", fmt.Sprintf("is %d; must be 0, or at least twice disk.reserve_bytes", d.BudgetBytes))
	}
	if d.LogBudgetBytes < 1<<20 || d.LogBudgetBytes > 1<<50 {
		v.fault("disk.log_budget_bytes", fmt.Sprintf("is %d; must be 2^20 to 2^50", d.LogBudgetBytes))
	}
	v.positive("disk.slow_limit", d.SlowLimit)
	if d.HangLimit < d.SlowLimit {
		v.fault("disk.hang_limit", "must not be shorter than disk.slow_limit")
	}
}
