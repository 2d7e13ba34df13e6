import { afterAll, beforeAll, expect, it } from 'vitest';
import { type DeadLine, startDeadLine } from '../../sandbox/dead-line.ts';
import { type EmbeddedRedis, startRedis } from '../../sandbox/embedded/redis.ts';
import { until } from '../../sandbox/world.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { createLoops } from '../../src/lib/loops.ts';
import { createLog } from '../../src/log.ts';
import { createHints, startWorker } from '../../src/provisioning/queue.ts';

let redis: EmbeddedRedis;
let toWorker: DeadLine;
let toSender: DeadLine;
beforeAll(async () => {
  redis = await startRedis();
  [toWorker, toSender] = await Promise.all([startDeadLine(redis.url), startDeadLine(redis.url)]);
});
afterAll(async () => {
  await Promise.all([toWorker.stop(), toSender.stop()]);
  await redis.stop();
});

/** Both sides of the queue, as the product makes them, each on a line of its own. */
function useQueue() {
  const deps = { clock: systemClock, hintMs: 500, log: createLog('silent') };
  const looked: string[] = [];
  const hints = createHints({ ...deps, redisUrl: toSender.url });
  const worker = startWorker(
    { ...deps, redisUrl: toWorker.url, loops: createLoops(systemClock) },
    async ({ id }) => void looked.push(id),
  );
  const send = (id: string) => hints.send({ kind: 'order', id, version: 1, look_at: 0 });
  return { send, looked, worker, hints, stop: () => Promise.all([worker.stop(), hints.close()]) };
}

it('connections that went dead without a word are made anew within half a minute, on both sides', async () => {
  const { send, looked, stop } = useQueue();
  await until('taken', () => send('before'));
  await until('looked at', () => looked.includes('before'));
  toWorker.cut();
  expect(await send('worker-cut')).toBe(true);
  await until(
    'looked at by a worker whose connections were dead',
    () => looked.includes('worker-cut'),
    30_000,
  );
  toSender.cut();
  expect(await send('sender-cut')).toBe(false);
  await until('taken from a sender whose connection was dead', () => send('sender-again'), 30_000);
  await until('looked at', () => looked.includes('sender-again'));
  await stop();
}, 90_000);

it('a Redis that takes connections and answers none is known not to be there', async () => {
  const { send, worker, hints, stop } = useQueue();
  await until('both are there', () => worker.isReady() && hints.isReady());
  for (const line of [toWorker, toSender]) {
    line.faults.silent = true;
    line.cut();
  }
  expect(await send('lost')).toBe(false);
  await until('known', () => !worker.isReady() && !hints.isReady(), 30_000);
  for (const line of [toWorker, toSender]) line.faults.silent = false;
  await until('there again', () => worker.isReady() && hints.isReady(), 30_000);
  await stop();
}, 90_000);
