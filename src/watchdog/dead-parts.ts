import type { Timings } from '../orders/timings.ts';

/** What is known about this process's part in the loop; times in milliseconds of its clock, 0 for never. */
export type Facts = {
  lastSweepMs: number;
  /** When the outbox last got through to the database, or heard that another process leads. */
  lastRoundMs: number;
  /** Whether the connection that brings the presses stands. */
  isConnected: boolean;
  /** Since when messages have waited for Discord and none got through; null when none waits so. */
  waitingSinceMs: number | null;
  isRedisReady: boolean;
};

export type Part = 'sweep' | 'outbox' | 'discord' | 'redis';

/** Calls of the database may take 10 s, and one that failed is no sign yet. */
const LATE_MS = 30_000;

/** The parts of the loop that are dead; empty when the whole of it is alive. */
export function deadParts(
  now: number,
  facts: Facts,
  timings: Pick<Timings, 'sweepMs' | 'outboxMs' | 'pagerAfterMs'>,
): Part[] {
  const isLate = (lastMs: number, everyMs: number) => now - lastMs > Math.max(3 * everyMs, LATE_MS);
  const isMute = facts.waitingSinceMs !== null && now - facts.waitingSinceMs > timings.pagerAfterMs;
  const isDead: Record<Part, boolean> = {
    sweep: isLate(facts.lastSweepMs, timings.sweepMs),
    outbox: isLate(facts.lastRoundMs, timings.outboxMs),
    discord: !facts.isConnected || isMute,
    redis: !facts.isRedisReady,
  };
  return (Object.keys(isDead) as Part[]).filter((part) => isDead[part]);
}
