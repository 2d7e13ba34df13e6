import type { Fault, Stage } from './fault.ts';

const MOST_SKEW_MS = 40_000;
const MOST_DOWN_MS = 30_000;

/** What can happen to our processes: whoever is down is started again by the supervisor. */
export const PROCESS_FAULTS: Record<string, Fault> = {
  'process: kill -9': async (stage, pick) => {
    const { process } = downFor(stage, pick);
    await process.kill();
    return async () => {};
  },
  'process: kill -9 of all': async (stage, pick) => {
    await Promise.all(stage.actors.map((_, index) => downFor(stage, pick + index).process.kill()));
    return async () => {};
  },
  'process: stopped and started, as by an upgrade': async (stage, pick) => {
    const { process } = downFor(stage, pick);
    await process.halt();
    return async () => {};
  },
  'process: stands still': async ({ actors }, pick) => {
    const { process } = actors[pick % actors.length]!;
    process.pause();
    return async () => process.resume();
  },
  'process: clock is wrong': async (stage, pick) => {
    const actor = downFor(stage, pick);
    actor.skewMs = (pick % (2 * MOST_SKEW_MS)) - MOST_SKEW_MS;
    await actor.process.halt();
    return async () => {
      actor.skewMs = 0;
    };
  },
};

function downFor({ actors, world }: Stage, pick: number) {
  const actor = actors[pick % actors.length]!;
  actor.downUntilMs = world.clock.now() + (pick % MOST_DOWN_MS);
  return actor;
}
