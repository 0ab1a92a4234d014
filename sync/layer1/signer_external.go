package layer1

// An external signer holds the key; this side holds none and believes nothing: the
// manager checks that what comes back is what was asked for, signed by the account
// that was asked. A signer's URL may carry a secret, so no error repeats it.

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/rlp"
	"github.com/ethereum/go-ethereum/rpc"
)

// ErrNotItsAccount means that the external signer does not hold the account's key.
var ErrNotItsAccount = errors.New("the external signer does not hold the account's key")

// ErrSignature means that the external signer's answer is no signature.
var ErrSignature = errors.New("the external signer's answer is no signature")

const maxSignerAnswer = 4 << 20

// ExternalSigner says where an external signer is and which account it signs for.
type ExternalSigner struct {
	// URL of the signer (http or https), for web3signer without the API's path.
	URL string
	// Account that it must hold the key of.
	Account [20]byte
	// HTTP is the client to use, for TLS; nil means http.DefaultClient's defaults. Redirects are not followed, unless the
	// given one says how.
	HTTP *http.Client
}

func (c *ExternalSigner) host() (string, error) {
	u, err := url.Parse(c.URL)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return "", errors.New("external signer: not an http or https URL")
	}
	if c.Account == ([20]byte{}) {
		return "", errors.New("external signer: no account")
	}
	return u.Host, nil
}

func (c *ExternalSigner) http() *http.Client {
	if c.HTTP != nil {
		return strict(c.HTTP)
	}
	return strict(&http.Client{})
}

// Web3Signer signs through Web3Signer's eth1 API: it lists public keys, and signs
// the Keccak hash of the bytes it is given. It may be used concurrently.
type Web3Signer struct {
	cfg  ExternalSigner
	host string

	mu  sync.Mutex // guards key
	key string     // the identifier of our key, once it is known
}

// NewWeb3Signer makes a signer; it asks nothing yet.
func NewWeb3Signer(cfg ExternalSigner) (*Web3Signer, error) {
	host, err := cfg.host()
	if err != nil {
		return nil, err
	}
	cfg.URL = strings.TrimRight(cfg.URL, "/")
	cfg.HTTP = cfg.http()
	return &Web3Signer{cfg: cfg, host: host}, nil
}

// Address of the account.
func (s *Web3Signer) Address() [20]byte { return s.cfg.Account }

// Sign asks for a signature over what the transaction's hash is taken of.
func (s *Web3Signer) Sign(ctx context.Context, tx *types.Transaction, chainID uint64) (*types.Transaction, error) {
	signer := types.LatestSignerForChainID(new(big.Int).SetUint64(chainID))
	preimage, err := signedBytes(tx)
	if err != nil {
		return nil, err
	}
	if crypto.Keccak256Hash(preimage) != signer.Hash(tx) {
		return nil, fmt.Errorf("transaction of type %d has another signing hash: a defect of this program", tx.Type())
	}
	key, err := s.identifier(ctx)
	if err != nil {
		return nil, err
	}
	body, err := json.Marshal(map[string]string{"data": hexutil.Encode(preimage)})
	if err != nil {
		return nil, fmt.Errorf("encode request: %w", err)
	}
	answer, err := s.ask(ctx, http.MethodPost, "/api/v1/eth1/sign/"+url.PathEscape(key), body)
	if err != nil {
		s.mu.Lock()
		s.key = "" // another key may be loaded by the next time
		s.mu.Unlock()
		return nil, err
	}
	signature, err := parseSignature(answer)
	if err != nil {
		return nil, err
	}
	signed, err := tx.WithSignature(signer, signature[:])
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrSignature, err)
	}
	return signed, nil
}

// identifier finds the key of our account among those that the signer lists.
func (s *Web3Signer) identifier(ctx context.Context) (string, error) {
	s.mu.Lock()
	key := s.key
	s.mu.Unlock()
	if key != "" {
		return key, nil
	}
	answer, err := s.ask(ctx, http.MethodGet, "/api/v1/eth1/publicKeys", nil)
	if err != nil {
		return "", err
	}
	var keys []string
	if err := json.Unmarshal(answer, &keys); err != nil {
		return "", fmt.Errorf("external signer %s: list of keys: %w", s.host, err)
	}
	for _, k := range keys {
		if address, ok := addressOf(k); ok && address == s.cfg.Account {
			s.mu.Lock()
			s.key = k
			s.mu.Unlock()
			return k, nil
		}
	}
	return "", fmt.Errorf("external signer %s, account %x, %d keys: %w", s.host, s.cfg.Account, len(keys), ErrNotItsAccount)
}

// addressOf is the account of a public key: 64 bytes in hexadecimal, or 65 with
// the prefix 04.
func addressOf(key string) (address [20]byte, ok bool) {
	raw, err := hex.DecodeString(strings.TrimPrefix(key, "0x"))
	if err != nil {
		return address, false
	}
	if len(raw) == 65 && raw[0] == 4 {
		raw = raw[1:]
	}
	if len(raw) != 64 {
		return address, false
	}
	return [20]byte(crypto.Keccak256(raw)[12:]), true
}

func (s *Web3Signer) ask(ctx context.Context, method, path string, body []byte) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, method, s.cfg.URL+path, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("external signer %s: cannot make the request", s.host)
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := s.cfg.HTTP.Do(req)
	if err != nil {
		return nil, fmt.Errorf("external signer %s: %w", s.host, withoutURL(err))
	}
	answer, err := io.ReadAll(io.LimitReader(resp.Body, maxSignerAnswer))
	if err = errors.Join(err, resp.Body.Close()); err != nil {
		return nil, fmt.Errorf("external signer %s: %w", s.host, err)
	}
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("external signer %s answers %s", s.host, resp.Status)
	}
	return answer, nil
}

func withoutURL(err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		return u.Err
	}
	return err
}

// parseSignature reads r, s and v: 65 bytes in hexadecimal, as text or as a JSON
// string, with v from 0 or from 27 on.
func parseSignature(answer []byte) (signature [65]byte, err error) {
	text := strings.Trim(strings.TrimSpace(string(answer)), `"`)
	raw, err := hex.DecodeString(strings.TrimPrefix(text, "0x"))
	if err != nil || len(raw) != len(signature) {
		return signature, fmt.Errorf("%w: %d bytes", ErrSignature, len(answer))
	}
	copy(signature[:], raw)
	if signature[64] >= 27 {
		signature[64] -= 27
	}
	if signature[64] > 1 {
		return signature, fmt.Errorf("%w: recovery id %d", ErrSignature, raw[64])
	}
	return signature, nil
}

// signedBytes are the bytes whose Keccak hash is signed (EIP-1559, EIP-4844).
func signedBytes(tx *types.Transaction) ([]byte, error) {
	fields := []any{
		tx.ChainId(), tx.Nonce(), tx.GasTipCap(), tx.GasFeeCap(), tx.Gas(), tx.To(), tx.Value(), tx.Data(), tx.AccessList(),
	}
	switch tx.Type() {
	case types.DynamicFeeTxType:
	case types.BlobTxType:
		fields = append(fields, tx.BlobGasFeeCap(), tx.BlobHashes())
	default:
		return nil, fmt.Errorf("transactions of type %d are not signed here", tx.Type())
	}
	out, err := rlp.EncodeToBytes(fields)
	if err != nil {
		return nil, fmt.Errorf("encode transaction: %w", err)
	}
	return append([]byte{tx.Type()}, out...), nil
}

// ClefSigner signs through clef's JSON-RPC API (account_signTransaction) over
// HTTP. It may be used concurrently.
type ClefSigner struct {
	account [20]byte
	host    string
	rpc     *rpc.Client
}

// NewClefSigner makes a signer; it asks nothing yet.
func NewClefSigner(cfg ExternalSigner) (*ClefSigner, error) {
	host, err := cfg.host()
	if err != nil {
		return nil, err
	}
	client, err := rpc.DialOptions(context.Background(), cfg.URL, rpc.WithHTTPClient(cfg.http()))
	if err != nil {
		return nil, fmt.Errorf("external signer %s: %w", host, withoutURL(err))
	}
	return &ClefSigner{account: cfg.Account, host: host, rpc: client}, nil
}

// Address of the account.
func (s *ClefSigner) Address() [20]byte { return s.account }

// clefArgs is the transaction as clef takes it.
type clefArgs struct {
	From       common.Address  `json:"from"`
	To         *common.Address `json:"to"`
	Gas        hexutil.Uint64  `json:"gas"`
	Fee        *hexutil.Big    `json:"maxFeePerGas"`
	Tip        *hexutil.Big    `json:"maxPriorityFeePerGas"`
	Value      *hexutil.Big    `json:"value"`
	Nonce      hexutil.Uint64  `json:"nonce"`
	Input      hexutil.Bytes   `json:"input"`
	ChainID    *hexutil.Big    `json:"chainId"`
	BlobFee    *hexutil.Big    `json:"maxFeePerBlobGas,omitempty"`
	BlobHashes []common.Hash   `json:"blobVersionedHashes,omitempty"`
}

// Sign asks clef to sign. Its rules, or its operator, may refuse.
func (s *ClefSigner) Sign(ctx context.Context, tx *types.Transaction, chainID uint64) (*types.Transaction, error) {
	args := clefArgs{
		From: s.account, To: tx.To(), Gas: hexutil.Uint64(tx.Gas()), Fee: (*hexutil.Big)(tx.GasFeeCap()), Tip: (*hexutil.Big)(tx.GasTipCap()),
		Value: (*hexutil.Big)(tx.Value()), Nonce: hexutil.Uint64(tx.Nonce()), Input: tx.Data(),
		ChainID: (*hexutil.Big)(new(big.Int).SetUint64(chainID)),
	}
	if tx.Type() == types.BlobTxType {
		args.BlobFee, args.BlobHashes = (*hexutil.Big)(tx.BlobGasFeeCap()), tx.BlobHashes()
	}
	var answer struct {
		Raw hexutil.Bytes `json:"raw"`
	}
	if err := s.rpc.CallContext(ctx, &answer, "account_signTransaction", args); err != nil {
		return nil, fmt.Errorf("external signer %s: %w", s.host, withoutURL(err))
	}
	var signed types.Transaction
	if err := signed.UnmarshalBinary(answer.Raw); err != nil {
		return nil, fmt.Errorf("external signer %s: %w: %w", s.host, ErrSignature, err)
	}
	return &signed, nil
}

// LogValue shows account and host, never the URL.
func (s *Web3Signer) LogValue() slog.Value {
	return slog.StringValue(fmt.Sprintf("web3signer(%x at %s)", s.cfg.Account, s.host))
}

// String is LogValue's text.
func (s *Web3Signer) String() string { return s.LogValue().String() }

// GoString is String.
func (s *Web3Signer) GoString() string { return s.String() }

// LogValue shows account and host, never the URL.
func (s *ClefSigner) LogValue() slog.Value {
	return slog.StringValue(fmt.Sprintf("clef(%x at %s)", s.account, s.host))
}

// String is LogValue's text.
func (s *ClefSigner) String() string { return s.LogValue().String() }

// GoString is String.
func (s *ClefSigner) GoString() string { return s.String() }
