package cluster

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"

	"github.com/hashicorp/raft"
)

// Neither log store checks a record that it reads back: bbolt keeps no checksums of
// its pages, and raft-wal checks its tail alone. So each record carries its own, and
// no record that does not match reaches Raft.

// RecordError says that a record of the log is not what was written. It wraps
// ErrDamagedLog.
type RecordError struct {
	Index     uint64
	Want, Got uint32 // CRC-32C
}

func (e *RecordError) Error() string {
	return fmt.Sprintf("%v: record %d has checksum %08x, was written with %08x", ErrDamagedLog, e.Index, e.Got, e.Want)
}

func (e *RecordError) Unwrap() error { return ErrDamagedLog }

// A record's checksum stands in its extensions, which no layer else uses:
//
//	tag u8 (= 'c') | CRC-32C u32 BE over index u64 BE | term u64 BE | type u8 | data
const (
	sumTag   = 'c'
	sumBytes = 1 + 4
)

// summedLog writes and checks the records' checksums.
type summedLog struct{ LogLayer }

func (s *summedLog) StoreLog(entry *raft.Log) error { return s.StoreLogs([]*raft.Log{entry}) }

// StoreLogs writes copies: Raft still reads its own.
func (s *summedLog) StoreLogs(entries []*raft.Log) error {
	table := crc32.MakeTable(crc32.Castagnoli)
	summed, copies := make([]*raft.Log, len(entries)), make([]raft.Log, len(entries))
	extensions := make([]byte, 0, sumBytes*len(entries))
	for i, e := range entries {
		copies[i] = *e
		extensions = binary.BigEndian.AppendUint32(append(extensions, sumTag), sumOf(table, e))
		copies[i].Extensions = extensions[len(extensions)-sumBytes : len(extensions) : len(extensions)]
		summed[i] = &copies[i]
	}
	return s.LogStore.StoreLogs(summed)
}

// GetLog refuses a record that is not what was written.
func (s *summedLog) GetLog(index uint64, entry *raft.Log) error {
	if err := s.LogStore.GetLog(index, entry); err != nil {
		return err
	}
	return checkRecord(index, entry)
}

// checkRecord compares a record with its checksum and the index it was asked by.
func checkRecord(index uint64, entry *raft.Log) error {
	if entry.Index != index {
		return fmt.Errorf("%w: record %d says that it is %d", ErrDamagedLog, index, entry.Index)
	}
	if len(entry.Extensions) != sumBytes || entry.Extensions[0] != sumTag {
		return fmt.Errorf("%w: record %d carries no checksum", ErrDamagedLog, index)
	}
	want, got := binary.BigEndian.Uint32(entry.Extensions[1:]), sumOf(crc32.MakeTable(crc32.Castagnoli), entry)
	if want != got {
		return &RecordError{Index: index, Want: want, Got: got}
	}
	return nil
}

func sumOf(table *crc32.Table, e *raft.Log) uint32 {
	var head [17]byte
	binary.BigEndian.PutUint64(head[:], e.Index)
	binary.BigEndian.PutUint64(head[8:], e.Term)
	head[16] = byte(e.Type)
	return crc32.Update(crc32.Checksum(head[:], table), table, e.Data)
}
