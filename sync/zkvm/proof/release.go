package proof

// The published hashes. A key file that is none of these is never used, and a version's constants (verification-key
// root, control root) are never taken from a proof.

import (
	"encoding/hex"
	"fmt"
)

// System is a proof system, by the name that configuration and command line have for it.
type System string

// The proof systems.
const (
	SP1   System = "sp1"
	RISC0 System = "risc0"
	Ziren System = "ziren"
	// Development is package develop's: its proofs bind a statement and prove nothing.
	Development System = "development"
)

// ParseSystem returns the system of a name.
func ParseSystem(name string) (System, error) {
	switch s := System(name); s {
	case SP1, RISC0, Ziren, Development:
		return s, nil
	}
	return "", fmt.Errorf("%q is no proof system: sp1, risc0, ziren or development", name)
}

// Version is a version of a system's verifier. A proof names it by its first four bytes.
type Version struct {
	System   System
	Name     string // its makers' name
	Selector [4]byte
}

func (v Version) String() string { return fmt.Sprintf("%s %s", v.System, v.Name) }

// layout is how a version lays out its proofs and public inputs.
type layout uint8

const (
	layoutTwo   layout = iota // SP1 v4 and v5, Ziren, development: selector, body; program, digest
	layoutFive                // SP1 v6: selector, exit code, root, nonce, body; program, digest, exit code, root, nonce
	layoutRISC0               // RISC Zero: selector, body; control root in two, claim in two, BN254 control id
)

// release is one version with everything that is published about it.
type release struct {
	Version
	layout layout
	// hash of the key file (SHA-256); of RISC Zero the digest of the verifier's parameters. Its first four bytes are
	// the selector.
	hash [32]byte
	root [32]byte // SP1 v6: of the recursion's verifying keys; RISC Zero: the control root
}

// bn254ControlID is RISC Zero's control id of the program that its Groth16 circuit verifies, little-endian as its
// makers publish it; the same for every version here.
func bn254ControlID() [32]byte {
	return constant("c07a65145c3cb48b6101962ea607a4dd93c753bb26975cb47feb00d3666e4404")
}

// releases are the versions that are supported.
//
// Sources: SP1's VERIFIER_HASH and VK_ROOT in succinctlabs/sp1-contracts, the key files in succinctlabs/sp1; RISC Zero's
// in risc0/risc0-ethereum (selector.rs) and the control roots of risc0/risc0's tags; Ziren's in ProjectZKM/Ziren, the
// key file of each tag.
func releases() []release {
	sp1v6 := func(name, hash, root string) release {
		r := published(SP1, name, layoutFive, hash)
		r.root = constant(root)
		return r
	}
	risc0 := func(name, digest, root string) release {
		r := published(RISC0, name, layoutRISC0, digest)
		r.root = constant(root)
		return r
	}
	return []release{
		published(SP1, "v4", layoutTwo, "11b6a09d63d255ad425ee3a7f6211d5ec63fbde9805b40551c3136275b6f4eb4"),
		published(SP1, "v5", layoutTwo, "a4594c59bbc142f3b81c3ecb7f50a7c34bc9af7c4c444b5d48b795427e285913"),
		sp1v6("v6.0", "0e78f4db7a6771a3a6a7d9c3b0de6fe73d58781368967a7fe84d87aefffec896",
			"008cd56e10c2fe24795cff1e1d1f40d3a324528d315674da45d26afb376e8670"),
		sp1v6("v6.1-v6.4", "4388a21c687fdd5f218d7e3d13190cac4c5355818d3605fd5fb811df468ee696",
			"002f850ee998974d6cc00e50cd0814b098c05bfade466d28573240d057f25352"),
		risc0("V2_1", "f536085a791bdbc6cb46ab3074f88e9e94eabb192de8daca3caee1f4ed811b08",
			"884389273e128b32475b334dec75ee619b77cb33d41c332021fe7e44c746ee60"),
		risc0("V2_2", "bb001d444841d70e8bc0c7d034b349044bf3cf0117afb702b2f1e898b7dd13cc",
			"ce52bf56033842021af3cf6db8a50d1b7535c125a34f1a22c6fdcf002c5a1529"),
		risc0("V3_0", "73c457ba541936f0d907daf0c7253a39a9c5c427c225ba7709e44702d3c6eedc",
			"a54dc85ac99f851c92d7c96d7318af41dbe7c0194edfcc37eb4d422a998c1f56"),
		published(Ziren, "v1.1.0", layoutTwo, "00cd9fafafdece62f661a1ba3f047449c6f92d5bfba4baa9a0c8494c35b7f3ac"),
		published(Ziren, "v1.1.1", layoutTwo, "30b01939e46b3e193293ba922674f0eb4bcb3f22cf8019ecf7fd14cf62b12ff9"),
		published(Ziren, "v1.1.2", layoutTwo, "d7f4779cd52f7c07ea2976578fc84489c8c9c92312dbe96ff78755d6c5cd6ef1"),
		published(Ziren, "v1.1.4", layoutTwo, "9036b4b1f3f41d5de9bc61bfe33c69603cbd20e933bdba2b53a33e0d13d63827"),
		published(Ziren, "v1.2.0", layoutTwo, "57bb30aa232fbf888987826cad15ddd3b60b4762d933006347fc9e91477bab0f"),
		published(Ziren, "v1.2.1", layoutTwo, "ecbbedb8c1e98637b97b2bed8033e22e4d7f6df161cbf9051889d873941c460b"),
		published(Ziren, "v1.2.2", layoutTwo, "5368a04b129369d0381dfd5a2a8f03dfde38d4fa4dfa50e062414cea8f5b5be5"),
		published(Ziren, "v1.2.3", layoutTwo, "a75923c7db43f39478e42edd3730113fc8aadf39ae7669cb0302dbdc9e69471a"),
		published(Ziren, "v1.2.4", layoutTwo, "36a08ac03d04aeea838428b451d1c712fb4456ec8cecf79e16b4892081307457"),
		published(Ziren, "v1.2.5", layoutTwo, "b001ac9fa161900c7c2c13bb86615c047f88d90ef9e323802e57c97839c07406"),
		published(Development, "1", layoutTwo, developmentKeyHash),
	}
}

// developmentKeyHash is the SHA-256 of package develop's key file.
const developmentKeyHash = "0349bf1bcfdd496fe5fccfe464e7be16c017d0272b5194fc58bf141a8e202920"

// unsupported are selectors that are published and refused, with what they are.
func unsupported(system System, selector [4]byte) string {
	return map[System]map[[4]byte]string{
		SP1: {
			{0x1b, 0x34, 0xfe, 0x11}: "v4 PLONK", {0xd4, 0xe8, 0xec, 0xd2}: "v5 PLONK",
			{0xbb, 0x1a, 0x6f, 0x29}: "v6.0 PLONK", {0x5a, 0x09, 0x3a, 0x2f}: "v6.1-v6.4 PLONK",
		},
		RISC0: {
			{0xc1, 0x01, 0xb4, 0x2b}: "V1_2", {0x9f, 0x39, 0x69, 0x6c}: "V2_0", {0xc2, 0x7d, 0x1b, 0xc0}: "V5_0",
		},
		Ziren: {
			{0x92, 0xc3, 0xc0, 0x83}: "v1.1.0 or v1.1.1 PLONK", {0x30, 0xe8, 0xe2, 0x3b}: "v1.1.2 PLONK",
			{0x77, 0xc0, 0xe9, 0x6e}: "v1.1.4 PLONK", {0x3b, 0x95, 0x04, 0x85}: "v1.2.0 PLONK",
			{0x62, 0x42, 0x7d, 0x46}: "v1.2.1 PLONK", {0x47, 0x95, 0xb5, 0xd6}: "v1.2.2 PLONK",
			{0xce, 0x6f, 0x04, 0x79}: "v1.2.3 PLONK", {0x72, 0x0d, 0x81, 0xed}: "v1.2.4 PLONK",
			{0x60, 0x2a, 0xc8, 0xe9}: "v1.2.5 PLONK",
		},
	}[system][selector]
}

func published(system System, name string, l layout, hash string) release {
	h := constant(hash)
	return release{Version: Version{system, name, [4]byte(h[:4])}, layout: l, hash: h}
}

// constant decodes a constant of this file.
func constant(digits string) [32]byte {
	b, err := hex.DecodeString(digits)
	if err != nil || len(b) != 32 {
		panic("proof: a constant is not 32 bytes in hexadecimal: " + digits)
	}
	return [32]byte(b)
}
