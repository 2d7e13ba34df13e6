import type { BotProcess } from '../../sandbox/bot.ts';
import type { World } from '../../sandbox/world.ts';
import { toError } from '../../src/lib/failure.ts';
import type { Journal } from './journal.ts';

/** One of our processes, with a supervisor that starts it again as a host would. */
export type Actor = {
  name: string;
  process: BotProcess;
  /** How far its clock is ahead, in milliseconds of the clock; counts from its next start. */
  skewMs: number;
  /** Until when nobody starts it, in milliseconds of the clock. */
  downUntilMs: number;
};

/** Which roles each process has; a seed chooses one. */
export const LAYOUTS: string[][] = [
  ['webhook,worker,bot', 'webhook,worker,bot'],
  ['webhook,worker', 'worker,bot', 'bot'],
  ['webhook', 'webhook', 'worker', 'worker,bot', 'bot'],
];
const LOOK_MS = 250;

/** Starts the processes of a run, and starts again whichever is down, until it is stopped. */
export async function startCast(world: World, layout: string[], journal: Journal) {
  const actors: Actor[] = [];
  for (const [index, roles] of layout.entries()) {
    const actor = { name: `${index + 1} (${roles})`, skewMs: 0, downUntilMs: 0 };
    const process = await world.start({
      roles,
      isEndpoint: index === 0,
      skewMs: () => made.skewMs,
      isStarted: false,
    });
    const made: Actor = { ...actor, process };
    actors.push(made);
  }
  const takers = actors.filter((_, index) => layout[index]!.includes('webhook'));
  world.endpoints.splice(0, world.endpoints.length, ...takers.map(({ process }) => process.url()));
  await Promise.all(actors.map(({ process }) => process.start()));
  const stopping = new AbortController();
  const watch = async (actor: Actor) => {
    while (!stopping.signal.aborted) {
      if (!actor.process.isRunning() && world.clock.now() >= actor.downUntilMs) {
        await actor.process
          .start()
          .then(() => journal.note(`${actor.name} runs again`))
          .catch((thrown) =>
            journal.note(`${actor.name} did not start: ${lastLine(toError(thrown).message)}`),
          );
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  };
  const watching = Promise.all(actors.map(watch));
  return {
    actors,
    stop: async () => {
      stopping.abort();
      await watching;
    },
  };
}

const lastLine = (text: string) => text.trim().split('\n').at(-1)?.slice(0, 200) ?? '';
