package embedded

// The blobs of a block are kept from the moment it is built, whether it becomes canonical or not, and dropped when the
// chain has outgrown it by Config.BlobRetention blocks. They lie in the chain's own database, so they are there again
// after a restart on one data directory.

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"net/http"
	"sort"
	"strconv"
	"strings"

	"github.com/ethereum/go-ethereum/beacon/engine"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/params"
)

// slotSeconds is the length of a slot. A block's timestamp is at least its parent's + 1 s, so no two blocks of a branch
// share a slot.
const slotSeconds = 1

const (
	blobPrefix = "holdfast-embedded-blobs-"
	blobSize   = params.BlobTxFieldElementsPerBlob * params.BlobTxBytesPerFieldElement
	// PackedBlob is the size of one blob in what PackBlobs makes.
	PackedBlob = 32 + blobSize // versioned hash and blob
)

// blobKey is the database key of a block's blobs: prefix, number, hash.
func blobKey(number uint64, hash common.Hash) []byte {
	return append(binary.BigEndian.AppendUint64([]byte(blobPrefix), number), hash[:]...)
}

// PackBlobs is how a block's blobs are kept: one after the other, each behind its
// versioned hash. It is nil if there are none.
func PackBlobs(bundle *engine.BlobsBundle) []byte {
	if bundle == nil {
		return nil
	}
	var record []byte
	for i, blob := range bundle.Blobs {
		versioned := sha256.Sum256(bundle.Commitments[i])
		versioned[0] = 1 // EIP-4844
		record = append(append(record, versioned[:]...), blob...)
	}
	return record
}

// keepBlobs stores a new block's blobs and drops those that are too old.
func (c *Chain) keepBlobs(number uint64, hash common.Hash, bundle *engine.BlobsBundle) error {
	db := c.backend.ChainDb()
	if record := PackBlobs(bundle); record != nil {
		if err := db.Put(blobKey(number, hash), record); err != nil {
			return fmt.Errorf("embedded L1: keep blobs: %w", err)
		}
	}
	if number < c.cfg.BlobRetention {
		return nil
	}
	old := db.NewIterator([]byte(blobPrefix), nil)
	defer old.Release()
	for old.Next() {
		key := old.Key()
		if binary.BigEndian.Uint64(key[len(blobPrefix):]) > number-c.cfg.BlobRetention {
			break
		}
		if err := db.Delete(bytes.Clone(key)); err != nil {
			return fmt.Errorf("embedded L1: drop blobs: %w", err)
		}
	}
	return old.Error()
}

// BlobSource is a chain whose blobs a Beacon API serves.
type BlobSource interface {
	// BlockOfSlot finds the canonical block of a slot.
	BlockOfSlot(slot uint64) (number uint64, hash [32]byte, ok bool)
	// PackedBlobs are the block's blobs as PackBlobs makes them, or nothing.
	PackedBlobs(number uint64, hash [32]byte) []byte
}

// BeaconAPI serves the part of the Beacon API that a reader of blobs needs, for a
// chain that begins with Genesis and has slots of one second.
func BeaconAPI(source BlobSource) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /eth/v1/beacon/genesis", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, map[string]any{"data": map[string]string{
			"genesis_time":            strconv.FormatUint(genesisTime, 10),
			"genesis_validators_root": common.Hash{}.Hex(), "genesis_fork_version": "0x00000000",
		}})
	})
	mux.HandleFunc("GET /eth/v1/config/spec", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, map[string]any{"data": map[string]string{
			"SECONDS_PER_SLOT": strconv.Itoa(slotSeconds), "SLOT_DURATION_MS": strconv.Itoa(slotSeconds * 1000),
		}})
	})
	mux.HandleFunc("GET /eth/v1/beacon/blobs/{slot}", func(w http.ResponseWriter, r *http.Request) { serveBlobs(source, w, r) })
	mux.HandleFunc("/eth/v1/", func(w http.ResponseWriter, _ *http.Request) { refuse(w, http.StatusNotFound, "unknown route") })
	return mux
}

func serveBlobs(source BlobSource, w http.ResponseWriter, r *http.Request) {
	slot, err := strconv.ParseUint(r.PathValue("slot"), 10, 64)
	if err != nil {
		refuse(w, http.StatusBadRequest, "could not parse block ID")
		return
	}
	number, hash, ok := source.BlockOfSlot(slot)
	if !ok {
		refuse(w, http.StatusNotFound, "no block found at slot "+r.PathValue("slot"))
		return
	}
	wanted := map[common.Hash]bool{}
	for _, text := range r.URL.Query()["versioned_hashes"] {
		wanted[common.HexToHash(text)] = true
	}
	var blobs [][]byte
	for record := source.PackedBlobs(number, hash); len(record) >= PackedBlob; record = record[PackedBlob:] {
		if len(wanted) == 0 || wanted[common.Hash(record[:32])] {
			blobs = append(blobs, record[32:PackedBlob])
		}
	}
	if strings.HasPrefix(r.Header.Get("Accept"), "application/octet-stream") {
		w.Header().Set("Content-Type", "application/octet-stream")
		for _, b := range blobs {
			if _, err := w.Write(b); err != nil {
				return // the reader has gone
			}
		}
		return
	}
	texts := make([]string, len(blobs))
	for i, b := range blobs {
		texts[i] = fmt.Sprintf("0x%x", b)
	}
	answer(w, map[string]any{"execution_optimistic": false, "finalized": false, "data": texts})
}

// PackedBlobs of a block that the chain built.
func (c *Chain) PackedBlobs(number uint64, hash [32]byte) []byte {
	record, err := c.backend.ChainDb().Get(blobKey(number, hash))
	if err != nil {
		return nil // no blobs, or dropped
	}
	return record
}

// TimeOfSlot is the timestamp of a block in a slot, in seconds since the Unix epoch;
// not ok where no chain gets to.
func TimeOfSlot(slot uint64) (seconds uint64, ok bool) {
	return genesisTime + slot*slotSeconds, slot <= 1<<40
}

// BlockOfSlot finds the canonical block of a slot.
func (c *Chain) BlockOfSlot(slot uint64) (number uint64, hash [32]byte, ok bool) {
	time, ok := TimeOfSlot(slot)
	if !ok {
		return 0, hash, false
	}
	bc := c.backend.BlockChain()
	head := bc.CurrentBlock().Number.Uint64()
	n := sort.Search(int(head)+1, func(i int) bool {
		h := bc.GetHeaderByNumber(uint64(i))
		return h == nil || h.Time >= time
	})
	h := bc.GetHeaderByNumber(uint64(n))
	if h == nil || h.Time != time {
		return 0, hash, false
	}
	return h.Number.Uint64(), h.Hash(), true
}

func answer(w http.ResponseWriter, body any) {
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(body) //nolint:errcheck // whoever asked has gone
}

func refuse(w http.ResponseWriter, status int, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	fmt.Fprintf(w, `{"code":%d,"message":%q}`, status, message) //nolint:errcheck // whoever asked has gone
}
