package config

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// Every key is decoded on its own, so that one bad value hides no other.

// Fault is one thing that is wrong, at the path of a key.
type Fault struct {
	// Path is the key, such as "rpc.bind" or "raft.peers[1].id".
	Path string
	// Source is where the value came from: "file.yaml:3", "HOLDFAST_RPC_BIND", "--set".
	Source string
	// Problem says what is wrong and what would be right.
	Problem string
}

func (f Fault) String() string {
	if f.Source == "" {
		return f.Path + ": " + f.Problem
	}
	return f.Path + " (" + f.Source + "): " + f.Problem
}

// FaultsError is everything that is wrong with a configuration.
type FaultsError struct{ Faults []Fault }

func (e *FaultsError) Error() string {
	lines := make([]string, 0, len(e.Faults)+1)
	lines = append(lines, fmt.Sprintf("the configuration has %d fault(s):", len(e.Faults)))
	for _, f := range e.Faults {
		lines = append(lines, "  "+f.String())
	}
	return strings.Join(lines, "\n")
}

// Sources are what Load reads, the later over the earlier.
type Sources struct {
	// File is the path of the YAML file; empty for none.
	File string
	// Env is the environment, as os.Environ gives it.
	Env []string
	// Set are "path=value" of flags.
	Set []string
}

// envPrefix begins every environment variable that overrides a key.
const envPrefix = "HOLDFAST_"

// Load reads the configuration and validates it. A *FaultsError lists everything that is wrong.
func Load(src Sources) (*Config, error) {
	c := Default()
	var faults []Fault
	base, err := os.Getwd()
	if err != nil {
		return nil, fmt.Errorf("find working directory: %w", err)
	}
	if src.File != "" {
		b, err := os.ReadFile(src.File)
		if err != nil {
			return nil, fmt.Errorf("read configuration: %w", err)
		}
		faults = append(faults, decodeFile(&c, filepath.Base(src.File), b)...)
		if base, err = filepath.Abs(filepath.Dir(src.File)); err != nil {
			return nil, fmt.Errorf("find the configuration's directory: %w", err)
		}
	}
	faults = append(faults, overrideEnv(&c, src.Env)...)
	faults = append(faults, overrideSet(&c, src.Set)...)
	c.rebase(base)
	var invalid *FaultsError
	if err := c.Validate(); errors.As(err, &invalid) {
		faults = append(faults, withoutRepeats(invalid.Faults, faults)...)
	}
	if len(faults) > 0 {
		return nil, &FaultsError{Faults: faults}
	}
	return &c, nil
}

// withoutRepeats drops what is wrong only because the key already failed to decode.
func withoutRepeats(found, known []Fault) []Fault {
	return slices.DeleteFunc(found, func(f Fault) bool {
		return slices.ContainsFunc(known, func(k Fault) bool { return k.Path == f.Path })
	})
}

func decodeFile(c *Config, name string, b []byte) []Fault {
	file, err := parser.ParseBytes(b, 0)
	if err != nil {
		return []Fault{{Path: "(file)", Source: name, Problem: yaml.FormatError(err, false, false)}}
	}
	d := decoder{name: name}
	if len(file.Docs) > 1 {
		return []Fault{{Path: "(file)", Source: name, Problem: "holds more than one document"}}
	}
	for _, doc := range file.Docs {
		if doc.Body != nil {
			d.object(doc.Body, reflect.ValueOf(c).Elem(), "")
		}
	}
	return d.faults
}

type decoder struct {
	name   string
	faults []Fault
}

func (d *decoder) fault(n ast.Node, path, problem string) {
	if path == "" {
		path = "(file)"
	}
	d.faults = append(d.faults, Fault{
		Path: path, Source: fmt.Sprintf("%s:%d", d.name, n.GetToken().Position.Line), Problem: problem,
	})
}

// object decodes a mapping into a struct, key by key.
func (d *decoder) object(n ast.Node, v reflect.Value, path string) {
	if n.Type() == ast.NullType {
		return
	}
	m, ok := n.(ast.MapNode)
	if !ok {
		d.fault(n, path, "must be a mapping of keys to values")
		return
	}
	seen := map[string]bool{}
	for it := m.MapRange(); it.Next(); {
		key := it.Key().GetToken().Value
		at := join(path, key)
		field, ok := fieldByKey(v, key)
		switch {
		case !ok:
			d.fault(it.Key(), at, "unknown key; known here: "+strings.Join(keys(v), ", "))
		case seen[key]:
			d.fault(it.Key(), at, "given twice")
		default:
			d.value(it.Value(), field, at)
		}
		seen[key] = true
	}
}

func (d *decoder) value(n ast.Node, v reflect.Value, path string) {
	if section(v) {
		d.object(n, v, path)
		return
	}
	if v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Struct {
		d.list(n, v, path)
		return
	}
	if err := yaml.NodeToValue(n, v.Addr().Interface(), yaml.Strict()); err != nil {
		d.fault(n, path, problem(v, err))
	}
}

func (d *decoder) list(n ast.Node, v reflect.Value, path string) {
	seq, ok := n.(*ast.SequenceNode)
	if !ok {
		d.fault(n, path, "must be a list")
		return
	}
	out := reflect.MakeSlice(v.Type(), len(seq.Values), len(seq.Values))
	for i, e := range seq.Values {
		d.object(e, out.Index(i), fmt.Sprintf("%s[%d]", path, i))
	}
	v.Set(out)
}

// problem says what a value should have been; the library's own words may repeat a secret.
func problem(v reflect.Value, err error) string {
	if errors.Is(err, ErrLiteralKey) || v.Type() == reflect.TypeFor[Key]() {
		return ErrLiteralKey.Error()
	}
	return "must be " + kindName(v.Type())
}

func kindName(t reflect.Type) string {
	switch {
	case t.String() == "time.Duration":
		return `a duration such as "250ms" or "10s"`
	case t.Kind() == reflect.Slice:
		return "a list, each of it " + kindName(t.Elem())
	case t.Kind() == reflect.Bool:
		return "true or false"
	case t.Kind() == reflect.Int || t.Kind() == reflect.Int64:
		return "a whole number"
	case t.Kind() == reflect.Uint64 || t.Kind() == reflect.Uint32:
		return "a whole number, not negative"
	default:
		return "text"
	}
}

func overrideEnv(c *Config, env []string) []Fault {
	var faults []Fault
	paths := map[string]string{}
	for _, p := range Paths() {
		paths[envPrefix+strings.ToUpper(strings.ReplaceAll(p, ".", "_"))] = p
	}
	for _, kv := range env {
		name, value, _ := strings.Cut(kv, "=")
		if p, ok := paths[name]; ok {
			faults = append(faults, set(c, p, value, name)...)
		}
	}
	return faults
}

func overrideSet(c *Config, sets []string) []Fault {
	var faults []Fault
	for _, s := range sets {
		path, value, ok := strings.Cut(s, "=")
		if !ok {
			faults = append(faults, Fault{Path: s, Source: "--set", Problem: "must have the form path=value"})
			continue
		}
		faults = append(faults, set(c, path, value, "--set")...)
	}
	return faults
}

// set decodes one overriding value.
func set(c *Config, path, value, source string) []Fault {
	v := reflect.ValueOf(c).Elem()
	for key := range strings.SplitSeq(path, ".") {
		f, ok := reflect.Value{}, false
		if section(v) {
			f, ok = fieldByKey(v, key)
		}
		if !ok {
			return []Fault{{Path: path, Source: source, Problem: "unknown key"}}
		}
		v = f
	}
	if section(v) {
		return []Fault{{Path: path, Source: source, Problem: "is a section; set one of its keys: " + strings.Join(keys(v), ", ")}}
	}
	if v.Kind() == reflect.String {
		v.SetString(value)
		return nil
	}
	file, err := parser.ParseBytes([]byte(value), 0)
	if err != nil || len(file.Docs) != 1 || file.Docs[0].Body == nil {
		return []Fault{{Path: path, Source: source, Problem: problem(v, errors.New("not YAML"))}}
	}
	d := decoder{name: source}
	d.value(file.Docs[0].Body, v, path)
	for i := range d.faults {
		d.faults[i].Source = source
	}
	return d.faults
}

// Paths are all keys that can be set, in the order of the structs.
func Paths() []string {
	var out []string
	var walk func(v reflect.Value, path string)
	walk = func(v reflect.Value, path string) {
		for i, k := range keys(v) {
			if f := v.Field(i); section(f) {
				walk(f, join(path, k))
			} else {
				out = append(out, join(path, k))
			}
		}
	}
	walk(reflect.ValueOf(Config{}), "")
	return out
}

// section reports whether v is a group of keys, not a value.
func section(v reflect.Value) bool {
	return v.Kind() == reflect.Struct && v.Type() != reflect.TypeFor[Key]()
}

func keys(v reflect.Value) []string {
	out := make([]string, v.NumField())
	for i := range out {
		out[i], _, _ = strings.Cut(v.Type().Field(i).Tag.Get("yaml"), ",")
	}
	return out
}

func fieldByKey(v reflect.Value, key string) (reflect.Value, bool) {
	i := slices.Index(keys(v), key)
	if i < 0 {
		return reflect.Value{}, false
	}
	return v.Field(i), true
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}
