import type { Clock } from '../../src/lib/clock.ts';

/** A clock that stands still until it is stepped. */
export type VirtualClock = Clock & {
  /** Moves to `untilMs`, or to the next timer before it, which fires. @returns whether one fired. */
  step(untilMs: number): boolean;
  /** When the next sleep ends; null when nobody sleeps. Timeouts of calls do not count: they start nothing. */
  nextSleepMs(): number | null;
};

type Timer = { atMs: number; isSleep: boolean; fire: () => void };

export function createVirtualClock(startMs: number): VirtualClock {
  let nowMs = startMs;
  /** In the order in which they were set, which decides between equals. */
  const timers = new Set<Timer>();
  const first = (wanted: (timer: Timer) => boolean): Timer | null => {
    let best: Timer | null = null;
    for (const timer of timers) if (wanted(timer) && (!best || timer.atMs < best.atMs)) best = timer;
    return best;
  };
  return {
    now: () => nowMs,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        const timer = { atMs: nowMs + Math.max(0, Math.round(ms)), isSleep: true, fire: resolve };
        timers.add(timer);
        const onAbort = () => {
          timers.delete(timer);
          resolve();
        };
        signal?.addEventListener('abort', onAbort, { once: true });
      }),
    timeout: (ms) => {
      const controller = new AbortController();
      const fire = () => controller.abort(new DOMException('The operation timed out.', 'TimeoutError'));
      timers.add({ atMs: nowMs + Math.max(0, Math.round(ms)), isSleep: false, fire });
      return controller.signal;
    },
    step: (untilMs) => {
      const timer = first(({ atMs }) => atMs <= untilMs);
      nowMs = Math.max(nowMs, timer ? timer.atMs : untilMs);
      if (!timer) return false;
      timers.delete(timer);
      timer.fire();
      return true;
    },
    nextSleepMs: () => first(({ isSleep }) => isSleep)?.atMs ?? null,
  };
}
