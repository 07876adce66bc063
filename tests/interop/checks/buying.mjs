// What is for sale is paid for, once, at exactly its price, and comes whole.

import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { before, describe, test } from 'node:test';
import { parseUnits } from 'viem';
import { booksAgree, DOLLAR, moved, standing, unmoved } from '../money.mjs';
import { Payer } from '../payer.mjs';
import { ARTICLE, BINARY, FREE, large, SHOP, SLOW } from '../servers/goods.mjs';

/** Not text, and larger than what fits into one packet. */
const BODY = randomBytes(100_000);

/** Each thing's bytes and price, and how to ask for it. */
const GOODS = {
  article: { bytes: [ARTICLE] },
  echo: { bytes: [BODY], args: ['--data-binary', '@-'], stdin: BODY },
  binary: { bytes: [BINARY] },
  large: { bytes: large() },
  slow: { bytes: [SLOW] },
};
for (const [name, good] of Object.entries(GOODS)) good.price = SHOP[name].price;

/** What only version 2 of the protocol has. */
const TERMS = {
  dynamic: { bytes: [ARTICLE], price: '$0.007', query: '?words=7' },
  offers: { bytes: [ARTICLE], price: '$0.002', args: ['--network', 'base-sepolia'] },
  extensions: { bytes: [ARTICLE], price: '$0.001', also: echoed },
};

for (const good of [...Object.values(GOODS), ...Object.values(TERMS)]) {
  good.digest = digest(good.bytes);
}

export function buying(world, table) {
  for (const server of world.servers) {
    const { name, version, facilitator } = server;
    describe(`${name} ${version} with ${facilitator}`, () => buyFrom(world, table.column(server), server));
  }
}

function buyFrom({ chain }, column, server) {
  const payer = new Payer(`buying-${server.port}`);
  let opening;
  before(async () => {
    await chain.fund(payer.address, DOLLAR);
    opening = await standing(chain, payer, server);
  });
  const goods = server.protocol === 1 ? GOODS : { ...GOODS, ...TERMS };

  test('free', async () => {
    const got = await payer.fetch(`${server.url}/free`);
    assert.equal(got.stdout.toString(), FREE, got.stderr);
    assert.deepEqual([got.code, got.report], [0, undefined]);
    column.says('free', 'free');
  });

  for (const [name, good] of Object.entries(goods)) {
    test(name, async () => {
      const price = parseUnits(good.price.slice(1), 6);
      const earlier = await standing(chain, payer, server);
      const url = `${server.url}/${name}${good.query ?? ''}`;
      const got = await payer.fetch(url, good.args, { stdin: good.stdin });
      assert.equal(got.code, 0, got.stderr);
      assert.equal(digest([got.stdout]), good.digest, 'the body is what was bought');
      assert.equal(got.report.state, 'settled');
      assert.equal(got.report.amount_atomic, String(price));
      await moved(chain, payer, server, earlier, price, got.report.transaction);
      assert.equal(await chain.isUsed(payer.address, got.report.nonce), true);
      good.also?.(server);
      column.says(`${good.args?.includes('@-') ? 'POST' : 'GET'} ${name}`, 'paid');
    });
  }

  test('fails', async () => {
    const earlier = await standing(chain, payer, server);
    const got = await payer.fetch(`${server.url}/fails`);
    assert.equal(got.code, 118, got.stderr);
    await unmoved(chain, payer, server, earlier);
    const { code, payments } = await payer.reconcile(chain.url);
    assert.deepEqual([code, payments.map(({ outcome }) => outcome)], [118, ['open']]);
    column.says('handler fails (500)', 'not taken');
  });

  if (server.protocol === 2) {
    test('upfront', async () => {
      const earlier = await standing(chain, payer, server);
      const got = await payer.fetch(`${server.url}/upfront`);
      assert.deepEqual([got.code, got.report], [114, undefined], got.stderr);
      await unmoved(chain, payer, server, earlier);
      column.says('settles before serving', 'not signed');
    });
  }

  test('books and chain agree', () => booksAgree(chain, payer, server, opening));
}

/** What the server declared came back with the payment, and the identifier it demands. */
function echoed({ gate, python }) {
  const { extensions } = gate.verified.paymentPayload;
  const declared = ['bazaar', 'payment-identifier', 'sign-in-with-x'];
  // Python's package has none of these yet.
  if (!python) declared.push('offer-receipt');
  assert.deepEqual(Object.keys(extensions).sort(), declared.sort());
  assert.match(extensions['payment-identifier'].info.id, /^[A-Za-z0-9_-]{16,128}$/);
}

function digest(parts) {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}
