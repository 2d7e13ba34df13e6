import type { Clock } from '../lib/clock.ts';

/**
 * Bounds what wrong calls can cost, whoever makes them: rows and log lines by reason, answers by address. What is signed by Stripe, or has the
 * token, is never asked about here: whether it is comes first, and is cheap (a hash of the body).
 *
 * Own code, because @fastify/rate-limit counts each call of an address before its handler runs: behind a proxy all calls have one address,
 * and a flood of wrong ones would use up what Stripe's need.
 */
export type RefusalLimits = {
  /** Whether a refusal of this kind is kept and logged, and how many of the kind were not since the last that was. */
  keep(kind: string): { kept: boolean; leftOut: number };
  /** Counts a wrong signature or token. True when this address had too many: it gets 429 and no reason any more. */
  isFlood(address: string): boolean;
};

/** So many at once, and so many a minute after that. */
type Rate = { burst: number; perMinute: number };
/** Enough that "how did we answer" is answered; the table has room for hours of it. */
const KEPT: Rate = { burst: 100, perMinute: 30 };
const ANSWERED: Rate = { burst: 100, perMinute: 60 };
/** Made-up names fill no memory: at so many the older half begins to be forgotten. */
const MOST_BUCKETS = 10_000;

export function createRefusalLimits(clock: Clock): RefusalLimits {
  const kept = createBuckets(clock, KEPT);
  const answered = createBuckets(clock, ANSWERED);
  const leftOut = new Map<string, number>();
  return {
    keep: (kind) => {
      if (kept(kind)) {
        const before = leftOut.get(kind) ?? 0;
        leftOut.delete(kind);
        return { kept: true, leftOut: before };
      }
      leftOut.set(kind, (leftOut.get(kind) ?? 0) + 1);
      return { kept: false, leftOut: 0 };
    },
    isFlood: (address) => !answered(address),
  };
}

/** Token buckets by name. @returns a function that takes one token, and says whether there was one. */
function createBuckets(clock: Clock, { burst, perMinute }: Rate): (name: string) => boolean {
  type Bucket = { tokens: number; atMs: number };
  let buckets = new Map<string, Bucket>();
  let older = new Map<string, Bucket>();
  return (name) => {
    const nowMs = clock.now();
    const before = buckets.get(name) ?? older.get(name) ?? { tokens: burst, atMs: nowMs };
    // A clock that was set back fills nothing, and never empties one.
    const filled = (Math.max(0, nowMs - before.atMs) / 60_000) * perMinute;
    const tokens = Math.min(burst, before.tokens + filled);
    if (buckets.size >= MOST_BUCKETS) {
      older = buckets;
      buckets = new Map();
    }
    buckets.set(name, { tokens: tokens >= 1 ? tokens - 1 : tokens, atMs: nowMs });
    return tokens >= 1;
  };
}
