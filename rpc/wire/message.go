package wire

import (
	"bytes"
	"fmt"

	"github.com/holdfast-rollup/holdfast/fsm/command"
	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
)

// SideProto is the message value of s.
func SideProto(s command.Side) pb.Side { return pb.Side(int32(s) + 1) }

// StatusProto is the message value of s.
func StatusProto(s command.MarketStatus) pb.MarketStatus { return pb.MarketStatus(int32(s) + 1) }

func stpProto(s command.STP) pb.SelfTradePrevention { return pb.SelfTradePrevention(int32(s) + 1) }

func bytesOf(a command.Address) []byte { return bytes.Clone(a[:]) }

// TransitionProto is the message of t; a kind that does not exist is an error.
func TransitionProto(t *command.Transition) (*pb.Transition, error) {
	switch t.Kind {
	case command.Place, command.Cancel, command.CancelAll, command.Amend, command.ImportOrder:
		return orderProto(t), nil
	case command.Deposit, command.Withdraw, command.ImportAccount, command.ImportBalance, command.EndImport:
		return accountProto(t), nil
	case command.RegisterAsset, command.CreateMarket, command.UpdateMarket:
		return marketProto(t), nil
	default:
		return nil, fmt.Errorf("encode transition: unknown kind %d", t.Kind)
	}
}

func orderProto(t *command.Transition) *pb.Transition {
	m := &pb.Transition{}
	switch t.Kind { //nolint:exhaustive // the kinds that TransitionProto sends here
	case command.Place:
		m.Kind = &pb.Transition_Place{Place: &pb.Place{
			Market: t.Market, Account: t.Account, Side: SideProto(t.Side), Type: pb.OrderType(int32(t.Type) + 1),
			TimeInForce: pb.TimeInForce(int32(t.TIF) + 1), SelfTradePrevention: stpProto(t.STP),
			Price: t.Price, Size: t.Size, ClientOrderId: t.ClientID,
		}}
	case command.Cancel:
		m.Kind = &pb.Transition_Cancel{Cancel: &pb.Cancel{Account: t.Account, OrderId: t.Order, ClientOrderId: t.ClientID}}
	case command.CancelAll:
		m.Kind = &pb.Transition_CancelAll{CancelAll: &pb.CancelAll{Account: t.Account, Market: t.Market}}
	case command.Amend:
		m.Kind = &pb.Transition_Amend{Amend: &pb.Amend{
			Account: t.Account, OrderId: t.Order, ClientOrderId: t.ClientID, Price: t.Price, Size: t.Size,
			SelfTradePrevention: stpProto(t.STP),
		}}
	case command.ImportOrder:
		m.Kind = &pb.Transition_ImportOrder{ImportOrder: &pb.ImportOrder{
			Market: t.Market, Account: t.Account, Side: SideProto(t.Side), Price: t.Price, Size: t.Size, ClientOrderId: t.ClientID,
		}}
	}
	return m
}

func accountProto(t *command.Transition) *pb.Transition {
	m := &pb.Transition{}
	switch t.Kind { //nolint:exhaustive // the kinds that TransitionProto sends here
	case command.Deposit:
		m.Kind = &pb.Transition_Deposit{Deposit: &pb.Deposit{
			Account: t.Account, Address: bytesOf(t.Address), Asset: t.Asset, Amount: t.Amount, Inbox: t.Inbox,
		}}
	case command.Withdraw:
		m.Kind = &pb.Transition_Withdraw{Withdraw: &pb.Withdraw{
			Account: t.Account, Asset: t.Asset, Amount: t.Amount, Address: bytesOf(t.Address),
		}}
	case command.ImportAccount:
		m.Kind = &pb.Transition_ImportAccount{ImportAccount: &pb.ImportAccount{Account: t.Account, Address: bytesOf(t.Address)}}
	case command.ImportBalance:
		m.Kind = &pb.Transition_ImportBalance{ImportBalance: &pb.ImportBalance{Account: t.Account, Asset: t.Asset, Amount: t.Amount}}
	case command.EndImport:
		m.Kind = &pb.Transition_EndImport{EndImport: &pb.EndImport{}}
	}
	return m
}

func marketProto(t *command.Transition) *pb.Transition {
	m := &pb.Transition{}
	switch t.Kind { //nolint:exhaustive // the kinds that TransitionProto sends here
	case command.RegisterAsset:
		m.Kind = &pb.Transition_RegisterAsset{RegisterAsset: &pb.RegisterAsset{
			Asset: t.Asset, Decimals: uint32(t.Decimals), Token: bytesOf(t.Address),
		}}
	case command.CreateMarket:
		m.Kind = &pb.Transition_CreateMarket{CreateMarket: &pb.CreateMarket{
			Market: t.Market, Base: t.Asset, Quote: t.Quote, Tick: t.Tick, Lot: t.Lot,
			MakerFee: uint32(t.MakerFee), TakerFee: uint32(t.TakerFee), Status: StatusProto(t.Status),
		}}
	case command.UpdateMarket:
		m.Kind = &pb.Transition_UpdateMarket{UpdateMarket: &pb.UpdateMarket{
			Market: t.Market, MakerFee: uint32(t.MakerFee), TakerFee: uint32(t.TakerFee), Status: StatusProto(t.Status),
		}}
	}
	return m
}

// SubmissionProto is the message of s, without its session.
func SubmissionProto(s *command.Submission) (*pb.Submission, error) {
	t, err := TransitionProto(&s.Transition)
	if err != nil {
		return nil, err
	}
	return &pb.Submission{Sequence: s.Sequence, Transition: t}, nil
}
