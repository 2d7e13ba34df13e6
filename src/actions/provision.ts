import type { Action } from '../store/store.ts';
import { type ActionDeps, type Actor, record } from './actor.ts';

/**
 * Makes sure that an order has its server; one from before Orderly is taken over.
 *
 * @param node where it shall go, by the node's name or number; then only that node counts. Without one Orderly chooses.
 * @throws StoreError when it was not recorded.
 */
export function provision(deps: ActionDeps, actor: Actor, target: string, node?: string): Promise<Action> {
  return record(deps, actor, { action: 'provision', target, node });
}
