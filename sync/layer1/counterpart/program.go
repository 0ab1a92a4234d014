package counterpart

// A program ends with its chain, and with the process that started it.

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"github.com/ethereum/go-ethereum/rpc"

	"github.com/holdfast-rollup/holdfast/sync/child"
	"github.com/holdfast-rollup/holdfast/sync/layer1/embedded"
)

const (
	callTimeout  = time.Minute
	startTimeout = 2 * time.Minute
)

// program is a running node.
type program struct {
	cmd   *exec.Cmd
	dir   string
	ended chan struct{} // closed when it has ended; why is set then
	why   error
}

// find looks a program up by an environment variable, or on the PATH.
func find(env, name string) (string, error) {
	if p := os.Getenv(env); p != "" {
		name = p
	}
	p, err := exec.LookPath(name)
	if err != nil {
		return "", fmt.Errorf("%s names no program: %w", env, err)
	}
	return filepath.Abs(p)
}

// launch starts a program whose output goes to dir, which it takes over.
func launch(dir, path string, args ...string) (*program, error) {
	out, err := os.Create(filepath.Join(dir, "output"))
	if err != nil {
		return nil, fmt.Errorf("counterpart: %w", err)
	}
	defer out.Close() //nolint:errcheck // the program has its own handle
	p := &program{cmd: exec.Command(path, args...), dir: dir, ended: make(chan struct{})}
	p.cmd.Dir, p.cmd.Stdout, p.cmd.Stderr = dir, out, out
	if err = child.Start(p.cmd, func(why error) { p.why = why; close(p.ended) }); err != nil {
		return nil, fmt.Errorf("counterpart: start %s: %w", path, err)
	}
	return p, nil
}

// ready waits until the program answers, and says what it printed if it does not.
func (p *program) ready(ctx context.Context, node *rpc.Client) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for {
		var id string
		err := node.CallContext(ctx, &id, "eth_chainId")
		if err == nil {
			return nil
		}
		select {
		case <-p.ended:
		case <-ctx.Done():
		case <-ticker.C:
			continue
		}
		return fmt.Errorf("counterpart: %s does not answer: %w", filepath.Base(p.cmd.Path), errors.Join(err, p.printed()))
	}
}

// close ends the program, and says what it printed if it had ended before.
func (p *program) close() error {
	err := p.cmd.Process.Kill()
	<-p.ended
	if errors.Is(err, os.ErrProcessDone) {
		err = fmt.Errorf("counterpart: %s had ended: %w", filepath.Base(p.cmd.Path), errors.Join(p.why, p.printed()))
	}
	return errors.Join(err, os.RemoveAll(p.dir))
}

// printed is what the program printed, as an error.
func (p *program) printed() error {
	output, err := os.ReadFile(filepath.Join(p.dir, "output"))
	if err != nil {
		return err
	}
	return fmt.Errorf("it printed: %s", output)
}

// freePort is a port that nobody listens on now, below those of outgoing connections.
func freePort() (string, error) {
	var l net.Listener
	var err error
	for range 100 {
		if l, err = net.Listen("tcp", "127.0.0.1:"+strconv.Itoa(10_000+rand.IntN(22_000))); err == nil {
			break
		}
	}
	if err != nil {
		return "", fmt.Errorf("counterpart: find a port: %w", err)
	}
	defer l.Close() //nolint:errcheck // nothing was accepted
	return strconv.Itoa(l.Addr().(*net.TCPAddr).Port), nil
}

// driver is what the kinds share: the program, the way to it, the front before it,
// and blocks in intervals.
type driver struct {
	cfg embedded.Config
	*program
	node  *rpc.Client // past the front
	gate  *embedded.Gate
	blobs *embedded.Gate
	front *http.Server
	url   string
	stop  context.CancelFunc
	wg    sync.WaitGroup

	mu     sync.Mutex // guards the chain's shape and the fields below
	closed bool
	salt   uint64 // makes blocks of different branches differ
}

// serve puts the front up: beacon for the Beacon API, or the program itself if nil.
func (d *driver) serve(target string, beacon http.Handler) error {
	u, err := url.Parse(target)
	if err != nil {
		return fmt.Errorf("counterpart: %w", err)
	}
	forward := httputil.NewSingleHostReverseProxy(u)
	forward.ErrorLog = log.New(io.Discard, "", 0)
	forward.ErrorHandler = func(http.ResponseWriter, *http.Request, error) { panic(http.ErrAbortHandler) }
	whole := readFirst(forward)
	if beacon == nil {
		beacon = whole
	}
	d.gate, d.blobs = embedded.NewGate(whole), embedded.NewGate(beacon)
	mux := http.NewServeMux()
	mux.Handle("/", d.gate)
	mux.Handle("/eth/v1/", d.blobs)
	ln, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(d.cfg.Port)))
	if err != nil {
		return fmt.Errorf("counterpart: listen: %w", err)
	}
	d.front = &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second, ErrorLog: forward.ErrorLog}
	d.url = "http://" + ln.Addr().String()
	d.wg.Go(func() {
		d.front.Serve(ln) //nolint:errcheck // it ends when it is closed
	})
	return nil
}

// readFirst gives next requests whose bodies were read to their end. The server closes a body once an answer is being
// written; a transport that still looks for its end then takes that for a failed request, and cuts the answer.
func readFirst(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			panic(http.ErrAbortHandler)
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		next.ServeHTTP(w, r)
	})
}

// loop mines in intervals, if the configuration wants that.
func (d *driver) loop(mine func(int) (embedded.Block, error)) {
	ctx, stop := context.WithCancel(context.Background())
	d.stop = stop
	if d.cfg.Interval == 0 {
		return
	}
	d.wg.Go(func() {
		ticker := time.NewTicker(d.cfg.Interval)
		defer ticker.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
			}
			if _, err := mine(1); err != nil && ctx.Err() == nil && d.cfg.Logger != nil {
				d.cfg.Logger.Error("counterpart failed to build a block", "error", err)
			}
		}
	})
}

func (d *driver) call(result any, method string, args ...any) error {
	ctx, cancel := context.WithTimeout(context.Background(), callTimeout)
	defer cancel()
	if err := d.node.CallContext(ctx, result, method, args...); err != nil {
		return fmt.Errorf("counterpart: %s: %w", method, err)
	}
	return nil
}

// URL of the JSON-RPC endpoint.
func (d *driver) URL() string { return d.url }

// BeaconURL is the base URL of the Beacon API.
func (d *driver) BeaconURL() string { return d.url }

// ChainID of the chain.
func (d *driver) ChainID() uint64 { return d.cfg.ChainID }

// SetFault puts JSON-RPC into a fault.
func (d *driver) SetFault(f embedded.Fault) { d.gate.Set(f) }

// SetBeaconFault puts the Beacon API into a fault.
func (d *driver) SetBeaconFault(f embedded.Fault) { d.blobs.Set(f) }

// Close ends the chain and its program; further calls do nothing.
func (d *driver) Close() error {
	d.mu.Lock()
	was := d.closed
	d.closed = true
	d.mu.Unlock()
	if was {
		return nil
	}
	var err error
	if d.stop != nil {
		d.stop()
	}
	if d.front != nil {
		d.gate.Set(embedded.FaultRefuse)
		d.blobs.Set(embedded.FaultRefuse)
		err = d.front.Close()
	}
	d.wg.Wait()
	if d.node != nil {
		d.node.Close()
	}
	return errors.Join(err, d.close())
}
