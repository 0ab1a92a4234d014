package main

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/holdfast-rollup/holdfast/sync/zkvm/proof/specimen"
)

// verifyProof runs proof verify and returns its status, its document and what it said.
func verifyProof(t *testing.T, args ...string) (int, proofResult, string) {
	t.Helper()
	var out, errs bytes.Buffer
	code := run(t.Context(), append([]string{"proof", "verify", "-o", "json"}, args...), &out, &errs)
	var r proofResult
	if err := json.Unmarshal(out.Bytes(), &r); err != nil && out.Len() > 0 {
		t.Fatalf("%v: %s", err, out.String())
	}
	return code, r, errs.String()
}

// issue: status 0 for a proof that holds, 1 for one that does not, 2 for what is none, whichever way it is given.
func TestProofVerify(t *testing.T) {
	dir := t.TempDir()
	file := func(name string, content []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for _, s := range specimen.All(t) {
		program, public, raw := hex.EncodeToString(s.Statement.Program[:]), hex.EncodeToString(s.Statement.Public), hex.EncodeToString(s.Proof)
		changed := func(b []byte, at int) string {
			b = bytes.Clone(b)
			b[at] ^= 1
			return hex.EncodeToString(b)
		}
		try := func(want int, program, public, raw string, more ...string) proofResult {
			t.Helper()
			args := append([]string{"--system", string(s.System), "--vk", s.KeyFile, "--program", program, "--public", public, "--proof", raw}, more...)
			code, r, says := verifyProof(t, args...)
			if code != want || r.Valid != (want == exitOK) || r.Malformed != (want == exitUsage) || (r.Reason == "") != (want == exitOK) {
				t.Errorf("%s %s: status %d, want %d: %+v\n%s", s.System, s.Name, code, want, r, says)
			}
			return r
		}
		r := try(exitOK, program, public, raw)
		if r.System != string(s.System) || r.Version != s.Name || r.Selector != raw[:8] || r.Bytes != len(s.Proof) || r.ElapsedUs <= 0 {
			t.Errorf("%s %s: %+v", s.System, s.Name, r)
		}
		try(exitOK, "0x"+program, "0x"+public, "0x"+strings.ToUpper(raw))
		try(exitOK, s.ProofFile, s.ProofFile, s.ProofFile)
		try(exitOK, program, file("public", s.Statement.Public), file("proof", s.Proof))
		try(exitOK, program, file("public", s.Statement.Public), file("proof", s.Proof), "--encoding", "raw")
		try(exitOK, program, file("public", []byte("0x"+public+"\n")), file("proof", []byte(raw[:64]+"\n"+raw[64:]+"\r\n")))
		try(exitOK, program, file("public", []byte(`"0x`+public+`"`)), file("proof", []byte(`"`+raw+`"`)), "--encoding", "json")

		try(exitFailed, program, public+"00", raw)
		try(exitFailed, program, "0x", raw)
		try(exitFailed, program, "", raw)
		try(exitFailed, program, changed(s.Statement.Public, 3), raw)
		try(exitFailed, changed(s.Statement.Program[:], 31), public, raw)

		try(exitUsage, program, public, changed(s.Proof, 0))
		try(exitUsage, program, public, changed(s.Proof, len(s.Proof)-1))
		try(exitUsage, program, public, raw[2:])
		try(exitUsage, program, public, raw+"00")
		try(exitUsage, program, public, raw[1:])
		try(exitUsage, program, public, "")
		try(exitUsage, program, public, "0xzz")
		try(exitUsage, program, public, filepath.Join(dir, "missing"))
		try(exitUsage, program, public, dir)
		try(exitUsage, program[2:], public, raw)
		try(exitUsage, program+"00", public, raw)
		try(exitUsage, program, public, file("proof", []byte(raw)), "--encoding", "json")
		try(exitUsage, program, public, file("proof", []byte(`{"seals":"00"}`)))
		try(exitUsage, program, file("public", s.Statement.Public), raw, "--encoding", "hex")

		key, err := os.ReadFile(s.KeyFile)
		if err != nil {
			t.Fatal(err)
		}
		flags := []string{"--system", string(s.System), "--program", program, "--public", public, "--proof", raw, "--vk"}
		key[len(key)/2] ^= 1
		for what, vk := range map[string]string{"a changed key": file("key", key), "a proof as a key": s.ProofFile} {
			if code, _, says := verifyProof(t, append(flags, vk)...); code != exitUsage || !strings.Contains(says, "verifying key") {
				t.Errorf("%s %s: %s: status %d: %s", s.System, s.Name, what, code, says)
			}
		}
	}
}

// A proof of another version than the key's says both.
func TestProofVerifyNamesTheVersions(t *testing.T) {
	all := specimen.All(t)
	v4, v5 := all[0], all[1]
	code, r, says := verifyProof(t, "--system", "sp1", "--vk", v4.KeyFile, "--program", v5.ProofFile, "--public", v5.ProofFile, "--proof", v5.ProofFile)
	if code != exitFailed || r.Version != "v5" || !strings.Contains(says, "v5") || !strings.Contains(says, "key of v4") {
		t.Errorf("status %d: %+v %s", code, r, says)
	}
	code, _, says = verifyProof(t, "--system", "sp1", "--vk", v4.KeyFile, "--program", v5.ProofFile, "--public", "", "--proof", "d4e8ecd2"+strings.Repeat("00", 864))
	if code != exitUsage || !strings.Contains(says, "PLONK") || !strings.Contains(says, "not supported") {
		t.Errorf("status %d: %s", code, says)
	}
}
