// Code generated via abigen V2 - DO NOT EDIT.
// This file is a generated binding and any manual changes will be lost.

package contract

import (
	"bytes"
	"errors"
	"math/big"

	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
)

// Reference imports to suppress errors if they are not otherwise used.
var (
	_ = bytes.Equal
	_ = errors.New
	_ = big.NewInt
	_ = common.Big1
	_ = types.BloomLookup
	_ = abi.ConvertType
)

// DaRef is an auto generated low-level Go binding around an user-defined struct.
type DaRef struct {
	Provider   uint8
	Codec      uint8
	Commitment [32]byte
	Size       uint32
	Extra      []byte
}

// Header is an auto generated low-level Go binding around an user-defined struct.
type Header struct {
	Version         uint8
	Lineage         [16]byte
	Number          uint64
	ParentHash      [32]byte
	PreRoot         [32]byte
	PostRoot        [32]byte
	PayloadKind     uint8
	PayloadHash     [32]byte
	Transitions     uint32
	FirstSequence   uint64
	LastSequence    uint64
	InboxFrom       uint64
	InboxTo         uint64
	InboxHash       [32]byte
	WithdrawalsRoot [32]byte
	FirstTimeMs     uint64
	SealTimeMs      uint64
	ProgramVersion  uint32
}

// HoldfastBatch is an auto generated low-level Go binding around an user-defined struct.
type HoldfastBatch struct {
	HeaderHash     [32]byte
	PostRoot       [32]byte
	JournalDigest  [32]byte
	ProgramVersion uint32
	Epoch          uint64
	CommittedBlock uint64
}

// HoldfastState is an auto generated low-level Go binding around an user-defined struct.
type HoldfastState struct {
	Lineage       [16]byte
	Epoch         uint64
	LastCommitted uint64
	LastVerified  uint64
	Paused        bool
	Owner         common.Address
	Submitter     common.Address
	Prover        common.Address
	Guardian      common.Address
}

// ExecutionOnlyVerifierMetaData contains all meta data concerning the ExecutionOnlyVerifier contract.
var ExecutionOnlyVerifierMetaData = bind.MetaData{
	ABI: "[{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"chainId\",\"type\":\"uint256\"}],\"name\":\"NotADevelopmentChain\",\"type\":\"error\"},{\"inputs\":[],\"name\":\"ProofNotExpected\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"bytes32\",\"name\":\"\",\"type\":\"bytes32\"},{\"internalType\":\"bytes\",\"name\":\"proof\",\"type\":\"bytes\"}],\"name\":\"verify\",\"outputs\":[],\"stateMutability\":\"view\",\"type\":\"function\"}]",
	ID:  "c9e0bfbae5f32e26c0592bf2936d6a7598",
	Bin: "0x6080604052348015600e575f5ffd5b506101478061001c5f395ff3fe608060405234801561000f575f5ffd5b5060043610610029575f3560e01c8063258ae5821461002d575b5f5ffd5b61004061003b3660046100d0565b610042565b005b4661053914158015610056575046617a6914155b15610093576040517fd84a677200000000000000000000000000000000000000000000000000000000815246600482015260240160405180910390fd5b80156100cb576040517f8069a6ae00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b505050565b5f5f5f604084860312156100e2575f5ffd5b83359250602084013567ffffffffffffffff8111156100ff575f5ffd5b8401601f8101861361010f575f5ffd5b803567ffffffffffffffff811115610125575f5ffd5b866020828401011115610136575f5ffd5b93966020919091019550929350505056",
}

// ExecutionOnlyVerifier is an auto generated Go binding around an Ethereum contract.
type ExecutionOnlyVerifier struct {
	abi abi.ABI
}

// GetABI returns the ABI associated with this contract binding.
func (c *ExecutionOnlyVerifier) GetABI() abi.ABI {
	return c.abi
}

// NewExecutionOnlyVerifier creates a new instance of ExecutionOnlyVerifier.
func NewExecutionOnlyVerifier() *ExecutionOnlyVerifier {
	parsed, err := ExecutionOnlyVerifierMetaData.ParseABI()
	if err != nil {
		panic(errors.New("invalid ABI: " + err.Error()))
	}
	return &ExecutionOnlyVerifier{abi: *parsed}
}

// Instance creates a wrapper for a deployed contract instance at the given address.
// Use this to create the instance object passed to abigen v2 library functions Call, Transact, etc.
func (c *ExecutionOnlyVerifier) Instance(backend bind.ContractBackend, addr common.Address) *bind.BoundContract {
	return bind.NewBoundContract(addr, c.abi, backend, backend, backend)
}

// PackVerify is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x258ae582.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function verify(bytes32 , bytes proof) view returns()
func (executionOnlyVerifier *ExecutionOnlyVerifier) PackVerify(arg0 [32]byte, proof []byte) []byte {
	enc, err := executionOnlyVerifier.abi.Pack("verify", arg0, proof)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackVerify is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x258ae582.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function verify(bytes32 , bytes proof) view returns()
func (executionOnlyVerifier *ExecutionOnlyVerifier) TryPackVerify(arg0 [32]byte, proof []byte) ([]byte, error) {
	return executionOnlyVerifier.abi.Pack("verify", arg0, proof)
}

// UnpackError attempts to decode the provided error data using user-defined
// error definitions.
func (executionOnlyVerifier *ExecutionOnlyVerifier) UnpackError(raw []byte) (any, error) {
	if bytes.Equal(raw[:4], executionOnlyVerifier.abi.Errors["NotADevelopmentChain"].ID.Bytes()[:4]) {
		return executionOnlyVerifier.UnpackNotADevelopmentChainError(raw[4:])
	}
	if bytes.Equal(raw[:4], executionOnlyVerifier.abi.Errors["ProofNotExpected"].ID.Bytes()[:4]) {
		return executionOnlyVerifier.UnpackProofNotExpectedError(raw[4:])
	}
	return nil, errors.New("Unknown error")
}

// ExecutionOnlyVerifierNotADevelopmentChain represents a NotADevelopmentChain error raised by the ExecutionOnlyVerifier contract.
type ExecutionOnlyVerifierNotADevelopmentChain struct {
	ChainId *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error NotADevelopmentChain(uint256 chainId)
func ExecutionOnlyVerifierNotADevelopmentChainErrorID() common.Hash {
	return common.HexToHash("0xd84a67724e38c1d209133ebc2ae3792dad98ebb0613a3590fa2d6a8299fb9e88")
}

// UnpackNotADevelopmentChainError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error NotADevelopmentChain(uint256 chainId)
func (executionOnlyVerifier *ExecutionOnlyVerifier) UnpackNotADevelopmentChainError(raw []byte) (*ExecutionOnlyVerifierNotADevelopmentChain, error) {
	out := new(ExecutionOnlyVerifierNotADevelopmentChain)
	if err := executionOnlyVerifier.abi.UnpackIntoInterface(out, "NotADevelopmentChain", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// ExecutionOnlyVerifierProofNotExpected represents a ProofNotExpected error raised by the ExecutionOnlyVerifier contract.
type ExecutionOnlyVerifierProofNotExpected struct {
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error ProofNotExpected()
func ExecutionOnlyVerifierProofNotExpectedErrorID() common.Hash {
	return common.HexToHash("0x8069a6ae2154f2a043bcc14494174fae883a320b5949b8f1880e7be6b33e4504")
}

// UnpackProofNotExpectedError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error ProofNotExpected()
func (executionOnlyVerifier *ExecutionOnlyVerifier) UnpackProofNotExpectedError(raw []byte) (*ExecutionOnlyVerifierProofNotExpected, error) {
	out := new(ExecutionOnlyVerifierProofNotExpected)
	if err := executionOnlyVerifier.abi.UnpackIntoInterface(out, "ProofNotExpected", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// HoldfastMetaData contains all meta data concerning the Holdfast contract.
var HoldfastMetaData = bind.MetaData{
	ABI: "[{\"inputs\":[{\"internalType\":\"address\",\"name\":\"owner_\",\"type\":\"address\"},{\"internalType\":\"address\",\"name\":\"submitter_\",\"type\":\"address\"},{\"internalType\":\"address\",\"name\":\"prover_\",\"type\":\"address\"},{\"internalType\":\"address\",\"name\":\"guardian_\",\"type\":\"address\"},{\"internalType\":\"bytes32\",\"name\":\"genesisRoot\",\"type\":\"bytes32\"},{\"internalType\":\"uint32\",\"name\":\"programVersion\",\"type\":\"uint32\"},{\"internalType\":\"contractIVerifier\",\"name\":\"verifier\",\"type\":\"address\"},{\"internalType\":\"uint64\",\"name\":\"programDelay_\",\"type\":\"uint64\"}],\"stateMutability\":\"nonpayable\",\"type\":\"constructor\"},{\"inputs\":[{\"internalType\":\"uint64\",\"name\":\"last\",\"type\":\"uint64\"},{\"internalType\":\"uint64\",\"name\":\"given\",\"type\":\"uint64\"}],\"name\":\"EpochTooOld\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint8\",\"name\":\"version\",\"type\":\"uint8\"}],\"name\":\"HeaderVersionUnknown\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint64\",\"name\":\"number\",\"type\":\"uint64\"},{\"internalType\":\"uint64\",\"name\":\"from\",\"type\":\"uint64\"},{\"internalType\":\"uint64\",\"name\":\"to\",\"type\":\"uint64\"}],\"name\":\"InboxMismatch\",\"type\":\"error\"},{\"inputs\":[],\"name\":\"IsNotPaused\",\"type\":\"error\"},{\"inputs\":[],\"name\":\"IsPaused\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"bytes16\",\"name\":\"registered\",\"type\":\"bytes16\"},{\"internalType\":\"bytes16\",\"name\":\"given\",\"type\":\"bytes16\"}],\"name\":\"LineageMismatch\",\"type\":\"error\"},{\"inputs\":[],\"name\":\"LineageZero\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint64\",\"name\":\"number\",\"type\":\"uint64\"},{\"internalType\":\"uint64\",\"name\":\"lastCommitted\",\"type\":\"uint64\"}],\"name\":\"NotCommitted\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"caller\",\"type\":\"address\"}],\"name\":\"NotGuardian\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint64\",\"name\":\"expected\",\"type\":\"uint64\"},{\"internalType\":\"uint64\",\"name\":\"given\",\"type\":\"uint64\"}],\"name\":\"NotNext\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"caller\",\"type\":\"address\"}],\"name\":\"NotOwner\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"caller\",\"type\":\"address\"}],\"name\":\"NotPendingOwner\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"caller\",\"type\":\"address\"}],\"name\":\"NotProver\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"caller\",\"type\":\"address\"}],\"name\":\"NotSubmitter\",\"type\":\"error\"},{\"inputs\":[],\"name\":\"NothingToCommit\",\"type\":\"error\"},{\"inputs\":[],\"name\":\"NothingToVerify\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint64\",\"name\":\"expected\",\"type\":\"uint64\"},{\"internalType\":\"uint64\",\"name\":\"given\",\"type\":\"uint64\"}],\"name\":\"NumberMismatch\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint64\",\"name\":\"number\",\"type\":\"uint64\"},{\"internalType\":\"bytes32\",\"name\":\"expected\",\"type\":\"bytes32\"},{\"internalType\":\"bytes32\",\"name\":\"given\",\"type\":\"bytes32\"}],\"name\":\"ParentMismatch\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint64\",\"name\":\"number\",\"type\":\"uint64\"},{\"internalType\":\"bytes32\",\"name\":\"expected\",\"type\":\"bytes32\"},{\"internalType\":\"bytes32\",\"name\":\"given\",\"type\":\"bytes32\"}],\"name\":\"PreRootMismatch\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint32\",\"name\":\"version\",\"type\":\"uint32\"}],\"name\":\"ProgramExists\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint32\",\"name\":\"version\",\"type\":\"uint32\"}],\"name\":\"ProgramUnknown\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint64\",\"name\":\"number\",\"type\":\"uint64\"},{\"internalType\":\"uint8\",\"name\":\"provider\",\"type\":\"uint8\"}],\"name\":\"ProviderUnsupported\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"headers\",\"type\":\"uint256\"},{\"internalType\":\"uint256\",\"name\":\"refs\",\"type\":\"uint256\"}],\"name\":\"ReferencesMismatch\",\"type\":\"error\"},{\"inputs\":[],\"name\":\"ZeroAddress\",\"type\":\"error\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"uint64\",\"name\":\"number\",\"type\":\"uint64\"},{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"postRoot\",\"type\":\"bytes32\"},{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"headerHash\",\"type\":\"bytes32\"},{\"components\":[{\"internalType\":\"uint8\",\"name\":\"provider\",\"type\":\"uint8\"},{\"internalType\":\"uint8\",\"name\":\"codec\",\"type\":\"uint8\"},{\"internalType\":\"bytes32\",\"name\":\"commitment\",\"type\":\"bytes32\"},{\"internalType\":\"uint32\",\"name\":\"size\",\"type\":\"uint32\"},{\"internalType\":\"bytes\",\"name\":\"extra\",\"type\":\"bytes\"}],\"indexed\":false,\"internalType\":\"structDaRef\",\"name\":\"ref\",\"type\":\"tuple\"}],\"name\":\"BatchCommitted\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"uint64\",\"name\":\"number\",\"type\":\"uint64\"},{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"postRoot\",\"type\":\"bytes32\"},{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"headerHash\",\"type\":\"bytes32\"}],\"name\":\"BatchVerified\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"uint64\",\"name\":\"epoch\",\"type\":\"uint64\"}],\"name\":\"EpochAdvanced\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"bytes16\",\"name\":\"lineage\",\"type\":\"bytes16\"}],\"name\":\"LineageRegistered\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"address\",\"name\":\"owner\",\"type\":\"address\"},{\"indexed\":true,\"internalType\":\"address\",\"name\":\"pendingOwner\",\"type\":\"address\"}],\"name\":\"OwnershipOffered\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"address\",\"name\":\"owner\",\"type\":\"address\"}],\"name\":\"OwnershipTaken\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":false,\"internalType\":\"address\",\"name\":\"by\",\"type\":\"address\"}],\"name\":\"Paused\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"uint32\",\"name\":\"version\",\"type\":\"uint32\"},{\"indexed\":false,\"internalType\":\"address\",\"name\":\"verifier\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"uint64\",\"name\":\"activeFrom\",\"type\":\"uint64\"}],\"name\":\"ProgramScheduled\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":false,\"internalType\":\"address\",\"name\":\"submitter\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"address\",\"name\":\"prover\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"address\",\"name\":\"guardian\",\"type\":\"address\"}],\"name\":\"RolesChanged\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":false,\"internalType\":\"address\",\"name\":\"by\",\"type\":\"address\"}],\"name\":\"Unpaused\",\"type\":\"event\"},{\"inputs\":[],\"name\":\"HEADER_VERSION\",\"outputs\":[{\"internalType\":\"uint8\",\"name\":\"\",\"type\":\"uint8\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"PROVIDER_ARCHIVE\",\"outputs\":[{\"internalType\":\"uint8\",\"name\":\"\",\"type\":\"uint8\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"acceptOwnership\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"uint64\",\"name\":\"number\",\"type\":\"uint64\"}],\"name\":\"batches\",\"outputs\":[{\"components\":[{\"internalType\":\"bytes32\",\"name\":\"headerHash\",\"type\":\"bytes32\"},{\"internalType\":\"bytes32\",\"name\":\"postRoot\",\"type\":\"bytes32\"},{\"internalType\":\"bytes32\",\"name\":\"journalDigest\",\"type\":\"bytes32\"},{\"internalType\":\"uint32\",\"name\":\"programVersion\",\"type\":\"uint32\"},{\"internalType\":\"uint64\",\"name\":\"epoch\",\"type\":\"uint64\"},{\"internalType\":\"uint64\",\"name\":\"committedBlock\",\"type\":\"uint64\"}],\"internalType\":\"structHoldfast.Batch\",\"name\":\"\",\"type\":\"tuple\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"uint64\",\"name\":\"epoch_\",\"type\":\"uint64\"},{\"components\":[{\"internalType\":\"uint8\",\"name\":\"version\",\"type\":\"uint8\"},{\"internalType\":\"bytes16\",\"name\":\"lineage\",\"type\":\"bytes16\"},{\"internalType\":\"uint64\",\"name\":\"number\",\"type\":\"uint64\"},{\"internalType\":\"bytes32\",\"name\":\"parentHash\",\"type\":\"bytes32\"},{\"internalType\":\"bytes32\",\"name\":\"preRoot\",\"type\":\"bytes32\"},{\"internalType\":\"bytes32\",\"name\":\"postRoot\",\"type\":\"bytes32\"},{\"internalType\":\"uint8\",\"name\":\"payloadKind\",\"type\":\"uint8\"},{\"internalType\":\"bytes32\",\"name\":\"payloadHash\",\"type\":\"bytes32\"},{\"internalType\":\"uint32\",\"name\":\"transitions\",\"type\":\"uint32\"},{\"internalType\":\"uint64\",\"name\":\"firstSequence\",\"type\":\"uint64\"},{\"internalType\":\"uint64\",\"name\":\"lastSequence\",\"type\":\"uint64\"},{\"internalType\":\"uint64\",\"name\":\"inboxFrom\",\"type\":\"uint64\"},{\"internalType\":\"uint64\",\"name\":\"inboxTo\",\"type\":\"uint64\"},{\"internalType\":\"bytes32\",\"name\":\"inboxHash\",\"type\":\"bytes32\"},{\"internalType\":\"bytes32\",\"name\":\"withdrawalsRoot\",\"type\":\"bytes32\"},{\"internalType\":\"uint64\",\"name\":\"firstTimeMs\",\"type\":\"uint64\"},{\"internalType\":\"uint64\",\"name\":\"sealTimeMs\",\"type\":\"uint64\"},{\"internalType\":\"uint32\",\"name\":\"programVersion\",\"type\":\"uint32\"}],\"internalType\":\"structHeader[]\",\"name\":\"headers\",\"type\":\"tuple[]\"},{\"components\":[{\"internalType\":\"uint8\",\"name\":\"provider\",\"type\":\"uint8\"},{\"internalType\":\"uint8\",\"name\":\"codec\",\"type\":\"uint8\"},{\"internalType\":\"bytes32\",\"name\":\"commitment\",\"type\":\"bytes32\"},{\"internalType\":\"uint32\",\"name\":\"size\",\"type\":\"uint32\"},{\"internalType\":\"bytes\",\"name\":\"extra\",\"type\":\"bytes\"}],\"internalType\":\"structDaRef[]\",\"name\":\"refs\",\"type\":\"tuple[]\"}],\"name\":\"commitBatches\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"epoch\",\"outputs\":[{\"internalType\":\"uint64\",\"name\":\"\",\"type\":\"uint64\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"guardian\",\"outputs\":[{\"internalType\":\"address\",\"name\":\"\",\"type\":\"address\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"components\":[{\"internalType\":\"uint8\",\"name\":\"version\",\"type\":\"uint8\"},{\"internalType\":\"bytes16\",\"name\":\"lineage\",\"type\":\"bytes16\"},{\"internalType\":\"uint64\",\"name\":\"number\",\"type\":\"uint64\"},{\"internalType\":\"bytes32\",\"name\":\"parentHash\",\"type\":\"bytes32\"},{\"internalType\":\"bytes32\",\"name\":\"preRoot\",\"type\":\"bytes32\"},{\"internalType\":\"bytes32\",\"name\":\"postRoot\",\"type\":\"bytes32\"},{\"internalType\":\"uint8\",\"name\":\"payloadKind\",\"type\":\"uint8\"},{\"internalType\":\"bytes32\",\"name\":\"payloadHash\",\"type\":\"bytes32\"},{\"internalType\":\"uint32\",\"name\":\"transitions\",\"type\":\"uint32\"},{\"internalType\":\"uint64\",\"name\":\"firstSequence\",\"type\":\"uint64\"},{\"internalType\":\"uint64\",\"name\":\"lastSequence\",\"type\":\"uint64\"},{\"internalType\":\"uint64\",\"name\":\"inboxFrom\",\"type\":\"uint64\"},{\"internalType\":\"uint64\",\"name\":\"inboxTo\",\"type\":\"uint64\"},{\"internalType\":\"bytes32\",\"name\":\"inboxHash\",\"type\":\"bytes32\"},{\"internalType\":\"bytes32\",\"name\":\"withdrawalsRoot\",\"type\":\"bytes32\"},{\"internalType\":\"uint64\",\"name\":\"firstTimeMs\",\"type\":\"uint64\"},{\"internalType\":\"uint64\",\"name\":\"sealTimeMs\",\"type\":\"uint64\"},{\"internalType\":\"uint32\",\"name\":\"programVersion\",\"type\":\"uint32\"}],\"internalType\":\"structHeader\",\"name\":\"h\",\"type\":\"tuple\"}],\"name\":\"headerHash\",\"outputs\":[{\"internalType\":\"bytes32\",\"name\":\"\",\"type\":\"bytes32\"}],\"stateMutability\":\"pure\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"uint64\",\"name\":\"number\",\"type\":\"uint64\"}],\"name\":\"inspect\",\"outputs\":[{\"components\":[{\"internalType\":\"bytes16\",\"name\":\"lineage\",\"type\":\"bytes16\"},{\"internalType\":\"uint64\",\"name\":\"epoch\",\"type\":\"uint64\"},{\"internalType\":\"uint64\",\"name\":\"lastCommitted\",\"type\":\"uint64\"},{\"internalType\":\"uint64\",\"name\":\"lastVerified\",\"type\":\"uint64\"},{\"internalType\":\"bool\",\"name\":\"paused\",\"type\":\"bool\"},{\"internalType\":\"address\",\"name\":\"owner\",\"type\":\"address\"},{\"internalType\":\"address\",\"name\":\"submitter\",\"type\":\"address\"},{\"internalType\":\"address\",\"name\":\"prover\",\"type\":\"address\"},{\"internalType\":\"address\",\"name\":\"guardian\",\"type\":\"address\"}],\"internalType\":\"structHoldfast.State\",\"name\":\"state\",\"type\":\"tuple\"},{\"components\":[{\"internalType\":\"bytes32\",\"name\":\"headerHash\",\"type\":\"bytes32\"},{\"internalType\":\"bytes32\",\"name\":\"postRoot\",\"type\":\"bytes32\"},{\"internalType\":\"bytes32\",\"name\":\"journalDigest\",\"type\":\"bytes32\"},{\"internalType\":\"uint32\",\"name\":\"programVersion\",\"type\":\"uint32\"},{\"internalType\":\"uint64\",\"name\":\"epoch\",\"type\":\"uint64\"},{\"internalType\":\"uint64\",\"name\":\"committedBlock\",\"type\":\"uint64\"}],\"internalType\":\"structHoldfast.Batch\",\"name\":\"batch\",\"type\":\"tuple\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"lastCommitted\",\"outputs\":[{\"internalType\":\"uint64\",\"name\":\"\",\"type\":\"uint64\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"lastVerified\",\"outputs\":[{\"internalType\":\"uint64\",\"name\":\"\",\"type\":\"uint64\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"lineage\",\"outputs\":[{\"internalType\":\"bytes16\",\"name\":\"\",\"type\":\"bytes16\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"owner\",\"outputs\":[{\"internalType\":\"address\",\"name\":\"\",\"type\":\"address\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"pause\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"paused\",\"outputs\":[{\"internalType\":\"bool\",\"name\":\"\",\"type\":\"bool\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"pendingOwner\",\"outputs\":[{\"internalType\":\"address\",\"name\":\"\",\"type\":\"address\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"programDelay\",\"outputs\":[{\"internalType\":\"uint64\",\"name\":\"\",\"type\":\"uint64\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"uint32\",\"name\":\"version\",\"type\":\"uint32\"}],\"name\":\"programs\",\"outputs\":[{\"internalType\":\"contractIVerifier\",\"name\":\"verifier\",\"type\":\"address\"},{\"internalType\":\"uint64\",\"name\":\"activeFrom\",\"type\":\"uint64\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"prover\",\"outputs\":[{\"internalType\":\"address\",\"name\":\"\",\"type\":\"address\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"uint32\",\"name\":\"version\",\"type\":\"uint32\"},{\"internalType\":\"contractIVerifier\",\"name\":\"verifier\",\"type\":\"address\"}],\"name\":\"scheduleProgram\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"submitter_\",\"type\":\"address\"},{\"internalType\":\"address\",\"name\":\"prover_\",\"type\":\"address\"},{\"internalType\":\"address\",\"name\":\"guardian_\",\"type\":\"address\"}],\"name\":\"setRoles\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"submitter\",\"outputs\":[{\"internalType\":\"address\",\"name\":\"\",\"type\":\"address\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"next\",\"type\":\"address\"}],\"name\":\"transferOwnership\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"unpause\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"uint64\",\"name\":\"first\",\"type\":\"uint64\"},{\"internalType\":\"bytes[]\",\"name\":\"proofs\",\"type\":\"bytes[]\"}],\"name\":\"verifyBatches\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"}]",
	ID:  "9ee09b6b8fbe4ecb60010de900224ae367",
	Bin: "0x60a060405234801561000f575f5ffd5b5060405161269938038061269983398101604081905261002e91610275565b6001600160a01b038816158061004b57506001600160a01b038216155b156100695760405163d92e233d60e01b815260040160405180910390fd5b5f80546001600160a01b0319166001600160a01b038a16908117825560405190917fdc3c82f4776932041f15a08f769aadd6ed44c2a975e64bbf0fde8cf812f8b6b891a26100b887878761018d565b6001600160401b038181166080527f6d5257204ebe7d88fd91ae87941cb2dd9d8062b64ae5a2bd2d28ec40b9fbf6e08590556040805180820182526001600160a01b03858116808352428516602080850182815263ffffffff8b165f81815260088452889020965187549251909916600160a01b026001600160e01b0319909216989095169790971796909617909355835190815293840191909152917f950ab5da3191bf960e548f841da3f444c5f8ae4686df2ff44eb2e1df18a738f0910160405180910390a25050505050505050610329565b6001600160a01b03831615806101aa57506001600160a01b038216155b806101bc57506001600160a01b038116155b156101da5760405163d92e233d60e01b815260040160405180910390fd5b600280546001600160a01b038581166001600160a01b0319928316811790935560038054868316908416811790915560048054928616929093168217909255604080519384526020840192909252908201527fbc8e5cec22009cb45324162584d043c03d372a645fa7c9dea262f45e52a278009060600160405180910390a1505050565b6001600160a01b0381168114610272575f5ffd5b50565b5f5f5f5f5f5f5f5f610100898b03121561028d575f5ffd5b88516102988161025e565b60208a01519098506102a98161025e565b60408a01519097506102ba8161025e565b60608a01519096506102cb8161025e565b60808a015160a08b0151919650945063ffffffff811681146102eb575f5ffd5b60c08a01519093506102fc8161025e565b60e08a01519092506001600160401b0381168114610318575f5ffd5b809150509295985092959890939650565b6080516123516103485f395f81816106100152610eed01526123515ff3fe608060405234801561000f575f5ffd5b506004361061019a575f3560e01c806388048b53116100e8578063bb68645611610093578063d10899801161006e578063d108998014610481578063d54b04e61461060b578063e30c397814610632578063f2fde38b14610645575f5ffd5b8063bb686456146103e4578063c0fddb2114610447578063c74656e71461045b575f5ffd5b80638dc45d9a116100c35780638dc45d9a146103b6578063900cf0cf146103c95780639e5017cb1461019e575f5ffd5b806388048b531461035d5780638c9bfb63146103915780638da5cb5b146103a4575f5ffd5b80635c975abb116101485780637de10aaf116101235780637de10aaf146102785780638232e3891461028b5780638456cb5914610355575f5ffd5b80635c975abb14610239578063618dc3b51461025d57806379ba509714610270575f5ffd5b80633f4ba83a116101785780633f4ba83a14610209578063452a93201461021357806354841e9414610226575f5ffd5b8063072e6d6d1461019e57806332a8f30f146101bd5780633e2b283a146101e8575b5f5ffd5b6101a6600181565b60405160ff90911681526020015b60405180910390f35b6003546101d0906001600160a01b031681565b6040516001600160a01b0390911681526020016101b4565b6101fb6101f6366004611ca6565b610658565b6040519081526020016101b4565b610211610914565b005b6004546101d0906001600160a01b031681565b610211610234366004611cd7565b6109cb565b60045461024d90600160a01b900460ff1681565b60405190151581526020016101b4565b61021161026b366004611d83565b610a07565b610211610d9c565b610211610286366004611e49565b610e37565b610348610299366004611e7e565b6040805160c0810182525f80825260208201819052918101829052606081018290526080810182905260a08101919091525067ffffffffffffffff9081165f90815260076020908152604091829020825160c0810184528154815260018201549281019290925260028101549282019290925260039091015463ffffffff811660608301526401000000008104831660808301526c01000000000000000000000000900490911660a082015290565b6040516101b49190611e97565b610211610fb7565b60055461037890600160c01b900467ffffffffffffffff1681565b60405167ffffffffffffffff90911681526020016101b4565b61021161039f366004611ef4565b61106b565b5f546101d0906001600160a01b031681565b6002546101d0906001600160a01b031681565b60055461037890600160801b900467ffffffffffffffff1681565b61041f6103f2366004611f43565b60086020525f90815260409020546001600160a01b03811690600160a01b900467ffffffffffffffff1682565b604080516001600160a01b03909316835267ffffffffffffffff9091166020830152016101b4565b6006546103789067ffffffffffffffff1681565b6005546104689060801b81565b6040516001600160801b031990911681526020016101b4565b6105fd61048f366004611e7e565b6040805161012080820183525f80835260208084018290528385018290526060808501839052608080860184905260a080870185905260c080880186905260e080890187905261010098890187905289518083018b52878152808701889052808b01889052808601889052808501889052830187905289519788018a526005546001600160801b031981861b16895267ffffffffffffffff600160801b820481168a890152600160c01b9091048116898c015260065481168987015260045460ff600160a01b82041615158a87015288546001600160a01b039081168b8701526002805482168c870152600380548316958d019590955291169a8a019a909a529a8b168752600786529589902089519182018a52805482526001810154958201959095529684015497870197909752919092015463ffffffff81169285019290925264010000000082048616908401526c010000000000000000000000009004909316918101919091529091565b6040516101b4929190611f5c565b6103787f000000000000000000000000000000000000000000000000000000000000000081565b6001546101d0906001600160a01b031681565b610211610653366004612099565b611367565b5f600261066860208401846120c4565b61067860408501602086016120dd565b6106886060860160408701611e7e565b60405160f89390931b7fff000000000000000000000000000000000000000000000000000000000000001660208401526001600160801b031991909116602183015260c01b6001600160c01b0319166031820152606084013560398201526080840135605982015260a0840135607982015260990160408051601f1981840301815291905261071d60e0850160c086016120c4565b60e085013561073461012087016101008801611f43565b61074661014088016101208901611e7e565b61075861016089016101408a01611e7e565b61076a6101808a016101608b01611e7e565b61077c6101a08b016101808c01611e7e565b60405160f89790971b7fff00000000000000000000000000000000000000000000000000000000000000166020880152602187019590955260e09390931b6001600160e01b031916604186015260c091821b6001600160c01b0319908116604587015290821b8116604d86015291811b821660558501529190911b16605d82015260650160408051601f198184030181529190526101a08501356101c086013561082e61020088016101e08901611e7e565b61084061022089016102008a01611e7e565b6108526102408a016102208b01611f43565b60408051602081019690965285019390935260c091821b6001600160c01b03199081166060860152911b16606883015260e01b6001600160e01b031916607082015260740160408051601f19818403018152908290526108b693929160200161211b565b60408051601f19818403018152908290526108d091612141565b602060405180830381855afa1580156108eb573d5f5f3e3d5ffd5b5050506040513d601f19601f8201168201806040525081019061090e919061214c565b92915050565b5f546001600160a01b031633146109455760405163245aecd360e01b81523360048201526024015b60405180910390fd5b600454600160a01b900460ff16610988576040517fbc871ce500000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b6004805460ff60a01b191690556040513381527f5db9ee0a495bf2e6ff9c91a7834c1ba4fdd244a5e8aa4e537bd38aeae4b073aa906020015b60405180910390a1565b5f546001600160a01b031633146109f75760405163245aecd360e01b815233600482015260240161093c565b610a028383836113f0565b505050565b600454600160a01b900460ff1615610a3257604051631309a56360e01b815260040160405180910390fd5b6002546001600160a01b03163314610a78576040517f16a049ca00000000000000000000000000000000000000000000000000000000815233600482015260240161093c565b5f839003610ab2576040517f3d608c5300000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b828114610af5576040517f75e39ee2000000000000000000000000000000000000000000000000000000008152600481018490526024810182905260440161093c565b60055460801b6001600160801b031916610bea575f84848281610b1a57610b1a612163565b905061024002016020016020810190610b3391906120dd565b6001600160801b03191603610b74576040517f71a0bf1800000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b83835f818110610b8657610b86612163565b905061024002016020016020810190610b9f91906120dd565b60058054608092831c6001600160801b031991821617918290556040519190921b909116907fab0cd6bfc2de6ea601216c577ba0dba901523a932b1cc25ffc97865771f68b20905f90a25b60055467ffffffffffffffff600160801b90910481169086161015610c5a576005546040517fff294aee000000000000000000000000000000000000000000000000000000008152600160801b90910467ffffffffffffffff90811660048301528616602482015260440161093c565b60055467ffffffffffffffff600160801b90910481169086161115610ce257600580547fffffffffffffffff0000000000000000ffffffffffffffffffffffffffffffff16600160801b67ffffffffffffffff8816908102919091179091556040517fceab4df314f59b1daf93da4e1ca6009206c691b486aa89acb5a6776b215a734b905f90a25b600554600160c01b900467ffffffffffffffff165f5b84811015610d5c57610d478288888885818110610d1757610d17612163565b90506102400201878786818110610d3057610d30612163565b9050602002810190610d429190612177565b6114ce565b81610d51816121a9565b925050600101610cf8565b506005805467ffffffffffffffff909216600160c01b0277ffffffffffffffffffffffffffffffffffffffffffffffff9092169190911790555050505050565b6001546001600160a01b03163314610de2576040517fa09b9a4300000000000000000000000000000000000000000000000000000000815233600482015260240161093c565b5f80543373ffffffffffffffffffffffffffffffffffffffff19918216811783556001805490921690915560405190917fdc3c82f4776932041f15a08f769aadd6ed44c2a975e64bbf0fde8cf812f8b6b891a2565b5f546001600160a01b03163314610e635760405163245aecd360e01b815233600482015260240161093c565b6001600160a01b038116610e8a5760405163d92e233d60e01b815260040160405180910390fd5b63ffffffff82165f908152600860205260409020546001600160a01b031615610ee7576040517fbb3b7f8a00000000000000000000000000000000000000000000000000000000815263ffffffff8316600482015260240161093c565b5f610f127f0000000000000000000000000000000000000000000000000000000000000000426121d5565b6040805180820182526001600160a01b0385811680835267ffffffffffffffff858116602080860182815263ffffffff8c165f81815260088452899020975188549251909516600160a01b026001600160e01b031990921694909616939093179290921790945584519182528101929092529293507f950ab5da3191bf960e548f841da3f444c5f8ae4686df2ff44eb2e1df18a738f0910160405180910390a2505050565b6004546001600160a01b03163314610ffd576040517fa252c15100000000000000000000000000000000000000000000000000000000815233600482015260240161093c565b600454600160a01b900460ff161561102857604051631309a56360e01b815260040160405180910390fd5b6004805460ff60a01b1916600160a01b1790556040513381527f62e78cea01bee320cd4e420270b5ea74000d11b0c9f74754ebdbfc544b05a258906020016109c1565b600454600160a01b900460ff161561109657604051631309a56360e01b815260040160405180910390fd5b6003546001600160a01b031633146110dc576040517fa972a6ef00000000000000000000000000000000000000000000000000000000815233600482015260240161093c565b5f819003611116576040517fdde395b600000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b60065461112e9067ffffffffffffffff1660016121d5565b67ffffffffffffffff168367ffffffffffffffff16146111a7576006546111609067ffffffffffffffff1660016121d5565b6040517ff8d0538e00000000000000000000000000000000000000000000000000000000815267ffffffffffffffff9182166004820152908416602482015260440161093c565b825f5b828110156113335760055467ffffffffffffffff600160c01b90910481169083161115611223576005546040517f090e01c400000000000000000000000000000000000000000000000000000000815267ffffffffffffffff8481166004830152600160c01b909204909116602482015260440161093c565b67ffffffffffffffff82165f908152600760205260409020600381015461124f9063ffffffff16611a3d565b6001600160a01b031663258ae582826002015487878681811061127457611274612163565b905060200281019061128691906121f5565b6040518463ffffffff1660e01b81526004016112a493929190612260565b5f6040518083038186803b1580156112ba575f5ffd5b505afa1580156112cc573d5f5f3e3d5ffd5b5050506001820154825460408051928352602083019190915267ffffffffffffffff861692507f6abaf4a731d42900cd1a76dc0d4bb23ddb3fc5d75869873713d349ca59631a6d910160405180910390a282611327816121a9565b935050506001016111aa565b5061133f600182612279565b6006805467ffffffffffffffff191667ffffffffffffffff9290921691909117905550505050565b5f546001600160a01b031633146113935760405163245aecd360e01b815233600482015260240161093c565b6001805473ffffffffffffffffffffffffffffffffffffffff19166001600160a01b038381169182179092555f8054604051929316917f278a93ce3591db94ed65bf1107826228ec69e444fbe2006b25e1ba8f18955b7f9190a350565b6001600160a01b038316158061140d57506001600160a01b038216155b8061141f57506001600160a01b038116155b1561143d5760405163d92e233d60e01b815260040160405180910390fd5b600280546001600160a01b0385811673ffffffffffffffffffffffffffffffffffffffff19928316811790935560038054868316908416811790915560048054928616929093168217909255604080519384526020840192909252908201527fbc8e5cec22009cb45324162584d043c03d372a645fa7c9dea262f45e52a278009060600160405180910390a1505050565b67ffffffffffffffff84165f908152600760209081526040909120906001906114f9908501856120c4565b60ff16146115465761150e60208401846120c4565b6040517fdb9479f400000000000000000000000000000000000000000000000000000000815260ff909116600482015260240161093c565b60055460801b6001600160801b03191661156660408501602086016120dd565b6001600160801b031916146115d15760055460801b61158b60408501602086016120dd565b6040517f298f7e400000000000000000000000000000000000000000000000000000000081526001600160801b031992831660048201529116602482015260440161093c565b6115dc8560016121d5565b67ffffffffffffffff166115f66060850160408601611e7e565b67ffffffffffffffff1614611666576116108560016121d5565b6116206060850160408601611e7e565b6040517f4eff0ce400000000000000000000000000000000000000000000000000000000815267ffffffffffffffff92831660048201529116602482015260440161093c565b80546060840135146116d2576116826060840160408501611e7e565b81546040517f91e23f4200000000000000000000000000000000000000000000000000000000815267ffffffffffffffff909216600483015260248201526060840135604482015260640161093c565b8060010154836080013514611744576116f16060840160408501611e7e565b60018201546040517f72f0026900000000000000000000000000000000000000000000000000000000815267ffffffffffffffff909216600483015260248201526080840135604482015260640161093c565b61175661018084016101608501611e7e565b67ffffffffffffffff16151580611787575061177a6101a084016101808501611e7e565b67ffffffffffffffff1615155b1561180f5761179c6060840160408501611e7e565b6117ae61018085016101608601611e7e565b6117c06101a086016101808701611e7e565b6040517fc3779e2200000000000000000000000000000000000000000000000000000000815267ffffffffffffffff93841660048201529183166024830152909116604482015260640161093c565b600161181e60208401846120c4565b60ff161461188a576118366060840160408501611e7e565b61184360208401846120c4565b6040517f6add72e600000000000000000000000000000000000000000000000000000000815267ffffffffffffffff909216600483015260ff16602482015260440161093c565b6118a461189f61024085016102208601611f43565b611a3d565b505f6118af84610658565b90506040518060c001604052808281526020018560a0013581526020016118d68387611ac8565b81526020016118ed61024087016102208801611f43565b63ffffffff1681526020018667ffffffffffffffff1681526020014367ffffffffffffffff1681525060075f86604001602081019061192c9190611e7e565b67ffffffffffffffff908116825260208083019390935260409182015f208451815592840151600184015583820151600284015560608085015160039094018054608087015160a09097015184166c01000000000000000000000000027fffffffffffffffffffffffff0000000000000000ffffffffffffffffffffffff97909416640100000000026bffffffffffffffffffffffff1990911663ffffffff909616959095179490941794909416179091556119ec918601908601611e7e565b67ffffffffffffffff167f2a1ad2a6503910392ee8a2f2a83da624f5f20c9453feca7aef33bdfa7825e7e38560a001358386604051611a2d93929190612299565b60405180910390a2505050505050565b63ffffffff81165f90815260086020526040812080546001600160a01b03161580611a7957508054600160a01b900467ffffffffffffffff1642105b15611ab8576040517f87ffc51400000000000000000000000000000000000000000000000000000000815263ffffffff8416600482015260240161093c565b546001600160a01b031692915050565b5f600283608084013560a0850135611ae660e0870160c088016120c4565b604080516020810195909552840192909252606083015260f81b7fff0000000000000000000000000000000000000000000000000000000000000016608082015260e0840135608182015260a10160408051601f19818403018152919052611b5661018085016101608601611e7e565b611b686101a086016101808701611e7e565b6040516001600160c01b031960c093841b811660208301529190921b1660288201526101a085013560308201526101c0850135605082015260700160408051601f19818403018152918152611bc39060608701908701611e7e565b4630611bd761024089016102208a01611f43565b60405160c094851b6001600160c01b031990811660208301529390941b909216602884015260601b6bffffffffffffffffffffffff1916603083015260e01b6001600160e01b031916604482015260480160408051601f1981840301815290829052611c4793929160200161211b565b60408051601f1981840301815290829052611c6191612141565b602060405180830381855afa158015611c7c573d5f5f3e3d5ffd5b5050506040513d601f19601f82011682018060405250810190611c9f919061214c565b9392505050565b5f610240828403128015611cb8575f5ffd5b509092915050565b6001600160a01b0381168114611cd4575f5ffd5b50565b5f5f5f60608486031215611ce9575f5ffd5b8335611cf481611cc0565b92506020840135611d0481611cc0565b91506040840135611d1481611cc0565b809150509250925092565b803567ffffffffffffffff81168114611d36575f5ffd5b919050565b5f5f83601f840112611d4b575f5ffd5b50813567ffffffffffffffff811115611d62575f5ffd5b6020830191508360208260051b8501011115611d7c575f5ffd5b9250929050565b5f5f5f5f5f60608688031215611d97575f5ffd5b611da086611d1f565b9450602086013567ffffffffffffffff811115611dbb575f5ffd5b8601601f81018813611dcb575f5ffd5b803567ffffffffffffffff811115611de1575f5ffd5b88602061024083028401011115611df6575f5ffd5b60209190910194509250604086013567ffffffffffffffff811115611e19575f5ffd5b611e2588828901611d3b565b969995985093965092949392505050565b803563ffffffff81168114611d36575f5ffd5b5f5f60408385031215611e5a575f5ffd5b611e6383611e36565b91506020830135611e7381611cc0565b809150509250929050565b5f60208284031215611e8e575f5ffd5b611c9f82611d1f565b60c0810161090e828480518252602081015160208301526040810151604083015263ffffffff606082015116606083015267ffffffffffffffff608082015116608083015267ffffffffffffffff60a08201511660a08301525050565b5f5f5f60408486031215611f06575f5ffd5b611f0f84611d1f565b9250602084013567ffffffffffffffff811115611f2a575f5ffd5b611f3686828701611d3b565b9497909650939450505050565b5f60208284031215611f53575f5ffd5b611c9f82611e36565b5f6101e0820190506001600160801b0319845116825267ffffffffffffffff60208501511660208301526040840151611fa1604084018267ffffffffffffffff169052565b506060840151611fbd606084018267ffffffffffffffff169052565b506080840151611fd1608084018215159052565b5060a0840151611fec60a08401826001600160a01b03169052565b5060c084015161200760c08401826001600160a01b03169052565b5060e084015161202260e08401826001600160a01b03169052565b5061010084015161203f6101008401826001600160a01b03169052565b50825161012083015260208301516101408301526040830151610160830152606083015163ffffffff16610180830152608083015167ffffffffffffffff9081166101a084015260a0840151166101c08301529392505050565b5f602082840312156120a9575f5ffd5b8135611c9f81611cc0565b803560ff81168114611d36575f5ffd5b5f602082840312156120d4575f5ffd5b611c9f826120b4565b5f602082840312156120ed575f5ffd5b81356001600160801b031981168114611c9f575f5ffd5b5f81518060208401855e5f93019283525090919050565b5f61213861213261212c8488612104565b86612104565b84612104565b95945050505050565b5f611c9f8284612104565b5f6020828403121561215c575f5ffd5b5051919050565b634e487b7160e01b5f52603260045260245ffd5b5f8235609e1983360301811261218b575f5ffd5b9190910192915050565b634e487b7160e01b5f52601160045260245ffd5b5f67ffffffffffffffff821667ffffffffffffffff81036121cc576121cc612195565b60010192915050565b67ffffffffffffffff818116838216019081111561090e5761090e612195565b5f5f8335601e1984360301811261220a575f5ffd5b83018035915067ffffffffffffffff821115612224575f5ffd5b602001915036819003821315611d7c575f5ffd5b81835281816020850137505f828201602090810191909152601f909101601f19169091010190565b838152604060208201525f612138604083018486612238565b67ffffffffffffffff828116828216039081111561090e5761090e612195565b8381528260208201526060604082015260ff6122b4836120b4565b16606082015260ff6122c8602084016120b4565b166080820152604082013560a082015263ffffffff6122e960608401611e36565b1660c08201525f6080830135601e19843603018112612306575f5ffd5b830160208101903567ffffffffffffffff811115612322575f5ffd5b803603821315612330575f5ffd5b60a060e085015261234661010085018284612238565b97965050505050505056",
}

// Holdfast is an auto generated Go binding around an Ethereum contract.
type Holdfast struct {
	abi abi.ABI
}

// GetABI returns the ABI associated with this contract binding.
func (c *Holdfast) GetABI() abi.ABI {
	return c.abi
}

// NewHoldfast creates a new instance of Holdfast.
func NewHoldfast() *Holdfast {
	parsed, err := HoldfastMetaData.ParseABI()
	if err != nil {
		panic(errors.New("invalid ABI: " + err.Error()))
	}
	return &Holdfast{abi: *parsed}
}

// Instance creates a wrapper for a deployed contract instance at the given address.
// Use this to create the instance object passed to abigen v2 library functions Call, Transact, etc.
func (c *Holdfast) Instance(backend bind.ContractBackend, addr common.Address) *bind.BoundContract {
	return bind.NewBoundContract(addr, c.abi, backend, backend, backend)
}

// PackConstructor is the Go binding used to pack the parameters required for
// contract deployment.
//
// Solidity: constructor(address owner_, address submitter_, address prover_, address guardian_, bytes32 genesisRoot, uint32 programVersion, address verifier, uint64 programDelay_) returns()
func (holdfast *Holdfast) PackConstructor(owner_ common.Address, submitter_ common.Address, prover_ common.Address, guardian_ common.Address, genesisRoot [32]byte, programVersion uint32, verifier common.Address, programDelay_ uint64) []byte {
	enc, err := holdfast.abi.Pack("", owner_, submitter_, prover_, guardian_, genesisRoot, programVersion, verifier, programDelay_)
	if err != nil {
		panic(err)
	}
	return enc
}

// PackHEADERVERSION is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x072e6d6d.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function HEADER_VERSION() view returns(uint8)
func (holdfast *Holdfast) PackHEADERVERSION() []byte {
	enc, err := holdfast.abi.Pack("HEADER_VERSION")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackHEADERVERSION is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x072e6d6d.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function HEADER_VERSION() view returns(uint8)
func (holdfast *Holdfast) TryPackHEADERVERSION() ([]byte, error) {
	return holdfast.abi.Pack("HEADER_VERSION")
}

// UnpackHEADERVERSION is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x072e6d6d.
//
// Solidity: function HEADER_VERSION() view returns(uint8)
func (holdfast *Holdfast) UnpackHEADERVERSION(data []byte) (uint8, error) {
	out, err := holdfast.abi.Unpack("HEADER_VERSION", data)
	if err != nil {
		return *new(uint8), err
	}
	out0 := *abi.ConvertType(out[0], new(uint8)).(*uint8)
	return out0, nil
}

// PackPROVIDERARCHIVE is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x9e5017cb.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function PROVIDER_ARCHIVE() view returns(uint8)
func (holdfast *Holdfast) PackPROVIDERARCHIVE() []byte {
	enc, err := holdfast.abi.Pack("PROVIDER_ARCHIVE")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackPROVIDERARCHIVE is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x9e5017cb.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function PROVIDER_ARCHIVE() view returns(uint8)
func (holdfast *Holdfast) TryPackPROVIDERARCHIVE() ([]byte, error) {
	return holdfast.abi.Pack("PROVIDER_ARCHIVE")
}

// UnpackPROVIDERARCHIVE is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x9e5017cb.
//
// Solidity: function PROVIDER_ARCHIVE() view returns(uint8)
func (holdfast *Holdfast) UnpackPROVIDERARCHIVE(data []byte) (uint8, error) {
	out, err := holdfast.abi.Unpack("PROVIDER_ARCHIVE", data)
	if err != nil {
		return *new(uint8), err
	}
	out0 := *abi.ConvertType(out[0], new(uint8)).(*uint8)
	return out0, nil
}

// PackAcceptOwnership is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x79ba5097.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function acceptOwnership() returns()
func (holdfast *Holdfast) PackAcceptOwnership() []byte {
	enc, err := holdfast.abi.Pack("acceptOwnership")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackAcceptOwnership is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x79ba5097.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function acceptOwnership() returns()
func (holdfast *Holdfast) TryPackAcceptOwnership() ([]byte, error) {
	return holdfast.abi.Pack("acceptOwnership")
}

// PackBatches is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x8232e389.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function batches(uint64 number) view returns((bytes32,bytes32,bytes32,uint32,uint64,uint64))
func (holdfast *Holdfast) PackBatches(number uint64) []byte {
	enc, err := holdfast.abi.Pack("batches", number)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackBatches is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x8232e389.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function batches(uint64 number) view returns((bytes32,bytes32,bytes32,uint32,uint64,uint64))
func (holdfast *Holdfast) TryPackBatches(number uint64) ([]byte, error) {
	return holdfast.abi.Pack("batches", number)
}

// UnpackBatches is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x8232e389.
//
// Solidity: function batches(uint64 number) view returns((bytes32,bytes32,bytes32,uint32,uint64,uint64))
func (holdfast *Holdfast) UnpackBatches(data []byte) (HoldfastBatch, error) {
	out, err := holdfast.abi.Unpack("batches", data)
	if err != nil {
		return *new(HoldfastBatch), err
	}
	out0 := *abi.ConvertType(out[0], new(HoldfastBatch)).(*HoldfastBatch)
	return out0, nil
}

// PackCommitBatches is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x618dc3b5.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function commitBatches(uint64 epoch_, (uint8,bytes16,uint64,bytes32,bytes32,bytes32,uint8,bytes32,uint32,uint64,uint64,uint64,uint64,bytes32,bytes32,uint64,uint64,uint32)[] headers, (uint8,uint8,bytes32,uint32,bytes)[] refs) returns()
func (holdfast *Holdfast) PackCommitBatches(epoch uint64, headers []Header, refs []DaRef) []byte {
	enc, err := holdfast.abi.Pack("commitBatches", epoch, headers, refs)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackCommitBatches is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x618dc3b5.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function commitBatches(uint64 epoch_, (uint8,bytes16,uint64,bytes32,bytes32,bytes32,uint8,bytes32,uint32,uint64,uint64,uint64,uint64,bytes32,bytes32,uint64,uint64,uint32)[] headers, (uint8,uint8,bytes32,uint32,bytes)[] refs) returns()
func (holdfast *Holdfast) TryPackCommitBatches(epoch uint64, headers []Header, refs []DaRef) ([]byte, error) {
	return holdfast.abi.Pack("commitBatches", epoch, headers, refs)
}

// PackEpoch is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x900cf0cf.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function epoch() view returns(uint64)
func (holdfast *Holdfast) PackEpoch() []byte {
	enc, err := holdfast.abi.Pack("epoch")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackEpoch is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x900cf0cf.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function epoch() view returns(uint64)
func (holdfast *Holdfast) TryPackEpoch() ([]byte, error) {
	return holdfast.abi.Pack("epoch")
}

// UnpackEpoch is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x900cf0cf.
//
// Solidity: function epoch() view returns(uint64)
func (holdfast *Holdfast) UnpackEpoch(data []byte) (uint64, error) {
	out, err := holdfast.abi.Unpack("epoch", data)
	if err != nil {
		return *new(uint64), err
	}
	out0 := *abi.ConvertType(out[0], new(uint64)).(*uint64)
	return out0, nil
}

// PackGuardian is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x452a9320.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function guardian() view returns(address)
func (holdfast *Holdfast) PackGuardian() []byte {
	enc, err := holdfast.abi.Pack("guardian")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackGuardian is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x452a9320.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function guardian() view returns(address)
func (holdfast *Holdfast) TryPackGuardian() ([]byte, error) {
	return holdfast.abi.Pack("guardian")
}

// UnpackGuardian is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x452a9320.
//
// Solidity: function guardian() view returns(address)
func (holdfast *Holdfast) UnpackGuardian(data []byte) (common.Address, error) {
	out, err := holdfast.abi.Unpack("guardian", data)
	if err != nil {
		return *new(common.Address), err
	}
	out0 := *abi.ConvertType(out[0], new(common.Address)).(*common.Address)
	return out0, nil
}

// PackHeaderHash is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x3e2b283a.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function headerHash((uint8,bytes16,uint64,bytes32,bytes32,bytes32,uint8,bytes32,uint32,uint64,uint64,uint64,uint64,bytes32,bytes32,uint64,uint64,uint32) h) pure returns(bytes32)
func (holdfast *Holdfast) PackHeaderHash(h Header) []byte {
	enc, err := holdfast.abi.Pack("headerHash", h)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackHeaderHash is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x3e2b283a.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function headerHash((uint8,bytes16,uint64,bytes32,bytes32,bytes32,uint8,bytes32,uint32,uint64,uint64,uint64,uint64,bytes32,bytes32,uint64,uint64,uint32) h) pure returns(bytes32)
func (holdfast *Holdfast) TryPackHeaderHash(h Header) ([]byte, error) {
	return holdfast.abi.Pack("headerHash", h)
}

// UnpackHeaderHash is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x3e2b283a.
//
// Solidity: function headerHash((uint8,bytes16,uint64,bytes32,bytes32,bytes32,uint8,bytes32,uint32,uint64,uint64,uint64,uint64,bytes32,bytes32,uint64,uint64,uint32) h) pure returns(bytes32)
func (holdfast *Holdfast) UnpackHeaderHash(data []byte) ([32]byte, error) {
	out, err := holdfast.abi.Unpack("headerHash", data)
	if err != nil {
		return *new([32]byte), err
	}
	out0 := *abi.ConvertType(out[0], new([32]byte)).(*[32]byte)
	return out0, nil
}

// PackInspect is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xd1089980.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function inspect(uint64 number) view returns((bytes16,uint64,uint64,uint64,bool,address,address,address,address) state, (bytes32,bytes32,bytes32,uint32,uint64,uint64) batch)
func (holdfast *Holdfast) PackInspect(number uint64) []byte {
	enc, err := holdfast.abi.Pack("inspect", number)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackInspect is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xd1089980.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function inspect(uint64 number) view returns((bytes16,uint64,uint64,uint64,bool,address,address,address,address) state, (bytes32,bytes32,bytes32,uint32,uint64,uint64) batch)
func (holdfast *Holdfast) TryPackInspect(number uint64) ([]byte, error) {
	return holdfast.abi.Pack("inspect", number)
}

// InspectOutput serves as a container for the return parameters of contract
// method Inspect.
type InspectOutput struct {
	State HoldfastState
	Batch HoldfastBatch
}

// UnpackInspect is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xd1089980.
//
// Solidity: function inspect(uint64 number) view returns((bytes16,uint64,uint64,uint64,bool,address,address,address,address) state, (bytes32,bytes32,bytes32,uint32,uint64,uint64) batch)
func (holdfast *Holdfast) UnpackInspect(data []byte) (InspectOutput, error) {
	out, err := holdfast.abi.Unpack("inspect", data)
	outstruct := new(InspectOutput)
	if err != nil {
		return *outstruct, err
	}
	outstruct.State = *abi.ConvertType(out[0], new(HoldfastState)).(*HoldfastState)
	outstruct.Batch = *abi.ConvertType(out[1], new(HoldfastBatch)).(*HoldfastBatch)
	return *outstruct, nil
}

// PackLastCommitted is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x88048b53.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function lastCommitted() view returns(uint64)
func (holdfast *Holdfast) PackLastCommitted() []byte {
	enc, err := holdfast.abi.Pack("lastCommitted")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackLastCommitted is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x88048b53.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function lastCommitted() view returns(uint64)
func (holdfast *Holdfast) TryPackLastCommitted() ([]byte, error) {
	return holdfast.abi.Pack("lastCommitted")
}

// UnpackLastCommitted is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x88048b53.
//
// Solidity: function lastCommitted() view returns(uint64)
func (holdfast *Holdfast) UnpackLastCommitted(data []byte) (uint64, error) {
	out, err := holdfast.abi.Unpack("lastCommitted", data)
	if err != nil {
		return *new(uint64), err
	}
	out0 := *abi.ConvertType(out[0], new(uint64)).(*uint64)
	return out0, nil
}

// PackLastVerified is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xc0fddb21.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function lastVerified() view returns(uint64)
func (holdfast *Holdfast) PackLastVerified() []byte {
	enc, err := holdfast.abi.Pack("lastVerified")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackLastVerified is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xc0fddb21.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function lastVerified() view returns(uint64)
func (holdfast *Holdfast) TryPackLastVerified() ([]byte, error) {
	return holdfast.abi.Pack("lastVerified")
}

// UnpackLastVerified is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xc0fddb21.
//
// Solidity: function lastVerified() view returns(uint64)
func (holdfast *Holdfast) UnpackLastVerified(data []byte) (uint64, error) {
	out, err := holdfast.abi.Unpack("lastVerified", data)
	if err != nil {
		return *new(uint64), err
	}
	out0 := *abi.ConvertType(out[0], new(uint64)).(*uint64)
	return out0, nil
}

// PackLineage is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xc74656e7.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function lineage() view returns(bytes16)
func (holdfast *Holdfast) PackLineage() []byte {
	enc, err := holdfast.abi.Pack("lineage")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackLineage is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xc74656e7.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function lineage() view returns(bytes16)
func (holdfast *Holdfast) TryPackLineage() ([]byte, error) {
	return holdfast.abi.Pack("lineage")
}

// UnpackLineage is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xc74656e7.
//
// Solidity: function lineage() view returns(bytes16)
func (holdfast *Holdfast) UnpackLineage(data []byte) ([16]byte, error) {
	out, err := holdfast.abi.Unpack("lineage", data)
	if err != nil {
		return *new([16]byte), err
	}
	out0 := *abi.ConvertType(out[0], new([16]byte)).(*[16]byte)
	return out0, nil
}

// PackOwner is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x8da5cb5b.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function owner() view returns(address)
func (holdfast *Holdfast) PackOwner() []byte {
	enc, err := holdfast.abi.Pack("owner")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackOwner is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x8da5cb5b.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function owner() view returns(address)
func (holdfast *Holdfast) TryPackOwner() ([]byte, error) {
	return holdfast.abi.Pack("owner")
}

// UnpackOwner is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x8da5cb5b.
//
// Solidity: function owner() view returns(address)
func (holdfast *Holdfast) UnpackOwner(data []byte) (common.Address, error) {
	out, err := holdfast.abi.Unpack("owner", data)
	if err != nil {
		return *new(common.Address), err
	}
	out0 := *abi.ConvertType(out[0], new(common.Address)).(*common.Address)
	return out0, nil
}

// PackPause is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x8456cb59.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function pause() returns()
func (holdfast *Holdfast) PackPause() []byte {
	enc, err := holdfast.abi.Pack("pause")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackPause is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x8456cb59.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function pause() returns()
func (holdfast *Holdfast) TryPackPause() ([]byte, error) {
	return holdfast.abi.Pack("pause")
}

// PackPaused is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x5c975abb.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function paused() view returns(bool)
func (holdfast *Holdfast) PackPaused() []byte {
	enc, err := holdfast.abi.Pack("paused")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackPaused is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x5c975abb.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function paused() view returns(bool)
func (holdfast *Holdfast) TryPackPaused() ([]byte, error) {
	return holdfast.abi.Pack("paused")
}

// UnpackPaused is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x5c975abb.
//
// Solidity: function paused() view returns(bool)
func (holdfast *Holdfast) UnpackPaused(data []byte) (bool, error) {
	out, err := holdfast.abi.Unpack("paused", data)
	if err != nil {
		return *new(bool), err
	}
	out0 := *abi.ConvertType(out[0], new(bool)).(*bool)
	return out0, nil
}

// PackPendingOwner is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xe30c3978.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function pendingOwner() view returns(address)
func (holdfast *Holdfast) PackPendingOwner() []byte {
	enc, err := holdfast.abi.Pack("pendingOwner")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackPendingOwner is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xe30c3978.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function pendingOwner() view returns(address)
func (holdfast *Holdfast) TryPackPendingOwner() ([]byte, error) {
	return holdfast.abi.Pack("pendingOwner")
}

// UnpackPendingOwner is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xe30c3978.
//
// Solidity: function pendingOwner() view returns(address)
func (holdfast *Holdfast) UnpackPendingOwner(data []byte) (common.Address, error) {
	out, err := holdfast.abi.Unpack("pendingOwner", data)
	if err != nil {
		return *new(common.Address), err
	}
	out0 := *abi.ConvertType(out[0], new(common.Address)).(*common.Address)
	return out0, nil
}

// PackProgramDelay is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xd54b04e6.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function programDelay() view returns(uint64)
func (holdfast *Holdfast) PackProgramDelay() []byte {
	enc, err := holdfast.abi.Pack("programDelay")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackProgramDelay is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xd54b04e6.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function programDelay() view returns(uint64)
func (holdfast *Holdfast) TryPackProgramDelay() ([]byte, error) {
	return holdfast.abi.Pack("programDelay")
}

// UnpackProgramDelay is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xd54b04e6.
//
// Solidity: function programDelay() view returns(uint64)
func (holdfast *Holdfast) UnpackProgramDelay(data []byte) (uint64, error) {
	out, err := holdfast.abi.Unpack("programDelay", data)
	if err != nil {
		return *new(uint64), err
	}
	out0 := *abi.ConvertType(out[0], new(uint64)).(*uint64)
	return out0, nil
}

// PackPrograms is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xbb686456.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function programs(uint32 version) view returns(address verifier, uint64 activeFrom)
func (holdfast *Holdfast) PackPrograms(version uint32) []byte {
	enc, err := holdfast.abi.Pack("programs", version)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackPrograms is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xbb686456.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function programs(uint32 version) view returns(address verifier, uint64 activeFrom)
func (holdfast *Holdfast) TryPackPrograms(version uint32) ([]byte, error) {
	return holdfast.abi.Pack("programs", version)
}

// ProgramsOutput serves as a container for the return parameters of contract
// method Programs.
type ProgramsOutput struct {
	Verifier   common.Address
	ActiveFrom uint64
}

// UnpackPrograms is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xbb686456.
//
// Solidity: function programs(uint32 version) view returns(address verifier, uint64 activeFrom)
func (holdfast *Holdfast) UnpackPrograms(data []byte) (ProgramsOutput, error) {
	out, err := holdfast.abi.Unpack("programs", data)
	outstruct := new(ProgramsOutput)
	if err != nil {
		return *outstruct, err
	}
	outstruct.Verifier = *abi.ConvertType(out[0], new(common.Address)).(*common.Address)
	outstruct.ActiveFrom = *abi.ConvertType(out[1], new(uint64)).(*uint64)
	return *outstruct, nil
}

// PackProver is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x32a8f30f.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function prover() view returns(address)
func (holdfast *Holdfast) PackProver() []byte {
	enc, err := holdfast.abi.Pack("prover")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackProver is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x32a8f30f.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function prover() view returns(address)
func (holdfast *Holdfast) TryPackProver() ([]byte, error) {
	return holdfast.abi.Pack("prover")
}

// UnpackProver is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x32a8f30f.
//
// Solidity: function prover() view returns(address)
func (holdfast *Holdfast) UnpackProver(data []byte) (common.Address, error) {
	out, err := holdfast.abi.Unpack("prover", data)
	if err != nil {
		return *new(common.Address), err
	}
	out0 := *abi.ConvertType(out[0], new(common.Address)).(*common.Address)
	return out0, nil
}

// PackScheduleProgram is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x7de10aaf.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function scheduleProgram(uint32 version, address verifier) returns()
func (holdfast *Holdfast) PackScheduleProgram(version uint32, verifier common.Address) []byte {
	enc, err := holdfast.abi.Pack("scheduleProgram", version, verifier)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackScheduleProgram is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x7de10aaf.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function scheduleProgram(uint32 version, address verifier) returns()
func (holdfast *Holdfast) TryPackScheduleProgram(version uint32, verifier common.Address) ([]byte, error) {
	return holdfast.abi.Pack("scheduleProgram", version, verifier)
}

// PackSetRoles is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x54841e94.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function setRoles(address submitter_, address prover_, address guardian_) returns()
func (holdfast *Holdfast) PackSetRoles(submitter common.Address, prover common.Address, guardian common.Address) []byte {
	enc, err := holdfast.abi.Pack("setRoles", submitter, prover, guardian)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackSetRoles is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x54841e94.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function setRoles(address submitter_, address prover_, address guardian_) returns()
func (holdfast *Holdfast) TryPackSetRoles(submitter common.Address, prover common.Address, guardian common.Address) ([]byte, error) {
	return holdfast.abi.Pack("setRoles", submitter, prover, guardian)
}

// PackSubmitter is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x8dc45d9a.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function submitter() view returns(address)
func (holdfast *Holdfast) PackSubmitter() []byte {
	enc, err := holdfast.abi.Pack("submitter")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackSubmitter is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x8dc45d9a.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function submitter() view returns(address)
func (holdfast *Holdfast) TryPackSubmitter() ([]byte, error) {
	return holdfast.abi.Pack("submitter")
}

// UnpackSubmitter is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x8dc45d9a.
//
// Solidity: function submitter() view returns(address)
func (holdfast *Holdfast) UnpackSubmitter(data []byte) (common.Address, error) {
	out, err := holdfast.abi.Unpack("submitter", data)
	if err != nil {
		return *new(common.Address), err
	}
	out0 := *abi.ConvertType(out[0], new(common.Address)).(*common.Address)
	return out0, nil
}

// PackTransferOwnership is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xf2fde38b.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function transferOwnership(address next) returns()
func (holdfast *Holdfast) PackTransferOwnership(next common.Address) []byte {
	enc, err := holdfast.abi.Pack("transferOwnership", next)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackTransferOwnership is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xf2fde38b.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function transferOwnership(address next) returns()
func (holdfast *Holdfast) TryPackTransferOwnership(next common.Address) ([]byte, error) {
	return holdfast.abi.Pack("transferOwnership", next)
}

// PackUnpause is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x3f4ba83a.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function unpause() returns()
func (holdfast *Holdfast) PackUnpause() []byte {
	enc, err := holdfast.abi.Pack("unpause")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackUnpause is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x3f4ba83a.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function unpause() returns()
func (holdfast *Holdfast) TryPackUnpause() ([]byte, error) {
	return holdfast.abi.Pack("unpause")
}

// PackVerifyBatches is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x8c9bfb63.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function verifyBatches(uint64 first, bytes[] proofs) returns()
func (holdfast *Holdfast) PackVerifyBatches(first uint64, proofs [][]byte) []byte {
	enc, err := holdfast.abi.Pack("verifyBatches", first, proofs)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackVerifyBatches is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x8c9bfb63.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function verifyBatches(uint64 first, bytes[] proofs) returns()
func (holdfast *Holdfast) TryPackVerifyBatches(first uint64, proofs [][]byte) ([]byte, error) {
	return holdfast.abi.Pack("verifyBatches", first, proofs)
}

// HoldfastBatchCommitted represents a BatchCommitted event raised by the Holdfast contract.
type HoldfastBatchCommitted struct {
	Number     uint64
	PostRoot   [32]byte
	HeaderHash [32]byte
	Ref        DaRef
	Raw        *types.Log // Blockchain specific contextual infos
}

const HoldfastBatchCommittedEventName = "BatchCommitted"

// ContractEventName returns the user-defined event name.
func (HoldfastBatchCommitted) ContractEventName() string {
	return HoldfastBatchCommittedEventName
}

// UnpackBatchCommittedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event BatchCommitted(uint64 indexed number, bytes32 postRoot, bytes32 headerHash, (uint8,uint8,bytes32,uint32,bytes) ref)
func (holdfast *Holdfast) UnpackBatchCommittedEvent(log *types.Log) (*HoldfastBatchCommitted, error) {
	event := "BatchCommitted"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != holdfast.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(HoldfastBatchCommitted)
	if len(log.Data) > 0 {
		if err := holdfast.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range holdfast.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// HoldfastBatchVerified represents a BatchVerified event raised by the Holdfast contract.
type HoldfastBatchVerified struct {
	Number     uint64
	PostRoot   [32]byte
	HeaderHash [32]byte
	Raw        *types.Log // Blockchain specific contextual infos
}

const HoldfastBatchVerifiedEventName = "BatchVerified"

// ContractEventName returns the user-defined event name.
func (HoldfastBatchVerified) ContractEventName() string {
	return HoldfastBatchVerifiedEventName
}

// UnpackBatchVerifiedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event BatchVerified(uint64 indexed number, bytes32 postRoot, bytes32 headerHash)
func (holdfast *Holdfast) UnpackBatchVerifiedEvent(log *types.Log) (*HoldfastBatchVerified, error) {
	event := "BatchVerified"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != holdfast.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(HoldfastBatchVerified)
	if len(log.Data) > 0 {
		if err := holdfast.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range holdfast.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// HoldfastEpochAdvanced represents a EpochAdvanced event raised by the Holdfast contract.
type HoldfastEpochAdvanced struct {
	Epoch uint64
	Raw   *types.Log // Blockchain specific contextual infos
}

const HoldfastEpochAdvancedEventName = "EpochAdvanced"

// ContractEventName returns the user-defined event name.
func (HoldfastEpochAdvanced) ContractEventName() string {
	return HoldfastEpochAdvancedEventName
}

// UnpackEpochAdvancedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event EpochAdvanced(uint64 indexed epoch)
func (holdfast *Holdfast) UnpackEpochAdvancedEvent(log *types.Log) (*HoldfastEpochAdvanced, error) {
	event := "EpochAdvanced"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != holdfast.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(HoldfastEpochAdvanced)
	if len(log.Data) > 0 {
		if err := holdfast.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range holdfast.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// HoldfastLineageRegistered represents a LineageRegistered event raised by the Holdfast contract.
type HoldfastLineageRegistered struct {
	Lineage [16]byte
	Raw     *types.Log // Blockchain specific contextual infos
}

const HoldfastLineageRegisteredEventName = "LineageRegistered"

// ContractEventName returns the user-defined event name.
func (HoldfastLineageRegistered) ContractEventName() string {
	return HoldfastLineageRegisteredEventName
}

// UnpackLineageRegisteredEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event LineageRegistered(bytes16 indexed lineage)
func (holdfast *Holdfast) UnpackLineageRegisteredEvent(log *types.Log) (*HoldfastLineageRegistered, error) {
	event := "LineageRegistered"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != holdfast.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(HoldfastLineageRegistered)
	if len(log.Data) > 0 {
		if err := holdfast.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range holdfast.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// HoldfastOwnershipOffered represents a OwnershipOffered event raised by the Holdfast contract.
type HoldfastOwnershipOffered struct {
	Owner        common.Address
	PendingOwner common.Address
	Raw          *types.Log // Blockchain specific contextual infos
}

const HoldfastOwnershipOfferedEventName = "OwnershipOffered"

// ContractEventName returns the user-defined event name.
func (HoldfastOwnershipOffered) ContractEventName() string {
	return HoldfastOwnershipOfferedEventName
}

// UnpackOwnershipOfferedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event OwnershipOffered(address indexed owner, address indexed pendingOwner)
func (holdfast *Holdfast) UnpackOwnershipOfferedEvent(log *types.Log) (*HoldfastOwnershipOffered, error) {
	event := "OwnershipOffered"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != holdfast.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(HoldfastOwnershipOffered)
	if len(log.Data) > 0 {
		if err := holdfast.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range holdfast.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// HoldfastOwnershipTaken represents a OwnershipTaken event raised by the Holdfast contract.
type HoldfastOwnershipTaken struct {
	Owner common.Address
	Raw   *types.Log // Blockchain specific contextual infos
}

const HoldfastOwnershipTakenEventName = "OwnershipTaken"

// ContractEventName returns the user-defined event name.
func (HoldfastOwnershipTaken) ContractEventName() string {
	return HoldfastOwnershipTakenEventName
}

// UnpackOwnershipTakenEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event OwnershipTaken(address indexed owner)
func (holdfast *Holdfast) UnpackOwnershipTakenEvent(log *types.Log) (*HoldfastOwnershipTaken, error) {
	event := "OwnershipTaken"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != holdfast.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(HoldfastOwnershipTaken)
	if len(log.Data) > 0 {
		if err := holdfast.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range holdfast.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// HoldfastPaused represents a Paused event raised by the Holdfast contract.
type HoldfastPaused struct {
	By  common.Address
	Raw *types.Log // Blockchain specific contextual infos
}

const HoldfastPausedEventName = "Paused"

// ContractEventName returns the user-defined event name.
func (HoldfastPaused) ContractEventName() string {
	return HoldfastPausedEventName
}

// UnpackPausedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event Paused(address by)
func (holdfast *Holdfast) UnpackPausedEvent(log *types.Log) (*HoldfastPaused, error) {
	event := "Paused"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != holdfast.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(HoldfastPaused)
	if len(log.Data) > 0 {
		if err := holdfast.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range holdfast.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// HoldfastProgramScheduled represents a ProgramScheduled event raised by the Holdfast contract.
type HoldfastProgramScheduled struct {
	Version    uint32
	Verifier   common.Address
	ActiveFrom uint64
	Raw        *types.Log // Blockchain specific contextual infos
}

const HoldfastProgramScheduledEventName = "ProgramScheduled"

// ContractEventName returns the user-defined event name.
func (HoldfastProgramScheduled) ContractEventName() string {
	return HoldfastProgramScheduledEventName
}

// UnpackProgramScheduledEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event ProgramScheduled(uint32 indexed version, address verifier, uint64 activeFrom)
func (holdfast *Holdfast) UnpackProgramScheduledEvent(log *types.Log) (*HoldfastProgramScheduled, error) {
	event := "ProgramScheduled"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != holdfast.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(HoldfastProgramScheduled)
	if len(log.Data) > 0 {
		if err := holdfast.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range holdfast.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// HoldfastRolesChanged represents a RolesChanged event raised by the Holdfast contract.
type HoldfastRolesChanged struct {
	Submitter common.Address
	Prover    common.Address
	Guardian  common.Address
	Raw       *types.Log // Blockchain specific contextual infos
}

const HoldfastRolesChangedEventName = "RolesChanged"

// ContractEventName returns the user-defined event name.
func (HoldfastRolesChanged) ContractEventName() string {
	return HoldfastRolesChangedEventName
}

// UnpackRolesChangedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event RolesChanged(address submitter, address prover, address guardian)
func (holdfast *Holdfast) UnpackRolesChangedEvent(log *types.Log) (*HoldfastRolesChanged, error) {
	event := "RolesChanged"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != holdfast.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(HoldfastRolesChanged)
	if len(log.Data) > 0 {
		if err := holdfast.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range holdfast.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// HoldfastUnpaused represents a Unpaused event raised by the Holdfast contract.
type HoldfastUnpaused struct {
	By  common.Address
	Raw *types.Log // Blockchain specific contextual infos
}

const HoldfastUnpausedEventName = "Unpaused"

// ContractEventName returns the user-defined event name.
func (HoldfastUnpaused) ContractEventName() string {
	return HoldfastUnpausedEventName
}

// UnpackUnpausedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event Unpaused(address by)
func (holdfast *Holdfast) UnpackUnpausedEvent(log *types.Log) (*HoldfastUnpaused, error) {
	event := "Unpaused"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != holdfast.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(HoldfastUnpaused)
	if len(log.Data) > 0 {
		if err := holdfast.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range holdfast.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// UnpackError attempts to decode the provided error data using user-defined
// error definitions.
func (holdfast *Holdfast) UnpackError(raw []byte) (any, error) {
	if bytes.Equal(raw[:4], holdfast.abi.Errors["EpochTooOld"].ID.Bytes()[:4]) {
		return holdfast.UnpackEpochTooOldError(raw[4:])
	}
	if bytes.Equal(raw[:4], holdfast.abi.Errors["HeaderVersionUnknown"].ID.Bytes()[:4]) {
		return holdfast.UnpackHeaderVersionUnknownError(raw[4:])
	}
	if bytes.Equal(raw[:4], holdfast.abi.Errors["InboxMismatch"].ID.Bytes()[:4]) {
		return holdfast.UnpackInboxMismatchError(raw[4:])
	}
	if bytes.Equal(raw[:4], holdfast.abi.Errors["IsNotPaused"].ID.Bytes()[:4]) {
		return holdfast.UnpackIsNotPausedError(raw[4:])
	}
	if bytes.Equal(raw[:4], holdfast.abi.Errors["IsPaused"].ID.Bytes()[:4]) {
		return holdfast.UnpackIsPausedError(raw[4:])
	}
	if bytes.Equal(raw[:4], holdfast.abi.Errors["LineageMismatch"].ID.Bytes()[:4]) {
		return holdfast.UnpackLineageMismatchError(raw[4:])
	}
	if bytes.Equal(raw[:4], holdfast.abi.Errors["LineageZero"].ID.Bytes()[:4]) {
		return holdfast.UnpackLineageZeroError(raw[4:])
	}
	if bytes.Equal(raw[:4], holdfast.abi.Errors["NotCommitted"].ID.Bytes()[:4]) {
		return holdfast.UnpackNotCommittedError(raw[4:])
	}
	if bytes.Equal(raw[:4], holdfast.abi.Errors["NotGuardian"].ID.Bytes()[:4]) {
		return holdfast.UnpackNotGuardianError(raw[4:])
	}
	if bytes.Equal(raw[:4], holdfast.abi.Errors["NotNext"].ID.Bytes()[:4]) {
		return holdfast.UnpackNotNextError(raw[4:])
	}
	if bytes.Equal(raw[:4], holdfast.abi.Errors["NotOwner"].ID.Bytes()[:4]) {
		return holdfast.UnpackNotOwnerError(raw[4:])
	}
	if bytes.Equal(raw[:4], holdfast.abi.Errors["NotPendingOwner"].ID.Bytes()[:4]) {
		return holdfast.UnpackNotPendingOwnerError(raw[4:])
	}
	if bytes.Equal(raw[:4], holdfast.abi.Errors["NotProver"].ID.Bytes()[:4]) {
		return holdfast.UnpackNotProverError(raw[4:])
	}
	if bytes.Equal(raw[:4], holdfast.abi.Errors["NotSubmitter"].ID.Bytes()[:4]) {
		return holdfast.UnpackNotSubmitterError(raw[4:])
	}
	if bytes.Equal(raw[:4], holdfast.abi.Errors["NothingToCommit"].ID.Bytes()[:4]) {
		return holdfast.UnpackNothingToCommitError(raw[4:])
	}
	if bytes.Equal(raw[:4], holdfast.abi.Errors["NothingToVerify"].ID.Bytes()[:4]) {
		return holdfast.UnpackNothingToVerifyError(raw[4:])
	}
	if bytes.Equal(raw[:4], holdfast.abi.Errors["NumberMismatch"].ID.Bytes()[:4]) {
		return holdfast.UnpackNumberMismatchError(raw[4:])
	}
	if bytes.Equal(raw[:4], holdfast.abi.Errors["ParentMismatch"].ID.Bytes()[:4]) {
		return holdfast.UnpackParentMismatchError(raw[4:])
	}
	if bytes.Equal(raw[:4], holdfast.abi.Errors["PreRootMismatch"].ID.Bytes()[:4]) {
		return holdfast.UnpackPreRootMismatchError(raw[4:])
	}
	if bytes.Equal(raw[:4], holdfast.abi.Errors["ProgramExists"].ID.Bytes()[:4]) {
		return holdfast.UnpackProgramExistsError(raw[4:])
	}
	if bytes.Equal(raw[:4], holdfast.abi.Errors["ProgramUnknown"].ID.Bytes()[:4]) {
		return holdfast.UnpackProgramUnknownError(raw[4:])
	}
	if bytes.Equal(raw[:4], holdfast.abi.Errors["ProviderUnsupported"].ID.Bytes()[:4]) {
		return holdfast.UnpackProviderUnsupportedError(raw[4:])
	}
	if bytes.Equal(raw[:4], holdfast.abi.Errors["ReferencesMismatch"].ID.Bytes()[:4]) {
		return holdfast.UnpackReferencesMismatchError(raw[4:])
	}
	if bytes.Equal(raw[:4], holdfast.abi.Errors["ZeroAddress"].ID.Bytes()[:4]) {
		return holdfast.UnpackZeroAddressError(raw[4:])
	}
	return nil, errors.New("Unknown error")
}

// HoldfastEpochTooOld represents a EpochTooOld error raised by the Holdfast contract.
type HoldfastEpochTooOld struct {
	Last  uint64
	Given uint64
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error EpochTooOld(uint64 last, uint64 given)
func HoldfastEpochTooOldErrorID() common.Hash {
	return common.HexToHash("0xff294aeebebf91b1f664f7e0e557891fe600d0f62bf4aacb035e504cb0c9abd1")
}

// UnpackEpochTooOldError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error EpochTooOld(uint64 last, uint64 given)
func (holdfast *Holdfast) UnpackEpochTooOldError(raw []byte) (*HoldfastEpochTooOld, error) {
	out := new(HoldfastEpochTooOld)
	if err := holdfast.abi.UnpackIntoInterface(out, "EpochTooOld", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// HoldfastHeaderVersionUnknown represents a HeaderVersionUnknown error raised by the Holdfast contract.
type HoldfastHeaderVersionUnknown struct {
	Version uint8
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error HeaderVersionUnknown(uint8 version)
func HoldfastHeaderVersionUnknownErrorID() common.Hash {
	return common.HexToHash("0xdb9479f417ac49bb14bae5e710ed82ab7e36aad8598400c6d7223c7ac31f11c8")
}

// UnpackHeaderVersionUnknownError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error HeaderVersionUnknown(uint8 version)
func (holdfast *Holdfast) UnpackHeaderVersionUnknownError(raw []byte) (*HoldfastHeaderVersionUnknown, error) {
	out := new(HoldfastHeaderVersionUnknown)
	if err := holdfast.abi.UnpackIntoInterface(out, "HeaderVersionUnknown", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// HoldfastInboxMismatch represents a InboxMismatch error raised by the Holdfast contract.
type HoldfastInboxMismatch struct {
	Number uint64
	From   uint64
	To     uint64
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error InboxMismatch(uint64 number, uint64 from, uint64 to)
func HoldfastInboxMismatchErrorID() common.Hash {
	return common.HexToHash("0xc3779e2200a7e18f721b04e5d03ee7e7f690e16249401a5f225ed209ba493d5a")
}

// UnpackInboxMismatchError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error InboxMismatch(uint64 number, uint64 from, uint64 to)
func (holdfast *Holdfast) UnpackInboxMismatchError(raw []byte) (*HoldfastInboxMismatch, error) {
	out := new(HoldfastInboxMismatch)
	if err := holdfast.abi.UnpackIntoInterface(out, "InboxMismatch", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// HoldfastIsNotPaused represents a IsNotPaused error raised by the Holdfast contract.
type HoldfastIsNotPaused struct {
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error IsNotPaused()
func HoldfastIsNotPausedErrorID() common.Hash {
	return common.HexToHash("0xbc871ce58588b8725589aaa2715ec107875123f1078db083599c9b659a38fc46")
}

// UnpackIsNotPausedError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error IsNotPaused()
func (holdfast *Holdfast) UnpackIsNotPausedError(raw []byte) (*HoldfastIsNotPaused, error) {
	out := new(HoldfastIsNotPaused)
	if err := holdfast.abi.UnpackIntoInterface(out, "IsNotPaused", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// HoldfastIsPaused represents a IsPaused error raised by the Holdfast contract.
type HoldfastIsPaused struct {
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error IsPaused()
func HoldfastIsPausedErrorID() common.Hash {
	return common.HexToHash("0x1309a5639731e6b91c4aa19095f23eee07602ba240a393e2b5ccbf71a8e2952f")
}

// UnpackIsPausedError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error IsPaused()
func (holdfast *Holdfast) UnpackIsPausedError(raw []byte) (*HoldfastIsPaused, error) {
	out := new(HoldfastIsPaused)
	if err := holdfast.abi.UnpackIntoInterface(out, "IsPaused", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// HoldfastLineageMismatch represents a LineageMismatch error raised by the Holdfast contract.
type HoldfastLineageMismatch struct {
	Registered [16]byte
	Given      [16]byte
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error LineageMismatch(bytes16 registered, bytes16 given)
func HoldfastLineageMismatchErrorID() common.Hash {
	return common.HexToHash("0x298f7e401fe64d3d71eda101a1a3b89203d5d81a979973af99f6f82195cf9458")
}

// UnpackLineageMismatchError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error LineageMismatch(bytes16 registered, bytes16 given)
func (holdfast *Holdfast) UnpackLineageMismatchError(raw []byte) (*HoldfastLineageMismatch, error) {
	out := new(HoldfastLineageMismatch)
	if err := holdfast.abi.UnpackIntoInterface(out, "LineageMismatch", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// HoldfastLineageZero represents a LineageZero error raised by the Holdfast contract.
type HoldfastLineageZero struct {
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error LineageZero()
func HoldfastLineageZeroErrorID() common.Hash {
	return common.HexToHash("0x71a0bf18e942dc5a460bcfbae9464dc75f8010a0e8c0f1f88023ffef1e217e39")
}

// UnpackLineageZeroError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error LineageZero()
func (holdfast *Holdfast) UnpackLineageZeroError(raw []byte) (*HoldfastLineageZero, error) {
	out := new(HoldfastLineageZero)
	if err := holdfast.abi.UnpackIntoInterface(out, "LineageZero", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// HoldfastNotCommitted represents a NotCommitted error raised by the Holdfast contract.
type HoldfastNotCommitted struct {
	Number        uint64
	LastCommitted uint64
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error NotCommitted(uint64 number, uint64 lastCommitted)
func HoldfastNotCommittedErrorID() common.Hash {
	return common.HexToHash("0x090e01c49ab3b99f9b7fd1a9f7cfe987e8f6bd67926cd8b013346f5f5c1fdd2d")
}

// UnpackNotCommittedError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error NotCommitted(uint64 number, uint64 lastCommitted)
func (holdfast *Holdfast) UnpackNotCommittedError(raw []byte) (*HoldfastNotCommitted, error) {
	out := new(HoldfastNotCommitted)
	if err := holdfast.abi.UnpackIntoInterface(out, "NotCommitted", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// HoldfastNotGuardian represents a NotGuardian error raised by the Holdfast contract.
type HoldfastNotGuardian struct {
	Caller common.Address
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error NotGuardian(address caller)
func HoldfastNotGuardianErrorID() common.Hash {
	return common.HexToHash("0xa252c151cd1ee155ad6a596fd962f839a8b963fd05f5e863eca095de2e0b08a4")
}

// UnpackNotGuardianError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error NotGuardian(address caller)
func (holdfast *Holdfast) UnpackNotGuardianError(raw []byte) (*HoldfastNotGuardian, error) {
	out := new(HoldfastNotGuardian)
	if err := holdfast.abi.UnpackIntoInterface(out, "NotGuardian", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// HoldfastNotNext represents a NotNext error raised by the Holdfast contract.
type HoldfastNotNext struct {
	Expected uint64
	Given    uint64
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error NotNext(uint64 expected, uint64 given)
func HoldfastNotNextErrorID() common.Hash {
	return common.HexToHash("0xf8d0538ed10771447f1851db1a4ad9c30940a0628b804972c06dbc4c8de5d084")
}

// UnpackNotNextError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error NotNext(uint64 expected, uint64 given)
func (holdfast *Holdfast) UnpackNotNextError(raw []byte) (*HoldfastNotNext, error) {
	out := new(HoldfastNotNext)
	if err := holdfast.abi.UnpackIntoInterface(out, "NotNext", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// HoldfastNotOwner represents a NotOwner error raised by the Holdfast contract.
type HoldfastNotOwner struct {
	Caller common.Address
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error NotOwner(address caller)
func HoldfastNotOwnerErrorID() common.Hash {
	return common.HexToHash("0x245aecd3fabbd17d6c3c92dc7f0ab916ea8cbf6fc1862c8b56893090ac3fff4c")
}

// UnpackNotOwnerError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error NotOwner(address caller)
func (holdfast *Holdfast) UnpackNotOwnerError(raw []byte) (*HoldfastNotOwner, error) {
	out := new(HoldfastNotOwner)
	if err := holdfast.abi.UnpackIntoInterface(out, "NotOwner", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// HoldfastNotPendingOwner represents a NotPendingOwner error raised by the Holdfast contract.
type HoldfastNotPendingOwner struct {
	Caller common.Address
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error NotPendingOwner(address caller)
func HoldfastNotPendingOwnerErrorID() common.Hash {
	return common.HexToHash("0xa09b9a43f5079ab76282436418880308d29eac5d371578b36d8ee3ff8e88597d")
}

// UnpackNotPendingOwnerError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error NotPendingOwner(address caller)
func (holdfast *Holdfast) UnpackNotPendingOwnerError(raw []byte) (*HoldfastNotPendingOwner, error) {
	out := new(HoldfastNotPendingOwner)
	if err := holdfast.abi.UnpackIntoInterface(out, "NotPendingOwner", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// HoldfastNotProver represents a NotProver error raised by the Holdfast contract.
type HoldfastNotProver struct {
	Caller common.Address
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error NotProver(address caller)
func HoldfastNotProverErrorID() common.Hash {
	return common.HexToHash("0xa972a6efb2ade0c837c13631d03505fc825aeac28371a79516e897959686c32b")
}

// UnpackNotProverError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error NotProver(address caller)
func (holdfast *Holdfast) UnpackNotProverError(raw []byte) (*HoldfastNotProver, error) {
	out := new(HoldfastNotProver)
	if err := holdfast.abi.UnpackIntoInterface(out, "NotProver", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// HoldfastNotSubmitter represents a NotSubmitter error raised by the Holdfast contract.
type HoldfastNotSubmitter struct {
	Caller common.Address
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error NotSubmitter(address caller)
func HoldfastNotSubmitterErrorID() common.Hash {
	return common.HexToHash("0x16a049ca9f83d1910b3891eb48d94e59809f80c6be02e8251dc3fbabd5d65eb4")
}

// UnpackNotSubmitterError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error NotSubmitter(address caller)
func (holdfast *Holdfast) UnpackNotSubmitterError(raw []byte) (*HoldfastNotSubmitter, error) {
	out := new(HoldfastNotSubmitter)
	if err := holdfast.abi.UnpackIntoInterface(out, "NotSubmitter", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// HoldfastNothingToCommit represents a NothingToCommit error raised by the Holdfast contract.
type HoldfastNothingToCommit struct {
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error NothingToCommit()
func HoldfastNothingToCommitErrorID() common.Hash {
	return common.HexToHash("0x3d608c53025141d58f7c2b8cf543b1b19614e6afcd0d5756ab7d52fe9e7533ff")
}

// UnpackNothingToCommitError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error NothingToCommit()
func (holdfast *Holdfast) UnpackNothingToCommitError(raw []byte) (*HoldfastNothingToCommit, error) {
	out := new(HoldfastNothingToCommit)
	if err := holdfast.abi.UnpackIntoInterface(out, "NothingToCommit", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// HoldfastNothingToVerify represents a NothingToVerify error raised by the Holdfast contract.
type HoldfastNothingToVerify struct {
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error NothingToVerify()
func HoldfastNothingToVerifyErrorID() common.Hash {
	return common.HexToHash("0xdde395b6363c351c124979f95c0b822aa84acdc2237ac95ed004a6d733208f48")
}

// UnpackNothingToVerifyError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error NothingToVerify()
func (holdfast *Holdfast) UnpackNothingToVerifyError(raw []byte) (*HoldfastNothingToVerify, error) {
	out := new(HoldfastNothingToVerify)
	if err := holdfast.abi.UnpackIntoInterface(out, "NothingToVerify", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// HoldfastNumberMismatch represents a NumberMismatch error raised by the Holdfast contract.
type HoldfastNumberMismatch struct {
	Expected uint64
	Given    uint64
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error NumberMismatch(uint64 expected, uint64 given)
func HoldfastNumberMismatchErrorID() common.Hash {
	return common.HexToHash("0x4eff0ce484eb386d086a327c7ab0076b51a2235f3fae2ed359e4192e4d0e9cd7")
}

// UnpackNumberMismatchError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error NumberMismatch(uint64 expected, uint64 given)
func (holdfast *Holdfast) UnpackNumberMismatchError(raw []byte) (*HoldfastNumberMismatch, error) {
	out := new(HoldfastNumberMismatch)
	if err := holdfast.abi.UnpackIntoInterface(out, "NumberMismatch", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// HoldfastParentMismatch represents a ParentMismatch error raised by the Holdfast contract.
type HoldfastParentMismatch struct {
	Number   uint64
	Expected [32]byte
	Given    [32]byte
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error ParentMismatch(uint64 number, bytes32 expected, bytes32 given)
func HoldfastParentMismatchErrorID() common.Hash {
	return common.HexToHash("0x91e23f427929e22130be7018b1260eb704efab8a6373b9496877df888d164e80")
}

// UnpackParentMismatchError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error ParentMismatch(uint64 number, bytes32 expected, bytes32 given)
func (holdfast *Holdfast) UnpackParentMismatchError(raw []byte) (*HoldfastParentMismatch, error) {
	out := new(HoldfastParentMismatch)
	if err := holdfast.abi.UnpackIntoInterface(out, "ParentMismatch", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// HoldfastPreRootMismatch represents a PreRootMismatch error raised by the Holdfast contract.
type HoldfastPreRootMismatch struct {
	Number   uint64
	Expected [32]byte
	Given    [32]byte
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error PreRootMismatch(uint64 number, bytes32 expected, bytes32 given)
func HoldfastPreRootMismatchErrorID() common.Hash {
	return common.HexToHash("0x72f0026980ee84523857f6d097feb208fb49e0f9ccf6708ab077c03177d43385")
}

// UnpackPreRootMismatchError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error PreRootMismatch(uint64 number, bytes32 expected, bytes32 given)
func (holdfast *Holdfast) UnpackPreRootMismatchError(raw []byte) (*HoldfastPreRootMismatch, error) {
	out := new(HoldfastPreRootMismatch)
	if err := holdfast.abi.UnpackIntoInterface(out, "PreRootMismatch", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// HoldfastProgramExists represents a ProgramExists error raised by the Holdfast contract.
type HoldfastProgramExists struct {
	Version uint32
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error ProgramExists(uint32 version)
func HoldfastProgramExistsErrorID() common.Hash {
	return common.HexToHash("0xbb3b7f8acd341d9313d9ab7b81e34c4ece859c108959f04459dd24ca560ae670")
}

// UnpackProgramExistsError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error ProgramExists(uint32 version)
func (holdfast *Holdfast) UnpackProgramExistsError(raw []byte) (*HoldfastProgramExists, error) {
	out := new(HoldfastProgramExists)
	if err := holdfast.abi.UnpackIntoInterface(out, "ProgramExists", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// HoldfastProgramUnknown represents a ProgramUnknown error raised by the Holdfast contract.
type HoldfastProgramUnknown struct {
	Version uint32
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error ProgramUnknown(uint32 version)
func HoldfastProgramUnknownErrorID() common.Hash {
	return common.HexToHash("0x87ffc514625508227b574ba3bcc5b6f26c542b8403ab4832854006e286cd6a18")
}

// UnpackProgramUnknownError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error ProgramUnknown(uint32 version)
func (holdfast *Holdfast) UnpackProgramUnknownError(raw []byte) (*HoldfastProgramUnknown, error) {
	out := new(HoldfastProgramUnknown)
	if err := holdfast.abi.UnpackIntoInterface(out, "ProgramUnknown", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// HoldfastProviderUnsupported represents a ProviderUnsupported error raised by the Holdfast contract.
type HoldfastProviderUnsupported struct {
	Number   uint64
	Provider uint8
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error ProviderUnsupported(uint64 number, uint8 provider)
func HoldfastProviderUnsupportedErrorID() common.Hash {
	return common.HexToHash("0x6add72e672c8bdb7bcc519fff97e74ffc9e906bc5bb4c344d1c0243aceb72c89")
}

// UnpackProviderUnsupportedError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error ProviderUnsupported(uint64 number, uint8 provider)
func (holdfast *Holdfast) UnpackProviderUnsupportedError(raw []byte) (*HoldfastProviderUnsupported, error) {
	out := new(HoldfastProviderUnsupported)
	if err := holdfast.abi.UnpackIntoInterface(out, "ProviderUnsupported", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// HoldfastReferencesMismatch represents a ReferencesMismatch error raised by the Holdfast contract.
type HoldfastReferencesMismatch struct {
	Headers *big.Int
	Refs    *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error ReferencesMismatch(uint256 headers, uint256 refs)
func HoldfastReferencesMismatchErrorID() common.Hash {
	return common.HexToHash("0x75e39ee26a8a9911ad64225a4024b58bc868c6dac6febb52d07eb3c196b3ae73")
}

// UnpackReferencesMismatchError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error ReferencesMismatch(uint256 headers, uint256 refs)
func (holdfast *Holdfast) UnpackReferencesMismatchError(raw []byte) (*HoldfastReferencesMismatch, error) {
	out := new(HoldfastReferencesMismatch)
	if err := holdfast.abi.UnpackIntoInterface(out, "ReferencesMismatch", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// HoldfastZeroAddress represents a ZeroAddress error raised by the Holdfast contract.
type HoldfastZeroAddress struct {
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error ZeroAddress()
func HoldfastZeroAddressErrorID() common.Hash {
	return common.HexToHash("0xd92e233df2717d4a40030e20904abd27b68fcbeede117eaaccbbdac9618c8c73")
}

// UnpackZeroAddressError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error ZeroAddress()
func (holdfast *Holdfast) UnpackZeroAddressError(raw []byte) (*HoldfastZeroAddress, error) {
	out := new(HoldfastZeroAddress)
	if err := holdfast.abi.UnpackIntoInterface(out, "ZeroAddress", raw); err != nil {
		return nil, err
	}
	return out, nil
}
