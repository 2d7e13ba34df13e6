import { expect, it } from 'vitest';
import { call, claimOrder, finishOrder, outage, sellOrder, useDatabase } from '../helpers/database.ts';

const held = useDatabase();

const place = {
  ttl_ms: 60_000,
  step: 'placed',
  allocation_id: 1,
  panel_node_id: 1,
  node_name: 'fra-1',
  memory: 1024,
  disk: 1024,
  known: 0,
};

it('who does not know the newest reservation of a node is told all of them, and chooses again', async () => {
  const sql = held.get();
  const [one, two] = [await sellOrder(sql), await sellOrder(sql)];
  const tokens = [await claimOrder(sql, one), await claimOrder(sql, two)];
  expect(await call(sql, 'orderly_step', { ...place, id: one, token: tokens[0] })).toEqual({ status: 'ok' });
  const second = { ...place, id: two, token: tokens[1], allocation_id: 2 };
  const told = await call(sql, 'orderly_step', second);
  const reservations = told.reservations as { seq: number; memory: number }[];
  expect(told).toMatchObject({ status: 'outdated', reservations: [{ allocation_id: 1, memory: 1024 }] });
  const known = Math.max(...reservations.map((held) => held.seq));
  expect(await call(sql, 'orderly_step', { ...second, known, allocation_id: 1 })).toEqual({
    status: 'port_taken',
  });
  expect(await call(sql, 'orderly_step', { ...second, known })).toEqual({ status: 'ok' });
});

it('of two that place on one node at the same moment one is told of the other', async () => {
  const sql = held.get();
  await sql`truncate orderly_reservations`;
  const ids = [await sellOrder(sql), await sellOrder(sql)];
  const tokens = await Promise.all(ids.map((id) => claimOrder(sql, id)));
  const answers = await Promise.all(
    ids.map((id, index) =>
      call(sql, 'orderly_step', { ...place, id, token: tokens[index], allocation_id: 10 + index }),
    ),
  );
  expect(answers.map((answer) => answer.status).toSorted()).toEqual(['ok', 'outdated']);
});

it('a worker that lost its lease changes nothing: no step, no outcome', async () => {
  const sql = held.get();
  const id = await sellOrder(sql);
  const old = await claimOrder(sql, id, 1);
  await sql`select pg_sleep(0.01)`;
  const current = await claimOrder(sql, id);
  expect(current).toBeGreaterThan(old);
  expect(await call(sql, 'orderly_step', { id, token: old, ttl_ms: 1, step: 'create_sent' })).toEqual({
    status: 'stale',
  });
  expect(await finishOrder(sql, id, old, outage)).toEqual({ status: 'stale' });
  expect(
    await call(sql, 'orderly_step', { id, token: current, ttl_ms: 60_000, step: 'create_sent' }),
  ).toEqual({ status: 'ok' });
  await finishOrder(sql, id, current, { kind: 'unsure', look_in_ms: 0 });
  // Its lease is given back: the same token is no lease any more.
  expect(await call(sql, 'orderly_step', { id, token: current, ttl_ms: 1, step: 'create_sent' })).toEqual({
    status: 'stale',
  });
});

it('all processes together stay under the limit in any minute, with room kept for staff, and stop when the panel says so', async () => {
  const sql = held.get();
  const at = (ms: number) => sql`
    insert into orderly_settings (key, value) values ('clock', ${sql.json({ start_ms: 1_800_000_000_000 + ms, started_at_ms: 0, factor: 0 })})
    on conflict (key) do update set value = excluded.value`;
  const bucket = { name: 'panel', size: 50, per_minute: 190 };
  const take = async (keep: number, wanted = 5) =>
    Number((await call(sql, 'orderly_take', { ...bucket, keep, wanted })).granted);
  const granted: { ms: number; count: number }[] = [];
  for (let ms = 0; ms <= 180_000; ms += 1_000) {
    await at(ms);
    for (let count = await take(15); count > 0; count = await take(15)) granted.push({ ms, count });
  }
  const inMinuteFrom = (from: number) =>
    granted.filter(({ ms }) => ms >= from && ms < from + 60_000).reduce((sum, { count }) => sum + count, 0);
  const most = Math.max(...granted.map(({ ms }) => inMinuteFrom(ms)));
  expect(most).toBeLessThanOrEqual(240);
  expect(most).toBeGreaterThan(200);
  expect(await take(0, 1)).toBe(1);
  await call(sql, 'orderly_hold_budget', { name: 'panel', ms: 30_000 });
  await at(200_000);
  expect(await take(0, 1)).toBe(0);
  await at(212_000);
  expect(await take(0, 1)).toBe(1);
  await sql`delete from orderly_settings where key = 'clock'`;
});

it('an install that nobody looks at is an alert, once, though no order is late', async () => {
  const sql = held.get();
  const id = await sellOrder(sql);
  await finishOrder(sql, id, await claimOrder(sql, id), {
    kind: 'provisioned',
    how: 'created',
    server_id: 70,
    panel_node_id: 1,
    look_in_ms: 5000,
  });
  await sql`update orderly_purchases set look_at = now() - interval '11 minutes' where id = ${id}`;
  await call(sql, 'orderly_due', { limit: 10, installs: false });
  await call(sql, 'orderly_due', { limit: 10, installs: false });
  const incidents =
    await sql`select severity, detail from orderly_incidents where fingerprint = 'overdue:install'`;
  expect(incidents).toMatchObject([
    { severity: 'alert', detail: 'nobody has looked at installs for ten minutes' },
  ]);
});

it('what an older version sends is taken as it was before: no parking, installs as work of its own', async () => {
  const sql = held.get();
  const id = await sellOrder(sql);
  const claim = await call(sql, 'orderly_claim', { id, holder: 'old', ttl_ms: 60_000 });
  expect(claim).toMatchObject({ status: 'claimed', reserved: expect.any(Array) });
  const token = Number(claim.token);
  const { allocation_id, panel_node_id, node_name } = { ...place, allocation_id: 50 };
  const step = { id, token, ttl_ms: 60_000, step: 'placed', allocation_id, panel_node_id, node_name };
  expect(await call(sql, 'orderly_step', step)).toEqual({ status: 'ok' });
  const { park: _park, class: _class, ...failed } = outage;
  await call(sql, 'orderly_finish', { id, token, outcome: failed });
  const [row] = await sql`select look_at from orderly_purchases where id = ${id}`;
  expect(row?.look_at).toBeInstanceOf(Date);
});
