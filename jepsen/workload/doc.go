// Package workload holds the order flows that clusters are run with: a seeded generator that looks like a market, and
// the replay of a recorded one. A flow is a sequence of transitions; it is the same on every machine, and it does not
// depend on what the cluster answers or when, as long as its transitions are executed in its order: submit them
// through one session. Flows use client order ids throughout, so that a client needs no id of the server's.
//
// A flow may not be used concurrently. Split makes several that may run side by side, on the same markets.
//
// # The generator
//
// Everything is integer arithmetic over SplitMix64 (Steele, Lea and Flood, 2014), one stream per flow, so that a seed
// and options fix every transition; a test pins the hash of the default flow's first transitions. Per transition:
//
//   - 41 % are cancels of a recent order that the flow still believes live. How far back is drawn from a heavy tail:
//     a power of two with probability falling by half each time, times a uniform. Some of these orders have
//     traded in the meantime, as at a real market: the cluster rejects their cancels as unknown orders.
//   - 3 % are amends of such an order: two thirds shrink it to half, a third move it to a new price.
//   - 0.05 % are withdrawals and 0.005 % cancel-alls.
//   - The rest are orders: of them 70 % limit, 18 % post-only, 6 % market, 5 % immediate-or-cancel and 1 %
//     fill-or-kill.
//   - The account is drawn by Zipf's law with exponent 1 over Accounts accounts (weight 1/(rank+8)); ranks are dealt
//     to ids by a seeded shuffle. Client order ids count up from 1 per account.
//   - The market is drawn by Zipf's law over Markets markets (weight 1/(rank+2)). Each market's mid price walks
//     randomly, by a tick with each eighth order, within a factor of two of where it began.
//   - Limit prices stand off the mid by a power-law number of ticks, most within 64, on their own side of it; those of
//     4 % of all orders, and of the ones that cannot rest, on the other. Sizes are clustered: 70 % round lots (1, 2, 5, 10 ... 1000), 30 % anything up to 2048.
//   - A quarter of the accounts have no self-trade prevention, the others cancel the newest; fill-or-kill orders
//     have none.
//   - When Live orders are believed live, the oldest is cancelled, so that the book does not grow without end.
//
// Setup registers the quote asset (id 1, 6 decimals) and a base asset per market (id 1+market, 8 decimals), creates the
// markets (tick 0.01 quote, lot 0.0001 base, fees 1 and 5 bp), imports accounts 1 to Accounts, funds each in every
// asset with more than it will lock in a run of hours, and ends the import.
//
// # The recorded flow
//
// Bitstamp replays order-by-order events (CSV: id, timestamp, exchange timestamp, price, volume, action, direction):
//
//	created  a limit order, good till cancelled, of the file's price and volume; the client order id is the file's id
//	changed  an amend to the file's volume if our remaining size is larger; a volume that is not smaller is counted
//	         and not submitted; an id that does not rest is submitted, and rejected. A changed price is ignored.
//	deleted  a cancel
//
// Our remaining size is not the file's, because our orders trade with each other. The flow runs its own model of the
// book (jepsen/models) over what it has emitted, so that it knows that size without waiting for an answer: the
// mapping is a function of the file alone. Tick 0.01 USD, lot 1e-8 BTC, no fees, no self-trade prevention. USD has
// ten decimals, so that tick times lot is a whole amount. Id modulo BitstampAccounts says whose order it is; each
// account is funded beyond what the recording's orders lock in total.
package workload
