import type { Logger } from 'pino';
import type { Clock } from '../lib/clock.ts';
import { toError } from '../lib/failure.ts';
import { createSeldom } from '../lib/seldom.ts';
import type { Timings } from '../orders/timings.ts';

export type ReachDeps = { clock: Clock; timings: Timings; log: Logger };

/** Sends one request. True when it was taken (2xx). Never throws. */
export type Reach = (request: { method: 'GET' | 'POST'; json?: object }) => Promise<boolean>;

/**
 * Calls one address of somebody else's. The address is a secret: neither it nor an error's own text, which may quote it,
 * reaches the log. A failure is logged at most once a minute.
 *
 * @param who names the address in the log.
 * @param stopping ends a call that is under way.
 */
export function createReach(deps: ReachDeps, who: string, url: string, stopping: AbortSignal): Reach {
  const seldom = createSeldom(deps.clock);
  return async ({ method, json }) => {
    const timeout = deps.clock.timeout(deps.timings.watchdogMs);
    let reason: string;
    try {
      const answer = await fetch(url, {
        method,
        // A redirect would carry what we say to an address that nobody set.
        redirect: 'manual',
        signal: AbortSignal.any([timeout, stopping]),
        ...(json ? { headers: { 'content-type': 'application/json' }, body: JSON.stringify(json) } : {}),
      });
      await answer.body?.cancel();
      if (answer.ok) return true;
      reason = `it answered ${answer.status}`;
    } catch (thrown) {
      reason = timeout.aborted ? 'no answer in time' : codeOf(toError(thrown));
    }
    if (!stopping.aborted) seldom(() => deps.log.warn({ reason }, `${who} did not take our call`));
    return false;
  };
}

function codeOf(error: Error): string {
  const { cause } = error;
  return cause instanceof Error && 'code' in cause ? String(cause.code) : error.name;
}
