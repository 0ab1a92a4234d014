package main

// Facts that a reader needs to compare figures of two machines.

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"github.com/holdfast-rollup/holdfast/cmd/holdfast/floor"
)

// machine is where and when.
type machine struct {
	cpu, kernel, filesystem, memory, load, revision string
	cores                                           int
	fdatasync, roundTrip                            float64 // milliseconds
	began                                           time.Time
}

func readMachine(ctx context.Context, root string) (machine, error) {
	m := machine{
		cpu: fieldOf("/proc/cpuinfo", "model name"), memory: fieldOf("/proc/meminfo", "MemTotal"),
		cores: runtime.NumCPU(), began: time.Now(),
	}
	if b, err := os.ReadFile("/proc/loadavg"); err == nil {
		m.load = strings.Join(strings.Fields(string(b))[:3], " ")
	}
	var name unix.Utsname
	if err := unix.Uname(&name); err == nil {
		m.kernel = unix.ByteSliceToString(name.Sysname[:]) + " " + unix.ByteSliceToString(name.Release[:])
	}
	m.filesystem = filesystemOf(os.TempDir())
	m.revision = "unknown"
	if out, err := exec.CommandContext(ctx, "git", "-C", root, "describe", "--always", "--dirty", "--exclude=*").Output(); err == nil {
		m.revision = strings.TrimSpace(string(out))
	}
	var err error
	if m.fdatasync, err = floor.Fdatasync(os.TempDir()); err != nil {
		return m, err
	}
	m.roundTrip, err = floor.RoundTrip()
	return m, err
}

// fieldOf is the first "name: value" of a file, or "unknown".
func fieldOf(path, name string) string {
	f, err := os.Open(path)
	if err != nil {
		return "unknown"
	}
	defer func() { _ = f.Close() }()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if key, value, ok := strings.Cut(lines.Text(), ":"); ok && strings.TrimSpace(key) == name {
			return strings.TrimSpace(value)
		}
	}
	return "unknown"
}

// filesystemOf is the type of the mount that holds dir.
func filesystemOf(dir string) string {
	dir, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return "unknown"
	}
	f, err := os.Open("/proc/mounts")
	if err != nil {
		return "unknown"
	}
	defer func() { _ = f.Close() }()
	longest, kind := "", "unknown"
	for lines := bufio.NewScanner(f); lines.Scan(); {
		fields := strings.Fields(lines.Text())
		if len(fields) < 3 {
			continue
		}
		at := fields[1]
		if (dir == at || strings.HasPrefix(dir, strings.TrimSuffix(at, "/")+"/")) && len(at) >= len(longest) {
			longest, kind = at, fields[2]
		}
	}
	return kind
}

// version is the version of a module that this program was built with.
func version(path string) string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	for _, d := range info.Deps {
		if d.Path == path {
			return d.Version
		}
	}
	return ""
}

func goVersion() string {
	return fmt.Sprintf("%s %s/%s", runtime.Version(), runtime.GOOS, runtime.GOARCH)
}
