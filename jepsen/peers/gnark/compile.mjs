// Compiles the sources that it gets as JSON on standard input, {name: text}, with the solc that sync/layer1/contract
// pins, and prints the creation code of each source's contract Verifier, {name: hexadecimal}.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const solc = createRequire(new URL("../../../sync/layer1/contract/package.json", import.meta.url))("solc");
const texts = JSON.parse(readFileSync(0, "utf8"));
const input = {
  language: "Solidity",
  sources: Object.fromEntries(Object.entries(texts).map(([name, content]) => [name, { content }])),
  settings: {
    evmVersion: "cancun",
    optimizer: { enabled: true, runs: 1000 },
    outputSelection: { "*": { Verifier: ["evm.bytecode.object"] } },
  },
};
const output = JSON.parse(solc.compile(JSON.stringify(input)));
const errors = (output.errors ?? []).filter((e) => e.severity === "error");
for (const e of errors) console.error(e.formattedMessage);
if (errors.length > 0) process.exit(1);
const code = Object.keys(texts).map((name) => [name, output.contracts[name].Verifier.evm.bytecode.object]);
console.log(JSON.stringify(Object.fromEntries(code)));
