// The table in README, as this run has it: what each server gave.

import { readFileSync, writeFileSync } from 'node:fs';

const README = new URL('../../README.md', import.meta.url);
const [BEGIN, END] = ['<!-- interop: begin -->\n', '<!-- interop: end -->\n'];

export class Table {
  #columns = [];

  /** A server's column, and what may be said in it. */
  column(server) {
    const known = this.#columns.find((column) => column.server === server);
    if (known) return known;
    const said = new Map();
    const column = { server, said, says: (row, word) => said.set(row, word) };
    this.#columns.push(column);
    return column;
  }

  markdown() {
    const line = (cells) => `| ${cells.join(' | ')} |\n`;
    const of = (cell) => this.#columns.map(cell);
    const rows = [...new Set(this.#columns.flatMap(({ said }) => [...said.keys()]))];
    return (
      line(['', ...of(({ server }) => `${server.name} ${server.version}`)]) +
      line(['---', ...of(() => '---')]) +
      line(['protocol', ...of(({ server }) => `x402 v${server.protocol}`)]) +
      line(['facilitator', ...of(({ server }) => `${server.facilitator} ${server.settler}`)]) +
      rows.map((row) => line([row, ...of(({ said }) => said.get(row) ?? '')])).join('')
    );
  }

  /** Whether README has this table. */
  isInReadme() {
    return split().table === this.markdown();
  }

  /** Puts it there. */
  write() {
    const { before, after } = split();
    writeFileSync(README, before + this.markdown() + after);
  }
}

function split() {
  const readme = readFileSync(README, 'utf8');
  const [begin, end] = [readme.indexOf(BEGIN) + BEGIN.length, readme.indexOf(END)];
  if (begin < BEGIN.length || end < begin) throw new Error('README has no place for the table');
  return { before: readme.slice(0, begin), table: readme.slice(begin, end), after: readme.slice(end) };
}
