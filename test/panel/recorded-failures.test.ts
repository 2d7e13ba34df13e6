import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createClock } from '../../src/lib/clock.ts';
import { createSender, type PanelHttpDeps } from '../../src/panel/http.ts';
import { missingAsNull } from '../../src/panel/missing.ts';
import type { PanelFault } from '../../src/panel/types.ts';
import { failureOfPanel } from '../../src/provisioning/panel-failure.ts';
import { faultOf } from './fixtures.ts';
import { answeredAsNull, askedAt, recordedFailures } from './recorded-failure-table.ts';
import {
  type RecordedRequest,
  type RecordedResponse,
  recordedAnswers,
  recordingNames,
} from './recordings.ts';

type Answer = () => Promise<Response>;

/** The fault of the real transport when the panel answers so. */
async function faultWhen(answer: Answer, label = 'POST /servers', deps: Partial<PanelHttpDeps> = {}) {
  const send = createSender({
    url: 'http://panel',
    apiKey: 'k',
    clock: createClock(),
    timeoutMs: 5_000,
    fetch: answer,
    ...deps,
  });
  const [method, path] = label.split(' ') as ['GET', string];
  return faultOf(await send({ method, path }, z.object({ object: z.string() })));
}

const answering = (status: number, text: string, headers: Record<string, string> = {}): Answer => {
  return async () => new Response(text, { status, headers });
};

function recordedReply({ status, headers, body }: RecordedResponse): Answer {
  return answering(status, typeof body === 'string' ? body : JSON.stringify(body ?? ''), headers);
}

function labelOf(key: string, request: RecordedRequest | null): string {
  const path = request?.path.replace('/api/application', '').split('?')[0];
  const label = request === null ? askedAt[key] : `${request.method} ${path}`;
  if (label === undefined)
    throw new Error(`what was asked at ${key} is not told by the recording: add it to askedAt`);
  return label;
}

const refusals = recordingNames()
  .flatMap(recordedAnswers)
  .filter(({ response }) => response.status >= 300)
  .map(({ key, request, response }) => ({
    key,
    label: labelOf(key, request),
    answer: recordedReply(response),
  }));

describe('every refusal that the real panel gave', () => {
  it('has one row in the table, and every row has its recording', () => {
    const rows = Object.values(recordedFailures).flat();
    expect(rows.toSorted()).toEqual(refusals.map(({ key }) => key).toSorted());
    expect(refusals.length).toBeGreaterThan(80);
  });

  it.each(refusals)('$key: $label', async ({ key, label, answer }) => {
    const fault = await faultWhen(answer, label);
    const expected = Object.entries(recordedFailures).find(([, keys]) => keys.includes(key))?.[0];
    const failure = failureOfPanel(fault, 3);
    expect(failure.code).toBe(expected);
    expect(failure.detail).toContain(`${label} → `);
    expect(failure.nodeId).toBe(expected === 'node_unreachable' ? 3 : undefined);
    expect(typeof failure.evidence).toBe(expected === 'bug' ? 'string' : 'undefined');
  });

  it('the missing records that a look-up answers with null are these, and no others', async () => {
    const nulls: string[] = [];
    for (const { key, label, answer } of refusals) {
      const fault = await faultWhen(answer, label);
      const result = missingAsNull({ kind: 'fault', fault, panelTimeMs: null });
      if (label.startsWith('GET') && result.kind === 'ok') nulls.push(key);
    }
    expect(nulls.toSorted()).toEqual(answeredAsNull);
  });
});

const thrown =
  (code: string, syscall?: string): Answer =>
  async () => {
    throw Object.assign(new TypeError('fetch failed'), { cause: { code, syscall } });
  };
const never: Answer = () => new Promise(() => {});
const expired = { clock: { ...createClock(), timeout: () => AbortSignal.abort() } };
const held = { budget: { take: async () => 7_000, hold: async () => {} } };

describe('no answer, or one that is not the API', () => {
  it.each<[string, string, Answer, Partial<PanelHttpDeps>?]>([
    ['a refused connection', 'panel_unreachable', thrown('ECONNREFUSED', 'connect')],
    ['an unknown host', 'panel_unreachable', thrown('ENOTFOUND', 'getaddrinfo')],
    ['a cut connection', 'panel_unreachable', thrown('ECONNRESET', 'read')],
    ['a timeout', 'panel_unreachable', thrown('ABORT_ERR'), expired],
    ['an HTML 502 of a proxy', 'panel_html', answering(502, '<title>502 Bad Gateway</title>')],
    ['an HTML page with status 200', 'panel_html', answering(200, '<title>Log in</title>')],
    ['a redirect', 'panel_redirect', answering(301, '', { location: 'https://panel/login' })],
    ['JSON of a wrong shape', 'panel_strange', answering(200, '{"hello":"world"}')],
    ['a refusal of a wrong shape', 'panel_strange', answering(500, '{"message":"Server Error"}')],
    ['an empty body', 'panel_html', answering(200, '')],
    ['an empty 502', 'panel_html', answering(502, '')],
    ['a 429 of the panel', 'panel_rate_limited', answering(429, errorBody('ThrottleRequestsException', 429))],
    ['a 429 page of a proxy', 'panel_rate_limited', answering(429, '<title>Slow down</title>')],
    ['a 429 in a JSON of its own', 'panel_rate_limited', answering(429, '{"message":"limit"}')],
    ['a held budget', 'panel_busy', never, held],
    ['a node that says 429', 'node_unreachable', answering(429, errorBody('DaemonConnectionException', 429))],
  ])('%s is %s', async (_name, code, answer, deps) => {
    const failure = failureOfPanel(await faultWhen(answer, 'GET /nodes', deps));
    expect(failure.code).toBe(code);
    expect(failure.evidence).toBeUndefined();
  });

  it('a wait that was asked for is handed on', async () => {
    const limited = await faultWhen(answering(429, '', { 'retry-after': '54' }));
    expect(failureOfPanel(limited).retryAfterMs).toBe(54_000);
    expect(failureOfPanel(await faultWhen(never, 'GET /nodes', held)).retryAfterMs).toBe(7_000);
  });
});

function errorBody(code: string, status: number, meta?: PanelFault['fields'][number]): string {
  const shown = meta && { source_field: meta.field, rule: meta.rule };
  return JSON.stringify({
    errors: [{ code, status: String(status), detail: 'why', ...(shown ? { meta: shown } : {}) }],
  });
}
