import type { FastifyReply } from 'fastify';
import type { Logger } from 'pino';
import type { Clock } from '../lib/clock.ts';
import { toError } from '../lib/failure.ts';
import type { FailureCode } from '../orders/failures.ts';
import type { Store } from '../store/store.ts';
import type { RefusalLimits } from './refusal-limits.ts';

/** A call that was not answered with 2xx, and why. */
export type RefusedCall = { path: string; status: number; reason: string; code?: FailureCode | undefined };

type KeepDeps = { log: Logger; store: Pick<Store, 'refuse'> };
type Deps = KeepDeps & { unkept: Unkept; limits: Pick<RefusalLimits, 'keep'> };

/** Refusals of a time in which the database could not keep them: "how did we answer" has an answer for that time too. */
export type Unkept = {
  add(call: RefusedCall): void;
  /** The database works again: what was not kept is. Returns at once. */
  keep(deps: KeepDeps): void;
};

/** The last few tell enough of an outage. */
const MOST = 50;

export function createUnkept(clock: Clock): Unkept {
  let calls: (RefusedCall & { atMs: number })[] = [];
  const keep = async (deps: KeepDeps) => {
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

/**
 * Keeps what was refused and why, so that "how did we answer" has an answer; of a flood some. Not being able to is no reason to fail.
 */
export async function recordRefusal(deps: Deps, call: RefusedCall): Promise<void> {
  const { kept, leftOut } = deps.limits.keep(`${call.path} ${call.status} ${call.reason}`);
  if (!kept) return;
  deps.log.warn(leftOut > 0 ? { ...call, leftOut } : call, 'refused a request');
  try {
    await deps.store.refuse(call);
  } catch (thrown) {
    deps.log.warn({ reason: toError(thrown).message }, 'a refusal could not be kept');
    deps.unkept.add(call);
  }
}

/** The answer to one of too many wrong calls: without a reason, a row or a log line. */
export function refuseFlood(reply: FastifyReply): FastifyReply {
  return reply.code(429).header('retry-after', '60').send({ error: 'too many wrong calls' });
}
