import type { Timings } from '../orders/timings.ts';

/** What is known of this process's worker; times in milliseconds of its clock, 0 for never. */
export type WorkerFacts = { lastSweepMs: number; isRedisReady: boolean };

/** The same of its bot. */
export type BotFacts = {
  /** When it last got through to the database, or heard that another process leads. */
  lastRoundMs: number;
  /** Whether the connection that brings the presses stands; one that stands by has none. */
  isConnected: boolean;
  standsBy: boolean;
  /** Since when messages have waited for Discord and none got through; null when none waits so. */
  waitingSinceMs: number | null;
};

export type Part = 'sweep' | 'redis' | 'outbox' | 'discord';

/** Calls of the database may take 10 s, and one that failed is no sign yet. */
const LATE_MS = 30_000;

/** The parts of a worker that are dead; empty when it is alive. */
export function deadWorkerParts(
  now: number,
  { lastSweepMs, isRedisReady }: WorkerFacts,
  timings: Pick<Timings, 'sweepMs'>,
): Part[] {
  return named({ sweep: isLate(now, lastSweepMs, timings.sweepMs), redis: !isRedisReady });
}

/** The same of a bot. */
export function deadBotParts(
  now: number,
  { lastRoundMs, isConnected, standsBy, waitingSinceMs }: BotFacts,
  timings: Pick<Timings, 'outboxMs' | 'pagerAfterMs'>,
): Part[] {
  const isMute = waitingSinceMs !== null && now - waitingSinceMs > timings.pagerAfterMs;
  return named({
    outbox: isLate(now, lastRoundMs, timings.outboxMs),
    discord: (!isConnected && !standsBy) || isMute,
  });
}

function isLate(now: number, lastMs: number, everyMs: number): boolean {
  return now - lastMs > Math.max(3 * everyMs, LATE_MS);
}

function named(isDead: Partial<Record<Part, boolean>>): Part[] {
  return (Object.keys(isDead) as Part[]).filter((part) => isDead[part]);
}
