import { expect, it } from 'vitest';
import { TIMINGS } from '../../src/orders/timings.ts';
import {
  type BotFacts,
  deadBotParts,
  deadWorkerParts,
  type WorkerFacts,
} from '../../src/watchdog/dead-parts.ts';

const NOW = 1_800_000_000_000;
const ago = (seconds: number) => NOW - seconds * 1_000;
const WORKER: WorkerFacts = { lastSweepMs: ago(5), isRedisReady: true };
const BOT: BotFacts = { lastRoundMs: ago(1), isConnected: true, standsBy: false, waitingSinceMs: null };

it.each<[string, Partial<WorkerFacts>, string[]]>([
  ['nothing is dead when all is well', {}, []],
  ['a sweep that failed a few times is no sign yet', { lastSweepMs: ago(30) }, []],
  ['no sweep for more than half a minute', { lastSweepMs: ago(31) }, ['sweep']],
  ['no sweep ever', { lastSweepMs: 0 }, ['sweep']],
  ['no Redis', { isRedisReady: false }, ['redis']],
  ['all at once, each by its name', { lastSweepMs: 0, isRedisReady: false }, ['sweep', 'redis']],
])('worker: %s', (_case, facts, dead) => {
  expect(deadWorkerParts(NOW, { ...WORKER, ...facts }, TIMINGS)).toEqual(dead);
});

it.each<[string, Partial<BotFacts>, string[]]>([
  ['nothing is dead when all is well', {}, []],
  ['an outbox that does not get through', { lastRoundMs: ago(31) }, ['outbox']],
  ['no connection to Discord', { isConnected: false }, ['discord']],
  ['no connection of one that stands by', { isConnected: false, standsBy: true }, []],
  ['a message that waits its turn at Discord', { waitingSinceMs: ago(60) }, []],
  ['a Discord that is connected and takes no message', { waitingSinceMs: ago(61) }, ['discord']],
  [
    'all at once, each by its name',
    { lastRoundMs: 0, isConnected: false, waitingSinceMs: ago(99) },
    ['outbox', 'discord'],
  ],
])('bot: %s', (_case, facts, dead) => {
  expect(deadBotParts(NOW, { ...BOT, ...facts }, TIMINGS)).toEqual(dead);
});

it('a sweep that is set to be rare is late only after three of its intervals', () => {
  const timings = { ...TIMINGS, sweepMs: 60_000 };
  expect(deadWorkerParts(NOW, { ...WORKER, lastSweepMs: ago(180) }, timings)).toEqual([]);
  expect(deadWorkerParts(NOW, { ...WORKER, lastSweepMs: ago(181) }, timings)).toEqual(['sweep']);
});
