import type { Action } from '../store/store.ts';
import { type ActionDeps, type Actor, record } from './actor.ts';

/** `node`: where it shall go, by the node's name or number; then only that node counts. `again`: see below. */
export type ProvisionWishes = { node?: string | undefined; again?: string | undefined };

/**
 * Makes sure that an order has its server; one from before Orderly is taken over.
 *
 * @param wishes.again an order whose server is gone gets another one only when a person types the first eight characters of its id here.
 * @throws StoreError when it was not recorded.
 */
export function provision(
  deps: ActionDeps,
  actor: Actor,
  target: string,
  wishes: ProvisionWishes = {},
): Promise<Action> {
  return record(deps, actor, { action: 'provision', target, ...wishes });
}
