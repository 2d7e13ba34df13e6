import type { Logger } from 'pino';
import type { Clock } from '../lib/clock.ts';
import { toError } from '../lib/failure.ts';
import type { Loops } from '../lib/loops.ts';
import type { Store } from '../store/store.ts';

/** A round that failed is done again soon, however seldom the chore is. */
const AGAIN_MS = 60_000;

export type ChoreDeps = {
  clock: Clock;
  log: Logger;
  loops: Loops;
  holder: string;
  store: Pick<Store, 'lease'>;
};

/** One round of a chore. A long one asks now and then whether it may go on: `keep` is false when another process took over. */
export type Round = { keep(): Promise<boolean>; stopping: AbortSignal };

/** Something that one process does now and then. */
export type Chore = { name: string; everyMs: number; run(round: Round): Promise<void> };

/** Long enough for a slow round, short enough that another process takes over soon. */
const LEASE_MS = { least: 15_000, most: 60_000 };

/** A round that does not say in between that it goes on; the longest waits for its share of the panel's requests, page by page. */
const ROUND_MS = 60 * 60_000;
/** How often somebody who waits for a chore asks whether it is free. */
const ASK_MS = 2_000;

/**
 * Does a chore once, as soon as no other process does it, and keeps the others from it meanwhile.
 *
 * @param onWait called when another one does it at first.
 * @throws Error when another process took over, because this one was held up for longer than its lease.
 */
export async function doChoreInTurn<T>(
  deps: Omit<ChoreDeps, 'log' | 'loops'>,
  chore: { name: string; run(round: Round): Promise<T> },
  onWait: () => void,
): Promise<T> {
  const lease = (ms: number) => deps.store.lease(`chore:${chore.name}`, deps.holder, ms);
  const keep = async () => {
    if (await lease(LEASE_MS.most)) return true;
    throw new Error('another process took over meanwhile; what was done until then is kept');
  };
  if (!(await lease(LEASE_MS.most))) {
    onWait();
    do await deps.clock.sleep(ASK_MS);
    while (!(await lease(LEASE_MS.most)));
  }
  try {
    return await chore.run({ keep, stopping: new AbortController().signal });
  } finally {
    await lease(0);
  }
}

/**
 * Does a chore at the start and then every so often, in one process at a time. A round that fails is said and done again the next time.
 *
 * @returns stop, which waits for the round under way.
 */
export function startChore(deps: ChoreDeps, chore: Chore): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const leaseMs = Math.min(LEASE_MS.most, Math.max(LEASE_MS.least, 3 * chore.everyMs));
  const name = `chore:${chore.name}`;
  const rounds = deps.loops.start(chore.name);
  const keep = () => {
    rounds.beat(ROUND_MS);
    return deps.store.lease(name, deps.holder, leaseMs);
  };
  const round = async () => {
    if (await keep()) await chore.run({ keep, stopping: stopping.signal });
  };
  const loop = async () => {
    while (!stopping.signal.aborted) {
      let waitMs = chore.everyMs;
      try {
        await round();
      } catch (thrown) {
        waitMs = Math.min(waitMs, AGAIN_MS);
        deps.log.warn(
          { chore: chore.name, reason: toError(thrown).message },
          'a chore failed; it is done again later',
        );
      }
      rounds.beat(waitMs);
      await deps.clock.sleep(waitMs, stopping.signal);
    }
    rounds.end();
  };
  const running = loop();
  return {
    stop: async () => {
      stopping.abort();
      await running;
      await deps.store.lease(name, deps.holder, 0).catch((thrown: unknown) => {
        deps.log.warn(
          { chore: chore.name, reason: toError(thrown).message },
          'a chore could not be given back',
        );
      });
    },
  };
}
