import { expect, it } from 'vitest';
import { until } from '../../sandbox/world.ts';
import { METRICS } from '../../src/metrics/definitions.ts';
import { METRICS_TOKEN, pageOf, samplesOf, totalOf } from '../helpers/metrics.ts';
import { buy, untilReady } from '../helpers/purchases.ts';
import { useWorld } from '../helpers/world.ts';

const held = useWorld({ factor: 6, env: { METRICS_TOKEN }, installMs: 500 });
const page = () => pageOf(held.get().botUrl);

it('a purchase is told of once at each stage, with the seconds that it took, and so are the event and the try', async () => {
  const world = held.get();
  const before = world.clock.now();
  const sale = await buy(world);
  await untilReady(world, sale);
  const said = await until('the message was told of', async () => {
    const now = await page();
    return totalOf(now, 'orderly_purchase_stage_seconds_count', { stage: 'ready' }) === 1 &&
      totalOf(now, 'orderly_purchase_stage_seconds_count', { stage: 'message' }) === 1
      ? now
      : null;
  });
  const most = (world.clock.now() - before) / 1000;
  const sums = ['create_sent', 'provisioned', 'ready'].map((stage) => {
    expect([stage, totalOf(said, 'orderly_purchase_stage_seconds_count', { stage })]).toEqual([stage, 1]);
    return totalOf(said, 'orderly_purchase_stage_seconds_sum', { stage })!;
  });
  expect(sums[0]).toBeLessThanOrEqual(sums[1]!);
  const [row] = await world.database`
    select extract(epoch from ready_at - paid_at)::float as ready_s, extract(epoch from provisioned_at - paid_at)::float as made_s
    from orderly_purchases where id = ${sale.id}`;
  expect(Math.abs(sums[2]! - row?.ready_s)).toBeLessThan(2);
  // Told when the database has answered, which on a busy machine takes its time.
  expect(sums[1]).toBeGreaterThan(row?.made_s - 1);
  expect(sums[1]).toBeLessThan(most);
  expect(totalOf(said, 'orderly_attempts_total', { code: 'ok' })).toBe(1);
  expect(totalOf(said, 'orderly_attempts_total')).toBe(1);
  const ours = { type: 'checkout.session.completed', outcome: 'stored' };
  expect(totalOf(said, 'orderly_events_total', ours)).toBe(1);
});

it('everything of ours is on the page of a process that does all', async () => {
  const world = held.get();
  const complete = await until(
    'all of it',
    async () => {
      const names = new Set(
        samplesOf(await page()).map(({ name }) => name.replace(/_(bucket|sum|count)$/, '')),
      );
      return Object.keys(METRICS).every((name) => names.has(name));
    },
    20_000,
    async () => {
      const said = await page();
      return Object.keys(METRICS).filter((name) => !said.includes(`\n${name}`));
    },
  );
  expect(complete).toBe(true);
  const said = await page();
  for (const to of ['supabase', 'stripe', 'panel', 'discord'])
    expect([to, totalOf(said, 'orderly_outbound_seconds_count', { to, outcome: 'ok' })]).toEqual([
      to,
      expect.any(Number),
    ]);
  expect(totalOf(said, 'orderly_discord_leads')).toBe(1);
  expect(totalOf(said, 'orderly_discord_led')).toBe(1);
  expect(totalOf(said, 'orderly_role_processes', { role: 'worker' })).toBe(1);
  expect(totalOf(said, 'orderly_waiting_purchases')).toBe(0);
  expect(totalOf(said, 'process_resident_memory_bytes')).toBeGreaterThan(1e6);
  // No label is about one purchase, person or key.
  const texts = samplesOf(said).flatMap(({ labels }) => Object.values(labels));
  const rows = await world.database`select id, order_id, session_id, email from orderly_purchases`;
  for (const text of rows.flatMap((row) => Object.values(row)).map(String)) expect(texts).not.toContain(text);
  expect(said).not.toMatch(/@|sk_test|whsec|ptla_|sb_secret/);
});

it('while the database is away its numbers are gone from the page, which says so, and the rest of it stays', async () => {
  const world = held.get();
  world.proxy.faults.down = true;
  try {
    const said = await until('the database is away', async () => {
      const now = await page();
      return totalOf(now, 'orderly_database_up') === 0 ? now : null;
    });
    for (const name of ['orderly_waiting_purchases', 'orderly_capacity_servers', 'orderly_open_incidents'])
      expect([name, totalOf(said, name)]).toEqual([name, null]);
    expect(totalOf(said, 'orderly_scrape_failures_total', { part: 'database' })).toBeGreaterThan(0);
    expect(totalOf(said, 'orderly_redis_up')).toBe(1);
    expect(
      totalOf(said, 'orderly_outbound_seconds_count', { to: 'supabase', outcome: 'ok' }),
    ).toBeGreaterThan(0);
    // Restarting mends no database.
    expect((await fetch(`${world.botUrl}/healthz`)).status).toBe(200);
    const ready = await fetch(`${world.botUrl}/readyz`);
    expect([ready.status, await ready.json()]).toMatchObject([
      503,
      { parts: { database: { ok: false }, redis: { ok: true, says: 'connected' } } },
    ]);
  } finally {
    world.proxy.faults.down = false;
  }
  await until('it is back', async () => totalOf(await page(), 'orderly_waiting_purchases') === 0);
});

it('without Redis the page says so', async () => {
  const world = held.get();
  await world.switchRedis(false);
  await until('Redis is away', async () => {
    const now = await page();
    return totalOf(now, 'orderly_redis_up') === 0 && totalOf(now, 'orderly_queue_jobs') === null;
  });
  const ready = await fetch(`${world.botUrl}/readyz`);
  expect(await ready.json()).toMatchObject({ parts: { redis: { ok: false } }, troubles: ['redis'] });
  await world.switchRedis(true);
  await until('Redis is back', async () => totalOf(await page(), 'orderly_queue_jobs') !== null);
});
