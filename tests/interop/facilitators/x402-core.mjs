// The official facilitator of @x402/core and @x402/evm, for versions 2 and 1 of the protocol.

import { x402Facilitator } from '@x402/core/facilitator';
import { toFacilitatorEvmSigner } from '@x402/evm';
import { registerExactEvmScheme } from '@x402/evm/exact/facilitator';
import express from 'express';
import { serve, settings } from '../program.mjs';
import { operator } from './operator.mjs';

const signer = toFacilitatorEvmSigner(
  { ...operator, address: operator.account.address },
  { confirmationTimeoutMs: settings.confirmation },
);
const facilitator = registerExactEvmScheme(new x402Facilitator(), {
  signer,
  // The second is only ever offered: there is no such chain here.
  networks: ['eip155:84532', 'eip155:8453'],
});

const app = express();
app.use(express.json());
app.get('/supported', (_, response) => response.json(facilitator.getSupported()));
for (const act of ['verify', 'settle']) {
  app.post(`/${act}`, async ({ body }, response) => {
    try {
      response.json(await facilitator[act](body.paymentPayload, body.paymentRequirements));
    } catch (error) {
      // As @x402/core's own example of a facilitator has it.
      response.status(500).json({ error: error.message });
    }
  });
}
serve(app);
