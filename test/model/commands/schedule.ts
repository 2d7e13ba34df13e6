import fc from 'fast-check';
import type { Gate } from '../gates.ts';
import type { ModelWorld } from '../world.ts';
import { command, pick, workerIndex } from './command.ts';

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
  weight: 5,
  input: fc.record({ worker: workerIndex, steps: fc.integer({ min: 1, max: 60 }) }),
  run: async (world, { worker, steps }) => {
    for (let step = 0; step < steps; step += 1) {
      const gate = gatesOf(world, worker)[0];
      if (!gate) return;
      await world.open(gate, 'go');
    }
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
  'send step create_not_sent',
  'send finish',
  'send finish',
  'answer finish',
] as const;

/** A worker goes on to one of the places where it matters what others do meanwhile, and maybe half a call further. */
export const goTo = command({
  name: 'go to',
  weight: 8,
  input: fc.record({
    worker: workerIndex,
    point: fc.constantFrom(...POINTS),
    and: fc.constantFrom('stand', 'stand', 'held', 'held', 'lost', 'crash'),
  }),
  run: async (world, { worker, point, and }) => {
    const isThere = (gate: Gate) => `${gate.kind} ${gate.label}`.startsWith(point);
    for (let step = 0; step < 60; step += 1) {
      const gates = gatesOf(world, worker);
      const there = gates.find(isThere);
      if (there || gates.length === 0) {
        if (!there || and === 'stand') return;
        if (and === 'crash') world.crash(worker);
        else await world.open(there, and as 'held');
        return world.settle();
      }
      await world.open(gates[0]!, 'go');
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

const MS = [50, 500, 3_000, 5_500, 10_000, 15_500, 36_000, 41_000, 61_000, 91_000, 5 * 60_000, 11 * 60_000];

export const advance = command({
  name: 'advance',
  weight: 6,
  input: fc.record({ ms: fc.constantFrom(...MS) }),
  run: (world, { ms }) => world.advance(ms),
});

function gatesOf(world: ModelWorld, index: number): Gate[] {
  const worker = world.workers[index];
  return world
    .openGates()
    .filter(({ actor, kind }) => actor === worker && (kind === 'send' || kind === 'answer'));
}
