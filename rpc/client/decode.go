package client

// Answers with receipts are decoded by hand when they have the shape in which the server encodes them; anything else is
// left to the generated code. SubmitOneResponse has SubmitResponse's field numbers.

import (
	"fmt"

	"google.golang.org/protobuf/proto"

	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
	"github.com/holdfast-rollup/holdfast/rpc/wire"
)

// Wire types; a tag is number << 3 | type.
const (
	wireVarint = 0
	wireBytes  = 2
)

// decodeResponse decodes a SubmitResponse or SubmitOneResponse of about n receipts. leader is who answered before: the
// name is not copied again.
func decodeResponse(b []byte, n int, leader string) (*pb.SubmitResponse, error) {
	if m, ok := scanResponse(b, n, leader); ok {
		return m, nil
	}
	m := &pb.SubmitResponse{}
	if err := proto.Unmarshal(b, m); err != nil {
		return nil, fmt.Errorf("decode the answer: %w", err)
	}
	return m, nil
}

func scanResponse(b []byte, n int, leader string) (*pb.SubmitResponse, bool) {
	s := wire.NewScan(b)
	m := &pb.SubmitResponse{Receipts: make([]*pb.Receipt, 0, n), Leader: leader}
	slab := make([]pb.Receipt, n) // one allocation for all
	name := ""                    // of the code before: most are the same
	for s.Is(1<<3 | wireBytes) {
		var r *pb.Receipt
		if k := len(m.Receipts); k < n {
			r = &slab[k]
		} else {
			r = &pb.Receipt{}
		}
		m.Receipts = append(m.Receipts, r)
		if !scanReceipt(s.Bytes(), r, &name) {
			return nil, false
		}
	}
	if s.Is(2<<3 | wireBytes) {
		m.Position = &pb.Position{}
		if !scanPosition(s.Bytes(), m.Position) {
			return nil, false
		}
	}
	if s.Is(3<<3 | wireBytes) {
		if text := s.Bytes(); string(text) != leader {
			return nil, false // somebody else: rare, and its name must be checked for UTF-8
		}
	} else {
		m.Leader = ""
	}
	return m, s.Done()
}

func scanPosition(b []byte, p *pb.Position) bool {
	s := wire.NewScan(b)
	if s.Is(1<<3 | wireBytes) {
		p.Lineage = append([]byte{}, s.Bytes()...)
	}
	if s.Is(2<<3 | wireVarint) {
		p.Index = s.Uvarint()
	}
	if s.Is(3<<3 | wireVarint) {
		p.Batch = s.Uvarint()
	}
	if s.Is(4<<3 | wireBytes) {
		p.Root = append([]byte{}, s.Bytes()...)
	}
	return s.Done()
}

func scanReceipt(b []byte, r *pb.Receipt, name *string) bool {
	s := wire.NewScan(b)
	for tag := s.Tag(); tag != 0; tag = s.Tag() {
		switch tag {
		case 1<<3 | wireVarint:
			r.Session = s.Uvarint()
		case 2<<3 | wireVarint:
			r.Sequence = s.Uvarint()
		case 3<<3 | wireVarint:
			r.Status = pb.ReceiptStatus(s.Uvarint())
		case 4<<3 | wireVarint:
			r.Code = uint32(s.Uvarint())
		case 5<<3 | wireBytes:
			if text := s.Bytes(); string(text) != *name {
				if !ascii(text) {
					return false
				}
				*name = string(text)
			}
			r.CodeName = *name
		case 6<<3 | wireVarint:
			r.OrderId = s.Uvarint()
		case 7<<3 | wireVarint:
			r.AcceptedSequence = s.Uvarint()
		case 8<<3 | wireVarint:
			r.Remaining = s.Uvarint()
		case 9<<3 | wireVarint:
			r.Filled = s.Uvarint()
		case 10<<3 | wireVarint:
			r.QuoteFilled = s.Uvarint()
		case 11<<3 | wireBytes:
			f := &pb.Fill{}
			r.Fills = append(r.Fills, f)
			if !scanFill(s.Bytes(), f) {
				return false
			}
		case 12<<3 | wireVarint:
			r.Index = s.Uvarint()
		case 13<<3 | wireVarint:
			r.Batch = s.Uvarint()
		default:
			return false
		}
	}
	return s.Done()
}

func scanFill(b []byte, f *pb.Fill) bool {
	s := wire.NewScan(b)
	for number, v := s.Scalar(); number != 0; number, v = s.Scalar() {
		switch number {
		case 1:
			f.MakerOrderId = v
		case 2:
			f.TakerOrderId = v
		case 3:
			f.MakerAccount = v
		case 4:
			f.TakerAccount = v
		case 5:
			f.Market = uint32(v)
		case 6:
			f.Price = v
		case 7:
			f.Size = v
		case 8:
			f.Quote = v
		case 9:
			f.MakerFee = v
		case 10:
			f.TakerFee = v
		case 11:
			f.TakerSide = pb.Side(v)
		default:
			return false
		}
	}
	return s.Done()
}

func ascii(b []byte) bool {
	for _, c := range b {
		if c >= 0x80 {
			return false
		}
	}
	return true
}
