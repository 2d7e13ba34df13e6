import type { Action } from '../store/store.ts';
import { type ActionDeps, type Actor, record } from './actor.ts';

/** Nobody remembers a longer one. */
export const MOST_SHIFT_HOURS = 24 * 7;

/**
 * Puts a person on call by name: alerts from now on call them first, the role after them.
 *
 * @param hours null: until somebody else is.
 * @throws StoreError when it was not recorded.
 */
export function putOnCall(
  deps: ActionDeps,
  actor: Actor,
  person: { id: string; name: string },
  hours: number | null,
): Promise<Action> {
  const until = hours === null ? {} : { hours: Math.min(MOST_SHIFT_HOURS, Math.max(1, hours)) };
  return record(deps, actor, { action: 'oncall', target: person.id, person_name: person.name, ...until });
}

/** Nobody is on call by name any more: alerts call the role. @throws StoreError when it was not recorded. */
export function leaveOnCall(deps: ActionDeps, actor: Actor): Promise<Action> {
  return record(deps, actor, { action: 'oncall', target: 'nobody' });
}
