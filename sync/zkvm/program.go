package zkvm

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"github.com/klauspost/compress/zstd"

	"github.com/holdfast-rollup/holdfast/sync/zkvm/guest"
)

//go:generate go run ./build

// ProgramVersion is the version of the embedded guest; headers name it.
const ProgramVersion = guest.ProgramVersion

//go:embed program/guest.wasm.zst
var guestPacked []byte

//go:embed program/guest.json
var guestManifest []byte

// Manifest describes the committed guest.
type Manifest struct {
	SHA256    string `json:"sha256"`     // of the wasm module: the program id, in hexadecimal
	Bytes     int    `json:"bytes"`      // of the wasm module
	GoVersion string `json:"go_version"` // that built it; another one builds other bytes
	Version   uint32 `json:"version"`    // ProgramVersion of the source it was built from
}

// ReadManifest gives the manifest of the embedded guest.
func ReadManifest() (Manifest, error) {
	var m Manifest
	if err := json.Unmarshal(guestManifest, &m); err != nil {
		return Manifest{}, fmt.Errorf("zkvm: manifest of the embedded guest: %w", err)
	}
	return m, nil
}

// Program unpacks the embedded guest and checks it against its manifest. The id is the module's SHA-256.
func Program() (module []byte, id [32]byte, err error) {
	m, err := ReadManifest()
	if err != nil {
		return nil, id, err
	}
	if m.Version != ProgramVersion {
		return nil, id, fmt.Errorf("zkvm: embedded guest has version %d, this program has %d", m.Version, ProgramVersion)
	}
	decoder, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecodeAllCapLimit(true))
	if err != nil {
		return nil, id, fmt.Errorf("zkvm: zstd decoder: %w", err)
	}
	defer decoder.Close()
	if module, err = decoder.DecodeAll(guestPacked, make([]byte, 0, max(m.Bytes, 0))); err != nil {
		return nil, id, fmt.Errorf("zkvm: unpack the embedded guest: %w", err)
	}
	id = sha256.Sum256(module)
	if got := hex.EncodeToString(id[:]); got != m.SHA256 {
		return nil, id, fmt.Errorf("zkvm: embedded guest hashes to %s, its manifest says %s", got, m.SHA256)
	}
	return module, id, nil
}
