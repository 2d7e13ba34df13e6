import { isOurs } from '../../orders/metadata.ts';
import { endpointFindings, whyUndelivered } from '../../reconcile/sender-findings.ts';
import { API_VERSION, HANDLED_EVENTS } from '../../stripe/effect.ts';
import { type CheckoutSession, subscriptionIdOf } from '../../stripe/schemas.ts';
import { bad, type Check, later, type Outcome, ok, unknown } from '../check.ts';
import { deliveriesOf } from '../deliveries.ts';
import { type Facts, seen } from '../facts.ts';

/** From the money to our door: what Stripe has, whether it told us, and how we answered. */
export const STRIPE_CHECKS: Check[] = [
  { id: 'payment', title: 'Paid', look: payment },
  { id: 'session', title: 'Checkout session', look: session },
  { id: 'event', title: 'Event made', look: event },
  { id: 'endpoint', title: 'Webhook endpoint', look: endpoint },
  { id: 'delivery', title: 'Delivered', look: delivery },
];

const PAID = new Set(['paid', 'no_payment_required']);

function payment(facts: Facts): Outcome {
  const found = seen(facts.session);
  const p = seen(facts.purchase);
  if (p?.closed_at != null && p.payment === 'paid') return ok(`paid, and closed: ${p.close_reason}`);
  if (p?.payment === 'paid') return ok('our row says paid');
  if (found && PAID.has(found.payment_status)) return ok(`${found.id}: ${found.payment_status}`);
  if (found) return later(`${found.id}: ${found.status}, ${found.payment_status}: nothing is owed yet`);
  if (p) return later(`our row says ${p.payment}`);
  return facts.session.kind === 'unknown'
    ? unknown(facts.session.reason)
    : later('Stripe knows no such session');
}

function session(facts: Facts): Outcome {
  const { session: source } = facts;
  if (source.kind === 'unknown') {
    if (source.key) return bad('stripe_key', source.reason);
    return seen(facts.purchase) ? ok('as our row has it; Stripe could not be asked') : unknown(source.reason);
  }
  const found = source.value;
  if (!found) {
    const p = seen(facts.purchase);
    if (!p?.session_id) return later('the order did not come from a checkout session');
    return bad('session_missing', `Stripe has no session ${p.session_id} in the mode of our key`);
  }
  if (found.livemode !== facts.settings.livemode)
    return bad('wrong_mode', `${found.id} is of the other mode`);
  return shape(found);
}

function shape(found: CheckoutSession): Outcome {
  const keys = Object.keys(found.metadata ?? {}).join(', ') || 'none';
  if (found.mode !== 'subscription' && !isOurs(found.metadata ?? {})) {
    return later(`${found.id}: mode ${found.mode}, none of our keys: it is not ours`);
  }
  const subscription = subscriptionIdOf(found);
  return ok(`${found.id}: ${found.mode}${subscription ? `, ${subscription}` : ''}; metadata: ${keys}`);
}

function event(facts: Facts): Outcome {
  const row = seen(facts.evidence)?.events.find(({ type }) => type.startsWith('checkout.session.'));
  if (row) return ok(`${row.id} (${row.type})`);
  if (facts.event.kind === 'unknown') return unknown(facts.event.reason);
  const made = facts.event.value;
  if (made) return ok(`${made.id} (${made.type})`);
  return seen(facts.session) ? later('Stripe lists none: it keeps events for 30 days') : later();
}

/** What is wrong with it now. That counts as the cause only where the purchase was not delivered: an old one was. */
function endpoint(facts: Facts): Outcome {
  if (facts.endpoints.kind === 'unknown') {
    const { reason, key } = facts.endpoints;
    return key && !wasTold(facts) ? bad('stripe_key', reason) : unknown(reason);
  }
  const [first] = findingsOf(facts);
  if (!first) return ok('enabled, right URL, mode, events and version');
  if (wasTold(facts)) return { mark: 'bad', evidence: first.detail };
  return bad(first.code, first.detail);
}

function delivery(facts: Facts): Outcome {
  if (seen(facts.purchase)?.source !== 'stripe' && seen(facts.session) === null)
    return later('not by Stripe');
  const [told] = seen(facts.evidence)?.events ?? [];
  if (told?.id.startsWith('reconcile:'))
    return ok(`never delivered; found by asking ${time(told.received_at)}`);
  if (told) return ok(`${told.id} came ${time(told.received_at)}, answered 200`);
  if (seen(facts.purchase)) return ok('our row is there');
  if (facts.evidence.kind === 'unknown') return unknown(facts.evidence.reason);
  const made = seen(facts.event);
  const paidAt = (made?.created ?? seen(facts.session)?.created ?? 0) * 1000;
  if (paidAt === 0) return later();
  if (isPaid(facts) && paidAt < facts.evidence.value.cutover_at)
    return later('from before the cutover: not ours');
  const why = whyUndelivered(findingsOf(facts), deliveriesOf(facts.evidence.value));
  const [refusal] = deliveriesOf(facts.evidence.value).refusals;
  if (refusal)
    return bad(
      refusal.code ?? 'signatures_failing',
      `answered ${refusal.httpStatus} ${time(refusal.until)}: ${refusal.reason}`,
    );
  if (facts.now - paidAt < facts.settings.slowDeliveryMs && findingsOf(facts).length === 0) {
    return later(`made ${time(paidAt)}: delivery is under way`);
  }
  return bad('not_delivered', why);
}

function isPaid(facts: Facts): boolean {
  return PAID.has(seen(facts.session)?.payment_status ?? '');
}

function wasTold(facts: Facts): boolean {
  return seen(facts.purchase) !== null || (seen(facts.evidence)?.events.length ?? 0) > 0;
}

function findingsOf(facts: Facts) {
  const wanted = {
    ...facts.settings,
    apiVersion: API_VERSION,
    events: HANDLED_EVENTS,
    knownEndpointId: null,
  };
  return endpointFindings(seen(facts.endpoints) ?? [], wanted);
}

const time = (ms: number) => `<t:${Math.floor(ms / 1000)}:R>`;
