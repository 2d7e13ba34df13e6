import type { Action } from '../store/store.ts';
import { type ActionDeps, type Actor, record } from './actor.ts';

/**
 * Tries an order again now, with the plan, the nodes and the egg as they are now. Always safe, and idempotent: of two who press at once, the
 * second is told who was first. An order whose install failed is read again first.
 *
 * @param target a purchase, by its id, session or order.
 * @throws StoreError when it was not recorded.
 */
export function retry(deps: ActionDeps, actor: Actor, target: string): Promise<Action> {
  return record(deps, actor, { action: 'retry', target });
}

/** The same for all orders of an incident, one after the other; of an outage, one goes first for all. `target` is the incident's id. */
export function retryIncident(deps: ActionDeps, actor: Actor, target: string): Promise<Action> {
  return record(deps, actor, { action: 'retry_incident', target });
}
