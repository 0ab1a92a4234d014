// Package tree is the ordered, versioned Merkle tree (specification follows).
package tree
