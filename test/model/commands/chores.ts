import fc from 'fast-check';
import { command, workerIndex } from './command.ts';
import { finishLook } from './reach.ts';

/** One process looks at all installs, or whether the servers of finished orders are there; another may do so at the same time. */
export const chore = command({
  name: 'chore',
  weight: 3,
  input: fc.record({
    worker: workerIndex,
    what: fc.constantFrom('installs', 'installs', 'audit'),
    isDirect: fc.boolean(),
  }),
  run: async (world, { worker, what, isDirect }) => {
    world.workers[worker]!.chore(what as 'installs');
    await world.settle();
    if (isDirect) await finishLook(world, worker);
  },
});
