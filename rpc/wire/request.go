package wire

// The busy way into the cluster is decoded by hand: SubmitRequest and SubmitOneRequest, which share their field
// numbers. The hand-written decoder knows the shape in which everybody encodes the three busiest kinds. Whatever it
// does not know or would refuse, it leaves to the generated code and to Submission, which alone decide what is valid.

import (
	"fmt"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"

	"github.com/holdfast-rollup/holdfast/fsm/command"
	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
)

// Tags of the fields: number << 3 | wire type (0 varint, 2 bytes).
const (
	tagSession      = 1 << 3 // SubmitRequest, SubmitOneRequest
	tagSubmission   = 2<<3 | 2
	tagAcknowledged = 3 << 3
	tagSequence     = 1 << 3 // Submission
	tagTransition   = 2<<3 | 2
	tagPlace        = 1<<3 | 2 // Transition
	tagCancel       = 2<<3 | 2
	tagAmend        = 4<<3 | 2
)

// Request is a SubmitRequest or a SubmitOneRequest.
type Request struct {
	Session      uint64
	Submissions  []command.Submission
	Acknowledged uint64
	WaitFor      pb.Head // head that the answer waits for; UNSPECIFIED for none
	WaitMs       int64   // longest wait; 0: as long as the call may take
}

// typicalSubmission is about the size of an encoded submission.
const typicalSubmission = 32

// DecodeSubmit decodes and checks a SubmitRequest. The error is a *FieldError, or says that b is no such message.
func DecodeSubmit(b []byte) (Request, error) {
	if r, ok := scanRequest(b, len(b)/typicalSubmission+1); ok {
		return r, nil
	}
	if n := countSubmissions(b); n > MaxGroup {
		return Request{}, tooMany(n)
	}
	m := &pb.SubmitRequest{}
	if err := proto.Unmarshal(b, m); err != nil {
		return Request{}, &FieldError{Field: "request", Problem: fmt.Sprintf("does not decode: %v", err)}
	}
	return request(m.GetSession(), m.GetSubmissions(), m)
}

// DecodeSubmitOne decodes and checks a SubmitOneRequest.
func DecodeSubmitOne(b []byte) (Request, error) {
	if r, ok := scanRequest(b, 1); ok && len(r.Submissions) == 1 {
		return r, nil
	}
	m := &pb.SubmitOneRequest{}
	if err := proto.Unmarshal(b, m); err != nil {
		return Request{}, &FieldError{Field: "request", Problem: fmt.Sprintf("does not decode: %v", err)}
	}
	return request(m.GetSession(), []*pb.Submission{m.GetSubmission()}, m)
}

// options are what both requests have beside their submissions.
type options interface {
	GetAcknowledged() uint64
	GetWaitFor() pb.Head
	GetWaitMs() int64
}

func request(session uint64, subs []*pb.Submission, o options) (Request, error) {
	r := Request{Session: session, Acknowledged: o.GetAcknowledged(), WaitFor: o.GetWaitFor(), WaitMs: o.GetWaitMs()}
	if r.WaitFor == pb.Head_HEAD_APPLIED { // which every answer has waited for
		r.WaitFor = pb.Head_HEAD_UNSPECIFIED
	}
	switch {
	case pb.Head_name[int32(r.WaitFor)] == "":
		return r, &FieldError{Field: "wait_for", Problem: "must be a known head"}
	case r.WaitMs < 0:
		return r, &FieldError{Field: "wait_ms", Problem: "must not be negative"}
	case r.WaitMs > 0 && r.WaitFor == pb.Head_HEAD_UNSPECIFIED:
		return r, &FieldError{Field: "wait_for", Problem: "must name a head beyond APPLIED where wait_ms is given"}
	}
	for i, m := range subs {
		s, fault := submission(session, m)
		if fault != nil {
			return r, fault.Under(fmt.Sprintf("submissions[%d]", i))
		}
		r.Submissions = append(r.Submissions, s)
	}
	return r, nil
}

// countSubmissions says how many submissions the generated code would make of b: of two bytes each, if they are empty.
func countSubmissions(b []byte) (count int) {
	for len(b) > 0 {
		number, kind, n := protowire.ConsumeField(b)
		if n < 0 {
			return count // it does not decode
		}
		if number == tagSubmission>>3 && kind == protowire.BytesType {
			count++
		}
		b = b[n:]
	}
	return count
}

func tooMany(n int) *FieldError {
	return &FieldError{Field: "submissions", Problem: fmt.Sprintf("has %d; must be 1 to %d", n, MaxGroup)}
}

// scanRequest decodes the known shape.
func scanRequest(b []byte, typical int) (r Request, ok bool) {
	s := NewScan(b)
	if s.Is(tagSession) {
		r.Session = s.Uvarint()
	}
	r.Submissions = make([]command.Submission, 0, min(typical, MaxGroup))
	for s.Is(tagSubmission) {
		if len(r.Submissions) == MaxGroup {
			return r, false
		}
		r.Submissions = append(r.Submissions, command.Submission{Session: r.Session})
		if !scanSubmission(s.Bytes(), &r.Submissions[len(r.Submissions)-1]) {
			return r, false
		}
	}
	if s.Is(tagAcknowledged) {
		r.Acknowledged = s.Uvarint()
	}
	return r, s.Done()
}

func scanSubmission(b []byte, into *command.Submission) bool {
	s := NewScan(b)
	if !s.Is(tagSequence) {
		return false
	}
	into.Sequence = s.Uvarint()
	if !s.Is(tagTransition) {
		return false
	}
	t := NewScan(s.Bytes())
	kind := t.Tag()
	body := NewScan(t.Bytes())
	if !s.Done() || !t.Done() || into.Sequence == 0 {
		return false
	}
	var c checker
	switch kind {
	case tagPlace:
		var m pb.Place
		scanPlace(&body, &m)
		into.Transition = place(&c, &m)
	case tagCancel:
		var m pb.Cancel
		scanCancel(&body, &m)
		into.Transition = cancel(&c, &m)
	case tagAmend:
		var m pb.Amend
		scanAmend(&body, &m)
		into.Transition = amend(&c, &m)
	default:
		return false
	}
	return c.err == nil && body.Done()
}

func scanPlace(s *Scan, m *pb.Place) {
	for number, v := s.Scalar(); number != 0; number, v = s.Scalar() {
		switch number {
		case 1:
			m.Market = uint32(v)
		case 2:
			m.Account = v
		case 3:
			m.Side = pb.Side(v)
		case 4:
			m.Type = pb.OrderType(v)
		case 5:
			m.TimeInForce = pb.TimeInForce(v)
		case 6:
			m.SelfTradePrevention = pb.SelfTradePrevention(v)
		case 7:
			m.Price = v
		case 8:
			m.Size = v
		case 9:
			m.ClientOrderId = v
		default:
			s.Fail()
		}
	}
}

func scanCancel(s *Scan, m *pb.Cancel) {
	for number, v := s.Scalar(); number != 0; number, v = s.Scalar() {
		switch number {
		case 1:
			m.Account = v
		case 2:
			m.OrderId = v
		case 3:
			m.ClientOrderId = v
		default:
			s.Fail()
		}
	}
}

func scanAmend(s *Scan, m *pb.Amend) {
	for number, v := s.Scalar(); number != 0; number, v = s.Scalar() {
		switch number {
		case 1:
			m.Account = v
		case 2:
			m.OrderId = v
		case 3:
			m.ClientOrderId = v
		case 4:
			m.Price = v
		case 5:
			m.Size = v
		case 6:
			m.SelfTradePrevention = pb.SelfTradePrevention(v)
		default:
			s.Fail()
		}
	}
}

// AppendRequest appends a SubmitRequest or SubmitOneRequest around submissions that AppendSubmission encoded.
func AppendRequest(dst []byte, session uint64, submissions []byte, acknowledged uint64) []byte {
	dst = AppendUvarint(dst, tagSession, session)
	dst = append(dst, submissions...)
	return AppendUvarint(dst, tagAcknowledged, acknowledged)
}

// AppendSubmission checks s and appends it as a field of a request. The error is what the server would say.
func AppendSubmission(dst []byte, s *command.Submission) ([]byte, error) {
	start := len(dst)
	dst, outer := Open(dst, tagSubmission)
	dst = AppendUvarint(dst, tagSequence, s.Sequence)
	dst, middle := Open(dst, tagTransition)
	body, ok := appendBusy(dst, &s.Transition)
	var back command.Submission
	if ok {
		dst = Close(Close(body, middle), outer)
		if scanSubmission(dst[outer:], &back) { // all three kinds are shorter than 128 bytes
			return dst, nil
		}
	}
	m, err := SubmissionProto(s)
	if err != nil {
		return nil, err
	}
	if _, fault := submission(s.Session, m); fault != nil {
		return nil, fault
	}
	encoded, err := proto.Marshal(m)
	if err != nil {
		return nil, fmt.Errorf("encode submission: %w", err)
	}
	return AppendBytes(dst[:start], tagSubmission, encoded), nil
}

// appendBusy appends the transition of one of the busiest kinds.
func appendBusy(dst []byte, t *command.Transition) (_ []byte, ok bool) {
	var at int
	switch t.Kind { // the others go through the generated code
	case command.Place:
		dst, at = Open(dst, tagPlace)
		dst = AppendUvarint(dst, 1<<3, uint64(t.Market))
		dst = AppendUvarint(dst, 2<<3, t.Account)
		dst = AppendUvarint(dst, 3<<3, uint64(t.Side)+1)
		dst = AppendUvarint(dst, 4<<3, uint64(t.Type)+1)
		dst = AppendUvarint(dst, 5<<3, uint64(t.TIF)+1)
		dst = AppendUvarint(dst, 6<<3, uint64(t.STP)+1)
		dst = AppendUvarint(dst, 7<<3, t.Price)
		dst = AppendUvarint(dst, 8<<3, t.Size)
		dst = AppendUvarint(dst, 9<<3, t.ClientID)
	case command.Cancel:
		dst, at = Open(dst, tagCancel)
		dst = AppendUvarint(dst, 1<<3, t.Account)
		dst = AppendUvarint(dst, 2<<3, t.Order)
		dst = AppendUvarint(dst, 3<<3, t.ClientID)
	case command.Amend:
		dst, at = Open(dst, tagAmend)
		dst = AppendUvarint(dst, 1<<3, t.Account)
		dst = AppendUvarint(dst, 2<<3, t.Order)
		dst = AppendUvarint(dst, 3<<3, t.ClientID)
		dst = AppendUvarint(dst, 4<<3, t.Price)
		dst = AppendUvarint(dst, 5<<3, t.Size)
		dst = AppendUvarint(dst, 6<<3, uint64(t.STP)+1)
	default:
		return dst, false
	}
	return Close(dst, at), true
}
