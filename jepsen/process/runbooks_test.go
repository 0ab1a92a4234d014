//go:build linux

package process_test

// A page is tried by what stands on it: its commands are run as they are, with the test's own addresses in their place.
// What a page says in words, such as to stop a node, the test does.

import (
	"encoding/hex"
	"errors"
	"fmt"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/holdfast-rollup/holdfast/sync/layer1"
)

func booksDrill(t *testing.T) {
	t.Helper()
	if os.Getenv("HOLDFAST_RUNBOOKS") == "" {
		t.Skip("set HOLDFAST_RUNBOOKS=1: half a minute a page")
	}
}

// runnable is a line of a page that is typed into a shell.
var runnable = regexp.MustCompile(`^(?:[A-Z0-9_]+=\S+ )*(?:holdfast|cp|mv|sed) `)

// blocks are the commands of a page, one list for each of its code blocks that has any.
func blocks(t *testing.T, page string) [][]string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "deploy", "runbooks", page))
	must(t, err)
	var out [][]string
	for i, part := range strings.Split(string(text), "```") {
		if i%2 == 0 {
			continue
		}
		var commands []string
		for line := range strings.Lines(part) {
			if line = strings.TrimSpace(line); runnable.MatchString(line) {
				commands = append(commands, line)
			}
		}
		if len(commands) > 0 {
			out = append(out, commands)
		}
	}
	return out
}

// pageOf is blocks of a page that is known to have so many.
func pageOf(t *testing.T, page string, want int) [][]string {
	t.Helper()
	all := blocks(t, page)
	if len(all) != want {
		t.Fatalf("%s has %d blocks of commands, and had %d", page, len(all), want)
	}
	return all
}

// from is a block with another replica to ask, and other names than the page's.
func from(r *replica, commands []string, names ...string) []string {
	var out []string
	for _, c := range commands {
		out = append(out, strings.NewReplacer(append(names, "127.0.0.1:7101", r.rpc)...).Replace(c))
	}
	return out
}

// follow runs the commands of one block, from the directory above the cluster's.
func (c *cluster) follow(commands []string) {
	c.t.Helper()
	for _, command := range commands {
		if out, err := c.typed(command); err != nil {
			c.t.Fatalf("%s: %v\n%s", command, err, out)
		}
	}
}

// typed runs one line. A node that it starts is the cluster's replica with this configuration, and goes on.
func (c *cluster) typed(line string) (string, error) {
	c.t.Helper()
	words := strings.Fields(strings.ReplaceAll(line, "127.0.0.1:7101", c.replicas[0].rpc))
	program := slices.IndexFunc(words, func(w string) bool { return !strings.Contains(w, "=") })
	env, args := words[:program], words[program:]
	if args[0] == "holdfast" && args[1] == "node" {
		i := slices.IndexFunc(c.replicas, func(r *replica) bool { return r.config == filepath.Join(c.dir, args[3]) })
		if i < 0 {
			return "", fmt.Errorf("%s is nobody's configuration", args[3])
		}
		c.replicas[i].env = append(c.replicas[i].env, env...)
		c.start(c.replicas[i])
		return "", nil
	}
	if args[0] == "holdfast" {
		args[0] = binary
	}
	cmd := exec.CommandContext(c.t.Context(), args[0], args[1:]...)
	cmd.Dir, cmd.Env = c.dir, environment(env...)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// lose ends a replica and its disk.
func (c *cluster) lose(r *replica) {
	c.t.Helper()
	c.kill(r)
	must(c.t, os.RemoveAll(filepath.Join(r.dir, "data")))
}

// filled is a cluster with a guardian of its own in which everything that was submitted is final.
func filled(t *testing.T) (*cluster, *load) {
	t.Helper()
	c, l := underLoad(t, options{guarded: true})
	c.awaitCommit()
	l.finish()
	c.awaitDrained()
	return c, l
}

// goesOn writes to a recovered cluster, and holds everything that was acknowledged before and after it against L1.
func (c *cluster) goesOn(l *load) {
	c.t.Helper()
	c.recovered = true
	w := newWriter(c, l)
	for range 20 {
		w.write(c.t)
	}
	c.awaitDrained()
	chain := c.anchoredChain()
	c.checkRoots(chain)
	c.checkReceipts(chain, l.histories())
	c.checkBooks(checkModel(c.t, chain, l.histories()), l)
	c.checkConsistent()
	first, last := chain[0].header, chain[len(chain)-1].header
	if first.Lineage == last.Lineage {
		c.t.Errorf("the last batch on L1, %d, is of the lineage that was lost", last.Number)
	}
}

// initialize runs a block with init in it, and takes what it made as the cluster of the test.
func (c *cluster) initialize(dir string, commands []string, o options) {
	c.t.Helper()
	report := initReport{base: freePorts(c.t)}
	for i := range 3 {
		report.Configs = append(report.Configs, filepath.Join(c.dir, dir, fmt.Sprintf("node%d", i+1), "holdfast.yaml"))
		report.Endpoints = append(report.Endpoints, fmt.Sprintf("127.0.0.1:%d", report.base+100+i+1))
	}
	first := &replica{rpc: report.Endpoints[0]} // nothing else of it is known before
	c.replicas = []*replica{first}
	c.follow(from(first, commands, "127.0.0.1:8545", strings.TrimPrefix(c.l1.URL(), "http://"),
		"--base-port 7000", "--base-port "+strconv.Itoa(report.base), "0x00000000000000000000000000000000000000aa", c.guardian()))
	c.replicas = nil
	config, err := os.ReadFile(report.Configs[0])
	must(c.t, err)
	report.Contract = regexp.MustCompile("0x[0-9a-f]{40}").FindString(string(config[strings.Index(string(config), "contract:"):]))
	c.adopt(report, o)
}

// Rule: cluster.md, day one: by deploy/runbooks/bootstrap.md three nodes with certificates come to be, and their first
// transition is final on L1 and recoverable.
func TestBootstrap(t *testing.T) {
	booksDrill(t)
	page := pageOf(t, "bootstrap.md", 5)
	c := &cluster{t: t, dir: workDir(t), l1: startL1(t)}
	c.key("submitter", 0)
	c.key("prover", 1)
	c.initialize("cluster", page[0], options{tls: true})
	for _, commands := range page[1:] {
		c.follow(commands)
	}
	c.awaitDrained()
	if chain := c.anchoredChain(); len(chain) == 0 || chain[0].header.Transitions != 1 {
		t.Errorf("%d batches on L1, the first of them %+v", len(chain), chain)
	}
}

// Rule: recovery.md, an imported book: by deploy/runbooks/bootstrap-book.md a cluster begins with one, and the contract holds
// what its accounts own.
func TestABookBootstrap(t *testing.T) {
	booksDrill(t)
	page := pageOf(t, "bootstrap-book.md", 3)
	begin, assets, after := page[0], page[1], page[2]
	c := &cluster{t: t, dir: workDir(t), l1: startL1(t)}
	c.key("submitter", 0)
	c.key("prover", 1)
	c.key("owner", 2) // whom initialize names
	c.key("treasury", 4)
	must(t, os.WriteFile(filepath.Join(c.dir, "book.txt"), []byte("holdfast book 1\nasset,1,9,0x0000000000000000000000000000000000000000,700\n"+
		"account,7,0x0000000000000000000000000000000000000007\nbalance,7,1,700\nend,3\n"), 0o600))
	c.initialize("cluster", begin[:2], options{}) // check and init
	for _, commands := range [][]string{begin[2:], assets, after} {
		c.follow(commands)
	}
	if token, err := c.contract.Token(t.Context(), 1, layer1.Latest); err != nil || token.Held != 700 {
		t.Errorf("the contract holds %d of the book's 700 units, %v", token.Held, err)
	}
}

// Rule: recovery.md, a lost majority: by deploy/runbooks/lost-quorum.md one survivor gives the cluster back, under a new
// lineage and with every transition that it had.
func TestLostQuorum(t *testing.T) {
	booksDrill(t)
	page := pageOf(t, "lost-quorum.md", 4)
	c, l := filled(t)
	w := newWriter(c, l)
	w.write(t) // beyond what L1 has, and acknowledged
	c.awaitTogether()
	survivor := c.replicas[0]
	c.lose(c.replicas[1])
	c.lose(c.replicas[2])
	survivor.process.signal(t, syscall.SIGTERM)
	<-survivor.process.ended
	for _, commands := range page {
		c.follow(commands)
	}
	c.goesOn(l)
}

// Rule: recovery.md, the whole cluster lost: by deploy/runbooks/lost-cluster.md it comes back from L1 and DA, under a new
// lineage and with everything that was anchored.
func TestLostCluster(t *testing.T) {
	booksDrill(t)
	page := pageOf(t, "lost-cluster.md", 4)
	c, l := filled(t)
	for _, r := range c.replicas {
		c.lose(r)
	}
	for _, commands := range page {
		c.follow(commands)
	}
	c.goesOn(l)
}

// flip changes a byte in the middle of what a replica's log is kept in.
func (r *replica) flip(t *testing.T) {
	t.Helper()
	path := filepath.Join(r.dir, "data", "raft.db")
	b, err := os.ReadFile(path)
	must(t, err)
	for i := range len(b) / 8 {
		b[len(b)/2+i] ^= 0x10
	}
	must(t, os.WriteFile(path, b, 0o600))
}

// Rule: recovery.md, tampering: what is damaged is named, by deploy/runbooks/corrupted-node.md the node comes back under
// load, and nothing acknowledged is lost.
func TestCorruptedNode(t *testing.T) {
	booksDrill(t)
	page := pageOf(t, "corrupted-node.md", 4)
	look, others, start, after := page[0], page[1], page[2], page[3]
	c, l := underLoad(t, options{})
	c.awaitCommit()
	leader := c.awaitLeader()
	victim, other := c.followersOf(leader)[0], c.followersOf(leader)[1]
	victim.process.signal(t, syscall.SIGTERM)
	<-victim.process.ended
	victim.flip(t)
	names := []string{"node3", victim.id}
	out, err := c.typed(from(other, look, names...)[0])
	if failed, ok := errors.AsType[*exec.ExitError](err); !ok || failed.ExitCode() != 5 || !strings.Contains(out, "damaged") {
		t.Errorf("a damaged log: %v\n%s", err, out)
	}
	for _, commands := range [][]string{others, start, after} {
		c.follow(from(other, commands, names...))
		l.awaitProgress()
	}
	killed(c, l, other, 0) // the load goes on with the vote of the one that came back
	c.conclude(l)
}

// Rule: interfaces.md, runbooks: by deploy/runbooks/l1-migration.md the nodes go over to another endpoint under load, and do
// without the old one afterwards.
func TestL1Migration(t *testing.T) {
	booksDrill(t)
	page := pageOf(t, "l1-migration.md", 4)
	before, configure, healthy, after := page[0], page[1], page[2], page[3]
	chain := startL1(t)
	target, err := url.Parse(chain.URL())
	must(t, err)
	old, next := httptest.NewServer(httputil.NewSingleHostReverseProxy(target)), httptest.NewServer(httputil.NewSingleHostReverseProxy(target))
	defer next.Close()
	defer old.Close()
	c := newCluster(t, options{chain: chain, l1: old.URL})
	address := c.contract.Address()
	names := []string{
		"http://127.0.0.1:8545", old.URL, "http://127.0.0.1:9545", next.URL,
		"0x00000000000000000000000000000000000000cc", "0x" + hex.EncodeToString(address[:]),
	}
	l := newLoad(c, 1)
	l.awaitProgress()
	c.awaitCommit()
	leader := c.awaitLeader()
	c.follow(from(leader, before, names...))
	c.follow(from(leader, configure, names...))
	c.restartEach(l, leader, rollingPage(t)[1], healthy, binary)
	old.Close() // and every connection to it
	c.awaitCommit()
	c.follow(from(leader, after, names...))
	c.conclude(l)
}

// Rule: interfaces.md, runbooks: by deploy/runbooks/contract-migration.md a new cluster under a new contract goes on with the
// order book that the old one ended with, every market's as it was, and its batches are on the new contract alone.
func TestContractMigration(t *testing.T) {
	booksDrill(t)
	page := pageOf(t, "contract-migration.md", 4)
	halt, export, begin, after := page[0], page[1], page[2], page[3]
	c, l := filled(t)
	exchange := checkModel(t, c.anchoredChain(), l.histories())
	c.follow(halt)
	out, err := c.typed("holdfast checkpoint list -o json --config cluster/node1/holdfast.yaml")
	must(t, err)
	c.follow(from(c.replicas[0], export, "CHECKPOINT", regexp.MustCompile(`"name": "([^"]+)"`).FindStringSubmatch(out)[1]))
	for _, r := range c.replicas {
		r.process.signal(t, syscall.SIGTERM)
		<-r.process.ended
		r.process = nil // for good
	}
	c.key("submitter", 0)
	c.key("prover", 1)
	next := &cluster{t: t, dir: c.dir, l1: c.l1}
	next.initialize("next", begin[:1], options{})
	next.follow(begin[1:])
	next.awaitLeader()
	next.follow(after)
	if next.contract.Address() == c.contract.Address() {
		t.Error("the contract is the old one")
	}
	next.checkBooks(exchange, l)
	w := newWriter(next, l)
	w.write(t)
	next.awaitDrained()
	next.checkRoots(next.anchoredChain())
	next.checkConsistent()
}
