import type { Logger } from 'pino';
import type { Clock } from '../lib/clock.ts';
import { toError } from '../lib/failure.ts';
import type { FailureCode } from '../orders/failures.ts';
import type { Store } from '../store/store.ts';

/** A call that was not answered with 2xx, and why. */
export type RefusedCall = { path: string; status: number; reason: string; code?: FailureCode | undefined };

type Deps = { log: Logger; store: Pick<Store, 'refuse'>; unkept: Unkept };

/** Refusals of a time in which the database could not keep them: "how did we answer" has an answer for that time too. */
export type Unkept = {
  add(call: RefusedCall): void;
  /** The database works again: what was not kept is. Returns at once. */
  keep(deps: Deps): void;
};

/** The last few tell enough of an outage. */
const MOST = 50;

export function createUnkept(clock: Clock): Unkept {
  let calls: (RefusedCall & { atMs: number })[] = [];
  const keep = async (deps: Deps) => {
    let waiting = calls;
    calls = [];
    try {
      for (const { atMs, ...call } of waiting) {
        await deps.store.refuse({ ...call, ago_ms: clock.now() - atMs });
        waiting = waiting.slice(1);
      }
    } finally {
      // What was not kept waits on; meanwhile there may be more.
      calls = [...waiting, ...calls].slice(-MOST);
    }
  };
  return {
    add: (call) => {
      calls = [...calls.slice(1 - MOST), { ...call, atMs: clock.now() }];
    },
    keep: (deps) => {
      keep(deps).catch((thrown: unknown) => {
        deps.log.warn({ reason: toError(thrown).message }, 'refusals of an outage could not be kept');
      });
    },
  };
}

/** Keeps what was refused and why, so that "how did we answer" has an answer. Not being able to is no reason to fail. */
export async function recordRefusal(deps: Deps, call: RefusedCall): Promise<void> {
  deps.log.warn(call, 'refused a request');
  try {
    await deps.store.refuse(call);
  } catch (thrown) {
    deps.log.warn({ reason: toError(thrown).message }, 'a refusal could not be kept');
    deps.unkept.add(call);
  }
}
