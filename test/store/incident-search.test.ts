import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { beforeEach, expect, it } from 'vitest';
import { createSupabaseDatabase } from '../../sandbox/embedded/supabase.ts';
import { MIGRATIONS_DIR, migrate, readMigrations } from '../../src/store/migrations.ts';
import { call, claimOrder, finishOrder, outage, sellOrder, useDatabase } from '../helpers/database.ts';
import { sharedPostgres } from '../helpers/world.ts';

const held = useDatabase();
let pressed = 0;
let ports = 0;

beforeEach(async () => {
  await held.get()`truncate orderly_purchases, orderly_events, orderly_incidents, orderly_incident_purchases, orderly_incident_subjects,
    orderly_incident_notes, orderly_incident_logs, orderly_messages, orderly_attempts, orderly_reservations, orderly_staff_actions, orders`;
});

type Row = {
  id: number;
  code: string;
  nodes: string[];
  plans: string[];
  joined: number;
  fix: { by: string | null; how: string | null; note: string | null };
};
type Page = { status: string; more: boolean; first: boolean; node: string | null };
type Incidents = Page & { incidents: Row[] };
type Attempts = Page & {
  attempts: { id: number; node: string | null; code: string; purchase: { id: string } }[];
};

const search = async (wanted: object, sql: postgres.ISql = held.get()) =>
  (await call(sql, 'orderly_list_incidents', { hours: 720, ...wanted })) as Incidents;
const tried = async (wanted: object, sql: postgres.ISql = held.get()) =>
  (await call(sql, 'orderly_list_attempts', { hours: 720, ...wanted })) as Attempts;
const codes = ({ incidents }: Incidents) => incidents.map(({ code }) => code);

const egg = (planId: string) => ({
  ...{ kind: 'failed', code: 'egg_missing', detail: 'nest 1 has no egg 999', scope: 'plan', class: 'config' },
  ...{ fingerprint: `egg_missing:plan:${planId}`, alert: true, look_in_ms: null },
});
const wings = (node: number) => ({
  ...{
    kind: 'failed',
    code: 'node_unreachable',
    detail: 'POST /servers → 504',
    scope: 'node',
    class: 'outage',
  },
  ...{ fingerprint: `node_unreachable:node:${node}`, alert: true, park: true, look_in_ms: 4_000 },
});

/** An order that fails after it was placed on a node, or before it was placed at all. */
async function fail(outcome: object, given: { planId?: string; node?: number; id?: string } = {}) {
  const id = given.id ?? (await sellOrder(held.get(), given));
  const token = await claimOrder(held.get(), id);
  if (given.node !== undefined) await place(id, token, given.node);
  await finishOrder(held.get(), id, token, outcome);
  return id;
}

async function place(id: string, token: number, node: number, sql: postgres.ISql = held.get()) {
  ports += 1;
  const placed = {
    step: 'placed',
    panel_node_id: node,
    node_name: `n${node}`,
    allocation_id: ports,
    known: 1e9,
  };
  expect(await call(sql, 'orderly_step', { ...placed, id, token, ttl_ms: 60_000 })).toMatchObject({
    status: 'ok',
  });
}

function act(action: string, target: string, more: object = {}) {
  pressed += 1;
  const press = { interaction: `search-${pressed}`, actor_id: '1', actor_name: 'Ben', deadline_ms: 600_000 };
  return call(held.get(), 'orderly_act', { ...press, action, target, ...more });
}

async function close(code: string, reason = 'recovered') {
  const [incident] =
    await held.get()`select id from orderly_incidents where code = ${code} and closed_at is null`;
  await held.get()`select orderly_close_incident(${incident!.id}, ${reason}, 1000, 600000)`;
  return String(incident!.id);
}

it('an incident is found by its code, plan, node, time and what was said in it, and by all of them at once', async () => {
  const sql = held.get();
  await fail(egg('terraria-2gb'), { planId: 'terraria-2gb' });
  await fail(wings(2), { node: 2 });
  await call(sql, 'orderly_node_down', { panel_node_id: 3, detail: 'GET /servers/9 → 504' });
  await sql`update orderly_incidents set opened_at = opened_at - interval '40 days' where code = 'node_down'`;
  await sql`update orderly_incident_subjects set opened_at = opened_at - interval '40 days' where subject = '3'`;
  expect(codes(await search({}))).toEqual(['node_unreachable', 'egg_missing']);
  expect(codes(await search({ hours: 2160 }))).toEqual(['node_unreachable', 'egg_missing', 'node_down']);
  expect(codes(await search({ code: 'egg_missing' }))).toEqual(['egg_missing']);
  expect(codes(await search({ plan: 'terraria-2gb' }))).toEqual(['egg_missing']);
  expect(codes(await search({ plan: 'among-us-1gb' }))).toEqual(['node_unreachable']);
  for (const node of ['2', 'fra-2']) {
    const page = await search({ node });
    expect([codes(page), page.node]).toEqual([['node_unreachable'], '2']);
  }
  expect(codes(await search({ node: 'nyc-1' }))).toEqual([]);
  expect(codes(await search({ node: 'nyc-1', hours: 2160 }))).toEqual(['node_down']);
  expect(codes(await search({ text: 'NO EGG 999' }))).toEqual(['egg_missing']);
  const all = { code: 'node_unreachable', node: 'fra-2', plan: 'among-us-1gb', text: '504', hours: 24 };
  expect(codes(await search(all))).toEqual(['node_unreachable']);
  for (const [key, value] of [
    ...[
      ['code', 'egg_missing'],
      ['node', 'fra-1'],
      ['plan', 'terraria-2gb'],
      ['text', '505'],
    ],
  ] as const)
    expect([key, codes(await search({ ...all, [key]: value }))]).toEqual([key, []]);
});

it('what is typed is text: wildcards, quotes and format marks find themselves and nothing else', async () => {
  await fail({ ...egg('x'), detail: "100%_ 'sure' %1$s \\ $9" });
  for (const text of ['%_', "'sure'", '%1$s', '\\ $9']) expect(codes(await search({ text }))).toHaveLength(1);
  for (const text of ['%', "' or true --", '_%', '%s']) {
    const found = text === '%' ? 1 : 0;
    expect([text, codes(await search({ text })).length]).toEqual([text, found]);
    for (const key of ['code', 'node', 'plan'])
      expect([key, codes(await search({ [key]: text }))]).toEqual([key, []]);
  }
  expect((await tried({ node: 'no such node' })).attempts).toEqual([]);
  expect((await tried({ text: '%1$s' })).attempts).toHaveLength(1);
});

it('an incident says how it ended: by itself, by whose action, or in the words of whoever noted what helped', async () => {
  await fail(outage);
  await close('panel_unreachable');
  const alone = (await search({})).incidents[0]!;
  expect(alone).toMatchObject({
    close_reason: 'recovered',
    joined: 1,
    fix: { by: null, how: null, note: null },
  });
  await held.get()`update orderly_purchases set closed_at = now()`;
  const again = await fail(outage);
  await act('retry', again);
  const id = await close('panel_unreachable');
  expect((await search({})).incidents[0]!.fix).toMatchObject({ by: 'Ben', how: 'retry', note: null });
  expect(await act('helped', id, { detail: ' ab ' })).toMatchObject({ outcome: 'invalid' });
  expect(await act('helped', id, { detail: 'x'.repeat(201) })).toMatchObject({ outcome: 'invalid' });
  expect(await act('helped', '999999', { detail: 'replaced the key' })).toMatchObject({
    outcome: 'no_incident',
  });
  expect(await act('helped', "1'; drop", { detail: 'replaced the key' })).toMatchObject({
    outcome: 'no_incident',
  });
  expect(await act('helped', id, { detail: ' replaced the key ' })).toMatchObject({ outcome: 'noted' });
  expect((await search({})).incidents[0]!.fix).toMatchObject({
    by: 'Ben',
    how: 'helped',
    note: 'replaced the key',
  });
  expect(codes(await search({ text: 'replaced' }))).toHaveLength(1);
  const open = await call(held.get(), 'orderly_incident', { id });
  expect(open).toMatchObject({ status: 'found', row: { id: Number(id) } });
  expect((open.notes as { kind: string }[]).map(({ kind }) => kind)).toContain('helped');
  expect(await call(held.get(), 'orderly_incident', { id: 'x' })).toEqual({ status: 'unknown' });
});

it('a completed purchase is mended by whoever completed it', async () => {
  const sql = held.get();
  const id = await sellOrder(sql, { planId: 'no-such-plan' });
  const facts = { plan_id: 'among-us-1gb', region: 'eu-west', term: 'monthly' };
  expect(await act('complete', id, { facts })).toMatchObject({ outcome: 'completed' });
  expect((await search({ code: 'unknown_plan' })).incidents).toMatchObject([
    { close_reason: 'completed by Ben', fix: { by: 'Ben', how: 'complete' } },
  ]);
});

it('"same as" is the last one of this fingerprint that is over, else of this code; never the open one itself', async () => {
  const sql = held.get();
  const same = async (code: string, purchase: string | null = null) =>
    (await call(sql, 'orderly_same_as', { code, purchase })).incident as Row | null;
  const first = await fail(wings(1), { node: 1 });
  expect(await same('node_unreachable', first)).toBeNull();
  await close('node_unreachable');
  const other = await fail(wings(2), { node: 2 });
  expect(await same('node_unreachable', other)).toMatchObject({ nodes: ['fra-1'] });
  await close('node_unreachable');
  const now = await fail(wings(1), { node: 1 });
  expect(await same('node_unreachable', now)).toMatchObject({ nodes: ['fra-1'] });
  expect(await same('node_unreachable')).toMatchObject({ nodes: ['fra-2'] });
  expect(await same('egg_missing', now)).toBeNull();
  await sql`update orderly_incidents set opened_at = opened_at - interval '91 days' where closed_at is not null`;
  expect(await same('node_unreachable', now)).toBeNull();
});

it('failed attempts are found by node and code, each on the node that it was placed on, wherever its order is now', async () => {
  const sql = held.get();
  const id = await fail({ ...wings(2), alert: false, park: false }, { node: 2 });
  await sql`update orderly_purchases set look_at = now() where id = ${id}`;
  await fail({ ...wings(1), alert: false, park: false }, { node: 1, id });
  await fail(egg('x'));
  const lost = await sellOrder(sql);
  await claimOrder(sql, lost, -1);
  await claimOrder(sql, lost);
  const found = (page: Attempts) => page.attempts.map(({ code, node }) => [code, node]);
  expect(found(await tried({ node: 'fra-2' }))).toEqual([['node_unreachable', 'fra-2']]);
  expect(found(await tried({ node: '1', code: 'node_unreachable' }))).toEqual([
    ['node_unreachable', 'fra-1'],
  ]);
  expect(found(await tried({ node: '1', code: 'egg_missing' }))).toEqual([]);
  expect(found(await tried({ code: 'egg_missing' }))).toEqual([['egg_missing', null]]);
  expect(found(await tried({ text: 'went away' }))).toEqual([[null, null]]);
  expect(found(await tried({ plan: 'among-us-1gb' }))).toHaveLength(4);
  expect((await tried({ node: '2' })).attempts[0]!.purchase.id).toBe(id);
});

it('a try that ended before it was placed is about no node, wherever the one before was', async () => {
  const sql = held.get();
  const id = await fail({ ...wings(2), alert: false, park: false }, { node: 2 });
  await sql`update orderly_purchases set look_at = now() where id = ${id}`;
  await fail(outage, { id });
  expect((await tried({ code: 'panel_unreachable' })).attempts).toMatchObject([{ node: null }]);
  expect((await search({ code: 'panel_unreachable' })).incidents).toMatchObject([{ nodes: [] }]);
});

it("a number is the panel's, whatever the number of a row of the catalogue is", async () => {
  const sql = held.get();
  await fail(wings(2), { node: 2 });
  await sql`update ptero_nodes set panel_node_id = 22 where name = 'fra-2'`;
  expect(codes(await search({ node: '2' }))).toEqual(['node_unreachable']);
  expect(codes(await search({ node: 'fra-2' }))).toEqual([]);
  await sql`update ptero_nodes set panel_node_id = 2 where name = 'fra-2'`;
});

it('a drill is found by its code alone: nothing went wrong', async () => {
  await act('drill', 'drill');
  await close('drill', 'acknowledged');
  expect(codes(await search({}))).toEqual([]);
  expect(codes(await search({ code: 'drill' }))).toEqual(['drill']);
});

it('a try that looks for what an earlier create made is about the node of that create', async () => {
  const sql = held.get();
  const id = await sellOrder(sql);
  const token = await claimOrder(sql, id);
  await place(id, token, 2);
  await call(sql, 'orderly_step', { id, token, step: 'create_sent', ttl_ms: 60_000 });
  const unsure = { kind: 'unsure', code: 'create_unsure', detail: 'no answer', look_in_ms: 0 };
  await finishOrder(sql, id, token, unsure);
  await finishOrder(sql, id, await claimOrder(sql, id), unsure);
  expect((await tried({ node: 'fra-2' })).attempts).toHaveLength(2);
});

it('pages hold every incident once, also of one moment, forth and back', async () => {
  const sql = held.get();
  for (let made = 0; made < 20; made += 1)
    await sql`select orderly_join_incident(${`sender:x${made}`}, 'events_silent', 'deployment', 'warning', 'quiet', null)`;
  await sql`update orderly_incidents set opened_at = now() - interval '1 hour' where id % 3 = 0`;
  const pages = [await search({})];
  while (pages.at(-1)!.more) pages.push(await search({ after: pages.at(-1)!.incidents.at(-1)!.id }));
  expect(pages.map(({ incidents }) => incidents.length)).toEqual([8, 8, 4]);
  const ids = pages.flatMap(({ incidents }) => incidents.map((one) => one.id));
  expect(new Set(ids).size).toBe(20);
  const back = await search({ before: pages[2]!.incidents[0]!.id });
  expect(back.incidents.map((one) => one.id)).toEqual(pages[1]!.incidents.map((one) => one.id));
  expect(back).toMatchObject({ more: true, first: false });
  expect(await search({ before: pages[1]!.incidents[0]!.id })).toMatchObject({ first: true, more: true });
});

it('what can be chosen is what was ever seen', async () => {
  await fail(wings(2), { node: 2 });
  await fail({ ...egg('terraria-2gb'), alert: false }, { planId: 'terraria-2gb' });
  expect(await call(held.get(), 'orderly_incident_choices', {})).toEqual({
    status: 'ok',
    codes: ['egg_missing', 'node_unreachable'],
    nodes: [{ id: '2', name: 'fra-2' }],
    plans: ['among-us-1gb'],
  });
});

it('what happened before the search was there is found as well', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'orderly-migrations-'));
  for (const { name } of readMigrations())
    if (name < '0021') copyFileSync(join(MIGRATIONS_DIR, name), join(dir, name));
  const { template: _, ...server } = sharedPostgres();
  const url = await createSupabaseDatabase(server, `orderly_search_${process.pid}`);
  await migrate(url, dir);
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    await sql.unsafe(readFileSync(new URL('../../sandbox/catalogue.sql', import.meta.url), 'utf8'));
    const id = await sellOrder(sql, { planId: 'terraria-2gb' });
    const token = await claimOrder(sql, id);
    await place(id, token, 2, sql);
    await finishOrder(sql, id, token, wings(2));
    await migrate(url);
    for (const wanted of [{ node: 'fra-2' }, { plan: 'terraria-2gb' }]) {
      expect(codes(await search(wanted, sql))).toEqual(['node_unreachable']);
      expect((await tried(wanted, sql)).attempts).toMatchObject([{ node: 'fra-2', purchase: { id } }]);
    }
  } finally {
    await sql.end({ timeout: 1 });
    rmSync(dir, { recursive: true });
  }
});

it('a page of many incidents or attempts reads indexes, not the tables, whatever is asked', async () => {
  const sql = held.get();
  await sql`truncate orderly_incidents, orderly_incident_purchases, orderly_attempts restart identity`;
  await sql`insert into orderly_incidents (fingerprint, code, scope, severity, opened_at, closed_at, detail)
    select case when n % 50 = 0 then 'node_down:node:2:' else 'code_' || n % 40 || ':panel:' end || n, 'code_' || n % 40, 'panel', 'alert',
      now() - n * interval '10 minutes', now(), 'seen ' || n from generate_series(1, 20000) n`;
  await sql`insert into orderly_incident_subjects (incident_id, kind, subject, opened_at)
    select id, 'plan', 'plan-' || id % 30, opened_at from orderly_incidents`;
  await sql`insert into orderly_attempts (purchase_id, number, token, holder, started_at, step, ended_at, outcome, code, panel_node_id, plan_id)
    select 'p' || n, 1, 1, 'x', now(), 'create', now() - n * interval '1 minute', case when n % 20 = 0 then 'failed' else 'provisioned' end,
      case when n % 20 = 0 then 'code_' || n % 40 end, n % 9, 'plan-' || n % 30 from generate_series(1, 60000) n`;
  await sql`analyze orderly_incidents, orderly_incident_subjects, orderly_attempts, orderly_incident_purchases`;
  const names = ['orderly_incidents', 'orderly_incident_subjects', 'orderly_attempts'];
  await sql.begin(async (alone) => {
    const scans = async () => {
      const rows = await alone`select relname, seq_scan::int as whole, idx_tup_fetch::int as fetched
        from pg_stat_xact_user_tables where relname = any(${names}) order by relname`;
      return {
        whole: rows.map(({ whole }) => whole),
        fetched: rows.reduce((sum, one) => sum + Number(one.fetched), 0),
      };
    };
    const before = await scans();
    const pages: Page[] = [];
    for (const wanted of [
      {},
      { after: 300 },
      { before: 300 },
      { code: 'code_7' },
      { code: 'code_7', after: 4000 },
      { plan: 'plan-3' },
      { plan: 'plan-3', before: 3000 },
      { node: '2', code: 'code_10' },
    ]) {
      pages.push(
        await search({ hours: 2160, ...wanted }, alone),
        await tried({ hours: 2160, ...wanted }, alone),
      );
    }
    expect(pages.filter(({ more }) => more).length).toBeGreaterThan(8);
    await call(alone, 'orderly_incident_choices', {});
    await call(alone, 'orderly_same_as', { code: 'code_3', purchase: 'none' });
    const after = await scans();
    expect(after.whole).toEqual(before.whole);
    // An index that is walked from end to end is a scan as well.
    expect(after.fetched - before.fetched).toBeLessThan(2_000);
  });
});
