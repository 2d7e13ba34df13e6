/**
 * The only source of time. Production uses `systemClock`; the sandbox and the tests pass a faster one, so every
 * wait, timeout and "now" of the process speeds up by the same factor.
 */
export type Clock = {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after `ms` milliseconds of this clock, or at once when `signal` aborts. Never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** A signal that aborts after `ms` milliseconds of this clock: the timeout of an outbound call. */
  timeout(ms: number): AbortSignal;
};

/**
 * A clock that runs `factor` times as fast as the machine's, starting now.
 *
 * @param factor how many of its milliseconds pass in one real one; 1 is real time.
 * @param startMs what it shows at first, in milliseconds since the epoch.
 * @param startedAtMs the machine's time at which it showed `startMs`, so that two processes can share one clock.
 */
export function createClock(factor = 1, startMs = Date.now(), startedAtMs = Date.now()): Clock {
  const real = (ms: number) => Math.max(0, Math.ceil(ms / factor));
  return {
    now: () => Math.round(startMs + (Date.now() - startedAtMs) * factor),
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        const done = () => {
          clearTimeout(timer);
          signal?.removeEventListener('abort', done);
          resolve();
        };
        const timer = setTimeout(done, real(ms));
        signal?.addEventListener('abort', done, { once: true });
      }),
    timeout: (ms) => AbortSignal.timeout(real(ms)),
  };
}

export const systemClock: Clock = {
  ...createClock(),
  now: () => Date.now(),
};
