import { pino } from 'pino';
import { toError } from '../../src/lib/failure.ts';
import { TIMINGS } from '../../src/orders/timings.ts';
import type { ProvisioningDeps } from '../../src/provisioning/deps.ts';
import { look } from '../../src/provisioning/look.ts';
import { createStore, type Hint, type Store } from '../../src/store/store.ts';
import type { VirtualClock } from './clock.ts';
import type { ModelDatabase } from './database.ts';
import type { Fencing } from './fencing.ts';
import type { Actor, Gates } from './gates.ts';
import { createGatedPanelClient, type ModelPanel } from './panel.ts';
import { createGatedCall } from './store.ts';
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
};

/** A process that looks at what it is told to. */
export type Worker = Actor & { look(hint: Pick<Hint, 'kind' | 'id'>): void };

export function storeOf(around: Surroundings, actor: Actor): Store {
  return createStore({
    call: createGatedCall(around, actor),
    timings: TIMINGS,
    deadlineMs: TIMINGS.deadlineMs,
  });
}

export function createWorker(around: Surroundings, name: string): Worker {
  const worker: Worker = { name, isAlive: true, look: () => {} };
  const deps = depsOf(around, worker);
  worker.look = (hint) => {
    // As the queue does: what did not end is still due in the database.
    look(deps, hint).catch((thrown) => around.trace.add(`${name} gives up: ${toError(thrown).message}`));
  };
  return worker;
}

function depsOf(around: Surroundings, worker: Worker): ProvisioningDeps {
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
    holder: worker.name,
    store: storeOf(around, worker),
    panel: createGatedPanelClient(panel, { gates, clock, fencing, timeoutMs: TIMINGS.panelMs }, worker),
    stripe: {
      retrieveSession: async () => unanswered,
      findSubscriptionOfCharge: async () => unanswered,
    },
  };
}

const unanswered = {
  kind: 'fault',
  reason: 'no_answer',
  message: 'Stripe is not part of the model',
} as const;
