package evidence

import "crypto/sha256"

// Seal gives a body the checksum that Decode wants.
func Seal(body []byte) []byte {
	sum := sha256.Sum256(body)
	return append(body[:len(body):len(body)], sum[:]...)
}
