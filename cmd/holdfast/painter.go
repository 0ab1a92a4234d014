package main

// A picture that is painted again takes the place of the one before it, line by line: nothing scrolls, and nothing of the
// old one is left.

import (
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"
)

// painter repaints text on a terminal.
type painter struct {
	w       io.Writer
	painted int // lines of the last picture
}

// paint shows lines, each cut to the terminal's width: a line that wraps would be two.
func (p *painter) paint(lines []string) {
	var b strings.Builder
	if p.painted > 0 {
		fmt.Fprintf(&b, "\x1b[%dA", p.painted)
	}
	width, height := size(p.w)
	for _, line := range lines[:min(len(lines), height-1)] {
		if r := []rune(line); len(r) > width {
			line = string(r[:width])
		}
		fmt.Fprintf(&b, "\x1b[2K%s\n", line)
	}
	b.WriteString("\x1b[J")
	p.painted = min(len(lines), height-1)
	_, _ = io.WriteString(p.w, b.String())
}

// size is the terminal's, or that of the smallest that is usual.
func size(w io.Writer) (width, height int) {
	if f, ok := w.(*os.File); ok {
		if width, height, err := term.GetSize(int(f.Fd())); err == nil && width > 0 && height > 1 {
			return width, height
		}
	}
	return 80, 24
}
