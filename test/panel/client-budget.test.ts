import { afterEach, expect, it } from 'vitest';
import { createClock } from '../../src/lib/clock.ts';
import { createPanelClient } from '../../src/panel/client.ts';
import { startOther } from './not-a-panel.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

it.each([
  ["the panel's own 429 holds everybody for as long as it says", 'ThrottleRequestsException', '54', [54_000]],
  [
    'a 429 that asks for a day holds everybody for five minutes',
    'ThrottleRequestsException',
    '86400',
    [300_000],
  ],
  ["a node's own 429 is about that node and holds nobody", 'DaemonConnectionException', '54', []],
])('%s', async (_name, code, retryAfter, expected) => {
  const body = JSON.stringify({ errors: [{ code, status: '429', detail: 'Too Many Attempts.' }] });
  const other = await startOther(
    (_request, response) => void response.writeHead(429, { 'retry-after': retryAfter }).end(body),
  );
  stops.push(other.stop);
  const holds: number[] = [];
  const budget = {
    take: async () => 0,
    hold: async (ms: number) => {
      holds.push(ms);
    },
  };
  await createPanelClient({ url: other.url, apiKey: 'ptla_x', clock: createClock(), budget }).listNodes();
  expect(holds).toEqual(expected);
});
