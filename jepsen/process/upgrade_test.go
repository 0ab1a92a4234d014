//go:build linux

package process_test

// Two builds of one source whose versions differ by one, and nothing else: what is tried is how a version comes into use,
// not what it brings.

import (
	"encoding/hex"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// nextBuild builds this source as the release after it: the state machine and the program have the next version, the guest
// of the version before is kept beside the new one.
func nextBuild(t *testing.T) string {
	t.Helper()
	src := t.TempDir()
	copySource(t, src)
	for file, edit := range map[string][2]string{
		"fsm/version.go":             {"const Version uint32 = 1", "const Version uint32 = 2"},
		"sync/zkvm/guest/version.go": {"const ProgramVersion = 1", "const ProgramVersion = 2"},
	} {
		path := filepath.Join(src, file)
		text, err := os.ReadFile(path)
		must(t, err)
		changed := strings.Replace(string(text), edit[0], edit[1], 1)
		if changed == string(text) {
			t.Fatalf("%s has no %q", file, edit[0])
		}
		must(t, os.WriteFile(path, []byte(changed), 0o600))
	}
	next := filepath.Join(t.TempDir(), "holdfast")
	for _, step := range []struct {
		dir  string
		args []string
	}{
		{filepath.Join(src, "sync", "zkvm"), []string{"run", "-buildvcs=false", "./build"}},
		{src, []string{"build", "-buildvcs=false", "-o", next, "./cmd/holdfast"}},
	} {
		cmd := exec.CommandContext(t.Context(), "go", step.args...)
		cmd.Dir = step.dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("go %v: %v\n%s", step.args, err, out)
		}
	}
	return next
}

// copySource copies what the program is built of.
func copySource(t *testing.T, to string) {
	t.Helper()
	root := filepath.Join("..", "..")
	must(t, filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		rel, relErr := filepath.Rel(root, path)
		switch {
		case err != nil:
			return err
		case relErr != nil:
			return relErr
		case d.IsDir() && (strings.HasPrefix(d.Name(), ".") && rel != "." || d.Name() == "node_modules" || rel == "bin" || rel == filepath.Join("jepsen", "peers")):
			return filepath.SkipDir
		case d.IsDir():
			return os.MkdirAll(filepath.Join(to, rel), 0o750)
		case !d.Type().IsRegular():
			return nil
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(to, rel), b, 0o600)
	}))
}

// Rule: cluster.md, rolling upgrades: by deploy/runbooks/rolling-upgrade.md three nodes go from one build to the next under
// load, and back while they may; the new version comes into use only when all have it, from one batch on, and the old build
// serves no more. Nothing acknowledged is lost, and L1 has batches of both versions in one chain.
func TestRollingUpgrade(t *testing.T) {
	booksDrill(t)
	next := nextBuild(t)
	page := rollingPage(t)
	before, handOver, healthy, use, after := page[0], page[1], page[2], page[3], page[4]
	c, l := underLoad(t, options{guarded: true})
	c.awaitCommit()
	leader := c.awaitLeader()
	c.follow(from(leader, before))

	first := c.followersOf(leader)[0]
	c.restart(l, first, next)
	c.follow(from(leader, healthy))
	if out, err := c.typed("holdfast upgrade activate --minimum 2 --endpoints " + leader.rpc); err == nil || !strings.Contains(out, "version 1") {
		t.Errorf("a minimum that two members do not have: %v\n%s", err, out)
	}
	c.restart(l, first, binary) // and back
	c.follow(from(leader, healthy))
	c.restartEach(l, leader, handOver, healthy, next)
	c.awaitCommit() // batches of the old version, executed by the new build

	if out, err := c.typed("holdfast upgrade activate --program 2 --endpoints " + leader.rpc); err == nil || !strings.Contains(out, "no verifier of version 2") {
		t.Errorf("a program version that L1 does not verify: %v\n%s", err, out)
	}
	adapter, err := c.contract.Program(t.Context(), 1)
	must(t, err)
	verifier := "0x" + hex.EncodeToString(adapter.Adapter[:])
	c.follow(from(leader, use, "0x00000000000000000000000000000000000000bb", verifier))
	l.awaitProgress()
	c.awaitCommit()
	c.refusesToRun(l, binary)
	c.awaitTogether()
	c.follow(from(leader, after))
	c.conclude(l)
	c.checkVersions()
}

// refusesToRun starts a follower with a program that is too old, which ends by itself and says why, and then with its own.
func (c *cluster) refusesToRun(l *load, old string) {
	c.t.Helper()
	r := c.followersOf(c.awaitLeader())[0]
	own := r.program
	r.process.signal(c.t, syscall.SIGTERM)
	<-r.process.ended
	r.program = old
	c.start(r)
	<-r.process.ended
	if r.process.code <= 0 || !strings.Contains(r.logged(), "older than the cluster's minimum version") {
		c.t.Errorf("the old build ended with status %d:\n%s", r.process.code, r.logged())
	}
	l.awaitProgress()
	r.program = own
	c.start(r)
}

// checkVersions demands that L1 has batches of version 1, and from one on of version 2.
func (c *cluster) checkVersions() {
	c.t.Helper()
	switched := 0
	chain := c.anchoredChain()
	for i := range chain[1:] {
		was, is := chain[i].header.ProgramVersion, chain[i+1].header.ProgramVersion
		if was != is {
			switched++
		}
		if is < was {
			c.t.Errorf("batch %d is of program %d after %d", chain[i+1].header.Number, is, was)
		}
	}
	first, last := chain[0].header, chain[len(chain)-1].header
	if switched != 1 || first.ProgramVersion != 1 || last.ProgramVersion != 2 {
		c.t.Errorf("the versions of the batches on L1 switch %d times, from %d to %d", switched, first.ProgramVersion, last.ProgramVersion)
	}
}
