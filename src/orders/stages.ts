import type { Purchase } from './purchase.ts';

/**
 * What a purchase passes once on its way: its message stands in Discord, the request that makes its server goes out, the panel has the
 * server, its install is done.
 */
export const STAGES = ['message', 'create_sent', 'provisioned', 'ready'] as const;
export type Stage = (typeof STAGES)[number];

/** Hears how many seconds after it was paid a purchase passed a stage, once it is written down. */
export type ObserveStage = (stage: Stage, seconds: number) => void;

/**
 * Seconds from paid to now; null when it is not paid. When it was paid is by the database's clock, so is when it was read; only the time
 * since then is by ours.
 *
 * @param readMs when it was read, and `nowMs` what is now, in milliseconds of our clock.
 */
export function secondsSincePaid(
  { paid_at: paidMs, now: thenMs }: Pick<Purchase, 'paid_at' | 'now'>,
  readMs: number,
  nowMs: number,
): number | null {
  return paidMs === null ? null : Math.max(0, thenMs - paidMs + (nowMs - readMs)) / 1000;
}

/** Whether a server that it is given now is its first one: staff may have had another made for one that was gone. */
export function hadNoServer({ attempts_made: made }: Pick<Purchase, 'attempts_made'>): boolean {
  return !made.some(({ outcome }) => outcome === 'provisioned');
}
