import type postgres from 'postgres';
import { beforeEach, expect, it } from 'vitest';
import { call, claimOrder, finishOrder, outage, sellOrder, useDatabase } from '../helpers/database.ts';

const held = useDatabase();

beforeEach(async () => {
  await held.get()`truncate orderly_purchases, orderly_events, orderly_incidents, orderly_incident_purchases, orderly_messages, orderly_pauses,
    orderly_attempts, orderly_staff_actions, orders`;
});

type Page = { status: string; customer: string | null; more: boolean; purchases: { id: string }[] };

const list = async (sql: postgres.ISql, wanted: object) =>
  (await call(sql, 'orderly_list', { filter: 'recent', deadline_ms: 600_000, ...wanted })) as Page;
const ids = ({ purchases }: Page) => purchases.map(({ id }) => id);

it('pages of a list hold every purchase once, also of one moment, and the last says that it is', async () => {
  const sql = held.get();
  const sold: string[] = [];
  for (let count = 0; count < 23; count += 1) sold.push(await sellOrder(sql));
  await sql`update orderly_purchases set created_at = '2026-11-24T10:00:00Z' where id = any(${sold.slice(5, 20)})`;
  const seen: string[] = [];
  const sizes: number[] = [];
  for (let page = await list(sql, {}); ; page = await list(sql, { after: seen.at(-1) })) {
    seen.push(...ids(page));
    sizes.push(page.purchases.length);
    if (!page.more) break;
  }
  expect(sizes).toEqual([10, 10, 3]);
  expect(seen.toSorted()).toEqual(sold.toSorted());
});

it('"failed" has what staff were called for, and nothing that is well, closed or tried again by itself', async () => {
  const sql = held.get();
  const [out, well, again, over, install] = [
    await sellOrder(sql),
    await sellOrder(sql),
    await sellOrder(sql),
    await sellOrder(sql),
    await sellOrder(sql),
  ];
  const tokens = { out: await claimOrder(sql, out), again: await claimOrder(sql, again) };
  await finishOrder(sql, out, tokens.out, outage);
  await finishOrder(sql, again, tokens.again, {
    ...outage,
    fingerprint: 'port_race',
    alert: false,
    park: false,
  });
  await sql`update orderly_purchases set install = 'ready', panel_server_id = 8 where id = ${well}`;
  await sql`update orderly_purchases set failure_code = 'bug', incident_id = 1, closed_at = now() where id = ${over}`;
  await sql`update orderly_purchases set install = 'failed', panel_server_id = 9 where id = ${install}`;
  expect(ids(await list(sql, { filter: 'failed' })).toSorted()).toEqual([out, install].toSorted());
});

it('"stuck" has what is past half its deadline without a server, and what nobody knows yet', async () => {
  const sql = held.get();
  const [late, unsure, fresh, made] = [
    await sellOrder(sql),
    await sellOrder(sql),
    await sellOrder(sql),
    await sellOrder(sql),
  ];
  const left = (id: string, minutes: number) =>
    sql`update orderly_purchases set deadline_at = now() + ${minutes} * interval '1 minute' where id = ${id}`;
  await left(late, 4.9);
  await left(fresh, 5.1);
  await left(made, 1);
  await sql`update orderly_purchases set failure_code = 'create_unsure' where id = ${unsure}`;
  await sql`update orderly_purchases set panel_server_id = 8, install = 'installing' where id = ${made}`;
  expect(ids(await list(sql, { filter: 'stuck' })).toSorted()).toEqual([late, unsure].toSorted());
});

it('a customer is found by e-mail in any case, by user id, or by one of their purchases; nobody else is in the list', async () => {
  const sql = held.get();
  const [mine, other] = [await sellOrder(sql), await sellOrder(sql)];
  await sql`update orderly_purchases set user_id = 'u-2', email = 'Zoe@Zoo.example' where id = ${mine}`;
  for (const customer of ['zoe@zoo.EXAMPLE', 'u-2', mine]) {
    const page = await list(sql, { customer });
    expect(ids(page)).toEqual([mine]);
    expect(page.customer).toBe(mine);
  }
  expect(ids(await list(sql, { customer: other }))).toEqual([other]);
  expect(await list(sql, { customer: 'nobody@zoo.example' })).toEqual({ status: 'no_customer' });
});

it('the numbers of a span count each purchase once, and only those of the span', async () => {
  const sql = held.get();
  const [ready, slow, failed, , old] = [
    await sellOrder(sql),
    await sellOrder(sql),
    await sellOrder(sql),
    await sellOrder(sql),
    await sellOrder(sql),
  ];
  await sql`update orderly_purchases set ready_at = paid_at + interval '10 s', install = 'ready' where id = ${ready}`;
  await sql`update orderly_purchases set ready_at = paid_at + interval '20 s', install = 'ready' where id = ${slow}`;
  await sql`update orderly_purchases set created_at = now() - interval '25 hours' where id = ${old}`;
  await finishOrder(sql, failed, await claimOrder(sql, failed), outage);
  const day = await call(sql, 'orderly_stats', { hours: 24 });
  expect(day).toMatchObject({
    purchases: 4,
    games: 4,
    ready: 2,
    failed: 1,
    closed: 0,
    p50_s: 15,
    incidents: 1,
  });
  expect(day).toMatchObject({
    open_incidents: 1,
    causes: [{ code: 'panel_unreachable', orders: 1 }],
    retries: 0,
  });
  expect(await call(sql, 'orderly_stats', { hours: 168 })).toMatchObject({ purchases: 5 });
});

it('a page of a long list reads an index, not the table', async () => {
  const sql = held.get();
  await sellOrder(sql);
  await sql`insert into orderly_purchases (id, source, payment, item_type, created_at, user_id, order_id)
    select 'p' || n, 'stripe', 'paid', 'game', now() - n * interval '1 second', 'u' || n, 'o' || n from generate_series(1, 20000) n`;
  await sql`analyze orderly_purchases`;
  // Counted by this connection alone: others tell theirs late.
  const scans = async (alone: postgres.ISql) => {
    const [row] = await alone`
      select seq_scan::int as whole from pg_stat_xact_user_tables where relname = 'orderly_purchases'`;
    return Number(row?.whole);
  };
  await sql.begin(async (alone) => {
    const before = await scans(alone);
    for (const filter of ['recent', 'failed', 'paused']) await list(alone, { filter, after: 'p300' });
    await list(alone, { customer: 'u77' });
    expect(await scans(alone)).toBe(before);
  });
});

type Hits = { purchases: { id: string }[] };

it('a search finds by what every id begins with, by name and e-mail, and by the ids of the panel', async () => {
  const sql = held.get();
  const id = await sellOrder(sql);
  await sql`update orderly_purchases set panel_server_id = 4711, panel_identifier = 'ab12cd34', server_name = 'Tea 100%_x' where id = ${id}`;
  const [known] = await sql`select * from orderly_purchases where id = ${id}`;
  const find = async (query: string) =>
    ids((await call(sql, 'orderly_search', { query, limit: 25 })) as Page & Hits);
  const whole = 'ab12cd34-1111-4222-8333-444455556666';
  for (const query of [
    id.slice(0, 12),
    String(known?.session_id).slice(0, 10),
    String(known?.subscription_id),
    'TEA 100%_',
    'BUYER@example',
    '4711',
    'AB12',
    whole,
    ` ${whole} `,
  ])
    expect(await find(query), query).toEqual([id]);
  for (const query of ['%', 'tea 100_', '471', 'zz', "x') or true --"])
    expect(await find(query), query).toEqual([]);
});

it('a search of many purchases reads indexes, not the table, whatever is typed', async () => {
  const sql = held.get();
  await sql`insert into orderly_purchases (id, source, payment, item_type, created_at, order_id, session_id, email, server_name, panel_server_id, panel_identifier)
    select 'p' || n, 'stripe', 'paid', 'game', now() - n * interval '1 second', 'o' || n, 'cs_test_' || n, 'b' || n || '@x.example',
      'Server ' || n, n, substr(md5(n::text), 1, 8) from generate_series(1, 20000) n`;
  await sql`analyze orderly_purchases`;
  await sql.begin(async (alone) => {
    const scans = async () => {
      const [row] = await alone`
        select seq_scan::int as whole, idx_tup_fetch::int as fetched from pg_stat_xact_user_tables where relname = 'orderly_purchases'`;
      return { whole: Number(row?.whole), fetched: Number(row?.fetched) };
    };
    const search = (query: string) => call(alone, 'orderly_search', { query, limit: 25 });
    const before = await scans();
    // More than the five after which a stored plan would be kept.
    for (const query of ['o77777', 'cs_test_12345', 'b9876@', 'server 4321', '19999', 'c4ca4238', '', 'none'])
      await search(query);
    const after = await scans();
    expect(after.whole).toBe(before.whole);
    // An index on the time, walked from end to end for something else, is a scan of the table as well.
    expect(after.fetched - before.fetched).toBeLessThan(1_000);
  });
});

it('one step back ends at the page that one came from, and the newest page is a whole one', async () => {
  const sql = held.get();
  for (let count = 0; count < 33; count += 1) await sellOrder(sql);
  const pages = [await list(sql, {})];
  while (pages.at(-1)!.more) pages.push(await list(sql, { after: ids(pages.at(-1)!).at(-1) }));
  expect(pages.map((page) => ids(page).length)).toEqual([10, 10, 10, 3]);
  for (const [index, page] of pages.entries()) {
    expect((page as Page & { first: boolean }).first).toBe(index === 0);
    if (index > 0) expect(await list(sql, { before: ids(page)[0] })).toMatchObject({ more: true });
    if (index > 0) expect(ids(await list(sql, { before: ids(page)[0] }))).toEqual(ids(pages[index - 1]!));
  }
  const odd = ids(await list(sql, { before: ids(pages[0]!)[3] }));
  expect(odd).toEqual(ids(pages[0]!));
});

it('the numbers over time add up to those of /stats', async () => {
  const sql = held.get();
  const sold = [];
  for (let count = 0; count < 6; count += 1) sold.push(await sellOrder(sql));
  await sql`update orderly_purchases set created_at = now() - interval '5 hours' where id = any(${sold.slice(0, 2)})`;
  await sql`update orderly_purchases set ready_at = paid_at + interval '40 seconds' where id = any(${sold.slice(0, 3)})`;
  await sql`update orderly_purchases set install = 'failed' where id = ${sold[4]!}`;
  const series = (await call(sql, 'orderly_stats_series', { hours: 24, buckets: 24 })) as {
    buckets: { games: number; ready: number; failed: number; p50_s: number | null }[];
  };
  const total = await call(sql, 'orderly_stats', { hours: 24 });
  expect(series.buckets).toHaveLength(24);
  for (const what of ['games', 'ready', 'failed'] as const)
    expect(series.buckets.reduce((sum, bucket) => sum + bucket[what], 0)).toBe(total[what]);
  expect(series.buckets.filter(({ games }) => games > 0)).toMatchObject([
    { games: 2, p50_s: 40 },
    { games: 4, p50_s: 40 },
  ]);
});
