package cursor

import "strings"

// What an operator asked of the cluster is in the audit trail before it is done.

// Bounds of an OperatorAction's fields, in bytes.
const (
	MaxWho     = 256
	MaxMethod  = 128
	MaxSubject = 512
)

// OperatorAction states that somebody called a method that changes the cluster. It records the asking, not that it was
// done: the call may still fail. Longer fields are cut when it is applied, so that no caller can fill the trail.
type OperatorAction struct {
	Who     string // identity of the caller, as the replica that took the call knew it
	Method  string // service and method
	Subject string // what it was asked to act on
}

const typeOperatorAction eventType = 65

func (OperatorAction) eventType() eventType { return typeOperatorAction }

func (c *codec) operatorActionEvent(e *OperatorAction) {
	c.text(&e.Who)
	c.text(&e.Method)
	c.text(&e.Subject)
}

func (c *Cursor) operatorAction(e OperatorAction, at Context) error {
	if e.Who == "" || e.Method == "" {
		return ErrMalformed
	}
	detail := cut(e.Method, MaxMethod)
	if e.Subject != "" {
		detail += " " + cut(e.Subject, MaxSubject)
	}
	c.note(at, AuditOperator, 0, cut(e.Who, MaxWho), detail)
	return nil
}

// cut is the longest beginning of s of at most limit bytes that ends with a whole character.
func cut(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	return strings.ToValidUTF8(s[:limit], "")
}
