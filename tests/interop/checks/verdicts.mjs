// The sandbox's facilitator and the official ones judge the same payments: right ones, and ones with
// each field off by one in turn. Where they differ is written down here, with the reason.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { hexToBigInt, numberToHex, parseSignature, serializeSignature } from 'viem';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import { USDC } from '../chain.mjs';
import { PROGRAM } from '../payer.mjs';
import { start } from '../processes.mjs';
import { stranger } from '../world.mjs';

const TYPES = {
  TransferWithAuthorization: [
    { name: 'from', type: 'address' },
    { name: 'to', type: 'address' },
    { name: 'value', type: 'uint256' },
    { name: 'validAfter', type: 'uint256' },
    { name: 'validBefore', type: 'uint256' },
    { name: 'nonce', type: 'bytes32' },
  ],
};
const DOMAIN = { name: 'USDC', version: '2', chainId: 84532, verifyingContract: USDC };
const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

const PRICE = 1_000n;
const rich = privateKeyToAccount(generatePrivateKey());
const poor = privateKeyToAccount(generatePrivateKey());
const payTo = stranger();

const more = (text) => String(BigInt(text) + 1n);
const nextHex = (hex) => numberToHex(hexToBigInt(hex) ^ 1n, { size: (hex.length - 2) / 2 });
const now = () => Math.floor(Date.now() / 1000);
const field = (name, change) => ({ authorization: it }) => (it[name] = change(it[name]));
const domain = (name, value) => ({ domain: it }) => (it[name] = value);
const term = (name, change) => ({ terms: it }) => (it[name] = change(it[name]));
const signature = (change) => ({ payload: it }) => (it.signature = change(it.signature));
const parts = (change) => signature((it) => serializeSignature(change(parseSignature(it))));

/** Off before it is signed: the signature is good, and what it says is not what is asked. */
const SIGNED = {
  'nothing off': () => {},
  'value, one more': field('value', more),
  'value, one less': field('value', (it) => String(BigInt(it) - 1n)),
  payee: field('to', nextHex),
  'a second past the least life': field('validBefore', () => String(now() + 5)),
  'two seconds more than the least life': field('validBefore', () => String(now() + 8)),
  'ended a second ago': field('validBefore', () => String(now() - 1)),
  'begins in a minute': field('validAfter', () => String(now() + 60)),
  'began at the beginning of time': field('validAfter', () => '0'),
  "the domain's name": domain('name', 'USD Coin'),
  "the domain's version": domain('version', '3'),
  "the domain's chain": domain('chainId', 84533),
  "the domain's contract": domain('verifyingContract', nextHex(USDC)),
  'no funds': (it) => {
    it.payer = poor;
    it.authorization.from = poor.address;
  },
};

/** Off after it is signed. */
const AFTERWARDS = {
  'from, unsigned': field('from', nextHex),
  'to, unsigned': field('to', nextHex),
  'value, unsigned': field('value', more),
  'validAfter, unsigned': field('validAfter', more),
  'validBefore, unsigned': field('validBefore', more),
  'nonce, unsigned': field('nonce', nextHex),
  "the signature's r": parts(({ r, ...rest }) => ({ ...rest, r: nextHex(r) })),
  "the signature's s": parts(({ s, ...rest }) => ({ ...rest, s: nextHex(s) })),
  "the signature's v": signature((it) => it.slice(0, -2) + (it.endsWith('1b') ? '1c' : '1b')),
  'v as 0 or 1': signature((it) => it.slice(0, -2) + (it.endsWith('1b') ? '00' : '01')),
  "the signature's twin": parts(({ r, s, yParity }) => ({
    r,
    s: numberToHex(ORDER - hexToBigInt(s), { size: 32 }),
    yParity: 1 - yParity,
  })),
  'a byte too short': signature((it) => it.slice(0, -2)),
  'the price, one more': ({ terms }) => {
    const name = 'amount' in terms ? 'amount' : 'maxAmountRequired';
    terms[name] = more(terms[name]);
  },
  "the terms' payee": term('payTo', nextHex),
  "the terms' token": term('asset', nextHex),
  "the terms' name": ({ terms }) => (terms.extra = { ...terms.extra, name: 'USD Coin' }),
  "the terms' version": ({ terms }) => (terms.extra = { ...terms.extra, version: '3' }),
  "the payment's network": ({ said }) => {
    said.network = said.network === 'base-sepolia' ? 'base' : 'eip155:84533';
  },
  "the payment's scheme": ({ said }) => (said.scheme = 'exacu'),
};

/** Which payments an official facilitator takes and ours refuses, and why. */
const DIFFERENCES = {
  x402: {
    'value, one more': 'it takes what is more than the price; @x402/core wants the price',
    'v as 0 or 1': "it puts them right before it settles; the token itself refuses them",
    "the signature's twin": 'viem verifies both; the token refuses the upper s, so it never settles',
  },
};

/** What is right, though not what the official clients send. */
const RIGHT = [
  'nothing off',
  'two seconds more than the least life',
  'began at the beginning of time',
];

function terms(version) {
  const common = { scheme: 'exact', asset: USDC, payTo, maxTimeoutSeconds: 60, extra: { name: 'USDC', version: '2' } };
  if (version === 2) return { ...common, network: 'eip155:84532', amount: String(PRICE) };
  const resource = { resource: 'http://127.0.0.1/', description: '', mimeType: 'text/plain' };
  return { ...common, ...resource, network: 'base-sepolia', maxAmountRequired: String(PRICE) };
}

/** A payment and its terms, with one thing off before or after it is signed. */
async function make(version, { signed = () => {}, afterwards = () => {} }) {
  const draft = {
    payer: rich,
    domain: { ...DOMAIN },
    terms: terms(version),
    authorization: {
      from: rich.address,
      to: payTo,
      value: String(PRICE),
      validAfter: String(now() - 600),
      validBefore: String(now() + 60),
      nonce: generatePrivateKey(),
    },
  };
  signed(draft);
  const { payer, authorization } = draft;
  const typed = { domain: draft.domain, types: TYPES, primaryType: 'TransferWithAuthorization', message: authorization };
  const payload = { signature: await payer.signTypedData(typed), authorization };
  const { scheme, network } = draft.terms;
  const said = version === 1 ? { scheme, network } : structuredClone(draft.terms);
  afterwards({ ...draft, payload, said });
  const envelope = version === 1 ? said : { accepted: said, resource: { url: 'http://127.0.0.1/' } };
  return {
    x402Version: version,
    paymentPayload: { x402Version: version, ...envelope, payload },
    paymentRequirements: draft.terms,
  };
}

async function ask(facilitator, question) {
  const answer = await fetch(`${facilitator}/verify`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(question),
  });
  const text = await answer.text();
  if (!answer.ok) return { takes: false, why: `${answer.status} ${text.slice(0, 80)}` };
  const { isValid, invalidReason } = JSON.parse(text);
  return { takes: isValid, why: invalidReason };
}

export function verdicts({ chain, facilitators }) {
  describe('the same payments, before our facilitator and the official ones', () => {
    let sandbox;
    before(async () => {
      const port = /^facilitator {2}http:\/\/127\.0\.0\.1:(\d+)/;
      sandbox = await start(PROGRAM, ['sandbox', '--port', '0'], { port });
      const body = JSON.stringify({ address: rich.address, amount: '1000000' });
      await fetch(`http://127.0.0.1:${sandbox.port}/faucet`, { method: 'POST', body });
      await chain.fund(rich.address, 1_000_000n);
    });
    after(() => sandbox.stop());

    const cases = [
      ...Object.entries(SIGNED).map(([name, signed]) => [name, { signed }]),
      ...Object.entries(AFTERWARDS).map(([name, afterwards]) => [name, { afterwards }]),
    ];
    for (const [version, official] of [[1, 'x402'], [1, '@x402/core'], [2, '@x402/core']]) {
      for (const [name, off] of cases) {
        test(`v${version}, ${official}: ${name}`, async () => {
          const question = await make(version, off);
          const ours = await ask(`http://127.0.0.1:${sandbox.port}/facilitator`, question);
          const theirs = await ask(facilitators[official].url, question);
          const told = `ours ${JSON.stringify(ours)}, theirs ${JSON.stringify(theirs)}`;
          assert.equal(ours.takes, RIGHT.includes(name), told);
          assert.equal(theirs.takes, ours.takes || name in (DIFFERENCES[official] ?? {}), told);
        });
      }
    }
  });
}
