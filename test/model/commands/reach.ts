import type { Gate } from '../gates.ts';
import type { ModelWorld } from '../world.ts';
import { lookAtDue } from './sweep.ts';

/** Where it matters what others do meanwhile. */
export const POINTS = [
  'send claim',
  'answer claim',
  'send POST users',
  'answer POST users',
  'send step placed',
  'send step create_sent',
  'answer step create_sent',
  'send POST servers',
  'send POST servers',
  'answer POST servers',
  'answer POST servers',
  'send GET servers',
  'send step create_not_sent',
  'send finish',
  'send finish',
  'answer finish',
] as const;

/** More than any look has calls. */
const MOST = 80;
/** What the panel always takes for a request; a node that hangs takes longer, and nobody waits here for that. */
const SHORT_MS = 500;

export function gatesOf(world: ModelWorld, index: number): Gate[] {
  const worker = world.workers[index];
  return world
    .openGates()
    .filter(({ actor, kind }) => actor === worker && (kind === 'send' || kind === 'answer'));
}

/** @returns false when the worker has nothing to do, or waits for something that takes long. */
export async function goOneFurther(world: ModelWorld, index: number): Promise<boolean> {
  const gate = gatesOf(world, index)[0];
  if (gate) {
    await world.open(gate, 'go');
    return true;
  }
  const waitMs = (world.clock.nextSleepMs() ?? Number.POSITIVE_INFINITY) - world.clock.now();
  if (waitMs > SHORT_MS) return false;
  await world.advance(waitMs);
  return true;
}

/** Has a worker look at what is due, and go on until it is done or waits. */
export async function workOff(world: ModelWorld, index: number): Promise<void> {
  await lookAtDue(world, () => [index]);
  await finishLook(world, index);
}

export async function finishLook(world: ModelWorld, index: number): Promise<void> {
  for (let step = 0; step < MOST && (await goOneFurther(world, index)); step += 1);
}

/** Has a worker look at one sale and go on to the gate. */
export async function lookUntil(
  world: ModelWorld,
  index: number,
  sale: number,
  point: string,
): Promise<Gate | null> {
  world.workers[index]!.look({ kind: 'order', id: world.sales[sale]!.purchaseId });
  await world.settle();
  return goToPoint(world, index, point);
}

/** Has a worker go on to the gate, with what is due when it has nothing to do. Null when it does not come there. */
export async function goToPoint(world: ModelWorld, index: number, point: string): Promise<Gate | null> {
  if (gatesOf(world, index).length === 0) await lookAtDue(world, () => [index]);
  for (let step = 0; step < MOST; step += 1) {
    const there = gatesOf(world, index).find(({ kind, label }) => `${kind} ${label}`.startsWith(point));
    if (there) return there;
    if (!(await goOneFurther(world, index))) return null;
  }
  return null;
}
