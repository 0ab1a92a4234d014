package cursor

import "fmt"

// What an operator ordered about an anchor is in the audit trail before it is done.

// Ordered states that an operator had a pending anchor retried, or with Cancel its nonce used by nothing. The record
// alone changes no anchor: the transaction that follows does.
type Ordered struct {
	Kind    Kind
	Account Account
	Nonce   uint64
	Cancel  bool
	Reason  string
}

const typeOrdered eventType = 64

func (Ordered) eventType() eventType { return typeOrdered }

func (c *codec) orderedEvent(e *Ordered) {
	enum(c, &e.Kind, Verify)
	c.fixed(e.Account[:])
	c.uint(&e.Nonce)
	c.flag(&e.Cancel)
	c.text(&e.Reason)
}

func (c *Cursor) ordered(e Ordered, at Context) error {
	i, ok := c.anchorIndex(e.Kind, e.Account, e.Nonce)
	if !ok {
		return ErrUnknownAnchor
	}
	if c.anchors[i].Status != StatusPending {
		return ErrStatus
	}
	what := "retry"
	if e.Cancel {
		what = "cancel"
	}
	c.note(at, AuditOrder, c.anchors[i].First, kindName(e.Kind), fmt.Sprintf("%s nonce %d: %s", what, e.Nonce, e.Reason))
	return nil
}
