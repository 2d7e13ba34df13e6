import type { TestProject } from 'vitest/node';
import { startPostgres } from '../../sandbox/embedded/postgres.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The one PostgreSQL of this run; every world makes databases of its own on it. */
    postgresUrl: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startPostgres({ durable: false });
  project.provide('postgresUrl', server.url('DATABASE'));
  return () => server.stop();
}
