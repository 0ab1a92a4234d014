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

// HoldfastState is an auto generated low-level Go binding around an user-defined struct.
type HoldfastState struct {
	Lineage       [16]byte
	Epoch         uint64
	LastCommitted uint64
	LastVerified  uint64
	LastHash      [32]byte
	LastRoot      [32]byte
	InboxConsumed uint64
	InboxLength   uint64
	Paused        bool
	Owner         common.Address
	Submitter     common.Address
	Prover        common.Address
	Guardian      common.Address
}

// Withdrawal is an auto generated low-level Go binding around an user-defined struct.
type Withdrawal struct {
	Index   uint64
	Asset   uint32
	Account common.Address
	Amount  uint64
}

// WithdrawalProof is an auto generated low-level Go binding around an user-defined struct.
type WithdrawalProof struct {
	Position uint32
	Count    uint32
	Siblings [][32]byte
}

// ExecutionOnlyVerifierMetaData contains all meta data concerning the ExecutionOnlyVerifier contract.
var ExecutionOnlyVerifierMetaData = bind.MetaData{
	ABI: "[{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"chainId\",\"type\":\"uint256\"}],\"name\":\"NotADevelopmentChain\",\"type\":\"error\"},{\"inputs\":[],\"name\":\"ProofNotExpected\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"bytes\",\"name\":\"\",\"type\":\"bytes\"},{\"internalType\":\"bytes\",\"name\":\"proof\",\"type\":\"bytes\"}],\"name\":\"verify\",\"outputs\":[],\"stateMutability\":\"view\",\"type\":\"function\"}]",
	ID:  "cd0c893f657f8ea54e83835b4480c2cc01",
	Bin: "0x6080604052348015600e575f5ffd5b506101828061001c5f395ff3fe608060405234801561000f575f5ffd5b5060043610610029575f3560e01c8063f7e83aee1461002d575b5f5ffd5b61004061003b366004610116565b610042565b005b4661053914158015610056575046617a6914155b15610093576040517fd84a677200000000000000000000000000000000000000000000000000000000815246600482015260240160405180910390fd5b80156100cb576040517f8069a6ae00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b50505050565b5f5f83601f8401126100e1575f5ffd5b50813567ffffffffffffffff8111156100f8575f5ffd5b60208301915083602082850101111561010f575f5ffd5b9250929050565b5f5f5f5f60408587031215610129575f5ffd5b843567ffffffffffffffff81111561013f575f5ffd5b61014b878288016100d1565b909550935050602085013567ffffffffffffffff81111561016a575f5ffd5b610176878288016100d1565b9598949750955050505056",
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
// the contract method with ID 0xf7e83aee.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function verify(bytes , bytes proof) view returns()
func (executionOnlyVerifier *ExecutionOnlyVerifier) PackVerify(arg0 []byte, proof []byte) []byte {
	enc, err := executionOnlyVerifier.abi.Pack("verify", arg0, proof)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackVerify is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xf7e83aee.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function verify(bytes , bytes proof) view returns()
func (executionOnlyVerifier *ExecutionOnlyVerifier) TryPackVerify(arg0 []byte, proof []byte) ([]byte, error) {
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
	ABI: "[{\"inputs\":[{\"internalType\":\"address\",\"name\":\"owner_\",\"type\":\"address\"},{\"internalType\":\"address\",\"name\":\"submitter_\",\"type\":\"address\"},{\"internalType\":\"address\",\"name\":\"prover_\",\"type\":\"address\"},{\"internalType\":\"address\",\"name\":\"guardian_\",\"type\":\"address\"},{\"internalType\":\"bytes32\",\"name\":\"genesisRoot_\",\"type\":\"bytes32\"},{\"internalType\":\"uint32\",\"name\":\"programVersion\",\"type\":\"uint32\"},{\"internalType\":\"contractIVerifier\",\"name\":\"verifier\",\"type\":\"address\"},{\"internalType\":\"uint64\",\"name\":\"programDelay_\",\"type\":\"uint64\"}],\"stateMutability\":\"nonpayable\",\"type\":\"constructor\"},{\"inputs\":[{\"internalType\":\"uint64\",\"name\":\"index\",\"type\":\"uint64\"}],\"name\":\"AlreadyClaimed\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint64\",\"name\":\"number\",\"type\":\"uint64\"},{\"internalType\":\"uint64\",\"name\":\"lastVerified\",\"type\":\"uint64\"}],\"name\":\"AlreadyVerified\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"amount\",\"type\":\"uint256\"},{\"internalType\":\"uint256\",\"name\":\"unit\",\"type\":\"uint256\"}],\"name\":\"AmountNotWhole\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"amount\",\"type\":\"uint256\"},{\"internalType\":\"uint64\",\"name\":\"held\",\"type\":\"uint64\"}],\"name\":\"AmountTooLarge\",\"type\":\"error\"},{\"inputs\":[],\"name\":\"AmountZero\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint32\",\"name\":\"asset\",\"type\":\"uint32\"}],\"name\":\"AssetListed\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint32\",\"name\":\"asset\",\"type\":\"uint32\"}],\"name\":\"AssetUnknown\",\"type\":\"error\"},{\"inputs\":[],\"name\":\"AssetZero\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint64\",\"name\":\"number\",\"type\":\"uint64\"},{\"internalType\":\"uint256\",\"name\":\"blob\",\"type\":\"uint256\"}],\"name\":\"BlobMissing\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"blob\",\"type\":\"uint256\"}],\"name\":\"BlobUnnamed\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"size\",\"type\":\"uint256\"}],\"name\":\"CalldataUnnamed\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint64\",\"name\":\"number\",\"type\":\"uint64\"},{\"internalType\":\"bytes32\",\"name\":\"expected\",\"type\":\"bytes32\"},{\"internalType\":\"bytes32\",\"name\":\"given\",\"type\":\"bytes32\"}],\"name\":\"CommitmentMismatch\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint32\",\"name\":\"asset\",\"type\":\"uint32\"}],\"name\":\"DepositsClosed\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint64\",\"name\":\"last\",\"type\":\"uint64\"},{\"internalType\":\"uint64\",\"name\":\"given\",\"type\":\"uint64\"}],\"name\":\"EpochTooOld\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"length\",\"type\":\"uint256\"}],\"name\":\"HeaderLength\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint64\",\"name\":\"number\",\"type\":\"uint64\"},{\"internalType\":\"bytes32\",\"name\":\"expected\",\"type\":\"bytes32\"},{\"internalType\":\"bytes32\",\"name\":\"given\",\"type\":\"bytes32\"}],\"name\":\"HeaderMismatch\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint8\",\"name\":\"version\",\"type\":\"uint8\"}],\"name\":\"HeaderVersionUnknown\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint32\",\"name\":\"asset\",\"type\":\"uint32\"},{\"internalType\":\"uint64\",\"name\":\"held\",\"type\":\"uint64\"},{\"internalType\":\"uint64\",\"name\":\"amount\",\"type\":\"uint64\"}],\"name\":\"HeldTooLittle\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint64\",\"name\":\"number\",\"type\":\"uint64\"},{\"internalType\":\"uint64\",\"name\":\"to\",\"type\":\"uint64\"},{\"internalType\":\"bytes32\",\"name\":\"expected\",\"type\":\"bytes32\"},{\"internalType\":\"bytes32\",\"name\":\"given\",\"type\":\"bytes32\"}],\"name\":\"InboxHashMismatch\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint64\",\"name\":\"number\",\"type\":\"uint64\"},{\"internalType\":\"uint64\",\"name\":\"expected\",\"type\":\"uint64\"},{\"internalType\":\"uint64\",\"name\":\"from\",\"type\":\"uint64\"},{\"internalType\":\"uint64\",\"name\":\"to\",\"type\":\"uint64\"}],\"name\":\"InboxMismatch\",\"type\":\"error\"},{\"inputs\":[],\"name\":\"IsNotPaused\",\"type\":\"error\"},{\"inputs\":[],\"name\":\"IsPaused\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"bytes16\",\"name\":\"registered\",\"type\":\"bytes16\"},{\"internalType\":\"bytes16\",\"name\":\"given\",\"type\":\"bytes16\"}],\"name\":\"LineageMismatch\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"bytes16\",\"name\":\"lineage\",\"type\":\"bytes16\"}],\"name\":\"LineageReused\",\"type\":\"error\"},{\"inputs\":[],\"name\":\"LineageZero\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"token\",\"type\":\"address\"}],\"name\":\"NotAToken\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint64\",\"name\":\"number\",\"type\":\"uint64\"},{\"internalType\":\"uint64\",\"name\":\"lastCommitted\",\"type\":\"uint64\"}],\"name\":\"NotCommitted\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"caller\",\"type\":\"address\"}],\"name\":\"NotGuardian\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint64\",\"name\":\"expected\",\"type\":\"uint64\"},{\"internalType\":\"uint64\",\"name\":\"given\",\"type\":\"uint64\"}],\"name\":\"NotNext\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"caller\",\"type\":\"address\"}],\"name\":\"NotOwner\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"caller\",\"type\":\"address\"}],\"name\":\"NotPendingOwner\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"caller\",\"type\":\"address\"}],\"name\":\"NotProver\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"caller\",\"type\":\"address\"},{\"internalType\":\"address\",\"name\":\"account\",\"type\":\"address\"}],\"name\":\"NotRecipient\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"caller\",\"type\":\"address\"}],\"name\":\"NotSubmitter\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint64\",\"name\":\"number\",\"type\":\"uint64\"},{\"internalType\":\"uint64\",\"name\":\"lastVerified\",\"type\":\"uint64\"}],\"name\":\"NotVerified\",\"type\":\"error\"},{\"inputs\":[],\"name\":\"NothingToCommit\",\"type\":\"error\"},{\"inputs\":[],\"name\":\"NothingToVerify\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint64\",\"name\":\"expected\",\"type\":\"uint64\"},{\"internalType\":\"uint64\",\"name\":\"given\",\"type\":\"uint64\"}],\"name\":\"NumberMismatch\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint64\",\"name\":\"number\",\"type\":\"uint64\"},{\"internalType\":\"bytes32\",\"name\":\"expected\",\"type\":\"bytes32\"},{\"internalType\":\"bytes32\",\"name\":\"given\",\"type\":\"bytes32\"}],\"name\":\"ParentMismatch\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint64\",\"name\":\"number\",\"type\":\"uint64\"},{\"internalType\":\"bytes32\",\"name\":\"expected\",\"type\":\"bytes32\"},{\"internalType\":\"bytes32\",\"name\":\"given\",\"type\":\"bytes32\"}],\"name\":\"PreRootMismatch\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint32\",\"name\":\"version\",\"type\":\"uint32\"}],\"name\":\"ProgramExists\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint32\",\"name\":\"version\",\"type\":\"uint32\"}],\"name\":\"ProgramUnknown\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"bytes32\",\"name\":\"expected\",\"type\":\"bytes32\"},{\"internalType\":\"bytes32\",\"name\":\"given\",\"type\":\"bytes32\"}],\"name\":\"ProofInvalid\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint32\",\"name\":\"position\",\"type\":\"uint32\"},{\"internalType\":\"uint32\",\"name\":\"count\",\"type\":\"uint32\"},{\"internalType\":\"uint256\",\"name\":\"siblings\",\"type\":\"uint256\"}],\"name\":\"ProofMalformed\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"headers\",\"type\":\"uint256\"},{\"internalType\":\"uint256\",\"name\":\"proofs\",\"type\":\"uint256\"}],\"name\":\"ProofsMismatch\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint64\",\"name\":\"number\",\"type\":\"uint64\"},{\"internalType\":\"uint8\",\"name\":\"provider\",\"type\":\"uint8\"}],\"name\":\"ProviderUnsupported\",\"type\":\"error\"},{\"inputs\":[],\"name\":\"Reentered\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint64\",\"name\":\"number\",\"type\":\"uint64\"}],\"name\":\"ReferenceMalformed\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"headers\",\"type\":\"uint256\"},{\"internalType\":\"uint256\",\"name\":\"refs\",\"type\":\"uint256\"}],\"name\":\"ReferencesMismatch\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint8\",\"name\":\"scale\",\"type\":\"uint8\"}],\"name\":\"ScaleTooLarge\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"token\",\"type\":\"address\"},{\"internalType\":\"uint32\",\"name\":\"asset\",\"type\":\"uint32\"}],\"name\":\"TokenExists\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"token\",\"type\":\"address\"}],\"name\":\"TokenUnknown\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"token\",\"type\":\"address\"}],\"name\":\"TransferFailed\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"expected\",\"type\":\"uint256\"},{\"internalType\":\"uint256\",\"name\":\"received\",\"type\":\"uint256\"}],\"name\":\"TransferIncomplete\",\"type\":\"error\"},{\"inputs\":[],\"name\":\"ZeroAddress\",\"type\":\"error\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"uint64\",\"name\":\"number\",\"type\":\"uint64\"},{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"postRoot\",\"type\":\"bytes32\"},{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"headerHash\",\"type\":\"bytes32\"},{\"components\":[{\"internalType\":\"uint8\",\"name\":\"provider\",\"type\":\"uint8\"},{\"internalType\":\"uint8\",\"name\":\"codec\",\"type\":\"uint8\"},{\"internalType\":\"bytes32\",\"name\":\"commitment\",\"type\":\"bytes32\"},{\"internalType\":\"uint32\",\"name\":\"size\",\"type\":\"uint32\"},{\"internalType\":\"bytes\",\"name\":\"extra\",\"type\":\"bytes\"}],\"indexed\":false,\"internalType\":\"structDaRef\",\"name\":\"ref\",\"type\":\"tuple\"}],\"name\":\"BatchCommitted\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"uint64\",\"name\":\"number\",\"type\":\"uint64\"},{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"headerHash\",\"type\":\"bytes32\"}],\"name\":\"BatchReverted\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"uint64\",\"name\":\"number\",\"type\":\"uint64\"},{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"postRoot\",\"type\":\"bytes32\"},{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"headerHash\",\"type\":\"bytes32\"}],\"name\":\"BatchVerified\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"uint64\",\"name\":\"index\",\"type\":\"uint64\"},{\"indexed\":true,\"internalType\":\"address\",\"name\":\"account\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"uint32\",\"name\":\"asset\",\"type\":\"uint32\"},{\"indexed\":false,\"internalType\":\"uint64\",\"name\":\"amount\",\"type\":\"uint64\"},{\"indexed\":false,\"internalType\":\"address\",\"name\":\"recipient\",\"type\":\"address\"}],\"name\":\"Claimed\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"uint64\",\"name\":\"index\",\"type\":\"uint64\"},{\"indexed\":true,\"internalType\":\"address\",\"name\":\"account\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"address\",\"name\":\"token\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"uint64\",\"name\":\"amount\",\"type\":\"uint64\"},{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"inboxHash\",\"type\":\"bytes32\"}],\"name\":\"Deposited\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"uint32\",\"name\":\"asset\",\"type\":\"uint32\"},{\"indexed\":false,\"internalType\":\"bool\",\"name\":\"open\",\"type\":\"bool\"}],\"name\":\"DepositsOpened\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"uint64\",\"name\":\"epoch\",\"type\":\"uint64\"}],\"name\":\"EpochAdvanced\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"bytes16\",\"name\":\"lineage\",\"type\":\"bytes16\"}],\"name\":\"LineageRegistered\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"address\",\"name\":\"owner\",\"type\":\"address\"},{\"indexed\":true,\"internalType\":\"address\",\"name\":\"pendingOwner\",\"type\":\"address\"}],\"name\":\"OwnershipOffered\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"address\",\"name\":\"owner\",\"type\":\"address\"}],\"name\":\"OwnershipTaken\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":false,\"internalType\":\"address\",\"name\":\"by\",\"type\":\"address\"}],\"name\":\"Paused\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"uint32\",\"name\":\"version\",\"type\":\"uint32\"}],\"name\":\"ProgramRetired\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"uint32\",\"name\":\"version\",\"type\":\"uint32\"},{\"indexed\":false,\"internalType\":\"address\",\"name\":\"verifier\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"uint64\",\"name\":\"activeFrom\",\"type\":\"uint64\"}],\"name\":\"ProgramScheduled\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":false,\"internalType\":\"address\",\"name\":\"submitter\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"address\",\"name\":\"prover\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"address\",\"name\":\"guardian\",\"type\":\"address\"}],\"name\":\"RolesChanged\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"bytes16\",\"name\":\"from\",\"type\":\"bytes16\"},{\"indexed\":true,\"internalType\":\"bytes16\",\"name\":\"to\",\"type\":\"bytes16\"},{\"indexed\":false,\"internalType\":\"uint64\",\"name\":\"lastCommitted\",\"type\":\"uint64\"},{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"headerHash\",\"type\":\"bytes32\"}],\"name\":\"TakenOver\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"uint32\",\"name\":\"asset\",\"type\":\"uint32\"},{\"indexed\":true,\"internalType\":\"address\",\"name\":\"token\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"uint8\",\"name\":\"scale\",\"type\":\"uint8\"}],\"name\":\"TokenListed\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":false,\"internalType\":\"address\",\"name\":\"by\",\"type\":\"address\"}],\"name\":\"Unpaused\",\"type\":\"event\"},{\"inputs\":[],\"name\":\"CLAIMS_HOLD\",\"outputs\":[{\"internalType\":\"uint64\",\"name\":\"\",\"type\":\"uint64\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"MAX_HELD\",\"outputs\":[{\"internalType\":\"uint64\",\"name\":\"\",\"type\":\"uint64\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"MAX_SCALE\",\"outputs\":[{\"internalType\":\"uint8\",\"name\":\"\",\"type\":\"uint8\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"acceptOwnership\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"token\",\"type\":\"address\"}],\"name\":\"assetOf\",\"outputs\":[{\"internalType\":\"uint32\",\"name\":\"\",\"type\":\"uint32\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"bytes\",\"name\":\"header\",\"type\":\"bytes\"},{\"components\":[{\"internalType\":\"uint64\",\"name\":\"index\",\"type\":\"uint64\"},{\"internalType\":\"uint32\",\"name\":\"asset\",\"type\":\"uint32\"},{\"internalType\":\"address\",\"name\":\"account\",\"type\":\"address\"},{\"internalType\":\"uint64\",\"name\":\"amount\",\"type\":\"uint64\"}],\"internalType\":\"structWithdrawal\",\"name\":\"w\",\"type\":\"tuple\"},{\"components\":[{\"internalType\":\"uint32\",\"name\":\"position\",\"type\":\"uint32\"},{\"internalType\":\"uint32\",\"name\":\"count\",\"type\":\"uint32\"},{\"internalType\":\"bytes32[]\",\"name\":\"siblings\",\"type\":\"bytes32[]\"}],\"internalType\":\"structWithdrawalProof\",\"name\":\"p\",\"type\":\"tuple\"},{\"internalType\":\"address\",\"name\":\"recipient\",\"type\":\"address\"}],\"name\":\"claim\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"uint64\",\"name\":\"epoch\",\"type\":\"uint64\"},{\"internalType\":\"bytes[]\",\"name\":\"headers\",\"type\":\"bytes[]\"},{\"components\":[{\"internalType\":\"uint8\",\"name\":\"provider\",\"type\":\"uint8\"},{\"internalType\":\"uint8\",\"name\":\"codec\",\"type\":\"uint8\"},{\"internalType\":\"bytes32\",\"name\":\"commitment\",\"type\":\"bytes32\"},{\"internalType\":\"uint32\",\"name\":\"size\",\"type\":\"uint32\"},{\"internalType\":\"bytes\",\"name\":\"extra\",\"type\":\"bytes\"}],\"internalType\":\"structDaRef[]\",\"name\":\"refs\",\"type\":\"tuple[]\"}],\"name\":\"commitBatches\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"createdBlock\",\"outputs\":[{\"internalType\":\"uint64\",\"name\":\"\",\"type\":\"uint64\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"account\",\"type\":\"address\"}],\"name\":\"depositETH\",\"outputs\":[],\"stateMutability\":\"payable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"token\",\"type\":\"address\"},{\"internalType\":\"address\",\"name\":\"account\",\"type\":\"address\"},{\"internalType\":\"uint256\",\"name\":\"amount\",\"type\":\"uint256\"}],\"name\":\"depositToken\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"genesisRoot\",\"outputs\":[{\"internalType\":\"bytes32\",\"name\":\"\",\"type\":\"bytes32\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"guardian\",\"outputs\":[{\"internalType\":\"address\",\"name\":\"\",\"type\":\"address\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"uint64\",\"name\":\"number\",\"type\":\"uint64\"}],\"name\":\"headerHashes\",\"outputs\":[{\"internalType\":\"bytes32\",\"name\":\"\",\"type\":\"bytes32\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"uint64\",\"name\":\"length\",\"type\":\"uint64\"}],\"name\":\"inboxHashes\",\"outputs\":[{\"internalType\":\"bytes32\",\"name\":\"\",\"type\":\"bytes32\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"inboxLength\",\"outputs\":[{\"internalType\":\"uint64\",\"name\":\"\",\"type\":\"uint64\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"uint64\",\"name\":\"number\",\"type\":\"uint64\"}],\"name\":\"inspect\",\"outputs\":[{\"components\":[{\"internalType\":\"bytes16\",\"name\":\"lineage\",\"type\":\"bytes16\"},{\"internalType\":\"uint64\",\"name\":\"epoch\",\"type\":\"uint64\"},{\"internalType\":\"uint64\",\"name\":\"lastCommitted\",\"type\":\"uint64\"},{\"internalType\":\"uint64\",\"name\":\"lastVerified\",\"type\":\"uint64\"},{\"internalType\":\"bytes32\",\"name\":\"lastHash\",\"type\":\"bytes32\"},{\"internalType\":\"bytes32\",\"name\":\"lastRoot\",\"type\":\"bytes32\"},{\"internalType\":\"uint64\",\"name\":\"inboxConsumed\",\"type\":\"uint64\"},{\"internalType\":\"uint64\",\"name\":\"inboxLength\",\"type\":\"uint64\"},{\"internalType\":\"bool\",\"name\":\"paused\",\"type\":\"bool\"},{\"internalType\":\"address\",\"name\":\"owner\",\"type\":\"address\"},{\"internalType\":\"address\",\"name\":\"submitter\",\"type\":\"address\"},{\"internalType\":\"address\",\"name\":\"prover\",\"type\":\"address\"},{\"internalType\":\"address\",\"name\":\"guardian\",\"type\":\"address\"}],\"internalType\":\"structHoldfast.State\",\"name\":\"state\",\"type\":\"tuple\"},{\"internalType\":\"bytes32\",\"name\":\"headerHash\",\"type\":\"bytes32\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"uint64\",\"name\":\"index\",\"type\":\"uint64\"}],\"name\":\"isClaimed\",\"outputs\":[{\"internalType\":\"bool\",\"name\":\"\",\"type\":\"bool\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"bytes\",\"name\":\"h\",\"type\":\"bytes\"}],\"name\":\"journal\",\"outputs\":[{\"internalType\":\"bytes\",\"name\":\"\",\"type\":\"bytes\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"lineage\",\"outputs\":[{\"internalType\":\"bytes16\",\"name\":\"\",\"type\":\"bytes16\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"bytes16\",\"name\":\"lineage\",\"type\":\"bytes16\"}],\"name\":\"lineageUsed\",\"outputs\":[{\"internalType\":\"bool\",\"name\":\"\",\"type\":\"bool\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"uint32\",\"name\":\"asset\",\"type\":\"uint32\"},{\"internalType\":\"address\",\"name\":\"token\",\"type\":\"address\"},{\"internalType\":\"uint8\",\"name\":\"scale\",\"type\":\"uint8\"}],\"name\":\"listToken\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"uint32\",\"name\":\"asset\",\"type\":\"uint32\"},{\"internalType\":\"bool\",\"name\":\"open\",\"type\":\"bool\"}],\"name\":\"openDeposits\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"owner\",\"outputs\":[{\"internalType\":\"address\",\"name\":\"\",\"type\":\"address\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"pause\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"pausedSince\",\"outputs\":[{\"internalType\":\"uint64\",\"name\":\"\",\"type\":\"uint64\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"pendingOwner\",\"outputs\":[{\"internalType\":\"address\",\"name\":\"\",\"type\":\"address\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"programDelay\",\"outputs\":[{\"internalType\":\"uint64\",\"name\":\"\",\"type\":\"uint64\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"uint32\",\"name\":\"version\",\"type\":\"uint32\"}],\"name\":\"programs\",\"outputs\":[{\"internalType\":\"contractIVerifier\",\"name\":\"verifier\",\"type\":\"address\"},{\"internalType\":\"uint64\",\"name\":\"activeFrom\",\"type\":\"uint64\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"prover\",\"outputs\":[{\"internalType\":\"address\",\"name\":\"\",\"type\":\"address\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"uint32\",\"name\":\"version\",\"type\":\"uint32\"}],\"name\":\"retireProgram\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"uint64\",\"name\":\"from\",\"type\":\"uint64\"},{\"internalType\":\"bytes\",\"name\":\"parent\",\"type\":\"bytes\"}],\"name\":\"revertBatches\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"uint32\",\"name\":\"version\",\"type\":\"uint32\"},{\"internalType\":\"contractIVerifier\",\"name\":\"verifier\",\"type\":\"address\"}],\"name\":\"scheduleProgram\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"submitter_\",\"type\":\"address\"},{\"internalType\":\"address\",\"name\":\"prover_\",\"type\":\"address\"},{\"internalType\":\"address\",\"name\":\"guardian_\",\"type\":\"address\"}],\"name\":\"setRoles\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"submitter\",\"outputs\":[{\"internalType\":\"address\",\"name\":\"\",\"type\":\"address\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"bytes16\",\"name\":\"to\",\"type\":\"bytes16\"},{\"internalType\":\"uint64\",\"name\":\"expectedLast\",\"type\":\"uint64\"},{\"internalType\":\"bytes32\",\"name\":\"expectedHash\",\"type\":\"bytes32\"}],\"name\":\"takeOver\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"uint32\",\"name\":\"asset\",\"type\":\"uint32\"}],\"name\":\"tokens\",\"outputs\":[{\"internalType\":\"address\",\"name\":\"token\",\"type\":\"address\"},{\"internalType\":\"uint8\",\"name\":\"scale\",\"type\":\"uint8\"},{\"internalType\":\"uint64\",\"name\":\"held\",\"type\":\"uint64\"},{\"internalType\":\"bool\",\"name\":\"listed\",\"type\":\"bool\"},{\"internalType\":\"bool\",\"name\":\"open\",\"type\":\"bool\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"next\",\"type\":\"address\"}],\"name\":\"transferOwnership\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"unpause\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"uint64\",\"name\":\"first\",\"type\":\"uint64\"},{\"internalType\":\"bytes[]\",\"name\":\"headers\",\"type\":\"bytes[]\"},{\"internalType\":\"bytes[]\",\"name\":\"proofs\",\"type\":\"bytes[]\"}],\"name\":\"verifyBatches\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"}]",
	ID:  "9ee09b6b8fbe4ecb60010de900224ae367",
	Bin: "0x60e060405234801561000f575f5ffd5b5060405161504538038061504583398101604081905261002e91610261565b6001600160a01b038816158061004b57506001600160a01b038216155b156100695760405163d92e233d60e01b815260040160405180910390fd5b5f80546001600160a01b0319166001600160a01b038a16908117825560405190917fdc3c82f4776932041f15a08f769aadd6ed44c2a975e64bbf0fde8cf812f8b6b891a26100b8878787610179565b6001600160401b0381811660805260a085905243811660c05260068590556040805180820182526001600160a01b03858116808352428516602080850182815263ffffffff8b165f818152600a8452889020965187549251909916600160a01b026001600160e01b0319909216989095169790971796909617909355835190815293840191909152917f950ab5da3191bf960e548f841da3f444c5f8ae4686df2ff44eb2e1df18a738f0910160405180910390a25050505050505050610315565b6001600160a01b038316158061019657506001600160a01b038216155b806101a857506001600160a01b038116155b156101c65760405163d92e233d60e01b815260040160405180910390fd5b600480546001600160a01b038581166001600160a01b0319928316811790935560028054868316908416811790915560038054928616929093168217909255604080519384526020840192909252908201527fbc8e5cec22009cb45324162584d043c03d372a645fa7c9dea262f45e52a278009060600160405180910390a1505050565b6001600160a01b038116811461025e575f5ffd5b50565b5f5f5f5f5f5f5f5f610100898b031215610279575f5ffd5b88516102848161024a565b60208a01519098506102958161024a565b60408a01519097506102a68161024a565b60608a01519096506102b78161024a565b60808a015160a08b0151919650945063ffffffff811681146102d7575f5ffd5b60c08a01519093506102e88161024a565b60e08a01519092506001600160401b0381168114610304575f5ffd5b809150509295985092959890939650565b60805160a05160c051614cf861034d5f395f61037501525f818161065101526115d401525f81816108cc015261125f0152614cf85ff3fe608060405260043610610291575f3560e01c80639720800311610165578063d1089980116100c6578063f6def7cf1161007c578063fbb6272d11610062578063fbb6272d14610990578063fd0f298214610a39578063fe08e9ea14610a67575f5ffd5b8063f6def7cf1461094b578063fb0f97a814610971575f5ffd5b8063e30c3978116100ac578063e30c3978146108ee578063f2fde38b1461090d578063f355be721461092c575f5ffd5b8063d108998014610723578063d54b04e6146108bb575f5ffd5b8063c70337211161011b578063c7f2762c11610101578063c7f2762c146106b3578063cc54ebf7146106d9578063cc77a17314610704575f5ffd5b8063c703372114610640578063c74656e714610681575f5ffd5b8063a9ece6651161014b578063a9ece66514610591578063b951ac31146105bd578063bb686456146105d3575f5ffd5b80639720800314610553578063a61e854414610572575f5ffd5b80635d73de1e1161020f5780638456cb59116101c55780638ae997ec116101ab5780638ae997ec146104f75780638da5cb5b146105165780638dc45d9a14610534575f5ffd5b80638456cb59146104c4578063874830be146104d8575f5ffd5b806379ba5097116101f557806379ba50971461043a5780637de10aaf1461044e57806381e09ea01461046d575f5ffd5b80635d73de1e146103d557806371f96211146103f4575f5ffd5b80633f4ba83a116102645780634593144c1161024a5780634593144c1461036457806347f7e7531461039757806354841e94146103b6575f5ffd5b80633f4ba83a14610331578063452a932014610345575f5ffd5b80632d2da8061461029557806332a8f30f146102aa57806333e32d02146102e657806337b8ec5914610305575b5f5ffd5b6102a86102a33660046141db565b610a92565b005b3480156102b5575f5ffd5b506002546102c9906001600160a01b031681565b6040516001600160a01b0390911681526020015b60405180910390f35b3480156102f1575f5ffd5b506102a861030036600461420e565b610b0c565b348015610310575f5ffd5b50610319610bed565b6040516001600160401b0390911681526020016102dd565b34801561033c575f5ffd5b506102a8610c02565b348015610350575f5ffd5b506003546102c9906001600160a01b031681565b34801561036f575f5ffd5b506103197f000000000000000000000000000000000000000000000000000000000000000081565b3480156103a2575f5ffd5b506102a86103b1366004614227565b610cc3565b3480156103c1575f5ffd5b506102a86103d0366004614260565b610d9e565b3480156103e0575f5ffd5b506102a86103ef3660046142b8565b610dda565b3480156103ff575f5ffd5b5061042561040e3660046141db565b600e6020525f908152604090205463ffffffff1681565b60405163ffffffff90911681526020016102dd565b348015610445575f5ffd5b506102a861110e565b348015610459575f5ffd5b506102a86104683660046142fa565b6111a9565b348015610478575f5ffd5b506104b461048736600461433a565b66ffffffffffffff600882901c165f908152600f6020526040902054600160ff9092169190911b16151590565b60405190151581526020016102dd565b3480156104cf575f5ffd5b506102a8611340565b3480156104e3575f5ffd5b50600b54610319906001600160401b031681565b348015610502575f5ffd5b506102a8610511366004614397565b6113f3565b348015610521575f5ffd5b505f546102c9906001600160a01b031681565b34801561053f575f5ffd5b506004546102c9906001600160a01b031681565b34801561055e575f5ffd5b506102a861056d366004614425565b6116c6565b34801561057d575f5ffd5b506102a861058c3660046144a3565b611a62565b34801561059c575f5ffd5b506105b06105ab36600461453e565b6121a5565b6040516102dd91906145aa565b3480156105c8575f5ffd5b5061031962093a8081565b3480156105de575f5ffd5b506106196105ed36600461420e565b600a6020525f90815260409020546001600160a01b03811690600160a01b90046001600160401b031682565b604080516001600160a01b0390931683526001600160401b039091166020830152016102dd565b34801561064b575f5ffd5b506106737f000000000000000000000000000000000000000000000000000000000000000081565b6040519081526020016102dd565b34801561068c575f5ffd5b5060075461069a9060801b81565b6040516001600160801b031990911681526020016102dd565b3480156106be575f5ffd5b5060045461031990600160a01b90046001600160401b031681565b3480156106e4575f5ffd5b506106736106f336600461433a565b60086020525f908152604090205481565b34801561070f575f5ffd5b506102a861071e366004614425565b61222f565b34801561072e575f5ffd5b506108ad61073d36600461433a565b604080516101a0810182525f80825260208201819052918101829052606081018290526080810182905260a0810182905260c0810182905260e0810182905261010081018290526101208101829052610140810182905261016081018290526101808101919091525060408051608080820183526005546001600160401b038082168452600160401b820481166020808601918252600160801b84048316868801908152600160c01b9094048316606080880191825288516101a081018a52600754881b6001600160801b0319168152955185168684015287518516868a01529251841692850192909252945182165f9081526008808752878220549585019590955260065460a08501529051821660c0840152600b54821660e0840152600454600160a01b81048316151561010085015281546001600160a01b039081166101208601529081166101408501526002548116610160850152600354166101808401529516855291529120549091565b6040516102dd9291906145bc565b3480156108c6575f5ffd5b506103197f000000000000000000000000000000000000000000000000000000000000000081565b3480156108f9575f5ffd5b506001546102c9906001600160a01b031681565b348015610918575f5ffd5b506102a86109273660046141db565b6126cb565b348015610937575f5ffd5b506102a8610946366004614719565b612754565b348015610956575f5ffd5b5061095f602481565b60405160ff90911681526020016102dd565b34801561097c575f5ffd5b506102a861098b366004614753565b61299b565b34801561099b575f5ffd5b506109f56109aa36600461420e565b600d6020525f90815260409020546001600160a01b0381169060ff600160a01b82048116916001600160401b03600160a81b82041691600160e81b8204811691600160f01b90041685565b604080516001600160a01b03909616865260ff90941660208601526001600160401b039092169284019290925290151560608301521515608082015260a0016102dd565b348015610a44575f5ffd5b506104b4610a53366004614780565b60096020525f908152604090205460ff1681565b348015610a72575f5ffd5b50610673610a8136600461433a565b600c6020525f908152604090205481565b600454600160a01b90046001600160401b031615610ac357604051631309a56360e01b815260040160405180910390fd5b60ff5f5c1615610ae65760405163b5dfd9e560e01b815260040160405180910390fd5b60015f805c60ff19168217905d50610aff5f8234612bec565b5f60ff19815c16815d5050565b5f546001600160a01b03163314610b3d5760405163245aecd360e01b81523360048201526024015b60405180910390fd5b63ffffffff81165f908152600a60205260409020546001600160a01b0316610b80576040516321fff14560e21b815263ffffffff82166004820152602401610b34565b63ffffffff81165f818152600a6020526040808220805467ffffffffffffffff60a01b19167bffffffffffffffff0000000000000000000000000000000000000000179055517f9752dd7e56b816e59542cdb0df7395a199d39e1ba1de26bff5cc4826337b5eb79190a250565b610bff60026001600160401b036147c1565b81565b5f546001600160a01b03163314610c2e5760405163245aecd360e01b8152336004820152602401610b34565b600454600160a01b90046001600160401b03165f03610c79576040517fbc871ce500000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b6004805467ffffffffffffffff60a01b191690556040513381527f5db9ee0a495bf2e6ff9c91a7834c1ba4fdd244a5e8aa4e537bd38aeae4b073aa906020015b60405180910390a1565b5f546001600160a01b03163314610cef5760405163245aecd360e01b8152336004820152602401610b34565b63ffffffff82165f908152600d6020526040902054600160e81b900460ff16610d3357604051631ef8f2a760e11b815263ffffffff83166004820152602401610b34565b63ffffffff82165f818152600d6020526040908190208054841515600160f01b0260ff60f01b19909116179055517f9bea4b98661e485a6988309c98e89fadd901d45baca2c2bf07e4e25c5e1b311b90610d9290841515815260200190565b60405180910390a25050565b5f546001600160a01b03163314610dca5760405163245aecd360e01b8152336004820152602401610b34565b610dd5838383613011565b505050565b5f546001600160a01b03163314610e065760405163245aecd360e01b8152336004820152602401610b34565b8263ffffffff165f03610e45576040517f945841a500000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b63ffffffff83165f908152600d6020526040902054600160e81b900460ff1615610ea3576040517f28f16b1100000000000000000000000000000000000000000000000000000000815263ffffffff84166004820152602401610b34565b6001600160a01b0382165f908152600e602052604090205463ffffffff1615610f20576001600160a01b0382165f818152600e6020526040908190205490517f439052a9000000000000000000000000000000000000000000000000000000008152600481019290925263ffffffff166024820152604401610b34565b6001600160a01b03821615801590610f4057506001600160a01b0382163b155b15610f695760405163f0ae59ab60e01b81526001600160a01b0383166004820152602401610b34565b602460ff82161115610fac576040517f0b10d66f00000000000000000000000000000000000000000000000000000000815260ff82166004820152602401610b34565b6040805160a0810182526001600160a01b0384811680835260ff85811660208086018281525f878901818152600160608a0181815260808b0191825263ffffffff8f16808552600d87528c85209b518c5496519451925193511515600160f01b0260ff60f01b19941515600160e81b027fffff00ffffffffffffffffffffffffffffffffffffffffffffffffffffffffff6001600160401b03909516600160a81b02949094167fffff000000000000000000ffffffffffffffffffffffffffffffffffffffffff96909b16600160a01b027fffffffffffffffffffffff00000000000000000000000000000000000000000090981691909c1617959095179290921696909617179490941695909517909555828252600e855290859020805463ffffffff19168417905593519384529290917f0ad826d2ff17ac29a4f105d6581e5e838a02afd3858fbcb6a8aac78e9ada00b2910160405180910390a3505050565b6001546001600160a01b03163314611154576040517fa09b9a43000000000000000000000000000000000000000000000000000000008152336004820152602401610b34565b5f80543373ffffffffffffffffffffffffffffffffffffffff19918216811783556001805490921690915560405190917fdc3c82f4776932041f15a08f769aadd6ed44c2a975e64bbf0fde8cf812f8b6b891a2565b5f546001600160a01b031633146111d55760405163245aecd360e01b8152336004820152602401610b34565b6001600160a01b0381166111fc5760405163d92e233d60e01b815260040160405180910390fd5b63ffffffff82165f908152600a60205260409020546001600160a01b031615611259576040517fbb3b7f8a00000000000000000000000000000000000000000000000000000000815263ffffffff83166004820152602401610b34565b5f6112847f0000000000000000000000000000000000000000000000000000000000000000426147ee565b6040805180820182526001600160a01b038581168083526001600160401b03858116602080860182815263ffffffff8c165f818152600a8452899020975188549251909516600160a01b027fffffffff0000000000000000000000000000000000000000000000000000000090921694909616939093179290921790945584519182528101929092529293507f950ab5da3191bf960e548f841da3f444c5f8ae4686df2ff44eb2e1df18a738f0910160405180910390a2505050565b6003546001600160a01b0316331461136d5760405163a252c15160e01b8152336004820152602401610b34565b600454600160a01b90046001600160401b03161561139e57604051631309a56360e01b815260040160405180910390fd5b6004805467ffffffffffffffff60a01b1916600160a01b426001600160401b0316021790556040513381527f62e78cea01bee320cd4e420270b5ea74000d11b0c9f74754ebdbfc544b05a25890602001610cb9565b6003546001600160a01b031633146114205760405163a252c15160e01b8152336004820152602401610b34565b604080516080810182526005546001600160401b038082168352600160401b8204811660208401819052600160801b8304821694840194909452600160c01b909104811660608301529091908516116114be5760208101516040517fea24e57f0000000000000000000000000000000000000000000000000000000081526001600160401b0380871660048301529091166024820152604401610b34565b805f01516001600160401b0316846001600160401b0316111561150a578051604051630243807160e21b81526001600160401b0380871660048301529091166024820152604401610b34565b835b815f01516001600160401b0316816001600160401b03161161159e576001600160401b0381165f818152600860209081526040918290205491519182527f2ccf12f180f0bd3fd68c1608f3b460a9adc099d8326e10fef5e741c2f6bf25d4910160405180910390a26001600160401b0381165f90815260086020526040812055806115968161480d565b91505061150c565b50836001600160401b03166001036116015781156115d257604051635f9fd76360e11b815260048101839052602401610b34565b7f00000000000000000000000000000000000000000000000000000000000000006006555f606082015261162d565b61161661160f600186614837565b84846130ef565b50605983013560065560b683013560c01c60608201525b611638600185614837565b6001600160401b0390811680835260058054602085015160408601516060909601518516600160c01b0277ffffffffffffffffffffffffffffffffffffffffffffffff968616600160801b02969096166fffffffffffffffffffffffffffffffff91909516600160401b026001600160801b0319909216909317179190911691909117919091179055505050565b600454600160a01b90046001600160401b0316156116f757604051631309a56360e01b815260040160405180910390fd5b6002546001600160a01b0316331461173d576040517fa972a6ef000000000000000000000000000000000000000000000000000000008152336004820152602401610b34565b5f839003611777576040517fdde395b600000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b8281146117ba576040517fcf5569d40000000000000000000000000000000000000000000000000000000081526004810184905260248101829052604401610b34565b604080516080810182526005546001600160401b038082168352600160401b8204811660208401819052600160801b8304821694840194909452600160c01b9091041660608201529061180e9060016147ee565b6001600160401b0316866001600160401b03161461187c5760208101516118369060016147ee565b6040517ff8d0538e0000000000000000000000000000000000000000000000000000000081526001600160401b0391821660048201529087166024820152604401610b34565b5f5b84811015611a17575f8260200151600161189891906147ee565b9050825f01516001600160401b0316816001600160401b031611156118e6578251604051630243807160e21b81526001600160401b0380841660048301529091166024820152604401610b34565b365f8888858181106118fa576118fa614856565b905060200281019061190c919061486a565b915091505f61191c8484846130ef565b905061192f61010e84013560e01c6131cf565b6001600160a01b031663f7e83aee611948838686613240565b8a8a8981811061195a5761195a614856565b905060200281019061196c919061486a565b6040518463ffffffff1660e01b815260040161198a939291906148d4565b5f6040518083038186803b1580156119a0575f5ffd5b505afa1580156119b2573d5f5f3e3d5ffd5b5050506001600160401b03851690507f6abaf4a731d42900cd1a76dc0d4bb23ddb3fc5d75869873713d349ca59631a6d605985013560408051918252602082018590520160405180910390a25050506001600160401b0316602083015260010161187e565b5060200151600580546001600160401b03909216600160401b027fffffffffffffffffffffffffffffffff0000000000000000ffffffffffffffff9092169190911790555050505050565b60ff5f5c1615611a855760405163b5dfd9e560e01b815260040160405180910390fd5b60015f805c60ff19168217905d50600454600160a01b90046001600160401b031615801590611adc5750600454611ad09062093a8090600160a01b90046001600160401b03166147ee565b6001600160401b031642105b15611afa57604051631309a56360e01b815260040160405180910390fd5b6001600160a01b038116611b215760405163d92e233d60e01b815260040160405180910390fd5b611b3160608401604085016141db565b6001600160a01b0316816001600160a01b031614158015611b735750611b5d60608401604085016141db565b6001600160a01b0316336001600160a01b031614155b15611bce5733611b8960608501604086016141db565b6040517f1ae35cca0000000000000000000000000000000000000000000000000000000081526001600160a01b03928316600482015291166024820152604401610b34565b6101128414611bf357604051635f9fd76360e11b815260048101859052602401610b34565b600554601186013560c01c90600160401b90046001600160401b0316811115611c67576005546040517f60171d840000000000000000000000000000000000000000000000000000000081526001600160401b038084166004830152600160401b9092049091166024820152604401610b34565b611c728187876130ef565b505f611c7e85856132b1565b905060de8701358114611cca576040517f0397af8f00000000000000000000000000000000000000000000000000000000815260de880135600482015260248101829052604401610b34565b5f600f816008611cdd60208a018a61433a565b6001600160401b0316901c6001600160401b031681526020019081526020015f205490505f865f016020810190611d14919061433a565b600160ff919091161b905081811615611d7257611d34602088018861433a565b6040517f15afccb00000000000000000000000000000000000000000000000000000000081526001600160401b039091166004820152602401610b34565b818117600f5f6008611d8760208c018c61433a565b6001600160401b0316901c6001600160401b031681526020019081526020015f20819055505f600d5f896020016020810190611dc3919061420e565b63ffffffff16815260208082019290925260409081015f20815160a08101835290546001600160a01b038116825260ff600160a01b82048116948301949094526001600160401b03600160a81b82041692820192909252600160e81b82048316151560608201819052600160f01b90920490921615156080830152909150611e7757611e556040890160208a0161420e565b604051631ef8f2a760e11b815263ffffffff9091166004820152602401610b34565b60408101516001600160401b0316611e9560808a0160608b0161433a565b6001600160401b03161115611f1a57611eb46040890160208a0161420e565b6040820151611ec960808b0160608c0161433a565b6040517f2afd470d00000000000000000000000000000000000000000000000000000000815263ffffffff90931660048401526001600160401b039182166024840152166044820152606401610b34565b611f2a6080890160608a0161433a565b8160400151611f399190614837565b600d5f611f4c60408c0160208d0161420e565b63ffffffff168152602081019190915260409081015f2080546001600160401b0393909316600160a81b027fffffff0000000000000000ffffffffffffffffffffffffffffffffffffffffff90931692909217909155611fb29060608a01908a016141db565b6001600160a01b0316611fc860208a018a61433a565b6001600160401b03167ffd7c59bbc299ee8bc68ca9f1143f63c98be2536f8dd8c707bcf0f17fd74ba6e861200260408c0160208d0161420e565b61201260808d0160608e0161433a565b6040805163ffffffff90931683526001600160401b0390911660208301526001600160a01b038b169082015260600160405180910390a35f816020015160ff16600a61205e91906149e6565b61206e60808b0160608c0161433a565b6001600160401b031661208191906149f1565b82519091506001600160a01b031661210b575f876001600160a01b0316826040515f6040518083038185875af1925050503d805f81146120dc576040519150601f19603f3d011682016040523d82523d5f602084013e6120e1565b606091505b5050905080612105576040516339f1c8d960e01b81525f6004820152602401610b34565b5061218b565b81516040516001600160a01b03891660248201526044810183905261218b919060640160408051601f198184030181529190526020810180517bffffffffffffffffffffffffffffffffffffffffffffffffffffffff167fa9059cbb00000000000000000000000000000000000000000000000000000000179052613725565b505f94505060ff19845c169250839150505d505050505050565b606061011282146121cc57604051635f9fd76360e11b815260048101839052602401610b34565b612226600284846040516121e1929190614a08565b602060405180830381855afa1580156121fc573d5f5f3e3d5ffd5b5050506040513d601f19601f8201168201806040525081019061221f9190614a17565b8484613240565b90505b92915050565b600454600160a01b90046001600160401b03161561226057604051631309a56360e01b815260040160405180910390fd5b6004546001600160a01b031633146122a6576040517f16a049ca000000000000000000000000000000000000000000000000000000008152336004820152602401610b34565b5f8390036122e0576040517f3d608c5300000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b828114612323576040517f75e39ee20000000000000000000000000000000000000000000000000000000081526004810184905260248101829052604401610b34565b604080516080810182526005546001600160401b038082168352600160401b820481166020840152600160801b82048116938301849052600160c01b90910481166060830152909190871610156123bf5760408082015190517fff294aee0000000000000000000000000000000000000000000000000000000081526001600160401b0391821660048201529087166024820152604401610b34565b80604001516001600160401b0316866001600160401b03161115612416576001600160401b0386166040808301829052517fceab4df314f59b1daf93da4e1ca6009206c691b486aa89acb5a6776b215a734b905f90a25b60408051610100810182525f808252602080830182815283850183905260608085018481526080860185815260a0870186905260c0870186905260e0870186905288516001600160401b03908116808952938a0151169093529084526008909252938220549052600654909252906124b090879087908161249957612499614856565b90506020028101906124ab919061486a565b613812565b6001600160801b03191660408201525f5b8581101561259e576124f6828888848181106124df576124df614856565b90506020028101906124f1919061486a565b6138dd565b6125238286868481811061250c5761250c614856565b905060200281019061251e9190614a2e565b613d08565b815f01516001600160401b03167f2a1ad2a6503910392ee8a2f2a83da624f5f20c9453feca7aef33bdfa7825e7e38360800151846060015188888681811061256d5761256d614856565b905060200281019061257f9190614a2e565b60405161258e93929190614a4c565b60405180910390a26001016124c1565b5060a081015149156125e4578060a001516040517ff1f3744f000000000000000000000000000000000000000000000000000000008152600401610b3491815260200190565b60e081015115612628578060e001516040517fc2482b09000000000000000000000000000000000000000000000000000000008152600401610b3491815260200190565b80516001600160401b0390811680845260208084015183166060860181905260058054928701516040909701516001600160801b0319909316909317600160401b96851696909602959095176fffffffffffffffffffffffffffffffff16600160801b919093160277ffffffffffffffffffffffffffffffffffffffffffffffff1691909117600160c01b90930292909217909155608001516006555050505050565b5f546001600160a01b031633146126f75760405163245aecd360e01b8152336004820152602401610b34565b6001805473ffffffffffffffffffffffffffffffffffffffff19166001600160a01b038381169182179092555f8054604051929316917f278a93ce3591db94ed65bf1107826228ec69e444fbe2006b25e1ba8f18955b7f9190a350565b6003546001600160a01b031633146127815760405163a252c15160e01b8152336004820152602401610b34565b6001600160801b031983165f036127ab57604051630e3417e360e31b815260040160405180910390fd5b6001600160801b031983165f9081526009602052604090205460ff161561280a576040517fbe05b4850000000000000000000000000000000000000000000000000000000081526001600160801b031984166004820152602401610b34565b604080516080810182526005546001600160401b03808216808452600160401b830482166020850152600160801b8304821694840194909452600160c01b9091048116606083015290919084161461288b5780516040516313bfc33960e21b81526001600160401b0391821660048201529084166024820152604401610b34565b6001600160401b0383165f908152600860205260409020548281146128dc57604051630fe5351b60e41b81526001600160401b03851660048201526024810182905260448101849052606401610b34565b6001600160801b03198581165f81815260096020908152604091829020805460ff1916600117905560075482516001600160401b038a168152918201869052929360809390931b909216917fbda77f48d22dbdaa0d2446a80136e18b48017cb84120324fa9d10122d2296a52910160405180910390a35050600780546001600160801b03191660809490941c939093179092555050600580547fffffffffffffffff0000000000000000ffffffffffffffffffffffffffffffff169055565b600454600160a01b90046001600160401b0316156129cc57604051631309a56360e01b815260040160405180910390fd5b60ff5f5c16156129ef5760405163b5dfd9e560e01b815260040160405180910390fd5b60015f805c60ff19168217905d506001600160a01b038316612a2f57604051635ea1c1ed60e01b81526001600160a01b0384166004820152602401610b34565b612a3a838383612bec565b6040516370a0823160e01b81523060048201525f906001600160a01b038516906370a0823190602401602060405180830381865afa158015612a7e573d5f5f3e3d5ffd5b505050506040513d601f19601f82011682018060405250810190612aa29190614a17565b60405133602482015230604482015260648101849052909150612b2190859060840160408051601f198184030181529190526020810180517bffffffffffffffffffffffffffffffffffffffffffffffffffffffff167f23b872dd00000000000000000000000000000000000000000000000000000000179052613725565b6040516370a0823160e01b81523060048201525f9082906001600160a01b038716906370a0823190602401602060405180830381865afa158015612b67573d5f5f3e3d5ffd5b505050506040513d601f19601f82011682018060405250810190612b8b9190614a17565b612b959190614b03565b9050828114612bda576040517f0ed317900000000000000000000000000000000000000000000000000000000081526004810184905260248101829052604401610b34565b505f905060ff19815c16815d50505050565b6001600160a01b038216612c135760405163d92e233d60e01b815260040160405180910390fd5b6001600160a01b0383165f908152600e602052604081205463ffffffff1690819003612c5d57604051635ea1c1ed60e01b81526001600160a01b0385166004820152602401610b34565b63ffffffff81165f908152600d6020908152604091829020825160a08101845290546001600160a01b038116825260ff600160a01b82048116938301939093526001600160401b03600160a81b82041693820193909352600160e81b8304821615156060820152600160f01b90920416151560808201819052612d14576040517f69838fba00000000000000000000000000000000000000000000000000000000815263ffffffff83166004820152602401610b34565b5f816020015160ff16600a612d2991906149e6565b9050835f03612d64576040517fcbca5aa200000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b612d6e8185614b16565b15612daf576040517fa404ea290000000000000000000000000000000000000000000000000000000081526004810185905260248101829052604401610b34565b5f612dba8286614b29565b6040840151909150612dd460026001600160401b036147c1565b612dde9190614837565b6001600160401b0316811115612e385760408084015190517fa9a55514000000000000000000000000000000000000000000000000000000008152600481018790526001600160401b039091166024820152604401610b34565b808360400151612e4891906147ee565b63ffffffff85165f908152600d6020908152604080832080547fffffff0000000000000000ffffffffffffffffffffffffffffffffffffffffff16600160a81b6001600160401b0396871602179055600b54938416808452600c83528184205482519384015277ffffffffffffffffffffffffffffffffffffffffffffffff1960c095861b8116928401929092526bffffffffffffffffffffffff1960608d811b821660488601528c901b16605c8401529385901b16607082015260029060780160408051601f1981840301815290829052612f2391614b3c565b602060405180830381855afa158015612f3e573d5f5f3e3d5ffd5b5050506040513d601f19601f82011682018060405250810190612f619190614a17565b905080600c5f612f728560016147ee565b6001600160401b0316815260208101919091526040015f2055612f968260016147ee565b600b805467ffffffffffffffff19166001600160401b03928316179055604080516001600160a01b038c811682528684166020830152918101849052908a16918416907fb4857758e5ca78ee920362bb2d7220deb2612f92afa8a226d36d266c7cb05b109060600160405180910390a3505050505050505050565b6001600160a01b038316158061302e57506001600160a01b038216155b8061304057506001600160a01b038116155b1561305e5760405163d92e233d60e01b815260040160405180910390fd5b600480546001600160a01b0385811673ffffffffffffffffffffffffffffffffffffffff19928316811790935560028054868316908416811790915560038054928616929093168217909255604080519384526020840192909252908201527fbc8e5cec22009cb45324162584d043c03d372a645fa7c9dea262f45e52a278009060600160405180910390a1505050565b5f610112821461311557604051635f9fd76360e11b815260048101839052602401610b34565b60028383604051613127929190614a08565b602060405180830381855afa158015613142573d5f5f3e3d5ffd5b5050506040513d601f19601f820116820180604052508101906131659190614a17565b6001600160401b0385165f9081526008602052604090205490915081146131c8576001600160401b0384165f8181526008602052604090819020549051630fe5351b60e41b81526004810192909252602482015260448101829052606401610b34565b9392505050565b63ffffffff81165f908152600a6020526040812080546001600160a01b0316158061320a57508054600160a01b90046001600160401b031642105b15613230576040516321fff14560e21b815263ffffffff84166004820152602401610b34565b546001600160a01b031692915050565b606083613251609a60398587614b52565b61325f60fe60ae8789614b52565b61326d60196011898b614b52565b463061327f61011261010e8d8f614b52565b6040516020016132999b9a99989796959493929190614b79565b60405160208183030381529060405290509392505050565b5f805b6132c4604084016020850161420e565b63ffffffff166001821b10156132e657806132de81614c00565b9150506132b4565b6132f6604084016020850161420e565b63ffffffff16613309602085018561420e565b63ffffffff1610158061332a5750806133256040850185614c18565b905014155b156133a35761333c602084018461420e565b61334c604085016020860161420e565b6133596040860186614c18565b6040517fe4c9df6600000000000000000000000000000000000000000000000000000000815263ffffffff9485166004820152939092166024840152506044820152606401610b34565b600260106133b4602087018761433a565b6133c4604088016020890161420e565b6133d46060890160408a016141db565b6133e460808a0160608b0161433a565b60405160200161349a95949392919060f89590951b7fff0000000000000000000000000000000000000000000000000000000000000016855260c093841b77ffffffffffffffffffffffffffffffffffffffffffffffff19908116600187015260e09390931b7fffffffff0000000000000000000000000000000000000000000000000000000016600986015260609190911b6bffffffffffffffffffffffff1916600d85015290911b16602182015260290190565b60408051601f19818403018152908290526134b491614b3c565b602060405180830381855afa1580156134cf573d5f5f3e3d5ffd5b5050506040513d601f19601f820116820180604052508101906134f29190614a17565b91505f613502602085018561420e565b63ffffffff1690505f5b8281101561364b575f6135226040870187614c18565b8381811061353257613532614856565b905060200201359050826001165f146135c357604051601160f81b6020820152602181018290526041810186905260029060610160408051601f198184030181529082905261358091614b3c565b602060405180830381855afa15801561359b573d5f5f3e3d5ffd5b5050506040513d601f19601f820116820180604052508101906135be9190614a17565b61363c565b604051601160f81b6020820152602181018690526041810182905260029060610160408051601f19818403018152908290526135fe91614b3c565b602060405180830381855afa158015613619573d5f5f3e3d5ffd5b5050506040513d601f19601f8201168201806040525081019061363c9190614a17565b945050600191821c910161350c565b5060026012613660604087016020880161420e565b60405160f89290921b7fff0000000000000000000000000000000000000000000000000000000000000016602083015260e01b7fffffffff000000000000000000000000000000000000000000000000000000001660218201526025810185905260450160408051601f19818403018152908290526136de91614b3c565b602060405180830381855afa1580156136f9573d5f5f3e3d5ffd5b5050506040513d601f19601f8201168201806040525081019061371c9190614a17565b95945050505050565b816001600160a01b03163b5f0361375a5760405163f0ae59ab60e01b81526001600160a01b0383166004820152602401610b34565b5f5f836001600160a01b0316836040516137749190614b3c565b5f604051808303815f865af19150503d805f81146137ad576040519150601f19603f3d011682016040523d82523d5f602084013e6137b2565b606091505b50915091508115806137e357508051158015906137e357506020815110806137e357506137de81614c5d565b600114155b1561380c576040516339f1c8d960e01b81526001600160a01b0385166004820152602401610b34565b50505050565b60075460801b6001600160801b031981165f0361222957610112821461384e57604051635f9fd76360e11b815260048101839052602401610b34565b5060018201356001600160801b031981165f0361387e57604051630e3417e360e31b815260040160405180910390fd5b60078054608083901c6001600160801b03199182161790915581165f81815260096020526040808220805460ff19166001179055517fab0cd6bfc2de6ea601216c577ba0dba901523a932b1cc25ffc97865771f68b209190a292915050565b610112811461390257604051635f9fd76360e11b815260048101829052602401610b34565b600182825f8161391457613914614856565b9050013560f81c60f81b60f81c60ff16146139755781815f81811061393b5761393b614856565b6040517fdb9479f400000000000000000000000000000000000000000000000000000000815292013560f81c600483015250602401610b34565b60408301516001600160801b03191660018301356001600160801b031916146139e857604083015160018301356040517f298f7e400000000000000000000000000000000000000000000000000000000081526001600160801b0319928316600482015291166024820152604401610b34565b8251601183013560c01c906139fe9060016147ee565b6001600160401b0316816001600160401b031614613a50578351613a239060016147ee565b6040516313bfc33960e21b81526001600160401b0391821660048201529082166024820152604401610b34565b6060840151601984013514613ab35760608401516040517f91e23f420000000000000000000000000000000000000000000000000000000081526001600160401b0383166004820152602481019190915260198401356044820152606401610b34565b6080840151603984013514613b165760808401516040517f72f002690000000000000000000000000000000000000000000000000000000081526001600160401b0383166004820152602481019190915260398401356044820152606401610b34565b5f60b684013560c01c60208601519091506001600160401b031660ae85013560c01c6001600160401b0316141580613b63575084602001516001600160401b0316816001600160401b0316105b15613bc85760208501516040517ff892b0040000000000000000000000000000000000000000000000000000000081526001600160401b038085166004830152918216602482015260ae86013560c01c60448201529082166064820152608401610b34565b6001600160401b0381165f908152600c60205260409020548060be860135141580613c0457506001600160401b03821615801590613c04575080155b15613c5f576040517f65c5e65f0000000000000000000000000000000000000000000000000000000081526001600160401b038085166004830152831660248201526044810182905260be8601356064820152608401610b34565b613c7061010e86013560e01c6131cf565b506001600160401b0383811687528216602087015260598501356080870152604051600290613ca29087908790614a08565b602060405180830381855afa158015613cbd573d5f5f3e3d5ffd5b5050506040513d601f19601f82011682018060405250810190613ce09190614a17565b606090960186905250506001600160401b03165f908152600860205260409020929092555050565b6002613d176020830183614c83565b60ff1603613d2d57613d298282613dd8565b5050565b6003613d3c6020830183614c83565b60ff1603613d4e57613d29828261404b565b6001613d5d6020830183614c83565b60ff1614158015613d7e57506004613d786020830183614c83565b60ff1614155b15613d29578151613d926020830183614c83565b6040517f6add72e60000000000000000000000000000000000000000000000000000000081526001600160401b03909216600483015260ff166024820152604401610b34565b613de5608082018261486a565b9050600614613e15578151604051635b9b366160e11b81526001600160401b039091166004820152602401610b34565b5f613e23608083018361486a565b5f818110613e3357613e33614856565b919091013560f81c91505f9050613e4d608084018461486a565b6001818110613e5e57613e5e614856565b919091013560f81c915050801580613e7f57506006613e7d8284614c9c565b115b80613ea757508360a001518214158015613ea7575060a0840151613ea4836001614c9c565b14155b15613ed3578351604051635b9b366160e11b81526001600160401b039091166004820152602401610b34565b5f816001600160401b03811115613eec57613eec614caf565b604051908082528060200260200182016040528015613f15578160200160208202803683370190505b5090505f5b82811015613fc457613f2c8185614c9c565b49828281518110613f3f57613f3f614856565b602002602001018181525050818181518110613f5d57613f5d614856565b60200260200101515f5f1b03613fbc578551613f798286614c9c565b6040517f7bc1a38b0000000000000000000000000000000000000000000000000000000081526001600160401b0390921660048301526024820152604401610b34565b600101613f1a565b505f81604051602001613fd79190614cc3565b6040516020818303038152906040528051906020012090508085604001351461403157855160408051630d4630bf60e11b81526001600160401b039092166004830152602482018390528601356044820152606401610b34565b61403b8385614c9c565b60a0909601959095525050505050565b614058608082018261486a565b9050600414614088578151604051635b9b366160e11b81526001600160401b039091166004820152602401610b34565b5f6140a1614099608084018461486a565b503560e01c90565b63ffffffff1690505f6140ba608084016060850161420e565b6140cb9063ffffffff166009614c9c565b9050368211806140da57508181115b806140f557508360c0015180156140f557508360e001518214155b15614121578351604051635b9b366160e11b81526001600160401b039091166004820152602401610b34565b5f61412c8336614b03565b90505f80823661413c8683614c9c565b9261414993929190614b52565b604051614157929190614a08565b60405180910390209050808560400135146141a357855160408051630d4630bf60e11b81526001600160401b039092166004830152602482018390528601356044820152606401610b34565b600160c08701526141b48385614b03565b60e0909601959095525050505050565b6001600160a01b03811681146141d8575f5ffd5b50565b5f602082840312156141eb575f5ffd5b81356131c8816141c4565b803563ffffffff81168114614209575f5ffd5b919050565b5f6020828403121561421e575f5ffd5b612226826141f6565b5f5f60408385031215614238575f5ffd5b614241836141f6565b915060208301358015158114614255575f5ffd5b809150509250929050565b5f5f5f60608486031215614272575f5ffd5b833561427d816141c4565b9250602084013561428d816141c4565b9150604084013561429d816141c4565b809150509250925092565b803560ff81168114614209575f5ffd5b5f5f5f606084860312156142ca575f5ffd5b6142d3846141f6565b925060208401356142e3816141c4565b91506142f1604085016142a8565b90509250925092565b5f5f6040838503121561430b575f5ffd5b614314836141f6565b91506020830135614255816141c4565b80356001600160401b0381168114614209575f5ffd5b5f6020828403121561434a575f5ffd5b61222682614324565b5f5f83601f840112614363575f5ffd5b5081356001600160401b03811115614379575f5ffd5b602083019150836020828501011115614390575f5ffd5b9250929050565b5f5f5f604084860312156143a9575f5ffd5b6143b284614324565b925060208401356001600160401b038111156143cc575f5ffd5b6143d886828701614353565b9497909650939450505050565b5f5f83601f8401126143f5575f5ffd5b5081356001600160401b0381111561440b575f5ffd5b6020830191508360208260051b8501011115614390575f5ffd5b5f5f5f5f5f60608688031215614439575f5ffd5b61444286614324565b945060208601356001600160401b0381111561445c575f5ffd5b614468888289016143e5565b90955093505060408601356001600160401b03811115614486575f5ffd5b614492888289016143e5565b969995985093965092949392505050565b5f5f5f5f5f85870360e08112156144b8575f5ffd5b86356001600160401b038111156144cd575f5ffd5b6144d989828a01614353565b9097509550506080601f19820112156144f0575f5ffd5b5060208601925060a08601356001600160401b0381111561450f575f5ffd5b860160608189031215614520575f5ffd5b915060c0860135614530816141c4565b809150509295509295909350565b5f5f6020838503121561454f575f5ffd5b82356001600160401b03811115614564575f5ffd5b61457085828601614353565b90969095509350505050565b5f81518084528060208401602086015e5f602082860101526020601f19601f83011685010191505092915050565b602081525f612226602083018461457c565b82516001600160801b03191681526101c0810160208401516145e960208401826001600160401b03169052565b50604084015161460460408401826001600160401b03169052565b50606084015161461f60608401826001600160401b03169052565b506080840151608083015260a084015160a083015260c084015161464e60c08401826001600160401b03169052565b5060e084015161466960e08401826001600160401b03169052565b5061010084015161467f61010084018215159052565b5061012084015161469c6101208401826001600160a01b03169052565b506101408401516146b96101408401826001600160a01b03169052565b506101608401516146d66101608401826001600160a01b03169052565b506101808401516146f36101808401826001600160a01b03169052565b50826101a08301529392505050565b80356001600160801b031981168114614209575f5ffd5b5f5f5f6060848603121561472b575f5ffd5b61473484614702565b925061474260208501614324565b929592945050506040919091013590565b5f5f5f60608486031215614765575f5ffd5b8335614770816141c4565b92506020840135614742816141c4565b5f60208284031215614790575f5ffd5b61222682614702565b634e487b7160e01b5f52601260045260245ffd5b634e487b7160e01b5f52601160045260245ffd5b5f6001600160401b038316806147d9576147d9614799565b806001600160401b0384160491505092915050565b6001600160401b038181168382160190811115612229576122296147ad565b5f6001600160401b0382166001600160401b03810361482e5761482e6147ad565b60010192915050565b6001600160401b038281168282160390811115612229576122296147ad565b634e487b7160e01b5f52603260045260245ffd5b5f5f8335601e1984360301811261487f575f5ffd5b8301803591506001600160401b03821115614898575f5ffd5b602001915036819003821315614390575f5ffd5b81835281816020850137505f828201602090810191909152601f909101601f19169091010190565b604081525f6148e6604083018661457c565b82810360208401526148f98185876148ac565b9695505050505050565b6001815b600184111561493e57808504811115614922576149226147ad565b600184161561493057908102905b60019390931c928002614907565b935093915050565b5f8261495457506001612229565b8161496057505f612229565b816001811461497657600281146149805761499c565b6001915050612229565b60ff841115614991576149916147ad565b50506001821b612229565b5060208310610133831016604e8410600b84101617156149bf575081810a612229565b6149cb5f198484614903565b805f19048211156149de576149de6147ad565b029392505050565b5f6122268383614946565b8082028115828204841417612229576122296147ad565b818382375f9101908152919050565b5f60208284031215614a27575f5ffd5b5051919050565b5f8235609e19833603018112614a42575f5ffd5b9190910192915050565b8381528260208201526060604082015260ff614a67836142a8565b16606082015260ff614a7b602084016142a8565b166080820152604082013560a08201525f63ffffffff614a9d606085016141f6565b1660c08301526080830135601e19843603018112614ab9575f5ffd5b83016020810190356001600160401b03811115614ad4575f5ffd5b803603821315614ae2575f5ffd5b60a060e0850152614af8610100850182846148ac565b979650505050505050565b81810381811115612229576122296147ad565b5f82614b2457614b24614799565b500690565b5f82614b3757614b37614799565b500490565b5f82518060208501845e5f920191825250919050565b5f5f85851115614b60575f5ffd5b83861115614b6c575f5ffd5b5050820193919092039150565b8b8152898b60208301375f8a8201602081015f81528a8c8237505f908a0160200190815287898237878101905077ffffffffffffffffffffffffffffffffffffffffffffffff198760c01b1681526bffffffffffffffffffffffff198660601b1660088201528385601c8301375f9301601c0192835250909b9a5050505050505050505050565b5f60018201614c1157614c116147ad565b5060010190565b5f5f8335601e19843603018112614c2d575f5ffd5b8301803591506001600160401b03821115614c46575f5ffd5b6020019150600581901b3603821315614390575f5ffd5b80516020808301519190811015614c7d575f198160200360031b1b821691505b50919050565b5f60208284031215614c93575f5ffd5b612226826142a8565b80820180821115612229576122296147ad565b634e487b7160e01b5f52604160045260245ffd5b81515f90829060208501835b82811015614ced578151845260209384019390910190600101614ccf565b50919594505050505056",
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
// Solidity: constructor(address owner_, address submitter_, address prover_, address guardian_, bytes32 genesisRoot_, uint32 programVersion, address verifier, uint64 programDelay_) returns()
func (holdfast *Holdfast) PackConstructor(owner_ common.Address, submitter_ common.Address, prover_ common.Address, guardian_ common.Address, genesisRoot_ [32]byte, programVersion uint32, verifier common.Address, programDelay_ uint64) []byte {
	enc, err := holdfast.abi.Pack("", owner_, submitter_, prover_, guardian_, genesisRoot_, programVersion, verifier, programDelay_)
	if err != nil {
		panic(err)
	}
	return enc
}

// PackCLAIMSHOLD is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xb951ac31.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function CLAIMS_HOLD() view returns(uint64)
func (holdfast *Holdfast) PackCLAIMSHOLD() []byte {
	enc, err := holdfast.abi.Pack("CLAIMS_HOLD")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackCLAIMSHOLD is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xb951ac31.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function CLAIMS_HOLD() view returns(uint64)
func (holdfast *Holdfast) TryPackCLAIMSHOLD() ([]byte, error) {
	return holdfast.abi.Pack("CLAIMS_HOLD")
}

// UnpackCLAIMSHOLD is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xb951ac31.
//
// Solidity: function CLAIMS_HOLD() view returns(uint64)
func (holdfast *Holdfast) UnpackCLAIMSHOLD(data []byte) (uint64, error) {
	out, err := holdfast.abi.Unpack("CLAIMS_HOLD", data)
	if err != nil {
		return *new(uint64), err
	}
	out0 := *abi.ConvertType(out[0], new(uint64)).(*uint64)
	return out0, nil
}

// PackMAXHELD is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x37b8ec59.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function MAX_HELD() view returns(uint64)
func (holdfast *Holdfast) PackMAXHELD() []byte {
	enc, err := holdfast.abi.Pack("MAX_HELD")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackMAXHELD is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x37b8ec59.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function MAX_HELD() view returns(uint64)
func (holdfast *Holdfast) TryPackMAXHELD() ([]byte, error) {
	return holdfast.abi.Pack("MAX_HELD")
}

// UnpackMAXHELD is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x37b8ec59.
//
// Solidity: function MAX_HELD() view returns(uint64)
func (holdfast *Holdfast) UnpackMAXHELD(data []byte) (uint64, error) {
	out, err := holdfast.abi.Unpack("MAX_HELD", data)
	if err != nil {
		return *new(uint64), err
	}
	out0 := *abi.ConvertType(out[0], new(uint64)).(*uint64)
	return out0, nil
}

// PackMAXSCALE is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xf6def7cf.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function MAX_SCALE() view returns(uint8)
func (holdfast *Holdfast) PackMAXSCALE() []byte {
	enc, err := holdfast.abi.Pack("MAX_SCALE")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackMAXSCALE is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xf6def7cf.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function MAX_SCALE() view returns(uint8)
func (holdfast *Holdfast) TryPackMAXSCALE() ([]byte, error) {
	return holdfast.abi.Pack("MAX_SCALE")
}

// UnpackMAXSCALE is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xf6def7cf.
//
// Solidity: function MAX_SCALE() view returns(uint8)
func (holdfast *Holdfast) UnpackMAXSCALE(data []byte) (uint8, error) {
	out, err := holdfast.abi.Unpack("MAX_SCALE", data)
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

// PackAssetOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x71f96211.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function assetOf(address token) view returns(uint32)
func (holdfast *Holdfast) PackAssetOf(token common.Address) []byte {
	enc, err := holdfast.abi.Pack("assetOf", token)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackAssetOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x71f96211.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function assetOf(address token) view returns(uint32)
func (holdfast *Holdfast) TryPackAssetOf(token common.Address) ([]byte, error) {
	return holdfast.abi.Pack("assetOf", token)
}

// UnpackAssetOf is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x71f96211.
//
// Solidity: function assetOf(address token) view returns(uint32)
func (holdfast *Holdfast) UnpackAssetOf(data []byte) (uint32, error) {
	out, err := holdfast.abi.Unpack("assetOf", data)
	if err != nil {
		return *new(uint32), err
	}
	out0 := *abi.ConvertType(out[0], new(uint32)).(*uint32)
	return out0, nil
}

// PackClaim is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xa61e8544.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function claim(bytes header, (uint64,uint32,address,uint64) w, (uint32,uint32,bytes32[]) p, address recipient) returns()
func (holdfast *Holdfast) PackClaim(header []byte, w Withdrawal, p WithdrawalProof, recipient common.Address) []byte {
	enc, err := holdfast.abi.Pack("claim", header, w, p, recipient)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackClaim is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xa61e8544.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function claim(bytes header, (uint64,uint32,address,uint64) w, (uint32,uint32,bytes32[]) p, address recipient) returns()
func (holdfast *Holdfast) TryPackClaim(header []byte, w Withdrawal, p WithdrawalProof, recipient common.Address) ([]byte, error) {
	return holdfast.abi.Pack("claim", header, w, p, recipient)
}

// PackCommitBatches is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xcc77a173.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function commitBatches(uint64 epoch, bytes[] headers, (uint8,uint8,bytes32,uint32,bytes)[] refs) returns()
func (holdfast *Holdfast) PackCommitBatches(epoch uint64, headers [][]byte, refs []DaRef) []byte {
	enc, err := holdfast.abi.Pack("commitBatches", epoch, headers, refs)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackCommitBatches is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xcc77a173.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function commitBatches(uint64 epoch, bytes[] headers, (uint8,uint8,bytes32,uint32,bytes)[] refs) returns()
func (holdfast *Holdfast) TryPackCommitBatches(epoch uint64, headers [][]byte, refs []DaRef) ([]byte, error) {
	return holdfast.abi.Pack("commitBatches", epoch, headers, refs)
}

// PackCreatedBlock is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x4593144c.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function createdBlock() view returns(uint64)
func (holdfast *Holdfast) PackCreatedBlock() []byte {
	enc, err := holdfast.abi.Pack("createdBlock")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackCreatedBlock is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x4593144c.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function createdBlock() view returns(uint64)
func (holdfast *Holdfast) TryPackCreatedBlock() ([]byte, error) {
	return holdfast.abi.Pack("createdBlock")
}

// UnpackCreatedBlock is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x4593144c.
//
// Solidity: function createdBlock() view returns(uint64)
func (holdfast *Holdfast) UnpackCreatedBlock(data []byte) (uint64, error) {
	out, err := holdfast.abi.Unpack("createdBlock", data)
	if err != nil {
		return *new(uint64), err
	}
	out0 := *abi.ConvertType(out[0], new(uint64)).(*uint64)
	return out0, nil
}

// PackDepositETH is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x2d2da806.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function depositETH(address account) payable returns()
func (holdfast *Holdfast) PackDepositETH(account common.Address) []byte {
	enc, err := holdfast.abi.Pack("depositETH", account)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackDepositETH is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x2d2da806.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function depositETH(address account) payable returns()
func (holdfast *Holdfast) TryPackDepositETH(account common.Address) ([]byte, error) {
	return holdfast.abi.Pack("depositETH", account)
}

// PackDepositToken is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xfb0f97a8.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function depositToken(address token, address account, uint256 amount) returns()
func (holdfast *Holdfast) PackDepositToken(token common.Address, account common.Address, amount *big.Int) []byte {
	enc, err := holdfast.abi.Pack("depositToken", token, account, amount)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackDepositToken is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xfb0f97a8.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function depositToken(address token, address account, uint256 amount) returns()
func (holdfast *Holdfast) TryPackDepositToken(token common.Address, account common.Address, amount *big.Int) ([]byte, error) {
	return holdfast.abi.Pack("depositToken", token, account, amount)
}

// PackGenesisRoot is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xc7033721.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function genesisRoot() view returns(bytes32)
func (holdfast *Holdfast) PackGenesisRoot() []byte {
	enc, err := holdfast.abi.Pack("genesisRoot")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackGenesisRoot is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xc7033721.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function genesisRoot() view returns(bytes32)
func (holdfast *Holdfast) TryPackGenesisRoot() ([]byte, error) {
	return holdfast.abi.Pack("genesisRoot")
}

// UnpackGenesisRoot is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xc7033721.
//
// Solidity: function genesisRoot() view returns(bytes32)
func (holdfast *Holdfast) UnpackGenesisRoot(data []byte) ([32]byte, error) {
	out, err := holdfast.abi.Unpack("genesisRoot", data)
	if err != nil {
		return *new([32]byte), err
	}
	out0 := *abi.ConvertType(out[0], new([32]byte)).(*[32]byte)
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

// PackHeaderHashes is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xcc54ebf7.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function headerHashes(uint64 number) view returns(bytes32)
func (holdfast *Holdfast) PackHeaderHashes(number uint64) []byte {
	enc, err := holdfast.abi.Pack("headerHashes", number)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackHeaderHashes is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xcc54ebf7.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function headerHashes(uint64 number) view returns(bytes32)
func (holdfast *Holdfast) TryPackHeaderHashes(number uint64) ([]byte, error) {
	return holdfast.abi.Pack("headerHashes", number)
}

// UnpackHeaderHashes is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xcc54ebf7.
//
// Solidity: function headerHashes(uint64 number) view returns(bytes32)
func (holdfast *Holdfast) UnpackHeaderHashes(data []byte) ([32]byte, error) {
	out, err := holdfast.abi.Unpack("headerHashes", data)
	if err != nil {
		return *new([32]byte), err
	}
	out0 := *abi.ConvertType(out[0], new([32]byte)).(*[32]byte)
	return out0, nil
}

// PackInboxHashes is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xfe08e9ea.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function inboxHashes(uint64 length) view returns(bytes32)
func (holdfast *Holdfast) PackInboxHashes(length uint64) []byte {
	enc, err := holdfast.abi.Pack("inboxHashes", length)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackInboxHashes is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xfe08e9ea.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function inboxHashes(uint64 length) view returns(bytes32)
func (holdfast *Holdfast) TryPackInboxHashes(length uint64) ([]byte, error) {
	return holdfast.abi.Pack("inboxHashes", length)
}

// UnpackInboxHashes is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xfe08e9ea.
//
// Solidity: function inboxHashes(uint64 length) view returns(bytes32)
func (holdfast *Holdfast) UnpackInboxHashes(data []byte) ([32]byte, error) {
	out, err := holdfast.abi.Unpack("inboxHashes", data)
	if err != nil {
		return *new([32]byte), err
	}
	out0 := *abi.ConvertType(out[0], new([32]byte)).(*[32]byte)
	return out0, nil
}

// PackInboxLength is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x874830be.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function inboxLength() view returns(uint64)
func (holdfast *Holdfast) PackInboxLength() []byte {
	enc, err := holdfast.abi.Pack("inboxLength")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackInboxLength is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x874830be.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function inboxLength() view returns(uint64)
func (holdfast *Holdfast) TryPackInboxLength() ([]byte, error) {
	return holdfast.abi.Pack("inboxLength")
}

// UnpackInboxLength is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x874830be.
//
// Solidity: function inboxLength() view returns(uint64)
func (holdfast *Holdfast) UnpackInboxLength(data []byte) (uint64, error) {
	out, err := holdfast.abi.Unpack("inboxLength", data)
	if err != nil {
		return *new(uint64), err
	}
	out0 := *abi.ConvertType(out[0], new(uint64)).(*uint64)
	return out0, nil
}

// PackInspect is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xd1089980.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function inspect(uint64 number) view returns((bytes16,uint64,uint64,uint64,bytes32,bytes32,uint64,uint64,bool,address,address,address,address) state, bytes32 headerHash)
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
// Solidity: function inspect(uint64 number) view returns((bytes16,uint64,uint64,uint64,bytes32,bytes32,uint64,uint64,bool,address,address,address,address) state, bytes32 headerHash)
func (holdfast *Holdfast) TryPackInspect(number uint64) ([]byte, error) {
	return holdfast.abi.Pack("inspect", number)
}

// InspectOutput serves as a container for the return parameters of contract
// method Inspect.
type InspectOutput struct {
	State      HoldfastState
	HeaderHash [32]byte
}

// UnpackInspect is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xd1089980.
//
// Solidity: function inspect(uint64 number) view returns((bytes16,uint64,uint64,uint64,bytes32,bytes32,uint64,uint64,bool,address,address,address,address) state, bytes32 headerHash)
func (holdfast *Holdfast) UnpackInspect(data []byte) (InspectOutput, error) {
	out, err := holdfast.abi.Unpack("inspect", data)
	outstruct := new(InspectOutput)
	if err != nil {
		return *outstruct, err
	}
	outstruct.State = *abi.ConvertType(out[0], new(HoldfastState)).(*HoldfastState)
	outstruct.HeaderHash = *abi.ConvertType(out[1], new([32]byte)).(*[32]byte)
	return *outstruct, nil
}

// PackIsClaimed is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x81e09ea0.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function isClaimed(uint64 index) view returns(bool)
func (holdfast *Holdfast) PackIsClaimed(index uint64) []byte {
	enc, err := holdfast.abi.Pack("isClaimed", index)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackIsClaimed is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x81e09ea0.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function isClaimed(uint64 index) view returns(bool)
func (holdfast *Holdfast) TryPackIsClaimed(index uint64) ([]byte, error) {
	return holdfast.abi.Pack("isClaimed", index)
}

// UnpackIsClaimed is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x81e09ea0.
//
// Solidity: function isClaimed(uint64 index) view returns(bool)
func (holdfast *Holdfast) UnpackIsClaimed(data []byte) (bool, error) {
	out, err := holdfast.abi.Unpack("isClaimed", data)
	if err != nil {
		return *new(bool), err
	}
	out0 := *abi.ConvertType(out[0], new(bool)).(*bool)
	return out0, nil
}

// PackJournal is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xa9ece665.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function journal(bytes h) view returns(bytes)
func (holdfast *Holdfast) PackJournal(h []byte) []byte {
	enc, err := holdfast.abi.Pack("journal", h)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackJournal is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xa9ece665.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function journal(bytes h) view returns(bytes)
func (holdfast *Holdfast) TryPackJournal(h []byte) ([]byte, error) {
	return holdfast.abi.Pack("journal", h)
}

// UnpackJournal is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xa9ece665.
//
// Solidity: function journal(bytes h) view returns(bytes)
func (holdfast *Holdfast) UnpackJournal(data []byte) ([]byte, error) {
	out, err := holdfast.abi.Unpack("journal", data)
	if err != nil {
		return *new([]byte), err
	}
	out0 := *abi.ConvertType(out[0], new([]byte)).(*[]byte)
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

// PackLineageUsed is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xfd0f2982.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function lineageUsed(bytes16 lineage) view returns(bool)
func (holdfast *Holdfast) PackLineageUsed(lineage [16]byte) []byte {
	enc, err := holdfast.abi.Pack("lineageUsed", lineage)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackLineageUsed is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xfd0f2982.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function lineageUsed(bytes16 lineage) view returns(bool)
func (holdfast *Holdfast) TryPackLineageUsed(lineage [16]byte) ([]byte, error) {
	return holdfast.abi.Pack("lineageUsed", lineage)
}

// UnpackLineageUsed is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xfd0f2982.
//
// Solidity: function lineageUsed(bytes16 lineage) view returns(bool)
func (holdfast *Holdfast) UnpackLineageUsed(data []byte) (bool, error) {
	out, err := holdfast.abi.Unpack("lineageUsed", data)
	if err != nil {
		return *new(bool), err
	}
	out0 := *abi.ConvertType(out[0], new(bool)).(*bool)
	return out0, nil
}

// PackListToken is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x5d73de1e.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function listToken(uint32 asset, address token, uint8 scale) returns()
func (holdfast *Holdfast) PackListToken(asset uint32, token common.Address, scale uint8) []byte {
	enc, err := holdfast.abi.Pack("listToken", asset, token, scale)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackListToken is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x5d73de1e.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function listToken(uint32 asset, address token, uint8 scale) returns()
func (holdfast *Holdfast) TryPackListToken(asset uint32, token common.Address, scale uint8) ([]byte, error) {
	return holdfast.abi.Pack("listToken", asset, token, scale)
}

// PackOpenDeposits is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x47f7e753.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function openDeposits(uint32 asset, bool open) returns()
func (holdfast *Holdfast) PackOpenDeposits(asset uint32, open bool) []byte {
	enc, err := holdfast.abi.Pack("openDeposits", asset, open)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackOpenDeposits is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x47f7e753.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function openDeposits(uint32 asset, bool open) returns()
func (holdfast *Holdfast) TryPackOpenDeposits(asset uint32, open bool) ([]byte, error) {
	return holdfast.abi.Pack("openDeposits", asset, open)
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

// PackPausedSince is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xc7f2762c.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function pausedSince() view returns(uint64)
func (holdfast *Holdfast) PackPausedSince() []byte {
	enc, err := holdfast.abi.Pack("pausedSince")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackPausedSince is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xc7f2762c.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function pausedSince() view returns(uint64)
func (holdfast *Holdfast) TryPackPausedSince() ([]byte, error) {
	return holdfast.abi.Pack("pausedSince")
}

// UnpackPausedSince is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xc7f2762c.
//
// Solidity: function pausedSince() view returns(uint64)
func (holdfast *Holdfast) UnpackPausedSince(data []byte) (uint64, error) {
	out, err := holdfast.abi.Unpack("pausedSince", data)
	if err != nil {
		return *new(uint64), err
	}
	out0 := *abi.ConvertType(out[0], new(uint64)).(*uint64)
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

// PackRetireProgram is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x33e32d02.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function retireProgram(uint32 version) returns()
func (holdfast *Holdfast) PackRetireProgram(version uint32) []byte {
	enc, err := holdfast.abi.Pack("retireProgram", version)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackRetireProgram is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x33e32d02.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function retireProgram(uint32 version) returns()
func (holdfast *Holdfast) TryPackRetireProgram(version uint32) ([]byte, error) {
	return holdfast.abi.Pack("retireProgram", version)
}

// PackRevertBatches is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x8ae997ec.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function revertBatches(uint64 from, bytes parent) returns()
func (holdfast *Holdfast) PackRevertBatches(from uint64, parent []byte) []byte {
	enc, err := holdfast.abi.Pack("revertBatches", from, parent)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackRevertBatches is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x8ae997ec.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function revertBatches(uint64 from, bytes parent) returns()
func (holdfast *Holdfast) TryPackRevertBatches(from uint64, parent []byte) ([]byte, error) {
	return holdfast.abi.Pack("revertBatches", from, parent)
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

// PackTakeOver is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xf355be72.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function takeOver(bytes16 to, uint64 expectedLast, bytes32 expectedHash) returns()
func (holdfast *Holdfast) PackTakeOver(to [16]byte, expectedLast uint64, expectedHash [32]byte) []byte {
	enc, err := holdfast.abi.Pack("takeOver", to, expectedLast, expectedHash)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackTakeOver is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xf355be72.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function takeOver(bytes16 to, uint64 expectedLast, bytes32 expectedHash) returns()
func (holdfast *Holdfast) TryPackTakeOver(to [16]byte, expectedLast uint64, expectedHash [32]byte) ([]byte, error) {
	return holdfast.abi.Pack("takeOver", to, expectedLast, expectedHash)
}

// PackTokens is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xfbb6272d.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function tokens(uint32 asset) view returns(address token, uint8 scale, uint64 held, bool listed, bool open)
func (holdfast *Holdfast) PackTokens(asset uint32) []byte {
	enc, err := holdfast.abi.Pack("tokens", asset)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackTokens is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xfbb6272d.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function tokens(uint32 asset) view returns(address token, uint8 scale, uint64 held, bool listed, bool open)
func (holdfast *Holdfast) TryPackTokens(asset uint32) ([]byte, error) {
	return holdfast.abi.Pack("tokens", asset)
}

// TokensOutput serves as a container for the return parameters of contract
// method Tokens.
type TokensOutput struct {
	Token  common.Address
	Scale  uint8
	Held   uint64
	Listed bool
	Open   bool
}

// UnpackTokens is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xfbb6272d.
//
// Solidity: function tokens(uint32 asset) view returns(address token, uint8 scale, uint64 held, bool listed, bool open)
func (holdfast *Holdfast) UnpackTokens(data []byte) (TokensOutput, error) {
	out, err := holdfast.abi.Unpack("tokens", data)
	outstruct := new(TokensOutput)
	if err != nil {
		return *outstruct, err
	}
	outstruct.Token = *abi.ConvertType(out[0], new(common.Address)).(*common.Address)
	outstruct.Scale = *abi.ConvertType(out[1], new(uint8)).(*uint8)
	outstruct.Held = *abi.ConvertType(out[2], new(uint64)).(*uint64)
	outstruct.Listed = *abi.ConvertType(out[3], new(bool)).(*bool)
	outstruct.Open = *abi.ConvertType(out[4], new(bool)).(*bool)
	return *outstruct, nil
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
// the contract method with ID 0x97208003.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function verifyBatches(uint64 first, bytes[] headers, bytes[] proofs) returns()
func (holdfast *Holdfast) PackVerifyBatches(first uint64, headers [][]byte, proofs [][]byte) []byte {
	enc, err := holdfast.abi.Pack("verifyBatches", first, headers, proofs)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackVerifyBatches is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x97208003.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function verifyBatches(uint64 first, bytes[] headers, bytes[] proofs) returns()
func (holdfast *Holdfast) TryPackVerifyBatches(first uint64, headers [][]byte, proofs [][]byte) ([]byte, error) {
	return holdfast.abi.Pack("verifyBatches", first, headers, proofs)
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

// HoldfastBatchReverted represents a BatchReverted event raised by the Holdfast contract.
type HoldfastBatchReverted struct {
	Number     uint64
	HeaderHash [32]byte
	Raw        *types.Log // Blockchain specific contextual infos
}

const HoldfastBatchRevertedEventName = "BatchReverted"

// ContractEventName returns the user-defined event name.
func (HoldfastBatchReverted) ContractEventName() string {
	return HoldfastBatchRevertedEventName
}

// UnpackBatchRevertedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event BatchReverted(uint64 indexed number, bytes32 headerHash)
func (holdfast *Holdfast) UnpackBatchRevertedEvent(log *types.Log) (*HoldfastBatchReverted, error) {
	event := "BatchReverted"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != holdfast.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(HoldfastBatchReverted)
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

// HoldfastClaimed represents a Claimed event raised by the Holdfast contract.
type HoldfastClaimed struct {
	Index     uint64
	Account   common.Address
	Asset     uint32
	Amount    uint64
	Recipient common.Address
	Raw       *types.Log // Blockchain specific contextual infos
}

const HoldfastClaimedEventName = "Claimed"

// ContractEventName returns the user-defined event name.
func (HoldfastClaimed) ContractEventName() string {
	return HoldfastClaimedEventName
}

// UnpackClaimedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event Claimed(uint64 indexed index, address indexed account, uint32 asset, uint64 amount, address recipient)
func (holdfast *Holdfast) UnpackClaimedEvent(log *types.Log) (*HoldfastClaimed, error) {
	event := "Claimed"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != holdfast.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(HoldfastClaimed)
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

// HoldfastDeposited represents a Deposited event raised by the Holdfast contract.
type HoldfastDeposited struct {
	Index     uint64
	Account   common.Address
	Token     common.Address
	Amount    uint64
	InboxHash [32]byte
	Raw       *types.Log // Blockchain specific contextual infos
}

const HoldfastDepositedEventName = "Deposited"

// ContractEventName returns the user-defined event name.
func (HoldfastDeposited) ContractEventName() string {
	return HoldfastDepositedEventName
}

// UnpackDepositedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event Deposited(uint64 indexed index, address indexed account, address token, uint64 amount, bytes32 inboxHash)
func (holdfast *Holdfast) UnpackDepositedEvent(log *types.Log) (*HoldfastDeposited, error) {
	event := "Deposited"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != holdfast.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(HoldfastDeposited)
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

// HoldfastDepositsOpened represents a DepositsOpened event raised by the Holdfast contract.
type HoldfastDepositsOpened struct {
	Asset uint32
	Open  bool
	Raw   *types.Log // Blockchain specific contextual infos
}

const HoldfastDepositsOpenedEventName = "DepositsOpened"

// ContractEventName returns the user-defined event name.
func (HoldfastDepositsOpened) ContractEventName() string {
	return HoldfastDepositsOpenedEventName
}

// UnpackDepositsOpenedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event DepositsOpened(uint32 indexed asset, bool open)
func (holdfast *Holdfast) UnpackDepositsOpenedEvent(log *types.Log) (*HoldfastDepositsOpened, error) {
	event := "DepositsOpened"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != holdfast.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(HoldfastDepositsOpened)
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

// HoldfastProgramRetired represents a ProgramRetired event raised by the Holdfast contract.
type HoldfastProgramRetired struct {
	Version uint32
	Raw     *types.Log // Blockchain specific contextual infos
}

const HoldfastProgramRetiredEventName = "ProgramRetired"

// ContractEventName returns the user-defined event name.
func (HoldfastProgramRetired) ContractEventName() string {
	return HoldfastProgramRetiredEventName
}

// UnpackProgramRetiredEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event ProgramRetired(uint32 indexed version)
func (holdfast *Holdfast) UnpackProgramRetiredEvent(log *types.Log) (*HoldfastProgramRetired, error) {
	event := "ProgramRetired"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != holdfast.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(HoldfastProgramRetired)
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

// HoldfastTakenOver represents a TakenOver event raised by the Holdfast contract.
type HoldfastTakenOver struct {
	From          [16]byte
	To            [16]byte
	LastCommitted uint64
	HeaderHash    [32]byte
	Raw           *types.Log // Blockchain specific contextual infos
}

const HoldfastTakenOverEventName = "TakenOver"

// ContractEventName returns the user-defined event name.
func (HoldfastTakenOver) ContractEventName() string {
	return HoldfastTakenOverEventName
}

// UnpackTakenOverEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event TakenOver(bytes16 indexed from, bytes16 indexed to, uint64 lastCommitted, bytes32 headerHash)
func (holdfast *Holdfast) UnpackTakenOverEvent(log *types.Log) (*HoldfastTakenOver, error) {
	event := "TakenOver"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != holdfast.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(HoldfastTakenOver)
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

// HoldfastTokenListed represents a TokenListed event raised by the Holdfast contract.
type HoldfastTokenListed struct {
	Asset uint32
	Token common.Address
	Scale uint8
	Raw   *types.Log // Blockchain specific contextual infos
}

const HoldfastTokenListedEventName = "TokenListed"

// ContractEventName returns the user-defined event name.
func (HoldfastTokenListed) ContractEventName() string {
	return HoldfastTokenListedEventName
}

// UnpackTokenListedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event TokenListed(uint32 indexed asset, address indexed token, uint8 scale)
func (holdfast *Holdfast) UnpackTokenListedEvent(log *types.Log) (*HoldfastTokenListed, error) {
	event := "TokenListed"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != holdfast.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(HoldfastTokenListed)
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
	if bytes.Equal(raw[:4], holdfast.abi.Errors["AlreadyClaimed"].ID.Bytes()[:4]) {
		return holdfast.UnpackAlreadyClaimedError(raw[4:])
	}
	if bytes.Equal(raw[:4], holdfast.abi.Errors["AlreadyVerified"].ID.Bytes()[:4]) {
		return holdfast.UnpackAlreadyVerifiedError(raw[4:])
	}
	if bytes.Equal(raw[:4], holdfast.abi.Errors["AmountNotWhole"].ID.Bytes()[:4]) {
		return holdfast.UnpackAmountNotWholeError(raw[4:])
	}
	if bytes.Equal(raw[:4], holdfast.abi.Errors["AmountTooLarge"].ID.Bytes()[:4]) {
		return holdfast.UnpackAmountTooLargeError(raw[4:])
	}
	if bytes.Equal(raw[:4], holdfast.abi.Errors["AmountZero"].ID.Bytes()[:4]) {
		return holdfast.UnpackAmountZeroError(raw[4:])
	}
	if bytes.Equal(raw[:4], holdfast.abi.Errors["AssetListed"].ID.Bytes()[:4]) {
		return holdfast.UnpackAssetListedError(raw[4:])
	}
	if bytes.Equal(raw[:4], holdfast.abi.Errors["AssetUnknown"].ID.Bytes()[:4]) {
		return holdfast.UnpackAssetUnknownError(raw[4:])
	}
	if bytes.Equal(raw[:4], holdfast.abi.Errors["AssetZero"].ID.Bytes()[:4]) {
		return holdfast.UnpackAssetZeroError(raw[4:])
	}
	if bytes.Equal(raw[:4], holdfast.abi.Errors["BlobMissing"].ID.Bytes()[:4]) {
		return holdfast.UnpackBlobMissingError(raw[4:])
	}
	if bytes.Equal(raw[:4], holdfast.abi.Errors["BlobUnnamed"].ID.Bytes()[:4]) {
		return holdfast.UnpackBlobUnnamedError(raw[4:])
	}
	if bytes.Equal(raw[:4], holdfast.abi.Errors["CalldataUnnamed"].ID.Bytes()[:4]) {
		return holdfast.UnpackCalldataUnnamedError(raw[4:])
	}
	if bytes.Equal(raw[:4], holdfast.abi.Errors["CommitmentMismatch"].ID.Bytes()[:4]) {
		return holdfast.UnpackCommitmentMismatchError(raw[4:])
	}
	if bytes.Equal(raw[:4], holdfast.abi.Errors["DepositsClosed"].ID.Bytes()[:4]) {
		return holdfast.UnpackDepositsClosedError(raw[4:])
	}
	if bytes.Equal(raw[:4], holdfast.abi.Errors["EpochTooOld"].ID.Bytes()[:4]) {
		return holdfast.UnpackEpochTooOldError(raw[4:])
	}
	if bytes.Equal(raw[:4], holdfast.abi.Errors["HeaderLength"].ID.Bytes()[:4]) {
		return holdfast.UnpackHeaderLengthError(raw[4:])
	}
	if bytes.Equal(raw[:4], holdfast.abi.Errors["HeaderMismatch"].ID.Bytes()[:4]) {
		return holdfast.UnpackHeaderMismatchError(raw[4:])
	}
	if bytes.Equal(raw[:4], holdfast.abi.Errors["HeaderVersionUnknown"].ID.Bytes()[:4]) {
		return holdfast.UnpackHeaderVersionUnknownError(raw[4:])
	}
	if bytes.Equal(raw[:4], holdfast.abi.Errors["HeldTooLittle"].ID.Bytes()[:4]) {
		return holdfast.UnpackHeldTooLittleError(raw[4:])
	}
	if bytes.Equal(raw[:4], holdfast.abi.Errors["InboxHashMismatch"].ID.Bytes()[:4]) {
		return holdfast.UnpackInboxHashMismatchError(raw[4:])
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
	if bytes.Equal(raw[:4], holdfast.abi.Errors["LineageReused"].ID.Bytes()[:4]) {
		return holdfast.UnpackLineageReusedError(raw[4:])
	}
	if bytes.Equal(raw[:4], holdfast.abi.Errors["LineageZero"].ID.Bytes()[:4]) {
		return holdfast.UnpackLineageZeroError(raw[4:])
	}
	if bytes.Equal(raw[:4], holdfast.abi.Errors["NotAToken"].ID.Bytes()[:4]) {
		return holdfast.UnpackNotATokenError(raw[4:])
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
	if bytes.Equal(raw[:4], holdfast.abi.Errors["NotRecipient"].ID.Bytes()[:4]) {
		return holdfast.UnpackNotRecipientError(raw[4:])
	}
	if bytes.Equal(raw[:4], holdfast.abi.Errors["NotSubmitter"].ID.Bytes()[:4]) {
		return holdfast.UnpackNotSubmitterError(raw[4:])
	}
	if bytes.Equal(raw[:4], holdfast.abi.Errors["NotVerified"].ID.Bytes()[:4]) {
		return holdfast.UnpackNotVerifiedError(raw[4:])
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
	if bytes.Equal(raw[:4], holdfast.abi.Errors["ProofInvalid"].ID.Bytes()[:4]) {
		return holdfast.UnpackProofInvalidError(raw[4:])
	}
	if bytes.Equal(raw[:4], holdfast.abi.Errors["ProofMalformed"].ID.Bytes()[:4]) {
		return holdfast.UnpackProofMalformedError(raw[4:])
	}
	if bytes.Equal(raw[:4], holdfast.abi.Errors["ProofsMismatch"].ID.Bytes()[:4]) {
		return holdfast.UnpackProofsMismatchError(raw[4:])
	}
	if bytes.Equal(raw[:4], holdfast.abi.Errors["ProviderUnsupported"].ID.Bytes()[:4]) {
		return holdfast.UnpackProviderUnsupportedError(raw[4:])
	}
	if bytes.Equal(raw[:4], holdfast.abi.Errors["Reentered"].ID.Bytes()[:4]) {
		return holdfast.UnpackReenteredError(raw[4:])
	}
	if bytes.Equal(raw[:4], holdfast.abi.Errors["ReferenceMalformed"].ID.Bytes()[:4]) {
		return holdfast.UnpackReferenceMalformedError(raw[4:])
	}
	if bytes.Equal(raw[:4], holdfast.abi.Errors["ReferencesMismatch"].ID.Bytes()[:4]) {
		return holdfast.UnpackReferencesMismatchError(raw[4:])
	}
	if bytes.Equal(raw[:4], holdfast.abi.Errors["ScaleTooLarge"].ID.Bytes()[:4]) {
		return holdfast.UnpackScaleTooLargeError(raw[4:])
	}
	if bytes.Equal(raw[:4], holdfast.abi.Errors["TokenExists"].ID.Bytes()[:4]) {
		return holdfast.UnpackTokenExistsError(raw[4:])
	}
	if bytes.Equal(raw[:4], holdfast.abi.Errors["TokenUnknown"].ID.Bytes()[:4]) {
		return holdfast.UnpackTokenUnknownError(raw[4:])
	}
	if bytes.Equal(raw[:4], holdfast.abi.Errors["TransferFailed"].ID.Bytes()[:4]) {
		return holdfast.UnpackTransferFailedError(raw[4:])
	}
	if bytes.Equal(raw[:4], holdfast.abi.Errors["TransferIncomplete"].ID.Bytes()[:4]) {
		return holdfast.UnpackTransferIncompleteError(raw[4:])
	}
	if bytes.Equal(raw[:4], holdfast.abi.Errors["ZeroAddress"].ID.Bytes()[:4]) {
		return holdfast.UnpackZeroAddressError(raw[4:])
	}
	return nil, errors.New("Unknown error")
}

// HoldfastAlreadyClaimed represents a AlreadyClaimed error raised by the Holdfast contract.
type HoldfastAlreadyClaimed struct {
	Index uint64
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error AlreadyClaimed(uint64 index)
func HoldfastAlreadyClaimedErrorID() common.Hash {
	return common.HexToHash("0x15afccb098214bc2da539fc1272f6dc1b7b482b6c9b3e925524db4bc79e5e2ec")
}

// UnpackAlreadyClaimedError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error AlreadyClaimed(uint64 index)
func (holdfast *Holdfast) UnpackAlreadyClaimedError(raw []byte) (*HoldfastAlreadyClaimed, error) {
	out := new(HoldfastAlreadyClaimed)
	if err := holdfast.abi.UnpackIntoInterface(out, "AlreadyClaimed", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// HoldfastAlreadyVerified represents a AlreadyVerified error raised by the Holdfast contract.
type HoldfastAlreadyVerified struct {
	Number       uint64
	LastVerified uint64
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error AlreadyVerified(uint64 number, uint64 lastVerified)
func HoldfastAlreadyVerifiedErrorID() common.Hash {
	return common.HexToHash("0xea24e57ffb2165b358e19bd0a2238b0b27ee0ee41021307cb908522c8b91d54c")
}

// UnpackAlreadyVerifiedError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error AlreadyVerified(uint64 number, uint64 lastVerified)
func (holdfast *Holdfast) UnpackAlreadyVerifiedError(raw []byte) (*HoldfastAlreadyVerified, error) {
	out := new(HoldfastAlreadyVerified)
	if err := holdfast.abi.UnpackIntoInterface(out, "AlreadyVerified", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// HoldfastAmountNotWhole represents a AmountNotWhole error raised by the Holdfast contract.
type HoldfastAmountNotWhole struct {
	Amount *big.Int
	Unit   *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error AmountNotWhole(uint256 amount, uint256 unit)
func HoldfastAmountNotWholeErrorID() common.Hash {
	return common.HexToHash("0xa404ea29ac318297725ea6336fd89690c6893913f18039cb718a3d8f7cdf838c")
}

// UnpackAmountNotWholeError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error AmountNotWhole(uint256 amount, uint256 unit)
func (holdfast *Holdfast) UnpackAmountNotWholeError(raw []byte) (*HoldfastAmountNotWhole, error) {
	out := new(HoldfastAmountNotWhole)
	if err := holdfast.abi.UnpackIntoInterface(out, "AmountNotWhole", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// HoldfastAmountTooLarge represents a AmountTooLarge error raised by the Holdfast contract.
type HoldfastAmountTooLarge struct {
	Amount *big.Int
	Held   uint64
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error AmountTooLarge(uint256 amount, uint64 held)
func HoldfastAmountTooLargeErrorID() common.Hash {
	return common.HexToHash("0xa9a555142eb1b521ade15e3aa2fde4817eca280b181ad3abaecc96923e91a6b7")
}

// UnpackAmountTooLargeError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error AmountTooLarge(uint256 amount, uint64 held)
func (holdfast *Holdfast) UnpackAmountTooLargeError(raw []byte) (*HoldfastAmountTooLarge, error) {
	out := new(HoldfastAmountTooLarge)
	if err := holdfast.abi.UnpackIntoInterface(out, "AmountTooLarge", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// HoldfastAmountZero represents a AmountZero error raised by the Holdfast contract.
type HoldfastAmountZero struct {
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error AmountZero()
func HoldfastAmountZeroErrorID() common.Hash {
	return common.HexToHash("0xcbca5aa2ad16a85304d7d97575ce258a35c5a7d8db613ec1cb75ff3d0071488f")
}

// UnpackAmountZeroError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error AmountZero()
func (holdfast *Holdfast) UnpackAmountZeroError(raw []byte) (*HoldfastAmountZero, error) {
	out := new(HoldfastAmountZero)
	if err := holdfast.abi.UnpackIntoInterface(out, "AmountZero", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// HoldfastAssetListed represents a AssetListed error raised by the Holdfast contract.
type HoldfastAssetListed struct {
	Asset uint32
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error AssetListed(uint32 asset)
func HoldfastAssetListedErrorID() common.Hash {
	return common.HexToHash("0x28f16b11eced4c3e938f706e4842c0602a92b027b49bdc73e0ecc1c8eb8b4240")
}

// UnpackAssetListedError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error AssetListed(uint32 asset)
func (holdfast *Holdfast) UnpackAssetListedError(raw []byte) (*HoldfastAssetListed, error) {
	out := new(HoldfastAssetListed)
	if err := holdfast.abi.UnpackIntoInterface(out, "AssetListed", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// HoldfastAssetUnknown represents a AssetUnknown error raised by the Holdfast contract.
type HoldfastAssetUnknown struct {
	Asset uint32
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error AssetUnknown(uint32 asset)
func HoldfastAssetUnknownErrorID() common.Hash {
	return common.HexToHash("0x3df1e54e21bdf5c63899446abe284e7eda7ab4d711a900a0f5c835a99c1adc74")
}

// UnpackAssetUnknownError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error AssetUnknown(uint32 asset)
func (holdfast *Holdfast) UnpackAssetUnknownError(raw []byte) (*HoldfastAssetUnknown, error) {
	out := new(HoldfastAssetUnknown)
	if err := holdfast.abi.UnpackIntoInterface(out, "AssetUnknown", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// HoldfastAssetZero represents a AssetZero error raised by the Holdfast contract.
type HoldfastAssetZero struct {
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error AssetZero()
func HoldfastAssetZeroErrorID() common.Hash {
	return common.HexToHash("0x945841a5673b0b951e5eda2c54b1898a49aa43289a18acd95ad0cb7bba35c6f2")
}

// UnpackAssetZeroError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error AssetZero()
func (holdfast *Holdfast) UnpackAssetZeroError(raw []byte) (*HoldfastAssetZero, error) {
	out := new(HoldfastAssetZero)
	if err := holdfast.abi.UnpackIntoInterface(out, "AssetZero", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// HoldfastBlobMissing represents a BlobMissing error raised by the Holdfast contract.
type HoldfastBlobMissing struct {
	Number uint64
	Blob   *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error BlobMissing(uint64 number, uint256 blob)
func HoldfastBlobMissingErrorID() common.Hash {
	return common.HexToHash("0x7bc1a38bc5340a29a6ad9dcce6e242f2c5de16a8155411101935639b3f0ffd18")
}

// UnpackBlobMissingError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error BlobMissing(uint64 number, uint256 blob)
func (holdfast *Holdfast) UnpackBlobMissingError(raw []byte) (*HoldfastBlobMissing, error) {
	out := new(HoldfastBlobMissing)
	if err := holdfast.abi.UnpackIntoInterface(out, "BlobMissing", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// HoldfastBlobUnnamed represents a BlobUnnamed error raised by the Holdfast contract.
type HoldfastBlobUnnamed struct {
	Blob *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error BlobUnnamed(uint256 blob)
func HoldfastBlobUnnamedErrorID() common.Hash {
	return common.HexToHash("0xf1f3744f53a5af38e6e12a85ed739200aef9579468f94521deac2f6126d8fb99")
}

// UnpackBlobUnnamedError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error BlobUnnamed(uint256 blob)
func (holdfast *Holdfast) UnpackBlobUnnamedError(raw []byte) (*HoldfastBlobUnnamed, error) {
	out := new(HoldfastBlobUnnamed)
	if err := holdfast.abi.UnpackIntoInterface(out, "BlobUnnamed", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// HoldfastCalldataUnnamed represents a CalldataUnnamed error raised by the Holdfast contract.
type HoldfastCalldataUnnamed struct {
	Size *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error CalldataUnnamed(uint256 size)
func HoldfastCalldataUnnamedErrorID() common.Hash {
	return common.HexToHash("0xc2482b098b015f97fd1d5f57fa0476957213ca18e2f47c1bf595a0582f85c70a")
}

// UnpackCalldataUnnamedError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error CalldataUnnamed(uint256 size)
func (holdfast *Holdfast) UnpackCalldataUnnamedError(raw []byte) (*HoldfastCalldataUnnamed, error) {
	out := new(HoldfastCalldataUnnamed)
	if err := holdfast.abi.UnpackIntoInterface(out, "CalldataUnnamed", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// HoldfastCommitmentMismatch represents a CommitmentMismatch error raised by the Holdfast contract.
type HoldfastCommitmentMismatch struct {
	Number   uint64
	Expected [32]byte
	Given    [32]byte
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error CommitmentMismatch(uint64 number, bytes32 expected, bytes32 given)
func HoldfastCommitmentMismatchErrorID() common.Hash {
	return common.HexToHash("0x1a8c617e44c16f1521747b56b19a7451753499a575f16cb01af6440833389dab")
}

// UnpackCommitmentMismatchError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error CommitmentMismatch(uint64 number, bytes32 expected, bytes32 given)
func (holdfast *Holdfast) UnpackCommitmentMismatchError(raw []byte) (*HoldfastCommitmentMismatch, error) {
	out := new(HoldfastCommitmentMismatch)
	if err := holdfast.abi.UnpackIntoInterface(out, "CommitmentMismatch", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// HoldfastDepositsClosed represents a DepositsClosed error raised by the Holdfast contract.
type HoldfastDepositsClosed struct {
	Asset uint32
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error DepositsClosed(uint32 asset)
func HoldfastDepositsClosedErrorID() common.Hash {
	return common.HexToHash("0x69838fba73fdd2a5e3a892681a0c1a58f3261991b23c4e349314aaa65ac37e2f")
}

// UnpackDepositsClosedError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error DepositsClosed(uint32 asset)
func (holdfast *Holdfast) UnpackDepositsClosedError(raw []byte) (*HoldfastDepositsClosed, error) {
	out := new(HoldfastDepositsClosed)
	if err := holdfast.abi.UnpackIntoInterface(out, "DepositsClosed", raw); err != nil {
		return nil, err
	}
	return out, nil
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

// HoldfastHeaderLength represents a HeaderLength error raised by the Holdfast contract.
type HoldfastHeaderLength struct {
	Length *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error HeaderLength(uint256 length)
func HoldfastHeaderLengthErrorID() common.Hash {
	return common.HexToHash("0xbf3faec6cbe7ba8ffaa4ea92d88deb735df3d9376e0f6844111b4834e9ec8f4c")
}

// UnpackHeaderLengthError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error HeaderLength(uint256 length)
func (holdfast *Holdfast) UnpackHeaderLengthError(raw []byte) (*HoldfastHeaderLength, error) {
	out := new(HoldfastHeaderLength)
	if err := holdfast.abi.UnpackIntoInterface(out, "HeaderLength", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// HoldfastHeaderMismatch represents a HeaderMismatch error raised by the Holdfast contract.
type HoldfastHeaderMismatch struct {
	Number   uint64
	Expected [32]byte
	Given    [32]byte
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error HeaderMismatch(uint64 number, bytes32 expected, bytes32 given)
func HoldfastHeaderMismatchErrorID() common.Hash {
	return common.HexToHash("0xfe5351b0df71741811535bb958aa8ab6e666e30e6bb79702cbf51eae396673ac")
}

// UnpackHeaderMismatchError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error HeaderMismatch(uint64 number, bytes32 expected, bytes32 given)
func (holdfast *Holdfast) UnpackHeaderMismatchError(raw []byte) (*HoldfastHeaderMismatch, error) {
	out := new(HoldfastHeaderMismatch)
	if err := holdfast.abi.UnpackIntoInterface(out, "HeaderMismatch", raw); err != nil {
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

// HoldfastHeldTooLittle represents a HeldTooLittle error raised by the Holdfast contract.
type HoldfastHeldTooLittle struct {
	Asset  uint32
	Held   uint64
	Amount uint64
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error HeldTooLittle(uint32 asset, uint64 held, uint64 amount)
func HoldfastHeldTooLittleErrorID() common.Hash {
	return common.HexToHash("0x2afd470d270698699bffdcef50a9a0ca0ed28edfc0b672a2eca5cf482b4df6df")
}

// UnpackHeldTooLittleError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error HeldTooLittle(uint32 asset, uint64 held, uint64 amount)
func (holdfast *Holdfast) UnpackHeldTooLittleError(raw []byte) (*HoldfastHeldTooLittle, error) {
	out := new(HoldfastHeldTooLittle)
	if err := holdfast.abi.UnpackIntoInterface(out, "HeldTooLittle", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// HoldfastInboxHashMismatch represents a InboxHashMismatch error raised by the Holdfast contract.
type HoldfastInboxHashMismatch struct {
	Number   uint64
	To       uint64
	Expected [32]byte
	Given    [32]byte
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error InboxHashMismatch(uint64 number, uint64 to, bytes32 expected, bytes32 given)
func HoldfastInboxHashMismatchErrorID() common.Hash {
	return common.HexToHash("0x65c5e65fb0e143f4fff490e52826ac4b9c6513b1b186addcb964a68cc935b4bf")
}

// UnpackInboxHashMismatchError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error InboxHashMismatch(uint64 number, uint64 to, bytes32 expected, bytes32 given)
func (holdfast *Holdfast) UnpackInboxHashMismatchError(raw []byte) (*HoldfastInboxHashMismatch, error) {
	out := new(HoldfastInboxHashMismatch)
	if err := holdfast.abi.UnpackIntoInterface(out, "InboxHashMismatch", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// HoldfastInboxMismatch represents a InboxMismatch error raised by the Holdfast contract.
type HoldfastInboxMismatch struct {
	Number   uint64
	Expected uint64
	From     uint64
	To       uint64
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error InboxMismatch(uint64 number, uint64 expected, uint64 from, uint64 to)
func HoldfastInboxMismatchErrorID() common.Hash {
	return common.HexToHash("0xf892b004d5e0e6c4f79c91ed63232c18867affe8dabf813912a755a75ca70b11")
}

// UnpackInboxMismatchError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error InboxMismatch(uint64 number, uint64 expected, uint64 from, uint64 to)
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

// HoldfastLineageReused represents a LineageReused error raised by the Holdfast contract.
type HoldfastLineageReused struct {
	Lineage [16]byte
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error LineageReused(bytes16 lineage)
func HoldfastLineageReusedErrorID() common.Hash {
	return common.HexToHash("0xbe05b4850fed0f270a156627a5b447774c6ac739b289d4bc90c5195371fa76b7")
}

// UnpackLineageReusedError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error LineageReused(bytes16 lineage)
func (holdfast *Holdfast) UnpackLineageReusedError(raw []byte) (*HoldfastLineageReused, error) {
	out := new(HoldfastLineageReused)
	if err := holdfast.abi.UnpackIntoInterface(out, "LineageReused", raw); err != nil {
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

// HoldfastNotAToken represents a NotAToken error raised by the Holdfast contract.
type HoldfastNotAToken struct {
	Token common.Address
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error NotAToken(address token)
func HoldfastNotATokenErrorID() common.Hash {
	return common.HexToHash("0xf0ae59ab2305e450b7994c131d4d487b62eef4fac72f3b690bc790b01afd51f5")
}

// UnpackNotATokenError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error NotAToken(address token)
func (holdfast *Holdfast) UnpackNotATokenError(raw []byte) (*HoldfastNotAToken, error) {
	out := new(HoldfastNotAToken)
	if err := holdfast.abi.UnpackIntoInterface(out, "NotAToken", raw); err != nil {
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

// HoldfastNotRecipient represents a NotRecipient error raised by the Holdfast contract.
type HoldfastNotRecipient struct {
	Caller  common.Address
	Account common.Address
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error NotRecipient(address caller, address account)
func HoldfastNotRecipientErrorID() common.Hash {
	return common.HexToHash("0x1ae35ccaa6a89d23545c98a2942925f663bd586f98073b0984cd7180f1e6e9af")
}

// UnpackNotRecipientError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error NotRecipient(address caller, address account)
func (holdfast *Holdfast) UnpackNotRecipientError(raw []byte) (*HoldfastNotRecipient, error) {
	out := new(HoldfastNotRecipient)
	if err := holdfast.abi.UnpackIntoInterface(out, "NotRecipient", raw); err != nil {
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

// HoldfastNotVerified represents a NotVerified error raised by the Holdfast contract.
type HoldfastNotVerified struct {
	Number       uint64
	LastVerified uint64
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error NotVerified(uint64 number, uint64 lastVerified)
func HoldfastNotVerifiedErrorID() common.Hash {
	return common.HexToHash("0x60171d8415e1f5b2345c044d8274c43eacc5d0bd18e18092da07c6f7d9126eea")
}

// UnpackNotVerifiedError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error NotVerified(uint64 number, uint64 lastVerified)
func (holdfast *Holdfast) UnpackNotVerifiedError(raw []byte) (*HoldfastNotVerified, error) {
	out := new(HoldfastNotVerified)
	if err := holdfast.abi.UnpackIntoInterface(out, "NotVerified", raw); err != nil {
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

// HoldfastProofInvalid represents a ProofInvalid error raised by the Holdfast contract.
type HoldfastProofInvalid struct {
	Expected [32]byte
	Given    [32]byte
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error ProofInvalid(bytes32 expected, bytes32 given)
func HoldfastProofInvalidErrorID() common.Hash {
	return common.HexToHash("0x0397af8f29548cd9abb1943ced9db6e29fdc9acd82931743553e933374a7601d")
}

// UnpackProofInvalidError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error ProofInvalid(bytes32 expected, bytes32 given)
func (holdfast *Holdfast) UnpackProofInvalidError(raw []byte) (*HoldfastProofInvalid, error) {
	out := new(HoldfastProofInvalid)
	if err := holdfast.abi.UnpackIntoInterface(out, "ProofInvalid", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// HoldfastProofMalformed represents a ProofMalformed error raised by the Holdfast contract.
type HoldfastProofMalformed struct {
	Position uint32
	Count    uint32
	Siblings *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error ProofMalformed(uint32 position, uint32 count, uint256 siblings)
func HoldfastProofMalformedErrorID() common.Hash {
	return common.HexToHash("0xe4c9df66a66e9c660148067d9e7ca32f3bb5aa971fc8165c6694cefabbb489cc")
}

// UnpackProofMalformedError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error ProofMalformed(uint32 position, uint32 count, uint256 siblings)
func (holdfast *Holdfast) UnpackProofMalformedError(raw []byte) (*HoldfastProofMalformed, error) {
	out := new(HoldfastProofMalformed)
	if err := holdfast.abi.UnpackIntoInterface(out, "ProofMalformed", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// HoldfastProofsMismatch represents a ProofsMismatch error raised by the Holdfast contract.
type HoldfastProofsMismatch struct {
	Headers *big.Int
	Proofs  *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error ProofsMismatch(uint256 headers, uint256 proofs)
func HoldfastProofsMismatchErrorID() common.Hash {
	return common.HexToHash("0xcf5569d429319bcf7c97d2bd63290a81d02bf5ffeb9e1665b82ff4202753bc28")
}

// UnpackProofsMismatchError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error ProofsMismatch(uint256 headers, uint256 proofs)
func (holdfast *Holdfast) UnpackProofsMismatchError(raw []byte) (*HoldfastProofsMismatch, error) {
	out := new(HoldfastProofsMismatch)
	if err := holdfast.abi.UnpackIntoInterface(out, "ProofsMismatch", raw); err != nil {
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

// HoldfastReentered represents a Reentered error raised by the Holdfast contract.
type HoldfastReentered struct {
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error Reentered()
func HoldfastReenteredErrorID() common.Hash {
	return common.HexToHash("0xb5dfd9e53a10d4d747ca3de749b98baf23546e800cbacdb1dbc28233e586d1ee")
}

// UnpackReenteredError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error Reentered()
func (holdfast *Holdfast) UnpackReenteredError(raw []byte) (*HoldfastReentered, error) {
	out := new(HoldfastReentered)
	if err := holdfast.abi.UnpackIntoInterface(out, "Reentered", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// HoldfastReferenceMalformed represents a ReferenceMalformed error raised by the Holdfast contract.
type HoldfastReferenceMalformed struct {
	Number uint64
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error ReferenceMalformed(uint64 number)
func HoldfastReferenceMalformedErrorID() common.Hash {
	return common.HexToHash("0xb7366cc25396bab4fa7fefdfb570205e4a3beb787dafb9ff42d2ca5ea3eee81c")
}

// UnpackReferenceMalformedError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error ReferenceMalformed(uint64 number)
func (holdfast *Holdfast) UnpackReferenceMalformedError(raw []byte) (*HoldfastReferenceMalformed, error) {
	out := new(HoldfastReferenceMalformed)
	if err := holdfast.abi.UnpackIntoInterface(out, "ReferenceMalformed", raw); err != nil {
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

// HoldfastScaleTooLarge represents a ScaleTooLarge error raised by the Holdfast contract.
type HoldfastScaleTooLarge struct {
	Scale uint8
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error ScaleTooLarge(uint8 scale)
func HoldfastScaleTooLargeErrorID() common.Hash {
	return common.HexToHash("0x0b10d66fe6a62381ae62f9cac26bba810f37dcf40f857d94ffe929bc13a90a44")
}

// UnpackScaleTooLargeError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error ScaleTooLarge(uint8 scale)
func (holdfast *Holdfast) UnpackScaleTooLargeError(raw []byte) (*HoldfastScaleTooLarge, error) {
	out := new(HoldfastScaleTooLarge)
	if err := holdfast.abi.UnpackIntoInterface(out, "ScaleTooLarge", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// HoldfastTokenExists represents a TokenExists error raised by the Holdfast contract.
type HoldfastTokenExists struct {
	Token common.Address
	Asset uint32
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error TokenExists(address token, uint32 asset)
func HoldfastTokenExistsErrorID() common.Hash {
	return common.HexToHash("0x439052a9cb01af3c23ab37fbd58769bde1142f6d9d85d62b8790e010532da73d")
}

// UnpackTokenExistsError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error TokenExists(address token, uint32 asset)
func (holdfast *Holdfast) UnpackTokenExistsError(raw []byte) (*HoldfastTokenExists, error) {
	out := new(HoldfastTokenExists)
	if err := holdfast.abi.UnpackIntoInterface(out, "TokenExists", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// HoldfastTokenUnknown represents a TokenUnknown error raised by the Holdfast contract.
type HoldfastTokenUnknown struct {
	Token common.Address
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error TokenUnknown(address token)
func HoldfastTokenUnknownErrorID() common.Hash {
	return common.HexToHash("0x5ea1c1ed0865df5a594c2eaf0e7781fc46cff694e863a7bc21e7920a1606e598")
}

// UnpackTokenUnknownError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error TokenUnknown(address token)
func (holdfast *Holdfast) UnpackTokenUnknownError(raw []byte) (*HoldfastTokenUnknown, error) {
	out := new(HoldfastTokenUnknown)
	if err := holdfast.abi.UnpackIntoInterface(out, "TokenUnknown", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// HoldfastTransferFailed represents a TransferFailed error raised by the Holdfast contract.
type HoldfastTransferFailed struct {
	Token common.Address
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error TransferFailed(address token)
func HoldfastTransferFailedErrorID() common.Hash {
	return common.HexToHash("0x39f1c8d9a08940175dbc82f15840b953aa855264e371e68f3e5d5cb38c445fa0")
}

// UnpackTransferFailedError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error TransferFailed(address token)
func (holdfast *Holdfast) UnpackTransferFailedError(raw []byte) (*HoldfastTransferFailed, error) {
	out := new(HoldfastTransferFailed)
	if err := holdfast.abi.UnpackIntoInterface(out, "TransferFailed", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// HoldfastTransferIncomplete represents a TransferIncomplete error raised by the Holdfast contract.
type HoldfastTransferIncomplete struct {
	Expected *big.Int
	Received *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error TransferIncomplete(uint256 expected, uint256 received)
func HoldfastTransferIncompleteErrorID() common.Hash {
	return common.HexToHash("0x0ed31790c1ed838f27d8398fdc2d1466daba282f0732858f9ddf088bb2948af1")
}

// UnpackTransferIncompleteError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error TransferIncomplete(uint256 expected, uint256 received)
func (holdfast *Holdfast) UnpackTransferIncompleteError(raw []byte) (*HoldfastTransferIncomplete, error) {
	out := new(HoldfastTransferIncomplete)
	if err := holdfast.abi.UnpackIntoInterface(out, "TransferIncomplete", raw); err != nil {
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

// RiscZeroAdapterMetaData contains all meta data concerning the RiscZeroAdapter contract.
var RiscZeroAdapterMetaData = bind.MetaData{
	ABI: "[{\"inputs\":[{\"internalType\":\"contractIRiscZeroVerifier\",\"name\":\"verifier_\",\"type\":\"address\"},{\"internalType\":\"bytes32\",\"name\":\"imageId_\",\"type\":\"bytes32\"},{\"internalType\":\"bytes4\",\"name\":\"selector_\",\"type\":\"bytes4\"}],\"stateMutability\":\"nonpayable\",\"type\":\"constructor\"},{\"inputs\":[],\"name\":\"DevelopmentReceipt\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"verifier\",\"type\":\"address\"}],\"name\":\"NotAContract\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"bytes4\",\"name\":\"expected\",\"type\":\"bytes4\"},{\"internalType\":\"bytes4\",\"name\":\"given\",\"type\":\"bytes4\"}],\"name\":\"SelectorMismatch\",\"type\":\"error\"},{\"inputs\":[],\"name\":\"imageId\",\"outputs\":[{\"internalType\":\"bytes32\",\"name\":\"\",\"type\":\"bytes32\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"selector\",\"outputs\":[{\"internalType\":\"bytes4\",\"name\":\"\",\"type\":\"bytes4\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"verifier\",\"outputs\":[{\"internalType\":\"contractIRiscZeroVerifier\",\"name\":\"\",\"type\":\"address\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"bytes\",\"name\":\"journal\",\"type\":\"bytes\"},{\"internalType\":\"bytes\",\"name\":\"proof\",\"type\":\"bytes\"}],\"name\":\"verify\",\"outputs\":[],\"stateMutability\":\"view\",\"type\":\"function\"}]",
	ID:  "c6163f7555397fa46b1674b91802eaeb8d",
	Bin: "0x60e060405234801561000f575f5ffd5b506040516105b93803806105b983398101604081905261002e916100b3565b8281816001600160a01b03163b5f03610069576040516322a2d07b60e21b81526001600160a01b038316600482015260240160405180910390fd5b6001600160e01b03199081166080528281169003905061009c57604051633c1bda5b60e11b815260040160405180910390fd5b506001600160a01b0390911660a05260c05261010a565b5f5f5f606084860312156100c5575f5ffd5b83516001600160a01b03811681146100db575f5ffd5b6020850151604086015191945092506001600160e01b0319811681146100ff575f5ffd5b809150509250925092565b60805160a05160c05161046c61014d5f395f818160e4015261017301525f81816053015261013501525f818160a40152818161024c01526102e3015261046c5ff3fe608060405234801561000f575f5ffd5b506004361061004a575f3560e01c80632b7ac3f31461004e578063ea3d508a1461009f578063ef3f7dd5146100df578063f7e83aee14610114575b5f5ffd5b6100757f000000000000000000000000000000000000000000000000000000000000000081565b60405173ffffffffffffffffffffffffffffffffffffffff90911681526020015b60405180910390f35b6100c67f000000000000000000000000000000000000000000000000000000000000000081565b6040516001600160e01b03199091168152602001610096565b6101067f000000000000000000000000000000000000000000000000000000000000000081565b604051908152602001610096565b610127610122366004610366565b610129565b005b6101338282610233565b7f000000000000000000000000000000000000000000000000000000000000000073ffffffffffffffffffffffffffffffffffffffff1663ab750e7583837f0000000000000000000000000000000000000000000000000000000000000000600289896040516101a49291906103d2565b602060405180830381855afa1580156101bf573d5f5f3e3d5ffd5b5050506040513d601f19601f820116820180604052508101906101e291906103e1565b6040518563ffffffff1660e01b815260040161020194939291906103f8565b5f6040518083038186803b158015610217575f5ffd5b505afa158015610229573d5f5f3e3d5ffd5b5050505050505050565b5f61023e8284610436565b905060048210806102ad57507f00000000000000000000000000000000000000000000000000000000000000007bffffffffffffffffffffffffffffffffffffffffffffffffffffffff1916817bffffffffffffffffffffffffffffffffffffffffffffffffffffffff191614155b1561031c576040517fb8b38d4c0000000000000000000000000000000000000000000000000000000081526001600160e01b03197f0000000000000000000000000000000000000000000000000000000000000000811660048301528216602482015260440160405180910390fd5b505050565b5f5f83601f840112610331575f5ffd5b50813567ffffffffffffffff811115610348575f5ffd5b60208301915083602082850101111561035f575f5ffd5b9250929050565b5f5f5f5f60408587031215610379575f5ffd5b843567ffffffffffffffff81111561038f575f5ffd5b61039b87828801610321565b909550935050602085013567ffffffffffffffff8111156103ba575f5ffd5b6103c687828801610321565b95989497509550505050565b818382375f9101908152919050565b5f602082840312156103f1575f5ffd5b5051919050565b60608152836060820152838560808301375f608085830101525f6080601f19601f870116830101905083602083015282604083015295945050505050565b80356001600160e01b03198116906004841015610465576001600160e01b0319808560040360031b1b82161691505b509291505056",
}

// RiscZeroAdapter is an auto generated Go binding around an Ethereum contract.
type RiscZeroAdapter struct {
	abi abi.ABI
}

// GetABI returns the ABI associated with this contract binding.
func (c *RiscZeroAdapter) GetABI() abi.ABI {
	return c.abi
}

// NewRiscZeroAdapter creates a new instance of RiscZeroAdapter.
func NewRiscZeroAdapter() *RiscZeroAdapter {
	parsed, err := RiscZeroAdapterMetaData.ParseABI()
	if err != nil {
		panic(errors.New("invalid ABI: " + err.Error()))
	}
	return &RiscZeroAdapter{abi: *parsed}
}

// Instance creates a wrapper for a deployed contract instance at the given address.
// Use this to create the instance object passed to abigen v2 library functions Call, Transact, etc.
func (c *RiscZeroAdapter) Instance(backend bind.ContractBackend, addr common.Address) *bind.BoundContract {
	return bind.NewBoundContract(addr, c.abi, backend, backend, backend)
}

// PackConstructor is the Go binding used to pack the parameters required for
// contract deployment.
//
// Solidity: constructor(address verifier_, bytes32 imageId_, bytes4 selector_) returns()
func (riscZeroAdapter *RiscZeroAdapter) PackConstructor(verifier_ common.Address, imageId_ [32]byte, selector_ [4]byte) []byte {
	enc, err := riscZeroAdapter.abi.Pack("", verifier_, imageId_, selector_)
	if err != nil {
		panic(err)
	}
	return enc
}

// PackImageId is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xef3f7dd5.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function imageId() view returns(bytes32)
func (riscZeroAdapter *RiscZeroAdapter) PackImageId() []byte {
	enc, err := riscZeroAdapter.abi.Pack("imageId")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackImageId is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xef3f7dd5.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function imageId() view returns(bytes32)
func (riscZeroAdapter *RiscZeroAdapter) TryPackImageId() ([]byte, error) {
	return riscZeroAdapter.abi.Pack("imageId")
}

// UnpackImageId is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xef3f7dd5.
//
// Solidity: function imageId() view returns(bytes32)
func (riscZeroAdapter *RiscZeroAdapter) UnpackImageId(data []byte) ([32]byte, error) {
	out, err := riscZeroAdapter.abi.Unpack("imageId", data)
	if err != nil {
		return *new([32]byte), err
	}
	out0 := *abi.ConvertType(out[0], new([32]byte)).(*[32]byte)
	return out0, nil
}

// PackSelector is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xea3d508a.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function selector() view returns(bytes4)
func (riscZeroAdapter *RiscZeroAdapter) PackSelector() []byte {
	enc, err := riscZeroAdapter.abi.Pack("selector")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackSelector is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xea3d508a.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function selector() view returns(bytes4)
func (riscZeroAdapter *RiscZeroAdapter) TryPackSelector() ([]byte, error) {
	return riscZeroAdapter.abi.Pack("selector")
}

// UnpackSelector is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xea3d508a.
//
// Solidity: function selector() view returns(bytes4)
func (riscZeroAdapter *RiscZeroAdapter) UnpackSelector(data []byte) ([4]byte, error) {
	out, err := riscZeroAdapter.abi.Unpack("selector", data)
	if err != nil {
		return *new([4]byte), err
	}
	out0 := *abi.ConvertType(out[0], new([4]byte)).(*[4]byte)
	return out0, nil
}

// PackVerifier is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x2b7ac3f3.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function verifier() view returns(address)
func (riscZeroAdapter *RiscZeroAdapter) PackVerifier() []byte {
	enc, err := riscZeroAdapter.abi.Pack("verifier")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackVerifier is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x2b7ac3f3.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function verifier() view returns(address)
func (riscZeroAdapter *RiscZeroAdapter) TryPackVerifier() ([]byte, error) {
	return riscZeroAdapter.abi.Pack("verifier")
}

// UnpackVerifier is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x2b7ac3f3.
//
// Solidity: function verifier() view returns(address)
func (riscZeroAdapter *RiscZeroAdapter) UnpackVerifier(data []byte) (common.Address, error) {
	out, err := riscZeroAdapter.abi.Unpack("verifier", data)
	if err != nil {
		return *new(common.Address), err
	}
	out0 := *abi.ConvertType(out[0], new(common.Address)).(*common.Address)
	return out0, nil
}

// PackVerify is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xf7e83aee.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function verify(bytes journal, bytes proof) view returns()
func (riscZeroAdapter *RiscZeroAdapter) PackVerify(journal []byte, proof []byte) []byte {
	enc, err := riscZeroAdapter.abi.Pack("verify", journal, proof)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackVerify is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xf7e83aee.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function verify(bytes journal, bytes proof) view returns()
func (riscZeroAdapter *RiscZeroAdapter) TryPackVerify(journal []byte, proof []byte) ([]byte, error) {
	return riscZeroAdapter.abi.Pack("verify", journal, proof)
}

// UnpackError attempts to decode the provided error data using user-defined
// error definitions.
func (riscZeroAdapter *RiscZeroAdapter) UnpackError(raw []byte) (any, error) {
	if bytes.Equal(raw[:4], riscZeroAdapter.abi.Errors["DevelopmentReceipt"].ID.Bytes()[:4]) {
		return riscZeroAdapter.UnpackDevelopmentReceiptError(raw[4:])
	}
	if bytes.Equal(raw[:4], riscZeroAdapter.abi.Errors["NotAContract"].ID.Bytes()[:4]) {
		return riscZeroAdapter.UnpackNotAContractError(raw[4:])
	}
	if bytes.Equal(raw[:4], riscZeroAdapter.abi.Errors["SelectorMismatch"].ID.Bytes()[:4]) {
		return riscZeroAdapter.UnpackSelectorMismatchError(raw[4:])
	}
	return nil, errors.New("Unknown error")
}

// RiscZeroAdapterDevelopmentReceipt represents a DevelopmentReceipt error raised by the RiscZeroAdapter contract.
type RiscZeroAdapterDevelopmentReceipt struct {
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error DevelopmentReceipt()
func RiscZeroAdapterDevelopmentReceiptErrorID() common.Hash {
	return common.HexToHash("0x7837b4b61e71bc559618ccc6c32c355f9350c330bf944f0ee69c8891c8ceb06e")
}

// UnpackDevelopmentReceiptError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error DevelopmentReceipt()
func (riscZeroAdapter *RiscZeroAdapter) UnpackDevelopmentReceiptError(raw []byte) (*RiscZeroAdapterDevelopmentReceipt, error) {
	out := new(RiscZeroAdapterDevelopmentReceipt)
	if err := riscZeroAdapter.abi.UnpackIntoInterface(out, "DevelopmentReceipt", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// RiscZeroAdapterNotAContract represents a NotAContract error raised by the RiscZeroAdapter contract.
type RiscZeroAdapterNotAContract struct {
	Verifier common.Address
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error NotAContract(address verifier)
func RiscZeroAdapterNotAContractErrorID() common.Hash {
	return common.HexToHash("0x8a8b41ec6b8382733436ac0321a506b0d1e41dc29c8650d1fd1ff17e726ab809")
}

// UnpackNotAContractError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error NotAContract(address verifier)
func (riscZeroAdapter *RiscZeroAdapter) UnpackNotAContractError(raw []byte) (*RiscZeroAdapterNotAContract, error) {
	out := new(RiscZeroAdapterNotAContract)
	if err := riscZeroAdapter.abi.UnpackIntoInterface(out, "NotAContract", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// RiscZeroAdapterSelectorMismatch represents a SelectorMismatch error raised by the RiscZeroAdapter contract.
type RiscZeroAdapterSelectorMismatch struct {
	Expected [4]byte
	Given    [4]byte
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error SelectorMismatch(bytes4 expected, bytes4 given)
func RiscZeroAdapterSelectorMismatchErrorID() common.Hash {
	return common.HexToHash("0xb8b38d4cd7a5884f4cb11c59be42970d446cfae6fe10be6f1f703d37a9e63634")
}

// UnpackSelectorMismatchError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error SelectorMismatch(bytes4 expected, bytes4 given)
func (riscZeroAdapter *RiscZeroAdapter) UnpackSelectorMismatchError(raw []byte) (*RiscZeroAdapterSelectorMismatch, error) {
	out := new(RiscZeroAdapterSelectorMismatch)
	if err := riscZeroAdapter.abi.UnpackIntoInterface(out, "SelectorMismatch", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// SP1AdapterMetaData contains all meta data concerning the SP1Adapter contract.
var SP1AdapterMetaData = bind.MetaData{
	ABI: "[{\"inputs\":[{\"internalType\":\"contractISP1Verifier\",\"name\":\"verifier_\",\"type\":\"address\"},{\"internalType\":\"bytes32\",\"name\":\"programVKey_\",\"type\":\"bytes32\"},{\"internalType\":\"bytes4\",\"name\":\"selector_\",\"type\":\"bytes4\"}],\"stateMutability\":\"nonpayable\",\"type\":\"constructor\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"verifier\",\"type\":\"address\"}],\"name\":\"NotAContract\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"bytes4\",\"name\":\"expected\",\"type\":\"bytes4\"},{\"internalType\":\"bytes4\",\"name\":\"given\",\"type\":\"bytes4\"}],\"name\":\"SelectorMismatch\",\"type\":\"error\"},{\"inputs\":[],\"name\":\"programVKey\",\"outputs\":[{\"internalType\":\"bytes32\",\"name\":\"\",\"type\":\"bytes32\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"selector\",\"outputs\":[{\"internalType\":\"bytes4\",\"name\":\"\",\"type\":\"bytes4\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"verifier\",\"outputs\":[{\"internalType\":\"contractISP1Verifier\",\"name\":\"\",\"type\":\"address\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"bytes\",\"name\":\"journal\",\"type\":\"bytes\"},{\"internalType\":\"bytes\",\"name\":\"proof\",\"type\":\"bytes\"}],\"name\":\"verify\",\"outputs\":[],\"stateMutability\":\"view\",\"type\":\"function\"}]",
	ID:  "f259d5adcce1014644c0d52ac71a201f47",
	Bin: "0x60e060405234801561000f575f5ffd5b5060405161055c38038061055c83398101604081905261002e9161008e565b8281816001600160a01b03163b5f03610069576040516322a2d07b60e21b81526001600160a01b038316600482015260240160405180910390fd5b6001600160e01b03191660805250506001600160a01b0390911660a05260c0526100e5565b5f5f5f606084860312156100a0575f5ffd5b83516001600160a01b03811681146100b6575f5ffd5b6020850151604086015191945092506001600160e01b0319811681146100da575f5ffd5b809150509250925092565b60805160a05160c0516104346101285f395f81816053015261019d01525f8181608d015261017001525f818160d90152818161021801526102af01526104345ff3fe608060405234801561000f575f5ffd5b506004361061004a575f3560e01c80631ddb5d291461004e5780632b7ac3f314610088578063ea3d508a146100d4578063f7e83aee14610114575b5f5ffd5b6100757f000000000000000000000000000000000000000000000000000000000000000081565b6040519081526020015b60405180910390f35b6100af7f000000000000000000000000000000000000000000000000000000000000000081565b60405173ffffffffffffffffffffffffffffffffffffffff909116815260200161007f565b6100fb7f000000000000000000000000000000000000000000000000000000000000000081565b6040516001600160e01b0319909116815260200161007f565b610127610122366004610332565b610129565b005b61013382826101ff565b6040517f41493c6000000000000000000000000000000000000000000000000000000000815273ffffffffffffffffffffffffffffffffffffffff7f000000000000000000000000000000000000000000000000000000000000000016906341493c60906101cd907f00000000000000000000000000000000000000000000000000000000000000009088908890889088906004016103c6565b5f6040518083038186803b1580156101e3575f5ffd5b505afa1580156101f5573d5f5f3e3d5ffd5b5050505050505050565b5f61020a82846103fe565b9050600482108061027957507f00000000000000000000000000000000000000000000000000000000000000007bffffffffffffffffffffffffffffffffffffffffffffffffffffffff1916817bffffffffffffffffffffffffffffffffffffffffffffffffffffffff191614155b156102e8576040517fb8b38d4c0000000000000000000000000000000000000000000000000000000081526001600160e01b03197f0000000000000000000000000000000000000000000000000000000000000000811660048301528216602482015260440160405180910390fd5b505050565b5f5f83601f8401126102fd575f5ffd5b50813567ffffffffffffffff811115610314575f5ffd5b60208301915083602082850101111561032b575f5ffd5b9250929050565b5f5f5f5f60408587031215610345575f5ffd5b843567ffffffffffffffff81111561035b575f5ffd5b610367878288016102ed565b909550935050602085013567ffffffffffffffff811115610386575f5ffd5b610392878288016102ed565b95989497509550505050565b81835281816020850137505f828201602090810191909152601f909101601f19169091010190565b858152606060208201525f6103df60608301868861039e565b82810360408401526103f281858761039e565b98975050505050505050565b80356001600160e01b0319811690600484101561042d576001600160e01b0319808560040360031b1b82161691505b509291505056",
}

// SP1Adapter is an auto generated Go binding around an Ethereum contract.
type SP1Adapter struct {
	abi abi.ABI
}

// GetABI returns the ABI associated with this contract binding.
func (c *SP1Adapter) GetABI() abi.ABI {
	return c.abi
}

// NewSP1Adapter creates a new instance of SP1Adapter.
func NewSP1Adapter() *SP1Adapter {
	parsed, err := SP1AdapterMetaData.ParseABI()
	if err != nil {
		panic(errors.New("invalid ABI: " + err.Error()))
	}
	return &SP1Adapter{abi: *parsed}
}

// Instance creates a wrapper for a deployed contract instance at the given address.
// Use this to create the instance object passed to abigen v2 library functions Call, Transact, etc.
func (c *SP1Adapter) Instance(backend bind.ContractBackend, addr common.Address) *bind.BoundContract {
	return bind.NewBoundContract(addr, c.abi, backend, backend, backend)
}

// PackConstructor is the Go binding used to pack the parameters required for
// contract deployment.
//
// Solidity: constructor(address verifier_, bytes32 programVKey_, bytes4 selector_) returns()
func (sP1Adapter *SP1Adapter) PackConstructor(verifier_ common.Address, programVKey_ [32]byte, selector_ [4]byte) []byte {
	enc, err := sP1Adapter.abi.Pack("", verifier_, programVKey_, selector_)
	if err != nil {
		panic(err)
	}
	return enc
}

// PackProgramVKey is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x1ddb5d29.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function programVKey() view returns(bytes32)
func (sP1Adapter *SP1Adapter) PackProgramVKey() []byte {
	enc, err := sP1Adapter.abi.Pack("programVKey")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackProgramVKey is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x1ddb5d29.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function programVKey() view returns(bytes32)
func (sP1Adapter *SP1Adapter) TryPackProgramVKey() ([]byte, error) {
	return sP1Adapter.abi.Pack("programVKey")
}

// UnpackProgramVKey is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x1ddb5d29.
//
// Solidity: function programVKey() view returns(bytes32)
func (sP1Adapter *SP1Adapter) UnpackProgramVKey(data []byte) ([32]byte, error) {
	out, err := sP1Adapter.abi.Unpack("programVKey", data)
	if err != nil {
		return *new([32]byte), err
	}
	out0 := *abi.ConvertType(out[0], new([32]byte)).(*[32]byte)
	return out0, nil
}

// PackSelector is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xea3d508a.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function selector() view returns(bytes4)
func (sP1Adapter *SP1Adapter) PackSelector() []byte {
	enc, err := sP1Adapter.abi.Pack("selector")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackSelector is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xea3d508a.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function selector() view returns(bytes4)
func (sP1Adapter *SP1Adapter) TryPackSelector() ([]byte, error) {
	return sP1Adapter.abi.Pack("selector")
}

// UnpackSelector is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xea3d508a.
//
// Solidity: function selector() view returns(bytes4)
func (sP1Adapter *SP1Adapter) UnpackSelector(data []byte) ([4]byte, error) {
	out, err := sP1Adapter.abi.Unpack("selector", data)
	if err != nil {
		return *new([4]byte), err
	}
	out0 := *abi.ConvertType(out[0], new([4]byte)).(*[4]byte)
	return out0, nil
}

// PackVerifier is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x2b7ac3f3.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function verifier() view returns(address)
func (sP1Adapter *SP1Adapter) PackVerifier() []byte {
	enc, err := sP1Adapter.abi.Pack("verifier")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackVerifier is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x2b7ac3f3.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function verifier() view returns(address)
func (sP1Adapter *SP1Adapter) TryPackVerifier() ([]byte, error) {
	return sP1Adapter.abi.Pack("verifier")
}

// UnpackVerifier is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x2b7ac3f3.
//
// Solidity: function verifier() view returns(address)
func (sP1Adapter *SP1Adapter) UnpackVerifier(data []byte) (common.Address, error) {
	out, err := sP1Adapter.abi.Unpack("verifier", data)
	if err != nil {
		return *new(common.Address), err
	}
	out0 := *abi.ConvertType(out[0], new(common.Address)).(*common.Address)
	return out0, nil
}

// PackVerify is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xf7e83aee.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function verify(bytes journal, bytes proof) view returns()
func (sP1Adapter *SP1Adapter) PackVerify(journal []byte, proof []byte) []byte {
	enc, err := sP1Adapter.abi.Pack("verify", journal, proof)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackVerify is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xf7e83aee.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function verify(bytes journal, bytes proof) view returns()
func (sP1Adapter *SP1Adapter) TryPackVerify(journal []byte, proof []byte) ([]byte, error) {
	return sP1Adapter.abi.Pack("verify", journal, proof)
}

// UnpackError attempts to decode the provided error data using user-defined
// error definitions.
func (sP1Adapter *SP1Adapter) UnpackError(raw []byte) (any, error) {
	if bytes.Equal(raw[:4], sP1Adapter.abi.Errors["NotAContract"].ID.Bytes()[:4]) {
		return sP1Adapter.UnpackNotAContractError(raw[4:])
	}
	if bytes.Equal(raw[:4], sP1Adapter.abi.Errors["SelectorMismatch"].ID.Bytes()[:4]) {
		return sP1Adapter.UnpackSelectorMismatchError(raw[4:])
	}
	return nil, errors.New("Unknown error")
}

// SP1AdapterNotAContract represents a NotAContract error raised by the SP1Adapter contract.
type SP1AdapterNotAContract struct {
	Verifier common.Address
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error NotAContract(address verifier)
func SP1AdapterNotAContractErrorID() common.Hash {
	return common.HexToHash("0x8a8b41ec6b8382733436ac0321a506b0d1e41dc29c8650d1fd1ff17e726ab809")
}

// UnpackNotAContractError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error NotAContract(address verifier)
func (sP1Adapter *SP1Adapter) UnpackNotAContractError(raw []byte) (*SP1AdapterNotAContract, error) {
	out := new(SP1AdapterNotAContract)
	if err := sP1Adapter.abi.UnpackIntoInterface(out, "NotAContract", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// SP1AdapterSelectorMismatch represents a SelectorMismatch error raised by the SP1Adapter contract.
type SP1AdapterSelectorMismatch struct {
	Expected [4]byte
	Given    [4]byte
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error SelectorMismatch(bytes4 expected, bytes4 given)
func SP1AdapterSelectorMismatchErrorID() common.Hash {
	return common.HexToHash("0xb8b38d4cd7a5884f4cb11c59be42970d446cfae6fe10be6f1f703d37a9e63634")
}

// UnpackSelectorMismatchError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error SelectorMismatch(bytes4 expected, bytes4 given)
func (sP1Adapter *SP1Adapter) UnpackSelectorMismatchError(raw []byte) (*SP1AdapterSelectorMismatch, error) {
	out := new(SP1AdapterSelectorMismatch)
	if err := sP1Adapter.abi.UnpackIntoInterface(out, "SelectorMismatch", raw); err != nil {
		return nil, err
	}
	return out, nil
}
