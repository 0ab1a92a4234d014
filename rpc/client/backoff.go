package client

import "google.golang.org/grpc/backoff"

// grpcBackoff makes a lost connection come back as fast as our own tries do:
// grpc's default of a second would decide the failover time.
func grpcBackoff(cfg Config) backoff.Config {
	return backoff.Config{BaseDelay: cfg.MinBackoff, Multiplier: 1.6, Jitter: 0.2, MaxDelay: cfg.MaxBackoff}
}
