import { randomUUID } from 'node:crypto';
import { beforeAll, beforeEach, expect, it } from 'vitest';
import type { Sale as Sold } from '../../bench/chaos/buyers.ts';
import { readLedger } from '../../bench/chaos/ledger.ts';
import { hearPings } from '../../bench/chaos/pings.ts';
import { until, type World } from '../../sandbox/world.ts';
import { alerts, buy, liveMessages, press, type Sale, textOf, untilReady } from '../helpers/purchases.ts';
import { useWorld } from '../helpers/world.ts';

const held = useWorld({ factor: 8, installMs: 500 });
let good: Sale;
let bad: Sale;
/** Another of the kind, which Anna has in hand. */
let taken: Sale;
let heard: ReturnType<typeof hearPings>;

beforeAll(async () => {
  const world = held.get();
  heard = hearPings(world.discord);
  good = await buy(world);
  await untilReady(world, good);
  bad = await buy(world, { planId: 'plan-of-last-year' });
  await until('its alert', () => alerts(world).length === 1);
  taken = await buy(world, { planId: 'plan-of-two-years-ago' });
  const alert = await until('another alert', () => alerts(world)[1]);
  await press(world, world.discord.people.anna, alert, 'ack');
  await until('it says so', () => textOf(alert).includes('is on it'));
  await world.bot.halt();
});

beforeEach(async () => {
  expect(await broken(held.get())).toEqual([]);
});

const sold = (): Sold[] => [
  { sessionId: good.sessionId, kind: 'game', isBare: false },
  { sessionId: bad.sessionId, kind: 'unknown_plan', isBare: false },
  { sessionId: taken.sessionId, kind: 'unknown_plan', isBare: false },
];

async function broken(world: World, sales = sold(), deleted = new Set<string>()): Promise<string[]> {
  const wrong = await readLedger(world, sales, { ...heard, deleted });
  return wrong.map(({ promise }) => promise);
}

/** Changes the row of a purchase, reads the ledger, and puts it back. */
async function brokenWith(world: World, id: string, change: Record<string, unknown>, sales = sold()) {
  const [before] = await world.database`select * from orderly_purchases where id = ${id}`;
  const set = (values: Record<string, unknown>) =>
    world.database`update orderly_purchases set ${world.database(values, ...Object.keys(change))} where id = ${id}`;
  await set(change);
  const seen = await broken(world, sales);
  await set(before!);
  return seen;
}

it('a purchase that nobody knows is missed', async () => {
  const unknown = { sessionId: 'cs_test_lost', kind: 'game' as const, isBare: false };
  expect(await broken(held.get(), [...sold(), unknown])).toEqual(['every purchase is known']);
});

it('a paid game with neither server nor alert is missed, and one whose alert is over', async () => {
  const world = held.get();
  const { servers } = world.panel.state;
  const [mine] = servers.splice(0, 1);
  expect(await broken(world)).toContain('one server or one open alert');
  servers.push(mine!);
  expect(await brokenWith(world, bad.id, { incident_id: null })).toContain('one server or one open alert');
});

it('what came without metadata and was refunded is over when it is closed, and is missed until then', async () => {
  const world = held.get();
  const bare = { sessionId: bad.sessionId, kind: 'refunded' as const, isBare: true };
  const sales = sold().map((sale) => (sale.sessionId === bad.sessionId ? bare : sale));
  const missed = 'one server or one open alert';
  expect(await brokenWith(world, bad.id, { incident_id: null }, sales)).toContain(missed);
  const closed = { incident_id: null, closed_at: new Date() };
  expect(await brokenWith(world, bad.id, closed, sales)).not.toContain(missed);
  expect(await brokenWith(world, bad.id, closed)).toContain(missed);
});

it('a second server is seen, and one that nobody paid for', async () => {
  const world = held.get();
  const { servers } = world.panel.state;
  const [mine] = servers;
  servers.push({ ...mine!, id: 901 });
  expect(await broken(world)).toEqual(['never two servers']);
  servers.splice(1, 1, { ...mine!, id: 901, externalId: randomUUID() });
  expect(await broken(world)).toEqual(['no server without a paid order']);
  servers.splice(1, 1, { ...mine!, id: 901, externalId: bad.id });
  expect(await broken(world)).toEqual(['no server without a paid order']);
  servers.splice(1, 1);
});

it('an order that does not know its server is seen, in our rows and in those of the site', async () => {
  const seen = await brokenWith(held.get(), good.id, { panel_server_id: 902 });
  expect(seen).toEqual(['the order knows its server', "the site's order knows its server"]);
});

it('what was acknowledged and is not stored is seen', async () => {
  const world = held.get();
  const [kept] = await world.database`delete from orderly_events where purchase_id = ${good.id} returning *`;
  expect(await broken(world)).toEqual(['what was acknowledged is stored']);
  // Found by asking, a minute later.
  await world.database`insert into orderly_events ${world.database({ ...kept!, received_at: new Date(kept!.received_at.getTime() + 60_000) })}`;
  expect(await broken(world)).toEqual(['what was acknowledged is stored']);
  await world.database`update orderly_events set received_at = ${kept!.received_at} where id = ${kept!.id}`;
});

it('a message that says something else than its rows is seen, and one too many', async () => {
  const world = held.get();
  expect(await brokenWith(world, good.id, { install: 'failed' })).toEqual(['each message is true']);
  const [message] = liveMessages(world, good.id);
  await world.database`update orderly_messages set message_id = '1' where subject = ${good.id}`;
  expect(await broken(world)).toEqual(['each message is true', 'each message is known']);
  await world.database`update orderly_messages set message_id = ${message!.id} where subject = ${good.id}`;
});

it('a message that a person deleted is not missed, and any other is', async () => {
  const world = held.get();
  for (const message of [liveMessages(world, good.id)[0]!, alerts(world)[0]!]) {
    message.deleted = true;
    expect(await broken(world)).toEqual(['each message is true']);
    expect(await broken(world, sold(), new Set([message.id]))).toEqual([]);
    message.deleted = false;
  }
});

it('an alert that says the opposite is seen', async () => {
  const world = held.get();
  await world.database`update orderly_incidents set closed_at = orderly_now() where closed_at is null`;
  expect(await broken(world)).toContain('each message is true');
  await world.database`update orderly_incidents set closed_at = null`;
});

it('a second ping of an incident is heard, one of nobody, and none of an open alert', async () => {
  const world = held.get();
  const [first] = heard.pings;
  heard.pings.push(first!);
  expect(await broken(world)).toEqual(['one ping an incident']);
  heard.pings.splice(-1, 1, { ...first!, mark: null });
  expect(await broken(world)).toEqual(['one ping an incident']);
  const all = heard.pings.splice(0);
  expect(await broken(world)).toEqual(['an open alert has pinged']);
  heard.pings.push(...all.slice(0, -1));
});

it('a recorded retry that was not done is seen, and one without an outcome', async () => {
  const world = held.get();
  const act = async (outcome: string) => {
    await world.database`insert into orderly_staff_actions (interaction_id, at, actor_id, actor_name, action, target, outcome)
      values ('9', orderly_now(), '1', 'Anna', 'retry', ${good.id}, ${outcome})`;
    const seen = await broken(world);
    await world.database`delete from orderly_staff_actions where interaction_id = '9'`;
    return seen;
  };
  expect(await act('retrying')).toEqual(['each recorded action is done once']);
  expect(await act('recorded')).toEqual(['each recorded action is done once']);
  expect(await act('nothing_to_retry')).toEqual([]);
});

it('a press that was answered as done and is not recorded is seen', async () => {
  const world = held.get();
  const [kept] = await world.database`delete from orderly_staff_actions returning *`;
  expect(await broken(world)).toEqual(['what was answered as done is recorded']);
  await world.database`insert into orderly_staff_actions ${world.database(kept!)}`;
});

it('what says nothing of us and was never paid is not missed, and what was paid is', async () => {
  const nameless = { sessionId: 'cs_test_nobodys', isBare: true };
  expect(await broken(held.get(), [...sold(), { ...nameless, kind: 'bounced' }])).toEqual([]);
  expect(await broken(held.get(), [...sold(), { ...nameless, kind: 'late' }])).toEqual([
    'every purchase is known',
  ]);
});
