import type { FailureCode } from '../orders/failures.ts';
import type { WebhookEndpoint } from '../stripe/schemas.ts';

/** What is wrong with the way from Stripe to us, in words that name what to mend. `code` is a failure code. */
export type SenderFinding = {
  code: FailureCode;
  detail: string;
};

/** What the database knows of deliveries; times in milliseconds since the epoch. */
export type Deliveries = {
  now: number;
  firstEventAt: number | null;
  lastEventAt: number | null;
  /** Calls of the webhook that were refused since the last good one, by reason, the most frequent first; thin ones of the last hour too. */
  refusals: {
    reason: string;
    code: FailureCode | null;
    httpStatus: number;
    count: number;
    since: number;
    until: number;
  }[];
  /** How many events came in the same stretch of the day as since the last one, on average over the two weeks before. */
  usualSince: number;
};

export type Wanted = {
  /** Where Stripe reaches us; null: not told, and known by the path alone. */
  publicUrl: string | null;
  apiVersion: string;
  events: readonly string[];
  /** The endpoint that was right the last time. */
  knownEndpointId: string | null;
};

const PATH = '/stripe-webhook';
const HOUR_MS = 3_600_000;
/** Below it, one quiet evening looks like a dead endpoint. */
const LEAST_GAP_MS = HOUR_MS / 2;
const LEAST_HISTORY_MS = 7 * 24 * HOUR_MS;
const IN_A_ROW = 3;
/** Silence is told when so many usual gaps have passed without an event. */
const USUAL_GAPS = 4;

/** The endpoints that send, or should send, to this deployment. */
export function ownEndpoints(endpoints: WebhookEndpoint[], publicUrl: string | null): WebhookEndpoint[] {
  return endpoints.filter(({ url }) =>
    publicUrl === null
      ? new URL(url, 'http://none').pathname.replace(/\/+$/, '') === PATH
      : url.replace(/\/+$/, '') === `${publicUrl}${PATH}`,
  );
}

/** What is wrong with the endpoints, as Stripe lists them for the mode of our key. Pure. */
export function endpointFindings(endpoints: WebhookEndpoint[], wanted: Wanted): SenderFinding[] {
  const own = ownEndpoints(endpoints, wanted.publicUrl);
  const [first] = own;
  if (!first) return [missing(endpoints, wanted)];
  const findings: SenderFinding[] = [];
  const enabled = own.filter(({ status }) => status === 'enabled');
  if (enabled.length === 0) {
    const detail = `${first.url} (${first.id}) is disabled: Stripe makes events and sends none`;
    findings.push({ code: 'endpoint_disabled', detail });
  }
  if (enabled.length > 1) {
    const ids = enabled.map(({ id }) => id).join(' and ');
    findings.push({
      code: 'endpoint_twice',
      detail: `${ids} send to the same URL, each with its own secret`,
    });
  }
  for (const endpoint of enabled.length > 0 ? enabled : [first]) {
    findings.push(...contentFindings(endpoint, wanted));
  }
  return findings;
}

function missing(endpoints: WebhookEndpoint[], wanted: Wanted): SenderFinding {
  const known = endpoints.find(({ id }) => id === wanted.knownEndpointId);
  const right = wanted.publicUrl === null ? `an address that ends in ${PATH}` : `${wanted.publicUrl}${PATH}`;
  if (known) {
    return { code: 'endpoint_url_changed', detail: `${known.id} sends to ${known.url} now, not to ${right}` };
  }
  const near = endpoints.find(({ url }) => url.includes('stripe') || sameHost(url, wanted.publicUrl));
  const instead = near ? `; the nearest is ${near.id} to ${near.url}` : '';
  return { code: 'endpoint_missing', detail: `no endpoint of this mode sends to ${right}${instead}` };
}

function sameHost(url: string, publicUrl: string | null): boolean {
  return publicUrl !== null && new URL(url, 'http://none').host === new URL(publicUrl).host;
}

function contentFindings(endpoint: WebhookEndpoint, wanted: Wanted): SenderFinding[] {
  const findings: SenderFinding[] = [];
  const { enabled_events: listens, api_version: version, id } = endpoint;
  const lacking = listens.includes('*') ? [] : wanted.events.filter((type) => !listens.includes(type));
  if (lacking.length > 0) {
    findings.push({ code: 'endpoint_events', detail: `${id} does not listen to ${lacking.join(', ')}` });
  }
  if (version !== wanted.apiVersion) {
    const detail = `${id} sends API version ${version ?? 'of the account'}, Orderly reads ${wanted.apiVersion}`;
    findings.push({ code: 'endpoint_version', detail });
  }
  return findings;
}

/** What our own rows say: calls that are refused one after the other, and a silence that is not usual at this hour. Pure. */
export function deliveryFindings(deliveries: Deliveries): SenderFinding[] {
  const worst = worstOf(deliveries);
  const refused = deliveries.refusals.reduce((sum, { count }) => sum + count, 0);
  // A thin payload that is signed right can't be anybody else's, and never carries a purchase: one tells enough.
  if (worst?.code === 'thin_events' || (worst && refused >= IN_A_ROW)) {
    const share = worst.count === refused ? `${refused}` : `${worst.count} of ${refused}`;
    const detail = `${share} refused ${refused === 1 ? 'delivery' : 'deliveries'} since the last good one: ${worst.reason}`;
    return [{ code: worst.code ?? 'signatures_failing', detail }];
  }
  const quietMs = quietFor(deliveries);
  if (quietMs === null) return [];
  const detail = `no event for ${inHours(quietMs)}, where ${Math.round(deliveries.usualSince)} are usual at this time of the day`;
  return [{ code: 'events_silent', detail }];
}

/** The most frequent refusal that names its cause; anybody may call without a signature, and hide it. */
function worstOf({ refusals }: Deliveries) {
  return (
    refusals.find(({ code }) => code === 'thin_events') ??
    refusals.find(({ code }) => code !== null) ??
    refusals[0]
  );
}

/** For how long nothing came, when that is four times as long as usual at this hour; else null. */
function quietFor({ now, firstEventAt, lastEventAt, usualSince }: Deliveries): number | null {
  if (lastEventAt === null || firstEventAt === null || now - firstEventAt < LEAST_HISTORY_MS) return null;
  const quietMs = now - lastEventAt;
  return quietMs > LEAST_GAP_MS && usualSince > USUAL_GAPS ? quietMs : null;
}

const inHours = (ms: number) =>
  ms < 2 * HOUR_MS ? `${Math.round(ms / 60_000)} minutes` : `${Math.round(ms / HOUR_MS)} hours`;

/** `undelivered`: Stripe tried, and lists it so. `unheard`: it stands in no such list. */
export type FoundAs = 'undelivered' | 'unheard';

/**
 * Why a paid purchase was not delivered, in one sentence: what keeps such events away now, or what we answered, or what Stripe's own list
 * lets follow. Pure.
 */
export function whyUndelivered(findings: SenderFinding[], deliveries: Deliveries, as: FoundAs): string {
  const blocking = findings.find(keepsPurchasesAway);
  if (blocking) return blocking.detail;
  const refusal = worstOf(deliveries);
  if (refusal) return `we answered ${refusal.httpStatus}: ${refusal.reason}`;
  return as === 'undelivered'
    ? 'Stripe tried and was not answered: Orderly was down, cut off or without its database then'
    : 'Stripe sent it to nobody: the endpoint was disabled, missing or did not listen to it then, and is right now';
}

const SHUT = new Set<FailureCode>(['endpoint_missing', 'endpoint_disabled', 'endpoint_url_changed']);

/** What else is wrong with the endpoint, or with other deliveries, is not why this one did not come. */
function keepsPurchasesAway({ code, detail }: SenderFinding): boolean {
  return SHUT.has(code) || (code === 'endpoint_events' && detail.includes('checkout.session.completed'));
}
