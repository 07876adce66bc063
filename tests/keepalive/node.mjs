// A shop on Node's own HTTP server: node.mjs TERMS RECEIPT LOG [KEEP_ALIVE_MS].
// The first line on standard output is the port.
import { createServer } from 'node:http';
import { appendFileSync } from 'node:fs';

const [terms, receipt, log, keepAlive] = process.argv.slice(2);
const server = createServer((request, response) => {
  const payment = request.headers['payment-signature'];
  if (!payment) {
    response.writeHead(402, { 'PAYMENT-REQUIRED': terms, 'Content-Type': 'application/json' });
    response.end('{}');
    return;
  }
  appendFileSync(log, `${payment}\n`);
  response.writeHead(200, { 'PAYMENT-RESPONSE': receipt });
  response.end('paid\n');
});
if (keepAlive) {
  server.keepAliveTimeout = Number(keepAlive);
  // What Node adds to the announced time, in milliseconds; not every version has it.
  server.keepAliveTimeoutBuffer = 0;
}
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
