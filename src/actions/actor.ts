import type { Hints } from '../provisioning/queue.ts';
import type { Action, Press, Store } from '../store/store.ts';

/** Who acts, and in which Discord interaction: an action is recorded once by it. */
export type Actor = { interaction: string; id: string; name: string };

/** What recording an action needs. */
export type ActionDeps = { store: Pick<Store, 'act'>; hints: Pick<Hints, 'send'> };

type What = Press extends infer P
  ? P extends Press
    ? Omit<P, 'interaction' | 'actor_id' | 'actor_name'>
    : never
  : never;

/**
 * Records an action and does it, in one database call, then tells the workers.
 *
 * @throws StoreError when it was not recorded; nothing has happened then.
 */
export async function record(deps: ActionDeps, actor: Actor, what: What): Promise<Action> {
  const done = await deps.store.act({
    ...what,
    interaction: actor.interaction,
    actor_id: actor.id,
    actor_name: actor.name,
  });
  if (done.hint) await deps.hints.send(done.hint);
  return done;
}
