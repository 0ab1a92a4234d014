// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// What must always hold here:
/// - batch numbers run from 1 without gaps, lastVerified <= lastCommitted;
/// - each batch's parent hash and pre-root are the stored header hash and post
///   root of the batch before it, so equal roots under another header do not fit;
/// - the header hash is computed here, from the header's fields, never taken;
/// - what a proof is checked against is rebuilt from what was stored at commit.

/// The header of a batch. Its hash is SHA-256 over its 274 bytes: the fields in
/// this order, big-endian, without padding.
struct Header {
    uint8 version;
    bytes16 lineage;
    uint64 number;
    bytes32 parentHash;
    bytes32 preRoot;
    bytes32 postRoot;
    uint8 payloadKind;
    bytes32 payloadHash;
    uint32 transitions;
    uint64 firstSequence;
    uint64 lastSequence;
    uint64 inboxFrom;
    uint64 inboxTo;
    bytes32 inboxHash;
    bytes32 withdrawalsRoot;
    uint64 firstTimeMs;
    uint64 sealTimeMs;
    uint32 programVersion;
}

/// Where a batch's payload can be read. `size` is the envelope's length in bytes.
struct DaRef {
    uint8 provider;
    uint8 codec;
    bytes32 commitment;
    uint32 size;
    bytes extra;
}

/// An adapter to one proof system and one program key.
interface IVerifier {
    /// Reverts unless `proof` proves a run of the adapter's program whose
    /// journal has the SHA-256 digest `journalDigest`.
    function verify(bytes32 journalDigest, bytes calldata proof) external view;
}

/// Accepts every batch without a proof, on development chains alone: the batch
/// was executed, not proven.
contract ExecutionOnlyVerifier is IVerifier {
    error NotADevelopmentChain(uint256 chainId);
    error ProofNotExpected();

    function verify(bytes32, bytes calldata proof) external view {
        // Asked at every call: a chain may change its id in a fork.
        if (block.chainid != 1337 && block.chainid != 31337) revert NotADevelopmentChain(block.chainid);
        if (proof.length != 0) revert ProofNotExpected();
    }
}

contract Holdfast {
    struct Batch {
        bytes32 headerHash;
        bytes32 postRoot;
        bytes32 journalDigest;
        uint32 programVersion;
        uint64 epoch;
        uint64 committedBlock;
    }

    /// Everything that a follower asks at once.
    struct State {
        bytes16 lineage;
        uint64 epoch;
        uint64 lastCommitted;
        uint64 lastVerified;
        bool paused;
        address owner;
        address submitter;
        address prover;
        address guardian;
    }

    struct Program {
        IVerifier verifier;
        uint64 activeFrom; // seconds since the Unix epoch
    }

    uint8 public constant HEADER_VERSION = 1;
    /// The only provider whose references are accepted so far: the archive. A
    /// blob's commitment would have to come from blobhash, never from calldata.
    uint8 public constant PROVIDER_ARCHIVE = 1;

    address public owner;
    address public pendingOwner;
    address public submitter;
    address public prover;
    address public guardian;
    bool public paused;

    /// Zero until the first commit registers its header's lineage.
    bytes16 public lineage;
    uint64 public epoch;
    uint64 public lastCommitted;
    uint64 public lastVerified;

    /// Seconds between scheduling a program version and its first use.
    uint64 public immutable programDelay;

    mapping(uint64 number => Batch) private stored;
    mapping(uint32 version => Program) public programs;

    event BatchCommitted(uint64 indexed number, bytes32 postRoot, bytes32 headerHash, DaRef ref);
    event BatchVerified(uint64 indexed number, bytes32 postRoot, bytes32 headerHash);
    event LineageRegistered(bytes16 indexed lineage);
    event EpochAdvanced(uint64 indexed epoch);
    event ProgramScheduled(uint32 indexed version, address verifier, uint64 activeFrom);
    event RolesChanged(address submitter, address prover, address guardian);
    event OwnershipOffered(address indexed owner, address indexed pendingOwner);
    event OwnershipTaken(address indexed owner);
    event Paused(address by);
    event Unpaused(address by);

    error NotOwner(address caller);
    error NotPendingOwner(address caller);
    error NotSubmitter(address caller);
    error NotProver(address caller);
    error NotGuardian(address caller);
    error ZeroAddress();
    error IsPaused();
    error IsNotPaused();
    error NothingToCommit();
    error NothingToVerify();
    error ReferencesMismatch(uint256 headers, uint256 refs);
    error HeaderVersionUnknown(uint8 version);
    error LineageZero();
    error LineageMismatch(bytes16 registered, bytes16 given);
    error EpochTooOld(uint64 last, uint64 given);
    error NumberMismatch(uint64 expected, uint64 given);
    error ParentMismatch(uint64 number, bytes32 expected, bytes32 given);
    error PreRootMismatch(uint64 number, bytes32 expected, bytes32 given);
    error InboxMismatch(uint64 number, uint64 from, uint64 to);
    error ProviderUnsupported(uint64 number, uint8 provider);
    error ProgramUnknown(uint32 version);
    error ProgramExists(uint32 version);
    error NotCommitted(uint64 number, uint64 lastCommitted);
    error NotNext(uint64 expected, uint64 given);

    modifier onlyOwner() {
        if (msg.sender != owner) revert NotOwner(msg.sender);
        _;
    }

    modifier whenNotPaused() {
        if (paused) revert IsPaused();
        _;
    }

    /// `genesisRoot` is the root of the empty state: the pre-root of batch 1.
    constructor(
        address owner_,
        address submitter_,
        address prover_,
        address guardian_,
        bytes32 genesisRoot,
        uint32 programVersion,
        IVerifier verifier,
        uint64 programDelay_
    ) {
        if (owner_ == address(0) || address(verifier) == address(0)) revert ZeroAddress();
        owner = owner_;
        emit OwnershipTaken(owner_);
        _setRoles(submitter_, prover_, guardian_);
        programDelay = programDelay_;
        stored[0].postRoot = genesisRoot;
        programs[programVersion] = Program(verifier, uint64(block.timestamp));
        emit ProgramScheduled(programVersion, address(verifier), uint64(block.timestamp));
    }

    // ---- batches ----

    /// Commits one or more whole batches that follow the last one.
    function commitBatches(uint64 epoch_, Header[] calldata headers, DaRef[] calldata refs) external whenNotPaused {
        if (msg.sender != submitter) revert NotSubmitter(msg.sender);
        if (headers.length == 0) revert NothingToCommit();
        if (headers.length != refs.length) revert ReferencesMismatch(headers.length, refs.length);
        if (lineage == bytes16(0)) {
            if (headers[0].lineage == bytes16(0)) revert LineageZero();
            lineage = headers[0].lineage;
            emit LineageRegistered(lineage);
        }
        if (epoch_ < epoch) revert EpochTooOld(epoch, epoch_);
        if (epoch_ > epoch) {
            epoch = epoch_;
            emit EpochAdvanced(epoch_);
        }
        uint64 last = lastCommitted;
        for (uint256 i = 0; i < headers.length; i++) {
            _commit(last, epoch_, headers[i], refs[i]);
            last++;
        }
        lastCommitted = last;
    }

    function _commit(uint64 last, uint64 epoch_, Header calldata h, DaRef calldata ref) private {
        Batch storage parent = stored[last];
        if (h.version != HEADER_VERSION) revert HeaderVersionUnknown(h.version);
        if (h.lineage != lineage) revert LineageMismatch(lineage, h.lineage);
        if (h.number != last + 1) revert NumberMismatch(last + 1, h.number);
        if (h.parentHash != parent.headerHash) revert ParentMismatch(h.number, parent.headerHash, h.parentHash);
        if (h.preRoot != parent.postRoot) revert PreRootMismatch(h.number, parent.postRoot, h.preRoot);
        // There is no queue of deposits yet, so no batch can have consumed any.
        if (h.inboxFrom != 0 || h.inboxTo != 0) revert InboxMismatch(h.number, h.inboxFrom, h.inboxTo);
        if (ref.provider != PROVIDER_ARCHIVE) revert ProviderUnsupported(h.number, ref.provider);
        _program(h.programVersion);

        bytes32 hash = headerHash(h);
        stored[h.number] = Batch({
            headerHash: hash,
            postRoot: h.postRoot,
            journalDigest: _journalDigest(hash, h),
            programVersion: h.programVersion,
            epoch: epoch_,
            committedBlock: uint64(block.number)
        });
        emit BatchCommitted(h.number, h.postRoot, hash, ref);
    }

    /// Verifies batches from `first` on, one proof each, in order.
    function verifyBatches(uint64 first, bytes[] calldata proofs) external whenNotPaused {
        if (msg.sender != prover) revert NotProver(msg.sender);
        if (proofs.length == 0) revert NothingToVerify();
        if (first != lastVerified + 1) revert NotNext(lastVerified + 1, first);
        uint64 number = first;
        for (uint256 i = 0; i < proofs.length; i++) {
            if (number > lastCommitted) revert NotCommitted(number, lastCommitted);
            Batch storage b = stored[number];
            _program(b.programVersion).verify(b.journalDigest, proofs[i]);
            emit BatchVerified(number, b.postRoot, b.headerHash);
            number++;
        }
        lastVerified = number - 1;
    }

    /// What is stored of a batch; all zero if it is not committed. Number 0
    /// holds the genesis root.
    function batches(uint64 number) external view returns (Batch memory) {
        return stored[number];
    }

    /// The contract's state and one batch in a single call, so that both are of
    /// the same block.
    function inspect(uint64 number) external view returns (State memory state, Batch memory batch) {
        state = State(lineage, epoch, lastCommitted, lastVerified, paused, owner, submitter, prover, guardian);
        batch = stored[number];
    }

    /// SHA-256 of the header's 274 bytes. In three pieces for the stack's sake.
    function headerHash(Header calldata h) public pure returns (bytes32) {
        return sha256(
            bytes.concat(
                abi.encodePacked(h.version, h.lineage, h.number, h.parentHash, h.preRoot, h.postRoot),
                abi.encodePacked(
                    h.payloadKind, h.payloadHash, h.transitions, h.firstSequence, h.lastSequence, h.inboxFrom, h.inboxTo
                ),
                abi.encodePacked(h.inboxHash, h.withdrawalsRoot, h.firstTimeMs, h.sealTimeMs, h.programVersion)
            )
        );
    }

    /// SHA-256 of the journal that the program must have written for this batch
    /// on this chain and for this contract.
    function _journalDigest(bytes32 hash, Header calldata h) private view returns (bytes32) {
        return sha256(
            bytes.concat(
                abi.encodePacked(hash, h.preRoot, h.postRoot, h.payloadKind, h.payloadHash),
                abi.encodePacked(h.inboxFrom, h.inboxTo, h.inboxHash, h.withdrawalsRoot),
                abi.encodePacked(h.number, uint64(block.chainid), address(this), h.programVersion)
            )
        );
    }

    // ---- programs ----

    /// Schedules the adapter of a new program version. A version's adapter is
    /// never replaced: a new key is a new version.
    function scheduleProgram(uint32 version, IVerifier verifier) external onlyOwner {
        if (address(verifier) == address(0)) revert ZeroAddress();
        if (address(programs[version].verifier) != address(0)) revert ProgramExists(version);
        uint64 activeFrom = uint64(block.timestamp) + programDelay;
        programs[version] = Program(verifier, activeFrom);
        emit ProgramScheduled(version, address(verifier), activeFrom);
    }

    function _program(uint32 version) private view returns (IVerifier) {
        Program storage p = programs[version];
        if (address(p.verifier) == address(0) || block.timestamp < p.activeFrom) revert ProgramUnknown(version);
        return p.verifier;
    }

    // ---- roles ----

    function setRoles(address submitter_, address prover_, address guardian_) external onlyOwner {
        _setRoles(submitter_, prover_, guardian_);
    }

    function _setRoles(address submitter_, address prover_, address guardian_) private {
        if (submitter_ == address(0) || prover_ == address(0) || guardian_ == address(0)) revert ZeroAddress();
        submitter = submitter_;
        prover = prover_;
        guardian = guardian_;
        emit RolesChanged(submitter_, prover_, guardian_);
    }

    /// First step: the owner names its successor, or takes the offer back by
    /// naming nobody.
    function transferOwnership(address next) external onlyOwner {
        pendingOwner = next;
        emit OwnershipOffered(owner, next);
    }

    /// Second step: the successor takes over.
    function acceptOwnership() external {
        if (msg.sender != pendingOwner) revert NotPendingOwner(msg.sender);
        owner = msg.sender;
        pendingOwner = address(0);
        emit OwnershipTaken(msg.sender);
    }

    /// Stops commits and verifications. The guardian acts fast, the owner decides
    /// when it is over.
    function pause() external {
        if (msg.sender != guardian) revert NotGuardian(msg.sender);
        if (paused) revert IsPaused();
        paused = true;
        emit Paused(msg.sender);
    }

    function unpause() external onlyOwner {
        if (!paused) revert IsNotPaused();
        paused = false;
        emit Unpaused(msg.sender);
    }
}
