import type { Logger } from 'pino';
import type { Clock } from '../lib/clock.ts';
import { toError } from '../lib/failure.ts';
import type { Timings } from '../orders/timings.ts';
import type { Hint, Store } from '../store/store.ts';
import type { Hints } from './queue.ts';

type SweeperDeps = {
  clock: Clock;
  timings: Timings;
  log: Logger;
  store: Pick<Store, 'due'>;
  hints: Pick<Hints, 'send'>;
  look: (hint: Hint) => Promise<void>;
};

const MOST_AT_ONCE = 200;
/** Looks of our own while Redis is away: slower than the workers, but nothing stands still. */
const OWN_LOOKS = 5;

/**
 * Finds what is due and not being looked at, and sends its hint again; also raises the alert of what is overdue (the
 * database does that in the same call). Without Redis it looks by itself.
 *
 * @returns stop, which waits for what is under way; `lastSweepMs` says when the last one succeeded, `failingSinceMs` since
 * when none has, null while they do: a sweep that takes long to look by itself is late and doesn't fail.
 */
export function startSweeper(deps: SweeperDeps): {
  stop(): Promise<void>;
  lastSweepMs(): number;
  failingSinceMs(): number | null;
} {
  const stopping = new AbortController();
  let lastSweepMs = 0;
  let failingSinceMs: number | null = null;
  const loop = async () => {
    while (!stopping.signal.aborted) {
      try {
        const { hints } = await deps.store.due(MOST_AT_ONCE);
        lastSweepMs = deps.clock.now();
        failingSinceMs = null;
        await sendAll(deps, hints, stopping.signal);
      } catch (thrown) {
        failingSinceMs ??= deps.clock.now();
        deps.log.warn({ reason: toError(thrown).message }, 'a sweep failed; the next one follows');
      }
      await deps.clock.sleep(deps.timings.sweepMs, stopping.signal);
    }
  };
  const running = loop();
  return {
    lastSweepMs: () => lastSweepMs,
    failingSinceMs: () => failingSinceMs,
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}

async function sendAll(deps: SweeperDeps, hints: Hint[], stopping: AbortSignal): Promise<void> {
  const unsent: Hint[] = [];
  for (const hint of hints) {
    if (!(await deps.hints.send(hint))) unsent.push(hint);
    // One that is not taken means that Redis is away: asking for each of the others would only cost time.
    if (unsent.length > 0) break;
  }
  if (unsent.length === 0) return;
  const rest = hints.slice(hints.indexOf(unsent[0]!));
  while (rest.length > 0 && !stopping.aborted) {
    const batch = rest.splice(0, OWN_LOOKS);
    const looks = await Promise.allSettled(batch.map(deps.look));
    for (const result of looks) {
      if (result.status === 'rejected') {
        deps.log.warn({ reason: toError(result.reason).message }, 'a look did not end');
      }
    }
  }
}
