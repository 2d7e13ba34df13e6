import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createMovableClock } from '../../sandbox/clock.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

const start = (factor: number) => createMovableClock({ factor, startMs: 5_000, startedAtMs: 1_000_000 });

test('a clock that is set on wakes who slept until then, and nobody else', async () => {
  const clock = start(1);
  const woken: string[] = [];
  void clock.sleep(60_000).then(() => woken.push('minute'));
  void clock.sleep(7_200_000).then(() => woken.push('two hours'));
  clock.rebase({ factor: 1, startMs: clock.now() + 3_600_000, startedAtMs: Date.now() });
  await vi.advanceTimersByTimeAsync(1);
  expect(woken).toEqual(['minute']);
  expect(clock.now()).toBeGreaterThanOrEqual(3_605_000);
});

test('a sleep under way follows the new speed, and can still be ended', async () => {
  const clock = start(1);
  let isOver = false;
  const ending = new AbortController();
  void clock.sleep(60_000).then(() => {
    isOver = true;
  });
  const ended = clock.sleep(60_000, ending.signal);
  clock.rebase({ factor: 60, startMs: clock.now(), startedAtMs: Date.now() });
  await vi.advanceTimersByTimeAsync(900);
  expect(isOver).toBe(false);
  ending.abort();
  await ended;
  await vi.advanceTimersByTimeAsync(200);
  expect(isOver).toBe(true);
});

test('it never goes back', () => {
  const clock = start(60);
  vi.setSystemTime(1_010_000);
  const before = clock.now();
  clock.rebase({ factor: 1, startMs: before - 1_000, startedAtMs: Date.now() });
  expect(clock.now()).toBe(before);
  vi.setSystemTime(1_012_000);
  expect(clock.now()).toBe(before + 1_000);
});
