import type { Action } from '../store/store.ts';
import { type ActionDeps, type Actor, record } from './actor.ts';

/**
 * Notes what ended an incident, for the next one of its cause.
 *
 * @param words 3 to 200 characters; more is refused, not cut.
 * @throws StoreError when it was not recorded.
 */
export function helped(deps: ActionDeps, actor: Actor, incident: string, words: string): Promise<Action> {
  return record(deps, actor, { action: 'helped', target: incident, detail: words.trim() });
}
