import fc from 'fast-check';
import { command, pick, workerIndex } from './command.ts';
import { goOneFurther, goToPoint, POINTS, workOff } from './reach.ts';

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
    await workOff(world, worker);
  },
});

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
    const there = await goToPoint(world, worker, point);
    if (!there || and === 'stand') return;
    if (and === 'crash') world.crash(worker);
    else await world.open(there, and as 'held');
    await world.settle();
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
