import { type Clock, createClock } from '../src/lib/clock.ts';

/** What another process or the database needs to have the same clock. */
export type ClockSetting = { factor: number; startMs: number; startedAtMs: number };

/** A clock whose speed can be changed, and which can be set on, while others use it. It never goes back. */
export type MovableClock = Clock & {
  setting(): ClockSetting;
  /** Goes on as this says; who sleeps until a time is woken when that time has come by the new clock. */
  rebase(setting: ClockSetting): void;
};

export function createMovableClock(first: ClockSetting): MovableClock {
  let setting = first;
  let inner = createClock(first.factor, first.startMs, first.startedAtMs);
  let moved = new AbortController();
  let last = 0;
  const now = () => {
    last = Math.max(last, inner.now());
    return last;
  };
  return {
    now,
    setting: () => setting,
    rebase(next) {
      setting = next;
      inner = createClock(next.factor, next.startMs, next.startedAtMs);
      const before = moved;
      moved = new AbortController();
      before.abort();
    },
    async sleep(ms, signal) {
      const untilMs = now() + ms;
      for (;;) {
        const { signal: isMoved } = moved;
        const left = untilMs - now();
        await inner.sleep(Math.max(0, left), signal ? AbortSignal.any([signal, isMoved]) : isMoved);
        if (signal?.aborted || !isMoved.aborted) return;
      }
    },
    // A call under way keeps the real time that it was given.
    timeout: (ms) => inner.timeout(ms),
  };
}
