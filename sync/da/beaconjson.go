package da

// Invariants of this file: of an answer at most one blob is in memory beside those that were kept, plus what the JSON
// reader buffers of the answer's bounded length; an answer is either read to its end or ErrMalformed or ErrTooLarge.

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"strconv"
)

const (
	// maxBlobsPerAnswer bounds what is read of one block's blobs: far above every fork's maximum.
	maxBlobsPerAnswer = 128
	// maxBlobsAnswer is the length of such an answer in JSON, in bytes.
	maxBlobsAnswer = maxBlobsPerAnswer * (2*BlobSize + 4<<10)
	// maxSmallAnswer bounds answers that hold no blobs; a chain's specification has some ten KiB.
	maxSmallAnswer = 1 << 20
)

// limited reads at most limit bytes and fails with ErrTooLarge beyond, where io.LimitReader would feign an end.
type limited struct {
	r    io.Reader
	left int64
}

func (l *limited) Read(p []byte) (int, error) {
	if l.left <= 0 {
		var one [1]byte
		if n, err := l.r.Read(one[:]); n == 0 {
			return 0, err
		}
		return 0, fmt.Errorf("%w: the answer is too long", ErrTooLarge)
	}
	n, err := l.r.Read(p[:min(int64(len(p)), l.left)])
	l.left -= int64(n)
	return n, err
}

// seen takes a blob of an answer; the blob is overwritten afterwards. commitment is what the answer calls the blob's
// KZG commitment, nil if it does not say.
type seen func(b *Blob, commitment []byte) error

// decodeBlobs reads an answer of /eth/v1/beacon/blobs, as raw SSZ or JSON.
func decodeBlobs(contentType string, body io.Reader, each seen) error {
	media, _, err := mime.ParseMediaType(contentType)
	if err != nil && contentType != "" {
		return fmt.Errorf("%w: content type %q", ErrMalformed, contentType)
	}
	if media == "application/octet-stream" {
		return decodeBlobsSSZ(&limited{body, maxBlobsPerAnswer * BlobSize}, each)
	}
	var b Blob
	return decodeData(body, func(d *json.Decoder) error {
		var text string
		if err := d.Decode(&text); err != nil {
			return err
		}
		if err := unhex(b[:], text); err != nil {
			return err
		}
		return each(&b, nil)
	})
}

// decodeBlobsSSZ reads a list of blobs, which lie one behind the other.
func decodeBlobsSSZ(body io.Reader, each seen) error {
	var b Blob
	for {
		_, err := io.ReadFull(body, b[:])
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case errors.Is(err, io.ErrUnexpectedEOF):
			return fmt.Errorf("%w: the answer ends within a blob", ErrMalformed)
		case err != nil:
			return err
		}
		if err := each(&b, nil); err != nil {
			return err
		}
	}
}

// decodeSidecars reads an answer of /eth/v1/beacon/blob_sidecars in JSON.
func decodeSidecars(body io.Reader, each seen) error {
	var b Blob
	return decodeData(body, func(d *json.Decoder) error {
		var sidecar struct {
			Blob       string `json:"blob"`
			Commitment string `json:"kzg_commitment"`
		}
		if err := d.Decode(&sidecar); err != nil {
			return err
		}
		var commitment [48]byte
		if err := errors.Join(unhex(b[:], sidecar.Blob), unhex(commitment[:], sidecar.Commitment)); err != nil {
			return err
		}
		return each(&b, commitment[:])
	})
}

// decodeData reads the object of a Beacon API answer and calls element for each entry of its list "data".
func decodeData(body io.Reader, element func(*json.Decoder) error) error {
	d := json.NewDecoder(&limited{body, maxBlobsAnswer})
	if err := token(d, json.Delim('{')); err != nil {
		return err
	}
	found := false
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return malformedJSON(err)
		}
		if key != "data" || found {
			var skipped json.RawMessage
			if err := d.Decode(&skipped); err != nil {
				return malformedJSON(err)
			}
			continue
		}
		found = true
		if err := decodeList(d, element); err != nil {
			return err
		}
	}
	if err := token(d, json.Delim('}')); err != nil {
		return err
	}
	if !found {
		return fmt.Errorf("%w: the answer has no data", ErrMalformed)
	}
	return nil
}

func decodeList(d *json.Decoder, element func(*json.Decoder) error) error {
	if err := token(d, json.Delim('[')); err != nil {
		return err
	}
	for n := 0; d.More(); n++ {
		if n == maxBlobsPerAnswer {
			return fmt.Errorf("%w: more than %d blobs", ErrTooLarge, n)
		}
		if err := element(d); err != nil {
			return malformedJSON(err)
		}
	}
	return token(d, json.Delim(']'))
}

func token(d *json.Decoder, want json.Delim) error {
	got, err := d.Token()
	if err != nil {
		return malformedJSON(err)
	}
	if got != want {
		return fmt.Errorf("%w: %v where %s belongs", ErrMalformed, got, want)
	}
	return nil
}

// malformedJSON tells bytes that are no JSON of the expected shape from bytes that did not arrive.
func malformedJSON(err error) error {
	var syntax *json.SyntaxError
	var shape *json.UnmarshalTypeError
	if errors.As(err, &syntax) || errors.As(err, &shape) {
		return fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	return err
}

// unhex reads 0x and exactly len(dst) bytes.
func unhex(dst []byte, text string) error {
	if len(text) != 2+2*len(dst) || text[:2] != "0x" {
		return fmt.Errorf("%w: %d characters for %d bytes in hexadecimal", ErrMalformed, len(text), len(dst))
	}
	if _, err := hex.Decode(dst, []byte(text[2:])); err != nil {
		return fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	return nil
}

// versionedHash is EIP-4844's hash of a KZG commitment.
func versionedHash(commitment []byte) [32]byte {
	h := sha256.Sum256(commitment)
	h[0] = 1
	return h
}

// decodeGenesis reads an answer of /eth/v1/beacon/genesis: the time of slot 0 in milliseconds.
func decodeGenesis(body io.Reader) (int64, error) {
	var answer struct {
		Data struct {
			Time string `json:"genesis_time"`
		} `json:"data"`
	}
	if err := decodeSmall(body, &answer); err != nil {
		return 0, err
	}
	seconds, err := strconv.ParseInt(answer.Data.Time, 10, 50)
	if err != nil || seconds < 0 {
		return 0, fmt.Errorf("%w: genesis time %q", ErrMalformed, answer.Data.Time)
	}
	return seconds * 1000, nil
}

// decodeSpec reads an answer of /eth/v1/config/spec: the length of a slot in milliseconds.
func decodeSpec(body io.Reader) (int64, error) {
	var answer struct {
		Data struct {
			Seconds string `json:"SECONDS_PER_SLOT"`
			Millis  string `json:"SLOT_DURATION_MS"`
		} `json:"data"`
	}
	if err := decodeSmall(body, &answer); err != nil {
		return 0, err
	}
	text, unit := answer.Data.Millis, int64(1)
	if text == "" {
		text, unit = answer.Data.Seconds, 1000
	}
	n, err := strconv.ParseInt(text, 10, 32)
	if err != nil || n <= 0 {
		return 0, fmt.Errorf("%w: slot duration %q", ErrMalformed, text)
	}
	return n * unit, nil
}

func decodeSmall(body io.Reader, into any) error {
	b, err := io.ReadAll(&limited{body, maxSmallAnswer})
	if err != nil {
		return err
	}
	if err := json.NewDecoder(bytes.NewReader(b)).Decode(into); err != nil {
		return fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	return nil
}
