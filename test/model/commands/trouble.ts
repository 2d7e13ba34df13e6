import fc from 'fast-check';
import { command, workerIndex } from './command.ts';
import { goToPoint, POINTS, workOff } from './reach.ts';

/** A worker stalls until its lease is over, and the other one takes its orders. */
export const takeOver = command({
  name: 'take over',
  weight: 3,
  input: fc.record({ worker: workerIndex, point: fc.constantFrom(...POINTS) }),
  run: async (world, { worker, point }) => {
    if (!(await goToPoint(world, worker, point))) return;
    await world.advance(91_000);
    await workOff(world, 1 - worker);
  },
});

/** A create goes to a node that hangs, and its connection is lost: the panel shows a server that it will take back. */
export const ghost = command({
  name: 'ghost',
  weight: 3,
  input: fc.record({ worker: workerIndex, ms: fc.constantFrom(50, 5_000, 29_000) }),
  run: async (world, { worker, ms }) => {
    const gate = await goToPoint(world, worker, 'send POST servers');
    if (!gate) return;
    for (const node of [1, 2, 3]) world.panel.context.faults.wings[node] = 'hang_all';
    await world.open(gate, 'go');
    await world.advance(ms);
    world.panel.cut();
    await world.settle();
  },
});
