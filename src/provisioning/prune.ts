import type { Store } from '../store/store.ts';
import type { Chore } from './chores.ts';

/** In one call: well within the time that a call has. */
const AT_ONCE = 1_000;

/**
 * Lets the payloads of old events go, which nothing is decided by any more.
 *
 * @param days how long they are kept after they came; null keeps them for ever.
 */
export function pruneChore(
  deps: { store: Pick<Store, 'prune'>; timings: { pruneMs: number } },
  days: number | null,
): Chore[] {
  if (days === null) return [];
  return [
    {
      name: 'prune',
      everyMs: deps.timings.pruneMs,
      run: async (round) => {
        while (!round.stopping.aborted && (await round.keep())) {
          if ((await deps.store.prune(days, AT_ONCE)).pruned < AT_ONCE) return;
        }
      },
    },
  ];
}
