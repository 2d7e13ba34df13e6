import { until, type World } from '../../sandbox/world.ts';

/** Waits until the world's clock has passed so many milliseconds: for what must not happen meanwhile. */
export async function pass(world: World, ms: number): Promise<void> {
  const endMs = world.clock.now() + ms;
  await until(`${ms} ms of the clock`, () => world.clock.now() >= endMs);
}
