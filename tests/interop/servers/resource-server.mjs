// What @x402/express and @x402/hono share: the routes, and the server that asks the facilitator.

import { HTTPFacilitatorClient, x402ResourceServer } from '@x402/core/server';
import { ExactEvmScheme } from '@x402/evm/exact/server';
import { declareDiscoveryExtension } from '@x402/extensions/bazaar';
import * as offerReceipt from '@x402/extensions/offer-receipt';
import * as paymentIdentifier from '@x402/extensions/payment-identifier';
import * as signInWithX from '@x402/extensions/sign-in-with-x';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import { origin, settings } from '../program.mjs';
import { SHOP } from './goods.mjs';

const SEPOLIA = 'eip155:84532';
const MAINNET = 'eip155:8453';
const USDC = '0x036CbD53842c5426634e7929541eC2318f3dCF7e';

const issuer = privateKeyToAccount(generatePrivateKey());
const sign = (data) => issuer.signTypedData(data);

export const server = new x402ResourceServer(new HTTPFacilitatorClient({ url: settings.facilitator }))
  .register(SEPOLIA, new ExactEvmScheme())
  .register(MAINNET, new ExactEvmScheme())
  .registerExtension(paymentIdentifier.paymentIdentifierResourceServerExtension)
  .registerExtension(
    offerReceipt.createOfferReceiptExtension(
      offerReceipt.createEIP712OfferReceiptIssuer(`did:pkh:${SEPOLIA}:${issuer.address}`, sign),
    ),
  )
  .registerExtension(
    signInWithX.createSIWxResourceServerExtension({
      origin,
      storage: new signInWithX.InMemorySIWxStorage(),
    }),
  );

const exact = (price, more) => ({
  scheme: 'exact',
  network: SEPOLIA,
  payTo: settings.payTo,
  price,
  ...more,
});

/** The cheapest, which the program passes over. */
const permit2 = exact({
  amount: '500',
  asset: USDC,
  extra: { assetTransferMethod: 'permit2', name: 'USDC', version: '2' },
});

export const routes = {
  'GET /dynamic': {
    accepts: exact(({ adapter }) => `$0.00${adapter.getQueryParam('words')}`),
    description: 'so many words, a tenth of a cent each',
  },
  'GET /offers': {
    accepts: [exact('$0.50'), permit2, exact('$0.001', { network: MAINNET }), exact('$0.002')],
    description: 'dear, by Permit2, on another chain, and cheap',
  },
  'GET /extensions': {
    accepts: exact('$0.001'),
    description: 'with every extension there is',
    extensions: {
      ...declareDiscoveryExtension({ output: { example: { title: '402' } } }),
      ...offerReceipt.declareOfferReceiptExtension(),
      ...signInWithX.declareSIWxExtension({ statement: 'Read again' }),
      'payment-identifier': paymentIdentifier.declarePaymentIdentifierExtension(true),
    },
  },
  'GET /upfront': {
    accepts: exact('$0.001', { extra: { paymentFlow: 'upfront' } }),
    description: 'settled before it is served',
  },
  'GET /mislabelled': {
    accepts: exact({ amount: '1000', asset: USDC, extra: { name: 'USD Coin', version: '2' } }),
    description: 'the name of another chain\'s USDC',
  },
  // The hook that forces an underpayment.
  'GET /dearer': {
    accepts: exact(({ paymentHeader }) => (paymentHeader ? '$0.002' : '$0.001')),
    description: 'the price has risen when the payment comes',
  },
};
for (const [name, { method, price, mime }] of Object.entries(SHOP)) {
  routes[`${method} /${name}`] = { accepts: exact(price), description: name, mimeType: mime };
}
