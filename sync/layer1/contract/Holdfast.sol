// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IVerifier} from "./Verifiers.sol";

/// What must always hold here:
/// - batch numbers run from 1 without gaps, lastVerified <= lastCommitted;
/// - each batch's parent hash and pre-root are the header hash and the post-root
///   of the batch before it, so equal roots under another header do not fit;
/// - of each batch that is committed now, its header hash is stored, computed
///   here from the header's bytes; nothing is stored of numbers above the last;
/// - what a proof is checked against is rebuilt from a header with the stored
///   hash, and a withdrawal is paid against such a header of a verified batch;
/// - a withdrawal index is paid once, and of each token no more than came in:
///   what was deposited, and what was funded for a book's balances.
///
/// A header is 274 bytes: its fields big-endian, in order, without padding.
///
///       0 version 1             1 lineage 16         17 number 8
///      25 parentHash 32        57 preRoot 32         89 postRoot 32
///     121 payloadKind 1       122 payloadHash 32    154 transitions 4
///     158 firstSequence 8     166 lastSequence 8    174 inboxFrom 8
///     182 inboxTo 8           190 inboxHash 32      222 withdrawalsRoot 32
///     254 firstTimeMs 8       262 sealTimeMs 8      270 programVersion 4

/// Where a batch's payload can be read. `size` is how many bytes follow the
/// envelope's header. Of envelopes that the transaction carries:
///   blob      commitment = keccak256 of the versioned hashes of the blobs that the
///             envelope touches; extra = first blob 1 | how many 1 | offset 4
///   calldata  commitment = keccak256 of the encoded envelope; extra = distance 4
///             from its first byte to the end of the call data
struct DaRef {
    uint8 provider;
    uint8 codec;
    bytes32 commitment;
    uint32 size;
    bytes extra;
}

/// One withdrawal as the batch's withdrawals root commits to it; `amount` is in
/// listed units.
struct Withdrawal {
    uint64 index;
    uint32 asset;
    address account;
    uint64 amount;
}

/// That a withdrawal stands at `position` among `count`; siblings from the leaf
/// upwards.
struct WithdrawalProof {
    uint32 position;
    uint32 count;
    bytes32[] siblings;
}

interface IERC20 {
    function balanceOf(address account) external view returns (uint256);
    function transfer(address to, uint256 amount) external returns (bool);
    function transferFrom(address from, address to, uint256 amount) external returns (bool);
}

contract Holdfast {
    /// Everything that a follower asks at once.
    struct State {
        bytes16 lineage;
        uint64 epoch;
        uint64 lastCommitted;
        uint64 lastVerified;
        bytes32 lastHash;
        bytes32 lastRoot;
        uint64 inboxConsumed;
        uint64 inboxLength;
        uint64 pausedSince; // seconds since the Unix epoch; 0 while the contract runs
        address owner;
        address submitter;
        address prover;
        address guardian;
    }

    /// What every call reads, in one slot.
    struct Tip {
        uint64 lastCommitted;
        uint64 lastVerified;
        uint64 inboxConsumed; // the last committed batch's inboxTo
        uint64 pausedSince; // seconds since the Unix epoch; 0 while the contract runs
    }

    /// Who may anchor. The lineage is zero until the first commit registers its
    /// header's.
    struct Epoch {
        bytes16 lineage;
        uint64 counter;
    }

    struct Program {
        IVerifier verifier;
        uint64 activeFrom; // seconds since the Unix epoch
    }

    /// A listed unit is 10**scale of the token's smallest. `held` is deposits
    /// and funds minus claims, in listed units.
    struct Token {
        address token; // zero: ether
        uint8 scale;
        uint64 held;
        bool listed;
        bool open; // takes deposits
    }

    /// How one asset stands, as `listings` shows it.
    struct Listing {
        uint32 asset;
        address token;
        uint8 scale;
        bool open;
        uint64 held; // in listed units
        uint64 funded; // in listed units
    }

    uint8 private constant HEADER_VERSION = 1;
    uint256 private constant HEADER_SIZE = 274;
    uint8 private constant PROVIDER_ARCHIVE = 1;
    uint8 private constant PROVIDER_BLOB = 2;
    uint8 private constant PROVIDER_CALLDATA = 3;
    uint8 private constant PROVIDER_ALTDA = 4;
    uint256 private constant MAX_BLOBS = 6;
    uint256 private constant ENVELOPE_HEADER_SIZE = 9;
    uint8 public constant MAX_SCALE = 36;
    /// Half of what the rollup's 64-bit supply takes: a queued deposit that the
    /// rollup must refuse would stop the queue for good.
    uint64 public constant MAX_HELD = type(uint64).max / 2;
    /// A pause holds claims back for this long and no longer.
    uint64 public constant CLAIMS_HOLD = 7 days;

    address public owner;
    address public pendingOwner;
    address public prover;
    address public guardian;
    address public submitter;

    Tip private tip;
    Epoch private epoch;
    bytes32 private lastRoot;

    /// Seconds between scheduling a program version and its first use.
    uint64 public immutable programDelay;
    /// The pre-root of batch 1.
    bytes32 public immutable genesisRoot;
    /// The block of the contract's creation: no event is older.
    uint64 public immutable createdBlock;

    mapping(uint64 number => bytes32) public headerHashes;
    mapping(bytes16 lineage => bool) public lineageUsed;
    mapping(uint32 version => Program) public programs;

    /// How many deposits were queued, and the rolling hash after each of them;
    /// zero after none.
    uint64 public inboxLength;
    mapping(uint64 length => bytes32) public inboxHashes;

    mapping(uint32 asset => Token) public tokens;
    mapping(address token => uint32) public assetOf;
    /// How much of it was funded, in listed units: for the balances of the order
    /// book that the history began with, which nobody deposited.
    mapping(uint32 asset => uint64) public funded;
    uint32[] private listed; // in the order of their listing
    /// Bit index % 256 of word index / 256 says that the withdrawal is paid.
    mapping(uint256 word => uint256) private claimed;
    bool private transient entered;

    event BatchCommitted(uint64 indexed number, bytes32 postRoot, bytes32 headerHash, DaRef ref);
    event BatchVerified(uint64 indexed number, bytes32 postRoot, bytes32 headerHash);
    event BatchReverted(uint64 indexed number, bytes32 headerHash);
    event LineageRegistered(bytes16 indexed lineage);
    event TakenOver(bytes16 indexed from, bytes16 indexed to, uint64 lastCommitted, bytes32 headerHash);
    event EpochAdvanced(uint64 indexed epoch);
    event ProgramScheduled(uint32 indexed version, address verifier, uint64 activeFrom);
    event ProgramRetired(uint32 indexed version);
    event TokenListed(uint32 indexed asset, address indexed token, uint8 scale);
    event DepositsOpened(uint32 indexed asset, bool open);
    event Deposited(uint64 indexed index, address indexed account, address token, uint64 amount, bytes32 inboxHash);
    event Funded(uint32 indexed asset, address indexed by, uint64 amount, uint64 total);
    event Claimed(uint64 indexed index, address indexed account, uint32 asset, uint64 amount, address recipient);
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
    error NotRecipient(address caller, address account);
    error ZeroAddress();
    error IsPaused();
    error IsNotPaused();
    error Reentered();
    error NothingToCommit();
    error NothingToVerify();
    error ReferencesMismatch(uint256 headers, uint256 refs);
    error ProofsMismatch(uint256 headers, uint256 proofs);
    error HeaderLength(uint256 length);
    error HeaderVersionUnknown(uint8 version);
    error HeaderMismatch(uint64 number, bytes32 expected, bytes32 given);
    error LineageZero();
    error LineageReused(bytes16 lineage);
    error LineageMismatch(bytes16 registered, bytes16 given);
    error EpochTooOld(uint64 last, uint64 given);
    error NumberMismatch(uint64 expected, uint64 given);
    error ParentMismatch(uint64 number, bytes32 expected, bytes32 given);
    error PreRootMismatch(uint64 number, bytes32 expected, bytes32 given);
    error InboxMismatch(uint64 number, uint64 expected, uint64 from, uint64 to);
    error InboxHashMismatch(uint64 number, uint64 to, bytes32 expected, bytes32 given);
    error ProviderUnsupported(uint64 number, uint8 provider);
    error ReferenceMalformed(uint64 number);
    error BlobMissing(uint64 number, uint256 blob);
    error BlobUnnamed(uint256 blob);
    error CalldataUnnamed(uint256 size);
    error CommitmentMismatch(uint64 number, bytes32 expected, bytes32 given);
    error ProgramUnknown(uint32 version);
    error ProgramExists(uint32 version);
    error NotCommitted(uint64 number, uint64 lastCommitted);
    error NotVerified(uint64 number, uint64 lastVerified);
    error AlreadyVerified(uint64 number, uint64 lastVerified);
    error NotNext(uint64 expected, uint64 given);
    error AssetZero();
    error AssetListed(uint32 asset);
    error AssetUnknown(uint32 asset);
    error TokenUnknown(address token);
    error TokenExists(address token, uint32 asset);
    error NotAToken(address token);
    error ScaleTooLarge(uint8 scale);
    error DepositsClosed(uint32 asset);
    error AmountZero();
    error AmountNotWhole(uint256 amount, uint256 unit);
    error AmountTooLarge(uint256 amount, uint64 held);
    error FundedMismatch(uint32 asset, uint64 expected, uint64 given);
    error TransferFailed(address token);
    error TransferIncomplete(uint256 expected, uint256 received);
    error ProofMalformed(uint32 position, uint32 count, uint256 siblings);
    error ProofInvalid(bytes32 expected, bytes32 given);
    error AlreadyClaimed(uint64 index);
    error HeldTooLittle(uint32 asset, uint64 held, uint64 amount);

    modifier onlyOwner() {
        if (msg.sender != owner) revert NotOwner(msg.sender);
        _;
    }

    modifier onlyGuardian() {
        if (msg.sender != guardian) revert NotGuardian(msg.sender);
        _;
    }

    modifier whenNotPaused() {
        if (tip.pausedSince != 0) revert IsPaused();
        _;
    }

    /// Around everything that moves value: a token's code runs within.
    modifier locked() {
        if (entered) revert Reentered();
        entered = true;
        _;
        entered = false;
    }

    /// `genesisRoot_` is the pre-root of batch 1: zero, the root of the empty state, or
    /// that of an order book that the history begins with.
    constructor(
        address owner_,
        address submitter_,
        address prover_,
        address guardian_,
        bytes32 genesisRoot_,
        uint32 programVersion,
        IVerifier verifier,
        uint64 programDelay_
    ) {
        if (owner_ == address(0) || address(verifier) == address(0)) revert ZeroAddress();
        owner = owner_;
        emit OwnershipTaken(owner_);
        _setRoles(submitter_, prover_, guardian_);
        programDelay = programDelay_;
        genesisRoot = genesisRoot_;
        createdBlock = uint64(block.number);
        lastRoot = genesisRoot_;
        programs[programVersion] = Program(verifier, uint64(block.timestamp));
        emit ProgramScheduled(programVersion, address(verifier), uint64(block.timestamp));
    }

    // ---- batches ----

    /// What a commit carries from one batch to the next.
    struct Walk {
        uint64 number;
        uint64 inbox;
        bytes16 lineage;
        bytes32 hash;
        bytes32 root;
        uint256 blobs; // of the transaction, named so far
        bool cargo; // whether an envelope in call data was named
        uint256 left; // bytes of call data behind the last one
    }

    /// Commits one or more whole batches that follow the last one. Envelopes come
    /// as the transaction's blobs, or one behind the other at the end of its call
    /// data; some reference names each of them.
    function commitBatches(uint64 counter, bytes[] calldata headers, DaRef[] calldata refs) external whenNotPaused {
        if (msg.sender != submitter) revert NotSubmitter(msg.sender);
        if (headers.length == 0) revert NothingToCommit();
        if (headers.length != refs.length) revert ReferencesMismatch(headers.length, refs.length);
        Tip memory t = tip;
        Walk memory w;
        w.number = t.lastCommitted;
        w.inbox = t.inboxConsumed;
        w.hash = headerHashes[w.number];
        w.root = lastRoot;
        w.lineage = _claimEpoch(counter, headers[0]);
        for (uint256 i = 0; i < headers.length; i++) {
            _commit(w, headers[i]);
            _reference(w, refs[i]);
            emit BatchCommitted(w.number, w.root, w.hash, refs[i]);
        }
        if (blobhash(w.blobs) != 0) revert BlobUnnamed(w.blobs);
        if (w.left != 0) revert CalldataUnnamed(w.left);
        t.lastCommitted = w.number;
        t.inboxConsumed = w.inbox;
        tip = t;
        lastRoot = w.root;
    }

    /// Moves the epoch's counter on to `counter` and returns its lineage; the first
    /// commit registers its own.
    function _claimEpoch(uint64 counter, bytes calldata first) private returns (bytes16) {
        Epoch memory e = epoch;
        if (e.lineage != 0 && counter == e.counter) return e.lineage;
        if (counter < e.counter) revert EpochTooOld(e.counter, counter);
        if (e.lineage == 0) {
            if (first.length != HEADER_SIZE) revert HeaderLength(first.length);
            e.lineage = bytes16(_word(first, 1));
            if (e.lineage == 0) revert LineageZero();
            lineageUsed[e.lineage] = true;
            emit LineageRegistered(e.lineage);
        }
        if (counter > e.counter) emit EpochAdvanced(counter);
        e.counter = counter;
        epoch = e;
        return e.lineage;
    }

    /// Checks that `h` follows the batch that `w` stands at, and takes it.
    function _commit(Walk memory w, bytes calldata h) private {
        if (h.length != HEADER_SIZE) revert HeaderLength(h.length);
        if (uint8(h[0]) != HEADER_VERSION) revert HeaderVersionUnknown(uint8(h[0]));
        if (bytes16(_word(h, 1)) != w.lineage) revert LineageMismatch(w.lineage, bytes16(_word(h, 1)));
        uint64 number = _u64(h, 17);
        if (number != w.number + 1) revert NumberMismatch(w.number + 1, number);
        if (_word(h, 25) != w.hash) revert ParentMismatch(number, w.hash, _word(h, 25));
        if (_word(h, 57) != w.root) revert PreRootMismatch(number, w.root, _word(h, 57));
        uint64 to = _u64(h, 182);
        if (_u64(h, 174) != w.inbox || to < w.inbox) revert InboxMismatch(number, w.inbox, _u64(h, 174), to);
        bytes32 expected = inboxHashes[to];
        // Nothing is stored of positions that the queue has not reached.
        if (_word(h, 190) != expected || (to != 0 && expected == 0)) {
            revert InboxHashMismatch(number, to, expected, _word(h, 190));
        }
        _program(_u32(h, 270));
        w.number = number;
        w.inbox = to;
        w.root = _word(h, 89);
        w.hash = sha256(h);
        headerHashes[number] = w.hash;
    }

    /// Checks what the transaction can show of a reference: of blobs and call data
    /// that it carries them, in the order of the batches.
    function _reference(Walk memory w, DaRef calldata ref) private view {
        if (ref.provider == PROVIDER_BLOB) _blobs(w, ref);
        else if (ref.provider == PROVIDER_CALLDATA) _calldata(w, ref);
        else if (ref.provider != PROVIDER_ARCHIVE && ref.provider != PROVIDER_ALTDA) {
            revert ProviderUnsupported(w.number, ref.provider);
        }
    }

    /// Two envelopes may share a blob where they meet.
    function _blobs(Walk memory w, DaRef calldata ref) private view {
        if (ref.extra.length != 6) revert ReferenceMalformed(w.number);
        uint256 first = uint8(ref.extra[0]);
        uint256 count = uint8(ref.extra[1]);
        if (count == 0 || first + count > MAX_BLOBS || (first != w.blobs && first + 1 != w.blobs)) {
            revert ReferenceMalformed(w.number);
        }
        bytes32[] memory hashes = new bytes32[](count);
        for (uint256 i = 0; i < count; i++) {
            hashes[i] = blobhash(first + i);
            if (hashes[i] == 0) revert BlobMissing(w.number, first + i);
        }
        bytes32 commitment = keccak256(abi.encodePacked(hashes));
        if (ref.commitment != commitment) revert CommitmentMismatch(w.number, commitment, ref.commitment);
        w.blobs = first + count;
    }

    function _calldata(Walk memory w, DaRef calldata ref) private pure {
        if (ref.extra.length != 4) revert ReferenceMalformed(w.number);
        uint256 left = _u32(ref.extra, 0);
        uint256 size = ENVELOPE_HEADER_SIZE + uint256(ref.size);
        if (left > msg.data.length || size > left || (w.cargo && left != w.left)) revert ReferenceMalformed(w.number);
        uint256 start = msg.data.length - left;
        bytes32 commitment = keccak256(msg.data[start:start + size]);
        if (ref.commitment != commitment) revert CommitmentMismatch(w.number, commitment, ref.commitment);
        w.cargo = true;
        w.left = left - size;
    }

    /// Verifies batches from `first` on, in order: of each its header, which must
    /// be the committed one, and a proof.
    function verifyBatches(uint64 first, bytes[] calldata headers, bytes[] calldata proofs) external whenNotPaused {
        if (msg.sender != prover) revert NotProver(msg.sender);
        if (headers.length == 0) revert NothingToVerify();
        if (headers.length != proofs.length) revert ProofsMismatch(headers.length, proofs.length);
        Tip memory t = tip;
        if (first != t.lastVerified + 1) revert NotNext(t.lastVerified + 1, first);
        for (uint256 i = 0; i < headers.length; i++) {
            uint64 number = t.lastVerified + 1;
            if (number > t.lastCommitted) revert NotCommitted(number, t.lastCommitted);
            bytes calldata h = headers[i];
            bytes32 hash = _committed(number, h);
            _program(_u32(h, 270)).verify(_journal(hash, h), proofs[i]);
            emit BatchVerified(number, _word(h, 89), hash);
            t.lastVerified = number;
        }
        // The verifiers were called statically: nothing else has changed.
        tip.lastVerified = t.lastVerified;
    }

    /// Takes back every batch from `from` on, none of which may be verified.
    /// `parent` is the header of the batch before, empty if there is none: the
    /// contract goes back to its root and its position in the inbox.
    function revertBatches(uint64 from, bytes calldata parent) external onlyGuardian {
        Tip memory t = tip;
        if (from <= t.lastVerified) revert AlreadyVerified(from, t.lastVerified);
        if (from > t.lastCommitted) revert NotCommitted(from, t.lastCommitted);
        for (uint64 n = from; n <= t.lastCommitted; n++) {
            emit BatchReverted(n, headerHashes[n]);
            delete headerHashes[n];
        }
        if (from == 1) {
            if (parent.length != 0) revert HeaderLength(parent.length);
            lastRoot = genesisRoot;
            t.inboxConsumed = 0;
        } else {
            _committed(from - 1, parent);
            lastRoot = _word(parent, 89);
            t.inboxConsumed = _u64(parent, 182);
        }
        t.lastCommitted = from - 1;
        tip = t;
    }

    /// Hands the contract to another lineage: to a cluster that was recovered.
    /// What the old one still has in flight then fits no more. A lineage never
    /// comes back, nor would its old transactions.
    function takeOver(bytes16 to, uint64 expectedLast, bytes32 expectedHash) external onlyGuardian {
        if (to == 0) revert LineageZero();
        if (lineageUsed[to]) revert LineageReused(to);
        Tip memory t = tip;
        if (expectedLast != t.lastCommitted) revert NumberMismatch(t.lastCommitted, expectedLast);
        bytes32 hash = headerHashes[expectedLast];
        if (expectedHash != hash) revert HeaderMismatch(expectedLast, hash, expectedHash);
        lineageUsed[to] = true;
        emit TakenOver(epoch.lineage, to, expectedLast, hash);
        epoch = Epoch({lineage: to, counter: 0});
    }

    /// The contract's state and one batch's header hash in a single call, so that
    /// both are of the same block. The hash is zero if the batch is not committed.
    function inspect(uint64 number) external view returns (State memory state, bytes32 headerHash) {
        Tip memory t = tip;
        state = State({
            lineage: epoch.lineage,
            epoch: epoch.counter,
            lastCommitted: t.lastCommitted,
            lastVerified: t.lastVerified,
            lastHash: headerHashes[t.lastCommitted],
            lastRoot: lastRoot,
            inboxConsumed: t.inboxConsumed,
            inboxLength: inboxLength,
            pausedSince: t.pausedSince,
            owner: owner,
            submitter: submitter,
            prover: prover,
            guardian: guardian
        });
        headerHash = headerHashes[number];
    }

    /// The journal that the program must have written for the batch with this
    /// header, on this chain and for this contract; 249 bytes.
    function journal(bytes calldata h) external view returns (bytes memory) {
        if (h.length != HEADER_SIZE) revert HeaderLength(h.length);
        return _journal(sha256(h), h);
    }

    function _journal(bytes32 hash, bytes calldata h) private view returns (bytes memory) {
        return abi.encodePacked(
            hash, h[57:154], h[174:254], h[17:25], uint64(block.chainid), address(this), h[270:274]
        );
    }

    /// The hash of `h`, which must be the header that was committed.
    function _committed(uint64 number, bytes calldata h) private view returns (bytes32 hash) {
        if (h.length != HEADER_SIZE) revert HeaderLength(h.length);
        hash = sha256(h);
        if (headerHashes[number] != hash) revert HeaderMismatch(number, headerHashes[number], hash);
    }

    // The caller checked the length; what lies behind the field is shifted out.

    function _word(bytes calldata b, uint256 offset) private pure returns (bytes32 w) {
        assembly ("memory-safe") {
            w := calldataload(add(b.offset, offset))
        }
    }

    function _u64(bytes calldata b, uint256 offset) private pure returns (uint64) {
        return uint64(bytes8(_word(b, offset)));
    }

    function _u32(bytes calldata b, uint256 offset) private pure returns (uint32) {
        return uint32(bytes4(_word(b, offset)));
    }

    // ---- inbox ----

    /// Lists a token for deposits and withdrawals under the rollup's asset id,
    /// for good. `scale`: how many of the token's decimals the rollup does not
    /// carry. The rollup must have registered the asset with this token before.
    function listToken(uint32 asset, address token, uint8 scale) external onlyOwner {
        if (asset == 0) revert AssetZero();
        if (tokens[asset].listed) revert AssetListed(asset);
        if (assetOf[token] != 0) revert TokenExists(token, assetOf[token]);
        if (token != address(0) && token.code.length == 0) revert NotAToken(token);
        if (scale > MAX_SCALE) revert ScaleTooLarge(scale);
        tokens[asset] = Token({token: token, scale: scale, held: 0, listed: true, open: true});
        assetOf[token] = asset;
        listed.push(asset);
        emit TokenListed(asset, token, scale);
    }

    /// Every listed asset, in the order of the listing.
    function listings() external view returns (Listing[] memory all) {
        all = new Listing[](listed.length);
        for (uint256 i = 0; i < all.length; i++) {
            uint32 asset = listed[i];
            Token memory t = tokens[asset];
            all[i] = Listing({
                asset: asset, token: t.token, scale: t.scale, open: t.open, held: t.held, funded: funded[asset]
            });
        }
    }

    /// Stops or opens the deposits of one token; claims go on.
    function openDeposits(uint32 asset, bool open) external onlyOwner {
        if (!tokens[asset].listed) revert AssetUnknown(asset);
        tokens[asset].open = open;
        emit DepositsOpened(asset, open);
    }

    /// Queues the ether sent along for `account`.
    function depositETH(address account) external payable whenNotPaused locked {
        _queue(address(0), account, msg.value);
    }

    /// Queues `amount` of a token's smallest units, which the caller must have
    /// approved. All of it must arrive: a token that keeps a fee is refused.
    function depositToken(address token, address account, uint256 amount) external whenNotPaused locked {
        if (token == address(0)) revert TokenUnknown(token);
        _queue(token, account, amount);
        _collect(token, amount);
    }

    function _queue(address token, address account, uint256 amount) private {
        if (account == address(0)) revert ZeroAddress();
        (uint32 asset, Token memory t) = _tokenOf(token);
        if (!t.open) revert DepositsClosed(asset);
        uint64 units = _hold(asset, t, amount);
        uint64 index = inboxLength;
        bytes32 hash = sha256(abi.encodePacked(inboxHashes[index], index, token, account, units));
        inboxHashes[index + 1] = hash;
        inboxLength = index + 1;
        emit Deposited(index, account, token, units, hash);
    }

    /// Adds the ether sent along to what the contract holds, and credits nobody:
    /// the balances of the order book that the history began with are owed, and
    /// nobody deposited them. Anybody may fund, nobody gets it back. `before` is
    /// what was funded until now, so that sent twice it counts once.
    function fundETH(uint64 before) external payable whenNotPaused locked {
        _fund(address(0), msg.value, before);
    }

    /// The same with `amount` of a token's smallest units, which the caller must
    /// have approved.
    function fundToken(address token, uint256 amount, uint64 before) external whenNotPaused locked {
        if (token == address(0)) revert TokenUnknown(token);
        _fund(token, amount, before);
        _collect(token, amount);
    }

    /// Claims go on where deposits are closed, so funds may still come.
    function _fund(address token, uint256 amount, uint64 before) private {
        (uint32 asset, Token memory t) = _tokenOf(token);
        uint64 total = funded[asset];
        if (before != total) revert FundedMismatch(asset, total, before);
        uint64 units = _hold(asset, t, amount);
        // No book has more of an asset than that.
        if (units > MAX_HELD - total) revert AmountTooLarge(amount, total);
        total += units;
        funded[asset] = total;
        emit Funded(asset, msg.sender, units, total);
    }

    function _tokenOf(address token) private view returns (uint32 asset, Token memory t) {
        asset = assetOf[token];
        if (asset == 0) revert TokenUnknown(token);
        t = tokens[asset];
    }

    /// Counts `amount` of a token's smallest units as held; gives the listed units.
    function _hold(uint32 asset, Token memory t, uint256 amount) private returns (uint64) {
        uint256 unit = 10 ** uint256(t.scale);
        if (amount == 0) revert AmountZero();
        if (amount % unit != 0) revert AmountNotWhole(amount, unit);
        uint256 units = amount / unit;
        if (units > MAX_HELD - t.held) revert AmountTooLarge(amount, t.held);
        tokens[asset].held = t.held + uint64(units);
        return uint64(units);
    }

    /// Takes `amount` of a token from the caller, of which all must arrive.
    function _collect(address token, uint256 amount) private {
        uint256 before = IERC20(token).balanceOf(address(this));
        _pay(token, abi.encodeCall(IERC20.transferFrom, (msg.sender, address(this), amount)));
        uint256 received = IERC20(token).balanceOf(address(this)) - before;
        if (received != amount) revert TransferIncomplete(amount, received);
    }

    // ---- withdrawals ----

    /// Pays one withdrawal of a verified batch, once. Anybody may have it paid
    /// to its account; the account itself may name another recipient.
    function claim(bytes calldata header, Withdrawal calldata w, WithdrawalProof calldata p, address recipient)
        external
        locked
    {
        Tip memory t = tip;
        if (t.pausedSince != 0 && block.timestamp < t.pausedSince + CLAIMS_HOLD) revert IsPaused();
        if (recipient == address(0)) revert ZeroAddress();
        if (recipient != w.account && msg.sender != w.account) revert NotRecipient(msg.sender, w.account);
        if (header.length != HEADER_SIZE) revert HeaderLength(header.length);
        uint64 number = _u64(header, 17);
        if (number > t.lastVerified) revert NotVerified(number, t.lastVerified);
        _committed(number, header);
        bytes32 root = _withdrawalsRoot(w, p);
        if (root != _word(header, 222)) revert ProofInvalid(_word(header, 222), root);

        uint256 word = claimed[w.index >> 8];
        uint256 bit = 1 << (w.index & 255);
        if (word & bit != 0) revert AlreadyClaimed(w.index);
        claimed[w.index >> 8] = word | bit;
        _release(w, recipient);
    }

    /// Pays a claimed withdrawal out of what the contract holds.
    function _release(Withdrawal calldata w, address recipient) private {
        Token memory t = tokens[w.asset];
        if (!t.listed) revert AssetUnknown(w.asset);
        if (w.amount > t.held) revert HeldTooLittle(w.asset, t.held, w.amount);
        tokens[w.asset].held = t.held - w.amount;
        emit Claimed(w.index, w.account, w.asset, w.amount, recipient);
        uint256 amount = uint256(w.amount) * 10 ** uint256(t.scale);
        if (t.token == address(0)) {
            (bool ok,) = recipient.call{value: amount}("");
            if (!ok) revert TransferFailed(address(0));
        } else {
            _pay(t.token, abi.encodeCall(IERC20.transfer, (recipient, amount)));
        }
    }

    /// Whether the withdrawal with this index is paid.
    function isClaimed(uint64 index) external view returns (bool) {
        return claimed[index >> 8] & (1 << (index & 255)) != 0;
    }

    /// The withdrawals root that `w` and `p` lead to. Package batch has the tree.
    function _withdrawalsRoot(Withdrawal calldata w, WithdrawalProof calldata p) private view returns (bytes32 h) {
        uint256 levels = 0;
        while (uint256(1) << levels < p.count) levels++;
        if (p.position >= p.count || p.siblings.length != levels) {
            revert ProofMalformed(p.position, p.count, p.siblings.length);
        }
        h = sha256(abi.encodePacked(uint8(0x10), w.index, w.asset, w.account, w.amount));
        uint256 place = p.position;
        for (uint256 i = 0; i < levels; i++) {
            h = place & 1 == 0 ? _pair(h, p.siblings[i]) : _pair(p.siblings[i], h);
            place >>= 1;
        }
        return sha256(abi.encodePacked(uint8(0x12), p.count, h));
    }

    /// SHA-256 of 0x11, left and right; by hand, because a claim pays for each.
    function _pair(bytes32 left, bytes32 right) private view returns (bytes32 h) {
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore8(free, 0x11)
            mstore(add(free, 1), left)
            mstore(add(free, 33), right)
            // The precompile fails for want of gas alone.
            if iszero(staticcall(gas(), 2, free, 65, 0, 32)) { revert(0, 0) }
            h := mload(0)
        }
    }

    /// Calls a token that may return a bool, or nothing.
    function _pay(address token, bytes memory data) private {
        if (token.code.length == 0) revert NotAToken(token);
        (bool ok, bytes memory out) = token.call(data);
        if (!ok || (out.length != 0 && (out.length < 32 || uint256(bytes32(out)) != 1))) revert TransferFailed(token);
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

    /// Ends a program version at once and for good: one whose verifier or key
    /// proved wrong. Its batches that are not verified yet can only be reverted.
    function retireProgram(uint32 version) external onlyOwner {
        if (address(programs[version].verifier) == address(0)) revert ProgramUnknown(version);
        programs[version].activeFrom = type(uint64).max;
        emit ProgramRetired(version);
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

    /// Stops commits, verifications, deposits and funds, and for CLAIMS_HOLD claims.
    /// The guardian acts fast, the owner decides when it is over.
    function pause() external onlyGuardian {
        if (tip.pausedSince != 0) revert IsPaused();
        tip.pausedSince = uint64(block.timestamp);
        emit Paused(msg.sender);
    }

    function unpause() external onlyOwner {
        if (tip.pausedSince == 0) revert IsNotPaused();
        tip.pausedSince = 0;
        emit Unpaused(msg.sender);
    }
}
