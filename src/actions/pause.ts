import type { Action } from '../store/store.ts';
import { type ActionDeps, type Actor, record } from './actor.ts';

export type PauseScope = 'panel' | 'region' | 'node' | 'plan';
export type WantedPause = { scope: PauseScope; subject: string; reason: string; minutes: number };

/** A pause always ends: nobody remembers one that was begun at night. Longer ones are begun anew. */
export const MOST_PAUSE_MINUTES = 24 * 60;

/**
 * Holds provisioning back for a while: purchases are recorded, their messages say so, and they go on by themselves when it ends.
 *
 * @param wanted.subject the region, node or plan; of no meaning for the panel.
 * @param wanted.minutes from 1 to 1,440.
 * @returns outcome `invalid` with what is wrong, before anything is recorded.
 * @throws StoreError when it was not recorded.
 */
export async function pause(deps: ActionDeps, actor: Actor, wanted: WantedPause): Promise<Action> {
  const wrong = problemOf(wanted);
  if (wrong !== null) return { status: 'ok', outcome: 'invalid', detail: wrong, hint: null };
  const reason = wanted.reason.trim().slice(0, 200);
  const target = wanted.scope === 'panel' ? 'panel' : `${wanted.scope} ${wanted.subject}`;
  return record(deps, actor, { action: 'pause', target, pause: { ...wanted, reason } });
}

function problemOf({ reason, minutes, scope, subject }: WantedPause): string | null {
  if (reason.trim() === '') return 'a pause needs a reason';
  if (!Number.isInteger(minutes) || minutes < 1 || minutes > MOST_PAUSE_MINUTES) {
    return `a pause lasts from 1 minute to ${MOST_PAUSE_MINUTES / 60} hours`;
  }
  return scope !== 'panel' && subject.trim() === '' ? `which ${scope}?` : null;
}
