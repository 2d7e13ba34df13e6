import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { toError } from '../lib/failure.ts';
import type { EventToStore } from '../orders/effect.ts';
import type { FailureCode } from '../orders/failures.ts';
import { toStore } from '../stripe/event-to-store.ts';
import { type NoMatch, whyNoMatch } from '../stripe/no-match.ts';
import { stripeEvent } from '../stripe/schemas.ts';
import { type SignatureRefusal, verifySignature } from '../stripe/signature.ts';
import type { ServerDeps } from './deps.ts';
import { DOCTOR_HEADER } from './doctor-header.ts';
import { createGroupCommit, type Ingest } from './group-commit.ts';
import { recordRefusal, refuseFlood } from './refusals.ts';

const PATH = '/stripe-webhook';

/** Nobody's word is taken for the type of what is refused. */
const UNPROVEN = 'other';

type Refusal = { reason: string; code?: FailureCode };

const REFUSALS: Record<Exclude<SignatureRefusal, 'no_match'> | NoMatch, Refusal> = {
  no_header: { reason: 'the Stripe-Signature header is missing' },
  malformed_header: { reason: 'the Stripe-Signature header is malformed' },
  secret_wrong: {
    reason:
      "no signature matches, and the body is as Stripe writes it: it is signed with another endpoint's secret",
    code: 'secret_wrong',
  },
  secret_of_other_mode: {
    reason: 'no signature matches: it is an event of the other mode (test or live), signed with its secret',
    code: 'secret_of_other_mode',
  },
  body_changed: {
    reason: 'no signature matches: the body was changed on the way',
    code: 'body_changed',
  },
  too_old: { reason: 'the signature is older than 300 seconds', code: 'clock_wrong' },
  not_json: { reason: 'the body is not JSON' },
  thin: { reason: 'this is a thin event: set the destination to snapshot payloads', code: 'thin_events' },
};

/**
 * POST /stripe-webhook: 2xx only when the event and all that follows from it are stored, in one database call (P1), which events that
 * arrive together share.
 * 503 when the database can't be asked, so that Stripe delivers again.
 */
export function registerStripeWebhook(server: FastifyInstance, deps: ServerDeps): void {
  server.register(async (scope) => {
    // The signature is over the exact bytes.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) =>
      done(null, body),
    );
    const ingest = createGroupCommit(deps, deps.eventsPerCall);
    scope.post(PATH, (request, reply) => receive({ ...deps, ingest }, request, reply));
  });
}

type ReceiveDeps = ServerDeps & { ingest: Ingest };

async function receive(
  deps: ReceiveDeps,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const rawBody = request.body;
  if (!Buffer.isBuffer(rawBody)) return refuse(deps, reply, 400, { reason: 'the body is missing' });
  const header = request.headers['stripe-signature'];
  if (header === undefined && request.headers[DOCTOR_HEADER] !== undefined)
    return reply.code(400).send({ error: REFUSALS.no_header.reason });
  const check = verifySignature({
    rawBody,
    header: Array.isArray(header) ? header.join(',') : header,
    secrets: deps.webhookSecrets,
    nowMs: deps.clock.now(),
  });
  if (check.kind === 'invalid') {
    if (isUnproven(check.reason) && deps.limits.isFlood(request.ip)) {
      deps.observe.event(UNPROVEN, 'refused');
      return refuseFlood(reply);
    }
    if (check.reason === 'thin') await warnOfThin(deps);
    const why = check.reason === 'no_match' ? whyNoMatch(rawBody, deps.livemode) : check.reason;
    return refuse(deps, reply, 400, REFUSALS[why]);
  }
  const event = stripeEvent.safeParse(check.event);
  if (!event.success) return refuse(deps, reply, 400, { reason: 'the body is not a Stripe event' });
  return store(deps, reply, toStore(event.data, rawBody.toString('utf8'), deps.livemode));
}

/** Whether nothing shows that Stripe sent it; what is signed and no good is told why, however often it comes. */
function isUnproven(reason: SignatureRefusal): boolean {
  return reason !== 'thin' && reason !== 'not_json';
}

async function store(deps: ReceiveDeps, reply: FastifyReply, event: EventToStore): Promise<FastifyReply> {
  try {
    const stored = await deps.ingest(event);
    deps.log.info(
      {
        event: event.id,
        type: event.type,
        status: stored.status,
        state: stored.state,
        purchase: stored.purchase_id,
      },
      'event stored',
    );
    deps.observe.event(event.type, stored.status);
    if (stored.hint) await deps.hints.send(stored.hint);
    deps.unkept.keep(deps);
    return reply.code(200).send({ received: true, state: stored.state });
  } catch (thrown) {
    deps.log.error(
      { event: event.id, type: event.type, reason: toError(thrown).message },
      'the event could not be stored',
    );
    deps.observe.event(event.type, 'failed');
    const reason = 'the event could not be stored';
    deps.unkept.add({ path: PATH, status: 503, reason, code: 'not_stored' });
    return reply.code(503).send({ error: `${reason}; send it again` });
  }
}

async function warnOfThin(deps: ServerDeps): Promise<void> {
  try {
    await deps.store.warn({
      // The look at the sender ends it when snapshot payloads come again.
      fingerprint: 'sender:thin_events',
      code: 'thin_events',
      severity: 'alert',
      detail: 'A delivery had a thin payload: no purchase can be read from it.',
    });
  } catch (thrown) {
    deps.log.warn({ reason: toError(thrown).message }, 'a warning could not be stored');
  }
}

async function refuse(
  deps: ServerDeps,
  reply: FastifyReply,
  status: number,
  { reason, code }: Refusal,
): Promise<FastifyReply> {
  deps.observe.event(UNPROVEN, 'refused');
  await recordRefusal(deps, { path: PATH, status, reason, code });
  return reply.code(status).send({ error: reason });
}
