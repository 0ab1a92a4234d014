package cluster

import (
	"crypto/rand"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"

	"github.com/holdfast-rollup/holdfast/cluster/durable"
)

// What a directory keeps beside Raft's stores, so that a replica that loses those still
// knows whom to ask: the members, and with whom its history began.

// membersFile holds the members as they were last seen.
const membersFile = "MEMBERS"

// recall reads the members of the last run. A file that cannot be read is worth no
// more than none: those that the node was configured with are asked then.
func (b *book) recall(d *directory) error {
	if d == nil {
		return nil
	}
	raw, err := os.ReadFile(filepath.Join(d.path, membersFile))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("cluster: read %s: %w", membersFile, err)
	}
	var members []Peer
	if err == nil && json.Unmarshal(raw, &members) == nil {
		b.remembered = members
	}
	return nil
}

// rememberMembers keeps the file what Raft's newest configuration is.
func (n *Node) rememberMembers() {
	members := n.book.members()
	if n.dir == nil || len(members) == 0 || slices.Equal(members, n.remembered) {
		return
	}
	raw, err := json.MarshalIndent(members, "", "  ")
	if err == nil {
		err = durable.WriteFile(filepath.Join(n.dir.path, membersFile), append(raw, '\n'), 0o600)
	}
	if err == nil {
		n.remembered, n.unnoted = members, false
	} else if !n.unnoted { // it is tried again at each look, on a full disk for long
		n.unnoted = true
		n.logger.Warn("members not noted", slog.Any("error", err))
	}
}

// number identifies the directory; it is drawn when it is first asked for.
func (d *directory) number() (uint64, error) {
	var drawn [8]byte
	_, _ = rand.Read(drawn[:])                      // never fails
	number := binary.BigEndian.Uint64(drawn[:]) | 1 // 0 is for none
	if d == nil {
		return number, nil
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.record.Number == 0 {
		d.record.Number = number
		return number, d.write()
	}
	return d.record.Number, nil
}

// setBegan notes which directories were empty when this one's history began.
func (d *directory) setBegan(numbers []uint64) error {
	if d == nil {
		return nil
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.record.Began = slices.Clone(numbers)
	return d.write()
}

// began returns what setBegan noted.
func (d *directory) began() []uint64 {
	if d == nil {
		return nil
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.record.Began
}
