// x402-express 1.2.0: version 1 of the protocol.

import express from 'express';
import { paymentMiddleware } from 'x402-express';
import { serve, settings } from '../program.mjs';
import { goods } from './express-handlers.mjs';
import { SHOP } from './goods.mjs';

const USDC = '0x036CbD53842c5426634e7929541eC2318f3dCF7e';

const network = 'base-sepolia';

const routes = {
  'GET /mislabelled': {
    network,
    price: {
      amount: '1000',
      asset: { address: USDC, decimals: 6, eip712: { name: 'USD Coin', version: '2' } },
    },
  },
  'GET /dearer': { network, price: '$0.001' },
};
for (const [name, { method, price, mime }] of Object.entries(SHOP)) {
  const config = { description: name, mimeType: mime };
  routes[`${method} /${name}`] = { price, network, config };
}
const facilitator = { url: settings.facilitator };
const usual = paymentMiddleware(settings.payTo, routes, facilitator);

// The hook that forces an underpayment: the price has risen when the payment comes.
const risen = { 'GET /dearer': { network, price: '$0.002' } };
const later = paymentMiddleware(settings.payTo, risen, facilitator);

const app = express();
app.get('/dearer', (request, response, next) => {
  (request.get('x-payment') ? later : usual)(request, response, next);
});
app.use((request, response, next) => {
  if (request.path === '/dearer') return next();
  usual(request, response, next);
});
app.use(goods);
serve(app);
