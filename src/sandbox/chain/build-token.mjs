// Compiles Token.sol to Token.hex, the runtime bytecode the sandbox places at USDC's address.
//
//   npm install --prefix /tmp/solc solc@0.8.37
//   NODE_PATH=/tmp/solc/node_modules node src/sandbox/chain/build-token.mjs           # rewrite it
//   NODE_PATH=/tmp/solc/node_modules node src/sandbox/chain/build-token.mjs --check   # compare only
//
// The settings below, the pinned compiler and the absence of metadata make the output repeatable.

import { createRequire } from "node:module";
import { readFileSync, writeFileSync } from "node:fs";

const solc = createRequire(import.meta.url)("solc");
if (!solc.version().startsWith("0.8.37+")) throw new Error(`wrong compiler: ${solc.version()}`);

const here = (name) => new URL(name, import.meta.url);
const output = JSON.parse(
  solc.compile(
    JSON.stringify({
      language: "Solidity",
      sources: { "Token.sol": { content: readFileSync(here("Token.sol"), "utf8") } },
      settings: {
        evmVersion: "prague",
        optimizer: { enabled: true, runs: 200 },
        viaIR: true,
        metadata: { appendCBOR: false },
        outputSelection: { "*": { "*": ["evm.deployedBytecode.object", "storageLayout"] } },
      },
    }),
  ),
);
for (const fault of output.errors ?? []) console.error(fault.formattedMessage);
if ((output.errors ?? []).length > 0) process.exit(1);

const token = output.contracts["Token.sol"].Token;
const first = token.storageLayout.storage[0];
if (first.label !== "owner" || first.slot !== "0" || first.offset !== 0)
  throw new Error("owner is not in slot 0");

const code = token.evm.deployedBytecode.object;
if (process.argv.includes("--check")) {
  if (readFileSync(here("Token.hex"), "utf8") !== code) throw new Error("Token.hex is stale");
  console.log("Token.hex matches Token.sol");
} else {
  writeFileSync(here("Token.hex"), code);
  console.log(`Token.hex: ${code.length / 2} bytes`);
}
