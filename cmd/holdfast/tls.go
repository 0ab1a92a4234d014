package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"google.golang.org/grpc"

	"github.com/holdfast-rollup/holdfast/cluster/mtls"
	"github.com/holdfast-rollup/holdfast/cmd/holdfast/config"
	"github.com/holdfast-rollup/holdfast/rpc/server"
)

// Keys are written to files that their owner alone may read, and shown nowhere.

// Validity of what the development authority signs, in days.
const (
	authorityDays   = 3650
	certificateDays = 90
)

// fewDays is when inspect begins to warn.
const fewDays = 14

func days(n int) time.Duration { return time.Duration(n) * 24 * time.Hour }

// dialOptions are the client's credentials, from --credentials.
func (a *app) dialOptions() ([]grpc.DialOption, error) {
	if a.credentials == "" {
		return nil, nil
	}
	store, err := mtls.Open(a.credentials)
	if err != nil {
		return nil, usage("--credentials: %v", err)
	}
	return []grpc.DialOption{grpc.WithTransportCredentials(store.ClientCredentials(mtls.IsAnyNode))}, nil
}

func newTLS(a *app) *cobra.Command {
	return group("tls", "Issue, look at and rotate certificates",
		newTLSAuthority(a), newTLSIssue(a), newTLSInspect(a), newTLSRotate(a), newTLSTrust(a))
}

// tlsAuthority is what `tls authority` reports.
type tlsAuthority struct {
	Directory string    `json:"directory"`
	NotAfter  time.Time `json:"not_after"`
}

func newTLSAuthority(a *app) *cobra.Command {
	var cluster string
	var life int
	c := &cobra.Command{
		Use: "authority DIR", Short: "Make a development authority", Args: exactArgs("DIR"),
		Long: "Authority makes a key and a self-signed certificate in DIR, ca.key and ca.crt. Whoever reads ca.key may be\n" +
			"anybody in the cluster: it is for development. In production let your own authority sign certificates that\n" +
			"name holdfast://CLUSTER/node/ID or holdfast://CLUSTER/client/NAME.",
		RunE: func(_ *cobra.Command, args []string) error {
			now := time.Now()
			authority, err := mtls.NewAuthority(cluster, now, days(life))
			if err != nil {
				return usage("%v", err)
			}
			if err := authority.Write(args[0]); err != nil {
				return err
			}
			report := tlsAuthority{Directory: args[0], NotAfter: now.Add(days(life)).UTC()}
			return a.print(report, func(w io.Writer) {
				row(w, "authority", report.Directory, "until "+report.NotAfter.Format(time.DateOnly))
			})
		},
	}
	c.Flags().StringVar(&cluster, "cluster", config.Default().Node.Cluster, "name of the cluster")
	daysFlag(c, &life, authorityDays)
	return c
}

func daysFlag(c *cobra.Command, n *int, def int) {
	c.Flags().IntVar(n, "days", def, "how long it is valid")
	run := c.RunE
	c.RunE = func(cmd *cobra.Command, args []string) error {
		if *n < 1 || *n > 36500 {
			return usage("--days is %d; must be 1 to 36500", *n)
		}
		return run(cmd, args)
	}
}

type issueFlags struct {
	authority, cluster, node, client, out string
	roles, hosts                          []string
	days                                  int
}

func newTLSIssue(a *app) *cobra.Command {
	var f issueFlags
	c := &cobra.Command{
		Use: "issue", Short: "Sign a new certificate for a replica or a client", Args: noArgs,
		Long: "Issue makes a key and signs its certificate with a development authority. The directory then holds tls.crt,\n" +
			"tls.key and ca.crt: what tls.directory of a replica, or --credentials of a command, names.",
		RunE: func(*cobra.Command, []string) error { return a.issue(f) },
	}
	flags := c.Flags()
	flags.StringVar(&f.authority, "authority", "", "directory of the authority")
	flags.StringVar(&f.cluster, "cluster", config.Default().Node.Cluster, "name of the cluster")
	flags.StringVar(&f.node, "node", "", "id of the replica that it is for")
	flags.StringVar(&f.client, "client", "", "name of the client that it is for")
	flags.StringSliceVar(&f.roles, "role", nil, "what the client may do: reader, sequencer, prover, guardian, operator")
	flags.StringSliceVar(&f.hosts, "host", nil, "names or addresses for programs that look at them, such as a scraper of metrics")
	flags.StringVar(&f.out, "out", "", "directory to write to; must not hold credentials yet")
	daysFlag(c, &f.days, certificateDays)
	return c
}

func (f *issueFlags) request(now time.Time) (mtls.Request, error) {
	r := mtls.Request{
		Identity: mtls.Identity{Cluster: f.cluster, Kind: mtls.Node, Name: f.node},
		Units:    f.roles, Hosts: f.hosts, NotBefore: now.Add(-5 * time.Minute), NotAfter: now.Add(days(f.days)),
	}
	switch {
	case f.authority == "" || f.out == "":
		return r, usage("--authority and --out must be given")
	case (f.node == "") == (f.client == ""):
		return r, usage("give either --node or --client")
	case f.node != "" && len(f.roles) > 0:
		return r, usage("--role is for a client")
	case f.client != "":
		r.Identity.Kind, r.Identity.Name = mtls.Client, f.client
	}
	for _, role := range f.roles {
		if _, err := server.ParseRole(role); err != nil {
			return r, usage("--role: %v", err)
		}
	}
	if err := r.Identity.Validate(); err != nil {
		return r, usage("%v", err)
	}
	return r, nil
}

func (a *app) issue(f issueFlags) error {
	r, err := f.request(time.Now())
	if err != nil {
		return err
	}
	authority, err := mtls.OpenAuthority(f.authority)
	if err != nil {
		return err
	}
	if err := issueTo(authority, r, f.out); err != nil {
		return err
	}
	return a.inspectAll([]string{f.out})
}

// issueTo overwrites nothing.
func issueTo(authority *mtls.Authority, r mtls.Request, dir string) error {
	if _, err := os.Stat(filepath.Join(dir, mtls.KeyFile)); !errors.Is(err, fs.ErrNotExist) {
		return usage("%s holds credentials already: `holdfast tls rotate` renews them", dir)
	}
	cert, key, err := authority.Issue(r)
	if err != nil {
		return err
	}
	return mtls.WriteCredentials(dir, cert, key, authority.Certificate())
}

// tlsDirectory is one directory of `tls inspect`.
type tlsDirectory struct {
	Directory   string    `json:"directory"`
	Identity    string    `json:"identity"`
	Roles       []string  `json:"roles"`
	Serial      string    `json:"serial"`
	NotAfter    time.Time `json:"not_after"`
	DaysLeft    int       `json:"days_left"`
	Authorities []string  `json:"authorities"`
	Problem     string    `json:"problem,omitempty"`
}

func newTLSInspect(a *app) *cobra.Command {
	return &cobra.Command{
		Use: "inspect DIR...", Short: "Show whose certificates these are, until when, and whether a replica would take them",
		Args: someArgs, RunE: func(_ *cobra.Command, args []string) error { return a.inspectAll(args) },
	}
}

// someArgs wants at least one.
func someArgs(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return usage("%s takes at least one directory; see `%s --help`", c.CommandPath(), c.CommandPath())
	}
	return nil
}

func (a *app) inspectAll(dirs []string) error {
	reports := make([]tlsDirectory, 0, len(dirs))
	var bad []string
	for _, dir := range dirs {
		r, err := inspect(dir, time.Now())
		if err != nil {
			return err
		}
		if r.Problem != "" {
			bad = append(bad, dir)
		}
		reports = append(reports, r)
	}
	err := a.print(reports, func(w io.Writer) {
		row(w, "DIRECTORY", "IDENTITY", "ROLES", "DAYS LEFT", "AUTHORITIES", "")
		for _, r := range reports {
			note := r.Problem
			if note == "" && r.DaysLeft < fewDays {
				note = "expires soon: `holdfast tls rotate`"
			}
			row(w, r.Directory, r.Identity, strings.Join(r.Roles, ","), r.DaysLeft, len(r.Authorities), note)
		}
	})
	if err == nil && len(bad) > 0 {
		err = inconsistent("not usable: %s", strings.Join(bad, ", "))
	}
	return err
}

func inspect(dir string, now time.Time) (tlsDirectory, error) {
	c, err := mtls.Inspect(dir)
	if err != nil {
		return tlsDirectory{}, err
	}
	r := tlsDirectory{
		Directory: dir, Identity: c.Identity.URI().String(), Roles: append([]string{}, c.Leaf.Subject.OrganizationalUnit...),
		Serial: c.Leaf.SerialNumber.Text(16), NotAfter: c.Leaf.NotAfter.UTC(), DaysLeft: int(c.Leaf.NotAfter.Sub(now) / days(1)),
	}
	for _, authority := range c.Authorities {
		r.Authorities = append(r.Authorities, authority.Subject.CommonName)
	}
	if c.Problem != nil {
		r.Problem = c.Problem.Error()
	}
	return r, nil
}

func newTLSRotate(a *app) *cobra.Command {
	var from string
	var life int
	c := &cobra.Command{
		Use: "rotate DIR...", Short: "Give directories new keys and certificates of the same identities", Args: someArgs,
		Long: "Rotate replaces tls.key and tls.crt of each DIR. Running replicas take them within tls.reload_interval; no restart\n" +
			"is needed. Every bundle must hold the authority already: see `holdfast tls trust`.",
		RunE: func(_ *cobra.Command, args []string) error {
			if from == "" {
				return usage("--authority must be given")
			}
			authority, err := mtls.OpenAuthority(from)
			if err != nil {
				return err
			}
			now := time.Now()
			for _, dir := range args {
				if err := authority.Renew(dir, now.Add(-5*time.Minute), now.Add(days(life))); err != nil {
					return err
				}
			}
			return a.inspectAll(args)
		},
	}
	c.Flags().StringVar(&from, "authority", "", "directory of the authority that signs")
	daysFlag(c, &life, certificateDays)
	return c
}

func newTLSTrust(a *app) *cobra.Command {
	var from string
	var only bool
	c := &cobra.Command{
		Use: "trust DIR...", Short: "Add an authority to the bundles of directories, or leave it as the only one", Args: someArgs,
		Long: "Trust adds the authority's certificate to ca.crt of each DIR. With --only it takes every other authority out:\n" +
			"certificates of those are refused from then on, and open connections that used one end.",
		RunE: func(_ *cobra.Command, args []string) error {
			if from == "" {
				return usage("--authority must be given")
			}
			text, err := os.ReadFile(filepath.Join(from, mtls.AuthorityFile))
			if err != nil {
				return fmt.Errorf("read authority: %w", err)
			}
			for _, dir := range args {
				if err := mtls.Trust(dir, text, only); err != nil {
					return err
				}
			}
			return a.inspectAll(args)
		},
	}
	c.Flags().StringVar(&from, "authority", "", "directory of the authority")
	c.Flags().BoolVar(&only, "only", false, "take every other authority out")
	return c
}

// initTLS makes a development authority, and credentials for every replica and for a client of each role.
func (f *initFlags) initTLS(dir string, cluster string, report *initReport) error {
	now := time.Now()
	authority, err := mtls.NewAuthority(cluster, now, days(authorityDays))
	if err != nil {
		return err
	}
	report.Authority = filepath.Join(dir, "ca")
	if err := authority.Write(report.Authority); err != nil {
		return err
	}
	r := mtls.Request{NotBefore: now.Add(-5 * time.Minute), NotAfter: now.Add(days(certificateDays))}
	for i := range f.replicas {
		r.Identity = mtls.Identity{Cluster: cluster, Kind: mtls.Node, Name: nodeName(i)}
		r.Hosts = []string{f.host}
		if err := issueTo(authority, r, filepath.Join(filepath.Dir(f.configPath(dir, i)), tlsDirectoryName)); err != nil {
			return err
		}
	}
	r.Hosts = nil
	for _, role := range server.Roles() {
		r.Identity = mtls.Identity{Cluster: cluster, Kind: mtls.Client, Name: string(role)}
		r.Units = []string{string(role)}
		to := filepath.Join(dir, "clients", string(role))
		if err := issueTo(authority, r, to); err != nil {
			return err
		}
		report.Clients = append(report.Clients, to)
	}
	return nil
}

// tlsDirectoryName is a replica's directory of credentials, beside its configuration.
const tlsDirectoryName = "tls"
