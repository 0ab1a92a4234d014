package zkvm

// Invariant of this file: a guest's id is the hash of the bytes that run. The guest of a version that a cluster ever
// executed stays as it is; the source gives the newest alone.

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strconv"

	"github.com/klauspost/compress/zstd"

	"github.com/holdfast-rollup/holdfast/sync/zkvm/guest"
)

//go:generate go run ./build

// ProgramVersion is the version of the newest embedded guest, which new clusters begin with; headers name it.
const ProgramVersion = guest.ProgramVersion

// programs holds program/VERSION/guest.json and guest.wasm.zst.
//
//go:embed program
var programs embed.FS

// Manifest describes a committed guest.
type Manifest struct {
	SHA256    string `json:"sha256"`     // of the wasm module: the program id, in hexadecimal
	Bytes     int    `json:"bytes"`      // of the wasm module
	GoVersion string `json:"go_version"` // that built it; another one builds other bytes
	Version   uint32 `json:"version"`    // ProgramVersion of the source it was built from
}

// Versions are the program versions that this build has a guest of, ascending.
func Versions() []uint32 {
	entries, err := programs.ReadDir("program")
	if err != nil {
		return nil // it is embedded: the compiler saw it
	}
	var versions []uint32
	for _, e := range entries {
		if v, err := strconv.ParseUint(e.Name(), 10, 32); err == nil {
			versions = append(versions, uint32(v))
		}
	}
	slices.Sort(versions)
	return versions
}

func embedded(version uint32, file string) ([]byte, error) {
	b, err := programs.ReadFile(path.Join("program", strconv.FormatUint(uint64(version), 10), file))
	if err != nil {
		return nil, fmt.Errorf("%w: %d; this program has %d", ErrProgramVersion, version, Versions())
	}
	return b, nil
}

// ReadManifest gives the manifest of an embedded guest; ErrProgramVersion if there is none of the version.
func ReadManifest(version uint32) (Manifest, error) {
	var m Manifest
	b, err := embedded(version, "guest.json")
	if err != nil {
		return m, err
	}
	if err = json.Unmarshal(b, &m); err != nil {
		return Manifest{}, fmt.Errorf("zkvm: manifest of guest %d: %w", version, err)
	}
	if m.Version != version {
		return Manifest{}, fmt.Errorf("zkvm: the guest of version %d says that it is %d", version, m.Version)
	}
	return m, nil
}

// ID is the id of an embedded guest, as its manifest states it; Program compares it with the module.
func ID(version uint32) (id [32]byte, err error) {
	m, err := ReadManifest(version)
	if err != nil {
		return id, err
	}
	if n, err := hex.Decode(id[:], []byte(m.SHA256)); err != nil || n != len(id) {
		return id, fmt.Errorf("zkvm: manifest of guest %d: %q is no SHA-256", version, m.SHA256)
	}
	return id, nil
}

// ids are the ids of all embedded guests in the order of their versions, hashed: two programs with the same answer
// execute alike.
func ids() (all [32]byte, err error) {
	h := sha256.New()
	for _, v := range Versions() {
		id, err := ID(v)
		if err != nil {
			return all, err
		}
		h.Write(id[:])
	}
	return [32]byte(h.Sum(nil)), nil
}

// Program unpacks an embedded guest and checks it against its manifest. The id is the module's SHA-256.
// ErrProgramVersion if there is none of the version.
func Program(version uint32) (module []byte, id [32]byte, err error) {
	m, err := ReadManifest(version)
	if err != nil {
		return nil, id, err
	}
	packed, err := embedded(version, "guest.wasm.zst")
	if err != nil {
		return nil, id, err
	}
	decoder, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecodeAllCapLimit(true))
	if err != nil {
		return nil, id, fmt.Errorf("zkvm: zstd decoder: %w", err)
	}
	defer decoder.Close()
	if module, err = decoder.DecodeAll(packed, make([]byte, 0, max(m.Bytes, 0))); err != nil {
		return nil, id, fmt.Errorf("zkvm: unpack guest %d: %w", version, err)
	}
	id = sha256.Sum256(module)
	if got := hex.EncodeToString(id[:]); got != m.SHA256 {
		return nil, id, fmt.Errorf("zkvm: guest %d hashes to %s, its manifest says %s", version, got, m.SHA256)
	}
	return module, id, nil
}
