// What every program that the driver starts has in common: settings as JSON in its one argument, a
// port from the system unless an earlier one is to be had again, and a life as long as the driver's.

import { once } from 'node:events';
import { createServer } from 'node:http';

export const settings = JSON.parse(process.argv[2]);

// The driver holds the other end; it closes however the driver ends.
process.stdin.on('end', () => process.exit()).resume();

const server = createServer();
server.listen(settings.port ?? 0, '127.0.0.1');
await once(server, 'listening');
const { port } = server.address();

/** Where this program serves. */
export const origin = `http://127.0.0.1:${port}`;

/** Serves with a node request handler, and tells the driver so. */
export function serve(handler) {
  server.on('request', handler);
  console.log(`listening ${port}`);
}
