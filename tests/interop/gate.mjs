// Stands between two programs, and can be shut: neither of the two is changed for it. One is between
// each server and its facilitator, and one between pay402 and a server that goes away.

import { createServer } from 'node:http';

/** Headers that are about one connection, or that the copy gets anew. */
const LOCAL = ['connection', 'content-length', 'host', 'keep-alive', 'transfer-encoding'];

// What can be done with a request, where `ask` passes it on. No answer hangs up.

/** Nobody is there. */
export const down = async () => undefined;

/** It is answered, and the answer is lost. */
export const lost = async (ask) => {
  await ask();
};

/** It is answered in time, and the answer arrives so many milliseconds later. */
export const slow = (milliseconds) => async (ask) => {
  const answer = await ask();
  await new Promise((wake) => setTimeout(wake, milliseconds));
  return answer;
};

/** Something happens first. */
export const first = (act) => async (ask) => {
  await act();
  return ask();
};

const pass = (ask) => ask();

/** Which requests: those to a facilitator's `/settle`, and those that carry a payment. */
export const settlements = ({ url }) => url === '/settle';
export const payments = ({ headers }) => 'x-payment' in headers || 'payment-signature' in headers;
const all = () => true;

export async function openGate(target) {
  const gate = { way: pass, which: all, verified: undefined };
  const server = createServer(async (request, response) => {
    const body = await read(request);
    if (request.url === '/verify') gate.verified = JSON.parse(body);
    const ask = () => forward(target, request, body);
    const way = gate.which(request) ? gate.way : pass;
    const answer = await way(ask).catch(() => undefined);
    if (!answer) return request.socket.destroy();
    response.writeHead(answer.status, answer.headers).end(answer.body);
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  server.unref();
  return Object.assign(gate, {
    url: `http://127.0.0.1:${server.address().port}`,
    /** Does `act` while what `which` picks goes that `way`. */
    async while(way, act, which = all) {
      Object.assign(gate, { way, which });
      try {
        return await act();
      } finally {
        Object.assign(gate, { way: pass, which: all });
      }
    },
  });
}

async function read(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return chunks.length ? Buffer.concat(chunks) : undefined;
}

async function forward(target, { method, url, headers }, body) {
  const answer = await fetch(target + url, { method, body, headers: travelling(headers) });
  return {
    status: answer.status,
    headers: travelling(Object.fromEntries(answer.headers)),
    body: Buffer.from(await answer.arrayBuffer()),
  };
}

const travelling = (headers) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !LOCAL.includes(name)));
