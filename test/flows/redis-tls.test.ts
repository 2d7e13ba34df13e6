import { afterAll, beforeAll, expect, it } from 'vitest';
import { until } from '../../sandbox/world.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { createLoops } from '../../src/lib/loops.ts';
import { createLog } from '../../src/log.ts';
import { createHints, startWorker } from '../../src/provisioning/queue.ts';
import { checkRedis } from '../../src/runbook/doctor/redis.ts';
import { said } from '../helpers/doctor.ts';
import { startTlsRedis } from '../helpers/tls-redis.ts';

const USER = { name: 'orderly', password: 'p-0123456789' };
let redis: Awaited<ReturnType<typeof startTlsRedis>>;
beforeAll(async () => {
  redis = await startTlsRedis(USER);
});
afterAll(() => redis.stop());

/** Both sides of the queue, as the product makes them. */
async function useQueue(redisUrl: string) {
  const lines: string[] = [];
  const log = createLog('info', { write: (line) => void lines.push(line) });
  const deps = { redisUrl, clock: systemClock, hintMs: 2_000, log };
  const looked: string[] = [];
  const hints = createHints(deps);
  const worker = startWorker(
    { ...deps, loops: createLoops(systemClock) },
    async ({ id }) => void looked.push(id),
  );
  const send = (id: string) => hints.send({ kind: 'order', id, version: 1, look_at: 0 });
  const stop = () => Promise.all([worker.stop(), hints.close()]);
  return { send, looked, worker, lines: () => lines.join(''), stop };
}

const doctorSays = async (url: string) =>
  said(await checkRedis({ url, timeoutMs: 3_000 }), 'redis, connects');

it('a certificate that nobody vouches for is not taken, and the log says why', async () => {
  const queue = await useQueue(redis.url(USER.name, USER.password));
  await until('the reason', () => queue.lines().includes('self-signed certificate'));
  expect(await queue.send('never')).toBe(false);
  expect(queue.worker.isReady()).toBe(false);
  await queue.stop();
});

it('hints go through TLS, with a name and a password, to a worker that looks', async () => {
  redis.trust();
  const queue = await useQueue(redis.url(USER.name, USER.password));
  await until('the worker is there', () => queue.worker.isReady());
  await until('the hint is taken', () => queue.send('order-1'));
  await until('a look', () => queue.looked.includes('order-1'));
  expect(queue.lines()).toBe('');
  await queue.stop();
  const found = await checkRedis({ url: redis.url(USER.name, USER.password), timeoutMs: 3_000 });
  expect(found.some(({ check, mark }) => check === 'version' && mark === 'ok')).toBe(true);
});

it.each([
  ['a wrong password', () => redis.url(USER.name, 'wrong-0123456789')],
  ['an unknown name', () => redis.url('nobody', USER.password)],
  ['no password', () => redis.url('', '').replace(':@', '')],
])('%s: said clearly, not ready, and never repeated', async (_case, url) => {
  redis.trust();
  const queue = await useQueue(url());
  await until('it is said', () =>
    queue.lines().includes('Redis refuses our name or password: set REDIS_URL'),
  );
  expect(queue.worker.isReady()).toBe(false);
  expect(await queue.send('never')).toBe(false);
  await queue.stop();
  expect(queue.lines()).not.toContain('0123456789');
  expect(await doctorSays(url())).toContain('it refuses our name or password');
});

it('redis:// where TLS is wanted gets no answer, and the doctor names rediss://', async () => {
  expect(await doctorSays(redis.plainUrl)).toContain('whether REDIS_URL needs rediss:// (TLS)');
});
