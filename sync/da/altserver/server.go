package altserver

// Invariant of this file: under a keccak commitment nothing else is stored than what hashes to it, and nothing that is
// stored is replaced.

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"

	"golang.org/x/crypto/sha3"
)

// Options may be zero.
type Options struct {
	// Generic lets the server choose commitments.
	Generic bool
	// MaxInputs and MaxBytes bound what is stored: 4,096 inputs of 64 MiB together by default. What is beyond is
	// refused with status 507.
	MaxInputs, MaxBytes int
}

// Server stores inputs under commitments.
type Server struct {
	options Options
	mux     *http.ServeMux

	mu     sync.Mutex // guards the fields below
	stored map[string][]byte
	bytes  int
	serial uint64
}

// New makes an empty server.
func New(o Options) *Server {
	if o.MaxInputs == 0 {
		o.MaxInputs = 4096
	}
	if o.MaxBytes == 0 {
		o.MaxBytes = 64 << 20
	}
	s := &Server{options: o, mux: http.NewServeMux(), stored: map[string][]byte{}}
	s.mux.HandleFunc("POST /put", s.put)
	s.mux.HandleFunc("POST /put/", s.put)
	s.mux.HandleFunc("GET /get/{commitment}", s.get)
	return s
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.mux.ServeHTTP(w, r) }

func (s *Server) put(w http.ResponseWriter, r *http.Request) {
	input, err := io.ReadAll(http.MaxBytesReader(w, r.Body, int64(s.options.MaxBytes)))
	var long *http.MaxBytesError
	switch {
	case errors.As(err, &long):
		http.Error(w, "the input is too long", http.StatusRequestEntityTooLarge)
		return
	case err != nil || len(input) == 0:
		http.Error(w, "no input", http.StatusBadRequest)
		return
	}
	given := strings.Trim(strings.TrimPrefix(r.URL.Path, "/put"), "/")
	key, status := s.key(given, input)
	if status == http.StatusOK {
		status = s.store(key, input)
	}
	if status != http.StatusOK {
		http.Error(w, http.StatusText(status), status)
		return
	}
	if given == "" {
		w.Write(key) //nolint:errcheck // whoever asked has gone and will ask again
	}
}

// key is the commitment under which input is stored.
func (s *Server) key(given string, input []byte) ([]byte, int) {
	hash := sha3.NewLegacyKeccak256()
	hash.Write(input)
	own := hash.Sum([]byte{0})
	switch {
	case given == "" && s.options.Generic:
		s.mu.Lock()
		s.serial++
		own = binary.BigEndian.AppendUint64([]byte{1, 0xff}, s.serial)
		s.mu.Unlock()
		return own, http.StatusOK
	case given != "" && given != "0x"+hex.EncodeToString(own):
		return nil, http.StatusBadRequest
	default:
		return own, http.StatusOK
	}
}

func (s *Server) store(key, input []byte) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.stored[string(key)]; ok {
		return http.StatusOK
	}
	if len(s.stored) >= s.options.MaxInputs || s.bytes+len(input) > s.options.MaxBytes {
		return http.StatusInsufficientStorage
	}
	s.stored[string(key)] = input
	s.bytes += len(input)
	return http.StatusOK
}

func (s *Server) get(w http.ResponseWriter, r *http.Request) {
	key, err := hex.DecodeString(strings.TrimPrefix(r.PathValue("commitment"), "0x"))
	if err != nil {
		http.Error(w, "no commitment", http.StatusBadRequest)
		return
	}
	s.mu.Lock()
	input, ok := s.stored[string(key)]
	s.mu.Unlock()
	if !ok {
		http.Error(w, "not found", http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Write(input) //nolint:errcheck // whoever asked has gone and will ask again
}
