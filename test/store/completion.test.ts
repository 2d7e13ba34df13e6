import type postgres from 'postgres';
import { expect, it } from 'vitest';
import { until } from '../../sandbox/world.ts';
import { call, useDatabase } from '../helpers/database.ts';
import { act, GAME, rejected, sell, USER } from '../helpers/rejected-sale.ts';

const held = useDatabase();
const STRANGER = '11111111-4c0f-4f6e-9a55-2f6a1b8f3e21';

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
  // What helped is in the alert's thread, and known when the same comes again.
  const [log] =
    await sql`select detail, actor from orderly_incident_notes where purchase_id = ${id} and kind = 'action'`;
  expect(log).toEqual({ detail: 'complete', actor: 'Anna' });
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

it('a user id that the checkout named is taken as it is; one that a person types has to be known to the site', async () => {
  const sql = held.get();
  const facts = { plan_id: 'among-us-1gb', term: 'monthly', region: 'eu-west' };
  const sale = {
    user_id: STRANGER,
    plan_id: 'quake-1gb',
    region: 'eu-west',
    item_type: 'game',
    problem: null,
  };
  const id = await sell(sql, ['prod_game'], sale);
  const typed = await act(sql, 'complete', id, { facts: { ...facts, user_id: STRANGER.replace('1', '2') } });
  expect(typed).toMatchObject({ outcome: 'still_rejected' });
  expect(typed.detail).toContain('the site has no user with this id');
  expect(await act(sql, 'complete', id, { facts })).toMatchObject({ outcome: 'completed' });
  const [note] =
    await sql`select detail from orderly_timeline where purchase_id = ${id} and kind = 'completed'`;
  expect(note?.detail).toBe('plan_id among-us-1gb, term monthly');
});

it('what was refunded before anybody completed it is closed, and says so', async () => {
  const sql = held.get();
  const id = await rejected(sql);
  await sql`insert into orderly_stops (subscription_id, reason, at)
    select subscription_id, 'refunded', orderly_now() from orderly_purchases where id = ${id}`;
  const facts = { plan_id: 'among-us-1gb', region: 'eu-west', term: 'monthly' };
  expect(await act(sql, 'complete', id, { facts })).toMatchObject({ outcome: 'closed', detail: 'refunded' });
  expect(await sql`select id from orders where id::text = ${id}`).toEqual([]);
});

it('the form has what is for sale, where there are nodes, and whose e-mail it is', async () => {
  const sql = held.get();
  await sql`update plans set active = false where id = 'rust-16gb'`;
  await sql`update ptero_nodes set enabled = false where region = 'us-east'`;
  const id = await rejected(sql);
  const form = await call(sql, 'orderly_completion', { target: id });
  expect(form).toMatchObject({ status: 'found', regions: ['eu-west'], user_by_email: USER });
  expect(form.purchase).toMatchObject({ id });
  const plans = form.plans as { id: string }[];
  expect(plans.map((plan) => plan.id)).toEqual([
    'among-us-1gb',
    'minecraft-4gb',
    'terraria-2gb',
    'valheim-8gb',
  ]);
  expect(plans[1]).toMatchObject({ name: 'Minecraft 4 GB', terms: ['monthly', 'yearly'] });
  const other = await sell(sql, ['prod_game'], { email: 'nobody@example.com' });
  expect(await call(sql, 'orderly_completion', { target: other })).toMatchObject({ user_by_email: null });
  expect(await call(sql, 'orderly_completion', { target: 'x' })).toEqual({ status: 'unknown' });
  await sql`update plans set active = true`;
  await sql`update ptero_nodes set enabled = true`;
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

it('a user whom the site does not have can not be given a server', async () => {
  const sql = held.get();
  const id = await rejected(sql);
  const facts = { ...GAME, user_id: '00000000-0000-4000-8000-000000000000' };
  expect(await act(sql, 'complete', id, { facts })).toMatchObject({
    outcome: 'still_rejected',
    detail: 'the site has no user with this id, or the user has no e-mail',
  });
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

async function versions(sql: postgres.ISql, id: string) {
  const [row] = await sql`
    select p.version::int as version, m.wanted_version::int as wanted from orderly_purchases p
    join orderly_messages m on m.kind = 'purchase' and m.subject = p.id where p.id = ${id}`;
  return { version: Number(row?.version), wanted: Number(row?.wanted) };
}
