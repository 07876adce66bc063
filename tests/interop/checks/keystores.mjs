// Keystores of eth-account and of foundry's cast pay here, and those written here open there.

import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { foundry } from '../chain.mjs';
import { DOLLAR, moved, standing } from '../money.mjs';
import { Payer, run } from '../payer.mjs';

const HERE = new URL('..', import.meta.url).pathname;
const PASSWORD = 'correct horse, “batterie” ✓';

export function keystores({ chain, servers }) {
  const server = servers.find(({ name }) => name === '@x402/express');

  /** The keystore at `path` pays for an article. */
  const pays = async (payer, path) => {
    await chain.fund(payer.address, DOLLAR);
    const earlier = await standing(chain, payer, server);
    const wallet = ['--wallet', path, '--password-file', payer.file('password', PASSWORD)];
    const got = await payer.fetch(`${server.url}/article`, wallet, { env: {} });
    assert.equal(got.code, 0, got.stderr);
    await moved(chain, payer, server, earlier, 1_000n, got.report.transaction);
  };

  describe('keystores', () => {
    for (const kdf of ['scrypt', 'pbkdf2']) {
      test(`eth-account's (${kdf}) pays here`, async () => {
        const payer = new Payer(`eth-account-${kdf}`);
        const written = await ethAccount({ kdf, key: payer.key, password: PASSWORD });
        await pays(payer, payer.file('keystore.json', written));
      });
    }

    test("cast's pays here", async () => {
      const payer = new Payer('cast');
      const folder = payer.file('cast');
      mkdirSync(folder, { mode: 0o700 });
      const secrets = ['--private-key', payer.key, '--unsafe-password', PASSWORD];
      await cast(['import', 'theirs', '--keystore-dir', folder, ...secrets]);
      // cast leaves it for all to read, which is refused in words that say what to do.
      const refused = await payer.fetch(`${server.url}/article`, ['--wallet', `${folder}/theirs`], { env: {} });
      assert.equal(refused.code, 115, refused.stderr);
      assert.match(refused.stderr, /chmod 600 /);
      chmodSync(`${folder}/theirs`, 0o600);
      await pays(payer, `${folder}/theirs`);
    });

    for (const [name, flags] of [['', []], [' --lightkdf', ['--lightkdf']]]) {
      test(`one made here${name} opens in eth-account and in cast, and pays`, async () => {
        const payer = new Payer(`ours${name.replace(' ', '')}`);
        const password = ['--password-file', payer.file('password', PASSWORD)];
        const made = await payer.run(['wallet', 'import', 'ours', ...flags, ...password]);
        assert.equal(made.code, 0, made.stderr);
        const path = payer.file('wallets/ours.json');
        const keystore = JSON.parse(readFileSync(path, 'utf8'));
        assert.equal((await ethAccount({ keystore, password: PASSWORD })).trim(), payer.key);
        const opened = await cast([
          'decrypt-keystore',
          'ours.json',
          '--keystore-dir',
          payer.file('wallets'),
          '--unsafe-password',
          PASSWORD,
        ]);
        assert.ok(opened.includes(payer.key), opened);
        await pays(payer, path);
      });
    }
  });
}

async function ethAccount(asked) {
  const program = `${HERE}.venv/bin/python`;
  const got = await run(program, ['-B', `${HERE}keystores.py`], { stdin: JSON.stringify(asked) });
  assert.equal(got.code, 0, got.stderr);
  return got.stdout.toString();
}

async function cast(args) {
  const got = await run(foundry('cast'), ['wallet', ...args]);
  assert.equal(got.code, 0, got.stderr);
  return got.stdout.toString();
}
