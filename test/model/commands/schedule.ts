import fc from 'fast-check';
import type { Gate } from '../gates.ts';
import type { ModelWorld } from '../world.ts';
import { command, pick, workerIndex } from './command.ts';
import { lookAtDue } from './sweep.ts';

/** Opens any gate, in any way. */
export const release = command({
  name: 'release',
  weight: 6,
  input: fc.record({
    gate: fc.nat({ max: 11 }),
    how: fc.constantFrom('go', 'go', 'go', 'held', 'held', 'lost'),
  }),
  run: async (world, { gate: index, how }) => {
    const gate = pick(world.openGates(), index);
    if (gate) await world.open(gate, how as 'go');
  },
});

/** A worker goes on for a while, in the order in which its calls came. */
export const goOn = command({
  name: 'go on',
  weight: 3,
  input: fc.record({ worker: workerIndex, steps: fc.integer({ min: 1, max: 60 }) }),
  run: async (world, { worker, steps }) => {
    for (let step = 0; step < steps && (await goOneFurther(world, worker)); step += 1);
  },
});

/** A sweep whose hints one worker works off without trouble from the schedule. */
export const work = command({
  name: 'work',
  weight: 5,
  input: fc.record({ worker: workerIndex }),
  run: async (world, { worker }) => {
    await lookAtDue(world, () => [worker]);
    for (let step = 0; step < MOST && (await goOneFurther(world, worker)); step += 1);
  },
});

const POINTS = [
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

/** A worker goes on to one of the places where it matters what others do meanwhile, and maybe half a call further. */
export const goTo = command({
  name: 'go to',
  weight: 10,
  input: fc.record({
    worker: workerIndex,
    point: fc.constantFrom(...POINTS),
    and: fc.constantFrom('stand', 'stand', 'stand', 'held', 'held', 'lost', 'crash'),
  }),
  run: async (world, { worker, point, and }) => {
    if (gatesOf(world, worker).length === 0) await lookAtDue(world, () => [worker]);
    const isThere = (gate: Gate) => `${gate.kind} ${gate.label}`.startsWith(point);
    for (let step = 0; step < MOST; step += 1) {
      const there = gatesOf(world, worker).find(isThere);
      if (there && and === 'crash') world.crash(worker);
      else if (there && and !== 'stand') await world.open(there, and as 'held');
      if (there) return world.settle();
      if (!(await goOneFurther(world, worker))) return;
    }
  },
});

export const crash = command({
  name: 'crash',
  weight: 1,
  input: fc.record({ worker: workerIndex }),
  run: async (world, { worker }) => {
    world.crash(worker);
    await world.settle();
  },
});

const MS = [
  50,
  500,
  3_000,
  5_500,
  5_500,
  10_000,
  15_500,
  36_000,
  36_000,
  41_000,
  61_000,
  91_000,
  91_000,
  5 * 60_000,
  11 * 60_000,
];

export const advance = command({
  name: 'advance',
  weight: 6,
  input: fc.record({ ms: fc.constantFrom(...MS) }),
  run: (world, { ms }) => world.advance(ms),
});

/** More than any look has calls. */
const MOST = 80;
/** What the panel always takes for a request; a node that hangs takes longer, and nobody waits here for that. */
const SHORT_MS = 500;

function gatesOf(world: ModelWorld, index: number): Gate[] {
  const worker = world.workers[index];
  return world
    .openGates()
    .filter(({ actor, kind }) => actor === worker && (kind === 'send' || kind === 'answer'));
}

/** @returns false when the worker has nothing to do, or waits for something that takes long. */
async function goOneFurther(world: ModelWorld, index: number): Promise<boolean> {
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
