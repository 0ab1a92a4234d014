package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// The members of the peers' clusters are processes of the program, and here of the test.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "member" {
		if err := run(context.Background(), os.Args[1:], io.Discard, os.Stderr); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// doc.go: each peer is three processes that replicate what clients put.
func TestPeersReplicate(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	values, err := rows(16)
	if err != nil {
		t.Fatal(err)
	}
	for name, dial := range map[string]dialer{"etcd": dialEtcd, "raft": dialStore, "echo": dialStore} {
		t.Run(name, func(t *testing.T) {
			p := peer(name, "", self, []string{"member", name}, dial, values)
			if err := p.open(t.Context()); err != nil {
				t.Fatal(err)
			}
			defer p.close()
			var got rates
			for _, measured := range []time.Duration{300 * time.Millisecond, 3 * time.Second, 30 * time.Second} { // on a busy disk
				if got, err = p.run(t.Context(), 4, span{measured: measured}); err == nil {
					break
				}
				t.Logf("in %v: %v", measured, err)
			}
			if err != nil || got.perSecond <= 0 || got.p50 <= 0 || got.p99 < got.p50 {
				t.Errorf("%+v, %v", got, err)
			}
		})
	}
}

// doc.go: what takes too long has fewer rounds, and one at least.
func TestBudget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBudget(10 * time.Second)
		n := 0
		for ; b.left(); n++ {
			if err := b.round(func() error { time.Sleep(4 * time.Second); return nil }); err != nil {
				t.Fatal(err)
			}
		}
		if n != 2 {
			t.Errorf("%d rounds of 4 s in 10 s", n)
		}
	})
}

// doc.go: a figure is the median of the rounds, and what is missing is named and divides nothing.
func TestReport(t *testing.T) {
	x := &result{name: "etcd", levels: []*series{{clients: 1, rounds: []rates{{perSecond: 9}, {perSecond: 1}, {perSecond: 4}}}}}
	if got := x.at(1).perSecond; got != 4 {
		t.Errorf("the median of 9, 1 and 4 is %v", got)
	}
	if x.at(64) != (rates{}) {
		t.Error("a level that was not measured has a figure")
	}
	r := &report{replication: &replicationResults{
		unary:   []*result{x, {name: "Holdfast", levels: []*series{{clients: 1, rounds: []rates{{perSecond: 8}}}}}},
		floors:  map[string]*[]holdfastLoad{"wal": {}, "boltdb": {}},
		missing: []string{"dragonboat cannot be built here"},
	}}
	r.finish()
	var b strings.Builder
	if err := r.write(&b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"| Holdfast | 1 | 8 | 2.00 |", "| Holdfast | 64 | 0 | - |", "- dragonboat cannot be built here"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("the report lacks %q:\n%s", want, b.String())
		}
	}
	if err := run(t.Context(), []string{"-only", "weather"}, io.Discard, io.Discard); err == nil || !strings.Contains(err.Error(), "weather") {
		t.Errorf("an unknown topic: %v", err)
	}
}
