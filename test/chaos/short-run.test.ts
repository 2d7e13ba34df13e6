import { expect, it } from 'vitest';
import { CHAOS_PACE } from '../../bench/chaos/plan.ts';
import { runChaos } from '../../bench/chaos/run.ts';

/** As much as a run of some minutes has, in less time. */
const DENSE = { ...CHAOS_PACE, saleMs: 2_000, faultMs: 3_500, actMs: 2_000, actsAfterMs: 10_000 };

it('every promise is kept in a short run of sales, kills, outages and presses', async () => {
  const outcome = await runChaos(12, 24, DENSE);
  expect(outcome.wrong).toEqual([]);
  expect(outcome.purchases).toBe(24);
  expect(outcome.servers).toBeGreaterThan(12);
  expect(outcome.kills).toBeGreaterThan(1);
}, 300_000);
