// The official facilitator of x402 1.2.0, for version 1 of the protocol.

import express from 'express';
import { settle, verify } from 'x402/facilitator';
import { serve } from '../program.mjs';
import { operator } from './operator.mjs';

const kinds = [{ x402Version: 1, scheme: 'exact', network: 'base-sepolia' }];

const app = express();
app.use(express.json());
app.get('/supported', (_, response) => response.json({ kinds }));
for (const [path, act] of [['/verify', verify], ['/settle', settle]]) {
  app.post(path, async ({ body }, response) => {
    try {
      response.json(await act(operator, body.paymentPayload, body.paymentRequirements));
    } catch {
      // As x402's own example of a facilitator has it.
      response.status(400).json({ error: 'Invalid request' });
    }
  });
}
serve(app);
