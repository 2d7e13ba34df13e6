import type { Clock } from '../../src/lib/clock.ts';
import { makeInvoice, makeSubscription, paidInvoiceFields } from './billing.ts';
import type { EventLog } from './events.ts';
import { type CheckoutOptions, toOrder } from './order.ts';
import { chargeFields, intentFields, invoicePaymentFields, makeDispute, makePayment } from './payment.ts';
import { expiredFields, makeLineItems, makeSession } from './session.ts';
import { changeObject, findObject, findPurchase, newId, type StripeState } from './state.ts';

export type World = { clock: Clock; state: StripeState; events: EventLog };

export type CheckedOut = { sessionId: string; subscriptionId: string | null; eventId: string };

/** A buyer completes a checkout: all its objects exist and `checkout.session.completed` is made. */
export function checkout(world: World, options: CheckoutOptions): CheckedOut {
  const { state } = world;
  const order = toOrder(options, world.clock.now());
  const { sessionId, subscriptionId, invoiceId } = order;
  const session = makeSession(order);
  const made = [
    session,
    ...(subscriptionId === null ? [] : [makeSubscription(order, subscriptionId)]),
    ...(invoiceId === null ? [] : [makeInvoice(order, invoiceId)]),
    ...makePayment(order),
  ];
  for (const object of made) state.objects.set(object.id, object);
  state.lineItems.set(sessionId, makeLineItems(order));
  state.purchases.set(sessionId, order);
  const event = world.events.publish('checkout.session.completed', session);
  return { sessionId, subscriptionId, eventId: event.id };
}

/** The bank debit of an unpaid session ends. Returns the event's id. */
export function asyncPayment(world: World, sessionId: string, outcome: 'succeeded' | 'failed'): string {
  const { state } = world;
  const ids = findPurchase(state, sessionId);
  const at = nowSeconds(world);
  const amount = Number(findObject(state, sessionId).amount_total);
  const isPaid = outcome === 'succeeded';
  if (ids.paymentIntentId) changeObject(state, ids.paymentIntentId, intentFields(outcome, amount));
  if (ids.chargeId) changeObject(state, ids.chargeId, chargeFields(outcome, amount));
  if (ids.invoicePaymentId)
    changeObject(state, ids.invoicePaymentId, invoicePaymentFields(outcome, amount, at));
  if (ids.invoiceId && isPaid) changeObject(state, ids.invoiceId, paidInvoiceFields(amount, at));
  if (ids.subscriptionId)
    changeObject(state, ids.subscriptionId, { status: isPaid ? 'active' : 'incomplete' });
  const session = changeObject(state, sessionId, { payment_status: isPaid ? 'paid' : 'unpaid' });
  return world.events.publish(`checkout.session.async_payment_${outcome}`, session).id;
}

/** A session that nobody paid runs out. Throws for one that was paid. Returns the event's id. */
export function expire(world: World, sessionId: string): string {
  if (findObject(world.state, sessionId).payment_status !== 'unpaid')
    throw new Error('only a session that was not paid can expire');
  const expires_at = nowSeconds(world);
  const session = changeObject(world.state, sessionId, { ...expiredFields, expires_at });
  return world.events.publish('checkout.session.expired', session).id;
}

/** Gives the money back, or a third of it. Returns the event's id. */
export function refund(world: World, sessionId: string, isFull: boolean): string {
  const charge = findObject(world.state, chargeIdOf(world, sessionId));
  const amount = Number(charge.amount);
  const refunded = isFull ? amount : Math.max(1, Math.floor(amount / 3));
  const previous = { amount_refunded: charge.amount_refunded };
  const changed = changeObject(world.state, charge.id, { amount_refunded: refunded, refunded: isFull });
  const isNew = isFull ? { ...previous, refunded: false, receipt_url: charge.receipt_url } : previous;
  return world.events.publish('charge.refunded', changed, isNew).id;
}

/** The buyer's bank disputes the payment. Returns the event's id. */
export function dispute(world: World, sessionId: string): string {
  const charge = changeObject(world.state, chargeIdOf(world, sessionId), { disputed: true });
  const made = makeDispute(charge, newId('du'), nowSeconds(world));
  world.state.objects.set(made.id, made);
  return world.events.publish('charge.dispute.created', made).id;
}

/** The subscription ends at once. Returns the event's id. */
export function cancelSubscription(world: World, sessionId: string): string {
  const { subscriptionId } = findPurchase(world.state, sessionId);
  if (subscriptionId === null) throw new Error(`${sessionId} has no subscription`);
  const at = nowSeconds(world);
  const reason = { comment: null, feedback: null, feedback_option: null, reason: 'cancellation_requested' };
  const ended = changeObject(world.state, subscriptionId, {
    status: 'canceled',
    canceled_at: at,
    ended_at: at,
    cancellation_details: reason,
  });
  return world.events.publish('customer.subscription.deleted', ended).id;
}

function chargeIdOf(world: World, sessionId: string): string {
  const { chargeId } = findPurchase(world.state, sessionId);
  if (chargeId === null) throw new Error(`${sessionId} has no payment`);
  return chargeId;
}

function nowSeconds(world: World): number {
  return Math.floor(world.clock.now() / 1000);
}
