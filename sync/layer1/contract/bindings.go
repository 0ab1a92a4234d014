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

// HoldfastListing is an auto generated low-level Go binding around an user-defined struct.
type HoldfastListing struct {
	Asset  uint32
	Token  common.Address
	Scale  uint8
	Open   bool
	Held   uint64
	Funded uint64
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
	PausedSince   uint64
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

// DevelopmentVerifierMetaData contains all meta data concerning the DevelopmentVerifier contract.
var DevelopmentVerifierMetaData = bind.MetaData{
	ABI: "[{\"inputs\":[{\"internalType\":\"uint256[]\",\"name\":\"key\",\"type\":\"uint256[]\"},{\"internalType\":\"bytes4\",\"name\":\"selector_\",\"type\":\"bytes4\"}],\"stateMutability\":\"nonpayable\",\"type\":\"constructor\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"input\",\"type\":\"uint256\"}],\"name\":\"InputTooLarge\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"words\",\"type\":\"uint256\"}],\"name\":\"KeyLength\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"chainId\",\"type\":\"uint256\"}],\"name\":\"NotADevelopmentChain\",\"type\":\"error\"},{\"inputs\":[],\"name\":\"ProofInvalid\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"length\",\"type\":\"uint256\"}],\"name\":\"ProofLength\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"bytes4\",\"name\":\"received\",\"type\":\"bytes4\"},{\"internalType\":\"bytes4\",\"name\":\"expected\",\"type\":\"bytes4\"}],\"name\":\"WrongVerifierSelector\",\"type\":\"error\"},{\"inputs\":[],\"name\":\"selector\",\"outputs\":[{\"internalType\":\"bytes4\",\"name\":\"\",\"type\":\"bytes4\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"bytes32\",\"name\":\"programVKey\",\"type\":\"bytes32\"},{\"internalType\":\"bytes\",\"name\":\"publicValues\",\"type\":\"bytes\"},{\"internalType\":\"bytes\",\"name\":\"proofBytes\",\"type\":\"bytes\"}],\"name\":\"verifyProof\",\"outputs\":[],\"stateMutability\":\"view\",\"type\":\"function\"}]",
	ID:  "a638b653712a3adaf55eb2c476794d11db",
	Bin: "0x60a0604052346101a3576109f280380380610019816101b7565b9283398101906040818303126101a35780516001600160401b0381116101a35781019082601f830112156101a3578151926001600160401b03841161016f578360051b92602061006a8186016101b7565b809681520190602082958201019283116101a357602001905b8282106101a75750505060200151916001600160e01b0319831683036101a35760128151108015610196575b6101835751906001600160401b03821161016f5768010000000000000000821161016f575f54825f55808310610145575b505f8080527f290decd9548b62a8d60345a988386fc84ba6bc95484008f6362f93160ef3e563905b838110610131578460805260405161081590816101dd8239608051818181604f01526101080152f35b600190602084519401938184015501610108565b5f8052828060205f20019103905f5b8281106101625750506100e0565b5f82820155600101610154565b634e487b7160e01b5f52604160045260245ffd5b516304e439cb60e51b5f5260045260245ffd5b50600181511615156100af565b5f80fd5b8151815260209182019101610083565b6040519190601f01601f191682016001600160401b0381118382101761016f5760405256fe60806040526004361015610011575f80fd5b5f3560e01c806341493c60146100775763ea3d508a1461002f575f80fd5b34610073575f3660031901126100735760206040516001600160e01b03197f0000000000000000000000000000000000000000000000000000000000000000168152f35b5f80fd5b346100735760603660031901126100735760243567ffffffffffffffff8111610073576100a8903690600401610794565b60443567ffffffffffffffff8111610073576100c8903690600401610794565b61053993919346141580610788575b61075c5761010481036107315783356001600160e01b031981169060048310610715575b506001600160e01b0319807f00000000000000000000000000000000000000000000000000000000000000001691168181036106e757505060205f6060946040519461014787876107c2565b60028652601f1987013685880137600435610161876107e4565b528160405192839283378101838152039060025afa156106dc577f1fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff5f51166101a8836107f1565b528060041161007357830192610100818503600319011261007357836023820112156100735761010093604051916101e086846107c2565b8290610104810192831161007357600401905b8282106106cc5750505060405192838460205f5492838152015f80527f290decd9548b62a8d60345a988386fc84ba6bc95484008f6362f93160ef3e563925f5b8181106106b3575050610248925003856107c2565b83518351600181018091116103f8577f7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff811681036103f85760011b600e019081600e116103f85703610686578351600e1015610672576101c08401906101e0850151918551600f101561067257610200860151935f5b8651811015610456577f30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f00000016102f28289610801565b51101561042057604051946080860186811067ffffffffffffffff82111761040c576040528160011b7f7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff831683036103f85780600e019081600e116103f85760108101908183116103f8576103696011928d610801565b518952018091116103f85761037e908a610801565b519660208701978852610391838a610801565b519160408801928352868801905f825260408989816007611770fa93525260408660808160066096fa169451955194156103d0576001019493946102be565b7f7fcdd1f4000000000000000000000000000000000000000000000000000000005f5260045ffd5b634e487b7160e01b5f52601160045260245ffd5b634e487b7160e01b5f52604160045260245ffd5b61042a9087610801565b517f302b4b7e000000000000000000000000000000000000000000000000000000005f5260045260245ffd5b50878588939560208401957f30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47875110156103d05760405196610300880188811067ffffffffffffffff82111761040c5760405285518852517f30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47037f30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd4781116103f85760208801526040850151604088015280850151818801526080850151608088015260a085015160a088015261052b866107e4565b5160c088015261053a866107f1565b5160e088015285516002101561067257850151838701528451600310156106725760808501516101208701528451600410156106725760a08501516101408701528451600510156106725760c08501516101608701526101808601526101a08501528251600610156106725760e08301516101c0850152825160071015610672578201516101e0840152815160081015610672576101208201516102008401528151600910156106725761014082015161022084015260c081015161024084015260e001516102608301528051600a1015610672576101608101516102808301528051600b1015610672576101808101516102a08301528051600c1015610672576101a08101516102c083015251600d1015610672576103005f918360209450516102e082015260086202c308fa5f5116156103d057005b634e487b7160e01b5f52603260045260245ffd5b83517f9c873960000000000000000000000000000000000000000000000000000000005f5260045260245ffd5b8454835260019485019489945060209093019201610233565b81358152602091820191016101f3565b6040513d5f823e3d90fd5b7f988066a1000000000000000000000000000000000000000000000000000000005f5260045260245260445ffd5b6001600160e01b03198092508360040360031b1b1616856100fb565b7f988aaeab000000000000000000000000000000000000000000000000000000005f5260045260245ffd5b7fd84a6772000000000000000000000000000000000000000000000000000000005f524660045260245ffd5b50617a694614156100d7565b9181601f840112156100735782359167ffffffffffffffff8311610073576020838186019501011161007357565b90601f8019910116810190811067ffffffffffffffff82111761040c57604052565b8051156106725760200190565b8051600110156106725760400190565b80518210156106725760209160051b01019056",
}

// DevelopmentVerifier is an auto generated Go binding around an Ethereum contract.
type DevelopmentVerifier struct {
	abi abi.ABI
}

// GetABI returns the ABI associated with this contract binding.
func (c *DevelopmentVerifier) GetABI() abi.ABI {
	return c.abi
}

// NewDevelopmentVerifier creates a new instance of DevelopmentVerifier.
func NewDevelopmentVerifier() *DevelopmentVerifier {
	parsed, err := DevelopmentVerifierMetaData.ParseABI()
	if err != nil {
		panic(errors.New("invalid ABI: " + err.Error()))
	}
	return &DevelopmentVerifier{abi: *parsed}
}

// Instance creates a wrapper for a deployed contract instance at the given address.
// Use this to create the instance object passed to abigen v2 library functions Call, Transact, etc.
func (c *DevelopmentVerifier) Instance(backend bind.ContractBackend, addr common.Address) *bind.BoundContract {
	return bind.NewBoundContract(addr, c.abi, backend, backend, backend)
}

// PackConstructor is the Go binding used to pack the parameters required for
// contract deployment.
//
// Solidity: constructor(uint256[] key, bytes4 selector_) returns()
func (developmentVerifier *DevelopmentVerifier) PackConstructor(key []*big.Int, selector_ [4]byte) []byte {
	enc, err := developmentVerifier.abi.Pack("", key, selector_)
	if err != nil {
		panic(err)
	}
	return enc
}

// PackSelector is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xea3d508a.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function selector() view returns(bytes4)
func (developmentVerifier *DevelopmentVerifier) PackSelector() []byte {
	enc, err := developmentVerifier.abi.Pack("selector")
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
func (developmentVerifier *DevelopmentVerifier) TryPackSelector() ([]byte, error) {
	return developmentVerifier.abi.Pack("selector")
}

// UnpackSelector is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xea3d508a.
//
// Solidity: function selector() view returns(bytes4)
func (developmentVerifier *DevelopmentVerifier) UnpackSelector(data []byte) ([4]byte, error) {
	out, err := developmentVerifier.abi.Unpack("selector", data)
	if err != nil {
		return *new([4]byte), err
	}
	out0 := *abi.ConvertType(out[0], new([4]byte)).(*[4]byte)
	return out0, nil
}

// PackVerifyProof is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x41493c60.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function verifyProof(bytes32 programVKey, bytes publicValues, bytes proofBytes) view returns()
func (developmentVerifier *DevelopmentVerifier) PackVerifyProof(programVKey [32]byte, publicValues []byte, proofBytes []byte) []byte {
	enc, err := developmentVerifier.abi.Pack("verifyProof", programVKey, publicValues, proofBytes)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackVerifyProof is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x41493c60.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function verifyProof(bytes32 programVKey, bytes publicValues, bytes proofBytes) view returns()
func (developmentVerifier *DevelopmentVerifier) TryPackVerifyProof(programVKey [32]byte, publicValues []byte, proofBytes []byte) ([]byte, error) {
	return developmentVerifier.abi.Pack("verifyProof", programVKey, publicValues, proofBytes)
}

// UnpackError attempts to decode the provided error data using user-defined
// error definitions.
func (developmentVerifier *DevelopmentVerifier) UnpackError(raw []byte) (any, error) {
	if bytes.Equal(raw[:4], developmentVerifier.abi.Errors["InputTooLarge"].ID.Bytes()[:4]) {
		return developmentVerifier.UnpackInputTooLargeError(raw[4:])
	}
	if bytes.Equal(raw[:4], developmentVerifier.abi.Errors["KeyLength"].ID.Bytes()[:4]) {
		return developmentVerifier.UnpackKeyLengthError(raw[4:])
	}
	if bytes.Equal(raw[:4], developmentVerifier.abi.Errors["NotADevelopmentChain"].ID.Bytes()[:4]) {
		return developmentVerifier.UnpackNotADevelopmentChainError(raw[4:])
	}
	if bytes.Equal(raw[:4], developmentVerifier.abi.Errors["ProofInvalid"].ID.Bytes()[:4]) {
		return developmentVerifier.UnpackProofInvalidError(raw[4:])
	}
	if bytes.Equal(raw[:4], developmentVerifier.abi.Errors["ProofLength"].ID.Bytes()[:4]) {
		return developmentVerifier.UnpackProofLengthError(raw[4:])
	}
	if bytes.Equal(raw[:4], developmentVerifier.abi.Errors["WrongVerifierSelector"].ID.Bytes()[:4]) {
		return developmentVerifier.UnpackWrongVerifierSelectorError(raw[4:])
	}
	return nil, errors.New("Unknown error")
}

// DevelopmentVerifierInputTooLarge represents a InputTooLarge error raised by the DevelopmentVerifier contract.
type DevelopmentVerifierInputTooLarge struct {
	Input *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error InputTooLarge(uint256 input)
func DevelopmentVerifierInputTooLargeErrorID() common.Hash {
	return common.HexToHash("0x302b4b7e46de5e15c1c82b6ba155b464ec988afd6390c6d627a43fe46d705650")
}

// UnpackInputTooLargeError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error InputTooLarge(uint256 input)
func (developmentVerifier *DevelopmentVerifier) UnpackInputTooLargeError(raw []byte) (*DevelopmentVerifierInputTooLarge, error) {
	out := new(DevelopmentVerifierInputTooLarge)
	if err := developmentVerifier.abi.UnpackIntoInterface(out, "InputTooLarge", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// DevelopmentVerifierKeyLength represents a KeyLength error raised by the DevelopmentVerifier contract.
type DevelopmentVerifierKeyLength struct {
	Words *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error KeyLength(uint256 words)
func DevelopmentVerifierKeyLengthErrorID() common.Hash {
	return common.HexToHash("0x9c87396074795b92aa3270e0fef1d1343c8db402fc889249d245cfdc2a7e8679")
}

// UnpackKeyLengthError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error KeyLength(uint256 words)
func (developmentVerifier *DevelopmentVerifier) UnpackKeyLengthError(raw []byte) (*DevelopmentVerifierKeyLength, error) {
	out := new(DevelopmentVerifierKeyLength)
	if err := developmentVerifier.abi.UnpackIntoInterface(out, "KeyLength", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// DevelopmentVerifierNotADevelopmentChain represents a NotADevelopmentChain error raised by the DevelopmentVerifier contract.
type DevelopmentVerifierNotADevelopmentChain struct {
	ChainId *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error NotADevelopmentChain(uint256 chainId)
func DevelopmentVerifierNotADevelopmentChainErrorID() common.Hash {
	return common.HexToHash("0xd84a67724e38c1d209133ebc2ae3792dad98ebb0613a3590fa2d6a8299fb9e88")
}

// UnpackNotADevelopmentChainError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error NotADevelopmentChain(uint256 chainId)
func (developmentVerifier *DevelopmentVerifier) UnpackNotADevelopmentChainError(raw []byte) (*DevelopmentVerifierNotADevelopmentChain, error) {
	out := new(DevelopmentVerifierNotADevelopmentChain)
	if err := developmentVerifier.abi.UnpackIntoInterface(out, "NotADevelopmentChain", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// DevelopmentVerifierProofInvalid represents a ProofInvalid error raised by the DevelopmentVerifier contract.
type DevelopmentVerifierProofInvalid struct {
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error ProofInvalid()
func DevelopmentVerifierProofInvalidErrorID() common.Hash {
	return common.HexToHash("0x7fcdd1f433fad06e243ebb12f415f49dc48f357e41b96f61f504279fe6bb2ac6")
}

// UnpackProofInvalidError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error ProofInvalid()
func (developmentVerifier *DevelopmentVerifier) UnpackProofInvalidError(raw []byte) (*DevelopmentVerifierProofInvalid, error) {
	out := new(DevelopmentVerifierProofInvalid)
	if err := developmentVerifier.abi.UnpackIntoInterface(out, "ProofInvalid", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// DevelopmentVerifierProofLength represents a ProofLength error raised by the DevelopmentVerifier contract.
type DevelopmentVerifierProofLength struct {
	Length *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error ProofLength(uint256 length)
func DevelopmentVerifierProofLengthErrorID() common.Hash {
	return common.HexToHash("0x988aaeab89d73952d6f6c6eacde6249321e29225672cdd7fc166b3c31027c4ec")
}

// UnpackProofLengthError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error ProofLength(uint256 length)
func (developmentVerifier *DevelopmentVerifier) UnpackProofLengthError(raw []byte) (*DevelopmentVerifierProofLength, error) {
	out := new(DevelopmentVerifierProofLength)
	if err := developmentVerifier.abi.UnpackIntoInterface(out, "ProofLength", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// DevelopmentVerifierWrongVerifierSelector represents a WrongVerifierSelector error raised by the DevelopmentVerifier contract.
type DevelopmentVerifierWrongVerifierSelector struct {
	Received [4]byte
	Expected [4]byte
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error WrongVerifierSelector(bytes4 received, bytes4 expected)
func DevelopmentVerifierWrongVerifierSelectorErrorID() common.Hash {
	return common.HexToHash("0x988066a157a935c6f68575b232c8f870f539fb8527ef81eedb1aa84faa37098c")
}

// UnpackWrongVerifierSelectorError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error WrongVerifierSelector(bytes4 received, bytes4 expected)
func (developmentVerifier *DevelopmentVerifier) UnpackWrongVerifierSelectorError(raw []byte) (*DevelopmentVerifierWrongVerifierSelector, error) {
	out := new(DevelopmentVerifierWrongVerifierSelector)
	if err := developmentVerifier.abi.UnpackIntoInterface(out, "WrongVerifierSelector", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// ExecutionOnlyVerifierMetaData contains all meta data concerning the ExecutionOnlyVerifier contract.
var ExecutionOnlyVerifierMetaData = bind.MetaData{
	ABI: "[{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"chainId\",\"type\":\"uint256\"}],\"name\":\"NotADevelopmentChain\",\"type\":\"error\"},{\"inputs\":[],\"name\":\"ProofNotExpected\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"bytes\",\"name\":\"\",\"type\":\"bytes\"},{\"internalType\":\"bytes\",\"name\":\"proof\",\"type\":\"bytes\"}],\"name\":\"verify\",\"outputs\":[],\"stateMutability\":\"view\",\"type\":\"function\"}]",
	ID:  "cd0c893f657f8ea54e83835b4480c2cc01",
	Bin: "0x60808060405234601557610121908161001a8239f35b5f80fdfe60806040526004361015610011575f80fd5b5f3560e01c63f7e83aee14610024575f80fd5b346100ef5760403660031901126100ef5760043567ffffffffffffffff81116100ef576100559036906004016100f3565b505060243567ffffffffffffffff81116100ef576100779036906004016100f3565b9050610539461415806100e3575b6100b75761008f57005b7f8069a6ae000000000000000000000000000000000000000000000000000000005f5260045ffd5b7fd84a6772000000000000000000000000000000000000000000000000000000005f524660045260245ffd5b50617a69461415610085565b5f80fd5b9181601f840112156100ef5782359167ffffffffffffffff83116100ef57602083818601950101116100ef5756",
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

// Groth16VerifierMetaData contains all meta data concerning the Groth16Verifier contract.
var Groth16VerifierMetaData = bind.MetaData{
	ABI: "[{\"inputs\":[{\"internalType\":\"uint256[]\",\"name\":\"key\",\"type\":\"uint256[]\"}],\"stateMutability\":\"nonpayable\",\"type\":\"constructor\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"input\",\"type\":\"uint256\"}],\"name\":\"InputTooLarge\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"words\",\"type\":\"uint256\"}],\"name\":\"KeyLength\",\"type\":\"error\"},{\"inputs\":[],\"name\":\"ProofInvalid\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint256[8]\",\"name\":\"proof\",\"type\":\"uint256[8]\"},{\"internalType\":\"uint256[5]\",\"name\":\"input\",\"type\":\"uint256[5]\"}],\"name\":\"verifyProof\",\"outputs\":[],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"uint256[8]\",\"name\":\"proof\",\"type\":\"uint256[8]\"},{\"internalType\":\"uint256[2]\",\"name\":\"input\",\"type\":\"uint256[2]\"}],\"name\":\"verifyProof\",\"outputs\":[],\"stateMutability\":\"view\",\"type\":\"function\"}]",
	ID:  "4f3a0d26ab280c60121ea45276be7bae2b",
	Bin: "0x60806040523461018c5761081e8038038061001981610190565b92833981019060208183031261018c578051906001600160401b03821161018c57019080601f8301121561018c578151906001600160401b038211610148578160051b92602061006a818601610190565b8094815201906020829582010192831161018c57602001905b82821061017c575050506012815110801561016f575b61015c5751906001600160401b03821161014857680100000000000000008211610148575f54825f5580831061011e575b505f8080527f290decd9548b62a8d60345a988386fc84ba6bc95484008f6362f93160ef3e5639291905b82811061010a5760405161066890816101b68239f35b6001906020835193019281860155016100f4565b5f8052828060205f20019103905f5b82811061013b5750506100ca565b5f8282015560010161012d565b634e487b7160e01b5f52604160045260245ffd5b516304e439cb60e51b5f5260045260245ffd5b5060018151161515610099565b8151815260209182019101610083565b5f80fd5b6040519190601f01601f191682016001600160401b038111838210176101485760405256fe60806040526004361015610011575f80fd5b5f3560e01c80632a07d99a146100ad57635fe24f231461002f575f80fd5b346100a9576101403660031901126100a95736610104116100a95736610144116100a957604051610061606082610113565b6002815260403660208301375f5b6002811015610095576001908060051b610104013561008e8285610149565b520161006f565b6100a7826100a236610171565b6101ad565b005b5f80fd5b346100a9576101a03660031901126100a95736610104116100a957366101a4116100a9576040516100df60c082610113565b6005815260a03660208301375f5b6005811015610095576001908060051b610104013561010c8285610149565b52016100ed565b90601f8019910116810190811067ffffffffffffffff82111761013557604052565b634e487b7160e01b5f52604160045260245ffd5b805182101561015d5760209160051b010190565b634e487b7160e01b5f52603260045260245ffd5b906040519161018261010084610113565b8290610104116100a9576004905b610104821061019d575050565b8135815260209182019101610190565b9190604051809260205f5492838152019184835f80527f290decd9548b62a8d60345a988386fc84ba6bc95484008f6362f93160ef3e563925f5b81811061064f5750506101fc92500385610113565b83518351600181018091116103ae577f7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff811681036103ae5760011b600e019081600e116103ae5703610622578351600e101561015d576101c08401906101e0850151918551600f101561015d57610200860151935f5b86518110156103f8577f30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f00000016102a68289610149565b5110156103c257604051946080860186811067ffffffffffffffff821117610135576040528160011b7f7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff831683036103ae5780600e019081600e116103ae5760108101908183116103ae5761031d6011928d610149565b518952018091116103ae57610332908a610149565b519660208701978852610345838a610149565b51916040880192835260608801905f82526040896060816007611770fa93525260408660808160066096fa1694519551941561038657600101949394610272565b7f7fcdd1f4000000000000000000000000000000000000000000000000000000005f5260045ffd5b634e487b7160e01b5f52601160045260245ffd5b6103cc9087610149565b517f302b4b7e000000000000000000000000000000000000000000000000000000005f5260045260245ffd5b509450949290959160208301947f30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47865110156103865760405195610300870187811067ffffffffffffffff8211176101355760405284518752517f30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47037f30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd4781116103ae57602087015260408401516040870152606084015160608701526080840151608087015260a084015160a087015284511561015d575160c086015283516001101561015d57604084015160e086015283516002101561015d57606084015161010086015283516003101561015d57608084015161012086015283516004101561015d5760a084015161014086015283516005101561015d5760c08401516101608601526101808501526101a084015281516006101561015d5760e08201516101c084015281516007101561015d576101008201516101e084015281516008101561015d5761012082015161020084015281516009101561015d5761014082015161022084015260c081015161024084015260e001516102608301528051600a101561015d576101608101516102808301528051600b101561015d576101808101516102a08301528051600c101561015d576101a08101516102c083015251600d101561015d576103005f918360209450516102e082015260086202c308fa5f51161561038657565b83517f9c873960000000000000000000000000000000000000000000000000000000005f5260045260245ffd5b84548352600194850194899450602090930192016101e756",
}

// Groth16Verifier is an auto generated Go binding around an Ethereum contract.
type Groth16Verifier struct {
	abi abi.ABI
}

// GetABI returns the ABI associated with this contract binding.
func (c *Groth16Verifier) GetABI() abi.ABI {
	return c.abi
}

// NewGroth16Verifier creates a new instance of Groth16Verifier.
func NewGroth16Verifier() *Groth16Verifier {
	parsed, err := Groth16VerifierMetaData.ParseABI()
	if err != nil {
		panic(errors.New("invalid ABI: " + err.Error()))
	}
	return &Groth16Verifier{abi: *parsed}
}

// Instance creates a wrapper for a deployed contract instance at the given address.
// Use this to create the instance object passed to abigen v2 library functions Call, Transact, etc.
func (c *Groth16Verifier) Instance(backend bind.ContractBackend, addr common.Address) *bind.BoundContract {
	return bind.NewBoundContract(addr, c.abi, backend, backend, backend)
}

// PackConstructor is the Go binding used to pack the parameters required for
// contract deployment.
//
// Solidity: constructor(uint256[] key) returns()
func (groth16Verifier *Groth16Verifier) PackConstructor(key []*big.Int) []byte {
	enc, err := groth16Verifier.abi.Pack("", key)
	if err != nil {
		panic(err)
	}
	return enc
}

// PackVerifyProof is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x2a07d99a.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function verifyProof(uint256[8] proof, uint256[5] input) view returns()
func (groth16Verifier *Groth16Verifier) PackVerifyProof(proof [8]*big.Int, input [5]*big.Int) []byte {
	enc, err := groth16Verifier.abi.Pack("verifyProof", proof, input)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackVerifyProof is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x2a07d99a.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function verifyProof(uint256[8] proof, uint256[5] input) view returns()
func (groth16Verifier *Groth16Verifier) TryPackVerifyProof(proof [8]*big.Int, input [5]*big.Int) ([]byte, error) {
	return groth16Verifier.abi.Pack("verifyProof", proof, input)
}

// PackVerifyProof0 is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x5fe24f23.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function verifyProof(uint256[8] proof, uint256[2] input) view returns()
func (groth16Verifier *Groth16Verifier) PackVerifyProof0(proof [8]*big.Int, input [2]*big.Int) []byte {
	enc, err := groth16Verifier.abi.Pack("verifyProof0", proof, input)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackVerifyProof0 is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x5fe24f23.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function verifyProof(uint256[8] proof, uint256[2] input) view returns()
func (groth16Verifier *Groth16Verifier) TryPackVerifyProof0(proof [8]*big.Int, input [2]*big.Int) ([]byte, error) {
	return groth16Verifier.abi.Pack("verifyProof0", proof, input)
}

// UnpackError attempts to decode the provided error data using user-defined
// error definitions.
func (groth16Verifier *Groth16Verifier) UnpackError(raw []byte) (any, error) {
	if bytes.Equal(raw[:4], groth16Verifier.abi.Errors["InputTooLarge"].ID.Bytes()[:4]) {
		return groth16Verifier.UnpackInputTooLargeError(raw[4:])
	}
	if bytes.Equal(raw[:4], groth16Verifier.abi.Errors["KeyLength"].ID.Bytes()[:4]) {
		return groth16Verifier.UnpackKeyLengthError(raw[4:])
	}
	if bytes.Equal(raw[:4], groth16Verifier.abi.Errors["ProofInvalid"].ID.Bytes()[:4]) {
		return groth16Verifier.UnpackProofInvalidError(raw[4:])
	}
	return nil, errors.New("Unknown error")
}

// Groth16VerifierInputTooLarge represents a InputTooLarge error raised by the Groth16Verifier contract.
type Groth16VerifierInputTooLarge struct {
	Input *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error InputTooLarge(uint256 input)
func Groth16VerifierInputTooLargeErrorID() common.Hash {
	return common.HexToHash("0x302b4b7e46de5e15c1c82b6ba155b464ec988afd6390c6d627a43fe46d705650")
}

// UnpackInputTooLargeError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error InputTooLarge(uint256 input)
func (groth16Verifier *Groth16Verifier) UnpackInputTooLargeError(raw []byte) (*Groth16VerifierInputTooLarge, error) {
	out := new(Groth16VerifierInputTooLarge)
	if err := groth16Verifier.abi.UnpackIntoInterface(out, "InputTooLarge", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// Groth16VerifierKeyLength represents a KeyLength error raised by the Groth16Verifier contract.
type Groth16VerifierKeyLength struct {
	Words *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error KeyLength(uint256 words)
func Groth16VerifierKeyLengthErrorID() common.Hash {
	return common.HexToHash("0x9c87396074795b92aa3270e0fef1d1343c8db402fc889249d245cfdc2a7e8679")
}

// UnpackKeyLengthError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error KeyLength(uint256 words)
func (groth16Verifier *Groth16Verifier) UnpackKeyLengthError(raw []byte) (*Groth16VerifierKeyLength, error) {
	out := new(Groth16VerifierKeyLength)
	if err := groth16Verifier.abi.UnpackIntoInterface(out, "KeyLength", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// Groth16VerifierProofInvalid represents a ProofInvalid error raised by the Groth16Verifier contract.
type Groth16VerifierProofInvalid struct {
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error ProofInvalid()
func Groth16VerifierProofInvalidErrorID() common.Hash {
	return common.HexToHash("0x7fcdd1f433fad06e243ebb12f415f49dc48f357e41b96f61f504279fe6bb2ac6")
}

// UnpackProofInvalidError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error ProofInvalid()
func (groth16Verifier *Groth16Verifier) UnpackProofInvalidError(raw []byte) (*Groth16VerifierProofInvalid, error) {
	out := new(Groth16VerifierProofInvalid)
	if err := groth16Verifier.abi.UnpackIntoInterface(out, "ProofInvalid", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// HoldfastMetaData contains all meta data concerning the Holdfast contract.
var HoldfastMetaData = bind.MetaData{
	ABI: "[{\"inputs\":[{\"internalType\":\"address\",\"name\":\"owner_\",\"type\":\"address\"},{\"internalType\":\"address\",\"name\":\"submitter_\",\"type\":\"address\"},{\"internalType\":\"address\",\"name\":\"prover_\",\"type\":\"address\"},{\"internalType\":\"address\",\"name\":\"guardian_\",\"type\":\"address\"},{\"internalType\":\"bytes32\",\"name\":\"genesisRoot_\",\"type\":\"bytes32\"},{\"internalType\":\"uint32\",\"name\":\"programVersion\",\"type\":\"uint32\"},{\"internalType\":\"contractIVerifier\",\"name\":\"verifier\",\"type\":\"address\"},{\"internalType\":\"uint64\",\"name\":\"programDelay_\",\"type\":\"uint64\"}],\"stateMutability\":\"nonpayable\",\"type\":\"constructor\"},{\"inputs\":[{\"internalType\":\"uint64\",\"name\":\"index\",\"type\":\"uint64\"}],\"name\":\"AlreadyClaimed\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint64\",\"name\":\"number\",\"type\":\"uint64\"},{\"internalType\":\"uint64\",\"name\":\"lastVerified\",\"type\":\"uint64\"}],\"name\":\"AlreadyVerified\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"amount\",\"type\":\"uint256\"},{\"internalType\":\"uint256\",\"name\":\"unit\",\"type\":\"uint256\"}],\"name\":\"AmountNotWhole\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"amount\",\"type\":\"uint256\"},{\"internalType\":\"uint64\",\"name\":\"held\",\"type\":\"uint64\"}],\"name\":\"AmountTooLarge\",\"type\":\"error\"},{\"inputs\":[],\"name\":\"AmountZero\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint32\",\"name\":\"asset\",\"type\":\"uint32\"}],\"name\":\"AssetListed\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint32\",\"name\":\"asset\",\"type\":\"uint32\"}],\"name\":\"AssetUnknown\",\"type\":\"error\"},{\"inputs\":[],\"name\":\"AssetZero\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint64\",\"name\":\"number\",\"type\":\"uint64\"},{\"internalType\":\"uint256\",\"name\":\"blob\",\"type\":\"uint256\"}],\"name\":\"BlobMissing\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"blob\",\"type\":\"uint256\"}],\"name\":\"BlobUnnamed\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"size\",\"type\":\"uint256\"}],\"name\":\"CalldataUnnamed\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint64\",\"name\":\"number\",\"type\":\"uint64\"},{\"internalType\":\"bytes32\",\"name\":\"expected\",\"type\":\"bytes32\"},{\"internalType\":\"bytes32\",\"name\":\"given\",\"type\":\"bytes32\"}],\"name\":\"CommitmentMismatch\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint32\",\"name\":\"asset\",\"type\":\"uint32\"}],\"name\":\"DepositsClosed\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint64\",\"name\":\"last\",\"type\":\"uint64\"},{\"internalType\":\"uint64\",\"name\":\"given\",\"type\":\"uint64\"}],\"name\":\"EpochTooOld\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint32\",\"name\":\"asset\",\"type\":\"uint32\"},{\"internalType\":\"uint64\",\"name\":\"expected\",\"type\":\"uint64\"},{\"internalType\":\"uint64\",\"name\":\"given\",\"type\":\"uint64\"}],\"name\":\"FundedMismatch\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"length\",\"type\":\"uint256\"}],\"name\":\"HeaderLength\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint64\",\"name\":\"number\",\"type\":\"uint64\"},{\"internalType\":\"bytes32\",\"name\":\"expected\",\"type\":\"bytes32\"},{\"internalType\":\"bytes32\",\"name\":\"given\",\"type\":\"bytes32\"}],\"name\":\"HeaderMismatch\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint8\",\"name\":\"version\",\"type\":\"uint8\"}],\"name\":\"HeaderVersionUnknown\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint32\",\"name\":\"asset\",\"type\":\"uint32\"},{\"internalType\":\"uint64\",\"name\":\"held\",\"type\":\"uint64\"},{\"internalType\":\"uint64\",\"name\":\"amount\",\"type\":\"uint64\"}],\"name\":\"HeldTooLittle\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint64\",\"name\":\"number\",\"type\":\"uint64\"},{\"internalType\":\"uint64\",\"name\":\"to\",\"type\":\"uint64\"},{\"internalType\":\"bytes32\",\"name\":\"expected\",\"type\":\"bytes32\"},{\"internalType\":\"bytes32\",\"name\":\"given\",\"type\":\"bytes32\"}],\"name\":\"InboxHashMismatch\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint64\",\"name\":\"number\",\"type\":\"uint64\"},{\"internalType\":\"uint64\",\"name\":\"expected\",\"type\":\"uint64\"},{\"internalType\":\"uint64\",\"name\":\"from\",\"type\":\"uint64\"},{\"internalType\":\"uint64\",\"name\":\"to\",\"type\":\"uint64\"}],\"name\":\"InboxMismatch\",\"type\":\"error\"},{\"inputs\":[],\"name\":\"IsNotPaused\",\"type\":\"error\"},{\"inputs\":[],\"name\":\"IsPaused\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"bytes16\",\"name\":\"registered\",\"type\":\"bytes16\"},{\"internalType\":\"bytes16\",\"name\":\"given\",\"type\":\"bytes16\"}],\"name\":\"LineageMismatch\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"bytes16\",\"name\":\"lineage\",\"type\":\"bytes16\"}],\"name\":\"LineageReused\",\"type\":\"error\"},{\"inputs\":[],\"name\":\"LineageZero\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"token\",\"type\":\"address\"}],\"name\":\"NotAToken\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint64\",\"name\":\"number\",\"type\":\"uint64\"},{\"internalType\":\"uint64\",\"name\":\"lastCommitted\",\"type\":\"uint64\"}],\"name\":\"NotCommitted\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"caller\",\"type\":\"address\"}],\"name\":\"NotGuardian\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint64\",\"name\":\"expected\",\"type\":\"uint64\"},{\"internalType\":\"uint64\",\"name\":\"given\",\"type\":\"uint64\"}],\"name\":\"NotNext\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"caller\",\"type\":\"address\"}],\"name\":\"NotOwner\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"caller\",\"type\":\"address\"}],\"name\":\"NotPendingOwner\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"caller\",\"type\":\"address\"}],\"name\":\"NotProver\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"caller\",\"type\":\"address\"},{\"internalType\":\"address\",\"name\":\"account\",\"type\":\"address\"}],\"name\":\"NotRecipient\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"caller\",\"type\":\"address\"}],\"name\":\"NotSubmitter\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint64\",\"name\":\"number\",\"type\":\"uint64\"},{\"internalType\":\"uint64\",\"name\":\"lastVerified\",\"type\":\"uint64\"}],\"name\":\"NotVerified\",\"type\":\"error\"},{\"inputs\":[],\"name\":\"NothingToCommit\",\"type\":\"error\"},{\"inputs\":[],\"name\":\"NothingToVerify\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint64\",\"name\":\"expected\",\"type\":\"uint64\"},{\"internalType\":\"uint64\",\"name\":\"given\",\"type\":\"uint64\"}],\"name\":\"NumberMismatch\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint64\",\"name\":\"number\",\"type\":\"uint64\"},{\"internalType\":\"bytes32\",\"name\":\"expected\",\"type\":\"bytes32\"},{\"internalType\":\"bytes32\",\"name\":\"given\",\"type\":\"bytes32\"}],\"name\":\"ParentMismatch\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint64\",\"name\":\"number\",\"type\":\"uint64\"},{\"internalType\":\"bytes32\",\"name\":\"expected\",\"type\":\"bytes32\"},{\"internalType\":\"bytes32\",\"name\":\"given\",\"type\":\"bytes32\"}],\"name\":\"PreRootMismatch\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint32\",\"name\":\"version\",\"type\":\"uint32\"}],\"name\":\"ProgramExists\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint32\",\"name\":\"version\",\"type\":\"uint32\"}],\"name\":\"ProgramUnknown\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"bytes32\",\"name\":\"expected\",\"type\":\"bytes32\"},{\"internalType\":\"bytes32\",\"name\":\"given\",\"type\":\"bytes32\"}],\"name\":\"ProofInvalid\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint32\",\"name\":\"position\",\"type\":\"uint32\"},{\"internalType\":\"uint32\",\"name\":\"count\",\"type\":\"uint32\"},{\"internalType\":\"uint256\",\"name\":\"siblings\",\"type\":\"uint256\"}],\"name\":\"ProofMalformed\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"headers\",\"type\":\"uint256\"},{\"internalType\":\"uint256\",\"name\":\"proofs\",\"type\":\"uint256\"}],\"name\":\"ProofsMismatch\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint64\",\"name\":\"number\",\"type\":\"uint64\"},{\"internalType\":\"uint8\",\"name\":\"provider\",\"type\":\"uint8\"}],\"name\":\"ProviderUnsupported\",\"type\":\"error\"},{\"inputs\":[],\"name\":\"Reentered\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint64\",\"name\":\"number\",\"type\":\"uint64\"}],\"name\":\"ReferenceMalformed\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"headers\",\"type\":\"uint256\"},{\"internalType\":\"uint256\",\"name\":\"refs\",\"type\":\"uint256\"}],\"name\":\"ReferencesMismatch\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint8\",\"name\":\"scale\",\"type\":\"uint8\"}],\"name\":\"ScaleTooLarge\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"token\",\"type\":\"address\"},{\"internalType\":\"uint32\",\"name\":\"asset\",\"type\":\"uint32\"}],\"name\":\"TokenExists\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"token\",\"type\":\"address\"}],\"name\":\"TokenUnknown\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"token\",\"type\":\"address\"}],\"name\":\"TransferFailed\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"expected\",\"type\":\"uint256\"},{\"internalType\":\"uint256\",\"name\":\"received\",\"type\":\"uint256\"}],\"name\":\"TransferIncomplete\",\"type\":\"error\"},{\"inputs\":[],\"name\":\"ZeroAddress\",\"type\":\"error\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"uint64\",\"name\":\"number\",\"type\":\"uint64\"},{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"postRoot\",\"type\":\"bytes32\"},{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"headerHash\",\"type\":\"bytes32\"},{\"components\":[{\"internalType\":\"uint8\",\"name\":\"provider\",\"type\":\"uint8\"},{\"internalType\":\"uint8\",\"name\":\"codec\",\"type\":\"uint8\"},{\"internalType\":\"bytes32\",\"name\":\"commitment\",\"type\":\"bytes32\"},{\"internalType\":\"uint32\",\"name\":\"size\",\"type\":\"uint32\"},{\"internalType\":\"bytes\",\"name\":\"extra\",\"type\":\"bytes\"}],\"indexed\":false,\"internalType\":\"structDaRef\",\"name\":\"ref\",\"type\":\"tuple\"}],\"name\":\"BatchCommitted\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"uint64\",\"name\":\"number\",\"type\":\"uint64\"},{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"headerHash\",\"type\":\"bytes32\"}],\"name\":\"BatchReverted\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"uint64\",\"name\":\"number\",\"type\":\"uint64\"},{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"postRoot\",\"type\":\"bytes32\"},{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"headerHash\",\"type\":\"bytes32\"}],\"name\":\"BatchVerified\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"uint64\",\"name\":\"index\",\"type\":\"uint64\"},{\"indexed\":true,\"internalType\":\"address\",\"name\":\"account\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"uint32\",\"name\":\"asset\",\"type\":\"uint32\"},{\"indexed\":false,\"internalType\":\"uint64\",\"name\":\"amount\",\"type\":\"uint64\"},{\"indexed\":false,\"internalType\":\"address\",\"name\":\"recipient\",\"type\":\"address\"}],\"name\":\"Claimed\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"uint64\",\"name\":\"index\",\"type\":\"uint64\"},{\"indexed\":true,\"internalType\":\"address\",\"name\":\"account\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"address\",\"name\":\"token\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"uint64\",\"name\":\"amount\",\"type\":\"uint64\"},{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"inboxHash\",\"type\":\"bytes32\"}],\"name\":\"Deposited\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"uint32\",\"name\":\"asset\",\"type\":\"uint32\"},{\"indexed\":false,\"internalType\":\"bool\",\"name\":\"open\",\"type\":\"bool\"}],\"name\":\"DepositsOpened\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"uint64\",\"name\":\"epoch\",\"type\":\"uint64\"}],\"name\":\"EpochAdvanced\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"uint32\",\"name\":\"asset\",\"type\":\"uint32\"},{\"indexed\":true,\"internalType\":\"address\",\"name\":\"by\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"uint64\",\"name\":\"amount\",\"type\":\"uint64\"},{\"indexed\":false,\"internalType\":\"uint64\",\"name\":\"total\",\"type\":\"uint64\"}],\"name\":\"Funded\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"bytes16\",\"name\":\"lineage\",\"type\":\"bytes16\"}],\"name\":\"LineageRegistered\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"address\",\"name\":\"owner\",\"type\":\"address\"},{\"indexed\":true,\"internalType\":\"address\",\"name\":\"pendingOwner\",\"type\":\"address\"}],\"name\":\"OwnershipOffered\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"address\",\"name\":\"owner\",\"type\":\"address\"}],\"name\":\"OwnershipTaken\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":false,\"internalType\":\"address\",\"name\":\"by\",\"type\":\"address\"}],\"name\":\"Paused\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"uint32\",\"name\":\"version\",\"type\":\"uint32\"}],\"name\":\"ProgramRetired\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"uint32\",\"name\":\"version\",\"type\":\"uint32\"},{\"indexed\":false,\"internalType\":\"address\",\"name\":\"verifier\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"uint64\",\"name\":\"activeFrom\",\"type\":\"uint64\"}],\"name\":\"ProgramScheduled\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":false,\"internalType\":\"address\",\"name\":\"submitter\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"address\",\"name\":\"prover\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"address\",\"name\":\"guardian\",\"type\":\"address\"}],\"name\":\"RolesChanged\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"bytes16\",\"name\":\"from\",\"type\":\"bytes16\"},{\"indexed\":true,\"internalType\":\"bytes16\",\"name\":\"to\",\"type\":\"bytes16\"},{\"indexed\":false,\"internalType\":\"uint64\",\"name\":\"lastCommitted\",\"type\":\"uint64\"},{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"headerHash\",\"type\":\"bytes32\"}],\"name\":\"TakenOver\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"uint32\",\"name\":\"asset\",\"type\":\"uint32\"},{\"indexed\":true,\"internalType\":\"address\",\"name\":\"token\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"uint8\",\"name\":\"scale\",\"type\":\"uint8\"}],\"name\":\"TokenListed\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":false,\"internalType\":\"address\",\"name\":\"by\",\"type\":\"address\"}],\"name\":\"Unpaused\",\"type\":\"event\"},{\"inputs\":[],\"name\":\"CLAIMS_HOLD\",\"outputs\":[{\"internalType\":\"uint64\",\"name\":\"\",\"type\":\"uint64\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"MAX_HELD\",\"outputs\":[{\"internalType\":\"uint64\",\"name\":\"\",\"type\":\"uint64\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"MAX_SCALE\",\"outputs\":[{\"internalType\":\"uint8\",\"name\":\"\",\"type\":\"uint8\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"acceptOwnership\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"token\",\"type\":\"address\"}],\"name\":\"assetOf\",\"outputs\":[{\"internalType\":\"uint32\",\"name\":\"\",\"type\":\"uint32\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"bytes\",\"name\":\"header\",\"type\":\"bytes\"},{\"components\":[{\"internalType\":\"uint64\",\"name\":\"index\",\"type\":\"uint64\"},{\"internalType\":\"uint32\",\"name\":\"asset\",\"type\":\"uint32\"},{\"internalType\":\"address\",\"name\":\"account\",\"type\":\"address\"},{\"internalType\":\"uint64\",\"name\":\"amount\",\"type\":\"uint64\"}],\"internalType\":\"structWithdrawal\",\"name\":\"w\",\"type\":\"tuple\"},{\"components\":[{\"internalType\":\"uint32\",\"name\":\"position\",\"type\":\"uint32\"},{\"internalType\":\"uint32\",\"name\":\"count\",\"type\":\"uint32\"},{\"internalType\":\"bytes32[]\",\"name\":\"siblings\",\"type\":\"bytes32[]\"}],\"internalType\":\"structWithdrawalProof\",\"name\":\"p\",\"type\":\"tuple\"},{\"internalType\":\"address\",\"name\":\"recipient\",\"type\":\"address\"}],\"name\":\"claim\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"uint64\",\"name\":\"counter\",\"type\":\"uint64\"},{\"internalType\":\"bytes[]\",\"name\":\"headers\",\"type\":\"bytes[]\"},{\"components\":[{\"internalType\":\"uint8\",\"name\":\"provider\",\"type\":\"uint8\"},{\"internalType\":\"uint8\",\"name\":\"codec\",\"type\":\"uint8\"},{\"internalType\":\"bytes32\",\"name\":\"commitment\",\"type\":\"bytes32\"},{\"internalType\":\"uint32\",\"name\":\"size\",\"type\":\"uint32\"},{\"internalType\":\"bytes\",\"name\":\"extra\",\"type\":\"bytes\"}],\"internalType\":\"structDaRef[]\",\"name\":\"refs\",\"type\":\"tuple[]\"}],\"name\":\"commitBatches\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"createdBlock\",\"outputs\":[{\"internalType\":\"uint64\",\"name\":\"\",\"type\":\"uint64\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"account\",\"type\":\"address\"}],\"name\":\"depositETH\",\"outputs\":[],\"stateMutability\":\"payable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"token\",\"type\":\"address\"},{\"internalType\":\"address\",\"name\":\"account\",\"type\":\"address\"},{\"internalType\":\"uint256\",\"name\":\"amount\",\"type\":\"uint256\"}],\"name\":\"depositToken\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"uint64\",\"name\":\"before\",\"type\":\"uint64\"}],\"name\":\"fundETH\",\"outputs\":[],\"stateMutability\":\"payable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"token\",\"type\":\"address\"},{\"internalType\":\"uint256\",\"name\":\"amount\",\"type\":\"uint256\"},{\"internalType\":\"uint64\",\"name\":\"before\",\"type\":\"uint64\"}],\"name\":\"fundToken\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"uint32\",\"name\":\"asset\",\"type\":\"uint32\"}],\"name\":\"funded\",\"outputs\":[{\"internalType\":\"uint64\",\"name\":\"\",\"type\":\"uint64\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"genesisRoot\",\"outputs\":[{\"internalType\":\"bytes32\",\"name\":\"\",\"type\":\"bytes32\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"guardian\",\"outputs\":[{\"internalType\":\"address\",\"name\":\"\",\"type\":\"address\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"uint64\",\"name\":\"number\",\"type\":\"uint64\"}],\"name\":\"headerHashes\",\"outputs\":[{\"internalType\":\"bytes32\",\"name\":\"\",\"type\":\"bytes32\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"uint64\",\"name\":\"length\",\"type\":\"uint64\"}],\"name\":\"inboxHashes\",\"outputs\":[{\"internalType\":\"bytes32\",\"name\":\"\",\"type\":\"bytes32\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"inboxLength\",\"outputs\":[{\"internalType\":\"uint64\",\"name\":\"\",\"type\":\"uint64\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"uint64\",\"name\":\"number\",\"type\":\"uint64\"}],\"name\":\"inspect\",\"outputs\":[{\"components\":[{\"internalType\":\"bytes16\",\"name\":\"lineage\",\"type\":\"bytes16\"},{\"internalType\":\"uint64\",\"name\":\"epoch\",\"type\":\"uint64\"},{\"internalType\":\"uint64\",\"name\":\"lastCommitted\",\"type\":\"uint64\"},{\"internalType\":\"uint64\",\"name\":\"lastVerified\",\"type\":\"uint64\"},{\"internalType\":\"bytes32\",\"name\":\"lastHash\",\"type\":\"bytes32\"},{\"internalType\":\"bytes32\",\"name\":\"lastRoot\",\"type\":\"bytes32\"},{\"internalType\":\"uint64\",\"name\":\"inboxConsumed\",\"type\":\"uint64\"},{\"internalType\":\"uint64\",\"name\":\"inboxLength\",\"type\":\"uint64\"},{\"internalType\":\"uint64\",\"name\":\"pausedSince\",\"type\":\"uint64\"},{\"internalType\":\"address\",\"name\":\"owner\",\"type\":\"address\"},{\"internalType\":\"address\",\"name\":\"submitter\",\"type\":\"address\"},{\"internalType\":\"address\",\"name\":\"prover\",\"type\":\"address\"},{\"internalType\":\"address\",\"name\":\"guardian\",\"type\":\"address\"}],\"internalType\":\"structHoldfast.State\",\"name\":\"state\",\"type\":\"tuple\"},{\"internalType\":\"bytes32\",\"name\":\"headerHash\",\"type\":\"bytes32\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"uint64\",\"name\":\"index\",\"type\":\"uint64\"}],\"name\":\"isClaimed\",\"outputs\":[{\"internalType\":\"bool\",\"name\":\"\",\"type\":\"bool\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"bytes\",\"name\":\"h\",\"type\":\"bytes\"}],\"name\":\"journal\",\"outputs\":[{\"internalType\":\"bytes\",\"name\":\"\",\"type\":\"bytes\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"bytes16\",\"name\":\"lineage\",\"type\":\"bytes16\"}],\"name\":\"lineageUsed\",\"outputs\":[{\"internalType\":\"bool\",\"name\":\"\",\"type\":\"bool\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"uint32\",\"name\":\"asset\",\"type\":\"uint32\"},{\"internalType\":\"address\",\"name\":\"token\",\"type\":\"address\"},{\"internalType\":\"uint8\",\"name\":\"scale\",\"type\":\"uint8\"}],\"name\":\"listToken\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"listings\",\"outputs\":[{\"components\":[{\"internalType\":\"uint32\",\"name\":\"asset\",\"type\":\"uint32\"},{\"internalType\":\"address\",\"name\":\"token\",\"type\":\"address\"},{\"internalType\":\"uint8\",\"name\":\"scale\",\"type\":\"uint8\"},{\"internalType\":\"bool\",\"name\":\"open\",\"type\":\"bool\"},{\"internalType\":\"uint64\",\"name\":\"held\",\"type\":\"uint64\"},{\"internalType\":\"uint64\",\"name\":\"funded\",\"type\":\"uint64\"}],\"internalType\":\"structHoldfast.Listing[]\",\"name\":\"all\",\"type\":\"tuple[]\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"uint32\",\"name\":\"asset\",\"type\":\"uint32\"},{\"internalType\":\"bool\",\"name\":\"open\",\"type\":\"bool\"}],\"name\":\"openDeposits\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"owner\",\"outputs\":[{\"internalType\":\"address\",\"name\":\"\",\"type\":\"address\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"pause\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"pendingOwner\",\"outputs\":[{\"internalType\":\"address\",\"name\":\"\",\"type\":\"address\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"programDelay\",\"outputs\":[{\"internalType\":\"uint64\",\"name\":\"\",\"type\":\"uint64\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"uint32\",\"name\":\"version\",\"type\":\"uint32\"}],\"name\":\"programs\",\"outputs\":[{\"internalType\":\"contractIVerifier\",\"name\":\"verifier\",\"type\":\"address\"},{\"internalType\":\"uint64\",\"name\":\"activeFrom\",\"type\":\"uint64\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"prover\",\"outputs\":[{\"internalType\":\"address\",\"name\":\"\",\"type\":\"address\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"uint32\",\"name\":\"version\",\"type\":\"uint32\"}],\"name\":\"retireProgram\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"uint64\",\"name\":\"from\",\"type\":\"uint64\"},{\"internalType\":\"bytes\",\"name\":\"parent\",\"type\":\"bytes\"}],\"name\":\"revertBatches\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"uint32\",\"name\":\"version\",\"type\":\"uint32\"},{\"internalType\":\"contractIVerifier\",\"name\":\"verifier\",\"type\":\"address\"}],\"name\":\"scheduleProgram\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"submitter_\",\"type\":\"address\"},{\"internalType\":\"address\",\"name\":\"prover_\",\"type\":\"address\"},{\"internalType\":\"address\",\"name\":\"guardian_\",\"type\":\"address\"}],\"name\":\"setRoles\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"submitter\",\"outputs\":[{\"internalType\":\"address\",\"name\":\"\",\"type\":\"address\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"bytes16\",\"name\":\"to\",\"type\":\"bytes16\"},{\"internalType\":\"uint64\",\"name\":\"expectedLast\",\"type\":\"uint64\"},{\"internalType\":\"bytes32\",\"name\":\"expectedHash\",\"type\":\"bytes32\"}],\"name\":\"takeOver\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"uint32\",\"name\":\"asset\",\"type\":\"uint32\"}],\"name\":\"tokens\",\"outputs\":[{\"internalType\":\"address\",\"name\":\"token\",\"type\":\"address\"},{\"internalType\":\"uint8\",\"name\":\"scale\",\"type\":\"uint8\"},{\"internalType\":\"uint64\",\"name\":\"held\",\"type\":\"uint64\"},{\"internalType\":\"bool\",\"name\":\"listed\",\"type\":\"bool\"},{\"internalType\":\"bool\",\"name\":\"open\",\"type\":\"bool\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"next\",\"type\":\"address\"}],\"name\":\"transferOwnership\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"unpause\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"uint64\",\"name\":\"first\",\"type\":\"uint64\"},{\"internalType\":\"bytes[]\",\"name\":\"headers\",\"type\":\"bytes[]\"},{\"internalType\":\"bytes[]\",\"name\":\"proofs\",\"type\":\"bytes[]\"}],\"name\":\"verifyBatches\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"}]",
	ID:  "9ee09b6b8fbe4ecb60010de900224ae367",
	Bin: "0x60e0604052346102d357604051601f61449538819003918201601f19168301916001600160401b0383118484101761028657808492610100946040528339810103126102d35761004e816102d7565b9061005b602082016102d7565b91610068604083016102d7565b90610075606084016102d7565b60808401519260a08501519563ffffffff87168097036102d35760c08601516001600160a01b03811696908790036102d35760e00151936001600160401b03851685036102d3576001600160a01b031690811580156102cb575b61029a575f80546001600160a01b0319168317815560405192907fdc3c82f4776932041f15a08f769aadd6ed44c2a975e64bbf0fde8cf812f8b6b89080a26001600160a01b0316801580156102ba575b80156102a9575b61029a57600480546001600160a01b031990811683179091556002805482166001600160a01b03958616908117909155600380549092169490951693841790558152602081019290925260408201527fbc8e5cec22009cb45324162584d043c03d372a645fa7c9dea262f45e52a2780090606090a160805260a0819052436001600160401b0390811660c0526007919091556040805192908301914281169083118484101761028657604092835281845260208085018281525f878152600a83528590209551865491516001600160e01b03199092166001600160a01b03919091161760a09190911b600160a01b600160e01b0316179094558251918252928101929092527f950ab5da3191bf960e548f841da3f444c5f8ae4686df2ff44eb2e1df18a738f091a26040516141a990816102ec82396080518181816109f20152612ad8015260a05181818161183001526126d1015260c051816131ee0152f35b634e487b7160e01b5f52604160045260245ffd5b63d92e233d60e01b5f5260045ffd5b506001600160a01b03841615610126565b506001600160a01b0383161561011f565b5086156100cf565b5f80fd5b51906001600160a01b03821682036102d35756fe60806040526004361015610011575f80fd5b5f3560e01c80632d2da806146133fa57806332a8f30f146133d457806333e32d02146132f957806337b8ec59146132d65780633f4ba83a14613238578063452a9320146132125780634593144c146131cf57806347f7e753146130f157806354841e9414612ffd5780635993e98214612fbf5780635d73de1e14612c8c57806371f9621114612c4e57806379ba509714612bc25780637de10aaf14612a4957806381e09ea014612a055780638456cb591461297f578063854e4ed11461283c578063874830be146128165780638ae997ec146125905780638da5cb5b1461256b5780638dc45d9a1461254557806397208003146122835780639c8648f414612130578063a61e85441461194e578063a9ece665146118be578063b951ac31146118a1578063bb68645614611853578063c703372114611819578063cc54ebf7146117e1578063cc77a17314610c8c578063d108998014610a16578063d54b04e6146109d3578063e30c3978146109ad578063f2fde38b14610913578063f355be7214610741578063f6c94deb14610544578063f6def7cf14610529578063fb0f97a8146102cb578063fbb6272d14610256578063fd0f2982146102185763fe08e9ea146101dc575f80fd5b34610214576020366003190112610214576001600160401b036101fd6135e5565b165f52600c602052602060405f2054604051908152f35b5f80fd5b34610214576020366003190112610214576001600160801b031961023a6136e1565b165f526009602052602060ff60405f2054166040519015158152f35b346102145760203660031901126102145763ffffffff6102746135c4565b165f52600d60205260a060405f205460ff604051916001600160a01b03811683528181851c1660208401526001600160401b038160a81c166040840152818160e81c161515606084015260f01c1615156080820152f35b34610214576060366003190112610214576102e4613598565b6102ec6135ae565b906044359060055460c01c6105015760ff5f5c166104d957600160ff195f5c16175f5d6001600160a01b0381169283156104c6576001600160a01b03811690811561049e5761033a83613ed8565b9060808201511561048557610350918691613f84565b9460205f600b54936001600160401b03851694858352600c84526040832054916001600160c01b03196040519286840194855260c01b1660408301526bffffffffffffffffffffffff198960601b1660488301526bffffffffffffffffffffffff199060601b16605c8201526001600160c01b03198a60c01b166070820152605881526103de607882613765565b604051918291518091835e8101838152039060025afa1561047a5760607fb4857758e5ca78ee920362bb2d7220deb2612f92afa8a226d36d266c7cb05b1091610470976001600160401b035f519181610436886137c6565b165f52600c6020528260405f20558161044e886137c6565b168219600b541617600b556040519384521660208301526040820152a36139a2565b60ff195f5c165f5d005b6040513d5f823e3d90fd5b63ffffffff906334c1c7dd60e11b5f521660045260245ffd5b7fd92e233d000000000000000000000000000000000000000000000000000000005f5260045ffd5b83635ea1c1ed60e01b5f5260045260245ffd5b7fb5dfd9e5000000000000000000000000000000000000000000000000000000005f5260045ffd5b7f1309a563000000000000000000000000000000000000000000000000000000005f5260045ffd5b34610214575f36600319011261021457602060405160248152f35b34610214575f366003190112610214576010546105608161396a565b9061056e6040519283613765565b80825261057d601f199161396a565b015f5b81811061070657825f5b815181101561066d578063ffffffff6105a4600193613786565b90549060031b1c16805f52600d60205260405f20604051906105c5826136f8565b5460806001600160a01b0382169283815260ff8360a01c169081602082015260ff6001600160401b038560a81c1694856040840152818160e81c161515606084015260f01c1615159283910152845f52600f6020526001600160401b0360405f20541693604051956106368761374a565b8652602086015260408501526060840152608083015260a082015261065b8285613981565b526106668184613981565b500161058a565b506040518091602082016020835281518091526020604084019201905f5b818110610699575050500390f35b91935091602060c06001926001600160401b0360a0885163ffffffff81511684526001600160a01b0386820151168685015260ff604082015116604085015260608101511515606085015282608082015116608085015201511660a082015201940191019184939261068b565b6020906040516107158161374a565b5f81525f838201525f60408201525f60608201525f60808201525f60a082015282828601015201610580565b346102145760603660031901126102145761075a6136e1565b602435906001600160401b03821680920361021457604435906001600160a01b036003541633036108e7576001600160801b031981169283156108bf57835f52600960205260ff60405f205416610893576001600160401b036107bb613804565b511680820361087e5750805f52600860205260405f2054928381036108645750602084805f936001600160801b0319969785526009845260408520600160ff1982541617905560065497604051918252848201527fbda77f48d22dbdaa0d2446a80136e18b48017cb84120324fa9d10122d2296a526040888a60801b1692a36040519061084782613713565b8152015260801c91161767ffffffffffffffff60801b1916600655005b8382630fe5351b60e41b5f5260045260245260445260645ffd5b6313bfc33960e21b5f5260045260245260445ffd5b837fbe05b485000000000000000000000000000000000000000000000000000000005f5260045260245ffd5b7f71a0bf18000000000000000000000000000000000000000000000000000000005f5260045ffd5b7fa252c151000000000000000000000000000000000000000000000000000000005f523360045260245ffd5b346102145760203660031901126102145761092c613598565b6001600160a01b035f541690813303610981576001600160a01b031690816001600160a01b031960015416176001557f278a93ce3591db94ed65bf1107826228ec69e444fbe2006b25e1ba8f18955b7f5f80a3005b7f245aecd3000000000000000000000000000000000000000000000000000000005f523360045260245ffd5b34610214575f3660031901126102145760206001600160a01b0360015416604051908152f35b34610214575f3660031901126102145760206040516001600160401b037f0000000000000000000000000000000000000000000000000000000000000000168152f35b3461021457602036600319011261021457610a2f6135e5565b604051610a3b8161372e565b5f8152602081015f9052604081015f9052606081015f9052608081015f905260a081015f905260c081015f905260e081015f905261010081015f905261012081015f905261014081015f905261016081015f9052610180015f9052610a9e613804565b906006549180516001600160401b03169060208101516001600160401b031690825f52600860205260405f2054906007549060408101516001600160401b031690600b546001600160401b031690606001516001600160401b0316915f546001600160a01b0316936004546001600160a01b0316956002546001600160a01b0316976003546001600160a01b0316996040519b610b3a8d61372e565b8d60801b6001600160801b0319168d5260208d01809e60801c6001600160401b0316905260408d0191825260608d0192835260808d0193845260a08d0194855260c08d0195865260e08d019687526101008d019788526101208d019889526101408d01998a526101608d019a8b526101808d019b8c526001600160401b03165f52600860205260405f20549b6040519d8e91516001600160801b0319168252516001600160401b03169060200152516001600160401b031660408d0152516001600160401b031660608c01525160808b01525160a08a0152516001600160401b031660c0890152516001600160401b031660e0880152516001600160401b0316610100870152516001600160a01b0316610120860152516001600160a01b0316610140850152516001600160a01b0316610160840152516001600160a01b03166101808301526101a08201526101c090f35b3461021457610c9a36613658565b906005949392945460c01c610501576001600160a01b036004541633036117b557841561178d5781850361175d57610cd0613804565b946040519461010086018681106001600160401b03821117611749576001600160801b031991610d77916040999899525f89525f60208a01525f60408a01525f60608a01525f60808a01525f60a08a01525f60c08a01525f60e08a01526001600160401b03885116808a526001600160401b0360408a01511660208b01525f52600860205260405f205460608a015260075460808a0152610d71878061389d565b91613d0d565b1660408701525f5b818110610ede57858760a08101518049610eb3575060e081015180610e885750610e816001600160401b036060608094610e4c83865116808352610de685602089015116918260408601526001600160401b03166001600160401b03196005541617600555565b610e23856020850151166fffffffffffffffff0000000000000000196fffffffffffffffff00000000000000006005549260401b16911617600555565b67ffffffffffffffff60801b1967ffffffffffffffff60801b6005549260801b16911617600555565b01511677ffffffffffffffffffffffffffffffffffffffffffffffff6001600160c01b03196005549260c01b16911617600555565b0151600755005b7fc2482b09000000000000000000000000000000000000000000000000000000005f5260045260245ffd5b7ff1f3744f000000000000000000000000000000000000000000000000000000005f5260045260245ffd5b610ee98183876138cf565b610112810361173757801561139b57813560f81c6001810361170c57506001600160801b03196001830135166001600160801b031960408b0151168082036116de5750506001600160401b03610f41818b51166137c6565b16601183013560c01c036116ac57601982999899013560608901518082036116735750506039820135608089015180820361163a57505060208801516001600160401b031660ae83013560c01c81811480159061162a575b6115d957505060b682013560c01c5f52600c60205260405f205460be830135908082148015906115c0575b61156f5750505f602091610fdf61010e85013560e01c613b71565b50601184013560c01c8a5260b684013560c01c838b0152605984013560808b01526040518181928683378101838152039060025afa1561047a5760115f51918260608a0152013560c01c5f52600860205260405f2055611040818585613948565b600260ff61104d83613eca565b16036113cc5760808101906006611064838361389d565b9050036113af57611075828261389d565b9290921561139b57611087908261389d565b6001929192101561139b57600182013560f81c15801561137d575b8015611339575b61131c576110bd600183013560f81c61396a565b6110ca6040519182613765565b600183013560f81c8082526110de9061396a565b6020820190601f19013682375f5b600185013560f81c81106112a15750604051915160208301929183915f905b808210611289575050509061112c816040949303601f198101835282613765565b5190209101359080820361124d57505090600161115292013560f81c903560f81c61419c565b60a08701525b6001600160401b0386511690608087015191606088015161117a838888613948565b9060405194855260208501526060604085015260ff611198826135d7565b16606085015260ff6111ac602083016135d7565b166080850152604081013560a0850152606081013563ffffffff81168091036102145760c08501526080810135601e19823603018112156102145701602081359101936001600160401b03821161021457813603851361021457806112416001967f2a1ad2a6503910392ee8a2f2a83da624f5f20c9453feca7aef33bdfa7825e7e39460a060e08501526101008401916138e6565b0390a201959495610d7f565b6001600160401b038a51167f1a8c617e000000000000000000000000000000000000000000000000000000005f5260045260245260445260645ffd5b9091926020806001928651815201940192019061110b565b6112af81873560f81c61419c565b496112ba8285613981565b526112c58184613981565b51156112d3576001016110ec565b6112ed86916001600160401b038e5116923560f81c61419c565b907f7bc1a38b000000000000000000000000000000000000000000000000000000005f5260045260245260445ffd5b6001600160401b03895116635b9b366160e11b5f5260045260245ffd5b5060a0890151833560f81c141580156110a95750823560f81c600181019081106113695760a08a015114156110a9565b634e487b7160e01b5f52601160045260245ffd5b506006611395600184013560f81c853560f81c61419c565b116110a2565b634e487b7160e01b5f52603260045260245ffd5b6001600160401b03885116635b9b366160e11b5f5260045260245ffd5b600360ff6113d983613eca565b16036114f2576080810160046113ef828461389d565b9050036113af57611400908261389d565b5063ffffffff61141260608401613c5f565b1660090191826009116113695736823560e01c1180156114e5575b80156114c5575b61131c57611446823560e01c36613995565b611450848261419c565b808211610214573681116102145781900361146a81613cc3565b6114776040519182613765565b81815260208101913681850111610214576020815f926040968637830101525190209101359080820361124d575050906114bb91600160c08a01523560e01c613995565b60e0870152611158565b5060c089015115158015611434575060e0890151823560e01c1415611434565b50813560e01c831161142d565b600160ff6114ff83613eca565b16141580611559575b6115125750611158565b60ff906115296001600160401b0389511691613eca565b907f6add72e6000000000000000000000000000000000000000000000000000000005f526004521660245260445ffd5b50600460ff61156783613eca565b161415611508565b608493925060b6604051937f65c5e65f000000000000000000000000000000000000000000000000000000008552601181013560c01c6004860152013560c01c602484015260448301526064820152fd5b5060b684013560c01c15158015610fc457508015610fc4565b9060b684608493604051937ff892b004000000000000000000000000000000000000000000000000000000008552601183013560c01c600486015260248501526044840152013560c01c6064820152fd5b508160b685013560c01c10610f99565b6011847f72f00269000000000000000000000000000000000000000000000000000000005f52013560c01c60045260245260445260645ffd5b6011847f91e23f42000000000000000000000000000000000000000000000000000000005f52013560c01c60045260245260445260645ffd5b6011826001600160401b036116c3818d51166137c6565b6313bfc33960e21b5f5216600452013560c01c60245260445ffd5b7f298f7e40000000000000000000000000000000000000000000000000000000005f5260045260245260445ffd5b7fdb9479f4000000000000000000000000000000000000000000000000000000005f5260045260245ffd5b635f9fd76360e11b5f5260045260245ffd5b634e487b7160e01b5f52604160045260245ffd5b50837f75e39ee2000000000000000000000000000000000000000000000000000000005f5260045260245260445ffd5b7f3d608c53000000000000000000000000000000000000000000000000000000005f5260045ffd5b7f16a049ca000000000000000000000000000000000000000000000000000000005f523360045260245ffd5b34610214576020366003190112610214576001600160401b036118026135e5565b165f526008602052602060405f2054604051908152f35b34610214575f3660031901126102145760206040517f00000000000000000000000000000000000000000000000000000000000000008152f35b346102145760203660031901126102145763ffffffff6118716135c4565b165f52600a6020526040805f20546001600160401b038251916001600160a01b038116835260a01c166020820152f35b34610214575f36600319011261021457602060405162093a808152f35b34610214576020366003190112610214576004356001600160401b038111610214576118ee9036906004016135fb565b90610112820361193b5760205f6040518484823780858101838152039060025afa1561047a5761193791611923915f51613bb9565b6040519182916020835260208301906136bd565b0390f35b50635f9fd76360e11b5f5260045260245ffd5b346102145760e0366003190112610214576004356001600160401b0381116102145761197e9036906004016135fb565b60803660231901126102145760a435916001600160401b038311610214578260040190606060031985360301126102145760c435916001600160a01b038316938484036102145760ff5f5c166104d957600160ff195f5c16175f5d6119e1613804565b6001600160401b03606082015116801515908161210a575b5061050157851561049e576001600160a01b03611a14613906565b16861415806120f0575b6120b057610112820361193b576001600160401b036020601186013560c01c9201511680821161208157509083611a5492613afd565b50602485015f5b63ffffffff611a6983613c5f565b166001821b1015611a84575f19811461136957600101611a5b565b86611a8e84613c5f565b63ffffffff80611a9d86613c5f565b16911610801590612069575b61200b5760205f611ab861391c565b611ac0613c4c565b6001600160c01b0319611ad1613906565b611ad9613932565b907fffffffff000000000000000000000000000000000000000000000000000000006040519484898701977f1000000000000000000000000000000000000000000000000000000000000000895260c01b16602187015260e01b1660298501526bffffffffffffffffffffffff199060601b16602d84015260c01b16604182015260298152611b69604982613765565b604051918291518091835e8101838152039060025afa1561047a5792905f519363ffffffff611b9784613c5f565b16925f915b838310611faa5789898960205f8b611bb38c613c5f565b90604051907fffffffff00000000000000000000000000000000000000000000000000000000858301937f1200000000000000000000000000000000000000000000000000000000000000855260e01b166021830152602582015260258152611c1d604582613765565b604051918291518091835e8101838152039060025afa1561047a5760de5f51910135808203611f7c57505066ffffffffffffff611c5861391c565b60081c165f52601160205260405f2054600160ff611c7461391c565b161b90818116611f405766ffffffffffffff611c8e61391c565b60081c165f5260116020521760405f205563ffffffff611cac613c4c565b165f52600d60205260405f209160405192611cc6846136f8565b54926001600160a01b0384168152602081019360ff8160a01c16855260408201906001600160401b038160a81c16825260ff808260e81c1615918215606086015260f01c1615156080840152611f20576001600160401b03611d26613932565b818351169182911611611ecd5750611d536001600160401b03611d94925116611d4d613932565b9061387d565b63ffffffff611d60613c4c565b165f52600d60205260405f209067ffffffffffffffff60a81b1967ffffffffffffffff60a81b83549260a81b169116179055565b611d9c61391c565b611da4613906565b7ffd7c59bbc299ee8bc68ca9f1143f63c98be2536f8dd8c707bcf0f17fd74ba6e860606001600160401b036001600160a01b03611ddf613c4c565b9482611de9613932565b63ffffffff6040519816885216602087015288604087015216941692a3611e2460ff6001600160401b03611e1b613932565b16955116613cb5565b9384810294818604149015171561136957516001600160a01b031680611e795750505f80809381935af1611e56613cde565b5015611e665760ff195f5c165f5d005b6339f1c8d960e01b5f525f60045260245ffd5b909150611ec892604051927fa9059cbb0000000000000000000000000000000000000000000000000000000060208501526024840152604483015260448252611ec3606483613765565b6140b8565b610470565b6001600160401b0390611ede613c4c565b9063ffffffff611eec613932565b927f2afd470d000000000000000000000000000000000000000000000000000000005f52166004526024521660445260645ffd5b63ffffffff611f2d613c4c565b631ef8f2a760e11b5f521660045260245ffd5b6001600160401b03611f5061391c565b7f15afccb0000000000000000000000000000000000000000000000000000000005f521660045260245ffd5b7f0397af8f000000000000000000000000000000000000000000000000000000005f5260045260245260445ffd5b9091929395600190818816155f14611feb57611fde90611fd786611fd16044870188613c70565b90613ca5565b3590614175565b96811c9493019190611b9c565b6120069061200086611fd16044870188613c70565b35614175565b611fde565b63ffffffff80925061203385604461202b61202583613c5f565b97613c5f565b940190613c70565b9490507fe4c9df66000000000000000000000000000000000000000000000000000000005f52166004521660245260445260645ffd5b50816120786044830186613c70565b90501415611aa9565b907f60171d84000000000000000000000000000000000000000000000000000000005f5260045260245260445ffd5b6001600160a01b036120c0613906565b7f1ae35cca000000000000000000000000000000000000000000000000000000005f52336004521660245260445ffd5b506001600160a01b03612101613906565b16331415611a1e565b62093a809150016001600160401b038111611369576001600160401b03164210886119f9565b6020366003190112610214576121446135e5565b60055460c01c6105015760ff5f5c166104d957600160ff195f5c16175f5d61216b5f613ed8565b919063ffffffff811690815f52600f6020526001600160401b038060405f20541693169383850361226957906121a2913491613f84565b916001600160401b036121bd82677fffffffffffffff61387d565b166001600160401b03841611612253576122466121fb847f9e04729ae30607420bafdcb95a5614d81e550e00bd1f840862b6cebf6b61af23936137e4565b835f52600f60205260405f206001600160401b0382166001600160401b03198254161790556040519182913396839092916001600160401b0360209181604085019616845216910152565b0390a360ff195f5c165f5d005b632a69554560e21b5f523460045260245260445ffd5b505063d0e2d2cf60e01b5f5260045260245260445260645ffd5b346102145761229136613658565b9392600592919254948560c01c610501576001600160a01b036002541633036125195782156124f1578083036124c2576122c9613804565b9360208501956001600160401b03806122e4818a51166137c6565b16911690810361247f57505f5b84811061232c57876fffffffffffffffff0000000000000000196fffffffffffffffff0000000000000000895160401b169116176005555f80f35b61233f6001600160401b038851166137c6565b906001600160401b038751166001600160401b03831690808211612469575061237661236c8389896138cf565b8181939296613afd565b9061239c6001600160a01b0361239361010e88013560e01c613b71565b16918684613bb9565b6123a78589896138cf565b9092803b15610214576123f65f93612408604051968795869485947ff7e83aee0000000000000000000000000000000000000000000000000000000086526040600487015260448601906136bd565b848103600319016024860152916138e6565b03915afa801561047a5760019584937f6abaf4a731d42900cd1a76dc0d4bb23ddb3fc5d75869873713d349ca59631a6d93604093612459575b506059835192013582526020820152a28852016122f1565b5f61246391613765565b8f612441565b90630243807160e21b5f5260045260245260445ffd5b6001600160401b03612493818951166137c6565b7ff8d0538e000000000000000000000000000000000000000000000000000000005f521660045260245260445ffd5b827fcf5569d4000000000000000000000000000000000000000000000000000000005f5260045260245260445ffd5b7fdde395b6000000000000000000000000000000000000000000000000000000005f5260045ffd5b7fa972a6ef000000000000000000000000000000000000000000000000000000005f523360045260245ffd5b34610214575f3660031901126102145760206001600160a01b0360045416604051908152f35b34610214575f3660031901126102145760206001600160a01b035f5416604051908152f35b34610214576040366003190112610214576125a96135e5565b6024356001600160401b038111610214576125c89036906004016135fb565b6001600160a01b036003541633036108e7576125e2613804565b9260208401906001600160401b03825116926001600160401b03821693808511156127e757506001600160401b038651168085116127d15750815b6001600160401b038751166001600160401b03821690811161269f5790816001600160401b03925f526008602052807f2ccf12f180f0bd3fd68c1608f3b460a9adc099d8326e10fef5e741c2f6bf25d4602060405f2054604051908152a25f5260086020525f6040812055166001600160401b0381146113695760010161261d565b50508460018795145f146127885750806117375750612786926127536001600160401b03809461271e826126fe6060977f00000000000000000000000000000000000000000000000000000000000000006007555f604089015261385f565b168086526001600160401b03166001600160401b03196005541617600555565b51166fffffffffffffffff0000000000000000196fffffffffffffffff00000000000000006005549260401b16911617600555565b610e4c8360408301511667ffffffffffffffff60801b1967ffffffffffffffff60801b6005549260801b16911617600555565b005b6001600160401b03809461271e826126fe8760b6876127b96127869d9a6127539a6127b460609e61385f565b613afd565b506059810135600755013560c01c604089015261385f565b84630243807160e21b5f5260045260245260445ffd5b847fea24e57f000000000000000000000000000000000000000000000000000000005f5260045260245260445ffd5b34610214575f3660031901126102145760206001600160401b03600b5416604051908152f35b3461021457606036600319011261021457612855613598565b602435604435916001600160401b0383168093036102145760055460c01c6105015760ff5f5c166104d957600160ff195f5c16175f5d6001600160a01b038116801561296d57506128a581613ed8565b63ffffffff821691825f52600f6020526001600160401b0360405f2054169586810361295357506128d7918591613f84565b906001600160401b036128f286677fffffffffffffff61387d565b166001600160401b0383161161293b577f9e04729ae30607420bafdcb95a5614d81e550e00bd1f840862b6cebf6b61af236129336121fb84610470986137e4565b0390a36139a2565b505050632a69554560e21b5f5260045260245260445ffd5b868463d0e2d2cf60e01b5f5260045260245260445260645ffd5b635ea1c1ed60e01b5f5260045260245ffd5b34610214575f366003190112610214576001600160a01b036003541633036108e7576005548060c01c6105015777ffffffffffffffffffffffffffffffffffffffffffffffff6001600160c01b03194260c01b169116176005557f62e78cea01bee320cd4e420270b5ea74000d11b0c9f74754ebdbfc544b05a2586020604051338152a1005b34610214576020366003190112610214576020612a206135e5565b66ffffffffffffff8160081c165f526011825260405f2054600160ff60405193161b1615158152f35b3461021457604036600319011261021457612a626135c4565b602435906001600160a01b038216809203610214576001600160a01b035f5416330361098157811561049e5763ffffffff1690815f52600a6020526001600160a01b0360405f205416612b965760407f950ab5da3191bf960e548f841da3f444c5f8ae4686df2ff44eb2e1df18a738f091612b067f00000000000000000000000000000000000000000000000000000000000000006001600160401b0342166137e4565b8251612b1181613713565b8281526001600160401b0360208201921691828152865f52600a6020526001600160a01b0380865f20935116166001600160a01b0319835416178255517fffffffff0000000000000000ffffffffffffffffffffffffffffffffffffffff67ffffffffffffffff60a01b8084549360a01b1616911617905582519182526020820152a2005b507fbb3b7f8a000000000000000000000000000000000000000000000000000000005f5260045260245ffd5b34610214575f366003190112610214576001546001600160a01b0381163303612c22576001600160a01b03199033825f5416175f5516600155337fdc3c82f4776932041f15a08f769aadd6ed44c2a975e64bbf0fde8cf812f8b6b85f80a2005b7fa09b9a43000000000000000000000000000000000000000000000000000000005f523360045260245ffd5b34610214576020366003190112610214576001600160a01b03612c6f613598565b165f52600e602052602063ffffffff60405f205416604051908152f35b3461021457606036600319011261021457612ca56135c4565b612cad6135ae565b906044359060ff8216809203610214576001600160a01b035f541633036109815763ffffffff16908115612f9757815f52600d60205260ff60405f205460e81c16612f6b576001600160a01b03831692835f52600e60205263ffffffff60405f205416612f28578315159081612f1e575b50612f0b5760248111612ee057612e60604051612d3a816136f8565b84815260208101838152604082015f8152612dff6001600160401b03606085019260018452608086019460018652895f52600d6020526001600160a01b038060405f20985116166001600160a01b0319885416178755517fffffffffffffffffffffff00ffffffffffffffffffffffffffffffffffffffff74ff000000000000000000000000000000000000000088549260a01b1691161786555116849067ffffffffffffffff60a81b1967ffffffffffffffff60a81b83549260a81b169116179055565b51825491517fff0000ffffffffffffffffffffffffffffffffffffffffffffffffffffffffff90921690151560e81b7dff0000000000000000000000000000000000000000000000000000000000161790151560f01b60ff60f01b16179055565b825f52600e60205260405f208263ffffffff1982541617905560105468010000000000000000811015611749577f0ad826d2ff17ac29a4f105d6581e5e838a02afd3858fbcb6a8aac78e9ada00b291612ec182600160209401601055613786565b81549060031b9063ffffffff87831b921b1916179055604051908152a3005b7f0b10d66f000000000000000000000000000000000000000000000000000000005f5260045260245ffd5b8263f0ae59ab60e01b5f5260045260245ffd5b90503b1584612d1e565b83805f52600e60205263ffffffff60405f205416907f439052a9000000000000000000000000000000000000000000000000000000005f5260045260245260445ffd5b507f28f16b11000000000000000000000000000000000000000000000000000000005f5260045260245ffd5b7f945841a5000000000000000000000000000000000000000000000000000000005f5260045ffd5b346102145760203660031901126102145763ffffffff612fdd6135c4565b165f52600f60205260206001600160401b0360405f205416604051908152f35b3461021457606036600319011261021457613016613598565b61301e6135ae565b604435916001600160a01b038316809303610214576001600160a01b035f54163303610981576001600160a01b0316801580156130e0575b80156130d8575b61049e577fbc8e5cec22009cb45324162584d043c03d372a645fa7c9dea262f45e52a27800926001600160a01b03606093836001600160a01b0319600454161760045516806001600160a01b03196002541617600255816001600160a01b0319600354161760035560405192835260208301526040820152a1005b50821561305d565b506001600160a01b03821615613056565b346102145760403660031901126102145761310a6135c4565b6024359081151590818303610214576001600160a01b035f541633036109815763ffffffff1691825f52600d60205260ff60405f205460e81c16156131bc577f9bea4b98661e485a6988309c98e89fadd901d45baca2c2bf07e4e25c5e1b311b916131b3602092855f52600d845260405f20907fff00ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff60ff60f01b835492151560f01b169116179055565b604051908152a2005b82631ef8f2a760e11b5f5260045260245ffd5b34610214575f3660031901126102145760206040516001600160401b037f0000000000000000000000000000000000000000000000000000000000000000168152f35b34610214575f3660031901126102145760206001600160a01b0360035416604051908152f35b34610214575f366003190112610214576001600160a01b035f54163303610981576005548060c01c156132ae5777ffffffffffffffffffffffffffffffffffffffffffffffff166005557f5db9ee0a495bf2e6ff9c91a7834c1ba4fdd244a5e8aa4e537bd38aeae4b073aa6020604051338152a1005b7fbc871ce5000000000000000000000000000000000000000000000000000000005f5260045ffd5b34610214575f366003190112610214576020677fffffffffffffff604051908152f35b34610214576020366003190112610214576133126135c4565b6001600160a01b035f541633036109815763ffffffff16805f52600a6020526001600160a01b0360405f205416156133a957805f52600a60205260405f2067ffffffffffffffff60a01b7fffffffff0000000000000000ffffffffffffffffffffffffffffffffffffffff8254161790557f9752dd7e56b816e59542cdb0df7395a199d39e1ba1de26bff5cc4826337b5eb75f80a2005b7f87ffc514000000000000000000000000000000000000000000000000000000005f5260045260245ffd5b34610214575f3660031901126102145760206001600160a01b0360025416604051908152f35b60203660031901126102145761340e613598565b60055460c01c6105015760ff5f5c166104d957600160ff195f5c16175f5d6001600160a01b03811690811561049e576134465f613ed8565b60808101511561357f579061345c913491613f84565b60205f600b54936001600160401b03851694858352600c84526040832054916001600160c01b03196040519286840194855260c01b1660408301528360488301526bffffffffffffffffffffffff199060601b16605c8201526001600160c01b03198560c01b166070820152605881526134d7607882613765565b604051918291518091835e8101838152039060025afa1561047a5760607fb4857758e5ca78ee920362bb2d7220deb2612f92afa8a226d36d266c7cb05b10915f516001600160401b03613529866137c6565b165f52600c6020528060405f20556001600160401b03613548866137c6565b166001600160401b0319600b541617600b556001600160401b03604051925f84521660208301526040820152a360ff195f5c165f5d005b63ffffffff826334c1c7dd60e11b5f521660045260245ffd5b600435906001600160a01b038216820361021457565b602435906001600160a01b038216820361021457565b6004359063ffffffff8216820361021457565b359060ff8216820361021457565b600435906001600160401b038216820361021457565b9181601f84011215610214578235916001600160401b038311610214576020838186019501011161021457565b9181601f84011215610214578235916001600160401b038311610214576020808501948460051b01011161021457565b906060600319830112610214576004356001600160401b038116810361021457916024356001600160401b038111610214578161369791600401613628565b92909291604435906001600160401b038211610214576136b991600401613628565b9091565b805180835260209291819084018484015e5f828201840152601f01601f1916010190565b600435906001600160801b03198216820361021457565b60a081019081106001600160401b0382111761174957604052565b604081019081106001600160401b0382111761174957604052565b6101a081019081106001600160401b0382111761174957604052565b60c081019081106001600160401b0382111761174957604052565b90601f801991011681019081106001600160401b0382111761174957604052565b9060105482101561139b5760105f52600382901c7f1b6847dc741a1b0cd08d278845f9d819d87b734759afb55fe2de5cb82a9ae672019160021b601c1690565b6001600160401b036001911601906001600160401b03821161136957565b906001600160401b03809116911601906001600160401b03821161136957565b60405190608082018281106001600160401b03821117611749576040528160606005546001600160401b03811683526001600160401b038160401c1660208401526001600160401b038160801c16604084015260c01c910152565b6001600160401b035f19911601906001600160401b03821161136957565b906001600160401b03809116911603906001600160401b03821161136957565b903590601e198136030182121561021457018035906001600160401b0382116102145760200191813603831361021457565b9082101561139b576136b99160051b81019061389d565b908060209392818452848401375f828201840152601f01601f1916010190565b6064356001600160a01b03811681036102145790565b6024356001600160401b03811681036102145790565b6084356001600160401b03811681036102145790565b919081101561139b5760051b81013590609e1981360301821215610214570190565b6001600160401b0381116117495760051b60200190565b805182101561139b5760209160051b010190565b9190820391821161136957565b6040516370a0823160e01b81523060048201526001600160a01b03821691602082602481865afa91821561047a575f92613ac8575b50602492613a2a602092604051907f23b872dd0000000000000000000000000000000000000000000000000000000085830152338783015230604483015287606483015260648252611ec3608483613765565b604051938480926370a0823160e01b82523060048301525afa801561047a575f90613a94575b613a5a9250613995565b90808203613a66575050565b7f0ed31790000000000000000000000000000000000000000000000000000000005f5260045260245260445ffd5b506020823d602011613ac0575b81613aae60209383613765565b8101031261021457613a5a9151613a50565b3d9150613aa1565b9091506020813d602011613af5575b81613ae460209383613765565b8101031261021457519060246139d7565b3d9150613ad7565b929190610112820361193b57815f9160209360405192839283378101838152039060025afa1561047a576001600160401b035f519216805f5260086020528260405f205403613b495750565b8091505f52600860205260405f205490630fe5351b60e41b5f5260045260245260445260645ffd5b63ffffffff16805f52600a60205260405f2054906001600160a01b038216918215908115613ba3575b506133a9575090565b6001600160401b03915060a01c1642105f613b9a565b9180609a11610214578060fe11610214578060191161021457610112116102145761010e6004916040519360208501526061603982016040860137605060ae820160a1860137600860f185015f81526011830190376001600160c01b03194660c01b1660f98501523060601b610101850152016101158301375f61011982015260f98152613c4961011982613765565b90565b60443563ffffffff811681036102145790565b3563ffffffff811681036102145790565b903590601e198136030182121561021457018035906001600160401b03821161021457602001918160051b3603831361021457565b919081101561139b5760051b0190565b604d811161136957600a0a90565b6001600160401b03811161174957601f01601f191660200190565b3d15613d08573d90613cef82613cc3565b91613cfd6040519384613765565b82523d5f602084013e565b606090565b909160405192613d1c84613713565b600654916001600160401b036001600160801b03198460801b169384875260801c1693602086019385855280151580613eb8575b613eae57506001600160401b031693808510613e7e57506001600160801b031985511615613e03575b50506001600160801b03199282826001600160401b03613dd59451168211613dd9575b5251918260801c84600654161760065567ffffffffffffffff60801b1967ffffffffffffffff60801b6006549260801b16911617600655565b1690565b817fceab4df314f59b1daf93da4e1ca6009206c691b486aa89acb5a6776b215a734b5f80a2613d9c565b61011281036117375750600101356001600160801b031916808452156108bf578282613dd5926001600160801b0319809651165f52600960205260405f20600160ff19825416179055858351167fab0cd6bfc2de6ea601216c577ba0dba901523a932b1cc25ffc97865771f68b205f80a29250819450613d79565b84907fff294aee000000000000000000000000000000000000000000000000000000005f5260045260245260445ffd5b9550505050505090565b50856001600160401b03831614613d50565b3560ff811681036102145790565b6001600160a01b03905f6080604051613ef0816136f8565b82815282602082015282604082015282606082015201521690815f52600e60205263ffffffff60405f20541691821561296d5750815f52600d60205260405f2060ff60405191613f3f836136f8565b546001600160a01b0381168352818160a01c1660208401526001600160401b038160a81c166040840152818160e81c161515606084015260f01c161515608082015290565b90613f9560ff602083015116613cb5565b831561409057801561407c5780840661404d578304926001600160401b03613fce6040677fffffffffffffff940193828551169061387d565b16841161402c57509063ffffffff613ff76001600160401b0380613c49955116951680956137e4565b91165f52600d60205260405f209067ffffffffffffffff60a81b1967ffffffffffffffff60a81b83549260a81b169116179055565b6001600160401b0382511690632a69554560e21b5f5260045260245260445ffd5b837fa404ea29000000000000000000000000000000000000000000000000000000005f5260045260245260445ffd5b634e487b7160e01b5f52601260045260245ffd5b7fcbca5aa2000000000000000000000000000000000000000000000000000000005f5260045ffd5b90813b15614159575f816020829351910182855af16140d5613cde565b9015908115614103575b506140e75750565b6001600160a01b03906339f1c8d960e01b5f521660045260245ffd5b8051801515925082614118575b50505f6140df565b90915060208110908115614131575b5090505f80614110565b6020600193015191614148575b501415805f614127565b5f199060200360031b1b165f61413e565b6001600160a01b038263f0ae59ab60e01b5f521660045260245ffd5b60415f9160209360405191601183536001830152602182015260025afa15610214575f5190565b919082018092116113695756",
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
// Solidity: function commitBatches(uint64 counter, bytes[] headers, (uint8,uint8,bytes32,uint32,bytes)[] refs) returns()
func (holdfast *Holdfast) PackCommitBatches(counter uint64, headers [][]byte, refs []DaRef) []byte {
	enc, err := holdfast.abi.Pack("commitBatches", counter, headers, refs)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackCommitBatches is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xcc77a173.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function commitBatches(uint64 counter, bytes[] headers, (uint8,uint8,bytes32,uint32,bytes)[] refs) returns()
func (holdfast *Holdfast) TryPackCommitBatches(counter uint64, headers [][]byte, refs []DaRef) ([]byte, error) {
	return holdfast.abi.Pack("commitBatches", counter, headers, refs)
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

// PackFundETH is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x9c8648f4.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function fundETH(uint64 before) payable returns()
func (holdfast *Holdfast) PackFundETH(before uint64) []byte {
	enc, err := holdfast.abi.Pack("fundETH", before)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackFundETH is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x9c8648f4.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function fundETH(uint64 before) payable returns()
func (holdfast *Holdfast) TryPackFundETH(before uint64) ([]byte, error) {
	return holdfast.abi.Pack("fundETH", before)
}

// PackFundToken is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x854e4ed1.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function fundToken(address token, uint256 amount, uint64 before) returns()
func (holdfast *Holdfast) PackFundToken(token common.Address, amount *big.Int, before uint64) []byte {
	enc, err := holdfast.abi.Pack("fundToken", token, amount, before)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackFundToken is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x854e4ed1.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function fundToken(address token, uint256 amount, uint64 before) returns()
func (holdfast *Holdfast) TryPackFundToken(token common.Address, amount *big.Int, before uint64) ([]byte, error) {
	return holdfast.abi.Pack("fundToken", token, amount, before)
}

// PackFunded is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x5993e982.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function funded(uint32 asset) view returns(uint64)
func (holdfast *Holdfast) PackFunded(asset uint32) []byte {
	enc, err := holdfast.abi.Pack("funded", asset)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackFunded is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x5993e982.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function funded(uint32 asset) view returns(uint64)
func (holdfast *Holdfast) TryPackFunded(asset uint32) ([]byte, error) {
	return holdfast.abi.Pack("funded", asset)
}

// UnpackFunded is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x5993e982.
//
// Solidity: function funded(uint32 asset) view returns(uint64)
func (holdfast *Holdfast) UnpackFunded(data []byte) (uint64, error) {
	out, err := holdfast.abi.Unpack("funded", data)
	if err != nil {
		return *new(uint64), err
	}
	out0 := *abi.ConvertType(out[0], new(uint64)).(*uint64)
	return out0, nil
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
// Solidity: function inspect(uint64 number) view returns((bytes16,uint64,uint64,uint64,bytes32,bytes32,uint64,uint64,uint64,address,address,address,address) state, bytes32 headerHash)
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
// Solidity: function inspect(uint64 number) view returns((bytes16,uint64,uint64,uint64,bytes32,bytes32,uint64,uint64,uint64,address,address,address,address) state, bytes32 headerHash)
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
// Solidity: function inspect(uint64 number) view returns((bytes16,uint64,uint64,uint64,bytes32,bytes32,uint64,uint64,uint64,address,address,address,address) state, bytes32 headerHash)
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

// PackListings is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xf6c94deb.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function listings() view returns((uint32,address,uint8,bool,uint64,uint64)[] all)
func (holdfast *Holdfast) PackListings() []byte {
	enc, err := holdfast.abi.Pack("listings")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackListings is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xf6c94deb.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function listings() view returns((uint32,address,uint8,bool,uint64,uint64)[] all)
func (holdfast *Holdfast) TryPackListings() ([]byte, error) {
	return holdfast.abi.Pack("listings")
}

// UnpackListings is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xf6c94deb.
//
// Solidity: function listings() view returns((uint32,address,uint8,bool,uint64,uint64)[] all)
func (holdfast *Holdfast) UnpackListings(data []byte) ([]HoldfastListing, error) {
	out, err := holdfast.abi.Unpack("listings", data)
	if err != nil {
		return *new([]HoldfastListing), err
	}
	out0 := *abi.ConvertType(out[0], new([]HoldfastListing)).(*[]HoldfastListing)
	return out0, nil
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

// HoldfastFunded represents a Funded event raised by the Holdfast contract.
type HoldfastFunded struct {
	Asset  uint32
	By     common.Address
	Amount uint64
	Total  uint64
	Raw    *types.Log // Blockchain specific contextual infos
}

const HoldfastFundedEventName = "Funded"

// ContractEventName returns the user-defined event name.
func (HoldfastFunded) ContractEventName() string {
	return HoldfastFundedEventName
}

// UnpackFundedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event Funded(uint32 indexed asset, address indexed by, uint64 amount, uint64 total)
func (holdfast *Holdfast) UnpackFundedEvent(log *types.Log) (*HoldfastFunded, error) {
	event := "Funded"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != holdfast.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(HoldfastFunded)
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
	if bytes.Equal(raw[:4], holdfast.abi.Errors["FundedMismatch"].ID.Bytes()[:4]) {
		return holdfast.UnpackFundedMismatchError(raw[4:])
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

// HoldfastFundedMismatch represents a FundedMismatch error raised by the Holdfast contract.
type HoldfastFundedMismatch struct {
	Asset    uint32
	Expected uint64
	Given    uint64
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error FundedMismatch(uint32 asset, uint64 expected, uint64 given)
func HoldfastFundedMismatchErrorID() common.Hash {
	return common.HexToHash("0xd0e2d2cfd5ae510e77112c0ae81c8506f721fcdf7be713017cd78fa05cfef91b")
}

// UnpackFundedMismatchError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error FundedMismatch(uint32 asset, uint64 expected, uint64 given)
func (holdfast *Holdfast) UnpackFundedMismatchError(raw []byte) (*HoldfastFundedMismatch, error) {
	out := new(HoldfastFundedMismatch)
	if err := holdfast.abi.UnpackIntoInterface(out, "FundedMismatch", raw); err != nil {
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
	Bin: "0x60e0346100f257601f6104c438819003918201601f19168301916001600160401b038311848410176100f6578084926060946040528339810103126100f25780516001600160a01b0381168082036100f2576040602084015193015163ffffffff60e01b8116918282036100f257803b156100e057506080526001600160e01b0319146100d15760a05260c0526040516103b9908161010b82396080518181816102370152818161026f0152610319015260a05181818160df0152610367015260c05181818161017001526102d60152f35b633c1bda5b60e11b5f5260045ffd5b6322a2d07b60e21b5f5260045260245ffd5b5f80fd5b634e487b7160e01b5f52604160045260245ffdfe6080806040526004361015610012575f80fd5b5f905f3560e01c9081632b7ac3f31461033d57508063ea3d508a146102f9578063ef3f7dd5146102bf5763f7e83aee1461004a575f80fd5b346102035760403660031901126102035760043567ffffffffffffffff81116102035761007b90369060040161038b565b60243567ffffffffffffffff81116102035761009b90369060040161038b565b92909182356001600160e01b03198116906004861090816102a1575b508015610263575b61020757505f60209173ffffffffffffffffffffffffffffffffffffffff7f000000000000000000000000000000000000000000000000000000000000000016938160405192839283378101838152039060025afa156101f8575f5190803b15610203578360845f94604051968795869485937fab750e75000000000000000000000000000000000000000000000000000000008552606060048601528160648601528585013782820184018890527f000000000000000000000000000000000000000000000000000000000000000060248401526044830152601f01601f191681010301915afa80156101f8576101b5575080f35b905067ffffffffffffffff81116101cb57604052005b7f4e487b71000000000000000000000000000000000000000000000000000000005f52604160045260245ffd5b6040513d5f823e3d90fd5b5f80fd5b6001600160e01b0319907fb8b38d4c000000000000000000000000000000000000000000000000000000005f52817f0000000000000000000000000000000000000000000000000000000000000000166004521660245260445ffd5b506001600160e01b03197f0000000000000000000000000000000000000000000000000000000000000000166001600160e01b0319821614156100bf565b6001600160e01b0319809293508760040360031b1b1616905f6100b7565b34610203575f3660031901126102035760206040517f00000000000000000000000000000000000000000000000000000000000000008152f35b34610203575f3660031901126102035760206040516001600160e01b03197f0000000000000000000000000000000000000000000000000000000000000000168152f35b34610203575f3660031901126102035760209073ffffffffffffffffffffffffffffffffffffffff7f0000000000000000000000000000000000000000000000000000000000000000168152f35b9181601f840112156102035782359167ffffffffffffffff831161020357602083818601950101116102035756",
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

// RiscZeroVerifierMetaData contains all meta data concerning the RiscZeroVerifier contract.
var RiscZeroVerifierMetaData = bind.MetaData{
	ABI: "[{\"inputs\":[{\"internalType\":\"contractIGroth16Verifier\",\"name\":\"core_\",\"type\":\"address\"},{\"internalType\":\"bytes4\",\"name\":\"selector_\",\"type\":\"bytes4\"},{\"internalType\":\"bytes32\",\"name\":\"controlRoot_\",\"type\":\"bytes32\"},{\"internalType\":\"bytes32\",\"name\":\"controlId_\",\"type\":\"bytes32\"}],\"stateMutability\":\"nonpayable\",\"type\":\"constructor\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"length\",\"type\":\"uint256\"}],\"name\":\"ProofLength\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"bytes4\",\"name\":\"received\",\"type\":\"bytes4\"},{\"internalType\":\"bytes4\",\"name\":\"expected\",\"type\":\"bytes4\"}],\"name\":\"WrongVerifierSelector\",\"type\":\"error\"},{\"inputs\":[],\"name\":\"controlId\",\"outputs\":[{\"internalType\":\"bytes32\",\"name\":\"\",\"type\":\"bytes32\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"controlRoot\",\"outputs\":[{\"internalType\":\"bytes32\",\"name\":\"\",\"type\":\"bytes32\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"core\",\"outputs\":[{\"internalType\":\"contractIGroth16Verifier\",\"name\":\"\",\"type\":\"address\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"selector\",\"outputs\":[{\"internalType\":\"bytes4\",\"name\":\"\",\"type\":\"bytes4\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"bytes\",\"name\":\"seal\",\"type\":\"bytes\"},{\"internalType\":\"bytes32\",\"name\":\"imageId\",\"type\":\"bytes32\"},{\"internalType\":\"bytes32\",\"name\":\"journalDigest\",\"type\":\"bytes32\"}],\"name\":\"verify\",\"outputs\":[],\"stateMutability\":\"view\",\"type\":\"function\"}]",
	ID:  "174b7773f14f82e416681571b522886629",
	Bin: "0x610100346100cc57601f61080f38819003918201601f19168301916001600160401b038311848410176100d0578084926080946040528339810103126100cc578051906001600160a01b03821682036100cc5760208101516001600160e01b0319811681036100cc57606060408301519201519260805260a05260c05260e05260405161072a90816100e5823960805181818160810152610419015260a05181818160c901526101aa015260c0518181816103d70152610680015260e05181818161010501526104ec0152f35b5f80fd5b634e487b7160e01b5f52604160045260245ffdfe6080806040526004361015610012575f80fd5b5f905f3560e01c90816364ef51991461066b57508063ab750e7514610128578063ad7cb024146100ed578063ea3d508a146100a85763f2f4eb2614610055575f80fd5b346100a557806003193601126100a557602060405173ffffffffffffffffffffffffffffffffffffffff7f0000000000000000000000000000000000000000000000000000000000000000168152f35b80fd5b50346100a557806003193601126100a55760206040516001600160e01b03197f0000000000000000000000000000000000000000000000000000000000000000168152f35b50346100a557806003193601126100a55760206040517f00000000000000000000000000000000000000000000000000000000000000008152f35b50346105cd5760603660031901126105cd5760043567ffffffffffffffff81116105cd57366023820112156105cd57806004013567ffffffffffffffff81116105cd5780820160248101903682116105cd57610104830361063f5760248401356001600160e01b031981169060048510610623575b506001600160e01b0319807f00000000000000000000000000000000000000000000000000000000000000001691168181036105f557505060205f60116040517f72697363302e53797374656d5374617465000000000000000000000000000000815260025afa1561058e5760205f80516040518381019182528260408201528260608201527f01000000000000000000000000000000000000000000000000000000000000006064820152604681526102586066826106a3565b604051918291518091835e8101838152039060025afa1561058e575f5160205f600c6040517f72697363302e4f75747075740000000000000000000000000000000000000000815260025afa1561058e5760205f805160405183810191825260443560408201528260608201527f02000000000000000000000000000000000000000000000000000000000000006080820152606281526102fa6082826106a3565b604051918291518091835e8101838152039060025afa1561058e575f519060205f60126040517f72697363302e52656365697074436c61696d0000000000000000000000000000815260025afa1561058e576020915f91825191604051918583019384528460408401526024356060840152608083015260a08201528260c08201527f040000000000000000000000000000000000000000000000000000000000000060c882015260aa81526103b160ca826106a3565b604051918291518091835e8101838152039060025afa1561058e575f51916104016103fb7f00000000000000000000000000000000000000000000000000000000000000006106c5565b936106c5565b9173ffffffffffffffffffffffffffffffffffffffff7f000000000000000000000000000000000000000000000000000000000000000016946004116105cd576101009060248760271992030101126105cd57806047860112156105cd576040519461046f610100876106a3565b859061012881019283116105cd57602801905b8282106105e5575050506040519160a0830183811067ffffffffffffffff8211176105d1576040526fffffffffffffffffffffffffffffffff8116835260801c60208301526fffffffffffffffffffffffffffffffff8116604083015260801c60608201526105107f00000000000000000000000000000000000000000000000000000000000000006106c5565b6080820152813b156105cd576040517f2a07d99a000000000000000000000000000000000000000000000000000000008152928391905f600484015b600882106105b35750505061010482015f905b60058210610599575050506101a4815f935afa801561058e57610580575080f35b61058c91505f906106a3565b005b6040513d5f823e3d90fd5b82935060208091600193945181520193019101849261055f565b82518152869450602092830192600192909201910161054c565b5f80fd5b634e487b7160e01b5f52604160045260245ffd5b8135815260209182019101610482565b7f988066a1000000000000000000000000000000000000000000000000000000005f5260045260245260445ffd5b6001600160e01b03198092508560040360031b1b16165f61019d565b827f988aaeab000000000000000000000000000000000000000000000000000000005f5260045260245ffd5b346105cd575f3660031901126105cd576020907f00000000000000000000000000000000000000000000000000000000000000008152f35b90601f8019910116810190811067ffffffffffffffff8211176105d157604052565b905f915f905b602082106106d7575050565b90927f1fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff841684036107165760019082851a8560031b1b179301906106cb565b634e487b7160e01b5f52601160045260245ffd",
}

// RiscZeroVerifier is an auto generated Go binding around an Ethereum contract.
type RiscZeroVerifier struct {
	abi abi.ABI
}

// GetABI returns the ABI associated with this contract binding.
func (c *RiscZeroVerifier) GetABI() abi.ABI {
	return c.abi
}

// NewRiscZeroVerifier creates a new instance of RiscZeroVerifier.
func NewRiscZeroVerifier() *RiscZeroVerifier {
	parsed, err := RiscZeroVerifierMetaData.ParseABI()
	if err != nil {
		panic(errors.New("invalid ABI: " + err.Error()))
	}
	return &RiscZeroVerifier{abi: *parsed}
}

// Instance creates a wrapper for a deployed contract instance at the given address.
// Use this to create the instance object passed to abigen v2 library functions Call, Transact, etc.
func (c *RiscZeroVerifier) Instance(backend bind.ContractBackend, addr common.Address) *bind.BoundContract {
	return bind.NewBoundContract(addr, c.abi, backend, backend, backend)
}

// PackConstructor is the Go binding used to pack the parameters required for
// contract deployment.
//
// Solidity: constructor(address core_, bytes4 selector_, bytes32 controlRoot_, bytes32 controlId_) returns()
func (riscZeroVerifier *RiscZeroVerifier) PackConstructor(core_ common.Address, selector_ [4]byte, controlRoot_ [32]byte, controlId_ [32]byte) []byte {
	enc, err := riscZeroVerifier.abi.Pack("", core_, selector_, controlRoot_, controlId_)
	if err != nil {
		panic(err)
	}
	return enc
}

// PackControlId is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xad7cb024.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function controlId() view returns(bytes32)
func (riscZeroVerifier *RiscZeroVerifier) PackControlId() []byte {
	enc, err := riscZeroVerifier.abi.Pack("controlId")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackControlId is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xad7cb024.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function controlId() view returns(bytes32)
func (riscZeroVerifier *RiscZeroVerifier) TryPackControlId() ([]byte, error) {
	return riscZeroVerifier.abi.Pack("controlId")
}

// UnpackControlId is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xad7cb024.
//
// Solidity: function controlId() view returns(bytes32)
func (riscZeroVerifier *RiscZeroVerifier) UnpackControlId(data []byte) ([32]byte, error) {
	out, err := riscZeroVerifier.abi.Unpack("controlId", data)
	if err != nil {
		return *new([32]byte), err
	}
	out0 := *abi.ConvertType(out[0], new([32]byte)).(*[32]byte)
	return out0, nil
}

// PackControlRoot is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x64ef5199.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function controlRoot() view returns(bytes32)
func (riscZeroVerifier *RiscZeroVerifier) PackControlRoot() []byte {
	enc, err := riscZeroVerifier.abi.Pack("controlRoot")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackControlRoot is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x64ef5199.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function controlRoot() view returns(bytes32)
func (riscZeroVerifier *RiscZeroVerifier) TryPackControlRoot() ([]byte, error) {
	return riscZeroVerifier.abi.Pack("controlRoot")
}

// UnpackControlRoot is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x64ef5199.
//
// Solidity: function controlRoot() view returns(bytes32)
func (riscZeroVerifier *RiscZeroVerifier) UnpackControlRoot(data []byte) ([32]byte, error) {
	out, err := riscZeroVerifier.abi.Unpack("controlRoot", data)
	if err != nil {
		return *new([32]byte), err
	}
	out0 := *abi.ConvertType(out[0], new([32]byte)).(*[32]byte)
	return out0, nil
}

// PackCore is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xf2f4eb26.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function core() view returns(address)
func (riscZeroVerifier *RiscZeroVerifier) PackCore() []byte {
	enc, err := riscZeroVerifier.abi.Pack("core")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackCore is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xf2f4eb26.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function core() view returns(address)
func (riscZeroVerifier *RiscZeroVerifier) TryPackCore() ([]byte, error) {
	return riscZeroVerifier.abi.Pack("core")
}

// UnpackCore is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xf2f4eb26.
//
// Solidity: function core() view returns(address)
func (riscZeroVerifier *RiscZeroVerifier) UnpackCore(data []byte) (common.Address, error) {
	out, err := riscZeroVerifier.abi.Unpack("core", data)
	if err != nil {
		return *new(common.Address), err
	}
	out0 := *abi.ConvertType(out[0], new(common.Address)).(*common.Address)
	return out0, nil
}

// PackSelector is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xea3d508a.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function selector() view returns(bytes4)
func (riscZeroVerifier *RiscZeroVerifier) PackSelector() []byte {
	enc, err := riscZeroVerifier.abi.Pack("selector")
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
func (riscZeroVerifier *RiscZeroVerifier) TryPackSelector() ([]byte, error) {
	return riscZeroVerifier.abi.Pack("selector")
}

// UnpackSelector is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xea3d508a.
//
// Solidity: function selector() view returns(bytes4)
func (riscZeroVerifier *RiscZeroVerifier) UnpackSelector(data []byte) ([4]byte, error) {
	out, err := riscZeroVerifier.abi.Unpack("selector", data)
	if err != nil {
		return *new([4]byte), err
	}
	out0 := *abi.ConvertType(out[0], new([4]byte)).(*[4]byte)
	return out0, nil
}

// PackVerify is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xab750e75.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function verify(bytes seal, bytes32 imageId, bytes32 journalDigest) view returns()
func (riscZeroVerifier *RiscZeroVerifier) PackVerify(seal []byte, imageId [32]byte, journalDigest [32]byte) []byte {
	enc, err := riscZeroVerifier.abi.Pack("verify", seal, imageId, journalDigest)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackVerify is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xab750e75.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function verify(bytes seal, bytes32 imageId, bytes32 journalDigest) view returns()
func (riscZeroVerifier *RiscZeroVerifier) TryPackVerify(seal []byte, imageId [32]byte, journalDigest [32]byte) ([]byte, error) {
	return riscZeroVerifier.abi.Pack("verify", seal, imageId, journalDigest)
}

// UnpackError attempts to decode the provided error data using user-defined
// error definitions.
func (riscZeroVerifier *RiscZeroVerifier) UnpackError(raw []byte) (any, error) {
	if bytes.Equal(raw[:4], riscZeroVerifier.abi.Errors["ProofLength"].ID.Bytes()[:4]) {
		return riscZeroVerifier.UnpackProofLengthError(raw[4:])
	}
	if bytes.Equal(raw[:4], riscZeroVerifier.abi.Errors["WrongVerifierSelector"].ID.Bytes()[:4]) {
		return riscZeroVerifier.UnpackWrongVerifierSelectorError(raw[4:])
	}
	return nil, errors.New("Unknown error")
}

// RiscZeroVerifierProofLength represents a ProofLength error raised by the RiscZeroVerifier contract.
type RiscZeroVerifierProofLength struct {
	Length *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error ProofLength(uint256 length)
func RiscZeroVerifierProofLengthErrorID() common.Hash {
	return common.HexToHash("0x988aaeab89d73952d6f6c6eacde6249321e29225672cdd7fc166b3c31027c4ec")
}

// UnpackProofLengthError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error ProofLength(uint256 length)
func (riscZeroVerifier *RiscZeroVerifier) UnpackProofLengthError(raw []byte) (*RiscZeroVerifierProofLength, error) {
	out := new(RiscZeroVerifierProofLength)
	if err := riscZeroVerifier.abi.UnpackIntoInterface(out, "ProofLength", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// RiscZeroVerifierWrongVerifierSelector represents a WrongVerifierSelector error raised by the RiscZeroVerifier contract.
type RiscZeroVerifierWrongVerifierSelector struct {
	Received [4]byte
	Expected [4]byte
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error WrongVerifierSelector(bytes4 received, bytes4 expected)
func RiscZeroVerifierWrongVerifierSelectorErrorID() common.Hash {
	return common.HexToHash("0x988066a157a935c6f68575b232c8f870f539fb8527ef81eedb1aa84faa37098c")
}

// UnpackWrongVerifierSelectorError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error WrongVerifierSelector(bytes4 received, bytes4 expected)
func (riscZeroVerifier *RiscZeroVerifier) UnpackWrongVerifierSelectorError(raw []byte) (*RiscZeroVerifierWrongVerifierSelector, error) {
	out := new(RiscZeroVerifierWrongVerifierSelector)
	if err := riscZeroVerifier.abi.UnpackIntoInterface(out, "WrongVerifierSelector", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// SP1AdapterMetaData contains all meta data concerning the SP1Adapter contract.
var SP1AdapterMetaData = bind.MetaData{
	ABI: "[{\"inputs\":[{\"internalType\":\"contractISP1Verifier\",\"name\":\"verifier_\",\"type\":\"address\"},{\"internalType\":\"bytes32\",\"name\":\"programVKey_\",\"type\":\"bytes32\"},{\"internalType\":\"bytes4\",\"name\":\"selector_\",\"type\":\"bytes4\"}],\"stateMutability\":\"nonpayable\",\"type\":\"constructor\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"verifier\",\"type\":\"address\"}],\"name\":\"NotAContract\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"bytes4\",\"name\":\"expected\",\"type\":\"bytes4\"},{\"internalType\":\"bytes4\",\"name\":\"given\",\"type\":\"bytes4\"}],\"name\":\"SelectorMismatch\",\"type\":\"error\"},{\"inputs\":[],\"name\":\"programVKey\",\"outputs\":[{\"internalType\":\"bytes32\",\"name\":\"\",\"type\":\"bytes32\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"selector\",\"outputs\":[{\"internalType\":\"bytes4\",\"name\":\"\",\"type\":\"bytes4\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"verifier\",\"outputs\":[{\"internalType\":\"contractISP1Verifier\",\"name\":\"\",\"type\":\"address\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"bytes\",\"name\":\"journal\",\"type\":\"bytes\"},{\"internalType\":\"bytes\",\"name\":\"proof\",\"type\":\"bytes\"}],\"name\":\"verify\",\"outputs\":[],\"stateMutability\":\"view\",\"type\":\"function\"}]",
	ID:  "f259d5adcce1014644c0d52ac71a201f47",
	Bin: "0x60e0346100d457601f6104a338819003918201601f19168301916001600160401b038311848410176100d8578084926060946040528339810103126100d45780516001600160a01b0381168082036100d457604060208401519301519063ffffffff60e01b821682036100d457803b156100c2575060805260a05260c0526040516103b690816100ed82396080518181816102140152818161024c01526102bc015260a05181818160d9015261030c015260c05181818161013901526103450152f35b6322a2d07b60e21b5f5260045260245ffd5b5f80fd5b634e487b7160e01b5f52604160045260245ffdfe6080806040526004361015610012575f80fd5b5f905f3560e01c9081631ddb5d2914610330575080632b7ac3f3146102e0578063ea3d508a1461029c5763f7e83aee1461004a575f80fd5b346101e05760403660031901126101e05760043567ffffffffffffffff81116101e05761007b903690600401610368565b60243567ffffffffffffffff81116101e05761009b903690600401610368565b9281356001600160e01b031981169060048610908161027e575b508015610240575b6101e4575073ffffffffffffffffffffffffffffffffffffffff7f00000000000000000000000000000000000000000000000000000000000000001690813b156101e0575f9361018061016e94604051978896879586957f41493c600000000000000000000000000000000000000000000000000000000087527f00000000000000000000000000000000000000000000000000000000000000006004880152606060248801526064870191610396565b84810360031901604486015291610396565b03915afa80156101d557610192575080f35b905067ffffffffffffffff81116101a857604052005b7f4e487b71000000000000000000000000000000000000000000000000000000005f52604160045260245ffd5b6040513d5f823e3d90fd5b5f80fd5b6001600160e01b0319907fb8b38d4c000000000000000000000000000000000000000000000000000000005f52817f0000000000000000000000000000000000000000000000000000000000000000166004521660245260445ffd5b506001600160e01b03197f0000000000000000000000000000000000000000000000000000000000000000166001600160e01b0319821614156100bd565b6001600160e01b0319809293508760040360031b1b1616905f6100b5565b346101e0575f3660031901126101e05760206040516001600160e01b03197f0000000000000000000000000000000000000000000000000000000000000000168152f35b346101e0575f3660031901126101e057602060405173ffffffffffffffffffffffffffffffffffffffff7f0000000000000000000000000000000000000000000000000000000000000000168152f35b346101e0575f3660031901126101e0576020907f00000000000000000000000000000000000000000000000000000000000000008152f35b9181601f840112156101e05782359167ffffffffffffffff83116101e057602083818601950101116101e057565b908060209392818452848401375f828201840152601f01601f191601019056",
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

// SP1VerifierMetaData contains all meta data concerning the SP1Verifier contract.
var SP1VerifierMetaData = bind.MetaData{
	ABI: "[{\"inputs\":[{\"internalType\":\"contractIGroth16Verifier\",\"name\":\"core_\",\"type\":\"address\"},{\"internalType\":\"bytes4\",\"name\":\"selector_\",\"type\":\"bytes4\"},{\"internalType\":\"uint256\",\"name\":\"root_\",\"type\":\"uint256\"}],\"stateMutability\":\"nonpayable\",\"type\":\"constructor\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"exitCode\",\"type\":\"uint256\"}],\"name\":\"InvalidExitCode\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"root\",\"type\":\"uint256\"}],\"name\":\"InvalidRoot\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"length\",\"type\":\"uint256\"}],\"name\":\"ProofLength\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"bytes4\",\"name\":\"received\",\"type\":\"bytes4\"},{\"internalType\":\"bytes4\",\"name\":\"expected\",\"type\":\"bytes4\"}],\"name\":\"WrongVerifierSelector\",\"type\":\"error\"},{\"inputs\":[],\"name\":\"core\",\"outputs\":[{\"internalType\":\"contractIGroth16Verifier\",\"name\":\"\",\"type\":\"address\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"root\",\"outputs\":[{\"internalType\":\"uint256\",\"name\":\"\",\"type\":\"uint256\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"selector\",\"outputs\":[{\"internalType\":\"bytes4\",\"name\":\"\",\"type\":\"bytes4\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"bytes32\",\"name\":\"programVKey\",\"type\":\"bytes32\"},{\"internalType\":\"bytes\",\"name\":\"publicValues\",\"type\":\"bytes\"},{\"internalType\":\"bytes\",\"name\":\"proofBytes\",\"type\":\"bytes\"}],\"name\":\"verifyProof\",\"outputs\":[],\"stateMutability\":\"view\",\"type\":\"function\"}]",
	ID:  "577051f6c47c9aa89b7d908dde8d99de8f",
	Bin: "0x60e0346100c057601f61079938819003918201601f19168301916001600160401b038311848410176100c4578084926060946040528339810103126100c0578051906001600160a01b03821682036100c0576020810151906001600160e01b0319821682036100c057604001519160805260a05260c0526040516106c090816100d982396080518181816071015281816103790152610550015260a05181818160f3015281816102c9015261050e015260c05181818160b001526102750152f35b5f80fd5b634e487b7160e01b5f52604160045260245ffdfe60806040526004361015610011575f80fd5b5f3560e01c806341493c6014610117578063ea3d508a146100d3578063ebf0c717146100995763f2f4eb2614610045575f80fd5b34610095575f36600319011261009557602060405173ffffffffffffffffffffffffffffffffffffffff7f0000000000000000000000000000000000000000000000000000000000000000168152f35b5f80fd5b34610095575f3660031901126100955760206040517f00000000000000000000000000000000000000000000000000000000000000008152f35b34610095575f3660031901126100955760206040516001600160e01b03197f0000000000000000000000000000000000000000000000000000000000000000168152f35b346100955760603660031901126100955760243567ffffffffffffffff811161009557610148903690600401610179565b6044359167ffffffffffffffff83116100955761016c610177933690600401610179565b92909160043561026f565b005b9181601f840112156100955782359167ffffffffffffffff8311610095576020838186019501011161009557565b90601f8019910116810190811067ffffffffffffffff8211176101c957604052565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52604160045260245ffd5b90610100828203126100955780601f83011215610095576101006040519261021e82856101a7565b8391810192831161009557905b8282106102385750505090565b813581526020918201910161022b565b905f905b6008821061025957505050565b602080600192855181520193019101909161024c565b919392907f0000000000000000000000000000000000000000000000000000000000000000905f82156104db5761016486036104c85783356001600160e01b0319811690600488106104ac575b506001600160e01b0319807f000000000000000000000000000000000000000000000000000000000000000016911681810361049657505085606411610493578061049357506004830135906024840135928261046757830361043b576040519660a088019188831067ffffffffffffffff8411176101c9576103a39661034793604052895261067b565b60208701526040860152606085015260448101356080850152606473ffffffffffffffffffffffffffffffffffffffff7f00000000000000000000000000000000000000000000000000000000000000001693820191016101f6565b91813b1561009557916103e3926040519384927f2a07d99a0000000000000000000000000000000000000000000000000000000084526004840190610248565b5f61010483015b60058210610421575050506101a4815f935afa80156104165761040a5750565b5f610414916101a7565b565b6040513d5f823e3d90fd5b8293506020809160019394518152019301910184926103ea565b827f86e013af000000000000000000000000000000000000000000000000000000005f5260045260245ffd5b827fe7a9d881000000000000000000000000000000000000000000000000000000005f5260045260245ffd5b80fd5b6044935063988066a160e01b8352600452602452fd5b6001600160e01b03198092508860040360031b1b16165f6102bc565b808663988aaeab60e01b60249352600452fd5b50929193905061010481036106695783356001600160e01b03198116906004831061064d575b506001600160e01b0319807f000000000000000000000000000000000000000000000000000000000000000016911681810361063857505073ffffffffffffffffffffffffffffffffffffffff7f000000000000000000000000000000000000000000000000000000000000000016938160041161009557600461058892820191016101f6565b9360405192604084019284841067ffffffffffffffff8511176101c9576105b393604052845261067b565b6020820152813b1561009557916105f7926040519384927f5fe24f230000000000000000000000000000000000000000000000000000000084526004840190610248565b5f61010483015b6002821061061e57505050610144815f935afa80156104165761040a5750565b8293506020809160019394518152019301910184926105fe565b63988066a160e01b5f5260045260245260445ffd5b6001600160e01b03198092508360040360031b1b16165f610501565b63988aaeab60e01b5f5260045260245ffd5b6020915f918160405192839283378101838152039060025afa15610416577f1fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff5f51169056",
}

// SP1Verifier is an auto generated Go binding around an Ethereum contract.
type SP1Verifier struct {
	abi abi.ABI
}

// GetABI returns the ABI associated with this contract binding.
func (c *SP1Verifier) GetABI() abi.ABI {
	return c.abi
}

// NewSP1Verifier creates a new instance of SP1Verifier.
func NewSP1Verifier() *SP1Verifier {
	parsed, err := SP1VerifierMetaData.ParseABI()
	if err != nil {
		panic(errors.New("invalid ABI: " + err.Error()))
	}
	return &SP1Verifier{abi: *parsed}
}

// Instance creates a wrapper for a deployed contract instance at the given address.
// Use this to create the instance object passed to abigen v2 library functions Call, Transact, etc.
func (c *SP1Verifier) Instance(backend bind.ContractBackend, addr common.Address) *bind.BoundContract {
	return bind.NewBoundContract(addr, c.abi, backend, backend, backend)
}

// PackConstructor is the Go binding used to pack the parameters required for
// contract deployment.
//
// Solidity: constructor(address core_, bytes4 selector_, uint256 root_) returns()
func (sP1Verifier *SP1Verifier) PackConstructor(core_ common.Address, selector_ [4]byte, root_ *big.Int) []byte {
	enc, err := sP1Verifier.abi.Pack("", core_, selector_, root_)
	if err != nil {
		panic(err)
	}
	return enc
}

// PackCore is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xf2f4eb26.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function core() view returns(address)
func (sP1Verifier *SP1Verifier) PackCore() []byte {
	enc, err := sP1Verifier.abi.Pack("core")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackCore is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xf2f4eb26.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function core() view returns(address)
func (sP1Verifier *SP1Verifier) TryPackCore() ([]byte, error) {
	return sP1Verifier.abi.Pack("core")
}

// UnpackCore is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xf2f4eb26.
//
// Solidity: function core() view returns(address)
func (sP1Verifier *SP1Verifier) UnpackCore(data []byte) (common.Address, error) {
	out, err := sP1Verifier.abi.Unpack("core", data)
	if err != nil {
		return *new(common.Address), err
	}
	out0 := *abi.ConvertType(out[0], new(common.Address)).(*common.Address)
	return out0, nil
}

// PackRoot is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xebf0c717.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function root() view returns(uint256)
func (sP1Verifier *SP1Verifier) PackRoot() []byte {
	enc, err := sP1Verifier.abi.Pack("root")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackRoot is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xebf0c717.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function root() view returns(uint256)
func (sP1Verifier *SP1Verifier) TryPackRoot() ([]byte, error) {
	return sP1Verifier.abi.Pack("root")
}

// UnpackRoot is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xebf0c717.
//
// Solidity: function root() view returns(uint256)
func (sP1Verifier *SP1Verifier) UnpackRoot(data []byte) (*big.Int, error) {
	out, err := sP1Verifier.abi.Unpack("root", data)
	if err != nil {
		return new(big.Int), err
	}
	out0 := abi.ConvertType(out[0], new(big.Int)).(*big.Int)
	return out0, nil
}

// PackSelector is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xea3d508a.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function selector() view returns(bytes4)
func (sP1Verifier *SP1Verifier) PackSelector() []byte {
	enc, err := sP1Verifier.abi.Pack("selector")
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
func (sP1Verifier *SP1Verifier) TryPackSelector() ([]byte, error) {
	return sP1Verifier.abi.Pack("selector")
}

// UnpackSelector is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xea3d508a.
//
// Solidity: function selector() view returns(bytes4)
func (sP1Verifier *SP1Verifier) UnpackSelector(data []byte) ([4]byte, error) {
	out, err := sP1Verifier.abi.Unpack("selector", data)
	if err != nil {
		return *new([4]byte), err
	}
	out0 := *abi.ConvertType(out[0], new([4]byte)).(*[4]byte)
	return out0, nil
}

// PackVerifyProof is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x41493c60.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function verifyProof(bytes32 programVKey, bytes publicValues, bytes proofBytes) view returns()
func (sP1Verifier *SP1Verifier) PackVerifyProof(programVKey [32]byte, publicValues []byte, proofBytes []byte) []byte {
	enc, err := sP1Verifier.abi.Pack("verifyProof", programVKey, publicValues, proofBytes)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackVerifyProof is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x41493c60.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function verifyProof(bytes32 programVKey, bytes publicValues, bytes proofBytes) view returns()
func (sP1Verifier *SP1Verifier) TryPackVerifyProof(programVKey [32]byte, publicValues []byte, proofBytes []byte) ([]byte, error) {
	return sP1Verifier.abi.Pack("verifyProof", programVKey, publicValues, proofBytes)
}

// UnpackError attempts to decode the provided error data using user-defined
// error definitions.
func (sP1Verifier *SP1Verifier) UnpackError(raw []byte) (any, error) {
	if bytes.Equal(raw[:4], sP1Verifier.abi.Errors["InvalidExitCode"].ID.Bytes()[:4]) {
		return sP1Verifier.UnpackInvalidExitCodeError(raw[4:])
	}
	if bytes.Equal(raw[:4], sP1Verifier.abi.Errors["InvalidRoot"].ID.Bytes()[:4]) {
		return sP1Verifier.UnpackInvalidRootError(raw[4:])
	}
	if bytes.Equal(raw[:4], sP1Verifier.abi.Errors["ProofLength"].ID.Bytes()[:4]) {
		return sP1Verifier.UnpackProofLengthError(raw[4:])
	}
	if bytes.Equal(raw[:4], sP1Verifier.abi.Errors["WrongVerifierSelector"].ID.Bytes()[:4]) {
		return sP1Verifier.UnpackWrongVerifierSelectorError(raw[4:])
	}
	return nil, errors.New("Unknown error")
}

// SP1VerifierInvalidExitCode represents a InvalidExitCode error raised by the SP1Verifier contract.
type SP1VerifierInvalidExitCode struct {
	ExitCode *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error InvalidExitCode(uint256 exitCode)
func SP1VerifierInvalidExitCodeErrorID() common.Hash {
	return common.HexToHash("0xe7a9d8819758c8d21f3ea5563cde3d68158647267a8d3a191798312453713db6")
}

// UnpackInvalidExitCodeError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error InvalidExitCode(uint256 exitCode)
func (sP1Verifier *SP1Verifier) UnpackInvalidExitCodeError(raw []byte) (*SP1VerifierInvalidExitCode, error) {
	out := new(SP1VerifierInvalidExitCode)
	if err := sP1Verifier.abi.UnpackIntoInterface(out, "InvalidExitCode", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// SP1VerifierInvalidRoot represents a InvalidRoot error raised by the SP1Verifier contract.
type SP1VerifierInvalidRoot struct {
	Root *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error InvalidRoot(uint256 root)
func SP1VerifierInvalidRootErrorID() common.Hash {
	return common.HexToHash("0x86e013afeceada204095781b6431cfbe7e4175694fb35efa851fc40fdbb50faa")
}

// UnpackInvalidRootError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error InvalidRoot(uint256 root)
func (sP1Verifier *SP1Verifier) UnpackInvalidRootError(raw []byte) (*SP1VerifierInvalidRoot, error) {
	out := new(SP1VerifierInvalidRoot)
	if err := sP1Verifier.abi.UnpackIntoInterface(out, "InvalidRoot", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// SP1VerifierProofLength represents a ProofLength error raised by the SP1Verifier contract.
type SP1VerifierProofLength struct {
	Length *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error ProofLength(uint256 length)
func SP1VerifierProofLengthErrorID() common.Hash {
	return common.HexToHash("0x988aaeab89d73952d6f6c6eacde6249321e29225672cdd7fc166b3c31027c4ec")
}

// UnpackProofLengthError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error ProofLength(uint256 length)
func (sP1Verifier *SP1Verifier) UnpackProofLengthError(raw []byte) (*SP1VerifierProofLength, error) {
	out := new(SP1VerifierProofLength)
	if err := sP1Verifier.abi.UnpackIntoInterface(out, "ProofLength", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// SP1VerifierWrongVerifierSelector represents a WrongVerifierSelector error raised by the SP1Verifier contract.
type SP1VerifierWrongVerifierSelector struct {
	Received [4]byte
	Expected [4]byte
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error WrongVerifierSelector(bytes4 received, bytes4 expected)
func SP1VerifierWrongVerifierSelectorErrorID() common.Hash {
	return common.HexToHash("0x988066a157a935c6f68575b232c8f870f539fb8527ef81eedb1aa84faa37098c")
}

// UnpackWrongVerifierSelectorError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error WrongVerifierSelector(bytes4 received, bytes4 expected)
func (sP1Verifier *SP1Verifier) UnpackWrongVerifierSelectorError(raw []byte) (*SP1VerifierWrongVerifierSelector, error) {
	out := new(SP1VerifierWrongVerifierSelector)
	if err := sP1Verifier.abi.UnpackIntoInterface(out, "WrongVerifierSelector", raw); err != nil {
		return nil, err
	}
	return out, nil
}
