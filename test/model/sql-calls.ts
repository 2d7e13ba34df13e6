import postgres from 'postgres';
import { toError } from '../../src/lib/failure.ts';

/** `beforeCommit` keeps the transaction open until it resolves. */
export type SqlCall = { name: string; input: string; beforeCommit: (() => Promise<unknown>) | null };
export type SqlAnswer = { answer: unknown } | { error: string; code: string };

export type SqlCalls = {
  run(call: SqlCall): Promise<SqlAnswer>;
  /**
   * Waits until every call under way is answered, stands at its commit, or waits for the commit of another; then tells the
   * callers, in the order in which they called, whichever answer came first. False: there was nothing to tell.
   */
  quiet(): Promise<boolean>;
  /** Whether a call waits for another one's commit. */
  isBlocked(): boolean;
  close(): Promise<void>;
};

type Connection = { sql: postgres.Sql; pid: number };
/** `told` is there once PostgreSQL has answered; calling it lets the caller go on. */
type UnderWay = { pid: number | null; isHeld: boolean; told: (() => void) | null };

/** Calls of functions, each on a connection of its own: one may hold its transaction open while others run. */
export function createSqlCalls(url: string, watcher: postgres.Sql): SqlCalls {
  const free: Connection[] = [];
  const all: Connection[] = [];
  const calls = new Set<UnderWay>();
  let wake = () => {};

  async function take(): Promise<Connection> {
    const kept = free.pop();
    if (kept) return kept;
    const sql = connect(url);
    await sql`set deadlock_timeout = '200ms'`;
    const [row] = await sql<{ pid: number }[]>`select pg_backend_pid() as pid`;
    const made = { sql, pid: row!.pid };
    all.push(made);
    return made;
  }

  const untilTold = (call: UnderWay) =>
    new Promise<void>((resolve) => {
      call.told = resolve;
      wake();
    });

  async function ask(call: UnderWay, { sql }: Connection, asked: SqlCall): Promise<SqlAnswer> {
    try {
      if (asked.beforeCommit) await sql.unsafe('begin');
      const [row] = await sql.unsafe(`select public.${asked.name}($1) as answer`, [asked.input]);
      if (asked.beforeCommit) {
        await untilTold(call);
        call.isHeld = true;
        await asked.beforeCommit();
        call.isHeld = false;
        await sql.unsafe('commit');
      }
      return { answer: row?.answer };
    } catch (thrown) {
      if (asked.beforeCommit) await sql.unsafe('rollback');
      const { code } = thrown as { code?: unknown };
      return { error: toError(thrown).message, code: typeof code === 'string' ? code : '' };
    }
  }

  const working = () => [...calls].filter(({ isHeld, told }) => !isHeld && !told);

  async function areAllBlocked(): Promise<boolean> {
    const asked = working();
    const pids = asked.flatMap(({ pid }) => pid ?? []);
    const [row] = await watcher<{ count: number }[]>`
      select count(*)::int as count from unnest(${pids}::int[]) pid where cardinality(pg_blocking_pids(pid)) > 0`;
    return row!.count === asked.length && working().length === asked.length;
  }

  let isBlocked = false;
  return {
    isBlocked: () => isBlocked,
    run: async (asked) => {
      const call: UnderWay = { pid: null, isHeld: false, told: null };
      calls.add(call);
      const connection = await take();
      call.pid = connection.pid;
      const answer = await ask(call, connection, asked);
      free.push(connection);
      await untilTold(call);
      calls.delete(call);
      return answer;
    },
    quiet: async () => {
      isBlocked = false;
      while (working().length > 0 && !isBlocked) {
        const answered = new Promise<void>((resolve) => {
          wake = resolve;
        });
        if (calls.size === working().length && calls.size === 1) await answered;
        else isBlocked = await areAllBlocked();
      }
      const answered = [...calls].flatMap((call) => (call.told ? [call] : []));
      for (const call of answered) {
        const tell = call.told;
        call.told = null;
        tell?.();
        await new Promise((resolve) => setImmediate(resolve));
      }
      return answered.length > 0;
    },
    close: async () => {
      await Promise.all(all.map(({ sql }) => sql.end({ timeout: 1 })));
    },
  };
}

export function connect(url: string): postgres.Sql {
  return postgres(url, { max: 1, onnotice: () => {} });
}
