import fc from 'fast-check';
import { command, workerIndex } from './command.ts';
import { ingestStop, sellAnother } from './deliver.ts';
import { finishLook, goToPoint, lookUntil, POINTS, workOff } from './reach.ts';
import { pressRetry } from './staff.ts';

/** While a worker stands somewhere in its look, maybe until its lease is over, something else happens to the order. */
export const meanwhile = command({
  name: 'meanwhile',
  weight: 4,
  input: fc.record({
    worker: workerIndex,
    point: fc.constantFrom(...POINTS),
    afterMs: fc.constantFrom(0, 91_000, 91_000),
    what: fc.constantFrom('takeover', 'takeover', 'stop', 'stop', 'retry'),
    end: fc.constantFrom('goes on', 'stands', 'dies'),
  }),
  run: async (world, { worker, point, afterMs, what, end }) => {
    const sale = await sellAnother(world);
    if (!(await lookUntil(world, worker, sale, point))) return;
    await world.advance(afterMs);
    if (what === 'stop') await ingestStop(world, sale, 'refunded', true);
    if (what === 'retry') await pressRetry(world, sale, `press_${world.next()}`, true);
    await workOff(world, 1 - worker);
    if (end === 'dies') world.crash(worker);
    if (end === 'goes on') await finishLook(world, worker);
  },
});

/** Two orders want the first free port of one node, each with a worker of its own. */
export const meetOnPort = command({
  name: 'meet on port',
  weight: 2,
  input: fc.record({ point: fc.constantFrom('send step placed', 'send POST servers') }),
  run: async (world, { point }) => {
    const meeting = [];
    for (const index of [0, 1]) {
      const sale = await sellAnother(world);
      if (await lookUntil(world, index, sale, point)) meeting.push(index);
    }
    for (const index of meeting) {
      const gate = await goToPoint(world, index, 'send POST servers');
      if (gate) await world.open(gate, 'go');
    }
  },
});

/**
 * A create's connection is lost while the panel still has it: its node hangs, and the panel shows a server that it will
 * take back; or the panel is slow, and shows one only later. Then the money goes back, or
 * staff press Retry, so that it is looked at at once.
 */
export const lostCreate = command({
  name: 'lost create',
  weight: 4,
  input: fc.record({
    worker: workerIndex,
    trouble: fc.constantFrom('hangs', 'hangs', 'slow'),
    ms: fc.constantFrom(50, 5_000, 29_000),
    isStopped: fc.boolean(),
  }),
  run: async (world, { worker, trouble, ms, isStopped }) => {
    const { panel } = world;
    const sale = await sellAnother(world);
    const gate = await lookUntil(world, worker, sale, 'send POST servers');
    if (!gate) return;
    for (const node of [1, 2, 3]) panel.context.faults.wings[node] = trouble === 'hangs' ? 'hang_all' : 'ok';
    panel.context.faults.slowMs = trouble === 'slow' ? 20_000 : 0;
    await world.open(gate, 'go');
    panel.context.faults.slowMs = 0;
    await world.advance(ms);
    panel.cut();
    await world.settle();
    await finishLook(world, worker);
    if (isStopped) await ingestStop(world, sale, 'refunded', true);
    else await pressRetry(world, sale, `press_${world.next()}`, true);
    await workOff(world, 1 - worker);
  },
});

/** Two orders meet in one incident while neither is committed: the last one out, and one that leaves or joins just then. */
export const meetInIncident = command({
  name: 'meet in incident',
  weight: 1,
  input: fc.record({ isInside: fc.boolean() }),
  run: async (world, { isInside }) => {
    const sellAndFail = async (isTwice: boolean) => {
      const sale = await sellAnother(world);
      await workOff(world, 0);
      await world.advance(10_000);
      if (isTwice) await workOff(world, 0);
      return sale;
    };
    world.panel.context.faults.keyRevoked = true;
    const first = await sellAndFail(true);
    const second = await sellAndFail(isInside);
    const joining = isInside ? null : await lookUntil(world, 1, second, 'send finish');
    world.panel.context.faults.keyRevoked = false;
    await world.advance(61_000);
    const meeting = joining ?? (await lookUntil(world, 1, second, 'send finish'));
    const leaving = await lookUntil(world, 0, first, 'send finish');
    if (leaving) await world.open(leaving, 'held');
    if (meeting && world.openGates().includes(meeting)) await world.open(meeting, 'go');
  },
});
