// @x402/hono: version 2 of the protocol.

import { Readable } from 'node:stream';
import { getRequestListener } from '@hono/node-server';
import { paymentMiddleware } from '@x402/hono';
import { Hono } from 'hono';
import { serve } from '../program.mjs';
import { ARTICLE, ARTICLES, BINARY, FREE, large, sleep, SLOW, WAIT } from './goods.mjs';
import { routes, server } from './resource-server.mjs';

const octets = { 'content-type': 'application/octet-stream' };

const app = new Hono();
app.use(paymentMiddleware(routes, server));
app.get('/free', (context) => context.text(FREE));
app.on('GET', ARTICLES, (context) => context.body(ARTICLE, 200, { 'content-type': 'application/json' }));
app.post('/echo', async (context) => context.body(await context.req.arrayBuffer(), 200, octets));
app.get('/binary', (context) => context.body(BINARY, 200, octets));
app.get('/large', (context) => context.body(Readable.toWeb(Readable.from(large())), 200, octets));
app.get('/slow', async (context) => {
  await sleep(WAIT);
  return context.text(SLOW);
});
app.get('/fails', (context) => context.text('no goods today\n', 500));
serve(getRequestListener(app.fetch));
