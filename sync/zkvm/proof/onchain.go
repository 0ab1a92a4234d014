package proof

// OnChain is what the verifier of one version is created with on L1. Like a key it is taken from published values alone.
type OnChain struct {
	Version
	Words     [][32]byte // as Key.Words
	Root      [32]byte   // SP1 v6's root of verifying keys, RISC Zero's control root; zero of the others
	ControlID [32]byte   // RISC Zero's, as its makers write it; zero of the others
}

// OnChain lists the versions that the key is of, oldest first. The key must be a published one.
func (k Key) OnChain() ([]OnChain, error) {
	_, of, err := k.read()
	if err != nil {
		return nil, err
	}
	words, err := k.Words()
	if err != nil {
		return nil, err
	}
	out := make([]OnChain, len(of))
	for i, r := range of {
		out[i] = OnChain{Version: r.Version, Words: words, Root: r.root}
		if r.layout == layoutRISC0 {
			out[i].ControlID = bn254ControlID()
		}
	}
	return out, nil
}
