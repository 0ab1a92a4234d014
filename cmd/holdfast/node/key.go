package node

import (
	"encoding/hex"
	"errors"
	"strings"
)

// parseKey never repeats what it refuses.
func parseKey(text string) (key [32]byte, err error) {
	b, err := hex.DecodeString(strings.TrimPrefix(text, "0x"))
	if err != nil || len(b) != len(key) {
		return key, errors.New("the secret is not a key of 64 hexadecimal digits")
	}
	return [32]byte(b), nil
}
