package server

import (
	"slices"
	"strings"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	"github.com/holdfast-rollup/holdfast/cluster"
	"github.com/holdfast-rollup/holdfast/fsm"
)

// interfaces.md, security: least privilege per method; a method that nobody decided about is refused.
func TestEveryMethodHasItsRow(t *testing.T) {
	s, err := New(Config{NodeID: "n1", Cluster: (*cluster.Node)(nil), Machine: fsm.New(fsm.Config{NodeID: "n1"})})
	if err != nil {
		t.Fatal(err)
	}
	g := grpc.NewServer()
	s.Register(g)
	table, served := rules(), map[string]bool{}
	for service, info := range g.GetServiceInfo() {
		for _, m := range info.Methods {
			method := "/" + service + "/" + m.Name
			served[method] = true
			row, ok := table[method]
			if !ok {
				t.Errorf("%s has no row in roles.go: decide which role it needs, and whether it changes the cluster (audited)", method)
				continue
			}
			if row.role == "" {
				t.Errorf("%s has a row without a role", method)
			}
			if row.audited && !slices.Contains([]Role{RoleOperator, RoleGuardian}, row.role) {
				t.Errorf("%s is audited and for %s: administration is for operators and guardians", method, row.role)
			}
			if m.IsClientStream && row.audited {
				t.Errorf("%s is audited once a message", method)
			}
		}
	}
	for method := range table {
		if !served[method] {
			t.Errorf("roles.go has a row for %s, which nothing serves", method)
		}
	}
}

// What an operator types goes into the replicated trail: no field of a request may hold a secret.
func TestNoRequestHoldsASecret(t *testing.T) {
	seen := 0
	for method, row := range rules() {
		if !row.audited {
			continue
		}
		service, name, _ := strings.Cut(strings.TrimPrefix(method, "/"), "/")
		d, err := protoregistry.GlobalFiles.FindDescriptorByName(protoreflect.FullName(service))
		if err != nil {
			t.Fatal(err)
		}
		fields := d.(protoreflect.ServiceDescriptor).Methods().ByName(protoreflect.Name(name)).Input().Fields()
		for i := range fields.Len() {
			seen++
			for _, word := range []string{"key", "secret", "password", "passphrase", "token"} {
				if string(fields.Get(i).Name()) == word {
					t.Errorf("%s: field %s; mark it debug_redact", method, word)
				}
			}
		}
	}
	if seen == 0 {
		t.Error("no audited request has a field: the test looks at nothing")
	}
}

func TestRolesCover(t *testing.T) {
	for _, c := range []struct {
		has, want Role
		may       bool
	}{
		{RoleReader, RoleReader, true},
		{RoleSequencer, RoleReader, true},
		{RoleProver, RoleReader, true},
		{RoleGuardian, RoleReader, true},
		{RoleOperator, RoleReader, true},
		{RoleOperator, RoleGuardian, true},
		{RoleGuardian, RoleOperator, false},
		{RoleOperator, RoleSequencer, false},
		{RoleOperator, RoleProver, false},
		{RoleSequencer, RoleOperator, false},
		{RoleReader, RoleSequencer, false},
		{RoleOperator, roleNode, false},
		{roleNode, RoleReader, true},
		{roleNode, RoleOperator, false},
		{roleNode, RoleSequencer, false},
	} {
		if c.has.covers(c.want) != c.may {
			t.Errorf("%s for a method of %s: %v, want %v", c.has, c.want, !c.may, c.may)
		}
	}
}
