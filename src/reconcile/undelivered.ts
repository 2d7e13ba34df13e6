import type { Round } from '../provisioning/chores.ts';
import { HANDLED_EVENTS } from '../stripe/effect.ts';
import { toStore } from '../stripe/event-to-store.ts';
import { type ReconcileDeps, StripeLookError } from './deps.ts';
import { isLate, recover, type Tally } from './recover.ts';

/** Events are listed by the second, and clocks differ: each look begins a little before the end of the last. */
const OVERLAP_MS = 10 * 60_000;
const MOST_PAGES = 1_000;

/**
 * Asks Stripe for events that no endpoint took, and takes those that we don't have. What is younger than the cutover alone; the
 * cursor moves only when the look came to its end.
 *
 * @param why what keeps Stripe from delivering, as far as it is known.
 * @throws StripeLookError, StoreError
 */
export async function takeUndelivered(deps: ReconcileDeps, round: Round, why: string): Promise<Tally> {
  const { cutover_at, events_until } = await deps.store.reconcileState();
  const began = deps.clock.now();
  const tally: Tally = { taken: 0, recovered: 0 };
  const since = Math.max(cutover_at, (events_until ?? cutover_at) - OVERLAP_MS);
  const window = { sinceSeconds: Math.floor(since / 1000), types: HANDLED_EVENTS, maxPages: MOST_PAGES };
  for await (const page of deps.stripe.listUndeliveredEvents(window)) {
    if (page.kind === 'fault') throw new StripeLookError(page.message);
    if (!(await round.keep())) return tally;
    const unknown = new Set(
      (await deps.store.unknown({ events: page.values.map(({ event }) => event.id) })).events,
    );
    for (const { event, raw } of page.values.filter(({ event }) => unknown.has(event.id))) {
      const late = isLate(deps, event.created * 1000) ? why : null;
      if (!(await recover(deps, round, tally, toStore(event, raw, deps.livemode), late))) return tally;
    }
  }
  await deps.store.reportCheck({
    name: 'undelivered',
    result: { until: new Date(began), ...tally },
    warnings: [],
  });
  return tally;
}
