import pino from 'pino';
import { afterAll, beforeAll } from 'vitest';
import { signedEvent } from '../../bench/events.ts';
import { createClock } from '../../src/lib/clock.ts';
import { NOBODY } from '../../src/metrics/observers.ts';
import type { HttpDeps, WebhookDeps } from '../../src/webhook/deps.ts';
import { createUnkept, type RefusedCall } from '../../src/webhook/refusals.ts';
import { buildServer } from '../../src/webhook/server.ts';

export const SECRET = 'whsec_of_this_test_0123456789';
export const TOKEN = 'token-of-this-test-0123456789';

/** The HTTP server as it is, over a store that takes everything and counts: what the database does is another test's. */
export function useWebhook() {
  const seen = { events: 0, refused: [] as RefusedCall[], orders: 0, log: [] as string[] };
  const log = pino({ level: 'info', base: null }, { write: (line: string) => seen.log.push(line) });
  const clock = createClock();
  const webhook: WebhookDeps & HttpDeps = {
    clock,
    log,
    store: {
      ingest: async (events) => {
        seen.events += events.length;
        return {
          status: 'ok',
          events: events.map(({ id }) => ({ id, status: 'stored', state: 'processed', hint: null })),
        };
      },
      refuse: async (call) => {
        seen.refused.push(call as RefusedCall);
        return { status: 'ok' };
      },
      warn: async () => ({ status: 'ok' }),
      provisionOrder: async () => {
        seen.orders += 1;
        return { status: 'ok', outcome: 'unknown', hint: null };
      },
      health: async () => ({ status: 'ok', migrations: 1 }),
    },
    hints: { send: async () => true },
    unkept: createUnkept(clock),
    webhookSecrets: [SECRET],
    livemode: false,
    provisionTokens: [TOKEN],
    observe: NOBODY,
    troubles: () => [],
    parts: () => ({}),
    still: () => [],
    metrics: null,
  };
  const server = buildServer(webhook, webhook);
  let base = '';
  beforeAll(async () => {
    base = await server.listen({ host: '127.0.0.1', port: 0 });
  });
  afterAll(() => server.close());
  return {
    server,
    seen,
    base: () => base,
    /** A delivery, signed with our secret unless told otherwise. @returns its status. */
    deliver: async (secret = SECRET): Promise<number> => {
      const { body, header } = signedEvent(secret, Date.now(), 'addon');
      const headers = { 'content-type': 'application/json', 'stripe-signature': header };
      const answer = await fetch(`${base}/stripe-webhook`, { method: 'POST', headers, body });
      await answer.arrayBuffer();
      return answer.status;
    },
    /** The same without a socket, which is much faster. */
    inject: async (secret: string): Promise<number> => {
      const { body, header } = signedEvent(secret, Date.now(), 'addon');
      const headers = { 'content-type': 'application/json', 'stripe-signature': header };
      return (await server.inject({ method: 'POST', url: '/stripe-webhook', headers, payload: body }))
        .statusCode;
    },
    provision: async (token: string): Promise<number> => {
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
      const answer = await fetch(`${base}/servers-provision`, {
        method: 'POST',
        headers,
        body: '{"order_id": "1"}',
      });
      await answer.arrayBuffer();
      return answer.status;
    },
  };
}
