import { Agent, request } from 'node:http';
import fc from 'fast-check';
import pino from 'pino';
import Stripe from 'stripe';
import { createClock } from '../../src/lib/clock.ts';
import { NOBODY } from '../../src/metrics/observers.ts';
import type { HttpDeps, WebhookDeps } from '../../src/webhook/deps.ts';
import { createUnkept } from '../../src/webhook/refusals.ts';
import { buildServer } from '../../src/webhook/server.ts';
import { fixture } from './parsers.ts';
import { failureOf } from './property.ts';
import { anyJson, mutated, odd } from './texts.ts';

const SECRET = 'whsec_of_the_fuzz_0123456789';
const TOKEN = 'token-of-the-fuzz-0123456789';
const METRICS_TOKEN = 'metrics-token-of-the-fuzz-01';
const PAGE = 'orderly_of_the_fuzz 1\n';
const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS', 'PATCH'];
const PATHS = ['/stripe-webhook', '/servers-provision', '/healthz', '/readyz', '/metrics', '/'];

type Call = { method: string; path: string; headers: Record<string, string>; body: string };

const headerText = odd.map((text) => text.replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, '').slice(0, 2_000));
const json = anyJson.map((value) => JSON.stringify(value) ?? 'null');
const call: fc.Arbitrary<Call> = fc
  .record({
    method: fc.constantFrom(...METHODS, 'POST', 'POST', 'POST', 'POST', 'POST'),
    path: fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...PATHS) }, { weight: 1, arbitrary: odd }),
    query: fc.option(odd, { nil: '' }),
    type: fc.oneof(
      { weight: 4, arbitrary: fc.constant('application/json') },
      { weight: 1, arbitrary: headerText },
    ),
    signature: fc.constantFrom('ours', 'ours', 'odd', 'none'),
    authorization: fc.oneof(fc.constantFrom(`Bearer ${TOKEN}`, `Bearer ${METRICS_TOKEN}`), headerText),
    said: headerText,
    body: fc.oneof(
      mutated(fixture).map((event) => JSON.stringify(event) ?? ''),
      json,
      odd,
      json.map((order_id) => `{"order_id": ${order_id}}`),
      fc.constant('{"__proto__": {"a": 1}}'),
    ),
  })
  .map(({ method, path, query, type, signature, authorization, said, body }) => {
    const url = path.startsWith('/') ? path : `/${encodeURIComponent(path.toWellFormed())}`;
    const sent = body.toWellFormed();
    const signed = Stripe.webhooks.generateTestHeaderString({ payload: sent, secret: SECRET });
    return {
      method,
      path: `${url}${query === '' ? '' : `?${encodeURIComponent(query.toWellFormed())}`}`
        .slice(0, 4_000)
        .replaceAll(/[^\x21-\x7e]/g, ''),
      headers: {
        'content-type': type,
        authorization,
        ...(signature === 'none' ? {} : { 'stripe-signature': signature === 'ours' ? signed : said }),
      },
      body: sent,
    };
  });

/**
 * So many calls of the real server, over a store that takes all: what it says is in words, none is a 5xx, and neither an answer nor the log
 * says a secret or the payload.
 *
 * @returns what is wrong, in words that repeat it; null when nothing is. `statuses`: how often each was answered.
 */
export async function fuzzHttp(
  seed: number,
  runs: number,
): Promise<{ wrong: string | null; statuses: Record<string, number> }> {
  const statuses: Record<string, number> = {};
  const lines: string[] = [];
  const server = openServer(lines);
  const base = await server.listen({ host: '127.0.0.1', port: 0 });
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  try {
    const details = await fc.check(
      fc.asyncProperty(call, async (one) => {
        lines.length = 0;
        const { status, said } = await send(base, agent, one);
        statuses[status] = (statuses[status] ?? 0) + 1;
        const all = `${said}${lines.join('')}`;
        if (status >= 500) throw new Error(`answered ${status}: ${said}`);
        if (said.includes(PAGE) && one.headers.authorization !== `Bearer ${METRICS_TOKEN}`)
          throw new Error('it shows the metrics to anybody');
        // Who may not read the metrics is told nothing at all.
        if (status === 401 && said === '' && one.path.startsWith('/metrics')) return;
        if (status >= 400 && one.method !== 'HEAD' && typeof JSON.parse(said).error !== 'string')
          throw new Error(`said ${said}`);
        for (const secret of [SECRET, TOKEN, METRICS_TOKEN])
          if (all.includes(secret)) throw new Error(`it says a secret: ${all}`);
        if (one.body.length > 30 && all.includes(one.body)) throw new Error(`it says the payload: ${all}`);
      }),
      { seed, numRuns: runs },
    );
    return { wrong: failureOf(details), statuses };
  } finally {
    agent.destroy();
    await server.close();
  }
}

function openServer(lines: string[]) {
  const clock = createClock();
  const ok = async () => ({ status: 'ok' as const });
  const webhook: WebhookDeps & HttpDeps = {
    clock,
    log: pino({ level: 'trace', base: null }, { write: (line: string) => lines.push(line) }),
    store: {
      ingest: async (events) => ({
        status: 'ok',
        events: events.map(({ id }) => ({ id, status: 'stored', state: 'processed', hint: null })),
      }),
      refuse: ok,
      warn: ok,
      provisionOrder: async () => ({ status: 'ok', outcome: 'unknown', hint: null }),
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
    metrics: { token: METRICS_TOKEN, contentType: 'text/plain', text: async () => PAGE },
  };
  return buildServer(webhook, webhook);
}

/** Rejects when there is no answer within five seconds. */
function send(
  base: string,
  agent: Agent,
  { method, path, headers, body }: Call,
): Promise<{ status: number; said: string }> {
  return new Promise((resolve, reject) => {
    const sent = request(`${base}`, { method, path, agent, headers, timeout: 5_000 }, (answer) => {
      let said = '';
      answer.on('data', (chunk) => {
        said += chunk;
      });
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, said }));
      answer.on('error', reject);
    });
    sent.once('timeout', () => sent.destroy(new Error('no answer')));
    sent.once('error', reject);
    sent.end(method === 'GET' || method === 'HEAD' ? undefined : body);
  });
}
