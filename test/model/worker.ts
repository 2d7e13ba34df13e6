import { pino } from 'pino';
import { toError } from '../../src/lib/failure.ts';
import { NOBODY } from '../../src/metrics/observers.ts';
import { TIMINGS } from '../../src/orders/timings.ts';
import { createEngine, type EngineDeps } from '../../src/provisioning/engine.ts';
import { createStore, type Hint, type Store } from '../../src/store/store.ts';
import type { VirtualClock } from './clock.ts';
import type { ModelDatabase } from './database.ts';
import type { Fencing } from './fencing.ts';
import type { Actor, Gates } from './gates.ts';
import { createGatedPanelClient, type ModelPanel } from './panel.ts';
import type { Sale } from './sales.ts';
import { createGatedCall } from './store.ts';
import { createModelStripe } from './stripe.ts';
import type { Trace } from './trace.ts';

/** What every process of the model shares. */
export type Surroundings = {
  clock: VirtualClock;
  gates: Gates;
  trace: Trace;
  database: ModelDatabase;
  panel: ModelPanel;
  random: () => number;
  /** What must never happen, in one line each: a function that raised, a look that ended as a bug. */
  refusals: string[];
  fencing: Fencing;
  sales: Sale[];
};

/** A process that looks at what it is told to. */
export type Worker = Actor & {
  look(hint: Pick<Hint, 'kind' | 'id'>): void;
  /** One round of what one process does for all. */
  chore(name: 'installs' | 'audit'): void;
};

export function storeOf(around: Surroundings, actor: Actor): Store {
  return createStore({
    call: createGatedCall(around, actor),
    timings: TIMINGS,
    deadlineMs: TIMINGS.deadlineMs,
  });
}

export function createWorker(around: Surroundings, name: string): Worker {
  const worker: Worker = { name, isAlive: true, look: () => {}, chore: () => {} };
  const engine = createEngine(depsOf(around, worker));
  // As the queue and the chores do: what did not end is still due in the database.
  const giveUp = (thrown: unknown) => around.trace.add(`${name} gives up: ${toError(thrown).message}`);
  worker.look = (hint) => {
    engine.look(hint).catch(giveUp);
  };
  worker.chore = (wanted) => {
    engine.chores
      .find((chore) => chore.name === wanted)
      ?.run({ keep: async () => worker.isAlive, stopping: new AbortController().signal })
      .catch(giveUp);
  };
  return worker;
}

function depsOf(around: Surroundings, worker: Worker): EngineDeps {
  const { clock, gates, random, panel, trace, refusals, fencing } = around;
  const write = (line: string) => {
    const { msg, err } = JSON.parse(line) as { msg: string; err?: { message: string } };
    trace.add(`${worker.name} says: ${msg}`);
    if (err) refusals.push(`${msg}: ${err.message}`);
  };
  return {
    clock,
    timings: TIMINGS,
    log: pino({ level: 'warn' }, { write }),
    random,
    observe: NOBODY,
    holder: worker.name,
    hints: { send: async () => true },
    isDrained: () => false,
    store: storeOf(around, worker),
    panel: createGatedPanelClient(panel, { gates, clock, fencing, timeoutMs: TIMINGS.panelMs }, worker),
    stripe: createModelStripe(around.sales),
    lowStock: 0,
  };
}
