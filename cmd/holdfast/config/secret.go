package config

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/goccy/go-yaml"
)

// Secret names where a secret is: a file or an environment variable. It never holds one.
type Secret struct{ File, Env string }

// Read gets the secret, without white space around it.
func (s Secret) Read() (string, error) {
	switch {
	case s.File != "":
		b, err := os.ReadFile(s.File)
		if err != nil {
			return "", fmt.Errorf("read secret: %w", err)
		}
		return nonEmpty(string(b), "file "+s.File)
	case s.Env != "":
		return nonEmpty(os.Getenv(s.Env), "environment variable "+s.Env)
	default:
		return "", errors.New("the secret is not named")
	}
}

func nonEmpty(v, from string) (string, error) {
	v = strings.TrimSpace(v)
	if v == "" {
		return "", fmt.Errorf("read secret: %s is empty", from)
	}
	return v, nil
}

// Endpoint is a URL, or "env:NAME" or "file:PATH" that holds one.
type Endpoint string

// Resolve gives the URL.
func (e Endpoint) Resolve() (string, error) {
	raw := string(e)
	var err error
	if name, ok := strings.CutPrefix(raw, "env:"); ok {
		raw, err = Secret{Env: name}.Read()
	} else if path, ok := strings.CutPrefix(raw, "file:"); ok {
		raw, err = Secret{File: path}.Read()
	}
	if err != nil {
		return "", err
	}
	return raw, checkURL(raw)
}

// reference reports whether the URL stands elsewhere.
func (e Endpoint) reference() bool {
	return strings.HasPrefix(string(e), "env:") || strings.HasPrefix(string(e), "file:")
}

func (e Endpoint) rebase(dir string) Endpoint {
	path, ok := strings.CutPrefix(string(e), "file:")
	if !ok || filepath.IsAbs(path) {
		return e
	}
	return Endpoint("file:" + filepath.Join(dir, path))
}

// masked hides whatever in a URL may be an access key: user, path, query and fragment.
func (e Endpoint) masked() Endpoint {
	if e == "" || e.reference() {
		return e
	}
	u, err := url.Parse(string(e))
	if err != nil {
		return "****"
	}
	plain := u.User == nil && strings.Trim(u.Path, "/") == "" && u.RawQuery == "" && u.Fragment == ""
	if plain {
		return e
	}
	return Endpoint(u.Scheme + "://" + u.Host + "/****")
}

// checkURL does not repeat the URL, which may hold an access key.
func checkURL(raw string) error {
	u, err := url.Parse(raw)
	if err != nil {
		return errors.New("is not a URL")
	}
	switch u.Scheme {
	case "http", "https", "ws", "wss":
	default:
		return fmt.Errorf("scheme %q is not http, https, ws or wss", u.Scheme)
	}
	if u.Host == "" {
		return errors.New("has no host")
	}
	return nil
}

// checkHTTP is checkURL for what is asked over HTTP alone.
func checkHTTP(raw string) error {
	if err := checkURL(raw); err != nil {
		return err
	}
	if u, _ := url.Parse(raw); u.Scheme != "http" && u.Scheme != "https" {
		return fmt.Errorf("scheme %q is not http or https", u.Scheme)
	}
	return nil
}

// Masked is a copy to show to people.
func (c *Config) Masked() Config {
	out := *c
	out.L1.Endpoints = make([]Endpoint, len(c.L1.Endpoints))
	for i, e := range c.L1.Endpoints {
		out.L1.Endpoints[i] = e.masked()
	}
	out.L1.SubmitterKey, out.L1.ProverKey = c.L1.SubmitterKey.masked(), c.L1.ProverKey.masked()
	out.DA.Beacon = make([]Endpoint, len(c.DA.Beacon))
	for i, e := range c.DA.Beacon {
		out.DA.Beacon[i] = e.masked()
	}
	out.DA.AltDA = c.DA.AltDA.masked()
	if u, err := url.Parse(c.DA.Archive); err == nil && u.User != nil {
		out.DA.Archive = u.Scheme + "://****@" + u.Host + u.Path
	}
	return out
}

// YAML is the configuration in the form of the file, secrets masked.
func (c *Config) YAML() (string, error) {
	m := c.Masked()
	b, err := yaml.Marshal(&m)
	if err != nil {
		return "", fmt.Errorf("encode configuration: %w", err)
	}
	return string(b), nil
}

// FileYAML is the configuration as a file holds it: endpoints are not masked.
func (c *Config) FileYAML() (string, error) {
	b, err := yaml.Marshal(c)
	if err != nil {
		return "", fmt.Errorf("encode configuration: %w", err)
	}
	return string(b), nil
}

// JSON is the configuration as one JSON document with the keys of the file, secrets masked.
func (c *Config) JSON() ([]byte, error) {
	text, err := c.YAML()
	if err != nil {
		return nil, err
	}
	b, err := yaml.YAMLToJSON([]byte(text))
	if err != nil {
		return nil, fmt.Errorf("encode configuration: %w", err)
	}
	return b, nil
}
