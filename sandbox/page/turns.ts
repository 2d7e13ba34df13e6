import type { World } from '../world.ts';

const last = new WeakMap<World, Promise<unknown>>();

/** Starts and ends the bot one after the other: whoever kills it while it starts would make its start fail. */
export function inTurn(world: World, run: () => Promise<void>): Promise<void> {
  const done = (last.get(world) ?? Promise.resolve()).then(run);
  last.set(
    world,
    done.catch(() => undefined),
  );
  return done;
}
