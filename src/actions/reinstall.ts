import type { Action } from '../store/store.ts';
import { type ActionDeps, type Actor, record } from './actor.ts';

/**
 * Runs the install of a server again after it failed, or never ended; never of one that may be in use.
 *
 * @throws StoreError when it was not recorded.
 */
export function reinstall(deps: ActionDeps, actor: Actor, target: string): Promise<Action> {
  return record(deps, actor, { action: 'reinstall', target });
}
