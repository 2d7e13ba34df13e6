import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import postgres from 'postgres';
import { toError } from '../lib/failure.ts';

export const MIGRATIONS_DIR = new URL('../../migrations/', import.meta.url).pathname;
/** Any constant: two runners that use the same number wait for each other. */
const LOCK_KEY = 0x0_0d_e1;

export type Migration = { name: string; sql: string; checksum: string };
export type MigrationReport = { applied: string[]; alreadyThere: number };

/** Reads `NNNN_verb_object.sql` files in order. Throws when a name does not follow the pattern or a number is used twice. */
export function readMigrations(dir = MIGRATIONS_DIR): Migration[] {
  const names = readdirSync(dir).sort();
  const numbers = new Set<string>();
  return names.map((name) => {
    const number = /^(\d{4})_[a-z0-9]+(_[a-z0-9]+)+\.sql$/.exec(name)?.[1];
    if (!number) throw new Error(`migrations/${name}: the name must look like 0007_add_something.sql`);
    if (numbers.has(number)) throw new Error(`migrations/${name}: the number ${number} is used twice`);
    numbers.add(number);
    const sql = readFileSync(join(dir, name), 'utf8');
    return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
  });
}

/**
 * Applies what is missing, each file in a transaction of its own, under an advisory lock, so that two starts at once
 * are safe. Refuses to go on when a file that was applied has changed since, or is unknown here.
 *
 * @param databaseUrl a direct or session-mode connection of a role that may create tables and functions.
 * @throws Error that names the file and what the database said.
 */
export async function migrate(databaseUrl: string, dir = MIGRATIONS_DIR): Promise<MigrationReport> {
  const migrations = readMigrations(dir);
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => {}, connect_timeout: 15, prepare: false });
  try {
    return await sql.begin(async (outer) => {
      await outer`select pg_advisory_xact_lock(${LOCK_KEY})`;
      await outer.unsafe(`create table if not exists public.orderly_migrations (
        name text primary key, checksum text not null, applied_at timestamptz not null default clock_timestamp())`);
      const rows = await outer<{ name: string; checksum: string }[]>`
        select name, checksum from public.orderly_migrations order by name`;
      checkHistory(migrations, rows);
      const known = new Set(rows.map((row) => row.name));
      const missing = migrations.filter((migration) => !known.has(migration.name));
      for (const migration of missing) await apply(outer, migration);
      // Runs every time: a table or function that came since must be closed to the site's own keys as well.
      await outer.unsafe('select public.orderly_lock_down()');
      await outer.unsafe(`notify pgrst, 'reload schema'`);
      return { applied: missing.map((migration) => migration.name), alreadyThere: rows.length };
    });
  } finally {
    await sql.end({ timeout: 5 });
  }
}

function checkHistory(migrations: Migration[], rows: { name: string; checksum: string }[]): void {
  for (const row of rows) {
    const file = migrations.find((migration) => migration.name === row.name);
    if (!file) {
      throw new Error(
        `the database has migration ${row.name}, which this version of Orderly does not know: it is older than the database. Install the version that made it, or a newer one`,
      );
    }
    if (file.checksum !== row.checksum) {
      throw new Error(
        `migrations/${row.name} was changed after it was applied. Restore the file as it was and put the change in a new file`,
      );
    }
  }
}

async function apply(sql: postgres.TransactionSql, migration: Migration): Promise<void> {
  try {
    await sql.savepoint(async (inner) => {
      // Recorded first, so that a second runner would fail here rather than half-way through the file.
      await inner`insert into public.orderly_migrations (name, checksum) values (${migration.name}, ${migration.checksum})`;
      await inner.unsafe(migration.sql);
    });
  } catch (thrown) {
    throw new Error(
      `migrations/${migration.name} failed, nothing of this run was applied: ${toError(thrown).message}`,
      {
        cause: thrown,
      },
    );
  }
}
