import { expect, it } from 'vitest';
import { until } from '../../sandbox/world.ts';
import { startLead } from '../../src/bot/lead.ts';
import { type Clock, createClock } from '../../src/lib/clock.ts';
import { createLoops, type Loops } from '../../src/lib/loops.ts';
import { createLog } from '../../src/log.ts';
import { TIMINGS } from '../../src/orders/timings.ts';
import { startChore } from '../../src/provisioning/chores.ts';
import { startSweeper } from '../../src/provisioning/sweeper.ts';
import { startPulse } from '../../src/watchdog/pulse.ts';

type Deps = {
  clock: Clock;
  timings: typeof TIMINGS;
  log: ReturnType<typeof createLog>;
  loops: Loops;
  holder: string;
};
/** Starts a loop whose every question goes to `ask`. @returns how it is stopped. */
type Start = (deps: Deps, ask: () => Promise<never>) => () => Promise<void>;

const LOOPS: [name: string, start: Start][] = [
  [
    'sweep',
    (deps, due) =>
      startSweeper({ ...deps, store: { due }, hints: { send: async () => true }, look: async () => {} }).stop,
  ],
  [
    'stock',
    (deps, lease) =>
      startChore({ ...deps, store: { lease } }, { name: 'stock', everyMs: 10_000, run: lease }).stop,
  ],
  [
    'lead',
    (deps, lead) =>
      startLead(
        { ...deps, store: { lead } },
        { enter: () => {}, leave: async () => {}, isCutOff: () => false },
      ).stop,
  ],
  ['pulse', (deps, pulse) => startPulse({ ...deps, store: { pulse } }, []).stop],
];

/** As long as no loop of the product may be silent. */
const LATE_MS = 2 * 60 * 60_000;

function watched() {
  const real = createClock();
  let aheadMs = 0;
  const clock = { ...real, now: () => real.now() + aheadMs };
  const loops = createLoops(clock);
  const timings = { ...TIMINGS, sweepMs: 20, leadEveryMs: 20, pulseMs: 20 };
  const deps = { clock, timings, log: createLog('silent'), loops, holder: 'me' };
  const wait = (ms: number) => {
    aheadMs += ms;
  };
  return { deps, loops, wait };
}

it.each(LOOPS)(
  '%s stands still when a question never ends, and is no loop of the process once it was stopped',
  async (name, start) => {
    const { deps, loops, wait } = watched();
    const { promise: never, reject } = Promise.withResolvers<never>();
    const stop = start(deps, () => never);
    await until('it began', () => loops.last().has(name));
    expect(loops.still()).toEqual([]);
    wait(LATE_MS);
    expect(loops.still()).toEqual([name]);
    const stopped = stop();
    reject(new Error('over'));
    await stopped;
    wait(LATE_MS);
    expect(loops.still()).toEqual([]);
  },
);

it.each(LOOPS.filter(([name]) => name !== 'stock'))(
  '%s is alive while the database refuses every question: a restart mends no database',
  async (name, start) => {
    const { deps, loops, wait } = watched();
    let asked = 0;
    const stop = start(deps, async () => {
      asked += 1;
      throw new Error('the database is away');
    });
    for (let round = 0; round < 3; round += 1) {
      wait(LATE_MS);
      const before = asked;
      await until('it asks again', () => asked > before + 1);
      expect(loops.still()).toEqual([]);
    }
    expect(loops.last().has(name)).toBe(true);
    await stop();
  },
);
