import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { describe, expect, it } from 'vitest';
import { createSupabaseDatabase, SERVICE_KEY, startSupabase } from '../../sandbox/embedded/supabase.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { TIMINGS } from '../../src/orders/timings.ts';
import { createCall } from '../../src/store/call.ts';
import { MIGRATIONS_DIR, migrate } from '../../src/store/migrations.ts';
import { createStore } from '../../src/store/store.ts';
import { toStore } from '../../src/stripe/event-to-store.ts';
import { stripeEvent } from '../../src/stripe/schemas.ts';
import { sharedPostgres } from '../helpers/world.ts';

const USER = '7b0d5c1e-4c0f-4f6e-9a55-2f6a1b8f3e21';

/** A site that was there before us: its tables with rows, policies, grants, a check on status, and keys of other types. */
const site = (keys: { order: string; plan: string; planId: string }) => `
  create table public.plans (id ${keys.plan} primary key, name text not null, price int);
  create table public.orders (id ${keys.order}, user_id uuid not null, plan_id ${keys.plan} references plans (id), item_type text,
    server_name text, status text not null default 'paid' check (status in ('paid', 'provisioning', 'provisioned')),
    stripe_sub_id text, pterodactyl_server_id integer, created_at timestamptz not null default now());
  create table public.ptero_nodes (id bigint primary key, name text);
  insert into plans values ('${keys.planId}', 'Minecraft 4 GB', 1499);
  insert into ptero_nodes values (7, 'fra');
  insert into orders (user_id, plan_id, item_type, server_name, status, created_at)
    values ('${USER}', '${keys.planId}', 'game', 'mine', 'paid', now() - interval '1 day'),
           (gen_random_uuid(), '${keys.planId}', 'game', 'not mine', 'paid', now() - interval '1 day');
  alter table orders enable row level security;
  alter table plans enable row level security;
  create policy own on orders for select to authenticated using (user_id = auth.uid());
  create policy rename on orders for update to authenticated using (user_id = auth.uid());
  create policy catalogue on plans for select to anon, authenticated using (true);
  revoke insert, delete on orders from anon, authenticated;`;

const SITES = [
  [
    'orders by number, plans by uuid',
    {
      order: 'bigint generated always as identity primary key',
      plan: 'uuid',
      planId: '0d3f5a9e-52f0-4d0e-9a0c-3f4f5a6b7c8d',
    },
  ],
  [
    'orders and plans by text',
    { order: 'text primary key default gen_random_uuid()::text', plan: 'text', planId: 'minecraft-4gb' },
  ],
  [
    'orders and plans by uuid',
    {
      order: 'uuid primary key default gen_random_uuid()',
      plan: 'uuid',
      planId: '0d3f5a9e-52f0-4d0e-9a0c-3f4f5a6b7c8d',
    },
  ],
] as const;

let databases = 0;
async function emptyDatabase(): Promise<string> {
  databases += 1;
  const { url, stop } = sharedPostgres();
  return createSupabaseDatabase({ url, stop }, `guest_${process.pid}_${databases}`);
}

async function withSql<T>(url: string, use: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = postgres(url, { max: 2, onnotice: () => {} });
  try {
    return await use(sql);
  } finally {
    await sql.end();
  }
}

/** Runs one statement as a role of the site, as its HTTP layer would. */
function as(sql: postgres.Sql, role: string, statement: string): Promise<postgres.RowList<postgres.Row[]>> {
  return sql.begin(async (inner) => {
    await inner.unsafe(`set local role ${role}`);
    await inner.unsafe(`set local request.jwt.claim.sub = '${USER}'`);
    return inner.unsafe(statement);
  }) as Promise<postgres.RowList<postgres.Row[]>>;
}

describe.each(SITES)('on a site with %s', (_name, keys) => {
  it('its own reads and writes go on as before, and a purchase becomes an order', async () => {
    const url = await emptyDatabase();
    await withSql(url, async (sql) => {
      await sql.unsafe(site(keys));
      await migrate(url);
      expect(await as(sql, 'anon', 'select name from plans')).toHaveLength(1);
      expect(await as(sql, 'anon', 'select id from orders')).toHaveLength(0);
      expect(await as(sql, 'authenticated', 'select id from orders')).toHaveLength(1);
      expect(
        (await as(sql, 'authenticated', `update orders set server_name = 'renamed' returning id`)).count,
      ).toBe(1);
      await expect(
        as(sql, 'authenticated', `insert into orders (user_id) values ('${USER}')`),
      ).rejects.toThrow('permission denied');
      expect(await as(sql, 'service_role', 'select id from orders')).toHaveLength(2);
      expect(
        (
          await as(
            sql,
            'service_role',
            `update orders set status = 'provisioned' where server_name = 'not mine' returning id`,
          )
        ).count,
      ).toBe(1);
      await expect(sql`update orders set status = 'odd'`).rejects.toThrow('check');
      await sql`update plans set egg = 1, image = 'img', memory = 1024, disk = 1024`;
      await sql`update ptero_nodes set panel_node_id = 1, region = 'eu-west'`;
      const supabase = await startSupabase(url);
      try {
        const store = createStore({
          call: createCall({ url: supabase.url, serviceKey: SERVICE_KEY, clock: systemClock }),
          timings: TIMINGS,
          deadlineMs: 600_000,
        });
        const raw = readFileSync(
          new URL('../fixtures/stripe/checkout-session-completed.json', import.meta.url),
          'utf8',
        ).replaceAll('minecraft-4gb', keys.planId);
        const { events } = await store.ingest([toStore(stripeEvent.parse(JSON.parse(raw)), raw, false)]);
        expect(events[0]).toMatchObject({ status: 'stored', state: 'processed' });
        const claim = await store.claim(events[0]?.purchase_id ?? '', 'test');
        if (claim.status !== 'claimed') throw new Error(`not claimed: ${claim.status}`);
        const outcome = {
          kind: 'provisioned',
          how: 'created',
          server_id: 42,
          identifier: 'abc',
          look_in_ms: 1,
        };
        await store.finish(claim.purchase.id, claim.token, outcome);
        const [order] =
          await sql`select status, pterodactyl_server_id from orders where stripe_sub_id is not null`;
        expect(order).toEqual({ status: 'provisioned', pterodactyl_server_id: 42 });
      } finally {
        await supabase.stop();
      }
    });
  });

  it('neither anon nor authenticated can read our tables or call our functions', async () => {
    const url = await emptyDatabase();
    await withSql(url, async (sql) => {
      await sql.unsafe(site(keys));
      await migrate(url);
      const tables =
        await sql`select tablename from pg_tables where schemaname = 'public' and tablename like 'orderly\_%'`;
      const functions =
        await sql`select oid::regprocedure::text as signature from pg_proc where proname like 'orderly\_%'`;
      expect(tables.length).toBeGreaterThan(10);
      for (const role of ['anon', 'authenticated']) {
        for (const { tablename } of tables) {
          const [right] =
            await sql`select has_table_privilege(${role}, ${`public.${tablename}`}, 'select, insert, update, delete') as has`;
          expect([tablename, right?.has]).toEqual([tablename, false]);
        }
        for (const { signature } of functions) {
          const [right] =
            await sql`select has_function_privilege(${role}, ${signature}::regprocedure, 'execute') as has`;
          expect([signature, right?.has]).toEqual([signature, false]);
        }
      }
    });
  });
});

describe('the migration runner', () => {
  it('applies everything once on an empty database, also when two run at once', async () => {
    const url = await emptyDatabase();
    const reports = await Promise.all([migrate(url), migrate(url)]);
    expect(reports.map((report) => report.applied.length).toSorted((a, b) => a - b)).toEqual([
      0,
      reports[0]!.applied.length + reports[1]!.applied.length,
    ]);
    expect((await migrate(url)).applied).toEqual([]);
  });

  it('refuses a changed file, an unknown one and a failing one, and says which', async () => {
    const url = await emptyDatabase();
    const dir = mkdtempSync(join(tmpdir(), 'orderly-migrations-'));
    cpSync(MIGRATIONS_DIR, dir, { recursive: true });
    writeFileSync(
      join(dir, '9001_break_something.sql'),
      'create table public.half (id int); select nonsense();',
    );
    await expect(migrate(url, dir)).rejects.toThrow(
      /9001_break_something\.sql failed, nothing of this run was applied.*nonsense/,
    );
    await withSql(url, async (sql) => {
      expect(await sql`select from pg_tables where tablename in ('half', 'orderly_purchases')`).toHaveLength(
        0,
      );
    });
    writeFileSync(join(dir, '9001_break_something.sql'), 'select 1;');
    await migrate(url, dir);
    await expect(migrate(url)).rejects.toThrow(/9001_break_something\.sql, which this version/);
    writeFileSync(join(dir, '9001_break_something.sql'), 'select 2;');
    await expect(migrate(url, dir)).rejects.toThrow(
      /9001_break_something\.sql was changed after it was applied/,
    );
  });
});
