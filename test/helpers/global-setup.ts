import type { TestProject } from 'vitest/node';
import { startPostgres } from '../../sandbox/embedded/postgres.ts';
import { createSupabaseDatabase } from '../../sandbox/embedded/supabase.ts';
import { migrate } from '../../src/store/migrations.ts';

const TEMPLATE = 'orderly_template';

declare module 'vitest' {
  interface ProvidedContext {
    /** The one PostgreSQL of this run; every world makes databases of its own on it. */
    postgresUrl: string;
    /** A migrated one, to which nobody connects: databases are copied from it. */
    template: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startPostgres({ durable: false });
  await migrate(await createSupabaseDatabase(server, TEMPLATE));
  project.provide('postgresUrl', server.url('DATABASE'));
  project.provide('template', TEMPLATE);
  return () => server.stop();
}
