import fc from 'fast-check';
import type { Hint } from '../../../src/store/store.ts';
import { command } from './command.ts';

/** What is due goes to the workers as hints: to one, to both, twice, or nowhere. */
export const sweep = command({
  name: 'sweep',
  weight: 6,
  input: fc.record({
    to: fc.array(fc.constantFrom([0], [1], [0], [1], [0, 1], [0, 0], []), { minLength: 3, maxLength: 3 }),
  }),
  run: async (world, { to }) => {
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
      for (const worker of to[index % to.length]!) world.workers[worker]!.look(hint);
      await world.settle();
    }
  },
});

/** A hint that is late, early, or for something long done. */
export const hint = command({
  name: 'hint',
  weight: 2,
  input: fc.record({ sale: fc.nat({ max: 2 }), worker: fc.nat({ max: 1 }) }),
  run: async (world, { sale, worker }) => {
    world.workers[worker]!.look({ kind: 'order', id: world.sales[sale]!.purchaseId });
    await world.settle();
  },
});
