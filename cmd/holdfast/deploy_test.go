package main

// What operators read must be true: each alert has its page, and every command that a page tells them to run exists. That
// the alerts' metrics exist is tested where a whole cluster runs, in devnet.

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

type alertRule struct {
	Alert       string            `yaml:"alert"`
	Expr        string            `yaml:"expr"`
	For         string            `yaml:"for"`
	Labels      map[string]string `yaml:"labels"`
	Annotations map[string]string `yaml:"annotations"`
}

// root is the module's directory, seen from here.
const root = "../.."

func alerts(t *testing.T) []alertRule {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root, "deploy", "prometheus", "rules", "*.yml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no alert rules: %v", err)
	}
	var all []alertRule
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var doc struct {
			Groups []struct {
				Name  string      `yaml:"name"`
				Rules []alertRule `yaml:"rules"`
			} `yaml:"groups"`
		}
		if err := yaml.UnmarshalWithOptions(b, &doc, yaml.Strict()); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for _, g := range doc.Groups {
			all = append(all, g.Rules...)
		}
	}
	return all
}

// interfaces.md "alerts": a severity, words that say what to do, and one runbook page per alert.
func TestEveryAlertHasItsRunbook(t *testing.T) {
	pages := map[string]bool{}
	for _, a := range alerts(t) {
		link := a.Annotations["runbook_url"]
		if link != "deploy/runbooks/"+a.Alert+".md" {
			t.Errorf("%s: runbook_url is %q", a.Alert, link)
		}
		pages[a.Alert+".md"] = true
		text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(link)))
		if err != nil {
			t.Errorf("%s: %v", a.Alert, err)
			continue
		}
		for _, want := range []string{"# " + a.Alert + "\n", "\n## What it means\n", "\n## How to look\n", "\n## What to do\n", "\n## How it ends\n"} {
			if !strings.Contains(string(text), want) {
				t.Errorf("%s has no %q", link, want)
			}
		}
		if !slices.Contains([]string{"critical", "warning"}, a.Labels["severity"]) || a.Annotations["summary"] == "" || a.Annotations["description"] == "" {
			t.Errorf("%s: severity, summary or description is missing", a.Alert)
		}
	}
	entries, err := os.ReadDir(filepath.Join(root, "deploy", "runbooks"))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), "Holdfast") && !pages[e.Name()] { // the others are procedures
			t.Errorf("deploy/runbooks/%s belongs to no alert", e.Name())
		}
	}
}

// typed is a command line on a page: at the beginning of a code line, or in backticks.
var typed = regexp.MustCompile("(?m)(?:^(?:\\$ )?|`)(?:\\./bin/)?holdfast ((?:[^`\n#|>\\\\]|\\\\\n)+)")

// A page tells nobody to type what this program does not know.
func TestPagesNameCommandsThatExist(t *testing.T) {
	pages, err := filepath.Glob(filepath.Join(root, "deploy", "runbooks", "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	pages = append(pages, filepath.Join(root, "README.md"))
	rules, err := filepath.Glob(filepath.Join(root, "deploy", "prometheus", "rules", "*.yml"))
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, page := range append(pages, rules...) {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range typed.FindAllStringSubmatch(string(text), -1) {
			seen++
			if problem := unknown(strings.Fields(strings.ReplaceAll(line[1], "\\\n", " "))); problem != "" {
				t.Errorf("%s: `holdfast %s`: %s", page, strings.TrimSpace(line[1]), problem)
			}
		}
	}
	if seen < 30 {
		t.Errorf("found only %d command lines: the pattern misses them", seen)
	}
	for _, wrong := range []string{"nonsense", "status --nonsense", "verify nonsense", "batch show 1 --l1 x"} {
		if unknown(strings.Fields(wrong)) == "" {
			t.Errorf("%q passes", wrong)
		}
	}
}

// unknown says what of a command line does not exist.
func unknown(args []string) string {
	c, rest, err := newRoot(&app{}).Find(args)
	if err != nil {
		return err.Error()
	}
	if c.HasSubCommands() && len(rest) > 0 && !strings.HasPrefix(rest[0], "-") && c.Name() != "help" {
		return "no command " + rest[0]
	}
	for _, arg := range rest {
		name, long := strings.CutPrefix(arg, "--")
		name, _, _ = strings.Cut(name, "=")
		short, dashed := strings.CutPrefix(arg, "-")
		switch {
		case long && c.Flag(name) == nil && name != "help",
			dashed && len(short) == 1 && c.InheritedFlags().ShorthandLookup(short) == nil:
			return "no flag " + arg
		}
	}
	return ""
}
