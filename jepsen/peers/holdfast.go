package main

// Holdfast's figures are those that its own command prints.

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// holdfastLoad is what `holdfast bench submit -o json` says.
type holdfastLoad struct {
	PerSecond float64 `json:"transitions_per_second"`
	Latency   struct {
		P50 float64 `json:"p50"`
		P99 float64 `json:"p99"`
	} `json:"latency_ms"`
	Started struct {
		Executor  string  `json:"executor"`
		Fdatasync float64 `json:"fdatasync_ms"`
		RoundTrip float64 `json:"round_trip_ms"`
	} `json:"started"`
}

// floor is what a commit takes at least: the leader's disk, then a follower's beside a round trip.
func (l holdfastLoad) floor() float64 { return 2*l.Started.Fdatasync + l.Started.RoundTrip }

// submit runs the command with a cluster of its own.
func submit(ctx context.Context, program string, clients int, s span, args ...string) (l holdfastLoad, err error) {
	err = runJSON(ctx, &l, program, append([]string{
		"bench", "submit", "--replicas", strconv.Itoa(members), "--clients", strconv.Itoa(clients),
		"--connections", strconv.Itoa(connections(clients)), "--accounts", "1024",
		"--warmup", s.warmup.String(), "--duration", s.measured.String(), "--timeout", "30s", "-o", "json",
	}, args...)...)
	return l, err
}

// runJSON runs a program that prints one JSON document.
func runJSON(ctx context.Context, into any, program string, args ...string) error {
	var out, complaint bytes.Buffer
	c := exec.CommandContext(ctx, program, args...)
	c.Cancel = func() error { return c.Process.Signal(os.Interrupt) }
	c.WaitDelay = patience
	c.Stdout, c.Stderr = &out, &complaint
	if err := c.Run(); err != nil {
		lines := strings.Split(strings.TrimSpace(complaint.String()), "\n")
		return fmt.Errorf("%s %s: %w: %s", filepath.Base(program), strings.Join(args[:min(2, len(args))], " "), err, strings.Join(lines[max(0, len(lines)-2):], "; "))
	}
	return json.Unmarshal(out.Bytes(), into)
}

// holdfast is a contender whose command starts a cluster for each level.
func holdfast(program, logStore string, floors *[]holdfastLoad) *contender {
	return &contender{
		name: "Holdfast, " + logStore,
		what: "three `holdfast node` processes, log store " + logStore + ", executor paused; unary gRPC by the Go client; matching, balances, receipts and sealed roots included",
		run: func(ctx context.Context, clients int, s span) (rates, error) {
			l, err := submit(ctx, program, clients, s, "--mode", "unary", "--log-store", logStore)
			if clients == 1 && err == nil {
				*floors = append(*floors, l)
			}
			return rates{perSecond: l.PerSecond, p50: l.Latency.P50, p99: l.Latency.P99}, err
		},
	}
}
