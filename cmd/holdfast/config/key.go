package config

import (
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"
)

// Key names what signs for an L1 account, in one of five ways; it never holds the key.
type Key struct {
	// File holds a development key: 64 hexadecimal digits, readable by its owner alone.
	File string `yaml:"file,omitempty"`
	// Env is the name of an environment variable that holds one.
	Env string `yaml:"env,omitempty"`
	// Keystore is an encrypted key (Web3 Secret Storage), and Passphrase the file that holds its passphrase.
	Keystore   string `yaml:"keystore,omitempty"`
	Passphrase string `yaml:"passphrase,omitempty"`
	// Web3Signer and Clef are URLs of external signers, which sign for Account.
	Web3Signer Endpoint `yaml:"web3signer,omitempty"`
	Clef       Endpoint `yaml:"clef,omitempty"`
	Account    string   `yaml:"account,omitempty"`
}

// ErrLiteralKey says that a key was written into the configuration, or something that might be one.
var ErrLiteralKey = errors.New("a key is never written here; name it as {file: PATH}, {env: NAME}, " +
	"{keystore: PATH, passphrase: PATH}, {web3signer: URL, account: 0x…} or {clef: URL, account: 0x…}")

// UnmarshalYAML refuses everything but the references, and never repeats what it refused.
func (k *Key) UnmarshalYAML(b []byte) error {
	var m map[string]string
	if err := yaml.Unmarshal(b, &m); err != nil {
		return ErrLiteralKey
	}
	take := func(name string) string {
		v := m[name]
		delete(m, name)
		return v
	}
	out := Key{
		File: take("file"), Env: take("env"), Keystore: take("keystore"), Passphrase: take("passphrase"),
		Web3Signer: Endpoint(take("web3signer")), Clef: Endpoint(take("clef")), Account: take("account"),
	}
	if len(m) > 0 {
		return ErrLiteralKey
	}
	*k = out
	return nil
}

// Given reports whether the key is named at all.
func (k *Key) Given() bool { return *k != Key{} }

// Validate reports everything that is wrong with how the key is named.
func (k *Key) Validate() error {
	var errs []error
	ways := 0
	for _, given := range []bool{k.File != "", k.Env != "", k.Keystore != "", k.Web3Signer != "", k.Clef != ""} {
		if given {
			ways++
		}
	}
	if ways > 1 || ways == 0 && k.Given() {
		errs = append(errs, errors.New("must name one of file, env, keystore, web3signer and clef"))
	}
	if (k.Keystore != "") != (k.Passphrase != "") {
		errs = append(errs, errors.New("keystore and passphrase belong together: two files"))
	}
	external := k.Web3Signer != "" || k.Clef != ""
	if external != (k.Account != "") {
		errs = append(errs, errors.New("account belongs to web3signer or clef"))
	} else if _, err := ParseAddress(k.Account); external && err != nil {
		errs = append(errs, fmt.Errorf("account %w", err))
	}
	for _, e := range []Endpoint{k.Web3Signer, k.Clef} {
		if e != "" && !e.reference() {
			if err := checkURL(string(e)); err != nil {
				errs = append(errs, fmt.Errorf("the signer's URL %w", err))
			}
		}
	}
	return errors.Join(errs...)
}

// masked is a copy to show to people.
func (k *Key) masked() Key {
	out := *k
	out.Web3Signer, out.Clef = k.Web3Signer.masked(), k.Clef.masked()
	return out
}

// ParseAddress reads 0x and 40 hexadecimal digits. It does not repeat what it refuses, which may be a key.
func ParseAddress(text string) (a [20]byte, err error) {
	digits, ok := strings.CutPrefix(text, "0x")
	b, err := hex.DecodeString(digits)
	if !ok || err != nil || len(b) != len(a) {
		return a, errors.New("must be an address: 0x and 40 hexadecimal digits")
	}
	return [20]byte(b), nil
}
