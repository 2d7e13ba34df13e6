import type { Action } from '../store/store.ts';
import { type ActionDeps, type Actor, record } from './actor.ts';

/**
 * Says that nothing more is to be done for a purchase: it is not provisioned any more, and its alert ends. A server that exists stays.
 *
 * @param reason in words, for whoever asks later; at most 200 characters count.
 * @throws StoreError when it was not recorded.
 */
export function close(deps: ActionDeps, actor: Actor, target: string, reason: string): Promise<Action> {
  return record(deps, actor, { action: 'close', target, detail: reason.trim().slice(0, 200) });
}
