import type { Action } from '../store/store.ts';
import { type ActionDeps, type Actor, record } from './actor.ts';

/**
 * Makes the order of a Checkout session whose event never came, or said too little: recorded first, then a worker asks Stripe and applies
 * the answer as an event's, so that Stripe's own event at the same moment makes no second order.
 *
 * @param session the id of the session.
 * @returns outcome `asking_stripe`, or `session_known` when there is an order by now.
 * @throws StoreError when it was not recorded.
 */
export function backfill(deps: ActionDeps, actor: Actor, session: string): Promise<Action> {
  return record(deps, actor, { action: 'backfill', target: session });
}
