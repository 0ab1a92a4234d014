package cursor_test

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/holdfast-rollup/holdfast/fsm/cursor"
)

// interfaces.md: the audit trail of administrative calls is replicated, digested and bounded.

func TestOperatorActionIsAudited(t *testing.T) {
	c := cursor.New()
	_, _, before := c.Audit()
	at := cursor.Context{Index: 9, TimeMs: 7}
	if err := c.Apply(cursor.OperatorAction{Who: "client/alice", Method: "AdminService/Resume", Subject: "scope=INTAKE"}, at); err != nil {
		t.Fatal(err)
	}
	entries, count, digest := c.Audit()
	want := cursor.AuditEntry{Number: 1, Index: 9, TimeMs: 7, Kind: cursor.AuditOperator, Subject: "client/alice", Detail: "AdminService/Resume scope=INTAKE"}
	if count != 1 || len(entries) != 1 || entries[0] != want || digest == before {
		t.Fatalf("audit trail %+v, %d made, digest changed: %v", entries, count, digest != before)
	}
	decoded, err := cursor.Decode(c.Append(nil))
	if err != nil || decoded.Digest() != c.Digest() {
		t.Fatalf("a snapshot with the entry does not come back the same: %v", err)
	}
}

func TestOperatorActionNamesSomebody(t *testing.T) {
	for _, e := range []cursor.OperatorAction{{Method: "m"}, {Who: "w"}, {}} {
		c := cursor.New()
		if err := c.Apply(e, cursor.Context{}); !errors.Is(err, cursor.ErrMalformed) {
			t.Errorf("%+v: got %v, want ErrMalformed", e, err)
		}
		if _, count, _ := c.Audit(); count != 0 {
			t.Errorf("%+v left an entry", e)
		}
	}
}

func TestOperatorActionIsCut(t *testing.T) {
	c := cursor.New()
	long := strings.Repeat("\u00e9", cursor.MaxSubject)
	if err := c.Apply(cursor.OperatorAction{Who: long, Method: "m" + long, Subject: "s" + long}, cursor.Context{}); err != nil {
		t.Fatal(err)
	}
	entries, _, _ := c.Audit()
	e := entries[0]
	if len(e.Subject) > cursor.MaxWho || len(e.Detail) > cursor.MaxMethod+1+cursor.MaxSubject {
		t.Errorf("entry has %d and %d bytes", len(e.Subject), len(e.Detail))
	}
	if !utf8.ValidString(e.Subject) || !utf8.ValidString(e.Detail) {
		t.Error("a character was cut in two")
	}
}
