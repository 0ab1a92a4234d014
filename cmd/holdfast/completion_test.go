package main

import (
	"io"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// issue "CLI: completion": each row of the table is of a place that there is, and where words are offered the default is one
// of them: what is typed by hand and what is completed are the same.
func TestCompletionsAreOfPlacesThatThereAre(t *testing.T) {
	a := &app{out: io.Discard, err: io.Discard}
	root := newRoot(a)
	used := addCompletions(a, newBare(a))
	for place := range completions(a) {
		if !used[place] {
			t.Errorf("no command has %s", place)
		}
	}
	offered := 0
	var walk func(c *cobra.Command)
	walk = func(c *cobra.Command) {
		for place := range completions(a) {
			_, name, _ := strings.Cut(place, "--")
			f := c.LocalFlags().Lookup(name)
			fn, ok := c.GetFlagCompletionFunc(name)
			if f == nil || !ok || f.DefValue == "" || strings.HasPrefix(f.DefValue, "[") {
				continue
			}
			words, directive := fn(c, nil, "")
			plain := directive&(cobra.ShellCompDirectiveFilterFileExt|cobra.ShellCompDirectiveFilterDirs) == 0
			if !plain || len(words) == 0 {
				continue
			}
			offered++
			found := false
			for _, w := range words {
				found = found || w == f.DefValue
			}
			if !found {
				t.Errorf("%s --%s: the default %s is not among %v", c.CommandPath(), name, f.DefValue, words)
			}
		}
		for _, sub := range c.Commands() {
			walk(sub)
		}
	}
	walk(root)
	if offered < 10 {
		t.Errorf("%d flags were looked at", offered)
	}
}

// interfaces.md "CLI": no command is beside the headings of the help, and each says what it is for.
func TestEveryCommandHasItsHeading(t *testing.T) {
	for _, c := range newRoot(&app{}).Commands() {
		if c.GroupID == "" && c.Name() != "completion" && c.Name() != "help" {
			t.Errorf("%s is under no heading", c.Name())
		}
		if c.Short == "" {
			t.Errorf("%s does not say what it is for", c.Name())
		}
	}
}
