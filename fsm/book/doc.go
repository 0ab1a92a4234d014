// Package book is the text form of an order book that exists already: what a new history is given to begin with.
//
// # Form
//
// Lines end with a line feed. The first is the title, the last says how many records stand between them; nothing
// follows it. Fields are separated by commas, without spaces. Numbers are decimal, without sign or leading zeros; an
// address is 0x and 40 hexadecimal digits in lower case. So a book has one form: what is written again is the same
// bytes.
//
//	holdfast book 1
//	asset,ID,DECIMALS,TOKEN,SUPPLY
//	market,ID,BASE,QUOTE,TICK,LOT,MAKER FEE,TAKER FEE,STATUS
//	account,ID,ADDRESS
//	balance,ACCOUNT,ASSET,AMOUNT
//	order,MARKET,ACCOUNT,SIDE,PRICE,SIZE,CLIENT ID
//	end,RECORDS
//
// STATUS is open, halted or cancel_only, SIDE bid or ask; a CLIENT ID of 0 is none. Units are those of package state:
// amounts and sizes in an asset's smallest listed unit, prices in quote units for a whole base unit, fees in millionths.
//
// A balance is all that an account holds of an asset, what its orders lock included: each order locks its part as it
// comes. SUPPLY is the sum of the asset's balances, which whoever reads the book compares.
//
// # Order
//
// What a record names stands before it: assets before their markets, an account before its balances, and these before
// its orders. Of one market, side and price, the order that comes first has priority. The record's number, from 1, is
// the number of its transition, and so an order's record number is the id that it gets.
//
// # Duties
//
// The package reads and writes lines; whether a record makes sense in its place the state-transition function decides.
// A Reader takes one line's memory, whatever the file. It is for one goroutine.
package book
