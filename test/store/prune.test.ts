import type postgres from 'postgres';
import { expect, it } from 'vitest';
import { call, sellOrder, useDatabase } from '../helpers/database.ts';

const held = useDatabase();
const prune = (limit = 1_000) => call(held.get(), 'orderly_prune', { days: 90, limit });

/** An event of so long ago. */
async function event(
  sql: postgres.Sql,
  id: string,
  what: { days?: number; state?: string; purchase?: string | null },
): Promise<void> {
  await sql`insert into orderly_events (id, type, livemode, received_at, state, purchase_id, raw)
    values (${id}, 'invoice.paid', false, now() - ${what.days ?? 100} * interval '1 day', ${what.state ?? 'processed'},
      ${what.purchase ?? null}, '{"much": true}')`;
}

async function emptied(sql: postgres.Sql): Promise<string[]> {
  const rows = await sql`select id from orderly_events where raw = '' order by id`;
  return rows.map(({ id }) => String(id));
}

it('only old payloads of what is decided and settled are let go, and their rows stay', async () => {
  const sql = held.get();
  const done = await sellOrder(sql);
  const open = await sellOrder(sql);
  await sql`update orderly_purchases set install = 'ready', look_at = null where id = ${done}`;
  await event(sql, 'a_settled', { purchase: done });
  await event(sql, 'a_nobodys', { state: 'ignored' });
  await event(sql, 'b_young', { days: 80 });
  await event(sql, 'b_open', { purchase: open });
  for (const state of ['received', 'deferred', 'rejected']) await event(sql, `b_${state}`, { state });
  expect(await prune()).toMatchObject({ pruned: 2 });
  expect(await emptied(sql)).toEqual(['a_nobodys', 'a_settled']);
  // What comes again is known by its row.
  const again = {
    id: 'a_settled',
    type: 'invoice.paid',
    livemode: false,
    raw: '{"much": true}',
    effect: { kind: 'ignore' },
  };
  expect(await call(sql, 'orderly_ingest', { deadline_ms: 600_000, events: [again] })).toMatchObject({
    events: [{ status: 'duplicate', state: 'processed' }],
  });
  await sql`update orderly_purchases set closed_at = now(), close_reason = 'refunded' where id = ${open}`;
  expect(await prune()).toMatchObject({ pruned: 1 });
});

it('a call prunes as many as it was told at most', async () => {
  const sql = held.get();
  for (let count = 0; count < 5; count += 1) await event(sql, `c_${count}`, {});
  expect((await prune(3)).pruned).toBe(3);
  expect((await prune(3)).pruned).toBe(2);
  expect((await prune(3)).pruned).toBe(0);
});
