// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Groth16, IRiscZeroVerifier, ISP1Verifier} from "../Verifiers.sol";

/// What the tests put on their chains beside the contract: tokens that misbehave
/// on demand, recipients, a stand-in for both proof systems' verifiers, and what
/// those verifiers are around a pairing check.

/// An ERC-20 of which a test chooses how it deviates from the standard.
contract TestToken {
    enum Mode {
        Standard, // returns true
        Silent, // returns nothing, as the oldest tokens do
        Refusing, // returns false and moves nothing
        Taxing, // keeps one unit of each transfer
        Garbled, // returns a word that is no bool
        Reverting
    }

    Mode public mode;
    mapping(address => uint256) public balanceOf;
    mapping(address => mapping(address => uint256)) public allowance;
    /// Called in the middle of each transfer, if set.
    address public hookTarget;
    bytes public hookData;
    bool public hookOk;
    bytes public hookAnswer;

    function setMode(Mode m) external {
        mode = m;
    }

    function setHook(address target, bytes calldata data) external {
        hookTarget = target;
        hookData = data;
    }

    function mint(address to, uint256 amount) external {
        balanceOf[to] += amount;
    }

    function approve(address spender, uint256 amount) external returns (bool) {
        allowance[msg.sender][spender] = amount;
        return true;
    }

    function transfer(address to, uint256 amount) external {
        _move(msg.sender, to, amount);
    }

    function transferFrom(address from, address to, uint256 amount) external {
        if (mode != Mode.Refusing) allowance[from][msg.sender] -= amount;
        _move(from, to, amount);
    }

    function _move(address from, address to, uint256 amount) private {
        require(mode != Mode.Reverting, "reverting");
        if (hookTarget != address(0)) (hookOk, hookAnswer) = hookTarget.call(hookData);
        if (mode != Mode.Refusing) {
            balanceOf[from] -= amount;
            balanceOf[to] += mode == Mode.Taxing ? amount - 1 : amount;
        }
        if (mode == Mode.Silent) return;
        uint256 answer = mode == Mode.Refusing ? 0 : mode == Mode.Garbled ? 2 : 1;
        assembly {
            mstore(0, answer)
            return(0, 32)
        }
    }
}

/// Takes ether as a test says: refuses it, or calls back first.
contract TestRecipient {
    bool public refuses;
    address public target;
    bytes public data;
    bool public callOk;
    bytes public answer;

    function set(bool refuses_, address target_, bytes calldata data_) external {
        refuses = refuses_;
        target = target_;
        data = data_;
    }

    /// Calls as this account.
    function act(address to, bytes calldata what) external payable {
        (bool ok, bytes memory out) = to.call{value: msg.value}(what);
        if (!ok) {
            assembly {
                revert(add(out, 32), mload(out))
            }
        }
    }

    receive() external payable {
        require(!refuses, "refuses");
        if (target != address(0)) (callOk, answer) = target.call(data);
    }
}

/// Stands where SP1's and RISC Zero's verifiers stand. A "proof" is a selector and
/// a hash over everything that a real one binds.
contract TestVerifier {
    error WrongProof();

    function verifyProof(bytes32 programVKey, bytes calldata publicValues, bytes calldata proofBytes) external pure {
        bytes32 bound = keccak256(abi.encode("sp1", programVKey, publicValues));
        if (keccak256(proofBytes) != keccak256(abi.encodePacked(bytes4(0xa4594c59), bound))) revert WrongProof();
    }

    function verify(bytes calldata seal, bytes32 imageId, bytes32 journalDigest) external pure {
        bytes32 bound = keccak256(abi.encode("risc0", imageId, journalDigest));
        if (keccak256(seal) != keccak256(abi.encodePacked(bytes4(0x73c457ba), bound))) revert WrongProof();
    }
}

/// The interface of the contracts that gnark exports from a key.
interface IExported {
    function verifyProof(uint256[8] calldata proof, uint256[2] calldata input) external view;
    function verifyProof(uint256[8] calldata proof, uint256[5] calldata input) external view;
}

/// Our own pairing check behind that interface.
contract TestGroth16 is IExported, Groth16 {
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

/// SP1's and Ziren's verifiers: v4 and v5 where root is zero, else v6.
contract TestSP1 is ISP1Verifier {
    IExported private immutable core;
    bytes4 private immutable selector;
    uint256 private immutable root;

    constructor(IExported core_, bytes4 selector_, uint256 root_) {
        core = core_;
        selector = selector_;
        root = root_;
    }

    function verifyProof(bytes32 programVKey, bytes calldata publicValues, bytes calldata proofBytes) external view {
        require(bytes4(proofBytes[:4]) == selector, "selector");
        uint256 digest = uint256(sha256(publicValues)) & ((1 << 253) - 1);
        if (root == 0) {
            require(proofBytes.length == 260, "length");
            core.verifyProof(abi.decode(proofBytes[4:], (uint256[8])), [uint256(programVKey), digest]);
            return;
        }
        require(proofBytes.length == 356, "length");
        (uint256 exitCode, uint256 vkRoot, uint256 nonce) = abi.decode(proofBytes[4:100], (uint256, uint256, uint256));
        require(exitCode == 0, "exit code");
        require(vkRoot == root, "root");
        uint256[5] memory input = [uint256(programVKey), digest, exitCode, vkRoot, nonce];
        core.verifyProof(abi.decode(proofBytes[100:], (uint256[8])), input);
    }
}

/// RISC Zero's verifier of one version.
contract TestRiscZero is IRiscZeroVerifier {
    IExported private immutable core;
    bytes4 private immutable selector;
    bytes32 private immutable controlRoot;
    uint256 private immutable controlId; // as a number: its bytes reversed

    constructor(IExported core_, bytes4 selector_, bytes32 controlRoot_, bytes32 controlId_) {
        core = core_;
        selector = selector_;
        controlRoot = controlRoot_;
        controlId = _reverse(controlId_);
    }

    function verify(bytes calldata seal, bytes32 imageId, bytes32 journalDigest) external view {
        require(bytes4(seal[:4]) == selector, "selector");
        require(seal.length == 260, "length");
        bytes32 post = sha256(abi.encodePacked(sha256("risc0.SystemState"), bytes32(0), uint32(0), uint16(0x0100)));
        bytes32 output = sha256(abi.encodePacked(sha256("risc0.Output"), journalDigest, bytes32(0), uint16(0x0200)));
        bytes32 claim = sha256(
            abi.encodePacked(sha256("risc0.ReceiptClaim"), bytes32(0), imageId, post, output, uint64(0), uint16(0x0400))
        );
        uint256 root = _reverse(controlRoot);
        uint256 stated = _reverse(claim);
        uint256 low = type(uint128).max;
        core.verifyProof(
            abi.decode(seal[4:], (uint256[8])), [root & low, root >> 128, stated & low, stated >> 128, controlId]
        );
    }

    function _reverse(bytes32 word) private pure returns (uint256 out) {
        for (uint256 i = 0; i < 32; i++) out |= uint256(uint8(word[i])) << (8 * i);
    }
}
