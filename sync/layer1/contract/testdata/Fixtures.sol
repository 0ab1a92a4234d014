// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// What the tests put on their chains beside the contract: tokens that misbehave
/// on demand, recipients, and a stand-in for both proof systems' verifiers.

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

    /// As some tokens do, it changes no allowance but to or from zero.
    function approve(address spender, uint256 amount) external returns (bool) {
        require(amount == 0 || allowance[msg.sender][spender] == 0, "approved already");
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
