// The account that a facilitator settles from, as a viem client on the driver's chain.

import { createWalletClient, http, publicActions } from 'viem';
import { nonceManager, privateKeyToAccount } from 'viem/accounts';
import { baseSepolia } from 'viem/chains';
import { settings } from '../program.mjs';

export const operator = createWalletClient({
  // Without it, payments that are settled at the same time take the same nonce.
  account: privateKeyToAccount(settings.operator, { nonceManager }),
  chain: baseSepolia,
  pollingInterval: 50,
  transport: http(settings.rpc),
}).extend(publicActions);
