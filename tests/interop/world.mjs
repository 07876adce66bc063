// Everything real at once: a chain, two official facilitators, and every official server on both.

import { readFileSync } from 'node:fs';
import { toHex } from 'viem';
import { generatePrivateKey, privateKeyToAddress } from 'viem/accounts';
import { OPERATORS, startChain } from './chain.mjs';
import { openGate } from './gate.mjs';
import { start } from './processes.mjs';

const HERE = new URL('.', import.meta.url).pathname;

/** The servers: the table's columns. `facilitator` is the one they settle with. */
const SERVERS = [
  { name: 'x402-express', protocol: 1, facilitator: 'x402' },
  { name: 'x402-express', protocol: 1, facilitator: '@x402/core' },
  { name: '@x402/express', protocol: 2, facilitator: '@x402/core' },
  { name: '@x402/hono', protocol: 2, facilitator: '@x402/core' },
  { name: 'python x402 (FastAPI)', protocol: 2, facilitator: '@x402/core', python: 'x402-fastapi.py' },
];

/** How long a facilitator waits for a block, in milliseconds; its default is three minutes. */
const CONFIRMATION = 1_500;

export async function openWorld() {
  const chain = await startChain();
  const [first, second] = await Promise.all([
    startProgram('facilitators/x402-core.mjs', facilitation(chain, OPERATORS[0])),
    startProgram('facilitators/x402.mjs', facilitation(chain, OPERATORS[1])),
  ]);
  const facilitators = { '@x402/core': await openGate(first.url), x402: await openGate(second.url) };
  const servers = [];
  for (const server of SERVERS) servers.push(await openServer(server, facilitators));
  return { chain, facilitators, servers };
}

/** Starts a server with a payee of its own, so that its takings are nobody else's. */
export async function openServer(server, facilitators, { payTo = stranger(), port } = {}) {
  const gate = facilitators[server.facilitator];
  const file = server.python ?? `${server.name.replace('/', '-')}.mjs`;
  const program = await startProgram(`servers/${file}`, { facilitator: gate.url, payTo, port });
  const settler = version({ name: server.facilitator });
  return { ...server, gate, payTo, version: version(server), settler, ...program };
}

/** An address that nobody has used, or will. */
export const stranger = () => privateKeyToAddress(generatePrivateKey());

export async function startProgram(file, settings) {
  // Without -B, Python leaves compiled files beside the sources.
  const program = file.endsWith('.py') ? [`${HERE}.venv/bin/python`, '-B'] : [process.execPath];
  const [name, ...args] = [...program, HERE + file, JSON.stringify(settings)];
  const started = await start(name, args);
  return { ...started, url: `http://127.0.0.1:${started.port}` };
}

const facilitation = (chain, account) => ({
  rpc: chain.url,
  operator: toHex(account.getHdKey().privateKey),
  confirmation: CONFIRMATION,
});

/** The version that is installed: npm's manifest says it, and pip's lock, which is all there is. */
function version({ name, python }) {
  if (!python) return JSON.parse(readFileSync(`${HERE}node_modules/${name}/package.json`, 'utf8')).version;
  return /^x402==(\S+)/m.exec(readFileSync(`${HERE}requirements.txt`, 'utf8'))[1];
}
