import type { Logger } from 'pino';
import type { Clock } from '../lib/clock.ts';
import { toError } from '../lib/failure.ts';
import type { RequestBudget } from '../panel/client.ts';
import type { Store } from '../store/store.ts';

type Deps = { clock: Clock; log: Logger; store: Pick<Store, 'takeRequests' | 'holdRequests'> };

const NAME = 'panel';
/** At once; the rest of the minute's requests come at a steady pace. Together they stay under the limit in any minute. */
const BURST = 50;
/** What is left for a person who waits for an answer. */
const KEPT_FOR_STAFF = 15;
/** Taken together, so that a purchase asks the database once; unused ones are worth nothing after some seconds. */
const BATCH = 5;
const BATCH_MS = 5_000;

/**
 * Our share of the panel's request limit, in the database, for all processes. When the database can't be asked the request goes out: what
 * it was for would fail anyway, and a person who inspects is not held up.
 *
 * @param perMinute what the panel allows its user in a minute.
 * @param who `staff` may take what is kept for people.
 */
export function createPanelBudget(deps: Deps, perMinute: number, who: 'worker' | 'staff'): RequestBudget {
  let left = 0;
  let takenAtMs = 0;
  const { size, per_minute } = bucketOf(perMinute);
  const keep = who === 'staff' ? 0 : Math.min(KEPT_FOR_STAFF, Math.floor(size / 3));
  const bucket = { name: NAME, size, per_minute, keep };
  return {
    take: async () => {
      const now = deps.clock.now();
      if (left > 0 && now - takenAtMs < BATCH_MS) {
        left -= 1;
        return 0;
      }
      try {
        const taken = await deps.store.takeRequests({ ...bucket, wanted: who === 'staff' ? 1 : BATCH });
        if (taken.granted === 0) return Math.max(1, taken.wait_ms);
        left = taken.granted - 1;
        takenAtMs = now;
      } catch (thrown) {
        deps.log.warn({ reason: toError(thrown).message }, 'the request budget could not be asked');
      }
      return 0;
    },
    hold: async (ms) => {
      left = 0;
      try {
        await deps.store.holdRequests(NAME, ms);
      } catch (thrown) {
        deps.log.warn(
          { reason: toError(thrown).message },
          'the others could not be told that the panel asks us to wait',
        );
      }
    },
  };
}

/**
 * Requests that are left of our share now.
 *
 * @param perMinute what the panel allows its user in a minute.
 * @param row what the shared row held `age_ms` ago, and for how long the panel asked us to wait; null when it was never used.
 */
export function requestsLeft(
  perMinute: number,
  row: { tokens: number; age_ms: number; hold_ms: number } | null,
): number {
  const { size, per_minute } = bucketOf(perMinute);
  if (row === null) return size;
  if (row.hold_ms > 0) return 0;
  return Math.floor(Math.min(size, row.tokens + (per_minute / 60_000) * row.age_ms));
}

function bucketOf(perMinute: number): { size: number; per_minute: number } {
  const size = Math.min(BURST, Math.ceil(perMinute / 2));
  return { size, per_minute: perMinute - size };
}
