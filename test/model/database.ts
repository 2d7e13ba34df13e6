import { readFileSync } from 'node:fs';
import postgres from 'postgres';
import type { EmbeddedPostgres } from '../../sandbox/embedded/postgres.ts';
import { createSupabaseDatabase } from '../../sandbox/embedded/supabase.ts';
import { toError } from '../../src/lib/failure.ts';
import { migrate } from '../../src/store/migrations.ts';

/** A connection of its own for each call that is under way, so that one may hold its transaction open while others run. */
type Connection = { sql: postgres.Sql; pid: number };

export type SqlAnswer = { answer: unknown } | { error: string; code: string };

/** `beforeCommit` keeps the transaction open until it resolves. */
export type SqlCall = {
  name: string;
  input: string;
  nowMs: number;
  beforeCommit: (() => Promise<unknown>) | null;
};

export type ModelDatabase = {
  /** For the checks: sees what is committed. */
  sql: postgres.Sql;
  reset(nowMs: number): Promise<void>;
  /** What `orderly_now()` says from here on. */
  setClock(nowMs: number): Promise<void>;
  run(call: SqlCall): Promise<SqlAnswer>;
  /** Waits until every call under way is answered, stands at its commit, or waits for one that does. False: nothing changed. */
  quiet(): Promise<boolean>;
  /** Whether a call waits for another one's commit. */
  isBlocked(): boolean;
  close(): Promise<void>;
};

let databases = 0;
const KEPT = new Set(['orderly_settings', 'orderly_migrations']);

export async function openDatabase(server: EmbeddedPostgres): Promise<ModelDatabase> {
  databases += 1;
  const url = await createSupabaseDatabase(server, `orderly_model_${process.pid}_${databases}`);
  await migrate(url);
  const sql = connect(url);
  await sql.unsafe(readFileSync(new URL('../../sandbox/catalogue.sql', import.meta.url), 'utf8'));
  const tables = await sql<{ tablename: string }[]>`
    select tablename from pg_tables where schemaname = 'public'
      and (tablename like 'orderly\\_%' or tablename = 'orders') order by 1`;
  const emptied = tables.map((row) => row.tablename).filter((name) => !KEPT.has(name));
  const free: Connection[] = [];
  const all: Connection[] = [];
  const calls = new Set<{ pid: number | null; isHeld: boolean }>();
  let wake = () => {};
  let changes = 0;
  let clockMs = 0;
  const changed = () => {
    changes += 1;
    wake();
  };
  const working = () => [...calls].filter(({ isHeld }) => !isHeld);
  const isAnyHeld = () => [...calls].some(({ isHeld }) => isHeld);

  async function take(): Promise<Connection> {
    const kept = free.pop();
    if (kept) return kept;
    const own = connect(url);
    await own`set deadlock_timeout = '200ms'`;
    const [row] = await own<{ pid: number }[]>`select pg_backend_pid() as pid`;
    const made = { sql: own, pid: row!.pid };
    all.push(made);
    return made;
  }

  async function countBlocked(): Promise<number> {
    const pids = working().flatMap(({ pid }) => pid ?? []);
    const [row] = await sql<{ count: number }[]>`
      select count(*)::int as count from unnest(${pids}::int[]) pid where cardinality(pg_blocking_pids(pid)) > 0`;
    return row!.count;
  }

  let isBlocked = false;
  return {
    sql,
    isBlocked: () => isBlocked,
    reset: async (nowMs) => {
      await sql.unsafe(
        `truncate ${emptied.map((name) => `public.${name}`).join(', ')} restart identity cascade`,
      );
      await setClock(nowMs);
    },
    setClock,
    run: async ({ name, input, nowMs, beforeCommit }) => {
      const call = { pid: null as number | null, isHeld: false };
      const hold = (isHeld: boolean) => {
        call.isHeld = isHeld;
        changed();
      };
      calls.add(call);
      await setClock(nowMs);
      const connection = await take();
      call.pid = connection.pid;
      try {
        if (beforeCommit) await connection.sql.unsafe('begin');
        const [row] = await connection.sql.unsafe(`select public.${name}($1) as answer`, [input]);
        if (beforeCommit) {
          hold(true);
          await beforeCommit();
          hold(false);
          await connection.sql.unsafe('commit');
        }
        return { answer: row?.answer };
      } catch (thrown) {
        if (beforeCommit) await connection.sql.unsafe('rollback');
        const code = (thrown as { code?: unknown }).code;
        return { error: toError(thrown).message, code: typeof code === 'string' ? code : '' };
      } finally {
        free.push(connection);
        calls.delete(call);
        changed();
      }
    },
    quiet: async () => {
      const before = changes;
      isBlocked = false;
      while (working().length > 0) {
        const next = new Promise<void>((resolve) => {
          wake = resolve;
        });
        const seen = changes;
        if (!isAnyHeld()) await next;
        else if ((await countBlocked()) === working().length && changes === seen) {
          isBlocked = true;
          break;
        }
      }
      return changes !== before;
    },
    close: async () => {
      await Promise.all(
        [sql, ...all.map((connection) => connection.sql)].map((one) => one.end({ timeout: 1 })),
      );
    },
  };

  async function setClock(nowMs: number): Promise<void> {
    if (nowMs === clockMs) return;
    clockMs = nowMs;
    const value = sql.json({ start_ms: nowMs, started_at_ms: nowMs, factor: 0 });
    await sql`insert into orderly_settings (key, value) values ('clock', ${value})
      on conflict (key) do update set value = excluded.value`;
  }
}

function connect(url: string): postgres.Sql {
  return postgres(url, { max: 1, onnotice: () => {} });
}
