// What every server sells, byte for byte the same as goods.py: prices are in shop.json.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

export const SHOP = JSON.parse(readFileSync(new URL('shop.json', import.meta.url), 'utf8'));

export const FREE = 'free words\n';
export const ARTICLE = '{"title":"402","words":"paid for"}\n';

/** Where the article is to be had: on terms that differ. */
export const ARTICLES = ['article', 'dynamic', 'offers', 'extensions', 'upfront', 'mislabelled', 'dearer'].map((name) => `/${name}`);

export const SLOW = 'worth the wait\n';

/** How long the slow one takes, in milliseconds. */
export const WAIT = 2_000;

/** 64 KiB that are no text. */
export const BINARY = Buffer.concat(
  Array.from({ length: 2048 }, (_, index) => createHash('sha256').update(String(index)).digest()),
);

/** How many times the large one is the binary one: 32 MiB. */
const TIMES = 512;

export function* large() {
  for (let time = 0; time < TIMES; time += 1) yield BINARY;
}

export const sleep = (milliseconds) => new Promise((wake) => setTimeout(wake, milliseconds));
