import type { Action } from '../store/store.ts';
import { type ActionDeps, type Actor, record } from './actor.ts';

/**
 * Begins a drill: an alert that is about nobody. It pings and goes on as a real one until somebody is on it, or its steps are over.
 *
 * @returns `drill_began`, or `drill_runs` with who began the one that is open.
 * @throws StoreError when it was not recorded.
 */
export function drill(deps: ActionDeps, actor: Actor): Promise<Action> {
  return record(deps, actor, { action: 'drill', target: 'drill' });
}
