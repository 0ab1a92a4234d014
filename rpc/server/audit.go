package server

import (
	"context"
	"encoding/hex"
	"fmt"
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"

	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
	"github.com/holdfast-rollup/holdfast/rpc/wire"
)

// An administrative call runs only after it is in the replicated trail. The
// replica that the caller is connected to records it, at the leader; a call that
// it passes on is not recorded again.

// audit serves the trail.
type audit struct {
	pb.UnimplementedAuditServiceServer
	*Server
}

// record puts a call into the trail.
func (s *Server) record(ctx context.Context, c caller, method string, req any) error {
	if c.via != "" {
		return nil // recorded by the replica that passed it on
	}
	action := cursor.OperatorAction{Who: c.who, Method: strings.TrimPrefix(method, "/holdfast.v1."), Subject: subjectOf(req)}
	if s.cfg.Cluster.IsLeader() {
		_, err := s.recordHere(ctx, action)
		return err
	}
	conn, err := s.leaderConn()
	if err != nil {
		return err
	}
	// In this replica's own name, and so without the headers of a call that is passed on.
	_, err = pb.NewAuditServiceClient(conn).RecordAction(ctx, &pb.RecordActionRequest{Who: action.Who, Method: action.Method, Subject: action.Subject})
	return forwardError(err)
}

func (s *Server) recordHere(ctx context.Context, action cursor.OperatorAction) (uint64, error) {
	r, err := s.propose(ctx, command.TypeCursor, cursor.Append(nil, action))
	if err != nil {
		return 0, fmt.Errorf("record the call in the audit trail: %w", err)
	}
	return r.Index, nil
}

// RecordAction serves other replicas.
func (a *audit) RecordAction(ctx context.Context, req *pb.RecordActionRequest) (*pb.RecordActionResponse, error) {
	for _, f := range []struct {
		name, value string
		low, high   int
	}{{"who", req.GetWho(), 1, cursor.MaxWho}, {"method", req.GetMethod(), 1, cursor.MaxMethod}, {"subject", req.GetSubject(), 0, cursor.MaxSubject}} {
		if n := len(f.value); n < f.low || n > f.high {
			return nil, &wire.FieldError{Field: f.name, Problem: fmt.Sprintf("has %d bytes; must have %d to %d", n, f.low, f.high)}
		}
	}
	index, err := a.recordHere(ctx, cursor.OperatorAction{Who: req.GetWho(), Method: req.GetMethod(), Subject: req.GetSubject()})
	if err != nil {
		return nil, err
	}
	return &pb.RecordActionResponse{Index: index}, nil
}

func (a *audit) Audit(_ context.Context, req *pb.AuditRequest) (*pb.AuditResponse, error) {
	entries, count, digest := a.cfg.Machine.Cursor().Audit()
	resp := &pb.AuditResponse{Count: count, Digest: hashBytes(digest)}
	if len(entries) > 0 {
		resp.Oldest = entries[0].Number
	}
	for i := range entries {
		e := &entries[i]
		if e.Number <= req.GetAfter() {
			continue
		}
		if limit := req.GetLimit(); limit > 0 && len(resp.GetEntries()) >= int(limit) {
			break
		}
		resp.Entries = append(resp.Entries, &pb.AuditEntry{
			Number: e.Number, Index: e.Index, TimeMs: e.TimeMs, Kind: e.Kind.String(), Batch: e.Batch, Subject: e.Subject, Detail: e.Detail,
		})
	}
	return resp, nil
}

// subjectOf is what a request names, as "field=value field=value" in the order
// of its fields. What is marked as a secret is not repeated, and neither is what
// is long.
func subjectOf(req any) string {
	m, ok := req.(proto.Message)
	if !ok {
		return ""
	}
	r := m.ProtoReflect()
	var parts []string
	fields := r.Descriptor().Fields()
	for i := range fields.Len() {
		f := fields.Get(i)
		if !r.Has(f) {
			continue
		}
		parts = append(parts, string(f.Name())+"="+valueText(f, r.Get(f)))
	}
	text := strings.Join(parts, " ")
	if len(text) > cursor.MaxSubject {
		text = strings.ToValidUTF8(text[:cursor.MaxSubject-3], "") + "..."
	}
	return text
}

// maxAuditedBytes is how much of a field of bytes is shown.
const maxAuditedBytes = 32

func valueText(f protoreflect.FieldDescriptor, v protoreflect.Value) string {
	if o, ok := f.Options().(*descriptorpb.FieldOptions); ok && o.GetDebugRedact() {
		return "****"
	}
	switch {
	case f.IsList():
		return fmt.Sprintf("(%d)", v.List().Len())
	case f.IsMap():
		return fmt.Sprintf("(%d)", v.Map().Len())
	}
	switch f.Kind() {
	case protoreflect.MessageKind, protoreflect.GroupKind:
		return "(" + subjectOf(v.Message().Interface()) + ")"
	case protoreflect.BytesKind:
		if b := v.Bytes(); len(b) > maxAuditedBytes {
			return fmt.Sprintf("%s...(%d bytes)", hex.EncodeToString(b[:maxAuditedBytes]), len(b))
		}
		return hex.EncodeToString(v.Bytes())
	case protoreflect.StringKind:
		return fmt.Sprintf("%q", v.String())
	case protoreflect.EnumKind:
		if d := f.Enum().Values().ByNumber(v.Enum()); d != nil {
			return string(d.Name())
		}
		return fmt.Sprint(v.Enum())
	default:
		return fmt.Sprint(v.Interface())
	}
}
