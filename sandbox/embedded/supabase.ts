import { readFileSync } from 'node:fs';
import postgres from 'postgres';
import { CHILD_ENV, type Child, freePort, startChild } from './child.ts';
import type { EmbeddedPostgres } from './postgres.ts';

/** The key that the embedded Supabase takes as its service role; it opens nothing but play data on loopback. */
export const SERVICE_KEY = 'sb_secret_sandbox';
export const ANON_KEY = 'sb_publishable_sandbox';

const CUTOVER_NOW = `update orderly_settings set value = to_jsonb(clock_timestamp()) where key = 'cutover_at'`;

export type EmbeddedSupabase = { url: string; databaseUrl: string; stop(): Promise<void>; kill(): void };

/**
 * Makes a database with what every Supabase project has: roles, default grants and `auth.users`. Empty beside that, unless the server
 * has a template, which is migrated.
 */
export async function createSupabaseDatabase(server: EmbeddedPostgres, name: string): Promise<string> {
  const admin = postgres(server.url('postgres'), { max: 1, onnotice: () => {} });
  try {
    await admin.unsafe(read('roles.sql'));
    await admin.unsafe(`create database ${name}${server.template ? ` template ${server.template}` : ''}`);
  } finally {
    await admin.end();
  }
  const database = postgres(server.url(name), { max: 1, onnotice: () => {} });
  try {
    // A copy is as young as if it had been migrated now.
    if (server.template) await database.unsafe(CUTOVER_NOW);
    else await database.unsafe(read('site-schema.sql'));
  } finally {
    await database.end();
  }
  return server.url(name);
}

/** Serves a database as Supabase does (supabase-js speaks to it), in a process of its own. Migrate before. @param port any free one unless told. */
export async function startSupabase(databaseUrl: string, port?: number): Promise<EmbeddedSupabase> {
  const chosen = port ?? (await freePort());
  const child: Child = await startChild({
    name: 'supabase',
    command: process.execPath,
    args: [new URL('supabase-process.ts', import.meta.url).pathname, databaseUrl, String(chosen)],
    ready: /serving/,
    env: { ...CHILD_ENV, DO_NOT_TRACK: '1' },
  });
  return { url: `http://127.0.0.1:${chosen}`, databaseUrl, stop: child.stop, kill: child.kill };
}

function read(file: string): string {
  return readFileSync(new URL(file, import.meta.url), 'utf8');
}
