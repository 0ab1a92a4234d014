package layer1

// Keys live in a signer and nowhere else: no method returns one, and printing a
// signer prints its address.

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"math/big"
	"os"

	"github.com/ethereum/go-ethereum/accounts/keystore"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
)

// Signer signs L1 transactions of one account.
type Signer interface {
	// Address of the account.
	Address() [20]byte
	// Sign returns the transaction with the account's signature. It must not
	// change any other field.
	Sign(ctx context.Context, tx *types.Transaction, chainID uint64) (*types.Transaction, error)
}

// ErrKeyFile is wrapped by everything that is wrong with a key file. The error
// never repeats the file's content.
var ErrKeyFile = errors.New("L1 key file")

// KeySigner signs with a key that is in memory.
type KeySigner struct {
	key     *ecdsa.PrivateKey
	address [20]byte
}

// NewKeySigner takes a 32-byte secp256k1 private key.
func NewKeySigner(key [32]byte) (*KeySigner, error) {
	k, err := crypto.ToECDSA(key[:])
	if err != nil {
		return nil, errors.New("L1 signer: not a private key of secp256k1")
	}
	return newKeySigner(k), nil
}

func newKeySigner(k *ecdsa.PrivateKey) *KeySigner {
	return &KeySigner{key: k, address: crypto.PubkeyToAddress(k.PublicKey)}
}

// LoadRawKey reads a development key: a file with 64 hexadecimal digits, with
// or without 0x, that only its owner can read.
func LoadRawKey(path string) (*KeySigner, error) {
	raw, err := readSecret(path)
	if err != nil {
		return nil, err
	}
	text := bytes.TrimPrefix(bytes.TrimSpace(raw), []byte("0x"))
	var key [32]byte
	if n, derr := hex.Decode(key[:], text[:min(len(text), 64)]); derr != nil || n != 32 || len(text) != 64 {
		return nil, fmt.Errorf("%w %s: want 64 hexadecimal digits", ErrKeyFile, path)
	}
	s, err := NewKeySigner(key)
	if err != nil {
		return nil, fmt.Errorf("%w %s: %w", ErrKeyFile, path, err)
	}
	return s, nil
}

// LoadKeystore reads an encrypted key (Web3 Secret Storage, version 3) and the
// file that holds its passphrase; a final line end is not part of it.
func LoadKeystore(path, passphrasePath string) (*KeySigner, error) {
	raw, err := readSecret(path)
	if err != nil {
		return nil, err
	}
	passphrase, err := readSecret(passphrasePath)
	if err != nil {
		return nil, err
	}
	key, err := keystore.DecryptKey(raw, string(bytes.TrimRight(passphrase, "\r\n")))
	if err != nil {
		return nil, fmt.Errorf("%w %s: %w", ErrKeyFile, path, err)
	}
	return newKeySigner(key.PrivateKey), nil
}

// WriteRawKey creates a development key file that LoadRawKey accepts. An
// existing file is never overwritten.
func WriteRawKey(path string, key [32]byte) (err error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("%w: create: %w", ErrKeyFile, err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if _, err := fmt.Fprintf(f, "%x\n", key); err != nil {
		return fmt.Errorf("%w: write: %w", ErrKeyFile, err)
	}
	return f.Sync()
}

func readSecret(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrKeyFile, err)
	}
	if mode := info.Mode(); mode.Perm()&0o077 != 0 {
		return nil, fmt.Errorf("%w %s: others may read it (mode %o): chmod 600", ErrKeyFile, path, mode.Perm())
	}
	if info.Size() > 64<<10 {
		return nil, fmt.Errorf("%w %s: too large", ErrKeyFile, path)
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrKeyFile, err)
	}
	return raw, nil
}

// Address of the key.
func (s *KeySigner) Address() [20]byte { return s.address }

// Sign signs for the chain.
func (s *KeySigner) Sign(_ context.Context, tx *types.Transaction, chainID uint64) (*types.Transaction, error) {
	signed, err := types.SignTx(tx, types.LatestSignerForChainID(new(big.Int).SetUint64(chainID)), s.key)
	if err != nil {
		return nil, fmt.Errorf("L1 signer %x: %w", s.address, err)
	}
	return signed, nil
}

// String, GoString and LogValue show the address, never the key.
func (s *KeySigner) String() string { return fmt.Sprintf("signer(%x)", s.address) }

// GoString is String.
func (s *KeySigner) GoString() string { return s.String() }

// LogValue is String.
func (s *KeySigner) LogValue() slog.Value { return slog.StringValue(s.String()) }
