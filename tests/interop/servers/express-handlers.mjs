// The goods as express hands them over, for both of its payment middlewares.

import { Readable } from 'node:stream';
import express from 'express';
import { ARTICLE, ARTICLES, BINARY, FREE, large, sleep, SLOW, WAIT } from './goods.mjs';

export const goods = express.Router();

goods.get('/free', (_, response) => response.type('text').send(FREE));
goods.get(ARTICLES, (_, response) => response.type('json').send(ARTICLE));
goods.post('/echo', express.raw({ type: () => true, limit: '8mb' }), ({ body }, response) => {
  response.type('bin').send(body);
});
goods.get('/binary', (_, response) => response.type('bin').send(BINARY));
goods.get('/large', (_, response) => Readable.from(large()).pipe(response.type('bin')));
goods.get('/slow', async (_, response) => {
  await sleep(WAIT);
  response.type('text').send(SLOW);
});
goods.get('/fails', (_, response) => response.status(500).type('text').send('no goods today\n'));
