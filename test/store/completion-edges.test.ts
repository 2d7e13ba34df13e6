import type postgres from 'postgres';
import { expect, it } from 'vitest';
import { until } from '../../sandbox/world.ts';
import { call, useDatabase } from '../helpers/database.ts';

const held = useDatabase();
const USER = '7b0d5c1e-4c0f-4f6e-9a55-2f6a1b8f3e21';
const GAME = { plan_id: 'among-us-1gb', region: 'eu-west', term: 'monthly' };
let sold = 0;
let pressed = 0;

it('a purchase without a plan becomes an order when a person names it, and its alert is over', async () => {
  const sql = held.get();
  const id = await rejected(sql);
  expect(
    await act(sql, 'complete', id, {
      facts: { plan_id: 'among-us-1gb', region: 'eu-west', term: 'monthly' },
    }),
  ).toMatchObject({
    outcome: 'completed',
    hint: { id },
  });
  const [row] =
    await sql`select order_id, problem_code, item_type, incident_id, look_at from orderly_purchases where id = ${id}`;
  expect(row).toMatchObject({ order_id: id, problem_code: null, item_type: 'game', incident_id: null });
  expect(row?.look_at).not.toBeNull();
  const notes =
    await sql`select kind, actor from orderly_timeline where purchase_id = ${id} and kind = 'completed'`;
  expect(notes).toMatchObject([{ kind: 'completed', actor: 'Anna' }]);
  const [incident] =
    await sql`select close_reason from orderly_incidents where fingerprint = ${`purchase:${id}`}`;
  expect(incident?.close_reason).toBe('completed by Anna');
});

it('what still does not fit the catalogue changes nothing, and says what is wrong', async () => {
  const sql = held.get();
  const id = await rejected(sql);
  const before = await sql`select * from orderly_purchases where id = ${id}`;
  for (const [facts, reason] of [
    [{ plan_id: 'no-such-plan', region: 'eu-west' }, 'no row in plans'],
    [{ plan_id: 'among-us-1gb', region: 'atlantis' }, 'no row in ptero_nodes'],
    [{ plan_id: 'among-us-1gb', region: 'eu-west', user_id: 'me' }, 'not a UUID'],
    [{ plan_id: 'among-us-1gb' }, 'all needed'],
  ] as const) {
    const done = await act(sql, 'complete', id, { facts });
    expect(done.outcome).toBe('still_rejected');
    expect(done.detail).toContain(reason);
  }
  expect(await sql`select * from orderly_purchases where id = ${id}`).toEqual(before);
});

it('what is absent stays as it was bought, what is named takes its place, and the timeline says what was', async () => {
  const sql = held.get();
  const id = await rejected(sql, {
    plan_id: 'terraria-2gb',
    region: 'us-east',
    term: 'yearly',
    server_name: 'Tea',
    user_id: null,
  });
  const before = await versions(sql, id);
  expect(
    await act(sql, 'complete', id, { facts: { user_id: ` ${USER.toUpperCase()} `, plan_id: null } }),
  ).toMatchObject({ outcome: 'completed' });
  const [row] =
    await sql`select user_id, plan_id, region, term, server_name from orderly_purchases where id = ${id}`;
  expect(row).toEqual({
    user_id: USER,
    plan_id: 'terraria-2gb',
    region: 'us-east',
    term: 'yearly',
    server_name: 'Tea',
  });
  const [note] =
    await sql`select detail from orderly_timeline where purchase_id = ${id} and kind = 'completed'`;
  expect(note?.detail).toBe(`user_id  ${USER.toUpperCase()} `);
  const after = await versions(sql, id);
  expect(after.version).toBeGreaterThan(before.version);
  expect(after.wanted).toBe(after.version);
  const named = await rejected(sql, {
    plan_id: 'terraria-2gb',
    region: 'us-east',
    term: 'yearly',
    server_name: 'Tea',
  });
  const facts = { plan_id: 'minecraft-4gb', region: 'eu-west', term: 'monthly', server_name: 'Coffee' };
  await act(sql, 'complete', named, { facts });
  expect(
    (await sql`select plan_id, region, term, server_name from orderly_purchases where id = ${named}`)[0],
  ).toEqual(facts);
});

it('what is closed, not paid, of the other mode or unknown is not completed', async () => {
  const sql = held.get();
  const closed = await rejected(sql);
  await act(sql, 'close', closed, { detail: 'a test' });
  expect(await act(sql, 'complete', closed, { facts: GAME })).toMatchObject({
    outcome: 'closed',
    detail: 'closed by Anna: a test',
  });
  const waiting = await rejected(sql);
  await sql`update orderly_purchases set payment = 'waiting' where id = ${waiting}`;
  expect(await act(sql, 'complete', waiting, { facts: GAME })).toMatchObject({ outcome: 'not_paid' });
  const other = await rejected(sql);
  await sql`update orderly_purchases set problem_code = 'wrong_mode', problem_detail = 'a live session' where id = ${other}`;
  expect(await act(sql, 'complete', other, { facts: GAME })).toMatchObject({
    outcome: 'still_rejected',
    detail: 'a live session',
  });
  expect(await act(sql, 'complete', 'no-such-purchase', { facts: GAME })).toMatchObject({
    outcome: 'unknown',
  });
  const orders = await sql`select from orders where id::text = any(${[closed, waiting, other]})`;
  expect(orders).toHaveLength(0);
});

it('an order row that the database refuses is said to be so, and is an alert again', async () => {
  const sql = held.get();
  const id = await rejected(sql);
  await sql`alter table orders add constraint no_tea check (server_name <> 'No tea')`;
  const done = await act(sql, 'complete', id, { facts: { ...GAME, server_name: 'No tea' } });
  await sql`alter table orders drop constraint no_tea`;
  expect(done).toMatchObject({ outcome: 'still_rejected' });
  expect(done.detail).toContain('no_tea');
  const open =
    await sql`select code from orderly_incidents where fingerprint = ${`purchase:${id}`} and closed_at is null`;
  expect(open).toMatchObject([{ code: 'order_refused' }]);
});

it('two people who complete the same purchase at once make one order', async () => {
  const sql = held.get();
  const id = await rejected(sql);
  let second: ReturnType<typeof act> = Promise.resolve({});
  await sql.begin(async (first) => {
    expect(await act(first, 'complete', id, { facts: GAME })).toMatchObject({ outcome: 'completed' });
    second = act(sql, 'complete', id, { facts: GAME });
    second.catch(() => {});
    await until('the second waits', async () => {
      // A transaction sees the activity as it was when it first looked.
      const waiting = await sql`
        select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
      return waiting.length > 0;
    });
  });
  expect(await second).toMatchObject({ outcome: 'has_order' });
  expect(await sql`select id from orders where id::text = ${id}`).toHaveLength(1);
  expect(
    await sql`select from orderly_timeline where purchase_id = ${id} and kind = 'completed'`,
  ).toHaveLength(1);
});

it('what is not ours is closed, and the next subscription of its product alerts nobody', async () => {
  const sql = held.get();
  const id = await rejected(sql);
  expect(await act(sql, 'not_ours', id, { products: ['prod_hoodie'] })).toMatchObject({
    outcome: 'not_ours_now',
  });
  expect(
    await sql`select closed_at from orderly_purchases where id = ${id} and closed_at is not null`,
  ).toHaveLength(1);
  const next = await sell(sql, ['prod_hoodie']);
  expect(await sql`select id from orderly_purchases where id = ${next}`).toEqual([]);
  expect(await act(sql, 'not_ours', await rejected(sql), { products: [] })).toMatchObject({
    outcome: 'no_products',
  });
});

it('each product that is not ours is on the list once, beside those that were there, and only when its purchase was closed for it', async () => {
  const sql = held.get();
  const list = async () =>
    (await sql`select value from orderly_settings where key = 'ignored_products'`)[0]?.value as string[];
  const before = await list();
  await act(sql, 'not_ours', await rejected(sql), { products: ['prod_mug'] });
  await act(sql, 'not_ours', await rejected(sql), { products: ['prod_mug', 'prod_cap'] });
  expect((await list()).toSorted()).toEqual([...before, 'prod_mug', 'prod_cap'].toSorted());
  const closed = await rejected(sql);
  await act(sql, 'close', closed, { detail: 'a test' });
  expect(await act(sql, 'not_ours', closed, { products: ['prod_sock'] })).toMatchObject({
    outcome: 'closed',
  });
  expect(await list()).not.toContain('prod_sock');
});

it('an order that was made is not ours to throw away', async () => {
  const sql = held.get();
  const id = await rejected(sql);
  await act(sql, 'complete', id, { facts: { plan_id: 'among-us-1gb', region: 'eu-west', term: 'monthly' } });
  expect(await act(sql, 'not_ours', id, { products: ['prod_x'] })).toMatchObject({ outcome: 'has_order' });
});

type Sql = postgres.ISql;

async function versions(sql: Sql, id: string) {
  const [row] = await sql`
    select p.version::int as version, m.wanted_version::int as wanted from orderly_purchases p
    join orderly_messages m on m.kind = 'purchase' and m.subject = p.id where p.id = ${id}`;
  return { version: Number(row?.version), wanted: Number(row?.wanted) };
}

function act(sql: Sql, action: string, target: string, more: object) {
  pressed += 1;
  return call(sql, 'orderly_act', {
    interaction: `complete-${pressed}`,
    actor_id: '1',
    actor_name: 'Anna',
    action,
    target,
    deadline_ms: 600_000,
    ...more,
  });
}

async function rejected(sql: Sql, bought: object = {}): Promise<string> {
  return sell(sql, ['prod_game'], bought);
}

async function sell(sql: Sql, products: string[], bought: object = {}): Promise<string> {
  sold += 1;
  const id = `00000000-0000-5000-8000-1${String(sold).padStart(11, '0')}`;
  const facts = {
    purchase_id: id,
    session_id: `cs_complete_${sold}`,
    subscription_id: `sub_complete_${sold}`,
    livemode: false,
    user_id: USER,
    email: 'buyer@example.com',
    bought_at: new Date().toISOString(),
    payment: 'paid',
    problem: { code: 'metadata_missing', detail: 'the session has none of our keys' },
    products,
    ...bought,
  };
  const event = {
    id: `evt_complete_${sold}`,
    type: 'checkout.session.completed',
    livemode: false,
    raw: '{}',
  };
  await call(sql, 'orderly_ingest', {
    deadline_ms: 600_000,
    events: [{ ...event, session_id: facts.session_id, effect: { kind: 'session', facts } }],
  });
  return id;
}
