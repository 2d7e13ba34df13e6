/** What the simulator keeps of an interaction beside what people see of it, and how its time runs. */
import type { HeldInteraction, InteractionKind, InteractionOutcome } from './types.ts';
import type { World } from './world.ts';

const WATCH_DEFERRED_MS = 15_000;
const TOKEN_LIFE_MS = 15 * 60_000;

export type NewInteraction = {
  kind: InteractionKind;
  name: string;
  personId: string;
  channelId: string;
  messageId: string | null;
};

/** Keeps a new interaction; it fails by itself when no callback comes in time. */
export function holdInteraction(world: World, made: NewInteraction): HeldInteraction {
  const { promise, resolve } = Promise.withResolvers<void>();
  const id = world.nextId();
  const held: HeldInteraction = {
    outcome: {
      ...made,
      id,
      createdMs: world.clock.now(),
      ackMs: null,
      state: 'pending',
      reply: null,
      followups: [],
      modal: null,
      choices: null,
    },
    token: `token-${id}-${world.nextId()}`,
    callbackType: null,
    original: null,
    answered: new AbortController(),
    settle: resolve,
    settled: promise,
  };
  world.interactions.set(id, held);
  world.emit({ type: 'interactionChanged', interaction: held.outcome });
  void failLater(world, held);
  return held;
}

/** Moves an interaction on; when that is final, whoever waits for it is told. */
export function advance(world: World, held: HeldInteraction, state: InteractionOutcome['state']): void {
  held.outcome.state = state;
  world.emit({ type: 'interactionChanged', interaction: held.outcome });
  if (state !== 'acknowledged') held.settle();
  else void world.clock.sleep(WATCH_DEFERRED_MS, world.stopping).then(held.settle);
}

/** Whether a callback still counts. */
export function isInTime(world: World, held: HeldInteraction): boolean {
  return (
    held.outcome.state !== 'failed' && world.clock.now() - held.outcome.createdMs <= world.answerWithinMs()
  );
}

/** Whether the token still opens follow-ups. */
export function isTokenAlive(world: World, held: HeldInteraction): boolean {
  return world.clock.now() - held.outcome.createdMs <= TOKEN_LIFE_MS;
}

async function failLater(world: World, held: HeldInteraction): Promise<void> {
  await world.clock.sleep(world.answerWithinMs(), AbortSignal.any([world.stopping, held.answered.signal]));
  if (held.outcome.state === 'pending') advance(world, held, 'failed');
}
