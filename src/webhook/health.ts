import type { FastifyInstance } from 'fastify';
import { toError } from '../lib/failure.ts';
import type { HttpDeps } from './server.ts';

/** GET /healthz: this process answers. GET /readyz: what it needs answers as well; 503 names the parts that don't. */
export function registerHealth(server: FastifyInstance, deps: HttpDeps): void {
  server.get('/healthz', async () => ({ status: 'ok' }));
  server.get('/readyz', async (_request, reply) => {
    const troubles = deps.troubles();
    try {
      await deps.store.health();
    } catch (thrown) {
      deps.log.warn({ reason: toError(thrown).message }, 'the database does not answer');
      troubles.push('database');
    }
    return reply
      .code(troubles.length === 0 ? 200 : 503)
      .send({ status: troubles.length === 0 ? 'ready' : 'not ready', troubles });
  });
}
