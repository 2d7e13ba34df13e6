import { type Kysely, type RawBuilder, sql } from 'kysely';
import { z } from 'zod';

const varsSchema = z.object({
  auth: z
    .object({ role: z.string().nullish(), uid: z.string().nullish(), jwt: z.unknown() })
    .partial()
    .nullish(),
  storage: z.object({ operation: z.string().nullish() }).partial().nullish(),
});
const requestSchema = z.object({
  method: z.string(),
  path: z.string(),
  requestHeaders: z.record(z.string(), z.unknown()).nullish(),
});

/**
 * What a request is told about itself, in one statement for each kind as PostgREST does it. The emulator takes eleven, each
 * a way to the database and back; these two methods of its connection are made anew with the same settings.
 *
 * @throws Error when the connection has no such methods: another version of the emulator.
 */
export function tellAtOnce(connection: object): void {
  for (const name of ['applyJwtSessionContext', 'applyRpcRequestGucs']) {
    if (!(name in connection)) throw new Error(`the emulator's connection has no ${name}: see at-once.ts`);
  }
  Object.assign(connection, {
    applyJwtSessionContext: async (db: Kysely<unknown>, vars: unknown) => {
      const { auth, storage } = varsSchema.parse(vars);
      const role = auth?.role || 'anon';
      await set(db, {
        role,
        'request.jwt.claim.sub': auth?.uid ?? '',
        'request.jwt.claim.role': role,
        'storage.operation': storage?.operation ?? '',
        ...(auth?.jwt && typeof auth.jwt === 'object'
          ? { 'request.jwt.claims': JSON.stringify(auth.jwt) }
          : {}),
      });
    },
    applyRpcRequestGucs: async (db: Kysely<unknown>, request: unknown) => {
      const { method, path, requestHeaders } = requestSchema.parse(request);
      await set(db, {
        'response.status': '',
        'response.headers': '',
        'request.method': method,
        'request.path': path,
        'request.headers': JSON.stringify(requestHeaders ?? {}),
      });
    },
  });
}

/** Until the end of the transaction. */
async function set(db: Kysely<unknown>, settings: Record<string, string>): Promise<void> {
  const parts: RawBuilder<unknown>[] = Object.entries(settings).map(
    ([name, value]) => sql`set_config(${name}, ${value}, true)`,
  );
  await sql`select ${sql.join(parts)}`.execute(db);
}
