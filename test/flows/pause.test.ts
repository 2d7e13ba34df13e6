import { afterEach, expect, it } from 'vitest';
import { until, type World } from '../../sandbox/world.ts';
import {
  alerts,
  buy,
  liveMessages,
  row,
  type Sale,
  serversOf,
  textOf,
  untilReady,
} from '../helpers/purchases.ts';
import {
  actionsOn,
  asked,
  CREATE,
  command,
  confirmed,
  pause,
  pressed,
  resumeAll,
  untilAlert,
} from '../helpers/staff.ts';
import { useWorld } from '../helpers/world.ts';

const PACE_MS = 16_000;
const held = useWorld({
  factor: 8,
  installMs: 1_000,
  // With one node paused and the other in maintenance nothing can be sold: a warning of its own, that has its tests elsewhere.
  timings: { sweepMs: 1_000, snapshotMs: 500, resumePaceMs: PACE_MS, stockMs: 1e9 },
});

afterEach(() => resumeAll(held.get()));

const live = (world: World, sale: Sale) => textOf(liveMessages(world, sale.id)[0]);
const untilPaused = (world: World, sale: Sale) =>
  until(`${sale.id} shown as paused`, () => live(world, sale).includes('provisioning is paused'));
const createsOf = (world: World, since: number) =>
  asked(world, 'POST', CREATE).filter(({ atMs }) => atMs >= since);

it.each([
  ['a region', { what: 'region', which: 'us-east' }, { region: 'us-east' }, {}],
  [
    'a plan',
    { what: 'plan', which: 'terraria-2gb' },
    { planId: 'terraria-2gb' },
    { planId: 'minecraft-4gb' },
  ],
  ['everything', { what: 'panel' }, {}, null],
] as const)(
  'while %s is paused, its purchases are recorded, wait, say so and call nobody; the others go on',
  async (_name, what, bought, other) => {
    const world = held.get();
    const reason = 'moving `racks` @everyone <@&1> **now**';
    const said = await pause(world, { ...what, reason });
    expect(said).toContain('Paused until <t:');
    const sale = await buy(world, bought);
    await untilPaused(world, sale);
    if (other) await untilReady(world, await buy(world, other));
    expect(await command(world, 'ben', 'order', { order: sale.id })).toContain('It goes on by itself then');
    const facts = await row(world, sale.id);
    const ends = Math.floor((facts.look_at as Date).getTime() / 1000);
    expect(live(world, sale)).toContain(`Until <t:${ends}:f> (<t:${ends}:R>), by \`Anna\``);
    expect(live(world, sale)).toContain('`moving ˋracksˋ @everyone <@&1> **now**`');
    expect(liveMessages(world, sale.id)[0]?.pings).toEqual({ everyone: false, roles: [], users: [] });
    expect(facts).toMatchObject({ attempts: 0, creates_sent: 0, failure_code: null, failed_at: null });
    const events = world.stripe.events.filter((event) => event.body.includes(sale.sessionId));
    expect(events.flatMap((event) => event.deliveries.map(({ status }) => status))).toEqual([200]);
    // It costs the panel nothing.
    expect(world.panel.state.users.some((user) => user.externalId === facts.user_id)).toBe(false);
    expect(serversOf(world, sale.id)).toHaveLength(0);
    expect(alerts(world)).toEqual([]);
    expect((await resumeAll(world)).join()).toContain('Going on: 1 order, one after the other');
    await untilReady(world, sale);
  },
);

it('held orders go on one after the other, at a pace, when the pause is ended', async () => {
  const world = held.get();
  await pause(world, { what: 'panel' });
  const sales = await Promise.all([buy(world), buy(world), buy(world), buy(world)]);
  for (const sale of sales) await untilPaused(world, sale);
  const resumedAt = world.clock.now();
  expect((await resumeAll(world)).join()).toContain('Going on: 4 orders');
  for (const sale of sales) await untilReady(world, sale);
  expectPace(createsOf(world, resumedAt).map(({ atMs }) => atMs));
});

it('a second pause of the same thing replaces the first, and a pause that runs out lets its orders go on at the same pace', async () => {
  const world = held.get();
  await pause(world, { what: 'region', which: 'us-east', minutes: 600, reason: 'first reason' });
  const sales = await Promise.all([1, 2, 3].map(() => buy(world, { region: 'us-east' })));
  for (const sale of sales) await untilPaused(world, sale);
  const said = await pause(world, { what: 'region', which: 'us-east', minutes: 1, reason: 'second reason' });
  expect(said).toContain('3 orders held');
  for (const sale of sales) {
    await until('the new reason', () => live(world, sale).includes('second reason'));
    expect(live(world, sale)).not.toContain('first reason');
  }
  const rows =
    await world.database`select until from orderly_pauses where ended_at is null and until > orderly_now()`;
  expect(rows).toHaveLength(1);
  const endsAt = Date.parse(String(rows[0]?.until));
  for (const sale of sales) await untilReady(world, sale, 20_000);
  const creates = createsOf(world, endsAt - 60_000).map(({ atMs }) => atMs);
  expect(creates[0]).toBeGreaterThanOrEqual(endsAt);
  expectPace(creates);
  expect(alerts(world)).toEqual([]);
});

/** A look comes a sweep late at most, which is a second of the machine, and that may be busy for a moment: half a second of it. */
function expectPace(times: number[]) {
  const gaps = times.slice(1).map((time, index) => time - times[index]!);
  expect(Math.min(...gaps)).toBeGreaterThan(PACE_MS / 3);
  expect(times.at(-1)! - times[0]!).toBeGreaterThan(gaps.length * PACE_MS - 12_000);
}

it.each([
  ['a region that no node has', { what: 'region', which: 'mars' }, 'the catalogue has no `mars`'],
  ['a plan that is not sold', { what: 'plan', which: 'doom-1gb' }, 'the catalogue has no `doom-1gb`'],
  ['a node that is not in the catalogue', { what: 'node', which: 'fra-9' }, 'the catalogue has no `fra-9`'],
  ['a region that is not named', { what: 'region' }, 'which region?'],
  ['an empty reason', { what: 'panel', reason: '   ' }, 'a pause needs a reason'],
  ['no minute', { what: 'panel', minutes: 0 }, 'a pause lasts from 1 minute to 24 hours'],
  ['more than a day', { what: 'panel', minutes: 1_441 }, 'a pause lasts from 1 minute to 24 hours'],
])('refuses to pause for %s, in words', async (_name, options, words) => {
  const world = held.get();
  expect(await pause(world, options)).toContain(words);
  expect(
    await world.database`select from orderly_pauses where ended_at is null and until > orderly_now()`,
  ).toHaveLength(0);
});

it('a person without the staff role pauses nothing, and that they tried is kept', async () => {
  const world = held.get();
  const said = await command(world, 'carl', 'pause', { what: 'panel', minutes: 5, reason: 'because' });
  expect(said).toContain('may do this');
  expect(
    await world.database`select from orderly_pauses where ended_at is null and until > orderly_now()`,
  ).toHaveLength(0);
  const kept = await until('the refusal', async () => {
    const rows = await actionsOn(world, 'pause');
    return rows.length > 0 && rows;
  });
  expect(kept).toMatchObject([{ actor_name: 'Carl', action: 'refused', outcome: 'refused' }]);
});

it('a paused node is left out while another has room, and holds the order when it alone has', async () => {
  const world = held.get();
  const fra2 = world.panel.state.nodes.find((node) => node.name === 'fra-2')!;
  await pause(world, { what: 'node', which: 'fra-1', reason: 'new disks' });
  const elsewhere = await buy(world);
  await untilReady(world, elsewhere);
  expect(serversOf(world, elsewhere.id)[0]?.nodeId).toBe(fra2.id);
  fra2.maintenance = true;
  const sale = await buy(world, { planId: 'valheim-8gb' });
  await untilPaused(world, sale);
  expect(live(world, sale)).toContain('`new disks`');
  expect((await row(world, sale.id)).failed_at).toBeNull();
  expect(alerts(world)).toEqual([]);
  // Begun anew: who is held by the old one is held by the new one, and goes on with it.
  await pause(world, { what: 'node', which: 'fra-1', minutes: 90, reason: 'the disks again' });
  await until('the new reason', () => live(world, sale).includes('the disks again'));
  expect((await resumeAll(world)).join()).toContain('Going on: 1 order');
  await untilReady(world, sale);
  fra2.maintenance = false;
  expect(serversOf(world, sale.id)[0]?.nodeId).toBe(1);
});

it('Retry of an order that is paused, or failed before the pause, explains itself', async () => {
  const world = held.get();
  await world.database`update plans set egg = 999 where id = 'rust-16gb'`;
  const failed = await buy(world, { planId: 'rust-16gb' });
  const alert = await untilAlert(world, 'egg is not on the panel');
  await pause(world, { what: 'plan', which: 'rust-16gb', reason: 'a new egg comes' });
  const waiting = await buy(world, { planId: 'rust-16gb' });
  await untilPaused(world, waiting);
  const words = /Provisioning is paused until <t:\d+:f> by `Anna`: `a new egg comes`\. `\/resume` ends it/;
  expect(await confirmed(world, 'ben', 'provision', { order: waiting.id })).toMatch(words);
  expect(textOf(await pressed(world, 'ben', alert, 'retry'))).toMatch(words);
  expect(await actionsOn(world, failed.id)).toMatchObject([{ action: 'retry', outcome: 'paused' }]);
  await world.database`update plans set egg = 5 where id = 'rust-16gb'`;
  await resumeAll(world);
  await untilReady(world, waiting);
});
