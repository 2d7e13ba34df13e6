import type postgres from 'postgres';
import { expect, it } from 'vitest';
import { call, useDatabase } from '../helpers/database.ts';

const held = useDatabase();
const TTL_MS = 5_000;
const SETTLE_MS = 15_000;
let nowMs = Date.now();

/** Stops the database's clock at a moment so much later. */
async function later(sql: postgres.Sql, ms: number): Promise<void> {
  nowMs += ms;
  const clock = { start_ms: nowMs, started_at_ms: 0, factor: 0 };
  await sql`insert into orderly_settings (key, value) values ('clock', ${sql.json(clock)})
    on conflict (key) do update set value = excluded.value`;
}

const lead = async (sql: postgres.Sql, holder: string, ttl_ms = TTL_MS) =>
  (await call(sql, 'orderly_lead', { holder, ttl_ms, settle_ms: SETTLE_MS })).status;
const behind = async (sql: postgres.Sql) => {
  const rows =
    await sql`select subject from orderly_messages where shown_version < wanted_version order by id`;
  return rows.map(({ subject }) => subject);
};

/** A message that stands in Discord and says what its rows say. */
async function shown(sql: postgres.Sql, subject: string): Promise<number> {
  const [row] = await sql`
    insert into orderly_messages (kind, subject, wanted_version, shown_version, channel_id, message_id, posted_at, shown_at)
    values ('purchase', ${subject}, 3, 3, '1', ${subject}, orderly_now(), orderly_now()) returning id`;
  return Number(row?.id);
}

it('one leads at a time: another only when that one gave it back, or is silent for as long as its lease', async () => {
  const sql = held.get();
  await later(sql, 0);
  expect(await lead(sql, 'a')).toBe('held');
  expect(await lead(sql, 'b')).toBe('taken');
  await later(sql, TTL_MS - 1);
  expect(await lead(sql, 'b')).toBe('taken');
  expect(await lead(sql, 'a')).toBe('held');
  expect(await lead(sql, 'b', 0)).toBe('taken');
  expect(await lead(sql, 'a', 0)).toBe('free');
  expect(await lead(sql, 'b')).toBe('held');
  await later(sql, TTL_MS);
  expect(await lead(sql, 'a')).toBe('held');
  expect(await lead(sql, 'a', 0)).toBe('free');
});

it('after a leader that died, what was shown around that moment is written again once, when its requests have landed', async () => {
  const sql = held.get();
  expect(await lead(sql, 'a')).toBe('held');
  await shown(sql, 'long before');
  await later(sql, 60_000);
  await shown(sql, 'just before');
  expect(await lead(sql, 'b')).toBe('held');
  await later(sql, TTL_MS - 1);
  await shown(sql, 'by the new one');
  expect(await lead(sql, 'b')).toBe('held');
  expect(await behind(sql)).toEqual([]);
  await later(sql, TTL_MS - 1);
  expect(await lead(sql, 'b')).toBe('held');
  await later(sql, TTL_MS - 1);
  expect(await lead(sql, 'b')).toBe('held');
  await later(sql, 3);
  expect(await lead(sql, 'b')).toBe('held');
  expect(await behind(sql)).toEqual(['just before', 'by the new one']);
  await sql`update orderly_messages set shown_version = wanted_version`;
  await later(sql, 1_000);
  expect(await lead(sql, 'b')).toBe('held');
  expect(await behind(sql)).toEqual([]);
  expect(await lead(sql, 'b', 0)).toBe('free');
});

it('a leader that gave the lead back left nothing under way; but what was to be put right is left to the next', async () => {
  const sql = held.get();
  expect(await lead(sql, 'a')).toBe('held');
  await shown(sql, 'at a calm change');
  expect(await lead(sql, 'a', 0)).toBe('free');
  expect(await lead(sql, 'b')).toBe('held');
  await later(sql, 2 * SETTLE_MS);
  expect(await lead(sql, 'b')).toBe('held');
  expect(await behind(sql)).toEqual([]);
  await later(sql, TTL_MS);
  await shown(sql, 'at a death');
  expect(await lead(sql, 'c')).toBe('held');
  expect(await lead(sql, 'c', 0)).toBe('free');
  expect(await lead(sql, 'd')).toBe('held');
  await later(sql, SETTLE_MS);
  expect(await lead(sql, 'd')).toBe('held');
  expect(await behind(sql)).toEqual(['at a death']);
  await sql`update orderly_messages set shown_version = wanted_version`;
});

it('a version that knows the lease alone keeps the others out, and is taken for one that died when it goes', async () => {
  const sql = held.get();
  await later(sql, 60_000);
  const old = (ttl_ms: number) => call(sql, 'orderly_lease', { name: 'outbox', holder: 'old', ttl_ms });
  expect((await old(15_000)).status).toBe('held');
  expect(await lead(sql, 'a')).toBe('taken');
  await shown(sql, 'by an older version');
  await old(0);
  expect(await lead(sql, 'a')).toBe('held');
  expect((await old(15_000)).status).toBe('taken');
  await later(sql, SETTLE_MS);
  expect(await lead(sql, 'a')).toBe('held');
  expect(await behind(sql)).toEqual(['by an older version']);
  await sql`update orderly_messages set shown_version = wanted_version`;
});

it('messages that are named in doubt are written again: not those that were never posted, nor what is behind by itself', async () => {
  const sql = held.get();
  const one = await shown(sql, 'doubted');
  const two = await shown(sql, 'never posted');
  await sql`update orderly_messages set message_id = null where id = ${two}`;
  const three = await shown(sql, 'far behind');
  await sql`update orderly_messages set shown_version = 1 where id = ${three}`;
  expect(await call(sql, 'orderly_doubt_messages', { ids: [one, two, three] })).toEqual({
    ...{ status: 'ok', doubted: 1 },
  });
  const [row] = await sql`select shown_version::int as version from orderly_messages where id = ${three}`;
  expect(row?.version).toBe(1);
  expect(await behind(sql)).toEqual(['doubted', 'far behind']);
});

it('a sign of life tells the others which roles are alive, for as long as it is fresh, and until goodbye', async () => {
  const sql = held.get();
  const pulse = async (holder: string, roles: string[], alive: string[]) =>
    (await call(sql, 'orderly_pulse', { holder, roles, alive, fresh_ms: 30_000 })).others;
  await later(sql, 60_000);
  expect(await lead(sql, 'b')).toBe('held');
  expect(await pulse('b', ['bot'], ['bot'])).toEqual([]);
  expect(await pulse('w', ['worker', 'webhook'], ['webhook'])).toEqual(['bot']);
  expect(await pulse('b', ['bot'], [])).toEqual(['webhook']);
  expect(await pulse('w', ['worker', 'webhook'], ['worker'])).toEqual([]);
  await later(sql, 29_999);
  expect(await pulse('b', ['bot'], ['bot'])).toEqual(['worker']);
  await later(sql, 1);
  expect(await pulse('b', ['bot'], ['bot'])).toEqual([]);
  expect(await pulse('w', ['worker'], ['worker'])).toEqual(['bot']);
  expect(await pulse('b', [], [])).toEqual(['worker']);
  expect(await pulse('w', ['worker'], ['worker'])).toEqual([]);
});

it('a leader that gives no sign of life is one of an older version: its lease stands for one, while it holds', async () => {
  const sql = held.get();
  await later(sql, 60_000);
  const others = async () =>
    (
      await call(sql, 'orderly_pulse', {
        holder: 'w',
        roles: ['worker'],
        alive: ['worker'],
        fresh_ms: 30_000,
      })
    ).others;
  await call(sql, 'orderly_lease', { name: 'outbox', holder: 'old', ttl_ms: 15_000 });
  expect(await others()).toEqual(['bot']);
  await later(sql, 15_000);
  expect(await others()).toEqual([]);
});
