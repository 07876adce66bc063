// @x402/express: version 2 of the protocol.

import { paymentMiddleware } from '@x402/express';
import express from 'express';
import { serve } from '../program.mjs';
import { goods } from './express-handlers.mjs';
import { routes, server } from './resource-server.mjs';

const app = express();
app.use(paymentMiddleware(routes, server));
app.use(goods);
serve(app);
