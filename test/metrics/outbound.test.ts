import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createClock } from '../../src/lib/clock.ts';
import { type OutboundOutcome, observedFetch } from '../../src/lib/outbound.ts';
import { createPanelClient } from '../../src/panel/client.ts';
import { ok } from '../../src/store/answers.ts';
import { createCall } from '../../src/store/call.ts';
import { createStripeClient } from '../../src/stripe/client.ts';

let server: Server;
let url: string;
let status = 200;
let isSilent = false;
beforeAll(async () => {
  server = createServer((_request, answer) => {
    if (!isSilent) answer.writeHead(status, { 'content-type': 'application/json' }).end('{"status": "ok"}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(resolve));
});

const clock = createClock();
const seen: [OutboundOutcome, number][] = [];
const observe = (outcome: OutboundOutcome, seconds: number) => void seen.push([outcome, seconds]);

/** One question to each, with a time limit in milliseconds. */
const ASK: [string, (base: string, ms: number) => Promise<unknown>][] = [
  [
    'the panel',
    (base, timeoutMs) =>
      createPanelClient({
        url: base,
        apiKey: 'ptla_x',
        clock,
        timeoutMs,
        fetch: observedFetch(observe),
      }).getServer(1),
  ],
  [
    'the database',
    (base, ms) =>
      createCall({ url: base, serviceKey: 'x', clock, observe })('orderly_health', {}, ok, ms).catch(
        () => null,
      ),
  ],
];

it.each(ASK)(
  'a request to %s is told of by how it went, and by how long its answer took to begin',
  async (_who, ask) => {
    for (const [answered, outcome] of [
      [200, 'ok'],
      [404, 'refused'],
      [429, 'limited'],
      [503, 'error'],
    ] as const) {
      status = answered;
      seen.length = 0;
      await ask(url, 5_000);
      expect(seen).toEqual([[outcome, expect.any(Number)]]);
      expect(seen[0]![1]).toBeLessThan(5);
    }
    seen.length = 0;
    isSilent = true;
    await ask(url, 60);
    isSilent = false;
    expect(seen).toEqual([['timeout', expect.any(Number)]]);
    expect(seen[0]![1]).toBeGreaterThan(0.05);
    seen.length = 0;
    await ask('http://127.0.0.1:9', 5_000);
    expect(seen).toEqual([['unreachable', expect.any(Number)]]);
  },
);

it('every request to Stripe is told of, those that its library repeats too', async () => {
  const stripe = createStripeClient({ secretKey: 'sk_test_0123456789', apiUrl: url, clock, observe });
  seen.length = 0;
  status = 404;
  await stripe.retrieveSession('cs_test_1');
  expect(seen.map(([outcome]) => outcome)).toEqual(['refused']);
  seen.length = 0;
  status = 500;
  await stripe.retrieveSession('cs_test_1');
  expect(seen.map(([outcome]) => outcome)).toEqual(['error', 'error', 'error']);
});
