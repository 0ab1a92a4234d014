package embedded

// The blobs of a block are kept from the moment it is built, whether it becomes canonical or not, and dropped when the
// chain has outgrown it by Config.BlobRetention blocks. They lie in the chain's own database, so they are there again
// after a restart on one data directory.

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
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
	blobRecord = 32 + blobSize // versioned hash and blob
)

// blobKey is the database key of a block's blobs: prefix, number, hash.
func blobKey(number uint64, hash common.Hash) []byte {
	return append(binary.BigEndian.AppendUint64([]byte(blobPrefix), number), hash[:]...)
}

// keepBlobs stores a new block's blobs and drops those that are too old.
func (c *Chain) keepBlobs(number uint64, hash common.Hash, bundle *engine.BlobsBundle) error {
	db := c.backend.ChainDb()
	if bundle != nil && len(bundle.Blobs) > 0 {
		var record []byte
		for i, blob := range bundle.Blobs {
			versioned := sha256.Sum256(bundle.Commitments[i])
			versioned[0] = 1 // EIP-4844
			record = append(append(record, versioned[:]...), blob...)
		}
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

// beacon serves the part of the Beacon API that a reader of blobs needs.
func (c *Chain) beacon() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /eth/v1/beacon/genesis", func(w http.ResponseWriter, _ *http.Request) {
		c.answer(w, map[string]any{"data": map[string]string{
			"genesis_time":            strconv.FormatUint(genesisTime, 10),
			"genesis_validators_root": common.Hash{}.Hex(), "genesis_fork_version": "0x00000000",
		}})
	})
	mux.HandleFunc("GET /eth/v1/config/spec", func(w http.ResponseWriter, _ *http.Request) {
		c.answer(w, map[string]any{"data": map[string]string{
			"SECONDS_PER_SLOT": strconv.Itoa(slotSeconds), "SLOT_DURATION_MS": strconv.Itoa(slotSeconds * 1000),
		}})
	})
	mux.HandleFunc("GET /eth/v1/beacon/blobs/{slot}", c.serveBlobs)
	mux.HandleFunc("/eth/v1/", func(w http.ResponseWriter, _ *http.Request) { refuse(w, http.StatusNotFound, "unknown route") })
	return mux
}

func (c *Chain) serveBlobs(w http.ResponseWriter, r *http.Request) {
	slot, err := strconv.ParseUint(r.PathValue("slot"), 10, 64)
	if err != nil {
		refuse(w, http.StatusBadRequest, "could not parse block ID")
		return
	}
	number, hash, ok := c.blockOfSlot(slot)
	if !ok {
		refuse(w, http.StatusNotFound, "no block found at slot "+r.PathValue("slot"))
		return
	}
	wanted := map[common.Hash]bool{}
	for _, text := range r.URL.Query()["versioned_hashes"] {
		wanted[common.HexToHash(text)] = true
	}
	record, err := c.backend.ChainDb().Get(blobKey(number, hash))
	if err != nil {
		record = nil // no blobs, or dropped: a list without them
	}
	var blobs [][]byte
	for ; len(record) >= blobRecord; record = record[blobRecord:] {
		if len(wanted) == 0 || wanted[common.Hash(record[:32])] {
			blobs = append(blobs, record[32:blobRecord])
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
	c.answer(w, map[string]any{"execution_optimistic": false, "finalized": false, "data": texts})
}

// blockOfSlot finds the canonical block of a slot.
func (c *Chain) blockOfSlot(slot uint64) (number uint64, hash common.Hash, ok bool) {
	if slot > 1<<40 {
		return 0, common.Hash{}, false
	}
	bc := c.backend.BlockChain()
	time := genesisTime + slot*slotSeconds
	head := bc.CurrentBlock().Number.Uint64()
	n := sort.Search(int(head)+1, func(i int) bool {
		h := bc.GetHeaderByNumber(uint64(i))
		return h == nil || h.Time >= time
	})
	h := bc.GetHeaderByNumber(uint64(n))
	if h == nil || h.Time != time {
		return 0, common.Hash{}, false
	}
	return h.Number.Uint64(), h.Hash(), true
}

func (c *Chain) answer(w http.ResponseWriter, body any) {
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(body); err != nil && !errors.Is(err, http.ErrHandlerTimeout) {
		c.log.Debug("a reader of the embedded L1's blobs went away", "error", err)
	}
}

func refuse(w http.ResponseWriter, status int, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	fmt.Fprintf(w, `{"code":%d,"message":%q}`, status, message) //nolint:errcheck // whoever asked has gone
}
