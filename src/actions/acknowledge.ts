import type { Action } from '../store/store.ts';
import { type ActionDeps, type Actor, record } from './actor.ts';

/**
 * "I'm on it": the alert names the person and is quiet, until that lapses or its orders double. Who comes second takes it over. Of a drill
 * it is the end.
 *
 * @param target the incident's id.
 * @throws StoreError when it was not recorded.
 */
export function acknowledge(deps: ActionDeps, actor: Actor, target: string): Promise<Action> {
  return record(deps, actor, { action: 'acknowledge', target });
}
