// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// An adapter to one proof system and one program key. What must always hold: it
/// is stateless, its program key never changes, and it reverts unless `proof`
/// proves a run of that program which wrote exactly `journal`.
interface IVerifier {
    function verify(bytes calldata journal, bytes calldata proof) external view;
}

/// Accepts every batch without a proof, on development chains alone: the batch
/// was executed, not proven.
contract ExecutionOnlyVerifier is IVerifier {
    error NotADevelopmentChain(uint256 chainId);
    error ProofNotExpected();

    function verify(bytes calldata, bytes calldata proof) external view {
        // Asked at every call: a chain may change its id in a fork.
        if (block.chainid != 1337 && block.chainid != 31337) revert NotADevelopmentChain(block.chainid);
        if (proof.length != 0) revert ProofNotExpected();
    }
}

/// SP1's verifiers and gateways.
interface ISP1Verifier {
    function verifyProof(bytes32 programVKey, bytes calldata publicValues, bytes calldata proofBytes) external view;
}

/// RISC Zero's verifiers and routers.
interface IRiscZeroVerifier {
    function verify(bytes calldata seal, bytes32 imageId, bytes32 journalDigest) external view;
}

/// The selector, a proof's first four bytes, names the verifier's version behind
/// a gateway. It is pinned, so that whoever runs the gateway cannot give the
/// program key a verifier that nobody here agreed to.
abstract contract PinnedSelector {
    bytes4 public immutable selector;

    error SelectorMismatch(bytes4 expected, bytes4 given);
    error NotAContract(address verifier);

    constructor(address verifier, bytes4 selector_) {
        if (verifier.code.length == 0) revert NotAContract(verifier);
        selector = selector_;
    }

    function _checkSelector(bytes calldata proof) internal view {
        bytes4 given = bytes4(proof); // padded with zeros if the proof is shorter
        if (proof.length < 4 || given != selector) revert SelectorMismatch(selector, given);
    }
}

/// The journal is the public values: SP1's verifier hashes them itself.
contract SP1Adapter is IVerifier, PinnedSelector {
    ISP1Verifier public immutable verifier;
    bytes32 public immutable programVKey;

    constructor(ISP1Verifier verifier_, bytes32 programVKey_, bytes4 selector_)
        PinnedSelector(address(verifier_), selector_)
    {
        verifier = verifier_;
        programVKey = programVKey_;
    }

    function verify(bytes calldata journal, bytes calldata proof) external view {
        _checkSelector(proof);
        verifier.verifyProof(programVKey, journal, proof);
    }
}

/// RISC Zero's verifier takes the journal's SHA-256 digest.
contract RiscZeroAdapter is IVerifier, PinnedSelector {
    IRiscZeroVerifier public immutable verifier;
    bytes32 public immutable imageId;

    error DevelopmentReceipt();

    constructor(IRiscZeroVerifier verifier_, bytes32 imageId_, bytes4 selector_)
        PinnedSelector(address(verifier_), selector_)
    {
        // The selector of receipts that prove nothing.
        if (selector_ == 0xffffffff) revert DevelopmentReceipt();
        verifier = verifier_;
        imageId = imageId_;
    }

    function verify(bytes calldata journal, bytes calldata proof) external view {
        _checkSelector(proof);
        verifier.verify(proof, imageId, sha256(journal));
    }
}
