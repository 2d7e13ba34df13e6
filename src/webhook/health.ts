import type { FastifyInstance } from 'fastify';
import { toError } from '../lib/failure.ts';
import type { HttpDeps, ReadyPart } from './deps.ts';

/**
 * GET /healthz: this process answers, and none of its loops stands still; 503 names those that do. Nothing that a restart can't mend is
 * asked. GET /readyz: what it needs answers as well; 503 names the parts that don't.
 */
export function registerHealth(server: FastifyInstance, deps: HttpDeps): void {
  server.get('/healthz', async (_request, reply) => {
    const loops = deps.still();
    return loops.length === 0 ? { status: 'ok' } : reply.code(503).send({ status: 'stands still', loops });
  });
  server.get('/readyz', async (_request, reply) => {
    const database = await databasePart(deps);
    const troubles = [...deps.troubles(), ...(database.ok ? [] : ['database'])];
    const status = troubles.length === 0 ? 'ready' : 'not ready';
    return reply
      .code(troubles.length === 0 ? 200 : 503)
      .send({ status, parts: { database, ...deps.parts() }, troubles });
  });
}

async function databasePart(deps: HttpDeps): Promise<ReadyPart> {
  try {
    await deps.store.health();
    return { ok: true, says: 'answers' };
  } catch (thrown) {
    deps.log.warn({ reason: toError(thrown).message }, 'the database does not answer');
    return { ok: false, says: 'does not answer' };
  }
}
