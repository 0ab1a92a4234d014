package layer1

// A request ends in exactly one of three ways: the node answered (result), the
// node answered with an error (*AnswerError: definite), or nobody answered
// (*TransportError: unknown). No endpoint serves a request before it stated the
// expected chain id.

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/rpc"
)

const (
	defaultRequestTimeout = 5 * time.Second
	maxAnswerBytes        = 16 << 20
	// What providers answer when they throttle, have no backend, or break (EIP-1474, JSON-RPC 2.0).
	codeLimitExceeded = -32005
	codeUnavailable   = -32002
	codeInternal      = -32603
)

// ClientConfig says which chain to talk to and where.
type ClientConfig struct {
	// Endpoints are JSON-RPC URLs (http or https), in order of preference.
	Endpoints []string
	// ChainID that every endpoint must state.
	ChainID uint64
	// Quorum is how many endpoints must state the same hash before a block
	// counts; 0 or 1 believes the one that answers.
	Quorum int
	// Timeout of one request to one endpoint; 0 means 5 s.
	Timeout time.Duration
	// Logger; nil discards.
	Logger *slog.Logger
}

// Validate reports everything that is wrong with the configuration.
func (c *ClientConfig) Validate() error {
	var errs []error
	if len(c.Endpoints) == 0 {
		errs = append(errs, errors.New("no endpoint"))
	}
	for i, e := range c.Endpoints {
		u, err := url.Parse(e)
		if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
			// The URL itself may carry a provider's secret: it is not repeated.
			errs = append(errs, fmt.Errorf("endpoint %d is not an http or https URL", i))
		}
	}
	if c.ChainID == 0 {
		errs = append(errs, errors.New("chain id is 0"))
	}
	if c.Quorum < 0 || c.Quorum > len(c.Endpoints) {
		errs = append(errs, fmt.Errorf("a quorum of %d among %d endpoints", c.Quorum, len(c.Endpoints)))
	}
	if c.Timeout < 0 {
		errs = append(errs, fmt.Errorf("timeout %s is negative", c.Timeout))
	}
	return errors.Join(errs...)
}

// Client talks to the L1 over JSON-RPC with failover between endpoints. It may
// be used concurrently.
type Client struct {
	chainID   uint64
	quorum    int
	timeout   time.Duration
	log       *slog.Logger
	endpoints []*endpoint
	preferred atomic.Int64 // index of the endpoint that answered last
}

type endpoint struct {
	name string // host alone: paths and user info may be secrets
	rpc  *rpc.Client

	mu    sync.Mutex // guards known
	known bool       // stated the expected chain id since its last transport failure
}

// NewClient makes a client. It sends nothing: an L1 that is down at start is no
// error here, and the first request says so.
func NewClient(cfg ClientConfig) (*Client, error) {
	if err := cfg.Validate(); err != nil {
		return nil, fmt.Errorf("L1 client configuration: %w", err)
	}
	c := &Client{chainID: cfg.ChainID, quorum: cfg.Quorum, timeout: cfg.Timeout, log: cfg.Logger}
	if c.timeout == 0 {
		c.timeout = defaultRequestTimeout
	}
	if c.log == nil {
		c.log = slog.New(slog.DiscardHandler)
	}
	for _, raw := range cfg.Endpoints {
		u, err := url.Parse(raw)
		if err != nil {
			return nil, errors.New("L1 client: an endpoint is not a URL")
		}
		transport := &http.Transport{Proxy: http.ProxyFromEnvironment, MaxIdleConnsPerHost: 8, IdleConnTimeout: time.Minute}
		cl, err := rpc.DialOptions(context.Background(), raw, rpc.WithHTTPClient(strict(&http.Client{Transport: transport})))
		if err != nil {
			return nil, fmt.Errorf("L1 client: endpoint %s: %w", u.Host, err)
		}
		c.endpoints = append(c.endpoints, &endpoint{name: u.Host, rpc: cl})
	}
	return c, nil
}

// Close releases the connections.
func (c *Client) Close() {
	for _, e := range c.endpoints {
		e.rpc.Close()
	}
}

// ChainID is the chain id that every endpoint must state.
func (c *Client) ChainID() uint64 { return c.chainID }

// strict is client, except that it reads no answer to an end that never comes and follows no redirects: a server must
// not choose whom this machine asks.
func strict(client *http.Client) *http.Client {
	c := *client
	if c.Transport == nil {
		c.Transport = http.DefaultTransport
	}
	c.Transport = bounded{c.Transport}
	if c.CheckRedirect == nil {
		c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	}
	return &c
}

// bounded cuts answers that are too long to be right.
type bounded struct{ next http.RoundTripper }

func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := b.next.RoundTrip(r)
	if err == nil {
		resp.Body = struct {
			io.Reader
			io.Closer
		}{io.LimitReader(resp.Body, maxAnswerBytes), resp.Body}
	}
	return resp, err
}

// call asks the endpoints in turn until one answers. An endpoint that says that it is out of order has not answered
// while another one may; if all say so, that is the answer.
func (c *Client) call(ctx context.Context, result any, method string, args ...any) error {
	failed := &TransportError{Method: method}
	var broken error
	first := int(c.preferred.Load())
	for i := range c.endpoints {
		index := (first + i) % len(c.endpoints)
		e := c.endpoints[index]
		err := c.ask(ctx, e, result, method, args...)
		var answer *AnswerError
		if err == nil || errors.As(err, &answer) && !answer.outOfOrder() {
			if index != first {
				c.prefer(index)
			}
			return err
		}
		if broken == nil && answer != nil && answer.Code != codeLimitExceeded {
			broken = err
		}
		failed.Causes = append(failed.Causes, err)
		if ctx.Err() != nil {
			break
		}
	}
	if broken != nil {
		return broken
	}
	return failed
}

// outOfOrder says whether the answer is about the endpoint and not about the request; some nodes call a revert an
// internal error.
func (e *AnswerError) outOfOrder() bool {
	return e.Code == codeLimitExceeded || len(e.Data) == 0 && (e.Code == codeUnavailable || e.Code == codeInternal)
}

// ask sends one request to one endpoint.
func (c *Client) ask(ctx context.Context, e *endpoint, result any, method string, args ...any) error {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	if err := c.identify(ctx, e); err != nil {
		return err
	}
	return e.classify(method, e.rpc.CallContext(ctx, result, method, args...))
}

// identify checks the chain id of an endpoint before its first use and again
// after each failure: another node may answer there now.
func (c *Client) identify(ctx context.Context, e *endpoint) error {
	e.mu.Lock()
	known := e.known
	e.mu.Unlock()
	if known {
		return nil
	}
	var id hexutil.Uint64
	if err := e.classify("eth_chainId", e.rpc.CallContext(ctx, &id, "eth_chainId")); err != nil {
		if answered(err) {
			// It says nothing about the request that waits behind it, so it must
			// not be taken for that request's definite answer.
			return fmt.Errorf("endpoint %s does not state its chain id: %s", e.name, err.Error())
		}
		return err
	}
	if uint64(id) != c.chainID {
		return &WrongChainError{Endpoint: e.name, Want: c.chainID, Got: uint64(id)}
	}
	e.mu.Lock()
	e.known = true
	e.mu.Unlock()
	return nil
}

func (e *endpoint) classify(method string, err error) error {
	if err == nil {
		return nil
	}
	if answered, ok := errors.AsType[rpc.Error](err); ok {
		a := &AnswerError{Endpoint: e.name, Method: method, Code: answered.ErrorCode(), Message: answered.Error()}
		if withData, ok := errors.AsType[rpc.DataError](err); ok {
			if s, ok := withData.ErrorData().(string); ok {
				a.Data, _ = hexutil.Decode(s) // data that is no hex is no revert data
			}
		}
		return a
	}
	e.mu.Lock()
	e.known = false
	e.mu.Unlock()
	if u, ok := errors.AsType[*url.Error](err); ok {
		err = u.Err // its text would repeat the URL
	}
	return fmt.Errorf("endpoint %s: %w", e.name, err)
}

// CheckChain asks every endpoint for its chain id. It returns nil if at least
// one states the expected one and none states another.
func (c *Client) CheckChain(ctx context.Context) error {
	good := 0
	failed := &TransportError{Method: "eth_chainId"}
	for _, e := range c.endpoints {
		askCtx, cancel := context.WithTimeout(ctx, c.timeout)
		err := c.identify(askCtx, e)
		cancel()
		var wrong *WrongChainError
		switch {
		case err == nil:
			good++
		case errors.As(err, &wrong):
			return err
		default:
			failed.Causes = append(failed.Causes, err)
		}
	}
	if good == 0 {
		return failed
	}
	return nil
}

// Tag says at which block something is read.
type Tag string

// Tags of JSON-RPC.
const (
	Latest    Tag = "latest"
	Safe      Tag = "safe"
	Finalized Tag = "finalized"
)

// AtNumber names a block by its number.
func AtNumber(n uint64) Tag { return Tag("0x" + strconv.FormatUint(n, 16)) }
