// Where the money is: by the chain alone, and by the books against the chain.

import assert from 'node:assert/strict';

export const DOLLAR = 1_000_000n;

/** Who has what, and since when transfers are counted. */
export async function standing(chain, payer, server) {
  const [height, payers, payees] = await Promise.all([
    chain.height(),
    chain.balance(payer.address),
    chain.balance(server.payTo),
  ]);
  return { height, payers, payees };
}

/** Nothing has moved since `before`. */
export async function unmoved(chain, payer, server, before) {
  const { height, ...now } = await standing(chain, payer, server);
  assert.deepEqual({ ...now, height: before.height }, before);
}

/** `price` has moved since `before`, by one transfer, which is `transaction`. */
export async function moved(chain, payer, server, before, price, transaction) {
  const now = await standing(chain, payer, server);
  assert.equal(now.payers, before.payers - price, 'the payer has the price less');
  assert.equal(now.payees, before.payees + price, 'the payee has the price more');
  const transfers = await chain.transfers(payer.address, before.height);
  assert.deepEqual(
    transfers.map(({ args, transactionHash: transaction }) => ({ ...args, transaction })),
    [{ from: payer.address, to: server.payTo, value: price, transaction }],
  );
}

/** What the books say is settled is what has moved since `opening`, to the last unit. */
export async function booksAgree(chain, payer, server, opening) {
  const spent = await payer.spent();
  const now = await standing(chain, payer, server);
  assert.deepEqual([opening.payers - now.payers, now.payees - opening.payees], [spent, spent]);
}
