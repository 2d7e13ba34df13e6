import type { Clock } from './clock.ts';

const MINUTE_MS = 60_000;

/** Runs what it is given at most once a minute of the clock: what fails every few seconds would fill the log. */
export function createSeldom(clock: Clock): (say: () => void) => void {
  let saidMs = Number.NEGATIVE_INFINITY;
  return (say) => {
    if (clock.now() - saidMs < MINUTE_MS) return;
    saidMs = clock.now();
    say();
  };
}
