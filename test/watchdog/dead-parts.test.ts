import { expect, it } from 'vitest';
import { TIMINGS } from '../../src/orders/timings.ts';
import { deadParts, type Facts } from '../../src/watchdog/dead-parts.ts';

const NOW = 1_800_000_000_000;
const ago = (seconds: number) => NOW - seconds * 1_000;
const ALIVE: Facts = {
  lastSweepMs: ago(5),
  lastRoundMs: ago(1),
  isConnected: true,
  waitingSinceMs: null,
  isRedisReady: true,
};

it.each<[string, Partial<Facts>, string[]]>([
  ['nothing is dead when all is well', {}, []],
  ['a sweep that failed a few times is no sign yet', { lastSweepMs: ago(30) }, []],
  ['no sweep for more than half a minute', { lastSweepMs: ago(31) }, ['sweep']],
  ['no sweep ever', { lastSweepMs: 0 }, ['sweep']],
  ['an outbox that does not get through', { lastRoundMs: ago(31) }, ['outbox']],
  ['no connection to Discord', { isConnected: false }, ['discord']],
  ['a message that waits its turn at Discord', { waitingSinceMs: ago(60) }, []],
  ['a Discord that is connected and takes no message', { waitingSinceMs: ago(61) }, ['discord']],
  ['no Redis', { isRedisReady: false }, ['redis']],
  [
    'all at once, each by its name',
    { lastSweepMs: 0, lastRoundMs: 0, isConnected: false, waitingSinceMs: ago(99), isRedisReady: false },
    ['sweep', 'outbox', 'discord', 'redis'],
  ],
])('%s', (_case, facts, dead) => {
  expect(deadParts(NOW, { ...ALIVE, ...facts }, TIMINGS)).toEqual(dead);
});

it('a sweep that is set to be rare is late only after three of its intervals', () => {
  const timings = { ...TIMINGS, sweepMs: 60_000 };
  expect(deadParts(NOW, { ...ALIVE, lastSweepMs: ago(180) }, timings)).toEqual([]);
  expect(deadParts(NOW, { ...ALIVE, lastSweepMs: ago(181) }, timings)).toEqual(['sweep']);
});
