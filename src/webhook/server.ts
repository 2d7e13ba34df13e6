import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply } from 'fastify';
import { toError } from '../lib/failure.ts';
import type { HttpDeps, ServerDeps, WebhookDeps } from './deps.ts';
import { answerNoHttp, setHeaders } from './headers.ts';
import { registerHealth } from './health.ts';
import { registerMetrics } from './metrics.ts';
import { createRefusalLimits } from './refusal-limits.ts';
import { recordRefusal } from './refusals.ts';
import { registerServersProvision } from './servers-provision.ts';
import { registerStripeWebhook } from './stripe-webhook.ts';

/** Stripe's events are a few kilobytes. */
const BODY_LIMIT = 256 * 1024;

/** The HTTP server, built and not listening yet. @param webhook null: it takes no deliveries. */
export function buildServer(deps: HttpDeps, given: WebhookDeps | null): FastifyInstance {
  const webhook: ServerDeps | null = given && { ...given, limits: createRefusalLimits(given.clock) };
  const server = Fastify({
    logger: false,
    bodyLimit: BODY_LIMIT,
    requestTimeout: 15_000,
    connectionTimeout: 30_000,
    keepAliveTimeout: 65_000,
    forceCloseConnections: 'idle',
    clientErrorHandler: answerNoHttp,
    frameworkErrors: (_error, _request, reply: FastifyReply) => reply.code(400).send({ error: MALFORMED }),
  });
  setHeaders(server);
  server.setErrorHandler(async (error: FastifyError, request, reply) => {
    const status = error.statusCode ?? 500;
    const reason = REASONS[status] ?? (status < 500 ? MALFORMED : 'something failed here');
    const path = pathOf(request.url);
    if (status >= 500) deps.log.error({ err: toError(error), path }, 'a request failed');
    // Of a path that somebody made up nothing is kept.
    else if (webhook && path in ROUTES) await recordRefusal(webhook, { path, status, reason });
    return reply.code(status).send({ error: reason });
  });
  server.setNotFoundHandler(async (request, reply) => {
    const path = pathOf(request.url);
    const known = ROUTES[path];
    if (known === undefined) return reply.code(404).send({ error: 'there is nothing here' });
    if (!webhook) return reply.code(404).send({ error: `${path} is not served here: ROLES has no webhook` });
    const reason = `${path} takes ${known} only`;
    await recordRefusal(webhook, { path, status: 405, reason });
    return reply.code(405).header('allow', known).send({ error: reason });
  });
  if (webhook) {
    registerStripeWebhook(server, webhook);
    registerServersProvision(server, webhook);
  }
  registerHealth(server, deps);
  if (deps.metrics) registerMetrics(server, deps.metrics);
  return server;
}

const ROUTES: Record<string, string> = {
  '/stripe-webhook': 'POST',
  '/servers-provision': 'POST',
  '/healthz': 'GET',
  '/readyz': 'GET',
};
const MALFORMED = 'the request is malformed';
const REASONS: Record<number, string> = {
  413: `the body is larger than ${BODY_LIMIT / 1024} KiB`,
  415: 'the content type must be application/json',
};

/** Without the query, which may hold anything. */
function pathOf(url: string): string {
  return (url.split('?', 1)[0] ?? '').slice(0, 100);
}
