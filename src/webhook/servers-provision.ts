import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { toError } from '../lib/failure.ts';
import type { Store } from '../store/store.ts';
import { hasToken } from './bearer.ts';
import type { ServerDeps } from './deps.ts';
import { recordRefusal, refuseFlood } from './refusals.ts';

const PATH = '/servers-provision';
const bodySchema = z.object({
  order_id: z.union([z.string().trim().min(1).max(100), z.number().int()]).transform(String),
});

/**
 * POST /servers-provision, as the site calls it today: `Authorization: Bearer …`, `{"order_id": "…"}`. 202 with the order when it
 * is, or already was, under way; safe to call twice.
 */
export function registerServersProvision(server: FastifyInstance, deps: ServerDeps): void {
  server.post(PATH, (request, reply) => provision(deps, request, reply));
}

async function provision(
  deps: ServerDeps,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  if (!hasToken(request.headers.authorization, deps.provisionTokens)) {
    if (deps.limits.isFlood(request.ip)) return refuseFlood(reply);
    await recordRefusal(deps, { path: PATH, status: 401, reason: 'the bearer token is missing or wrong' });
    return reply.code(401).send({ error: 'the bearer token is missing or wrong' });
  }
  const body = bodySchema.safeParse(request.body);
  if (!body.success) {
    await recordRefusal(deps, { path: PATH, status: 400, reason: 'the body has no order_id' });
    return reply.code(400).send({ error: 'the body must be {"order_id": "…"}' });
  }
  try {
    const done = await deps.store.provisionOrder(body.data.order_id);
    if (done.hint) await deps.hints.send(done.hint);
    const answer = answerOf(done);
    deps.log.info(
      { purchase: done.purchase_id, order: done.order_id, outcome: done.outcome, status: answer.status },
      'the site asked for an order',
    );
    return reply.code(answer.status).send(answer.body);
  } catch (thrown) {
    deps.log.error({ reason: toError(thrown).message }, 'an order could not be taken');
    return reply.code(503).send({ error: 'the order could not be looked at; call again' });
  }
}

type Done = Awaited<ReturnType<Store['provisionOrder']>>;

function answerOf(done: Done): { status: number; body: object } {
  const order = { order_id: done.order_id, status: done.order_status, server_id: done.server_id ?? null };
  const refuse = (reason: string) => ({
    status: 409,
    body: { error: reason, ...(done.order_id ? order : {}) },
  });
  switch (done.outcome) {
    case 'taken':
    case 'known':
    case 'same_purchase':
      if (done.closed) return refuse(`the order is closed: ${done.close_reason}`);
      if (done.item_type !== 'game') return refuse(`nothing to provision: item_type is ${done.item_type}`);
      return { status: 202, body: order };
    case 'unknown':
      return { status: 404, body: { error: 'no order with this id' } };
    case 'not_a_game':
      return refuse(`nothing to provision: item_type is ${done.detail}`);
    case 'not_paid':
      return refuse(`the order's status is ${done.detail}, not paid`);
    case 'has_server':
      return refuse('the order already names a server');
    case 'legacy':
      return refuse('the order is older than the cutover: staff decide with /provision in Discord');
    default:
      return refuse(`the order can't be provisioned: ${done.outcome}`);
  }
}
