// Starts programs and ends them by their process id. What a started program serves is known by the
// line in which it says its port: the system chooses it.

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

const running = new Set();

/** The last lines a program said, for the message when it dies. */
const REMEMBERED = 20;

/** How long a program may take to say its port, in milliseconds: the largest import half of npm. */
const START = 120_000;

/**
 * Starts `program` and waits until it prints a line that `port` (a pattern with one group) matches.
 * Programs of this folder end with their standard input, so they do not outlive a killed driver.
 */
export async function start(program, args, { port = /^listening (\d+)$/, env = {} } = {}) {
  const child = spawn(program, args, {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...scrubbed(), ...env },
  });
  running.add(child);
  const ended = new Promise((resolve) => child.once('close', resolve));
  ended.then(() => running.delete(child));
  const said = [];
  const found = new Promise((resolve, reject) => {
    const listen = (line) => {
      said.push(line);
      said.splice(0, said.length - REMEMBERED);
      const match = port.exec(line);
      if (match) resolve(Number(match[1]));
    };
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', listen);
    }
    const name = [program, ...args.filter((arg) => !arg.startsWith('{'))].join(' ');
    child.once('error', (error) => reject(new Error(`${name} did not start: ${error.message}`)));
    ended.then((code) => reject(new Error(`${name} ended with ${code}:\n${said.join('\n')}`)));
    setTimeout(() => reject(new Error(`${name} says no port:\n${said.join('\n')}`)), START).unref();
  });
  const stop = async () => {
    child.kill();
    await ended;
  };
  try {
    return { port: await found, pid: child.pid, said, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Ends all that is left. Also when the driver fails half-way. */
export function stopAll() {
  for (const child of running) child.kill();
}

process.once('exit', stopAll);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.once(signal, () => process.exit(1));
}

/** The environment without what would change the outcome: proxies, and settings of pay402. */
export function scrubbed() {
  const meant = Object.entries(process.env).filter(
    ([name]) => !/^(pay402_|node_|python)|_proxy$/i.test(name),
  );
  return Object.fromEntries(meant);
}
