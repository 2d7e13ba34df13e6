import type { Action } from '../store/store.ts';
import { type ActionDeps, type Actor, record } from './actor.ts';

/**
 * Ends a pause before its time; its orders go on one after the other.
 *
 * @param target the id of the pause.
 * @throws StoreError when it was not recorded.
 */
export function resume(deps: ActionDeps, actor: Actor, target: string): Promise<Action> {
  return record(deps, actor, { action: 'resume', target });
}
