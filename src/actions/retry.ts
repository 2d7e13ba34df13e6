import type { BotDeps } from '../bot/deps.ts';
import type { Action } from '../store/store.ts';

/** Who acts, and in which Discord interaction: an action is recorded once by it. */
export type Actor = { interaction: string; id: string; name: string };

/**
 * Puts a purchase back to work: recorded and done in one database call, then told to the workers. Always safe: provisioning
 * is ensure, never create.
 *
 * @throws StoreError when it was not recorded; nothing has happened then.
 */
export async function retry(
  deps: Pick<BotDeps, 'store' | 'hints'>,
  actor: Actor,
  target: string,
  action: 'retry' | 'provision' = 'retry',
): Promise<Action> {
  const done = await deps.store.act({
    interaction: actor.interaction,
    actor_id: actor.id,
    actor_name: actor.name,
    action,
    target,
  });
  if (done.hint) await deps.hints.send(done.hint);
  return done;
}
