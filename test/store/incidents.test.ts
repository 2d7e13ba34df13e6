import type postgres from 'postgres';
import { beforeEach, expect, it } from 'vitest';
import { until } from '../../sandbox/world.ts';
import { call, claimOrder, finishOrder, outage, sellOrder, useDatabase } from '../helpers/database.ts';

const held = useDatabase();

beforeEach(async () => {
  await held.get()`truncate orderly_purchases, orderly_events, orderly_incidents, orderly_incident_purchases, orderly_messages, orders`;
});

it('an order that joins while its incident closes finds it closed and opens a new one', async () => {
  const sql = held.get();
  const [parked, late] = [await sellOrder(sql), await sellOrder(sql)];
  const lateToken = await claimOrder(sql, late);
  await finishOrder(sql, parked, await claimOrder(sql, parked), outage);
  const [incident] = await open(sql);
  let joining: Promise<unknown> = Promise.resolve();
  await sql.begin(async (closing) => {
    await closing`select orderly_close_incident(${incident!.id}, 'recovered', 1000, 600000)`;
    joining = finishOrder(sql, late, lateToken, outage);
    await untilBlocked(sql, 1);
  });
  await joining;
  const [again] = await open(sql);
  expect(again!.id).not.toBe(incident!.id);
  expect(await stateOf(sql, late)).toMatchObject({ incident_id: again!.id, look_at: null });
  expect(await stateOf(sql, parked)).toMatchObject({ incident_id: null, look_at: expect.any(Date) });
});

it('an order that joined just before its incident closes resumes with the others', async () => {
  const sql = held.get();
  const [parked, late] = [await sellOrder(sql), await sellOrder(sql)];
  const lateToken = await claimOrder(sql, late);
  await finishOrder(sql, parked, await claimOrder(sql, parked), outage);
  const [incident] = await open(sql);
  let closing: Promise<unknown> = Promise.resolve();
  await sql.begin(async (joining) => {
    await finishOrder(joining, late, lateToken, outage);
    closing = sql`select orderly_close_incident(${incident!.id}, 'recovered', 1000, 600000)`.execute();
    await untilBlocked(sql, 1);
  });
  await closing;
  expect(await open(sql)).toEqual([]);
  for (const id of [parked, late]) {
    expect(await stateOf(sql, id)).toMatchObject({ incident_id: null, look_at: expect.any(Date) });
  }
});

it('the one that goes first closes the outage for all, and the others resume one after the other', async () => {
  const sql = held.get();
  const ids = [await sellOrder(sql), await sellOrder(sql), await sellOrder(sql)];
  const tokens = await Promise.all(ids.map((id) => claimOrder(sql, id)));
  for (const [index, id] of ids.entries()) await finishOrder(sql, id, tokens[index]!, outage);
  await sql`update orderly_incidents set probe_at = now() - interval '1 second'`;
  const { hints } = await call(sql, 'orderly_due', { limit: 10, installs: false });
  expect((hints as { id: string }[]).map((hint) => hint.id)).toEqual([ids[0]]);
  const token = await claimOrder(sql, ids[0]!);
  const server = { kind: 'provisioned', how: 'created', server_id: 7, panel_node_id: 1, look_in_ms: 5000 };
  await finishOrder(sql, ids[0]!, token, server);
  const [incident] = await sql`select * from orderly_incidents`;
  expect(incident).toMatchObject({ close_reason: 'recovered', probe_at: null });
  const looks =
    await sql`select look_at from orderly_purchases where panel_server_id is null order by look_at`;
  expect(looks[1]!.look_at - looks[0]!.look_at).toBeGreaterThanOrEqual(1000);
});

it('while the panel is out a new order is parked without a try, but for the one that goes first', async () => {
  const sql = held.get();
  const first = await sellOrder(sql);
  await finishOrder(sql, first, await claimOrder(sql, first), outage);
  const second = await sellOrder(sql);
  const claim = await call(sql, 'orderly_claim', {
    id: second,
    holder: 'test',
    ttl_ms: 1,
    pace_ms: 1,
    deadline_ms: 1,
  });
  expect(claim).toMatchObject({ status: 'nothing', why: 'parked' });
  expect(await stateOf(sql, second)).toMatchObject({ failure_code: 'panel_unreachable', look_at: null });
  const attempts = await sql`select 1 from orderly_attempts where purchase_id = ${second}`;
  expect(attempts).toHaveLength(0);
});

it('when the one that went first meets another cause, the next goes first at once', async () => {
  const sql = held.get();
  const ids = [await sellOrder(sql), await sellOrder(sql)];
  const tokens = await Promise.all(ids.map((id) => claimOrder(sql, id)));
  for (const [index, id] of ids.entries()) await finishOrder(sql, id, tokens[index]!, outage);
  await sql`update orderly_incidents set probe_at = now() - interval '1 second'`;
  await call(sql, 'orderly_due', { limit: 10, installs: false });
  const own = {
    kind: 'failed',
    code: 'egg_missing',
    scope: 'plan',
    class: 'config',
    fingerprint: 'egg_missing:plan:x',
    alert: true,
  };
  await finishOrder(sql, ids[0]!, await claimOrder(sql, ids[0]!), own);
  const { hints } = await call(sql, 'orderly_due', { limit: 10, installs: false });
  expect((hints as { id: string }[]).map((hint) => hint.id)).toEqual([ids[1]]);
});

async function open(sql: postgres.Sql) {
  return sql`select id, fingerprint from orderly_incidents where closed_at is null order by id`;
}

async function stateOf(sql: postgres.Sql, id: string) {
  const [row] = await sql`select incident_id, look_at, failure_code from orderly_purchases where id = ${id}`;
  return row;
}

/** Until so many connections of this database wait for a lock of another. */
async function untilBlocked(sql: postgres.Sql, count: number) {
  await until('a blocked connection', async () => {
    const rows = await sql`
      select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    return rows.length >= count;
  });
}
