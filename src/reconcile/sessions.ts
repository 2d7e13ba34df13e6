import type { Round } from '../provisioning/chores.ts';
import type { EventToStore } from '../store/store.ts';
import { effectOfSession } from '../stripe/effect.ts';
import { type CheckoutSession, subscriptionIdOf } from '../stripe/schemas.ts';
import { type ReconcileDeps, StripeLookError } from './deps.ts';
import { isLate, recover, type Tally } from './recover.ts';

const DAY_MS = 24 * 60 * 60_000;
const MOST_PAGES = 1_000;
const MOST_WAITING = 20;

/**
 * Compares Stripe's complete sessions with what we have, by session and by subscription: events that are made while an endpoint
 * is disabled are never sent, and stand in no list of undelivered ones. And asks about payments that have been on their way for long.
 *
 * @throws StripeLookError, StoreError
 */
export async function takeSessions(deps: ReconcileDeps, round: Round, why: string): Promise<Tally> {
  const { cutover_at, sessions_until } = await deps.store.reconcileState();
  const began = deps.clock.now();
  const tally: Tally = { taken: 0, recovered: 0 };
  // A buyer has up to a day to pay a session that is open.
  const since = Math.max(cutover_at, sessions_until ?? cutover_at) - DAY_MS;
  const window = { sinceSeconds: Math.floor(since / 1000), maxPages: MOST_PAGES };
  for await (const page of deps.stripe.listCompleteSessions(window)) {
    if (page.kind === 'fault') throw new StripeLookError(page.message);
    if (!(await round.keep())) return tally;
    for (const id of await unknownOf(deps, page.values)) {
      if (!(await takeSession(deps, round, tally, id, { cutover: cutover_at, why }))) return tally;
    }
  }
  for (const id of (await deps.store.waitingSessions(MOST_WAITING)).sessions) {
    if (!(await takeSession(deps, round, tally, id, { cutover: 0, why }))) return tally;
  }
  await deps.store.reportCheck({
    name: 'sessions',
    result: { until: new Date(began), ...tally },
    warnings: [],
  });
  return tally;
}

/** Those that nobody told us of; `session` may be any that Stripe lists. */
export async function unknownOf(
  deps: Pick<ReconcileDeps, 'store'>,
  sessions: CheckoutSession[],
): Promise<string[]> {
  const asked = sessions.map((session) => ({
    id: session.id,
    subscription_id: subscriptionIdOf(session),
    payment_status: session.payment_status,
  }));
  return (await deps.store.unknown({ sessions: asked })).sessions;
}

async function takeSession(
  deps: ReconcileDeps,
  round: Round,
  tally: Tally,
  id: string,
  { cutover, why }: { cutover: number; why: string },
): Promise<boolean> {
  // Only the session by itself has its subscription and what was sold in it.
  const asked = await deps.stripe.retrieveSession(id);
  if (asked.kind === 'fault') throw new StripeLookError(asked.message);
  if (asked.kind === 'missing') return !round.stopping.aborted;
  const session = asked.value;
  const completed = completedAt(session);
  if (completed < cutover) return !round.stopping.aborted;
  const late = isLate(deps, completed) ? why : null;
  return recover(deps, round, tally, sessionEvent(session, completed), late);
}

/** In milliseconds. The subscription is made when the buyer pays; Stripe keeps no time of that on the session itself. */
function completedAt(session: CheckoutSession): number {
  const { subscription } = session;
  const made = typeof subscription === 'object' && subscription !== null ? subscription.created : undefined;
  return (made ?? session.created) * 1000;
}

/** A session that was found by asking, in the form of the event that should have told of it. Its id is the same at every look. */
export function sessionEvent(session: CheckoutSession, completedMs: number): EventToStore {
  return {
    id: `reconcile:${session.id}:${session.payment_status}`,
    type: 'checkout.session.completed',
    livemode: session.livemode,
    api_version: null,
    made_at: new Date(completedMs).toISOString(),
    raw: JSON.stringify(session),
    session_id: session.id,
    subscription_id: subscriptionIdOf(session),
    effect: effectOfSession(session),
  };
}
