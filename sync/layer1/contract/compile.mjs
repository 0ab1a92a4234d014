// Compiles the contracts with the pinned solc and writes two artifacts with ABI,
// creation code and runtime code per contract: Holdfast.json, and
// testdata/Fixtures.json with what the tests put on their chains. The output
// depends on the sources, the settings below and the compiler's version alone,
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

const settings = {
  // Cancun is the oldest fork with blobhash and transient storage.
  evmVersion: "cancun",
  optimizer: { enabled: true, runs: 1000 },
  viaIR: true,
  metadata: { bytecodeHash: "none", appendCBOR: false },
  outputSelection: { "*": { "*": ["abi", "evm.bytecode.object", "evm.deployedBytecode.object"] } },
};

// names: which contracts of which source go into the artifact.
function compile(artifact, names) {
  const load = (path) => ({ content: readFileSync(join(here, path), "utf8") });
  const output = JSON.parse(
    solc.compile(
      JSON.stringify({
        language: "Solidity",
        sources: Object.fromEntries(Object.keys(names).map((path) => [path, load(path)])),
        settings,
      }),
    ),
  );
  const messages = output.errors ?? [];
  for (const m of messages) console.error(m.formattedMessage);
  if (messages.length > 0) process.exit(1); // a warning is a failure too
  // The format that abigen reads with --combined-json.
  const contracts = {};
  for (const [path, list] of Object.entries(names)) {
    for (const name of list) {
      const c = output.contracts[path][name];
      contracts[`${path}:${name}`] = { abi: c.abi, bin: c.evm.bytecode.object, "bin-runtime": c.evm.deployedBytecode.object };
    }
  }
  const { evmVersion, optimizer, viaIR } = settings;
  const text = JSON.stringify({ version: solc.version(), settings: { evmVersion, optimizer, viaIR }, contracts }, null, 1);
  writeFileSync(join(here, artifact), `${text}\n`);
}

compile("Holdfast.json", {
  "Holdfast.sol": ["Holdfast"],
  "Verifiers.sol": ["ExecutionOnlyVerifier", "SP1Adapter", "RiscZeroAdapter", "Groth16Verifier", "SP1Verifier", "RiscZeroVerifier", "DevelopmentVerifier"],
});
compile("testdata/Fixtures.json", {
  "testdata/Fixtures.sol": ["TestToken", "TestRecipient", "TestVerifier"],
});
