import type { FailureCode } from '../../orders/failures.ts';
import { endpointFindings, type SenderFinding } from '../../reconcile/sender-findings.ts';
import { API_VERSION, HANDLED_EVENTS } from '../../stripe/effect.ts';
import { bad, later, type Outcome, ok, unknown } from '../check.ts';
import { deliveriesOf } from '../deliveries.ts';
import { type Facts, seen } from '../facts.ts';
import { isPaidAtStripe, isTold } from '../told.ts';

/** Longer without a sign of life than any lease of a chore: no process was there. */
const SILENCE_MS = 60_000;

/** What is wrong with the endpoint now. A cause only where it keeps this very purchase's event away; else a warning that is nobody's fault. */
export function endpoint(facts: Facts): Outcome {
  if (facts.endpoints.kind === 'unknown') return unknown(facts.endpoints.reason);
  const findings = findingsOf(facts);
  const blocking = isTold(facts) ? undefined : findings.find((finding) => keepsAway(finding, facts));
  if (blocking) return bad(blocking.code, blocking.detail);
  const [first] = findings;
  return first
    ? { mark: 'bad', evidence: `${first.detail} (not why)` }
    : ok('enabled, right URL, mode, events and version');
}

/** Whether the event came, how a call with it was answered, or why there was none. */
export function delivery(facts: Facts): Outcome {
  if (seen(facts.purchase)?.source !== 'stripe' && seen(facts.session) === null)
    return later('not by Stripe');
  if (isTold(facts)) return howTold(facts);
  if (facts.evidence.kind === 'unknown') return unknown(facts.evidence.reason);
  const made = seen(facts.event);
  if (made === null && !isPaidAtStripe(facts)) return later('no event is due: nothing is paid');
  const madeAt = (made?.created ?? seen(facts.session)?.created ?? 0) * 1000;
  if (madeAt < facts.evidence.value.cutover_at - 1000) return later('from before the cutover: not ours');
  const isYoung = facts.now - madeAt < facts.settings.slowDeliveryMs;
  const refusal = made?.pending === false ? null : refusalSince(facts, madeAt);
  // Of two endpoints one is always refused: that says nothing of a delivery that may still come.
  const isOfTheOther = findingsOf(facts).some(({ code }) => code === 'endpoint_twice');
  if (refusal && !(isYoung && isOfTheOther)) {
    const when = `answered ${refusal.httpStatus} ${time(refusal.until)}`;
    return bad(refusal.code ?? 'signatures_failing', `${when}: ${refusal.reason}`);
  }
  const isBlocked = findingsOf(facts).some((finding) => keepsAway(finding, facts));
  if (isYoung && !isBlocked) return later(`made ${time(madeAt)}: delivery is under way`);
  return undelivered(facts, made);
}

function howTold(facts: Facts): Outcome {
  const [told] = seen(facts.evidence)?.events ?? [];
  if (told?.id.startsWith('reconcile:'))
    return ok(`never delivered; found by asking ${time(told.received_at)}`);
  return told ? ok(`${told.id} came ${time(told.received_at)}, answered 200`) : ok('our row is there');
}

/** Nothing came and nothing was refused: Stripe's own count and our last sign of life part what can be parted. */
function undelivered(facts: Facts, made: { id: string; pending: boolean } | null): Outcome {
  const blocking = findingsOf(facts).find((finding) => keepsAway(finding, facts));
  if (blocking) return bad('not_delivered', blocking.detail);
  if (facts.endpoints.kind === 'unknown' && facts.endpoints.key)
    return bad('stripe_key', facts.endpoints.reason);
  const page = `Stripe → Developers → Events → ${made?.id ?? 'the event'}`;
  if (made && !made.pending)
    return bad(
      'not_delivered',
      `Stripe sent it to nobody: the endpoint was disabled, missing or did not listen to it then, and is right now. ${page} shows which`,
    );
  if (facts.endpoints.kind === 'unknown') return unknown(facts.endpoints.reason);
  const until = seen(facts.evidence)?.sweep_until ?? null;
  if (until === null || facts.now - until > SILENCE_MS)
    return bad('orderly_down', `the last sign of Orderly is ${until === null ? 'not known' : time(until)}`);
  return bad(
    'not_delivered',
    `the endpoint is right, and no call of it reached us: Orderly was down or cut off then. ${page} shows what Stripe met`,
  );
}

/** The newest refusal that the event may have met. One that names its cause comes before a stranger's call. */
function refusalSince(facts: Facts, sinceMs: number) {
  const evidence = seen(facts.evidence);
  if (!evidence) return null;
  const met = deliveriesOf(evidence).refusals.filter(
    // Stripe knows the purchase in our mode: what came of the other one was not its event.
    ({ until, code }) => until >= sinceMs - 1000 && code !== 'secret_of_other_mode',
  );
  return met.find(({ code }) => code !== null) ?? met[0] ?? null;
}

const SHUT = new Set<FailureCode>(['endpoint_missing', 'endpoint_disabled', 'endpoint_url_changed']);

function keepsAway({ code, detail }: SenderFinding, facts: Facts): boolean {
  if (code !== 'endpoint_events') return SHUT.has(code);
  const type = seen(facts.event)?.type ?? 'checkout.session.completed';
  return detail.includes(type);
}

function findingsOf(facts: Facts): SenderFinding[] {
  const endpoints = seen(facts.endpoints);
  if (endpoints === null) return [];
  return endpointFindings(endpoints, {
    ...facts.settings,
    apiVersion: API_VERSION,
    events: HANDLED_EVENTS,
    knownEndpointId: knownEndpointOf(facts),
  });
}

/** The endpoint that was right at the last look of ours. */
function knownEndpointOf(facts: Facts): string | null {
  const result = seen(facts.catalogue)?.checks.sender?.result;
  const isRecord = typeof result === 'object' && result !== null && 'endpointId' in result;
  return isRecord && typeof result.endpointId === 'string' ? result.endpointId : null;
}

const time = (ms: number) => `<t:${Math.floor(ms / 1000)}:R>`;
