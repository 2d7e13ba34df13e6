import { readFileSync } from 'node:fs';
import type postgres from 'postgres';
import type { EmbeddedPostgres } from '../../sandbox/embedded/postgres.ts';
import { createSupabaseDatabase } from '../../sandbox/embedded/supabase.ts';
import { migrate } from '../../src/store/migrations.ts';
import { connect, createSqlCalls, type SqlCalls } from './sql-calls.ts';

export type ModelDatabase = {
  /** For the checks: sees what is committed. */
  sql: postgres.Sql;
  calls: SqlCalls;
  reset(nowMs: number): Promise<void>;
  /** What `orderly_now()` says from here on. */
  setClock(nowMs: number): Promise<void>;
  close(): Promise<void>;
};

let databases = 0;
const KEPT = new Set(['orderly_settings', 'orderly_migrations']);

/** A database with the real migrations and the sandbox's catalogue, for many runs one after the other. */
export async function openDatabase(server: EmbeddedPostgres): Promise<ModelDatabase> {
  databases += 1;
  const url = await createSupabaseDatabase(server, `orderly_model_${process.pid}_${databases}`);
  await migrate(url);
  const sql = connect(url);
  await sql.unsafe(readFileSync(new URL('../../sandbox/catalogue.sql', import.meta.url), 'utf8'));
  // Its jitter is the database's own chance: without it a seed is one history.
  await sql.unsafe(`create or replace function public.orderly_probe_wait(p_probes integer) returns interval language sql immutable
    as $$ select least(60, 10 * 2 ^ least(p_probes, 4)) * interval '1 second' $$`);
  const tables = await sql<{ tablename: string }[]>`
    select tablename from pg_tables where schemaname = 'public'
      and (tablename like 'orderly\\_%' or tablename = 'orders') order by 1`;
  const emptied = tables.map(({ tablename }) => tablename).filter((name) => !KEPT.has(name));
  const calls = createSqlCalls(url, sql);
  const setClock = async (nowMs: number) => {
    const value = sql.json({ start_ms: nowMs, started_at_ms: nowMs, factor: 0 });
    await sql`insert into orderly_settings (key, value) values ('clock', ${value})
      on conflict (key) do update set value = excluded.value`;
  };
  return {
    sql,
    calls,
    setClock,
    reset: async (nowMs) => {
      await sql.unsafe(
        `truncate ${emptied.map((name) => `public.${name}`).join(', ')} restart identity cascade`,
      );
      await setClock(nowMs);
    },
    close: async () => {
      await calls.close();
      await sql.end({ timeout: 1 });
    },
  };
}
