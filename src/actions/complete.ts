import type { Action } from '../store/store.ts';
import { type ActionDeps, type Actor, record } from './actor.ts';

/** What a person says that was bought; what is not named stays as the checkout had it. */
export type Completion = {
  user_id?: string;
  plan_id?: string;
  term?: string;
  region?: string;
  server_name?: string;
};

/**
 * Mends a paid purchase that could not become an order; from then on it goes the way of any other.
 *
 * @returns outcome `completed`, or `still_rejected` with the reason, when nothing changed.
 * @throws StoreError when it was not recorded.
 */
export function complete(deps: ActionDeps, actor: Actor, target: string, facts: Completion): Promise<Action> {
  return record(deps, actor, { action: 'complete', target, facts });
}
