package main

// What proof verify reads is never repaired: bytes that are not what a flag takes are malformed, and say so.

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/holdfast-rollup/holdfast/sync/zkvm/proof"
)

func newProof(a *app) *cobra.Command {
	return group("proof", "Verify proofs of zkVMs, and show what waits to be proved", newProofVerify(a), newProofQueue(a))
}

const proofVerifyHelp = `Verify checks a Groth16 proof of SP1 (v4 to v6.4), RISC Zero (V2_1, V2_2, V3_0) or Ziren (v1.1 to v1.2) in this process;
nothing else is asked. The version is the one that the proof's first four bytes name.

  --vk       the verifying key that the system's makers published; any other is refused. Of SP1 and Ziren their
             groth16_vk.bin, raw or as hexadecimal text; of RISC Zero a JSON object with the constants of its contract
             Groth16Verifier as decimal strings (alphax, alphay, betax1, ..., IC5y)
  --program  SP1's or Ziren's vkey hash, RISC Zero's image id: 32 bytes
  --public   the public values, RISC Zero's journal
  --proof    the proof as a contract takes it, selector first; RISC Zero's seal

--program, --public and --proof are hexadecimal digits, with or without 0x, or the name of a file. With 0x it is never
a file. What a file holds is told by its content: hexadecimal digits in pairs (0x and white space do not matter); or a
JSON string of them; or a JSON object with such a string under program, vkey or imageId, publicValues, public_values or
journal, proof or seal; or else the bytes themselves. --encoding says it where a file's bytes could be taken for text.

Exit status: 0 the proof holds; 1 it does not; 2 the proof, what it is about or the key is malformed or not supported.`

type proofFlags struct {
	system, vk, program, public, proof, encoding string
}

func newProofVerify(a *app) *cobra.Command {
	var f proofFlags
	c := &cobra.Command{
		Use: "verify", Short: "Check a proof of a zkVM with its published key", Long: proofVerifyHelp, Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			for _, name := range []string{"system", "vk", "program", "public", "proof"} {
				if !c.Flags().Changed(name) {
					return usage("--%s must be given; see `%s --help`", name, c.CommandPath())
				}
			}
			return a.proofVerify(f)
		},
	}
	c.Flags().StringVar(&f.system, "system", "", "sp1, risc0 or ziren")
	c.Flags().StringVar(&f.vk, "vk", "", "file with the published verifying key")
	c.Flags().StringVar(&f.program, "program", "", "program id, 32 bytes")
	c.Flags().StringVar(&f.public, "public", "", "public values or journal")
	c.Flags().StringVar(&f.proof, "proof", "", "proof or seal")
	c.Flags().StringVar(&f.encoding, "encoding", "auto", "what files of --public and --proof hold: auto, hex, json or raw")
	return c
}

// proofResult is what was found.
type proofResult struct {
	Valid     bool   `json:"valid"`
	Malformed bool   `json:"malformed"`
	System    string `json:"system"`
	Version   string `json:"version,omitempty"`
	Selector  string `json:"selector,omitempty"`
	Program   string `json:"program"`
	Public    int    `json:"public_bytes"`
	Bytes     int    `json:"proof_bytes"`
	ElapsedUs int64  `json:"verification_us"`
	Reason    string `json:"reason,omitempty"`
}

func (a *app) proofVerify(f proofFlags) error {
	system, err := proof.ParseSystem(f.system)
	if err != nil || system == proof.Development {
		return usage("--system is %q; must be sp1, risc0 or ziren", f.system)
	}
	if !slices.Contains([]string{"auto", "hex", "json", "raw"}, f.encoding) {
		return usage("--encoding is %q; must be auto, hex, json or raw", f.encoding)
	}
	file, err := os.ReadFile(f.vk)
	if err != nil {
		return fmt.Errorf("read --vk: %w", err)
	}
	keys, err := proof.NewRegistry(0, proof.Key{System: system, File: file}) // on no chain: what is published alone
	if err != nil {
		return usage("--vk %s: %v", f.vk, err)
	}
	s, raw, err := f.read(system)
	r := proofResult{
		System: string(system), Selector: hex.EncodeToString(raw[:min(len(raw), 4)]),
		Program: hex.EncodeToString(s.Program[:]), Public: len(s.Public), Bytes: len(raw),
	}
	if err != nil {
		return a.printProof(r, err)
	}
	if v, verr := proof.Identify(system, raw); verr == nil {
		r.Version = v.Name
	}
	start := time.Now()
	err = keys.Verify(system, s, raw)
	r.ElapsedUs = time.Since(start).Microseconds()
	if errors.Is(err, proof.ErrNoKey) {
		err = fmt.Errorf("%w: --vk is the key of %s", err, versionNames(keys.Versions()))
	}
	return a.printProof(r, err)
}

func versionNames(versions []proof.Version) string {
	var names []string
	for _, v := range versions {
		names = append(names, v.Name)
	}
	return strings.Join(names, ", ")
}

// printProof reports a verification that ended with err, and gives the command's error.
func (a *app) printProof(r proofResult, err error) error {
	var malformed *proof.MalformedError
	r.Valid, r.Malformed = err == nil, errors.As(err, &malformed)
	verdict := "the proof holds"
	if err != nil {
		r.Reason = err.Error()
		verdict = "the proof does not hold"
		if r.Malformed {
			verdict = "this is no proof"
		}
	}
	perr := a.print(r, func(w io.Writer) {
		row(w, "result", verdict)
		row(w, "system", strings.TrimSpace(r.System+" "+r.Version))
		row(w, "selector", r.Selector)
		row(w, "program", r.Program)
		row(w, "public values", fmt.Sprintf("%d bytes", r.Public))
		row(w, "proof", fmt.Sprintf("%d bytes", r.Bytes))
		row(w, "verified in", fmt.Sprintf("%.3f ms", float64(r.ElapsedUs)/1000))
	})
	switch {
	case err == nil:
		return perr
	case r.Malformed:
		return &exitError{exitUsage, err}
	default:
		return &exitError{exitFailed, err}
	}
}

// read gives what the flags say; what they cannot say is a *proof.MalformedError.
func (f *proofFlags) read(system proof.System) (s proof.Statement, raw []byte, err error) {
	defer func() {
		if err != nil {
			err = &proof.MalformedError{System: system, What: "command line", Err: err}
		}
	}()
	program, err := readBytes("program", f.program, "auto", "program", "vkey", "imageId")
	if err != nil {
		return s, nil, err
	}
	if len(program) != len(s.Program) {
		return s, nil, fmt.Errorf("--program is %d bytes; a program id has %d", len(program), len(s.Program))
	}
	s.Program = [32]byte(program)
	if s.Public, err = readBytes("public", f.public, f.encoding, "publicValues", "public_values", "journal"); err != nil {
		return s, nil, err
	}
	raw, err = readBytes("proof", f.proof, f.encoding, "proof", "seal")
	return s, raw, err
}

// readBytes gives the bytes that a flag's value spells or names; members are where a JSON object has them.
func readBytes(flag, value, encoding string, members ...string) ([]byte, error) {
	if info, err := os.Stat(value); err == nil && !info.IsDir() && !strings.HasPrefix(value, "0x") {
		content, err := os.ReadFile(value)
		if err != nil {
			return nil, fmt.Errorf("read --%s: %w", flag, err)
		}
		b, err := decodeFile(content, encoding, members)
		if err != nil {
			return nil, fmt.Errorf("--%s %s: %w", flag, value, err)
		}
		return b, nil
	}
	if b, ok := proof.DecodeText([]byte(value)); ok || value == "" {
		return b, nil
	}
	return nil, fmt.Errorf("--%s is neither a file that exists nor hexadecimal digits in pairs", flag)
}

func decodeFile(content []byte, encoding string, members []string) ([]byte, error) {
	if encoding == "raw" {
		return content, nil
	}
	if b, ok := proof.DecodeText(content); ok && encoding != "json" {
		return b, nil
	}
	if encoding == "hex" {
		return nil, errors.New("not hexadecimal digits in pairs")
	}
	if b, ok := jsonBytes(content, members); ok {
		return b, nil
	}
	if encoding == "json" {
		return nil, fmt.Errorf("no JSON with hexadecimal digits in pairs as a string, or in an object under %s", strings.Join(members, " or "))
	}
	return content, nil
}

// jsonBytes is what a JSON string of hexadecimal digits spells, or the first of the members that an object has as one.
func jsonBytes(content []byte, members []string) ([]byte, bool) {
	var document any
	if err := json.Unmarshal(content, &document); err != nil {
		return nil, false
	}
	text, ok := document.(string)
	if object, is := document.(map[string]any); is {
		for _, name := range members {
			if text, ok = object[name].(string); ok {
				break
			}
		}
	}
	if text == "" {
		return nil, ok
	}
	return proof.DecodeText([]byte(text))
}
