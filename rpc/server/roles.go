package server

import (
	"fmt"
	"slices"
	"strings"

	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	reflectionpb "google.golang.org/grpc/reflection/grpc_reflection_v1"
	reflectionalphapb "google.golang.org/grpc/reflection/grpc_reflection_v1alpha"

	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
)

// A method without a row is refused to everybody who has to have a role.

// Role is what an identity may do.
type Role string

// The roles. Every role may do what a reader may; an operator what a guardian may.
const (
	RoleReader    Role = "reader"    // look
	RoleSequencer Role = "sequencer" // trade: sessions, transitions, what rollbacks removed
	RoleProver    Role = "prover"    // take proving work and hand in proofs
	RoleGuardian  Role = "guardian"  // halt, end halts, read the audit trail
	RoleOperator  Role = "operator"  // everything administrative
)

const (
	roleAny  Role = "any"  // whoever has an identity
	roleNode Role = "node" // replicas alone
)

// Roles are all roles that an identity can be given.
func Roles() []Role {
	return []Role{RoleReader, RoleSequencer, RoleProver, RoleGuardian, RoleOperator}
}

// ParseRole reads a role's name.
func ParseRole(name string) (Role, error) {
	if r := Role(name); slices.Contains(Roles(), r) {
		return r, nil
	}
	return "", fmt.Errorf("%q is not a role; the roles are %s", name, joinRoles(Roles()))
}

func joinRoles(roles []Role) string {
	names := make([]string, len(roles))
	for i, r := range roles {
		names[i] = string(r)
	}
	return strings.Join(names, ", ")
}

// covers reports whether who has r may do what needs want.
func (r Role) covers(want Role) bool {
	switch want {
	case r, roleAny, RoleReader:
		return true
	case RoleGuardian:
		return r == RoleOperator
	default:
		return false
	}
}

// rule is one method's row.
type rule struct {
	role Role
	// audited methods change the cluster: that they were called is recorded before they run.
	audited bool
	// large methods take messages up to the server's limit; all others, smallRequest.
	large bool
}

// smallRequest bounds the requests of methods that have no need of more, in bytes.
const smallRequest = 64 << 10

// rules are the table. Each row is a decision of its own, made when the method is added.
func rules() map[string]rule {
	t := map[string]rule{
		pb.SequencerService_OpenSession_FullMethodName:         {role: RoleSequencer},
		pb.SequencerService_CloseSession_FullMethodName:        {role: RoleSequencer},
		pb.SequencerService_Submit_FullMethodName:              {role: RoleSequencer, large: true},
		pb.SequencerService_SubmitOne_FullMethodName:           {role: RoleSequencer, large: true},
		pb.SequencerService_AcknowledgeReverted_FullMethodName: {role: RoleSequencer},

		pb.AdminService_TransferLeadership_FullMethodName: {role: RoleOperator, audited: true},
		pb.AdminService_Halt_FullMethodName:               {role: RoleGuardian, audited: true},
		pb.AdminService_Resume_FullMethodName:             {role: RoleGuardian, audited: true},
		pb.AdminService_RetryAnchor_FullMethodName:        {role: RoleOperator, audited: true},
		pb.AdminService_CancelAnchor_FullMethodName:       {role: RoleOperator, audited: true},
		pb.AdminService_Config_FullMethodName:             {role: RoleOperator},

		pb.MembersService_AddMember_FullMethodName:     {role: RoleOperator, audited: true},
		pb.MembersService_PromoteMember_FullMethodName: {role: RoleOperator, audited: true},
		pb.MembersService_DemoteMember_FullMethodName:  {role: RoleOperator, audited: true},
		pb.MembersService_RemoveMember_FullMethodName:  {role: RoleOperator, audited: true},
		pb.MembersService_ReplaceMember_FullMethodName: {role: RoleOperator, audited: true},

		pb.ProverService_LeaseJob_FullMethodName:     {role: RoleProver},
		pb.ProverService_ExtendLease_FullMethodName:  {role: RoleProver},
		pb.ProverService_FetchInput_FullMethodName:   {role: RoleProver},
		pb.ProverService_SubmitProof_FullMethodName:  {role: RoleProver},
		pb.ProverService_ReleaseLease_FullMethodName: {role: RoleProver},

		pb.RecoveryService_CreateCheckpoint_FullMethodName: {role: RoleOperator, audited: true},

		pb.AuditService_Audit_FullMethodName:        {role: RoleGuardian},
		pb.AuditService_RecordAction_FullMethodName: {role: roleNode},

		pb.OperationsService_Synchronize_FullMethodName: {role: RoleOperator, audited: true},
		pb.OperationsService_Reconcile_FullMethodName:   {role: RoleOperator, audited: true},

		pb.UpgradeService_Activate_FullMethodName: {role: RoleOperator, audited: true},

		healthpb.Health_Check_FullMethodName: {role: roleAny},
		healthpb.Health_List_FullMethodName:  {role: roleAny},
		healthpb.Health_Watch_FullMethodName: {role: roleAny},

		pb.VerifyService_VerifyProof_FullMethodName: {role: RoleReader, large: true},
	}
	for _, method := range readerMethods() {
		t[method] = rule{role: RoleReader}
	}
	return t
}

// readerMethods only look, and their requests are small.
func readerMethods() []string {
	return []string{
		pb.RecoveryService_ListCheckpoints_FullMethodName,
		pb.RecoveryService_CheckpointStatus_FullMethodName,
		pb.SequencerService_WatchFills_FullMethodName,
		pb.SequencerService_WatchHeads_FullMethodName,
		pb.SequencerService_WatchReverted_FullMethodName,

		pb.FinalityService_Finality_FullMethodName,

		pb.StateService_GetAsset_FullMethodName,
		pb.StateService_GetMarket_FullMethodName,
		pb.StateService_GetAccount_FullMethodName,
		pb.StateService_ListBalances_FullMethodName,
		pb.StateService_GetOrder_FullMethodName,
		pb.StateService_GetDepth_FullMethodName,
		pb.StateService_GetReceipt_FullMethodName,
		pb.StateService_GetBatch_FullMethodName,
		pb.StateService_ListBatches_FullMethodName,
		pb.StateService_GetRoot_FullMethodName,

		pb.VerifyService_Prove_FullMethodName,
		pb.VerifyService_VerifyAnchor_FullMethodName,
		pb.VerifyService_Consistency_FullMethodName,
		pb.VerifyService_Layers_FullMethodName,
		pb.VerifyService_ListWithdrawals_FullMethodName,
		pb.VerifyService_ProveWithdrawal_FullMethodName,

		pb.ProverService_ProofQueue_FullMethodName,

		pb.OperationsService_Verify_FullMethodName,
		pb.OperationsService_RecoverStatus_FullMethodName,

		pb.MembersService_ListMembers_FullMethodName,

		pb.UpgradeService_Versions_FullMethodName,

		pb.AdminService_Status_FullMethodName,
		pb.AdminService_ListAnchors_FullMethodName,

		reflectionpb.ServerReflection_ServerReflectionInfo_FullMethodName,
		reflectionalphapb.ServerReflection_ServerReflectionInfo_FullMethodName,
	}
}
