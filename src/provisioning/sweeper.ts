import type { Logger } from 'pino';
import type { Clock } from '../lib/clock.ts';
import { toError } from '../lib/failure.ts';
import type { Loops } from '../lib/loops.ts';
import type { Timings } from '../orders/timings.ts';
import type { Hint, Store } from '../store/store.ts';
import { createOwnLooks } from './own-looks.ts';
import type { Hints } from './queue.ts';

type SweeperDeps = {
  clock: Clock;
  timings: Timings;
  log: Logger;
  loops: Loops;
  store: Pick<Store, 'due'>;
  hints: Pick<Hints, 'send'>;
  look: (hint: Hint) => Promise<void>;
};

const MOST_AT_ONCE = 200;

/**
 * Finds what is due and not being looked at, and sends its hint again; also raises the alert of what is overdue (the
 * database does that in the same call). Without Redis it looks by itself.
 *
 * @returns stop, which waits for what is under way; `lastSweepMs` says when the last one succeeded, `failingSinceMs` since
 * when none has, null while they do.
 */
export function startSweeper(deps: SweeperDeps): {
  stop(): Promise<void>;
  lastSweepMs(): number;
  failingSinceMs(): number | null;
} {
  const stopping = new AbortController();
  let lastSweepMs = 0;
  let failingSinceMs: number | null = null;
  const ownLooks = createOwnLooks(deps);
  const { sweepMs, databaseMs } = deps.timings;
  const round = deps.loops.start('sweep');
  const loop = async () => {
    while (!stopping.signal.aborted) {
      round.beat(sweepMs + databaseMs);
      try {
        const { hints } = await deps.store.due(MOST_AT_ONCE);
        lastSweepMs = deps.clock.now();
        failingSinceMs = null;
        ownLooks.replace(await sendAll(deps, hints));
      } catch (thrown) {
        failingSinceMs ??= deps.clock.now();
        deps.log.warn({ reason: toError(thrown).message }, 'a sweep failed; the next one follows');
      }
      await deps.clock.sleep(sweepMs, stopping.signal);
    }
    round.end();
  };
  const running = loop();
  return {
    lastSweepMs: () => lastSweepMs,
    failingSinceMs: () => failingSinceMs,
    stop: async () => {
      stopping.abort();
      await running;
      await ownLooks.stop();
    },
  };
}

/** @returns those that Redis did not take. */
async function sendAll(deps: SweeperDeps, hints: Hint[]): Promise<Hint[]> {
  for (const [index, hint] of hints.entries()) {
    // One that is not taken means that Redis is away: asking for each of the others would only cost time.
    if (!(await deps.hints.send(hint))) return hints.slice(index);
  }
  return [];
}
