import { z } from 'zod';
import { failureKind } from '../../orders/failures.ts';
import {
  type Deliveries,
  deliveryFindings,
  endpointFindings,
  ownEndpoints,
} from '../../reconcile/sender-findings.ts';
import { API_VERSION, HANDLED_EVENTS } from '../../stripe/effect.ts';
import { type WebhookEndpoint, webhookEndpoint } from '../../stripe/schemas.ts';
import { type Finding, findingsOf } from './finding.ts';
import type { Answer, Probe, Reply } from './probe.ts';

export type StripeDeps = {
  probe: Probe;
  secretKey: string;
  apiUrl: string;
  /** Null: this process takes no deliveries. */
  webhookSecrets: string[] | null;
  publicUrl: string | null;
  /** What our own rows say of deliveries; null when the database can't be asked. */
  deliveries: () => Promise<Deliveries | null>;
};

export type StripeFacts = {
  key: { isRestricted: boolean; isLive: boolean };
  webhookSecrets: string[] | null;
  publicUrl: string | null;
  /** By path, in the order of `READS`. */
  replies: Reply[];
  deliveries: Deliveries | null;
};

/** Everything that Orderly asks Stripe, as the smallest question, and the right (read) that it needs. */
export const READS = [
  { right: 'Checkout Sessions', path: '/v1/checkout/sessions?limit=1' },
  { right: 'Subscriptions', path: '/v1/subscriptions?limit=1&status=all' },
  { right: 'Invoices', path: '/v1/invoices?limit=1' },
  { right: 'Invoices', path: '/v1/invoice_payments?limit=1' },
  { right: 'Payment Intents', path: '/v1/payment_intents?limit=1' },
  { right: 'Charges', path: '/v1/charges?limit=1' },
  { right: 'Events', path: '/v1/events?limit=1' },
  { right: 'Webhook Endpoints', path: '/v1/webhook_endpoints?limit=100' },
] as const;
const ENDPOINTS = READS.findIndex(({ right }) => right === 'Webhook Endpoints');

const { ok, warn, bad, unknown } = findingsOf('stripe');
const KEY_FIX =
  'Stripe → Developers → API keys: make a restricted key with the rights that README.md names, and set STRIPE_SECRET_KEY.';
const errorSchema = z.object({ error: z.object({ message: z.string().optional() }) });
const endpointsSchema = z.object({ data: z.array(webhookEndpoint) });

/** Looks at the key, each of its rights, the webhook endpoint and how deliveries go. Reads only. */
export async function checkStripe(deps: StripeDeps): Promise<Finding[]> {
  const headers = { authorization: `Bearer ${deps.secretKey}`, 'stripe-version': API_VERSION };
  const [deliveries, ...replies] = await Promise.all([
    deps.deliveries(),
    ...READS.map(({ path }) => deps.probe({ url: `${deps.apiUrl}${path}`, headers })),
  ]);
  const { webhookSecrets, publicUrl } = deps;
  return judgeStripe({ key: keyOf(deps.secretKey), webhookSecrets, publicUrl, replies, deliveries });
}

/** What the prefix of a key says. Pure. */
export function keyOf(secretKey: string): StripeFacts['key'] {
  return { isRestricted: secretKey.startsWith('rk_'), isLive: secretKey.includes('_live_') };
}

/** Pure. */
export function judgeStripe(facts: StripeFacts): Finding[] {
  const whole = wholeFinding(facts.replies);
  return [
    ...(whole ? [whole] : [keyFinding(facts.key), ...rightFindings(facts.replies), ...endpointPart(facts)]),
    ...(facts.webhookSecrets === null ? [] : secretFindings(facts.webhookSecrets)),
    ...deliveryPart(facts.deliveries),
  ];
}

/** What is wrong with all answers together; null when each may be looked at. */
function wholeFinding(replies: Reply[]): Finding | null {
  if (replies.some((reply) => reply.kind === 'answer' && reply.status === 401))
    return bad('key', 'Stripe does not accept it', KEY_FIX);
  const [first] = replies;
  if (!first || replies.some((reply) => reply.kind === 'answer')) return null;
  const reason = first.kind === 'silence' ? first.reason : '';
  return unknown(
    'answers',
    reason,
    'Look at status.stripe.com, and whether this machine reaches api.stripe.com.',
  );
}

function keyFinding({ isRestricted, isLive }: StripeFacts['key']): Finding {
  const mode = isLive ? 'live mode' : 'test mode';
  if (isRestricted) return ok('key', `a restricted key, ${mode}`);
  const words = `a secret key, ${mode}: it may do everything`;
  return isLive ? warn('key', words, `A restricted key is enough. ${KEY_FIX}`) : ok('key', words);
}

function rightFindings(replies: Reply[]): Finding[] {
  const looks = READS.map(({ right }, index) => ({ right, finding: rightFinding(right, replies[index]) }));
  const wrong = looks.flatMap(({ finding }) => finding ?? []);
  const lacking = new Set(looks.flatMap(({ right, finding }) => (finding ? [right] : [])));
  const had = [...new Set(READS.map(({ right }) => right))].filter((right) => !lacking.has(right));
  const first = new Set<string>();
  const once = wrong.filter(({ check }) => !first.has(check) && first.add(check));
  return had.length === 0 ? once : [ok('rights', `reads ${had.join(', ')}`), ...once];
}

function rightFinding(right: string, reply: Reply | undefined): Finding | null {
  const check = `right to read ${right}`;
  if (reply?.kind !== 'answer') return unknown(check, reply?.reason ?? 'it was not asked for');
  if (reply.status === 200) return null;
  if (reply.status === 403) {
    const fix = `Stripe → Developers → API keys → the key → Edit: set ${right} to Read.`;
    return bad(check, `403${rakOf(reply)}`, fix);
  }
  return unknown(
    check,
    `Stripe answers ${reply.status}`,
    'Try again; if it stays, look at status.stripe.com.',
  );
}

/** Stripe names the right in its message, between fragments of the key: only the name is taken. */
function rakOf({ json }: Answer): string {
  const message = errorSchema.safeParse(json).data?.error.message ?? '';
  const name = /\brak_[a-z0-9_]{1,60}\b/.exec(message)?.[0];
  return name === undefined ? '' : `: Stripe names ${name}`;
}

function endpointPart({ replies, publicUrl }: StripeFacts): Finding[] {
  const reply = replies[ENDPOINTS];
  if (reply?.kind !== 'answer' || reply.status !== 200) return [unknown('endpoint', 'it could not be read')];
  const read = endpointsSchema.safeParse(reply.json);
  if (!read.success) return [unknown('endpoint', 'Stripe answers in another shape than expected')];
  const wanted = { publicUrl, apiVersion: API_VERSION, events: HANDLED_EVENTS, knownEndpointId: null };
  const found = endpointFindings(read.data.data, wanted);
  if (found.length > 0)
    return found.map(({ code, detail }) => bad('endpoint', detail, failureKind(code).next));
  return ownEndpoints(read.data.data, publicUrl).map(endpointWords);
}

function endpointWords({ id, url, enabled_events: events }: WebhookEndpoint): Finding {
  const listens = events.includes('*') ? 'all events' : `${events.length} event types`;
  return ok('endpoint', `${id} sends ${listens} to ${url} in ${API_VERSION}`);
}

function secretFindings(secrets: string[]): Finding[] {
  const fix = 'Stripe → Developers → Webhooks → the endpoint → Signing secret: set STRIPE_WEBHOOK_SECRET.';
  if (secrets.length === 0) return [bad('signing secret', 'none can be read', fix)];
  if (secrets.some((secret) => !/^whsec_[A-Za-z0-9+/=_-]{10,}$/.test(secret)))
    return [bad('signing secret', 'it does not look like one (whsec_…)', fix)];
  const more = secrets.length > 1 ? ', and the one before it' : '';
  return [ok('signing secret', `looks like one${more}; "deliveries" tells whether it is the endpoint's`)];
}

function deliveryPart(deliveries: Deliveries | null): Finding[] {
  if (deliveries === null) return [unknown('deliveries', 'the database could not be asked about them')];
  const [found] = deliveryFindings(deliveries);
  if (found) return [bad('deliveries', found.detail, failureKind(found.code).next)];
  const refused = deliveries.refusals.reduce((sum, { count }) => sum + count, 0);
  if (refused > 0) {
    const words = `${refused} refused since the last good one: ${deliveries.refusals[0]?.reason}`;
    return [warn('deliveries', words, failureKind('signatures_failing').next)];
  }
  if (deliveries.lastEventAt === null) return [ok('deliveries', 'none came yet, and none was refused')];
  return [ok('deliveries', `the last one was taken ${new Date(deliveries.lastEventAt).toISOString()}`)];
}
