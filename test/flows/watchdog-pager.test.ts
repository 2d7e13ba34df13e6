import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { until, type World } from '../../sandbox/world.ts';
import { takeLease } from '../helpers/lease.ts';
import { pass } from '../helpers/pass.ts';
import { alerts, buy, purchaseOf, sell, textOf, untilReady } from '../helpers/purchases.ts';
import { useWorld } from '../helpers/world.ts';

/** Several rounds of the pager, and more than the time after which it is used. */
const ROUNDS_MS = 40_000;
const held = useWorld({ factor: 10, hasPager: true, timings: { pagerAfterMs: 30_000, heartbeatMs: 10_000 } });

const pagesOf = (world: World, part: string) =>
  world.receiver.pages.filter(({ dedup_key }) => dedup_key.includes(part));

it('with the database away one page says so and what to do, and one says that it is over', async () => {
  const world = held.get();
  const before = pagesOf(world, ':database').length;
  world.proxy.faults.down = true;
  await until('a page', () => pagesOf(world, ':database').length > before);
  await pass(world, ROUNDS_MS);
  world.proxy.faults.down = false;
  await until('the page that it is over', () => pagesOf(world, ':database').at(-1)?.severity === 'info');
  const [page, over, ...others] = pagesOf(world, ':database').slice(before);
  expect(others).toEqual([]);
  expect(page).toMatchObject({
    severity: 'critical',
    summary: 'Orderly cannot work with its database',
    content: page?.text,
  });
  expect(page?.text).toContain('SUPABASE_SERVICE_ROLE_KEY is still valid');
  expect(over).toMatchObject({ severity: 'info', dedup_key: page?.dedup_key });
  await pass(world, ROUNDS_MS);
  expect(pagesOf(world, ':database').slice(before)).toHaveLength(2);
});

it('an Orderly that is started while the database is away pages as well', async () => {
  const world = held.get();
  const before = pagesOf(world, ':database').length;
  world.proxy.faults.down = true;
  await world.bot.kill();
  await world.bot.start();
  await until('a page', () => pagesOf(world, ':database').length > before);
  world.proxy.faults.down = false;
  await until('the page that it is over', () => pagesOf(world, ':database').at(-1)?.severity === 'info');
  expect(pagesOf(world, ':database').slice(before)).toHaveLength(2);
});

it('a sweep that is only slow, because it looks by itself without Redis, is no page about the database', async () => {
  const world = held.get();
  const before = world.receiver.pages.length;
  await world.redis.stop();
  world.panel.faults.slowMs = 20_000;
  const sale = await purchaseOf(world, (await sell(world)).sessionId);
  await pass(world, 80_000);
  expect(world.receiver.pages.length).toBe(before);
  world.panel.faults.slowMs = 0;
  await world.wipeRedis();
  await untilReady(world, sale, 30_000);
});

it('with Discord down a failing order is paged once, also over a kill, and its alert is posted when Discord is back', async () => {
  const world = held.get();
  const pages = () => pagesOf(world, ':incident:');
  const about = (words: string) => pages().filter(({ text }) => text.includes(words));
  const before = pages().length;
  world.discord.faults.down = true;
  world.panel.faults.down = true;
  const first = await purchaseOf(world, (await sell(world)).sessionId);
  await until('a page', () => pages().length > before);
  expect(about('The panel does not answer')[0]?.text).toContain(`For one order, since`);
  expect(about('The panel does not answer')[0]?.text).toContain(first.id);
  await until('written down', async () => {
    const [row] =
      await world.database`select count(*)::int as n from orderly_incidents where paged_at is not null`;
    return row?.n > 0;
  });

  await world.bot.kill();
  // It is not ready before Discord is.
  const starting = world.bot.start();
  await sell(world, { planId: 'no-such-plan' });
  await until('a page of the second cause', () => about('not in the catalogue').length > 0, 30_000);
  expect(about('The panel does not answer')).toHaveLength(1);

  world.discord.faults.down = false;
  await starting;
  await until('both alerts', () => alerts(world).length === 2);
  world.panel.faults.down = false;
  await untilReady(world, first, 30_000);
  await pass(world, ROUNDS_MS);
  expect(pages().length - before).toBe(2);
}, 120_000);

it('an alert that Discord takes is never paged', async () => {
  const world = held.get();
  const before = world.receiver.pages.length;
  await world.database`update plans set egg = 998 where id = 'valheim-8gb'`;
  await buy(world, { planId: 'valheim-8gb' });
  await until('an alert', () => alerts(world).some((m) => textOf(m).includes('valheim-8gb')));
  await pass(world, ROUNDS_MS);
  expect(world.receiver.pages.length).toBe(before);
  // Somebody deletes it, and it is about to be posted again: staff were called all the same.
  const deleted = await world.database`
    update orderly_messages m set message_id = null, generation = 2, next_try_at = orderly_now() + interval '1 day'
    from orderly_incidents i where m.kind = 'alert' and m.subject = i.id::text and i.fingerprint like '%valheim-8gb%' and i.severity = 'alert'`;
  expect(deleted.count).toBe(1);
  await pass(world, ROUNDS_MS);
  expect(world.receiver.pages.length).toBe(before);
});

it('many alerts at once are five pages and one that sums up the rest, from the one process that pages', async () => {
  const world = held.get();
  const before = world.receiver.pages.length;
  const giveBack = await takeLease(world, 'pager');
  await world.database`
    insert into orderly_incidents (fingerprint, code, scope, severity, opened_at)
    select 'made:' || n, 'plan_incomplete', 'plan', 'alert', orderly_now() - interval '1 hour' from generate_series(1, 12) n`;
  await pass(world, ROUNDS_MS);
  expect(world.receiver.pages.length).toBe(before);
  await giveBack();
  await until('six pages', () => world.receiver.pages.length === before + 6);
  await until('all written down', async () => {
    const rows = await world.database`
      select from orderly_incidents where fingerprint like 'made:%' and paged_at is null`;
    return rows.length === 0;
  });
  expect(world.receiver.pages.at(-1)?.text).toContain('And 7 more causes');
  await pass(world, ROUNDS_MS);
  expect(world.receiver.pages.length).toBe(before + 6);
  await world.database`update orderly_incidents set closed_at = orderly_now() where fingerprint like 'made:%'`;
});

it.each(['error', 'hang', 'cut'] as const)(
  'a pager that does not take a page (%s) is tried again',
  async (fault) => {
    const world = held.get();
    const { receiver } = world;
    const before = receiver.pages.length;
    const refusedBefore = receiver.refusals;
    receiver.faults.pager = fault;
    world.proxy.faults.down = true;
    await until('two tries', () => receiver.refusals >= refusedBefore + 2, 30_000);
    receiver.faults.pager = null;
    await until('the page', () => receiver.pages.length > before, 30_000);
    expect(receiver.pages[before]?.severity).toBe('critical');
    world.proxy.faults.down = false;
    await until('the page that it is over', () => receiver.pages.at(-1)?.severity === 'info');
    expect(receiver.pages.length).toBe(before + 2);
  },
);

it('the log says that beats were held back and pages not taken, and never an address', () => {
  const world = held.get();
  const log = readFileSync(world.bot.logFile, 'utf8');
  expect(log).toContain('the heartbeat is held back');
  expect(log).toContain('the pager did not take our call');
  expect(log).toContain('"reason":"it answered 500"');
  expect(log).not.toContain(world.receiver.secret);
});
