import type { Store } from '../../src/store/store.ts';
import { createVirtualClock, type VirtualClock } from './clock.ts';
import type { ModelDatabase } from './database.ts';
import { createFencing } from './fencing.ts';
import { type Actor, createGates, type Gate, type Gates, type Opening } from './gates.ts';
import { createModelPanel, type ModelPanel } from './panel.ts';
import { createRandom } from './random.ts';
import { createSales } from './sales.ts';
import { createTrace, type Trace } from './trace.ts';
import { createWorker, type Surroundings, storeOf, type Worker } from './worker.ts';

/** Any moment: every run begins at the same one. */
const START_MS = Date.parse('2030-01-01T00:00:00Z');
/** Every call of a look is two gates; no look is this long. */
const MANY = 400;

export type ModelWorld = Surroundings & {
  workers: [Worker, Worker];
  /** The webhook and the buttons. */
  site: { actor: Actor; store: Store };
  /** Lets everything go on until each process stands at a gate, sleeps, or is done. */
  settle(): Promise<void>;
  advance(ms: number): Promise<void>;
  open(gate: Gate, how: Opening): Promise<void>;
  /** Gates that may be opened now: while a call waits for another's commit, no further one enters the database. */
  openGates(): Gate[];
  /** Starts something and, unless it is to stand at its first gate, opens all that `actor` meets. */
  through(actor: Actor, start: () => void, isDirect: boolean): Promise<void>;
  crash(index: number): void;
  /** Events that the database took. */
  stored: Set<string>;
  /** Presses that acted. */
  pressed: Set<string>;
  /** Ends what is under way, so that the next run finds an idle database. */
  abandon(): Promise<void>;
  /** A number that nobody else gets: for ids of events and presses. */
  next(): number;
};

export async function createModelWorld(database: ModelDatabase, seed: number): Promise<ModelWorld> {
  const clock: VirtualClock = createVirtualClock(START_MS);
  const trace: Trace = createTrace(() => clock.now() - START_MS);
  const gates: Gates = createGates(trace, clock.now);
  const panel: ModelPanel = createModelPanel(clock);
  await database.reset(START_MS);
  const refusals: string[] = [];
  const fencing = createFencing((line) => refusals.push(line));
  const random = createRandom(seed);
  const sales = createSales();
  const around: Surroundings = { clock, trace, gates, database, panel, random, refusals, fencing, sales };
  const actor: Actor = { name: 'site', isAlive: true };
  const workers: [Worker, Worker] = [createWorker(around, 'a1'), createWorker(around, 'b1')];
  let counter = 0;
  const world: ModelWorld = {
    ...around,
    workers,
    site: { actor, store: storeOf(around, actor) },
    next: () => ++counter,
    stored: new Set(),
    pressed: new Set(),
    abandon: async () => {
      for (const one of [actor, ...workers]) gates.kill(one);
      for (const gate of gates.waiting()) gate.open('lost');
      await world.settle();
    },
    settle: async () => {
      // Answers of PostgreSQL are the only thing that comes from outside.
      do await turns();
      while (await database.calls.quiet());
    },
    advance: async (ms) => {
      const untilMs = clock.now() + ms;
      while (clock.step(untilMs)) {
        await database.setClock(clock.now());
        await world.settle();
      }
      await database.setClock(clock.now());
    },
    open: async (gate, how) => {
      gate.open(how);
      await world.settle();
    },
    openGates: () =>
      gates
        .waiting()
        .filter(({ target, kind }) => !(database.calls.isBlocked() && target === 'store' && kind === 'send')),
    through: async (who, start, isDirect) => {
      start();
      await world.settle();
      for (let turn = 0; isDirect && turn < MANY; turn += 1) {
        const gate = world.openGates().find((one) => one.actor === who);
        if (!gate) return;
        await world.open(gate, 'go');
      }
    },
    crash: (index) => {
      const old = workers[index]!;
      gates.kill(old);
      workers[index] = createWorker(around, `${old.name[0]}${Number(old.name.slice(1)) + 1}`);
    },
  };
  return world;
}

/** Lets promises go on. Between two answers from outside there are only those, however long their chain. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
