package layer1_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/holdfast-rollup/holdfast/sync/layer1"
	"github.com/holdfast-rollup/holdfast/sync/layer1/embedded"
	"github.com/holdfast-rollup/holdfast/sync/layer1/kzg"
)

// layers.md: both sidecar versions, and the chain's fork decides.
func TestSidecarVersionIsTheForks(t *testing.T) {
	chain, err := embedded.Start(t.Context(), embedded.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := chain.Close(); err != nil {
			t.Error(err)
		}
	})
	for name, test := range map[string]struct {
		url    string
		want   byte
		failed bool
	}{
		"osaka":     {url: chain.URL(), want: kzg.Version1},
		"before it": {url: answering(t, `"result":"0x"`), want: kzg.Version0},
		"nonsense":  {url: answering(t, `"result":"0x07"`), failed: true},
		"error":     {url: answering(t, `"error":{"code":-32000,"message":"busy"}`), failed: true},
	} {
		t.Run(name, func(t *testing.T) {
			client, err := layer1.NewClient(layer1.ClientConfig{Endpoints: []string{test.url}, ChainID: embedded.DefaultChainID, Timeout: patience})
			if err != nil {
				t.Fatal(err)
			}
			defer client.Close()
			got, err := client.SidecarVersion(t.Context())
			if (err != nil) != test.failed || got != test.want {
				t.Fatalf("version %d, %v", got, err)
			}
		})
	}
}

// answering is an endpoint that gives every call but the one for the chain id the same answer.
func answering(t *testing.T, answer string) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var request struct {
			ID     json.RawMessage `json:"id"`
			Method string          `json:"method"`
		}
		if err := json.NewDecoder(r.Body).Decode(&request); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		body := answer
		if request.Method == "eth_chainId" {
			body = `"result":"0x539"`
		}
		w.Header().Set("Content-Type", "application/json")
		if _, err := w.Write([]byte(`{"jsonrpc":"2.0","id":` + string(request.ID) + `,` + body + `}`)); err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(server.Close)
	return server.URL
}
