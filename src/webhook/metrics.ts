import type { FastifyInstance } from 'fastify';
import { hasToken } from './bearer.ts';

/** The page, and the token without which nobody sees it. */
export type MetricsPage = { token: string; contentType: string; text: () => Promise<string> };

/** GET /metrics with `Authorization: Bearer …`: what Prometheus reads. Without the token 401, and nothing in it. */
export function registerMetrics(server: FastifyInstance, { token, contentType, text }: MetricsPage): void {
  server.get('/metrics', async (request, reply) => {
    if (!hasToken(request.headers.authorization, [token])) return reply.code(401).send();
    return reply.type(contentType).send(await text());
  });
}
