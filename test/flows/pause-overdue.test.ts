import { expect, it } from 'vitest';
import { until } from '../../sandbox/world.ts';
import { alerts, buy, liveMessages, row, textOf, untilReady } from '../helpers/purchases.ts';
import { pause } from '../helpers/staff.ts';
import { useWorld } from '../helpers/world.ts';

const held = useWorld({
  factor: 10,
  env: { DEADLINE_MINUTES: '1' },
  timings: { sweepMs: 1_000, resumePaceMs: 500, standingMs: 1 },
});

it('orders that have no server a deadline after their pause ended call staff once for all, and not before', async () => {
  const world = held.get();
  await pause(world, { what: 'panel', minutes: 1, reason: 'an upgrade' });
  const sales = await Promise.all([1, 2, 3].map(() => buy(world)));
  for (const sale of sales)
    await until('paused', () => textOf(liveMessages(world, sale.id)[0]).includes('is paused'));
  const [{ ends } = { ends: 0 }] =
    await world.database`select (extract(epoch from until) * 1000)::float8 as ends from orderly_pauses`;
  // Nobody knows any more whether they still stand: each waits, and is lost by nobody.
  world.stripe.faults.apiDown = true;
  const alert = await until('an alert', () => alerts(world)[0], 40_000);
  expect(alert.createdMs).toBeGreaterThan(Number(ends) + 60_000);
  await until('all three under it', () => textOf(alert).includes('3 orders'));
  expect(textOf(alert)).toContain('Stripe could not be asked');
  world.stripe.faults.apiDown = false;
  for (const sale of sales) await untilReady(world, sale, 25_000);
  await until('it is over', () => textOf(alert).includes('🟢 Over'));
  expect(alerts(world)).toHaveLength(1);
}, 90_000);

it('what each of them waits for does not make it another alert', async () => {
  const world = held.get();
  const before = alerts(world).length;
  world.panel.faults.rateLimited = true;
  const sales = await Promise.all([1, 2, 3, 4].map(() => buy(world)));
  await until('one was refused and others wait for it', async () => {
    const codes = await Promise.all(sales.map(async (sale) => (await row(world, sale.id)).failure_code));
    return codes.every((code) => code !== null) && new Set(codes).size > 1;
  });
  // Before the panel takes requests again, so that none of them changes its mind.
  await world.database`update orderly_purchases set deadline_at = orderly_now() where provisioned_at is null`;
  const alert = await until('an alert', () => alerts(world)[before]);
  await until('all four under it', () => textOf(alert).includes('4 orders'));
  expect(alerts(world)).toHaveLength(before + 1);
  world.panel.faults.rateLimited = false;
  for (const sale of sales) await untilReady(world, sale, 25_000);
  expect(alerts(world)).toHaveLength(before + 1);
});
