package node

import (
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"github.com/holdfast-rollup/holdfast/cmd/holdfast/config"
	"github.com/holdfast-rollup/holdfast/sync/layer1"
)

// Signer opens what signs for an account: a key in a file, the environment or a keystore, or another program.
func Signer(k config.Key) (layer1.Signer, error) {
	if err := k.Validate(); err != nil {
		return nil, err
	}
	switch {
	case k.File != "":
		return layer1.LoadRawKey(k.File)
	case k.Keystore != "":
		return layer1.LoadKeystore(k.Keystore, k.Passphrase)
	case k.Web3Signer != "":
		external, err := externalSigner(k.Web3Signer, k.Account)
		if err != nil {
			return nil, err
		}
		return layer1.NewWeb3Signer(external)
	case k.Clef != "":
		external, err := externalSigner(k.Clef, k.Account)
		if err != nil {
			return nil, err
		}
		return layer1.NewClefSigner(external)
	case k.Env != "":
		text, err := config.Secret{Env: k.Env}.Read()
		if err != nil {
			return nil, err
		}
		key, err := parseKey(text)
		if err != nil {
			return nil, err
		}
		return layer1.NewKeySigner(key)
	default:
		return nil, errors.New("no key is named")
	}
}

func externalSigner(at config.Endpoint, account string) (layer1.ExternalSigner, error) {
	url, err := at.Resolve()
	if err != nil {
		return layer1.ExternalSigner{}, fmt.Errorf("the signer's URL %w", err)
	}
	address, err := config.ParseAddress(account)
	return layer1.ExternalSigner{URL: url, Account: address}, err
}

// parseKey never repeats what it refuses.
func parseKey(text string) (key [32]byte, err error) {
	b, err := hex.DecodeString(strings.TrimPrefix(text, "0x"))
	if err != nil || len(b) != len(key) {
		return key, errors.New("the secret is not a key of 64 hexadecimal digits")
	}
	return [32]byte(b), nil
}
