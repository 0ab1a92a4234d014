package layer1_test

import (
	"bufio"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/signer/core/apitypes"

	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/jepsen/loopback"
	"github.com/holdfast-rollup/holdfast/sync/layer1"
	"github.com/holdfast-rollup/holdfast/sync/layer1/embedded"
)

// The test binary is an external signer, too, when signerEnv names the address to
// listen on: one process that speaks Web3Signer's API and clef's, with the
// development keys.
const signerEnv = "HOLDFAST_TEST_SIGNER"

func serveSigner(address string) {
	ln, err := net.Listen("tcp", address)
	if err != nil {
		panic(err)
	}
	fmt.Println(ln.Addr())
	go func() { // ends with its parent, whose end closes the pipe
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /api/v1/eth1/publicKeys", func(w http.ResponseWriter, _ *http.Request) {
		var keys []string
		for i := range embedded.DevKeys {
			k := embedded.DevKey(i)
			key, err := crypto.ToECDSA(k[:])
			if err != nil {
				panic(err)
			}
			keys = append(keys, hexutil.Encode(crypto.FromECDSAPub(&key.PublicKey)[1:]))
		}
		_ = json.NewEncoder(w).Encode(keys)
	})
	mux.HandleFunc("POST /api/v1/eth1/sign/{identifier}", web3Sign)
	mux.HandleFunc("POST /", clefSign)
	panic(http.Serve(ln, mux))
}

func web3Sign(w http.ResponseWriter, r *http.Request) {
	var req struct{ Data hexutil.Bytes }
	pub, err := hexutil.Decode(r.PathValue("identifier"))
	if err != nil || json.NewDecoder(r.Body).Decode(&req) != nil || len(pub) != 64 {
		http.Error(w, "bad request", http.StatusBadRequest)
		return
	}
	for i := range embedded.DevKeys {
		k := embedded.DevKey(i)
		key, _ := crypto.ToECDSA(k[:])
		if hex.EncodeToString(crypto.FromECDSAPub(&key.PublicKey)[1:]) != hex.EncodeToString(pub) {
			continue
		}
		sig, err := crypto.Sign(crypto.Keccak256(req.Data), key)
		if err != nil {
			break
		}
		sig[64] += 27 // as Web3Signer states it
		_, _ = io.WriteString(w, hexutil.Encode(sig))
		return
	}
	http.Error(w, "no such key", http.StatusNotFound)
}

func clefSign(w http.ResponseWriter, r *http.Request) {
	var req struct {
		ID     json.RawMessage
		Method string
		Params []apitypes.SendTxArgs // clef's own decoder
	}
	answer := func(body string) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprintf(w, `{"jsonrpc":"2.0","id":%s,%s}`, req.ID, body)
	}
	if err := json.NewDecoder(r.Body).Decode(&req); err != nil || req.Method != "account_signTransaction" || len(req.Params) != 1 {
		http.Error(w, "bad request", http.StatusBadRequest)
		return
	}
	tx, err := req.Params[0].ToTransaction()
	if err != nil {
		answer(`"error":{"code":-32000,"message":"bad transaction"}`)
		return
	}
	for i := range embedded.DevKeys {
		if embedded.DevAddress(i) != req.Params[0].From.Address() {
			continue
		}
		k := embedded.DevKey(i)
		key, _ := crypto.ToECDSA(k[:])
		signed, err := types.SignTx(tx, types.LatestSignerForChainID((*big.Int)(req.Params[0].ChainID)), key)
		if err != nil {
			break
		}
		raw, _ := signed.MarshalBinary()
		answer(fmt.Sprintf(`"result":{"raw":"%s","tx":{}}`, hexutil.Encode(raw)))
		return
	}
	answer(`"error":{"code":-32000,"message":"request denied"}`)
}

// signerProcess is a running external signer.
type signerProcess struct {
	address string
	cmd     *exec.Cmd
	stdin   io.Closer
}

func startSigner(t *testing.T, address string) *signerProcess {
	t.Helper()
	p := &signerProcess{cmd: exec.Command(os.Args[0])}
	p.cmd.Env = append(os.Environ(), signerEnv+"="+address)
	in, err := p.cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.stdin = in
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err = p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.kill)
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	p.address = strings.TrimSpace(line)
	return p
}

func (p *signerProcess) kill() {
	_ = p.cmd.Process.Kill()
	_ = p.cmd.Wait()
	_ = p.stdin.Close()
}

// stop stops the process, and returns when it has: a signal alone does not say
// when its threads stand.
func (p *signerProcess) stop(t *testing.T) {
	t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	var status syscall.WaitStatus
	for {
		_, err := syscall.Wait4(p.cmd.Process.Pid, &status, syscall.WUNTRACED, nil)
		if errors.Is(err, syscall.EINTR) {
			continue
		}
		if err != nil || !status.Stopped() {
			t.Fatalf("wait for the signer to stop: %v, status %x", err, status)
		}
		return
	}
}

// external makes a signer of each protocol for the submitter.
var external = map[string]func(layer1.ExternalSigner) (layer1.Signer, error){
	"web3signer": func(c layer1.ExternalSigner) (layer1.Signer, error) { return layer1.NewWeb3Signer(c) },
	"clef":       func(c layer1.ExternalSigner) (layer1.Signer, error) { return layer1.NewClefSigner(c) },
}

// signWith makes a manager of commits that waits so long for a signature.
func (r *rig) signWith(s layer1.Signer, timeout time.Duration) {
	r.t.Helper()
	r.commits = r.newManagerWith(s, cursor.Commit, func(c *layer1.TxConfig) { c.SignTimeout = timeout })
}

// layers.md: an external signer. Anchors go out through it; while its process is
// dead or stopped nothing is recorded that cannot be sent, what is in flight is
// kept alive, and anchoring goes on when it is back.
func TestSignerDown(t *testing.T) {
	for name, open := range external {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			r.rep.seal(t, 4)
			at, err := loopback.Listen() // where it comes back: nobody else takes the port in between
			if err != nil {
				t.Fatal(err)
			}
			_ = at.Close()
			p := startSigner(t, at.Addr().String())
			s, err := open(layer1.ExternalSigner{URL: "http://" + p.address, Account: embedded.DevAddress(submitterKey)})
			if err != nil {
				t.Fatal(err)
			}
			r.signWith(s, patience)
			if err := r.commits.Check(t.Context()); err != nil {
				t.Fatalf("check: %v", err)
			}
			r.mustCommit(1, 1)
			p.stop(t)
			r.signWith(s, impatience)
			r.noSignature("stopped")
			r.signWith(s, patience)
			if err := p.cmd.Process.Signal(syscall.SIGCONT); err != nil {
				t.Fatal(err)
			}
			r.mustCommit(2, 2)
			p.kill()
			r.noSignature("dead")
			r.maintain()
			r.mineEmpty(3)
			r.chain.DropPending()
			r.alarms = nil
			r.maintain() // cannot replace; sends both again
			var down *layer1.SignerError
			if len(r.alarms) == 0 || !errors.As(r.alarms[0], &down) || down.Account != embedded.DevAddress(submitterKey) {
				t.Errorf("alarms: %v", r.alarms)
			}
			r.settle("committed", committed(2))
			startSigner(t, p.address)
			if err := r.commits.Check(t.Context()); err != nil {
				t.Fatalf("check with the signer back: %v", err)
			}
			r.mustCommit(3, 4)
			r.settle("committed", committed(4))
			r.exactlyOnce()
		})
	}
}

// noSignature asserts that without a signature nothing is recorded.
func (r *rig) noSignature(what string) {
	r.t.Helper()
	var down *layer1.SignerError
	before := r.rep.intents
	next, _ := r.rep.cursors().NextAnchor(cursor.Commit)
	if err := r.commit(next, next); !errors.As(err, &down) {
		r.t.Errorf("%s: commit: %v", what, err)
	}
	if err := r.commits.Check(r.t.Context()); !errors.As(err, &down) {
		r.t.Errorf("%s: check: %v", what, err) // layers.md: a voter that cannot sign does not lead duties
	}
	if r.rep.intents != before {
		r.t.Errorf("%s: an intent without a signature", what)
	}
}

// A blob transaction is signed by its hashes alone; the signer never sees a blob.
func TestExternalSignerSignsBlobTransactions(t *testing.T) {
	p := startSigner(t, "127.0.0.1:0")
	local := signer(t, submitterKey)
	hash := common.Hash{1}
	for name, open := range external {
		s, err := open(layer1.ExternalSigner{URL: "http://" + p.address, Account: embedded.DevAddress(submitterKey)})
		if err != nil {
			t.Fatal(err)
		}
		for _, tx := range []*types.Transaction{
			layer1.BlobTransactionForTest(1337, 7, []common.Hash{hash}, []byte{1, 2}),
			layer1.BlobTransactionForTest(1337, 7, nil, []byte{1, 2}),
		} {
			got, serr := s.Sign(t.Context(), tx, 1337)
			if serr != nil {
				t.Fatalf("%s: %v", name, serr)
			}
			want, serr := local.Sign(t.Context(), tx, 1337)
			if serr != nil || got.Hash() != want.Hash() { // signatures are deterministic (RFC 6979)
				t.Errorf("%s, type %d: signed %x, want %x (%v)", name, tx.Type(), got.Hash(), want.Hash(), serr)
			}
		}
		if text := fmt.Sprintf("%v %+v %#v", s, s, s); strings.Contains(text, "http") {
			t.Errorf("%s prints its URL: %s", name, text)
		}
		none, err := open(layer1.ExternalSigner{URL: "http://user:hunter2@" + p.address, Account: [20]byte{9}})
		if err != nil {
			t.Fatal(err)
		}
		tx := layer1.BlobTransactionForTest(1337, 7, nil, nil)
		if _, err := none.Sign(t.Context(), tx, 1337); err == nil || strings.Contains(err.Error(), "hunter2") ||
			name == "web3signer" && !errors.Is(err, layer1.ErrNotItsAccount) {
			t.Errorf("%s signs for an account that it does not hold: %v", name, err)
		}
		if _, err := open(layer1.ExternalSigner{URL: "sesame:", Account: [20]byte{9}}); err == nil || strings.Contains(err.Error(), "sesame") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// liar signs something else than it was asked to.
type liar struct {
	*layer1.KeySigner
	twist func(*types.Transaction) *types.Transaction
	other *layer1.KeySigner
}

func (l liar) Sign(ctx context.Context, tx *types.Transaction, chainID uint64) (*types.Transaction, error) {
	s := l.KeySigner
	if l.other != nil {
		s = l.other
	}
	if l.twist != nil {
		tx = l.twist(tx)
	}
	return s.Sign(ctx, tx, chainID)
}

// A signer that changes a transaction, or signs with another key, is refused
// before anything is recorded.
func TestLyingSigner(t *testing.T) {
	r := newRig(t)
	r.rep.seal(t, 1)
	for name, l := range map[string]liar{
		"other nonce": {twist: func(tx *types.Transaction) *types.Transaction {
			return types.NewTx(&types.DynamicFeeTx{
				ChainID: tx.ChainId(), Nonce: tx.Nonce() + 1, GasTipCap: tx.GasTipCap(), GasFeeCap: tx.GasFeeCap(),
				Gas: tx.Gas(), To: tx.To(), Data: tx.Data(),
			})
		}},
		"other key": {other: signer(t, ownerKey)},
	} {
		l.KeySigner = signer(t, submitterKey)
		r.signWith(l, patience)
		r.noSignature(name)
	}
}

// Answers of an external signer that are no signatures are typed errors.
func TestMalformedSignatures(t *testing.T) {
	for _, body := range []string{``, `"`, `0x`, `{}`, `"0x00"`, `0x` + strings.Repeat("00", 65), `0x` + strings.Repeat("11", 64) + "05", strings.Repeat("zz", 65)} {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.URL.Path, "publicKeys") {
				k := embedded.DevKey(submitterKey)
				key, err := crypto.ToECDSA(k[:])
				if err != nil {
					t.Error(err)
				}
				_ = json.NewEncoder(w).Encode([]string{"0xzz", "0x01", hexutil.Encode(crypto.FromECDSAPub(&key.PublicKey))})
				return
			}
			_, _ = io.WriteString(w, body)
		}))
		for name, open := range external {
			c, err := open(layer1.ExternalSigner{URL: s.URL, Account: embedded.DevAddress(submitterKey)})
			if err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			tx := layer1.BlobTransactionForTest(1337, 7, nil, nil)
			signed, err := c.Sign(ctx, tx, 1337)
			if err == nil { // a well-formed signature of nobody: the manager recovers the account
				if from, ferr := types.Sender(types.LatestSignerForChainID(big.NewInt(1337)), signed); ferr == nil && from == embedded.DevAddress(submitterKey) {
					t.Errorf("%s took %.20q for the account's signature", name, body)
				}
			} else if name == "web3signer" && !errors.Is(err, layer1.ErrSignature) {
				t.Errorf("%s: %.20q: %v", name, body, err)
			}
			cancel()
		}
		s.Close()
	}
}
