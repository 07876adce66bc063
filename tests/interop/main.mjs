// Every check, one after another, against the same chain.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { buying } from './checks/buying.mjs';
import { failing } from './checks/failing.mjs';
import { keystores } from './checks/keystores.mjs';
import { beginProofs, proofs } from './checks/proofs.mjs';
import { verdicts } from './checks/verdicts.mjs';
import { stopAll } from './processes.mjs';
import { Table } from './table.mjs';
import { openWorld } from './world.mjs';

const world = await openWorld();
const table = new Table();
after(stopAll);

const begun = beginProofs(world);
buying(world, table);
failing(world, table);
keystores(world);
verdicts(world);
proofs(begun);

test('the table in README is the one of this run', () => {
  if (process.env.INTEROP_WRITE_TABLE) table.write();
  assert.ok(table.isInReadme(), `tests/interop/run --write-table makes it\n${table.markdown()}`);
});
