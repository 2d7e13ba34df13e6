import pino from 'pino';
import { afterAll, expect, it } from 'vitest';
import { createLoops } from '../../src/lib/loops.ts';
import type { HttpDeps } from '../../src/webhook/deps.ts';
import { buildServer } from '../../src/webhook/server.ts';

const TOKEN = 'token-of-the-metrics-0123';
const lines: string[] = [];
let nowMs = 0;
const loops = createLoops({ now: () => nowMs, sleep: async () => {}, timeout: AbortSignal.timeout });
const deps: HttpDeps = {
  log: pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) }),
  store: { health: async () => ({ status: 'ok', migrations: 1 }) },
  troubles: () => [],
  parts: () => ({}),
  still: loops.still,
  metrics: { token: TOKEN, contentType: 'text/plain; version=0.0.4', text: async () => 'orderly_x 1\n' },
};
const server = buildServer(deps, null);
const off = buildServer({ ...deps, metrics: null }, null);
afterAll(() => Promise.all([server.close(), off.close()]));

const get = (authorization?: string, on = server) =>
  on.inject({ url: '/metrics', headers: authorization === undefined ? {} : { authorization } });

it('shows the metrics to whoever has the token, as Prometheus asks for them', async () => {
  const answer = await get(`Bearer ${TOKEN}`);
  expect([answer.statusCode, answer.body]).toEqual([200, 'orderly_x 1\n']);
  expect(answer.headers['content-type']).toContain('version=0.0.4');
});

it.each([undefined, '', TOKEN, 'Bearer', `Bearer ${TOKEN}x`, `Bearer ${TOKEN.slice(1)}`, `Basic ${TOKEN}`])(
  'answers 401 with nothing in it, and no line in the log, to %j',
  async (authorization) => {
    lines.length = 0;
    const answer = await get(authorization);
    expect([answer.statusCode, answer.body]).toEqual([401, '']);
    expect(lines).toEqual([]);
  },
);

it('is a path like any that does not exist where no token is set', async () => {
  const [asked, unknown] = await Promise.all([get(`Bearer ${TOKEN}`, off), off.inject('/nothing')]);
  expect([asked.statusCode, asked.body]).toEqual([404, unknown.body]);
});

it('a loop that is not heard of in time is named by /healthz, until it goes on or ends', async () => {
  const health = async () => {
    const answer = await server.inject('/healthz');
    return [answer.statusCode, answer.json()];
  };
  const well = [200, { status: 'ok' }];
  const sweep = loops.start('sweep');
  const look = loops.start('look');
  sweep.beat(1_000);
  look.beat(5_000);
  nowMs = 60_000;
  expect(await health()).toEqual(well);
  nowMs = 62_000;
  expect(await health()).toEqual([503, { status: 'stands still', loops: ['sweep'] }]);
  sweep.beat(1_000);
  expect(await health()).toEqual(well);
  nowMs = 70_000;
  expect(await health()).toEqual([503, { status: 'stands still', loops: ['look'] }]);
  look.end();
  expect(await health()).toEqual(well);
  sweep.end();
  nowMs = 1e9;
  expect(await health()).toEqual(well);
  expect([...loops.last()]).toEqual([
    ['sweep', 62_000],
    ['look', 0],
  ]);
});
