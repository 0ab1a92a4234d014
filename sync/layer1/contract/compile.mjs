// Compiles Holdfast.sol with the pinned solc and writes the artifact
// Holdfast.json: ABI, creation code and runtime code per contract. The output
// depends on the source, the settings below and the compiler's version alone,
// so that a second run changes nothing.
import { createRequire } from "node:module";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const solc = createRequire(import.meta.url)("solc");
const pinned = JSON.parse(readFileSync(join(here, "package.json"), "utf8")).devDependencies.solc;
if (!solc.version().startsWith(`${pinned}+`)) {
  throw new Error(`solc is ${solc.version()}, package.json pins ${pinned}: run npm ci`);
}

const source = "Holdfast.sol";
const input = {
  language: "Solidity",
  sources: { [source]: { content: readFileSync(join(here, source), "utf8") } },
  settings: {
    // Cancun is the oldest fork with blobhash, which blob references will need.
    evmVersion: "cancun",
    optimizer: { enabled: true, runs: 1000 },
    metadata: { bytecodeHash: "none", appendCBOR: false },
    outputSelection: { "*": { "*": ["abi", "evm.bytecode.object", "evm.deployedBytecode.object"] } },
  },
};
const output = JSON.parse(solc.compile(JSON.stringify(input)));
const messages = output.errors ?? [];
for (const m of messages) console.error(m.formattedMessage);
if (messages.length > 0) process.exit(1); // a warning is a failure too

// The format that abigen reads with --combined-json.
const names = ["Holdfast", "ExecutionOnlyVerifier"];
const artifact = {
  version: solc.version(),
  contracts: Object.fromEntries(
    names.map((name) => {
      const c = output.contracts[source][name];
      return [`${source}:${name}`, { abi: c.abi, bin: c.evm.bytecode.object, "bin-runtime": c.evm.deployedBytecode.object }];
    }),
  ),
};
writeFileSync(join(here, "Holdfast.json"), `${JSON.stringify(artifact, null, 1)}\n`);
