// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// An adapter to one proof system and one program key. What must always hold: it
/// is stateless, its program key never changes, and it reverts unless `proof`
/// proves a run of that program which wrote exactly `journal`.
interface IVerifier {
    function verify(bytes calldata journal, bytes calldata proof) external view;
}

/// What works on development chains alone.
abstract contract DevelopmentOnly {
    error NotADevelopmentChain(uint256 chainId);

    /// Asked at every call: a chain may change its id in a fork.
    function _checkChain() internal view {
        if (block.chainid != 1337 && block.chainid != 31337) revert NotADevelopmentChain(block.chainid);
    }
}

/// Accepts every batch without a proof, on development chains alone: the batch
/// was executed, not proven.
contract ExecutionOnlyVerifier is IVerifier, DevelopmentOnly {
    error ProofNotExpected();

    function verify(bytes calldata, bytes calldata proof) external view {
        _checkChain();
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

/// Groth16 over BN254 by the precompiles of EIP-196 and EIP-197, under a key that
/// is given once: alpha, beta, gamma, delta and the input points, each coordinate
/// a word, imaginary limbs first. Nothing is reduced: what is not canonical is
/// refused, here or by the precompiles. They get the gas that EIP-1108 has them
/// cost, because a point off its curve burns all that it is given.
abstract contract Groth16 {
    uint256 private constant Q = 21888242871839275222246405745257275088696311157297823662689037894645226208583;
    uint256 private constant R = 21888242871839275222246405745257275088548364400416034343698204186575808495617;
    /// Words before the input points.
    uint256 private constant HEAD = 14;

    uint256[] private key;

    error KeyLength(uint256 words);
    error InputTooLarge(uint256 input);
    error ProofInvalid();

    constructor(uint256[] memory key_) {
        if (key_.length < HEAD + 4 || key_.length % 2 != 0) revert KeyLength(key_.length);
        key = key_;
    }

    /// Reverts unless `proof`, A B C, holds for the inputs:
    /// e(-A, B) e(alpha, beta) e(L, gamma) e(C, delta) = 1.
    function _check(uint256[8] memory proof, uint256[] memory inputs) internal view {
        uint256[] memory k = key;
        if (k.length != HEAD + 2 * (inputs.length + 1)) revert KeyLength(k.length);
        (uint256 x, uint256 y) = _sum(k, inputs);
        if (proof[1] >= Q) revert ProofInvalid();
        uint256[24] memory pairs = [
            proof[0], Q - proof[1], proof[2], proof[3], proof[4], proof[5],
            k[0], k[1], k[2], k[3], k[4], k[5],
            x, y, k[6], k[7], k[8], k[9],
            proof[6], proof[7], k[10], k[11], k[12], k[13]
        ];
        bool ok;
        assembly ("memory-safe") {
            ok := staticcall(181000, 8, pairs, 768, 0, 32)
            ok := and(ok, mload(0))
        }
        if (!ok) revert ProofInvalid();
    }

    /// The first input point plus each other times its input.
    function _sum(uint256[] memory k, uint256[] memory inputs) private view returns (uint256 x, uint256 y) {
        (x, y) = (k[HEAD], k[HEAD + 1]);
        for (uint256 i = 0; i < inputs.length; i++) {
            if (inputs[i] >= R) revert InputTooLarge(inputs[i]);
            uint256[4] memory work = [k[HEAD + 2 * i + 2], k[HEAD + 2 * i + 3], inputs[i], 0];
            bool ok;
            assembly ("memory-safe") {
                ok := staticcall(6000, 7, work, 96, work, 64)
                mstore(add(work, 64), x)
                mstore(add(work, 96), y)
                ok := and(ok, staticcall(150, 6, work, 128, work, 64))
                x := mload(work)
                y := mload(add(work, 32))
            }
            if (!ok) revert ProofInvalid();
        }
    }
}

/// The interface of the contracts that gnark exports from a key.
interface IGroth16Verifier {
    function verifyProof(uint256[8] calldata proof, uint256[2] calldata input) external view;
    function verifyProof(uint256[8] calldata proof, uint256[5] calldata input) external view;
}

/// The check of one key, for the verifiers below. Under a key of another number of
/// inputs it reverts.
contract Groth16Verifier is IGroth16Verifier, Groth16 {
    constructor(uint256[] memory key) Groth16(key) {}

    function verifyProof(uint256[8] calldata proof, uint256[2] calldata input) external view {
        uint256[] memory inputs = new uint256[](2);
        for (uint256 i = 0; i < 2; i++) inputs[i] = input[i];
        _check(proof, inputs);
    }

    function verifyProof(uint256[8] calldata proof, uint256[5] calldata input) external view {
        uint256[] memory inputs = new uint256[](5);
        for (uint256 i = 0; i < 5; i++) inputs[i] = input[i];
        _check(proof, inputs);
    }
}

/// How the published verifiers lay proofs out: the selector of their version first.
abstract contract ProofLayout {
    error WrongVerifierSelector(bytes4 received, bytes4 expected);
    error ProofLength(uint256 length);

    function _checkLayout(bytes calldata proof, bytes4 selector, uint256 length) internal pure {
        if (proof.length != length) revert ProofLength(proof.length);
        if (bytes4(proof) != selector) revert WrongVerifierSelector(bytes4(proof), selector);
    }

    /// SP1's digest of public values, a field element.
    function _digest(bytes calldata publicValues) internal pure returns (uint256) {
        return uint256(sha256(publicValues)) & ((1 << 253) - 1);
    }
}

/// SP1's verifier of one version, and Ziren's, for chains where their makers have
/// none: SP1 v4 and v5 and Ziren where root is zero, else SP1 v6, whose proofs state
/// exit code, root and nonce.
contract SP1Verifier is ISP1Verifier, ProofLayout {
    IGroth16Verifier public immutable core;
    bytes4 public immutable selector;
    uint256 public immutable root;

    error InvalidExitCode(uint256 exitCode);
    error InvalidRoot(uint256 root);

    constructor(IGroth16Verifier core_, bytes4 selector_, uint256 root_) {
        core = core_;
        selector = selector_;
        root = root_;
    }

    function verifyProof(bytes32 programVKey, bytes calldata publicValues, bytes calldata proofBytes) external view {
        if (root == 0) {
            _checkLayout(proofBytes, selector, 260);
            core.verifyProof(
                abi.decode(proofBytes[4:], (uint256[8])), [uint256(programVKey), _digest(publicValues)]
            );
            return;
        }
        _checkLayout(proofBytes, selector, 356);
        (uint256 exitCode, uint256 stated, uint256 nonce) = abi.decode(proofBytes[4:100], (uint256, uint256, uint256));
        if (exitCode != 0) revert InvalidExitCode(exitCode);
        if (stated != root) revert InvalidRoot(stated);
        uint256[5] memory input = [uint256(programVKey), _digest(publicValues), exitCode, stated, nonce];
        core.verifyProof(abi.decode(proofBytes[100:], (uint256[8])), input);
    }
}

/// RISC Zero's verifier of one version, for chains where its makers have none.
contract RiscZeroVerifier is IRiscZeroVerifier, ProofLayout {
    IGroth16Verifier public immutable core;
    bytes4 public immutable selector;
    bytes32 public immutable controlRoot;
    bytes32 public immutable controlId;

    constructor(IGroth16Verifier core_, bytes4 selector_, bytes32 controlRoot_, bytes32 controlId_) {
        core = core_;
        selector = selector_;
        controlRoot = controlRoot_;
        controlId = controlId_;
    }

    function verify(bytes calldata seal, bytes32 imageId, bytes32 journalDigest) external view {
        _checkLayout(seal, selector, 260);
        bytes32 post = sha256(abi.encodePacked(sha256("risc0.SystemState"), bytes32(0), uint32(0), uint16(0x0100)));
        bytes32 output = sha256(abi.encodePacked(sha256("risc0.Output"), journalDigest, bytes32(0), uint16(0x0200)));
        bytes32 claim = sha256(
            abi.encodePacked(sha256("risc0.ReceiptClaim"), bytes32(0), imageId, post, output, uint64(0), uint16(0x0400))
        );
        uint256 known = _reverse(controlRoot);
        uint256 stated = _reverse(claim);
        uint256 low = type(uint128).max;
        core.verifyProof(
            abi.decode(seal[4:], (uint256[8])),
            [known & low, known >> 128, stated & low, stated >> 128, _reverse(controlId)]
        );
    }

    /// The number whose little-endian bytes the word is.
    function _reverse(bytes32 word) private pure returns (uint256 out) {
        for (uint256 i = 0; i < 32; i++) out |= uint256(uint8(word[i])) << (8 * i);
    }
}

/// Verifies development proofs, in SP1's layout, on development chains alone.
/// Their key's trapdoor is public: they prove nothing.
contract DevelopmentVerifier is ISP1Verifier, Groth16, ProofLayout, DevelopmentOnly {
    bytes4 public immutable selector;

    constructor(uint256[] memory key, bytes4 selector_) Groth16(key) {
        selector = selector_;
    }

    function verifyProof(bytes32 programVKey, bytes calldata publicValues, bytes calldata proofBytes) external view {
        _checkChain();
        _checkLayout(proofBytes, selector, 260);
        uint256[] memory inputs = new uint256[](2);
        inputs[0] = uint256(programVKey);
        inputs[1] = _digest(publicValues);
        _check(abi.decode(proofBytes[4:], (uint256[8])), inputs);
    }
}
