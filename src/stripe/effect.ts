import { z } from 'zod';
import type { Effect, SessionFacts } from '../orders/effect.ts';
import { purchaseIdOf } from '../orders/ids.ts';
import { isOurs, metadataProblem, type Problem, readBought } from '../orders/metadata.ts';
import {
  type CheckoutSession,
  charge,
  checkoutSession,
  dispute,
  invoice,
  type StripeEvent,
  subscription,
  subscriptionIdOf,
} from './schemas.ts';

/** The version that the pinned SDK speaks; an event rendered at another one is not trusted to have its shape. */
export const API_VERSION = '2026-10-28.endive';

const SESSION_EVENTS = new Set([
  'checkout.session.completed',
  'checkout.session.async_payment_succeeded',
  'checkout.session.async_payment_failed',
  'checkout.session.expired',
]);

/** The event types that the endpoint has to be subscribed to. */
export const HANDLED_EVENTS = [
  ...SESSION_EVENTS,
  'customer.subscription.updated',
  'customer.subscription.deleted',
  'invoice.paid',
  'invoice.payment_failed',
  'charge.refunded',
  'charge.dispute.created',
];

const identified = z.object({ id: z.string() });

/** What a Stripe event means. Pure: no row, no clock, no network. `livemode` is the deployment's own. */
export function effectOfEvent(event: StripeEvent, livemode: boolean): Effect {
  if (event.account !== undefined) return { kind: 'ignore', reason: 'the event of a connected account' };
  if (SESSION_EVENTS.has(event.type)) return effectOfSessionEvent(event, livemode);
  if (!HANDLED_EVENTS.includes(event.type))
    return { kind: 'ignore', reason: `nothing to do for ${event.type}` };
  if (event.livemode !== livemode) return { kind: 'reject', reason: wrongMode(event.livemode) };
  if (event.type.startsWith('customer.subscription.')) return effectOfSubscription(event);
  if (event.type.startsWith('invoice.')) return effectOfInvoice(event);
  return event.type === 'charge.refunded' ? effectOfRefund(event) : effectOfDispute(event);
}

function effectOfSessionEvent(event: StripeEvent, livemode: boolean): Effect {
  const id = identified.safeParse(event.data.object).data?.id;
  if (id === undefined) return { kind: 'reject', reason: 'the event has no session id' };
  const read = checkoutSession.safeParse(event.data.object);
  const rightMode = event.livemode === livemode && (!read.success || read.data.livemode === livemode);
  // A session of the other mode can't be asked for with our key: it is decided on what the event says.
  if (rightMode && event.api_version !== API_VERSION) {
    return {
      kind: 'ask',
      reason: `made in API version ${event.api_version ?? 'none'}, not ${API_VERSION}`,
      ask: { session_id: id },
    };
  }
  if (!read.success) {
    if (!rightMode) return { kind: 'reject', reason: wrongMode(event.livemode) };
    return { kind: 'ask', reason: 'the event lacks what a session has', ask: { session_id: id } };
  }
  const outcome = event.type === 'checkout.session.async_payment_failed' ? 'failed' : paymentOf(read.data);
  if (!rightMode)
    return { kind: 'session', facts: factsOf(read.data, outcome, wrongModeProblem(event, read.data)) };
  return effectOfSession(read.data, outcome, 'event');
}

/**
 * What a session means. `asked`: it was fetched from Stripe, so what it lacks it really lacks.
 */
export function effectOfSession(
  session: CheckoutSession,
  payment: SessionFacts['payment'] = paymentOf(session),
  origin: 'event' | 'asked' = 'asked',
): Effect {
  const metadata = session.metadata ?? {};
  if (session.mode === 'setup') return { kind: 'ignore', reason: 'a set-up, nothing was sold' };
  const isSubscription = session.mode === 'subscription';
  if (!isOurs(metadata) && !(isSubscription && payment === 'paid')) {
    return { kind: 'ignore', reason: 'the session has none of our keys and is no paid subscription' };
  }
  if (isSubscription && subscriptionIdOf(session) === null && payment === 'paid' && origin === 'event') {
    return { kind: 'ask', reason: 'the session has no subscription yet', ask: { session_id: session.id } };
  }
  return { kind: 'session', facts: factsOf(session, payment, problemOf(session, metadata)) };
}

function problemOf(session: CheckoutSession, metadata: Record<string, string>): Problem | null {
  if (session.mode !== 'subscription') {
    return { code: 'not_subscription', detail: `the session's mode is ${session.mode}` };
  }
  if (subscriptionIdOf(session) === null) {
    return { code: 'no_subscription', detail: 'neither the event nor Stripe names a subscription' };
  }
  return metadataProblem(metadata);
}

/** @source https://docs.stripe.com/checkout/fulfillment: fulfil when payment_status is not `unpaid`. */
function paymentOf(session: CheckoutSession): SessionFacts['payment'] {
  if (session.payment_status === 'paid' || session.payment_status === 'no_payment_required') return 'paid';
  return session.status === 'expired' ? 'expired' : 'waiting';
}

function factsOf(
  session: CheckoutSession,
  payment: SessionFacts['payment'],
  problem: Problem | null,
): SessionFacts {
  const bought = readBought(session.metadata ?? {});
  const notes = [
    bought.serverName === null && bought.itemType === 'game'
      ? 'No server name was given: a default is used.'
      : null,
    session.customer === null ? 'Stripe has no customer for it.' : null,
  ].filter((note) => note !== null);
  return {
    purchase_id: purchaseIdOf(session.id),
    session_id: session.id,
    subscription_id: subscriptionIdOf(session),
    customer_id: session.customer,
    payment_intent_id: session.payment_intent,
    invoice_id: session.invoice,
    livemode: session.livemode,
    user_id: bought.userId,
    item_type: bought.itemType,
    plan_id: bought.planId,
    term: bought.term,
    region: bought.region,
    server_name: bought.serverName,
    email: session.customer_details?.email ?? session.customer_email,
    amount_minor: session.amount_total,
    currency: session.currency,
    note: notes.length === 0 ? null : notes.join(' '),
    bought_at: new Date(session.created * 1000).toISOString(),
    payment,
    problem,
    products: session.line_items?.data.flatMap((item) => item.price?.product ?? []) ?? null,
  };
}

function effectOfSubscription(event: StripeEvent): Effect {
  const read = subscription.safeParse(event.data.object);
  if (!read.success)
    return { kind: 'defer', reason: 'a subscription of unknown shape', subscription_id: null };
  if (event.type === 'customer.subscription.deleted') {
    return { kind: 'stop', reason: 'the subscription ended', subscription_id: read.data.id };
  }
  return { kind: 'defer', reason: `subscription ${read.data.status}`, subscription_id: read.data.id };
}

function effectOfInvoice(event: StripeEvent): Effect {
  const read = invoice.safeParse(event.data.object);
  return {
    kind: 'defer',
    reason: read.data?.billing_reason ?? 'invoice',
    subscription_id: read.data?.parent?.subscription_details?.subscription ?? null,
  };
}

function effectOfRefund(event: StripeEvent): Effect {
  const read = charge.safeParse(event.data.object);
  if (!read.success || read.data.payment_intent === null) {
    return { kind: 'defer', reason: 'a refund that names no payment', subscription_id: null };
  }
  if (!read.data.refunded) return { kind: 'defer', reason: 'refunded in part', subscription_id: null };
  return {
    kind: 'ask',
    reason: 'which order it belongs to is known to Stripe',
    ask: { payment_intent_id: read.data.payment_intent, stop: 'refunded' },
  };
}

function effectOfDispute(event: StripeEvent): Effect {
  const read = dispute.safeParse(event.data.object);
  if (!read.success || read.data.payment_intent === null) {
    return { kind: 'defer', reason: 'a dispute that names no payment', subscription_id: null };
  }
  return {
    kind: 'ask',
    reason: 'which order it belongs to is known to Stripe',
    ask: { payment_intent_id: read.data.payment_intent, stop: 'disputed' },
  };
}

function wrongModeProblem(event: StripeEvent, session: CheckoutSession): Problem {
  const word = (live: boolean) => (live ? 'live' : 'test');
  const detail =
    event.livemode === session.livemode
      ? wrongMode(event.livemode)
      : `the event says ${word(event.livemode)} and its session says ${word(session.livemode)}`;
  return { code: 'wrong_mode', detail };
}

function wrongMode(eventIsLive: boolean): string {
  return eventIsLive
    ? 'a live event came to a deployment with a test key'
    : 'a test event came to a deployment with a live key';
}
