package manager_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/sync/layer1"
)

// liar is an L1 endpoint that shows, from a block on, another branch of its own making.
type liar struct {
	url  string       // of the honest one
	from atomic.Int64 // blocks above have other hashes; 0: it tells the truth
}

func (l *liar) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	body, err := io.ReadAll(q.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	resp, err := http.Post(l.url, "application/json", bytes.NewReader(body)) //nolint:noctx // a test's proxy
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	answer, err := io.ReadAll(resp.Body)
	if err = errors.Join(err, resp.Body.Close()); err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(l.twist(body, answer))
}

// twist gives blocks above from other hashes, so that each still names the one before.
func (l *liar) twist(request, answer []byte) []byte {
	from := l.from.Load()
	if from == 0 || bytes.Contains(request, []byte(`"finalized"`)) || !bytes.Contains(request, []byte("eth_getBlockBy")) {
		return answer // what is final is said truly: a lie about that is never taken back
	}
	var m map[string]any
	if json.Unmarshal(answer, &m) != nil {
		return answer
	}
	block, ok := m["result"].(map[string]any)
	if !ok {
		return answer
	}
	number, err := strconv.ParseInt(strings.TrimPrefix(block["number"].(string), "0x"), 16, 64)
	if err != nil || number <= from {
		return answer
	}
	block["hash"] = other(block["hash"].(string))
	if number > from+1 {
		block["parentHash"] = other(block["parentHash"].(string))
	}
	out, err := json.Marshal(m)
	if err != nil {
		return answer
	}
	return out
}

// other is a hash with its first digit changed.
func other(hash string) string {
	digit := "1"
	if hash[2] == '1' {
		digit = "2"
	}
	return "0x" + digit + hash[3:]
}

// layers.md, follower audit: replicas with L1 endpoints of their own contradict a leader whose L1 lies; it is named in a
// verdict that every replica has, their own metrics say so, anchoring is not halted by it, and it ends when the lie does.
func TestTheLeaderWhoseL1LiesIsNamed(t *testing.T) {
	liars := map[string]*liar{}
	r := &rig{t: t, finalized: 30} // deeper than the lies of three leaders
	r.clientOf = func(id string) *layer1.Client {
		if liars[id] == nil {
			liars[id] = &liar{url: r.chain.URL()}
		}
		server := httptest.NewServer(liars[id])
		t.Cleanup(server.Close)
		c, err := layer1.NewClient(layer1.ClientConfig{Endpoints: []string{server.URL}, ChainID: r.chain.ChainID(), Timeout: 2 * time.Second})
		r.check(err)
		t.Cleanup(c.Close)
		return c
	}
	newRigFrom(r, nil)
	r.submit(300)
	r.drain()
	lied := map[string]bool{}
	named := func(x *replica) bool {
		v, ok := x.machine.Cursor().LastVerdict(cursor.Audit)
		if !ok || v.Finding != cursor.Divergent || v.Cause != cursor.CauseContradiction {
			return false
		}
		for id := range lied {
			if strings.HasPrefix(v.Detail, "the L1 of leader "+id+" is wrong") {
				return true
			}
		}
		return false
	}
	var audited uint64
	r.eventually("the leader is named, on every replica", func() bool {
		l := r.leader() // whoever leads lies, should a slow machine have it change
		if !lied[l.id] {
			lied[l.id] = true
			r.chain.Stall(true)
			liars[l.id].from.Store(int64(r.chain.Head().Number))
			audited = 0
		}
		// A block comes when all have audited the one before, so that nothing of the lie becomes final before it is found.
		least := uint64(math.MaxUint64)
		for _, x := range r.replicas {
			if a := x.manager.Audits(); x != l {
				least = min(least, a.Agreed+a.Disagreed+a.Unread)
			}
		}
		if least > audited {
			audited = least
			_, err := r.chain.Mine(1)
			r.check(err)
		}
		return named(r.replicas[0]) && named(r.replicas[1]) && named(r.replicas[2])
	})
	disagree := 0
	for _, x := range r.replicas {
		if a := x.manager.Audits(); a.Standing != nil && a.Disagreed > 0 {
			disagree++
		}
	}
	if disagree == 0 {
		t.Error("no replica says so itself")
	}
	for _, l := range liars {
		l.from.Store(0)
	}
	r.chain.Stall(false)
	r.eventually("the audits agree again", func() bool {
		v, _ := r.leader().machine.Cursor().LastVerdict(cursor.Audit)
		return v.Finding == cursor.Consistent
	})
	if halts := r.leader().machine.Cursor().Halts(); len(halts) != 0 {
		t.Errorf("an audit halted something: %+v", halts)
	}
	r.submit(300)
	r.drain()
	r.consistent()
}
