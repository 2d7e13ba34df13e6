import type { Round } from '../provisioning/chores.ts';
import type { EventToStore } from '../store/store.ts';
import type { ReconcileDeps } from './deps.ts';

/** What a look came to. `recovered` are paid purchases that nobody had told us of, late enough that Stripe had failed. */
export type Tally = { taken: number; recovered: number };

/** Whether what happened then is so long ago that delivery is not just slow. */
export function isLate(deps: Pick<ReconcileDeps, 'clock' | 'timings'>, atMs: number): boolean {
  return deps.clock.now() - atMs > deps.timings.slowDeliveryMs;
}

/**
 * Takes one event by the same path as a delivered one, and then waits when that made work for the panel or the channel: a backlog of days
 * is worked off at a pace that they bear.
 *
 * @param why said on the purchase when the event is what made it paid; null when delivery may just be slow.
 * @returns false when another process has taken over, or we stop.
 * @throws StoreError
 */
export async function recover(
  deps: ReconcileDeps,
  round: Round,
  tally: Tally,
  event: EventToStore,
  why: string | null,
): Promise<boolean> {
  const done = await deps.store.recover(event, why === null ? null : `since ${event.made_at}: ${why}`);
  if (done.outcome === 'stored') tally.taken += 1;
  if (done.recovered) {
    tally.recovered += 1;
    deps.observe.event(event.type, 'recovered');
    deps.log.warn(
      { event: event.id, purchase: done.purchase_id, why },
      'recovered a purchase that Stripe could not deliver',
    );
  }
  if (done.hint === null && !done.recovered) return !round.stopping.aborted;
  if (done.hint) await deps.hints.send(done.hint);
  await deps.clock.sleep(deps.timings.recoverPaceMs, round.stopping);
  return !round.stopping.aborted && (await round.keep());
}
