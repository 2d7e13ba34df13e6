import fc from 'fast-check';
import type { Hint } from '../../../src/store/store.ts';
import type { ModelWorld } from '../world.ts';
import { command, saleIndex } from './command.ts';

/** What is due goes to the workers as hints: to one, to both, twice, or nowhere. */
export const sweep = command({
  name: 'sweep',
  weight: 3,
  input: fc.record({
    to: fc.array(fc.constantFrom([0], [1], [0], [1], [0, 1], [0, 0], []), { minLength: 3, maxLength: 3 }),
  }),
  run: (world, { to }) => lookAtDue(world, (index) => to[index % to.length]!),
});

/** A hint that is late, early, or for something long done. */
export const hint = command({
  name: 'hint',
  weight: 2,
  input: fc.record({ sale: saleIndex, worker: fc.nat({ max: 1 }) }),
  run: async (world, { sale, worker }) => {
    world.workers[worker]!.look({ kind: 'order', id: world.sales[sale]!.purchaseId });
    await world.settle();
  },
});

/** Asks what is due, and has it looked at by the workers that `workersOf` names for each. */
export async function lookAtDue(
  world: ModelWorld,
  workersOf: (index: number) => readonly number[],
): Promise<void> {
  let hints: Hint[] = [];
  const ask = () => {
    world.site.store.due(100).then(
      (due) => {
        hints = due.hints.toSorted((a, b) => (a.id < b.id ? -1 : 1));
      },
      () => {},
    );
  };
  await world.through(world.site.actor, ask, true);
  for (const [index, hint] of hints.entries()) {
    for (const worker of workersOf(index)) world.workers[worker]!.look(hint);
    await world.settle();
  }
}
