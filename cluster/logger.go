package cluster

import (
	"context"
	"fmt"
	"io"
	"log"
	"log/slog"

	"github.com/hashicorp/go-hclog"
)

// Raft's log lines go to slog with their own message as an attribute, so that
// messages stay constant and searchable.

// raftLogger adapts slog to what hashicorp/raft and its stores expect. Methods
// that they do not use fall through to the embedded null logger.
type raftLogger struct {
	hclog.Logger
	to   *slog.Logger
	name string
}

func newRaftLogger(to *slog.Logger) *raftLogger {
	return &raftLogger{Logger: hclog.NewNullLogger(), to: to, name: "raft"}
}

func (l *raftLogger) emit(level slog.Level, msg string, args []any) {
	ctx := context.Background()
	if !l.to.Enabled(ctx, level) {
		return
	}
	attrs := []slog.Attr{slog.String("source", l.name), slog.String("event", msg)}
	for i := 0; i+1 < len(args); i += 2 {
		value := args[i+1]
		if f, ok := value.(hclog.Format); ok && len(f) > 0 {
			value = fmt.Sprintf(fmt.Sprint(f[0]), f[1:]...)
		}
		attrs = append(attrs, slog.Any(fmt.Sprint(args[i]), value))
	}
	l.to.LogAttrs(ctx, level, "raft log", attrs...)
}

func (l *raftLogger) Log(level hclog.Level, msg string, args ...any) {
	switch level {
	case hclog.Error:
		l.emit(slog.LevelError, msg, args)
	case hclog.Warn:
		l.emit(slog.LevelWarn, msg, args)
	case hclog.Info:
		l.emit(slog.LevelInfo, msg, args)
	case hclog.NoLevel, hclog.Trace, hclog.Debug, hclog.Off:
		l.emit(slog.LevelDebug, msg, args)
	}
}

func (l *raftLogger) Trace(string, ...any)          {}
func (l *raftLogger) Debug(msg string, args ...any) { l.emit(slog.LevelDebug, msg, args) }
func (l *raftLogger) Info(msg string, args ...any)  { l.emit(slog.LevelInfo, msg, args) }
func (l *raftLogger) Warn(msg string, args ...any)  { l.emit(slog.LevelWarn, msg, args) }
func (l *raftLogger) Error(msg string, args ...any) { l.emit(slog.LevelError, msg, args) }
func (l *raftLogger) IsDebug() bool                 { return l.to.Enabled(context.Background(), slog.LevelDebug) }

func (l *raftLogger) With(args ...any) hclog.Logger {
	return &raftLogger{l.Logger, l.to.With(args...), l.name}
}
func (l *raftLogger) Name() string                   { return l.name }
func (l *raftLogger) Named(name string) hclog.Logger { return l.ResetNamed(l.name + "." + name) }
func (l *raftLogger) ResetNamed(name string) hclog.Logger {
	return &raftLogger{l.Logger, l.to, name}
}

func (l *raftLogger) StandardLogger(o *hclog.StandardLoggerOptions) *log.Logger {
	return log.New(l.StandardWriter(o), "", 0)
}

func (l *raftLogger) StandardWriter(*hclog.StandardLoggerOptions) io.Writer { return lineWriter{l} }

type lineWriter struct{ l *raftLogger }

func (w lineWriter) Write(p []byte) (int, error) {
	w.l.Info(string(p))
	return len(p), nil
}
