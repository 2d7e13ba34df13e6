import type { Timings } from '../../src/orders/timings.ts';

/** How many times faster than real time. */
export const FACTOR = 10;
export const SLOW_DELIVERY_MS = 20_000;

/** Reconciliation must not mend what is looked at, and nobody waits twenty minutes for an install that never ends. */
export const BENCH_TIMINGS: Partial<Timings> = {
  undeliveredMs: 1e9,
  sessionsMs: 1e9,
  auditMs: 1e9,
  stockMs: 1e9,
  planCheckMs: 1e9,
  snapshotMs: 500,
  installPollMs: 1_000,
  installDeadlineMs: 20_000,
  slowDeliveryMs: SLOW_DELIVERY_MS,
};
