import fc from 'fast-check';
import { command, saleIndex, workerIndex } from './command.ts';
import { ingestPaid, ingestStop } from './deliver.ts';
import { finishLook, goToPoint, POINTS, workOff } from './reach.ts';

/** A worker stalls until its lease is over, and the other one takes its orders. */
export const takeOver = command({
  name: 'take over',
  weight: 3,
  input: fc.record({
    worker: workerIndex,
    point: fc.constantFrom(...POINTS),
    stopped: fc.option(saleIndex, { freq: 3 }),
  }),
  run: async (world, { worker, point, stopped }) => {
    if (!(await goToPoint(world, worker, point))) return;
    await world.advance(91_000);
    if (stopped !== null) await ingestStop(world, stopped, 'refunded', true);
    await workOff(world, 1 - worker);
  },
});

/** Two orders want the first free port of one node, each with a worker of its own. */
export const meetOnPort = command({
  name: 'meet on port',
  weight: 2,
  input: fc.record({ point: fc.constantFrom('send step placed', 'send POST servers') }),
  run: async (world, { point }) => {
    for (const sale of [0, 1]) await ingestPaid(world, sale);
    const meeting = [];
    for (const index of [0, 1]) {
      world.workers[index]!.look({ kind: 'order', id: world.sales[index]!.purchaseId });
      await world.settle();
      const gate = await goToPoint(world, index, point);
      if (gate) meeting.push(index);
    }
    for (const index of meeting) {
      const gate = await goToPoint(world, index, 'send POST servers');
      if (gate) await world.open(gate, 'go');
    }
  },
});

/**
 * A create's connection is lost while the panel still has it: its node hangs, and the panel shows a server that it will
 * take back; or the panel is slow, and shows one only later. Then the money may go back.
 */
export const lostCreate = command({
  name: 'lost create',
  weight: 4,
  input: fc.record({
    worker: workerIndex,
    trouble: fc.constantFrom('hangs', 'hangs', 'slow'),
    ms: fc.constantFrom(50, 5_000, 29_000),
    stopped: fc.option(saleIndex, { freq: 2 }),
  }),
  run: async (world, { worker, trouble, ms, stopped }) => {
    const { panel } = world;
    const gate = await goToPoint(world, worker, 'send POST servers');
    if (!gate) return;
    for (const node of [1, 2, 3]) panel.context.faults.wings[node] = trouble === 'hangs' ? 'hang_all' : 'ok';
    panel.context.faults.slowMs = trouble === 'slow' ? 20_000 : 0;
    await world.open(gate, 'go');
    panel.context.faults.slowMs = 0;
    await world.advance(ms);
    panel.cut();
    await world.settle();
    if (stopped === null) return;
    await finishLook(world, worker);
    await ingestStop(world, stopped, 'refunded', true);
    await workOff(world, 1 - worker);
  },
});

/** Two orders meet in one incident while neither is committed: the last one out, and one that leaves or joins just then. */
export const meetInIncident = command({
  name: 'meet in incident',
  weight: 1,
  input: fc.record({ first: saleIndex, second: saleIndex, isInside: fc.boolean() }),
  run: async (world, { first, second, isInside }) => {
    const { workers, sales } = world;
    const look = async (worker: number, sale: number) => {
      workers[worker]!.look({ kind: 'order', id: sales[sale]!.purchaseId });
      await world.settle();
      return goToPoint(world, worker, 'send finish');
    };
    const failTwice = async (sale: number) => {
      await ingestPaid(world, sale);
      await workOff(world, 0);
      await world.advance(10_000);
      if (isInside || sale === first) await workOff(world, 0);
    };
    world.panel.context.faults.keyRevoked = true;
    await failTwice(first);
    await failTwice(second);
    const joining = isInside ? null : await look(1, second);
    world.panel.context.faults.keyRevoked = false;
    await world.advance(61_000);
    const meeting = joining ?? (await look(1, second));
    const leaving = await look(0, first);
    if (leaving) await world.open(leaving, 'held');
    if (meeting && world.openGates().includes(meeting)) await world.open(meeting, 'go');
  },
});
