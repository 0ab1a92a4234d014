//go:build linux

package child_test

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/holdfast-rollup/holdfast/sync/child"
)

// parentEnv makes the test's own program a parent, whose child has its standard output.
const parentEnv = "CHILD_TEST_PARENT"

// The main thread is the only one that does not end with a locked goroutine: no test runs in it.
func init() { runtime.LockOSThread() }

func TestMain(m *testing.M) {
	if os.Getenv(parentEnv) == "" {
		os.Exit(m.Run())
	}
	cmd := exec.Command("cat")
	cmd.Stdout = os.Stdout
	if _, err := cmd.StdinPipe(); err != nil { // not ours: it shall not end because that does
		panic(err)
	}
	if err := child.Start(cmd, func(error) {}); err != nil {
		panic(err)
	}
	fmt.Println(cmd.Process.Pid)
	select {}
}

// echo starts a program that repeats a line.
func echo(t *testing.T) (cmd *exec.Cmd, ended <-chan struct{}, why *error, repeat func() error) {
	t.Helper()
	cmd = exec.Command("cat")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, mine, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdout = mine
	end := make(chan struct{})
	why = new(error)
	if err = child.Start(cmd, func(err error) { *why = err; close(end) }); err != nil {
		t.Fatal(err)
	}
	_ = mine.Close()
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		<-end
		_ = out.Close()
	})
	lines := bufio.NewReader(out)
	return cmd, end, why, func() error {
		if _, werr := io.WriteString(in, "again\n"); werr != nil {
			return werr
		}
		_, rerr := lines.ReadString('\n')
		return rerr
	}
}

// Package comment: a program outlives the thread of whoever asked for it.
func TestOutlivesTheCallersThread(t *testing.T) {
	var repeat func() error
	thread := make(chan int)
	go func() {
		runtime.LockOSThread() // and the thread ends with the goroutine
		_, _, _, repeat = echo(t)
		thread <- syscall.Gettid()
	}()
	task := "/proc/self/task/" + strconv.Itoa(<-thread)
	for _, err := os.Stat(task); err == nil; _, err = os.Stat(task) {
		time.Sleep(time.Millisecond)
	}
	for range 3 {
		if err := repeat(); err != nil {
			t.Fatalf("the program has ended: %v", err)
		}
	}
}

// Package comment: a program ends with the process that started it, even by SIGKILL.
func TestEndsWithTheParent(t *testing.T) {
	parent := exec.Command(os.Args[0])
	parent.Env = append(os.Environ(), parentEnv+"=1")
	out, err := parent.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err = parent.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(out)
	line, err := lines.ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil {
		t.Fatal(err)
	}
	if err = syscall.Kill(pid, 0); err != nil {
		t.Fatalf("the child does not run: %v", err)
	}
	if err = parent.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if rest, rerr := io.ReadAll(lines); len(rest) > 0 || rerr != nil { // to the end of the last process that has it open
		t.Fatalf("%q, %v", rest, rerr)
	}
	_ = parent.Wait()
}

// Start: the end is told; a program that does not start is an error.
func TestEnd(t *testing.T) {
	cmd, ended, why, _ := echo(t)
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	<-ended
	if *why == nil || (*why).Error() != "signal: killed" {
		t.Errorf("ended: %v", *why)
	}
	if err := child.Start(exec.Command("./there-is-no-such-program"), func(error) { t.Error("the end of nothing") }); err == nil {
		t.Error("nothing is started")
	}
}
