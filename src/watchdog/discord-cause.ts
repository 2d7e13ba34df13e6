import type { Logger } from 'pino';
import type { Clock } from '../lib/clock.ts';
import { toError } from '../lib/failure.ts';
import { createSeldom } from '../lib/seldom.ts';
import type { Timings } from '../orders/timings.ts';
import type { Store, Unheard } from '../store/store.ts';
import { alertPage, morePage, type Page } from './page.ts';

export type DiscordCauseDeps = {
  clock: Clock;
  timings: Pick<Timings, 'pagerAfterMs' | 'watchdogMs'>;
  log: Logger;
  holder: string;
  store: Pick<Store, 'lease' | 'unheard' | 'paged'>;
};

const LEASE = 'pager';
const MOST_PAGES = 5;
const MOST_ALERTS = 200;

/**
 * Pages the alerts that Discord did not take: once each over all processes and restarts, because it is written down once
 * the page was taken. One process does it at a time.
 *
 * @param send true when the page was taken.
 * @returns a look, which answers false when a page has to go out and was not taken. Never rejects.
 */
export function createDiscordCause(
  deps: DiscordCauseDeps,
  send: (page: Page) => Promise<boolean>,
): () => Promise<boolean> {
  const seldom = createSeldom(deps.clock);
  // Taken, and perhaps not written down: where writing fails, the next look must not page again.
  const taken = new Set<number>();
  const leads = () => deps.store.lease(LEASE, deps.holder, 3 * deps.timings.watchdogMs);
  const page = async (what: Page, alerts: Unheard[]) => {
    if (!(await send(what))) return false;
    for (const { id } of alerts) taken.add(id);
    await record(alerts);
    return true;
  };
  const record = async (alerts: Unheard[]) => {
    for (const { id } of alerts) {
      await deps.store.paged(id);
      taken.delete(id);
    }
  };
  const look = async () => {
    if (!(await leads())) return true;
    const unheard = await deps.store.unheard(deps.timings.pagerAfterMs, MOST_ALERTS);
    const fresh = unheard.filter(({ id }) => !taken.has(id));
    const unwritten = unheard.filter(({ id }) => taken.has(id));
    for (const alert of fresh.slice(0, MOST_PAGES)) {
      if (!(await leads())) return true;
      if (!(await page(alertPage(alert, deps.clock.now()), [alert]))) return false;
    }
    const rest = fresh.slice(MOST_PAGES);
    if (rest.length > 0) {
      if (!(await leads())) return true;
      if (!(await page(morePage(rest, deps.clock.now()), rest))) return false;
    }
    await record(unwritten);
    return true;
  };
  return async () => {
    try {
      return await look();
    } catch (thrown) {
      seldom(() =>
        deps.log.warn({ reason: toError(thrown).message }, 'the pager could not ask the database'),
      );
      return true;
    }
  };
}
