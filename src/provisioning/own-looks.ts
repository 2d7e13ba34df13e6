import type { Logger } from 'pino';
import { toError } from '../lib/failure.ts';
import type { Hint } from '../store/store.ts';
import { idsOf } from './queue.ts';

/** Slower than the workers, but nothing stands still. */
const AT_ONCE = 5;

/** Looks of this process without the queue. */
export type OwnLooks = {
  /** What is to be looked at now, in this order; it takes the place of what was given before and has not begun. */
  replace(hints: Hint[]): void;
  /** Begins nothing new, and waits for what is under way. */
  stop(): Promise<void>;
};

/** Looks a few at a time while Redis is away. Nobody waits for them: the sweep, which raises the alerts, goes on meanwhile. */
export function createOwnLooks(deps: { log: Logger; look: (hint: Hint) => Promise<void> }): OwnLooks {
  let waiting: Hint[] = [];
  const underWay = new Map<string, Promise<void>>();
  const begin = (hint: Hint, key: string) => {
    const done = deps
      .look(hint)
      .catch((thrown: unknown) => {
        deps.log.warn({ ...idsOf(hint), reason: toError(thrown).message }, 'a look did not end');
      })
      .finally(() => {
        underWay.delete(key);
        fill();
      });
    underWay.set(key, done);
  };
  const fill = () => {
    while (underWay.size < AT_ONCE) {
      const hint = waiting.shift();
      if (!hint) return;
      const key = `${hint.kind}:${hint.id}`;
      if (!underWay.has(key)) begin(hint, key);
    }
  };
  return {
    replace: (hints) => {
      waiting = [...hints];
      fill();
    },
    stop: async () => {
      waiting = [];
      await Promise.all(underWay.values());
    },
  };
}
