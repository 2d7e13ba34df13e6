import type { Logger } from 'pino';
import type { Clock } from '../lib/clock.ts';
import { toError } from '../lib/failure.ts';
import type { Loops } from '../lib/loops.ts';
import { ROLES, type Role } from '../lib/roles.ts';
import { createSeldom } from '../lib/seldom.ts';
import type { Timings } from '../orders/timings.ts';
import type { Store } from '../store/store.ts';
import type { Part } from './dead-parts.ts';

export type PulseDeps = {
  clock: Clock;
  timings: Pick<Timings, 'pulseMs'>;
  log: Logger;
  loops: Loops;
  holder: string;
  store: Pick<Store, 'pulse'>;
};

/** A role of this process, as far as signs of life go. */
export type Living = {
  name: Role;
  /** Its parts that are dead; empty when it is alive. */
  deadParts(): Part[];
  /** True while another process does its work, and this one is there to take over. */
  standsBy(): boolean;
};

export type Pulse = {
  /** What is dead everywhere, of all roles; empty while each is alive somewhere. */
  deadParts(): string[];
  stop(): Promise<void>;
};

/** After so long without a sign, a process is taken for dead; one call that failed is no sign yet. */
export const FRESH_MS = 30_000;

/**
 * Tells the others which roles are alive here, and hears which are alive there: a process that is dead can't say so itself.
 *
 * @returns stop, which says goodbye, and what is dead.
 */
export function startPulse(deps: PulseDeps, own: Living[]): Pulse {
  const stopping = new AbortController();
  const seldom = createSeldom(deps.clock);
  const carries = (one: Living) => !one.standsBy() && one.deadParts().length === 0;
  let others: Role[] = [];
  let heardMs = Number.NEGATIVE_INFINITY;
  const beat = async (roles: Role[]) => {
    const alive = own.filter(carries).map(({ name }) => name);
    try {
      others = await deps.store.pulse({ holder: deps.holder, roles, alive, fresh_ms: FRESH_MS });
      heardMs = deps.clock.now();
    } catch (thrown) {
      const reason = toError(thrown).message;
      seldom(() => deps.log.warn({ reason }, 'a sign of life could not be given'));
    }
  };
  const isAliveElsewhere = (role: Role) => deps.clock.now() - heardMs < FRESH_MS && others.includes(role);
  const deadOf = (role: Role): string[] => {
    const here = own.find(({ name }) => name === role);
    if ((here && carries(here)) || isAliveElsewhere(role)) return [];
    const dead = here?.deadParts() ?? [];
    return dead.length > 0 ? dead : [role];
  };
  const signs = deps.loops.start('pulse');
  const loop = async () => {
    while (!stopping.signal.aborted) {
      signs.beat(deps.timings.pulseMs);
      await beat(own.map(({ name }) => name));
      await deps.clock.sleep(deps.timings.pulseMs, stopping.signal);
    }
    signs.end();
  };
  const running = loop();
  return {
    deadParts: () => ROLES.flatMap(deadOf),
    stop: async () => {
      stopping.abort();
      await running;
      await beat([]);
    },
  };
}
