import type postgres from 'postgres';
import { beforeEach, expect, it } from 'vitest';
import { TIMINGS } from '../../src/orders/timings.ts';
import { createStore, type Numbers } from '../../src/store/store.ts';
import {
  call,
  claimOrder,
  createSqlCall,
  finishOrder,
  outage,
  sellOrder,
  useDatabase,
} from '../helpers/database.ts';

const held = useDatabase();
const numbers = (): Promise<Numbers> =>
  createStore({ call: createSqlCall(held.get()), timings: TIMINGS, deadlineMs: 600_000 }).numbers(30_000);

beforeEach(() => empty(held.get()));

/** All that was left by the test before is over. */
async function empty(sql: postgres.Sql): Promise<void> {
  await sql`update orderly_purchases set closed_at = now(), look_at = null, incident_id = null where closed_at is null`;
  await sql`update orderly_incidents set closed_at = now() where closed_at is null`;
  await sql`update orderly_messages set shown_version = wanted_version`;
}

it('counts who waits, who is late, and who is stuck, and nobody who has a server or whose purchase is closed', async () => {
  const sql = held.get();
  const [waits, late, half, unsure, made] = [
    await sellOrder(sql),
    await sellOrder(sql),
    await sellOrder(sql),
    await sellOrder(sql),
    await sellOrder(sql),
  ];
  await sql`update orderly_purchases set deadline_at = now() - interval '1 minute', paid_at = now() - interval '11 minutes' where id = ${late}`;
  await sql`update orderly_purchases set deadline_at = now() + interval '4 minutes' where id = ${half}`;
  await sql`update orderly_purchases set failure_code = 'create_unsure', look_at = now() + interval '1 hour' where id = ${unsure}`;
  await sql`update orderly_purchases set panel_server_id = 1, provisioned_at = now(), look_at = null where id = ${made}`;
  await sql`update orderly_purchases set lease_until = now() + interval '1 minute' where id = ${waits}`;
  const { unserved, due } = await numbers();
  expect(unserved).toMatchObject({ waiting: 4, overdue: 1, stuck: 3 });
  expect(unserved.oldest_s).toBeGreaterThan(600);
  expect(due).toMatchObject({ orders: 2, oldest_s: expect.any(Number) });
});

it('an order is overdue also while an incident has it', async () => {
  const sql = held.get();
  const id = await sellOrder(sql);
  await finishOrder(sql, id, await claimOrder(sql, id), outage);
  await sql`update orderly_purchases set deadline_at = now() - interval '1 second' where id = ${id}`;
  expect((await numbers()).unserved).toMatchObject({ waiting: 1, overdue: 1 });
});

it('counts incidents by severity and code, and alerts that nobody is on, or is no longer', async () => {
  const sql = held.get();
  const open = (code: string, severity: string) =>
    sql`insert into orderly_incidents (fingerprint, code, scope, severity, opened_at) values (${code}, ${code}, 'panel', ${severity}, now())`;
  await open('panel_unreachable', 'alert');
  await open('low_stock', 'warning');
  const row = async (code: string) => (await numbers()).incidents.find((one) => one.code === code);
  expect(await row('panel_unreachable')).toMatchObject({ severity: 'alert', open: 1, unacknowledged: 1 });
  expect(await row('low_stock')).toMatchObject({ severity: 'warning', open: 1, unacknowledged: 0 });
  await sql`update orderly_incidents set acked_until = now() + interval '1 minute'`;
  expect(await row('panel_unreachable')).toMatchObject({ open: 1, unacknowledged: 0 });
  await sql`update orderly_incidents set acked_until = now() - interval '1 second'`;
  expect(await row('panel_unreachable')).toMatchObject({ open: 1, unacknowledged: 1 });
});

it('tells how far each kind of message is behind, and of the kinds that are not that they are not', async () => {
  const sql = held.get();
  await sellOrder(sql);
  await sql`update orderly_messages set behind_since = now() - interval '2 minutes' where shown_version < wanted_version`;
  const of = async (wanted: string) => (await numbers()).messages.find(({ kind }) => kind === wanted);
  expect(await of('purchase')).toMatchObject({ waiting: 1 });
  expect((await of('purchase'))?.oldest_s).toBeGreaterThanOrEqual(119);
  expect(await of('alert')).toEqual({ kind: 'alert', waiting: 0, oldest_s: 0 });
});

it('tells who is alive and whether anybody leads in Discord, as long as that is fresh', async () => {
  const sql = held.get();
  expect(await numbers()).toMatchObject({ led: false });
  await call(sql, 'orderly_pulse', { holder: 'a', roles: ['worker', 'bot'], alive: ['worker'], fresh_ms: 1 });
  await call(sql, 'orderly_lead', { holder: 'a', ttl_ms: 60_000, settle_ms: 1 });
  const alive = async () =>
    Object.fromEntries((await numbers()).alive.map((one) => [one.role, one.processes]));
  expect(await alive()).toEqual({ webhook: 0, worker: 1, bot: 0 });
  expect(await numbers()).toMatchObject({ led: true });
  await sql`update orderly_processes set seen_at = now() - interval '31 seconds'`;
  await sql`update orderly_leases set until = now() - interval '1 second' where name = 'outbox'`;
  expect(await alive()).toEqual({ webhook: 0, worker: 0, bot: 0 });
  expect(await numbers()).toMatchObject({ led: false });
});

it('tells what is left of the panel, and the last forecast with its age', async () => {
  const sql = held.get();
  expect(await numbers()).toMatchObject({ budget: null, stock: null });
  await call(sql, 'orderly_take', { name: 'panel', wanted: 5, size: 50, per_minute: 60, keep: 0 });
  await call(sql, 'orderly_report_check', {
    name: 'stock',
    result: [{ region: 'eu', servers: 3 }],
    warnings: [],
  });
  await sql`update orderly_checks set at = now() - interval '1 minute' where name = 'stock'`;
  const { budget, stock } = await numbers();
  expect(budget).toMatchObject({ tokens: 45, hold_ms: 0 });
  expect(stock).toMatchObject({ rows: [{ region: 'eu', servers: 3 }] });
  expect(stock?.age_s).toBeGreaterThanOrEqual(60);
  await call(sql, 'orderly_hold_budget', { name: 'panel', ms: 10_000 });
  expect((await numbers()).budget?.hold_ms).toBeGreaterThan(9_000);
});

it('a purchase is told to be ready once, however often its install is judged or its server made again', async () => {
  const sql = held.get();
  const id = await sellOrder(sql);
  const since = '2026-01-01T00:00:00+00:00';
  const judge = () =>
    createStore({ call: createSqlCall(sql), timings: TIMINGS, deadlineMs: 1 }).judgeInstalls([
      { id, server_id: 7, since, kind: 'ready', look_in_ms: null },
    ]);
  await sql`update orderly_purchases set panel_server_id = 7, install = 'installing', install_since = ${since}, paid_at = now() - interval '90 seconds'
    where id = ${id}`;
  const [seconds] = await judge();
  expect(Math.round(seconds ?? 0)).toBe(90);
  expect(await judge()).toEqual([]);
  await sql`update orderly_purchases set ready_at = null where id = ${id}`;
  await sql`select orderly_note(${id}, 'made_again')`;
  expect(await judge()).toEqual([]);
});
