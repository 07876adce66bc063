// Each way it goes wrong for real: the exit code is the contract's, the server's words are told, the
// books say what the chain says, and what can be finished is finished, once.

import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { down, first, lost, openGate, payments, settlements, slow } from '../gate.mjs';
import { booksAgree, DOLLAR, moved, standing, unmoved } from '../money.mjs';
import { Payer } from '../payer.mjs';
import { openServer } from '../world.mjs';

/** What an article costs, in atomic units. */
const PRICE = 1_000n;

/** The error strings, by facilitator, or by the server where it is the one who says it. */
const WORDS = {
  funds: { x402: 'insufficient_funds', '@x402/core': 'invalid_exact_evm_insufficient_balance' },
  expired: 'invalid_exact_evm_payload_authorization_valid_before',
  underpaid: {
    'x402-express x402': 'invalid_exact_evm_payload_authorization_value',
    'x402-express @x402/core': 'invalid_exact_evm_authorization_value',
    // Version 2 of the protocol compares the terms before it asks anybody.
    '@x402/core': 'No matching payment requirements',
  },
  down: { python: 'Server disconnected without sending a response.', any: 'fetch failed' },
};

function words(error, { name, facilitator, python }) {
  const of = WORDS[error];
  if (typeof of === 'string') return of;
  return of[`${name} ${facilitator}`] ?? of[facilitator] ?? (python && of.python) ?? of.any;
}

export function failing(world, table) {
  for (const server of world.servers) {
    const { name, version, facilitator } = server;
    const title = `${name} ${version} with ${facilitator}, when it goes wrong`;
    describe(title, () => failAt(world, table.column(server), server));
  }
}

function failAt({ chain, facilitators }, column, server) {
  const { gate } = server;
  const payer = new Payer(`failing-${server.port}`);
  let opening;
  before(async () => {
    await chain.fund(payer.address, DOLLAR);
    opening = await standing(chain, payer, server);
  });

  const url = (path, base = server) => `${base.url}${path}`;
  const refused = async (act, error, who = payer) => {
    const earlier = await standing(chain, who, server);
    const got = await act();
    assert.deepEqual([got.code, got.report?.state], [117, 'rejected'], got.stderr);
    assert.ok(got.stderr.includes(words(error, server)), got.stderr);
    await unmoved(chain, who, server, earlier);
    return got;
  };
  const unknown = (got) => {
    assert.deepEqual([got.code, got.report?.state], [118, 'unknown'], got.stderr);
    return got.report;
  };
  const paid = async (got, earlier) => {
    assert.deepEqual([got.code, got.report?.state], [0, 'settled'], got.stderr);
    await moved(chain, payer, server, earlier, PRICE, got.report.transaction);
  };
  /** The chain alone proves that it settled, when the server will not say so. */
  const proved = async ({ id, nonce }, earlier) => {
    const { code, payments: found } = await payer.reconcile(chain.url, [id]);
    assert.deepEqual([code, found[0].outcome], [0, 'settled']);
    await moved(chain, payer, server, earlier, PRICE, found[0].transaction);
    assert.equal(await chain.isUsed(payer.address, nonce), true);
  };

  test('no funds', async () => {
    const poor = new Payer(`poor-${server.port}`);
    await refused(() => poor.fetch(url('/article')), 'funds', poor);
    column.says('no funds', 'refused');
  });

  test('expired', async () => {
    const fetch = () => payer.fetch(url('/article?expired'), ['--max-validity', '3']);
    await refused(fetch, 'expired');
    column.says('expired', 'refused');
  });

  test('expires while the server works', async () => {
    const fetch = () => payer.fetch(url('/slow'), ['--max-validity', '7']);
    await refused(fetch, 'expired');
    column.says('expires in the meantime', 'refused');
  });

  test('the wrong domain', async () => {
    const got = await payer.fetch(url('/mislabelled'));
    assert.deepEqual([got.code, got.report], [114, undefined], got.stderr);
    assert.match(got.stderr, /"USD Coin"/);
    column.says('wrong EIP-712 domain', 'not signed');
  });

  test('the price rises before the payment', async () => {
    await refused(() => payer.fetch(url('/dearer')), 'underpaid');
    column.says('price rises in between', 'refused');
  });

  for (const [what, which] of [['facilitator down', undefined], ['down at settlement', settlements]]) {
    test(`${what}, then up again`, async () => {
      const address = url(`/article?${what.replaceAll(' ', '-')}`);
      const earlier = await standing(chain, payer, server);
      const got = await gate.while(down, () => payer.fetch(address), which);
      // Word for word what is said when its answer is lost, so nobody can tell whether it settled.
      const report = unknown(got);
      assert.ok(got.stderr.includes(words('down', server)), got.stderr);
      await unmoved(chain, payer, server, earlier);
      const again = await payer.fetch(address);
      assert.equal(again.report?.id, report.id, 'it is the same payment');
      await paid(again, earlier);
      column.says(`${what}, then up`, 'unknown, then paid');
    });
  }

  test("the facilitator's answer is lost", async () => {
    const address = url('/article?lost');
    const earlier = await standing(chain, payer, server);
    const report = unknown(await gate.while(lost, () => payer.fetch(address), settlements));
    // Used by then, and that is all the server says.
    assert.equal(unknown(await payer.fetch(address)).id, report.id);
    await proved(report, earlier);
    column.says('answer of the facilitator lost', 'reconciled');
  });

  test('the facilitator settles after the time-out', async () => {
    const address = url('/article?late');
    const earlier = await standing(chain, payer, server);
    const report = unknown(
      await gate.while(slow(5_000), () => payer.fetch(address, ['-m', '4']), settlements),
    );
    // Used by then, so the server refuses it; no second one is signed.
    assert.equal(unknown(await payer.fetch(address)).id, report.id);
    await proved(report, earlier);
    column.says('settled after the time-out', 'reconciled');
  });

  test('the chain stops mining', async () => {
    const earlier = await standing(chain, payer, server);
    let report;
    await chain.client.setAutomine(false);
    try {
      const got = await payer.fetch(url('/article?still'), ['-m', '12']);
      ({ report } = got);
      // The old facilitator's words for it are a refusal, or none in that time.
      if (server.protocol === 1) assert.ok([117, 118].includes(got.code), got.stderr);
      else assert.match(unknown(got).transaction, /^0x[0-9a-f]{64}$/);
      const { code, payments: found } = await payer.reconcile(chain.url, [report.id]);
      assert.deepEqual([code, found[0].outcome], [118, 'open']);
    } finally {
      await chain.client.setAutomine(true);
      await chain.client.mine({ blocks: 1 });
    }
    await proved(report, earlier);
    column.says('chain stopped', 'reconciled');
  });

  test('the server restarts between the 402 and the payment', async () => {
    const door = await openGate(server.url);
    const restart = async () => {
      await server.stop();
      Object.assign(server, await openServer(server, facilitators, server));
    };
    const earlier = await standing(chain, payer, server);
    const fetch = () => payer.fetch(url('/article?restart', door));
    await paid(await door.while(first(restart), fetch, payments), earlier);
    column.says('restarted before the payment', 'paid');
  });

  test('the server is gone when the payment comes, and back for `resume`', async () => {
    const door = await openGate(server.url);
    const earlier = await standing(chain, payer, server);
    const fetch = () => payer.fetch(url('/article?gone', door));
    const { id } = unknown(await door.while(first(() => server.stop()), fetch, payments));
    await unmoved(chain, payer, server, earlier);
    Object.assign(server, await openServer(server, facilitators, server));
    const receipt = payer.file('report.json');
    await paid(await payer.run(['resume', '--receipt', receipt, id]), earlier);
    column.says('gone, then back', 'resumed');
  });

  test('books and chain agree', () => booksAgree(chain, payer, server, opening));
}
