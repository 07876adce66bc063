// Runs pay402 as a user would: a home of its own, a key, and exact bytes.

import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import { scrubbed } from './processes.mjs';

const STATE = new URL('.state/', import.meta.url).pathname;

/** The program under test. `run` says which. */
export const PROGRAM = process.env.INTEROP_PROGRAM;

/** No payment takes longer than this, in milliseconds; slower is a hang. */
const PATIENCE = 60_000;

export class Payer {
  /** A home that is empty, and a key without funds. */
  constructor(name, { key = generatePrivateKey() } = {}) {
    this.home = join(STATE, 'homes', name);
    rmSync(this.home, { recursive: true, force: true });
    mkdirSync(this.home, { recursive: true, mode: 0o700 });
    this.key = key;
    this.address = privateKeyToAccount(key).address;
  }

  /** Path of a file in this payer's home. */
  file(name, content) {
    const path = join(this.home, name);
    if (content !== undefined) writeFileSync(path, content, { mode: 0o600 });
    return path;
  }

  /** Runs the program; resolves to its exit code, what it put out, and its report on a payment. */
  async run(args, { env = { PAY402_PRIVATE_KEY: this.key }, stdin } = {}) {
    const report = this.file('report.json');
    rmSync(report, { force: true });
    const ended = await run(PROGRAM, args, { env: { PAY402_HOME: this.home, ...env }, stdin });
    return { ...ended, report: read(report) };
  }

  /** Fetches, paying up to a dollar. */
  fetch(url, args = [], options) {
    const cap = ['--max-price', '1', '--receipt', this.file('report.json')];
    return this.run([...cap, ...args, url], options);
  }

  /** Every payment in the books, oldest first. */
  async books() {
    const { stdout } = await this.run(['history', 'export']);
    return stdout.toString().split('\n').filter(Boolean).map((line) => JSON.parse(line));
  }

  /** What the books say is settled, in atomic units. */
  async spent() {
    const settled = (await this.books()).filter(({ state }) => state === 'settled');
    return settled.reduce((sum, { settled_atomic: paid }) => sum + BigInt(paid), 0n);
  }

  /** What `reconcile` finds out about each open payment, by the node that the owner's file names. */
  async reconcile(rpc, args = []) {
    this.file('config.toml', `[rpc]\nbase-sepolia = "${rpc}"\n`);
    const { code, stdout } = await this.run(['reconcile', '--format', 'json', ...args]);
    return { code, payments: JSON.parse(stdout.toString()).payments };
  }
}

/** Runs a program to its end. */
export function run(program, args, { env = {}, stdin } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env: { ...scrubbed(), ...env } });
    const [stdout, stderr] = [[], []];
    child.stdout.on('data', (bytes) => stdout.push(bytes));
    child.stderr.on('data', (bytes) => stderr.push(bytes));
    // A program that does not read its input may be gone before it is all written.
    child.stdin.on('error', () => {}).end(stdin);
    const hang = setTimeout(() => child.kill('SIGKILL'), PATIENCE);
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(hang);
      const said = Buffer.concat(stderr).toString();
      resolve({ code: code ?? signal, stdout: Buffer.concat(stdout), stderr: said });
    });
  });
}

function read(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}
