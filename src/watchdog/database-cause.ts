import type { Clock } from '../lib/clock.ts';
import type { Timings } from '../orders/timings.ts';
import { databaseOverPage, databasePage, type Page } from './page.ts';

export type DatabaseCauseDeps = {
  clock: Clock;
  timings: Pick<Timings, 'pagerAfterMs'>;
  /** Since when no sweep of the database succeeds, in milliseconds of the clock; null while they do. */
  failingSinceMs: () => number | null;
};

/**
 * Pages once for each time that the database is away for longer than `pagerAfterMs`, and once when it is back. It is
 * remembered by this process alone: there is no database to ask.
 *
 * @param send true when the page was taken.
 * @returns a look, which answers false when a page has to go out and was not taken.
 */
export function createDatabaseCause(
  deps: DatabaseCauseDeps,
  send: (page: Page) => Promise<boolean>,
): () => Promise<boolean> {
  let paged: { sinceMs: number; isTaken: boolean } | null = null;
  return async () => {
    const sinceMs = deps.failingSinceMs();
    const now = deps.clock.now();
    if (sinceMs === null) {
      // Also when no page was known to be taken: its answer may have been lost, and an outage is never silent.
      if (paged !== null && !(await send(databaseOverPage(paged.sinceMs, now)))) return false;
      paged = null;
      return true;
    }
    if (now - sinceMs < deps.timings.pagerAfterMs && paged === null) return true;
    paged ??= { sinceMs, isTaken: false };
    if (!paged.isTaken) paged.isTaken = await send(databasePage(paged.sinceMs, now));
    return paged.isTaken;
  };
}
