// What the chain alone proves: a used authorization cannot be used again, and what became of one that
// nobody answered for.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { down, lost, openGate, payments, settlements } from '../gate.mjs';
import { DOLLAR, moved, standing, unmoved } from '../money.mjs';
import { Payer } from '../payer.mjs';

const PRICE = 1_000n;

/** Seconds after its end until a payment is taken for past: clocks differ by as much. */
const MARGIN = 60;

/** How long the signatures live that are to expire, in seconds: a facilitator wants six of them. */
const LIFE = 15;

/** Begins what takes time to end; `proofs` looks at it when the rest is done. */
export function beginProofs({ chain, servers }) {
  const v2 = servers.find(({ protocol }) => protocol === 2);
  return [servers[0], v2].map((server) => {
    const begun = { chain, server, payer: new Payer(`proofs-${server.port}`), past: [] };
    test(`two payments are left to expire at ${server.name}`, () => leave(begun));
    return begun;
  });
}

/** Leaves two payments to expire, of which one settles behind the server's back. */
async function leave({ chain, server, payer, past }) {
  await chain.fund(payer.address, DOLLAR);
  const door = await openGate(server.url);
  const short = ['--max-validity', String(LIFE)];
  const unsent = () => payer.fetch(`${door.url}/article?unsent`, short);
  const { code, report } = await door.while(down, unsent, payments);
  assert.equal(code, 118);
  past.push({ id: report.id, until: report.valid_before, outcome: 'expired' });

  const earlier = await standing(chain, payer, server);
  const untold = () => payer.fetch(`${server.url}/article?untold`, short);
  const got = await server.gate.while(lost, untold, settlements);
  assert.equal(got.code, 118, got.stderr);
  assert.equal((await standing(chain, payer, server)).payees, earlier.payees + PRICE);
  past.push({ id: got.report.id, until: got.report.valid_before, outcome: 'settled' });
}

export function proofs(begun) {
  for (const { server, ...rest } of begun) {
    const { gate } = server;
    describe(`the chain alone, about ${server.name}`, () => proofsAbout(server, gate, rest));
  }
}

function proofsAbout(server, gate, { chain, payer, past }) {
  test('a replay is refused by the token, and by the server', async () => {
    const got = await payer.fetch(`${server.url}/article`);
    assert.equal(got.code, 0, got.stderr);
    const { paymentPayload } = gate.verified;
    const earlier = await standing(chain, payer, server);
    const { payload } = paymentPayload;
    assert.match(await chain.refusal(payload), /FiatTokenV2: authorization is used or canceled/);
    assert.equal((await chain.settle(payload)).status, 'reverted');

    const header = server.protocol === 1 ? 'X-PAYMENT' : 'PAYMENT-SIGNATURE';
    const value = Buffer.from(JSON.stringify(paymentPayload)).toString('base64');
    const answer = await fetch(`${server.url}/article`, { headers: { [header]: value } });
    assert.equal(answer.status, 402);
    await unmoved(chain, payer, server, earlier);
  });

  test('settled by a stranger', async () => {
    const url = `${server.url}/article?stranger`;
    const { report } = await gate.while(down, () => payer.fetch(url));
    const earlier = await standing(chain, payer, server);
    const receipt = await chain.settle(gate.verified.paymentPayload.payload);
    assert.equal(receipt.status, 'success');
    const transaction = receipt.transactionHash;
    const { code, payments: found } = await payer.reconcile(chain.url, [report.id]);
    assert.deepEqual([code, found[0].outcome, found[0].transaction], [0, 'settled', transaction]);
    await moved(chain, payer, server, earlier, PRICE, transaction);
  });

  test('unused', async () => {
    const url = `${server.url}/article?unused`;
    const { report } = await gate.while(down, () => payer.fetch(url));
    const { code, payments: found } = await payer.reconcile(chain.url, [report.id]);
    assert.deepEqual([code, found[0].outcome], [118, 'open']);
  });

  test('expired: one unused, one settled though not taken', async () => {
    const end = Math.max(...past.map(({ until }) => Date.parse(until)));
    const wait = end + (MARGIN + 1) * 1_000 - Date.now();
    await new Promise((wake) => setTimeout(wake, Math.max(wait, 0)));
    // The token goes by its block's time, and no block has been made meanwhile.
    await chain.client.mine({ blocks: 1 });
    for (const { id, outcome } of past) {
      const { code, payments: found } = await payer.reconcile(chain.url, [id]);
      assert.deepEqual([code, found[0].outcome], [0, outcome]);
    }
  });

  test('books and chain agree', async () => {
    assert.equal(await chain.balance(payer.address), DOLLAR - (await payer.spent()));
  });
}
