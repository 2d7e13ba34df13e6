import type { Clock } from '../lib/clock.ts';
import type { Store } from '../store/store.ts';

/** Does one piece of work after the other, in this process. */
export type Line = <T>(work: () => Promise<T>) => Promise<T>;

export function createLine(): Line {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(work);
    last = mine.catch(() => undefined);
    return mine;
  };
}

/** Something that only one may do at a time, over all processes. */
export type Turn = {
  /** @returns what `work` gave, or null when the turn did not come in time. */
  take<T>(work: () => Promise<T>): Promise<T | null>;
};

type Deps = {
  clock: Clock;
  random: () => number;
  holder: string;
  store: Pick<Store, 'lease'>;
};

const TRIES = 20;

/**
 * Those of this process wait in line, and the first in line waits for the named lease: so a hundred of them ask the database no
 * more often than one would.
 *
 * @param leaseMs longer than the work may take.
 */
export function createTurn(deps: Deps, name: string, leaseMs: number): Turn {
  const line = createLine();
  const own = async <T>(work: () => Promise<T>): Promise<T | null> => {
    for (let tries = 0; tries < TRIES; tries++) {
      if (await deps.store.lease(name, deps.holder, leaseMs)) {
        try {
          return await work();
        } finally {
          await deps.store.lease(name, deps.holder, 0);
        }
      }
      await deps.clock.sleep(250 + 250 * deps.random());
    }
    return null;
  };
  return { take: (work) => line(() => own(work)) };
}
