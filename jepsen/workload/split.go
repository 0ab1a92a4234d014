package workload

// Flows of one split share markets and nothing else: no flow names another's account, so that each is valid whatever
// the order in which the cluster takes theirs.

import "github.com/holdfast-rollup/holdfast/fsm/command"

// minLive is how many orders a part believes live at least: fewer would hardly be a book.
const minLive = 16

// Split returns the setup and n flows that trade side by side on the same markets, one for each session. Accounts and
// Live are those of all together: part i has the i-th run of ceil(Accounts/n) account ids.
func Split(seed uint64, o Options, n int) (setup []command.Transition, flows []*Market, err error) {
	if n < 1 {
		return nil, nil, &OptionError{Option: "parts", Value: n}
	}
	o, err = o.complete()
	if err != nil {
		return nil, nil, err
	}
	part := o
	part.Accounts, part.Live = (o.Accounts+n-1)/n, max((o.Live+n-1)/n, minLive)
	first, err := Generator(seed, part)
	if err != nil {
		return nil, nil, err
	}
	seeds := random{state: seed}
	for i := range n {
		m := *first
		m.random = random{state: seeds.next()}
		m.offset = uint64(i * part.Accounts)
		m.clients = make([]uint32, len(first.clients))
		m.mids = append([]uint64(nil), first.mids...)
		m.live = make([]believed, len(first.live))
		flows = append(flows, &m)
	}
	all := *first
	all.options.Accounts = n * part.Accounts
	return all.Setup(), flows, nil
}
