package layer1_test

import (
	"testing"

	"github.com/holdfast-rollup/holdfast/sync/layer1/embedded"
	"github.com/holdfast-rollup/holdfast/sync/layer1/kzg"
)

// layers.md: both sidecar versions, and the chain's fork decides.
func TestSidecarVersionIsTheForks(t *testing.T) {
	answering := func(answer string) string {
		url, _ := node(t, map[string]string{"eth_chainId": `"result":"0x539"`, "eth_call": answer})
		return url
	}
	for name, test := range map[string]struct {
		url    string
		want   byte
		failed bool
	}{
		"osaka":     {url: startChain(t, embedded.Config{}).URL(), want: kzg.Version1},
		"before it": {url: answering(`"result":"0x"`), want: kzg.Version0},
		"nonsense":  {url: answering(`"result":"0x07"`), failed: true},
		"error":     {url: answering(`"error":{"code":-32000,"message":"busy"}`), failed: true},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := newClient(t, embedded.DefaultChainID, test.url).SidecarVersion(t.Context())
			if (err != nil) != test.failed || got != test.want {
				t.Fatalf("version %d, %v", got, err)
			}
		})
	}
}
