package layer1_test

import (
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum/accounts/keystore"
	"github.com/ethereum/go-ethereum/crypto"

	"github.com/holdfast-rollup/holdfast/sync/layer1"
	"github.com/holdfast-rollup/holdfast/sync/layer1/embedded"
)

func writeFile(t *testing.T, mode os.FileMode, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(path, []byte(content), mode); err != nil {
		t.Fatal(err)
	}
	return path
}

// A raw key file round-trips; everything that is wrong with one is an error that
// does not repeat its content.
func TestRawKey(t *testing.T) {
	key := embedded.DevKey(1)
	path := filepath.Join(t.TempDir(), "submitter.key")
	if err := layer1.WriteRawKey(path, key); err != nil {
		t.Fatal(err)
	}
	if err := layer1.WriteRawKey(path, key); !errors.Is(err, layer1.ErrKeyFile) {
		t.Errorf("overwrote a key: %v", err)
	}
	s, err := layer1.LoadRawKey(path)
	if err != nil || s.Address() != embedded.DevAddress(1) {
		t.Fatalf("got %v, %v", s, err)
	}
	text := hex.EncodeToString(key[:])
	for name, p := range map[string]string{
		"readable by others": writeFile(t, 0o644, text),
		"short":              writeFile(t, 0o600, text[:62]),
		"long":               writeFile(t, 0o600, text+"00"),
		"not hexadecimal":    writeFile(t, 0o600, "zz"+text[2:]),
		"zero":               writeFile(t, 0o600, strings.Repeat("0", 64)),
		"empty":              writeFile(t, 0o600, ""),
		"missing":            filepath.Join(t.TempDir(), "none"),
	} {
		if _, err := layer1.LoadRawKey(p); !errors.Is(err, layer1.ErrKeyFile) || strings.Contains(err.Error(), text[4:20]) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := layer1.LoadRawKey(writeFile(t, 0o600, "0x"+text+"\n")); err != nil {
		t.Errorf("with 0x and a line end: %v", err)
	}
}

// An encrypted keystore opens with its passphrase alone.
func TestKeystore(t *testing.T) {
	raw := embedded.DevKey(2)
	key, err := crypto.ToECDSA(raw[:])
	if err != nil {
		t.Fatal(err)
	}
	blob, err := keystore.EncryptKey(&keystore.Key{Address: crypto.PubkeyToAddress(key.PublicKey), PrivateKey: key}, "correct horse", keystore.LightScryptN, keystore.LightScryptP)
	if err != nil {
		t.Fatal(err)
	}
	path := writeFile(t, 0o600, string(blob))
	s, err := layer1.LoadKeystore(path, writeFile(t, 0o600, "correct horse\n"))
	if err != nil || s.Address() != embedded.DevAddress(2) {
		t.Fatalf("got %v, %v", s, err)
	}
	for name, pass := range map[string]string{"wrong": "incorrect horse", "empty": ""} {
		if _, err := layer1.LoadKeystore(path, writeFile(t, 0o600, pass)); !errors.Is(err, layer1.ErrKeyFile) {
			t.Errorf("%s passphrase: %v", name, err)
		}
	}
	if _, err := layer1.LoadKeystore(path, writeFile(t, 0o644, "correct horse")); !errors.Is(err, layer1.ErrKeyFile) {
		t.Errorf("passphrase readable by others: %v", err)
	}
}

// layers.md: never a key in a log, however a signer is printed.
func TestSignerNeverPrintsItsKey(t *testing.T) {
	key := embedded.DevKey(3)
	s, err := layer1.NewKeySigner(key)
	if err != nil {
		t.Fatal(err)
	}
	var log strings.Builder
	slog.New(slog.NewJSONHandler(&log, nil)).Info("signer", "signer", s)
	slog.New(slog.NewTextHandler(&log, nil)).Info("signer", "signer", s)
	fmt.Fprintf(&log, "%v %+v %#v %s", s, s, s, s)
	decimal := strings.Trim(fmt.Sprint([]int{int(key[0]), int(key[1]), int(key[2]), int(key[3]), int(key[4])}), "[]")
	for _, secret := range []string{hex.EncodeToString(key[:])[:16], decimal} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("printed the key: %s", log.String())
		}
	}
}

// What an external signer answers is decoded without a panic, to canonical parts.
func FuzzParseSignature(f *testing.F) {
	f.Add([]byte("0x" + strings.Repeat("11", 64) + "1b"))
	f.Add([]byte(`"` + strings.Repeat("ff", 64) + `00"`))
	f.Add([]byte("\n"))
	f.Fuzz(func(t *testing.T, answer []byte) {
		signature, err := layer1.ParseSignature(answer)
		if err != nil {
			if !errors.Is(err, layer1.ErrSignature) {
				t.Errorf("untyped: %v", err)
			}
			return
		}
		if signature[64] > 1 {
			t.Errorf("recovery id %d", signature[64])
		}
	})
}
