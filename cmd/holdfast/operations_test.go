package main

import (
	"strings"
	"testing"
)

// The issue: Synchronize, Verify, Reconcile and RecoverStatus on the command line, with progress, dry run and audit trail.
func TestOperationsByCommand(t *testing.T) {
	x := startAnchoring(t)
	at := []string{"--endpoints", x.endpoint}
	do := func(args string) (map[string]any, string) {
		t.Helper()
		doc, code, said := runJSON(t, append(strings.Fields(args), at...)...)
		if code != exitOK {
			t.Fatalf("%s: status %d: %s", args, code, said)
		}
		return doc, said
	}
	heads, said := do("synchronize --until finalized")
	if heads["finalized"] != heads["sealed"] || heads["finalized"].(float64) == 0 || !strings.Contains(said, "finalized") {
		t.Errorf("synchronized to %v, saying %s", heads, said)
	}
	if doc, _ := do("verify layers"); doc["consistent"] != true || len(doc["verdicts"].([]any)) < 4 {
		t.Errorf("%v", doc)
	}
	if doc, _ := do("verify recoverable"); len(doc["missing"].([]any)) != 0 || doc["checked"].(float64) == 0 {
		t.Errorf("%v", doc)
	}
	versions, _ := do("upgrade status")
	if versions["version"] != 1.0 || versions["minimum_version"] != 0.0 || len(versions["programs"].([]any)) != 1 {
		t.Errorf("versions %v", versions)
	}
	if doc, _ := do("upgrade activate"); doc["activation"].(map[string]any)["minimum_version"] != 1.0 {
		t.Errorf("activation %v", doc)
	}
	if doc, _ := do("upgrade status"); doc["minimum_version"] != 1.0 || len(doc["activations"].([]any)) != 1 {
		t.Errorf("after the activation: %v", doc)
	}
	x.refused(t, exitFailed, "no guest of this program version", append(strings.Fields("upgrade activate --program 2"), at...)...)
	x.refused(t, exitFailed, "older or not heard of", append(strings.Fields("upgrade activate --minimum 2"), at...)...)
	for _, args := range []string{"reconcile --dry-run", "reconcile"} {
		if doc, _ := do(args); doc["verb"] != "nothing" || doc["action"] != "" {
			t.Errorf("%s: %v", args, doc)
		}
	}
	x.refused(t, exitInconsistent, "contract revert --from 1", append([]string{"reconcile", "--to", "0", "--dry-run"}, at...)...)
	for args, says := range map[string]string{
		"reconcile --re-anchor --accept-foreign": "one of them",
		"reconcile --re-anchor":                  "--reason",
		"reconcile --to x --dry-run":             "not a batch",
		"synchronize --until moon":               "--until",
	} {
		x.refused(t, exitUsage, says, append(strings.Fields(args), at...)...)
	}
}
