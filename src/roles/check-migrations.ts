import type { Logger } from 'pino';
import { readMigrations } from '../store/migrations.ts';

/** An unmigrated database would fail at the first purchase; better at the start. One that is away now may come. */
export async function checkMigrations(
  health: () => Promise<{ migrations: number }>,
  log: Logger,
): Promise<void> {
  const wanted = readMigrations().length;
  let there: number;
  try {
    there = (await health()).migrations;
  } catch (thrown) {
    const missing = 'code' in Object(thrown) && (thrown as { code: unknown }).code === 'PGRST202';
    if (missing)
      throw new Error('the database has no Orderly tables yet: run `npm run migrate` with SUPABASE_DB_URL');
    log.warn('the database does not answer yet; deliveries get 503 until it does');
    return;
  }
  if (there < wanted) {
    throw new Error(
      `the database has ${there} of ${wanted} migrations: run \`npm run migrate\` with SUPABASE_DB_URL`,
    );
  }
}
