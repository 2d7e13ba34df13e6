import { expect, it } from 'vitest';
import { createClock } from '../../src/lib/clock.ts';
import { createLog } from '../../src/log.ts';
import { createMetrics, type Sources } from '../../src/metrics/metrics.ts';
import { requestsLeft } from '../../src/provisioning/panel-budget.ts';
import { samplesOf, totalOf } from '../helpers/metrics.ts';
import { NUMBERS, useMetrics } from '../ops/page.ts';

const still = (): string[] => [];
const SOURCES: Sources = {
  roles: ['webhook'],
  loops: { still, last: () => new Map() },
  numbers: async () => NUMBERS,
  queue: async () => null,
  discord: null,
  panelLeft: null,
};
const silent = createLog('silent');

it('types that somebody makes up are counted as one', async () => {
  const { observers, text } = useMetrics();
  const before = samplesOf(await text()).length;
  for (let count = 0; count < 50; count += 1) observers.event(`made.up.${count}`, 'stored');
  const page = await text();
  expect(samplesOf(page)).toHaveLength(before);
  expect(totalOf(page, 'orderly_events_total', { type: 'other', outcome: 'stored' })).toBe(50);
});

it('the capacity of a region is that of its scarcest plan, and an old forecast is none', async () => {
  const page = await useMetrics().text();
  expect(totalOf(page, 'orderly_capacity_servers', { region: 'eu-west' })).toBe(2);
  expect(totalOf(page, 'orderly_capacity_servers', { region: 'us-east' })).toBe(0);
  const { createText } = createMetrics({ clock: createClock(), log: silent });
  const old = { ...NUMBERS, stock: { age_s: 3_600, rows: NUMBERS.stock!.rows } };
  expect(
    totalOf(await createText({ ...SOURCES, numbers: async () => old })(), 'orderly_capacity_servers'),
  ).toBe(null);
});

it('the database is asked once for scrapes of five seconds, also when they come together, and anew once it failed', async () => {
  let nowMs = 0;
  let asked = 0;
  let isAway = false;
  const clock = { ...createClock(), now: () => nowMs };
  const text = createMetrics({ clock, log: silent }).createText({
    ...SOURCES,
    numbers: async () => {
      asked += 1;
      if (isAway) throw new Error('away');
      return NUMBERS;
    },
  });
  await Promise.all([text(), text(), text()]);
  nowMs = 4_999;
  await text();
  expect(asked).toBe(1);
  nowMs = 5_000;
  isAway = true;
  expect(totalOf(await text(), 'orderly_waiting_purchases')).toBe(null);
  expect(totalOf(await text(), 'orderly_scrape_failures_total', { part: 'database' })).toBe(2);
  isAway = false;
  expect(totalOf(await text(), 'orderly_waiting_purchases')).toBe(3);
  expect(asked).toBe(4);
});

it('a process tells nothing of a part that it has not', async () => {
  const page = await createMetrics({ clock: createClock(), log: silent }).createText(SOURCES)();
  for (const name of [
    'orderly_discord_leads',
    'orderly_discord_requests_left',
    'orderly_panel_requests_left',
  ])
    expect([name, totalOf(page, name)]).toEqual([name, null]);
  expect(totalOf(page, 'orderly_redis_up')).toBe(0);
});

it.each([
  [null, 50],
  [{ tokens: 10, age_ms: 0, hold_ms: 0 }, 10],
  [{ tokens: 10, age_ms: 3_000, hold_ms: 0 }, 19],
  [{ tokens: 10, age_ms: 3_600_000, hold_ms: 0 }, 50],
  [{ tokens: 10, age_ms: 3_600_000, hold_ms: 1 }, 0],
])('of 240 requests a minute the row %j leaves %i', (row, left) => {
  expect(requestsLeft(240, row)).toBe(left);
});
