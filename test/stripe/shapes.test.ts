import { expect, it } from 'vitest';
import type { CheckoutOptions, StripeSimulator } from '../../sandbox/stripe/stripe.ts';
import { charge, checkoutSession, dispute, stripeEvent, subscription } from '../../src/stripe/schemas.ts';
import { fixture, get, order, startTestStripe } from './support.ts';

type Event = { id: string; type: string; created: number; data: { object: Record<string, unknown> } };

/** Every path of a JSON value, so that two of them can be compared by shape. Buyers' own metadata is not shape. */
function pathsOf(value: unknown, at = ''): string[] {
  if (typeof value !== 'object' || value === null || at.endsWith('.metadata')) return [at];
  if (Array.isArray(value))
    return [at, ...value.slice(0, 1).flatMap((element) => pathsOf(element, `${at}[]`))];
  return [at, ...Object.entries(value).flatMap(([key, held]) => pathsOf(held, `${at}.${key}`))].sort();
}

function eventOf(stripe: StripeSimulator, type: string): Event {
  const found = stripe.events.findLast((event) => event.type === type);
  return JSON.parse(found?.body ?? 'null') as Event;
}

const checkouts: [string, Partial<CheckoutOptions>][] = [
  ['checkout-session-completed', {}],
  ['checkout-session-completed-async-pending', { paymentStatus: 'unpaid' }],
  ['checkout-session-completed-no-payment-required', { paymentStatus: 'no_payment_required' }],
  ['checkout-session-completed-mode-payment', { mode: 'payment' }],
  ['checkout-session-completed-mode-setup', { mode: 'setup' }],
  ['checkout-session-completed-metadata-null', { metadata: null }],
];

it.each(checkouts)('makes an event in the shape of %s', async (name, options) => {
  const stripe = await startTestStripe();
  await stripe.checkout({ ...order, ...options });
  const made = eventOf(stripe, 'checkout.session.completed');
  expect(pathsOf(made)).toEqual(pathsOf(fixture(name)));
  expect(stripeEvent.safeParse(made).error).toBeUndefined();
  expect(checkoutSession.safeParse(made.data.object).error).toBeUndefined();
  const expected = fixture<Event>(name).data.object;
  for (const field of [
    'mode',
    'status',
    'payment_status',
    'amount_total',
    'payment_method_types',
    'submit_type',
  ]) {
    expect(made.data.object[field]).toEqual(expected[field]);
  }
});

it('makes the events of what happens to a purchase in the shape of the fixtures', async () => {
  const stripe = await startTestStripe();
  const { sessionId } = await stripe.checkout(order);
  await stripe.refund(sessionId, { full: false });
  expect(pathsOf(eventOf(stripe, 'charge.refunded'))).toEqual(pathsOf(fixture('charge-refunded-partial')));
  await stripe.refund(sessionId);
  const refunded = eventOf(stripe, 'charge.refunded');
  expect(pathsOf(refunded)).toEqual(pathsOf(fixture('charge-refunded-full')));
  expect(charge.parse(refunded.data.object)).toMatchObject({
    refunded: true,
    amount: 1499,
    amount_refunded: 1499,
  });
  await stripe.dispute(sessionId);
  const disputed = eventOf(stripe, 'charge.dispute.created');
  expect(pathsOf(disputed)).toEqual(pathsOf(fixture('charge-dispute-created')));
  expect(dispute.parse(disputed.data.object).charge).toBe(refunded.data.object.id);
  await stripe.cancelSubscription(sessionId);
  const ended = eventOf(stripe, 'customer.subscription.deleted');
  expect(pathsOf(ended)).toEqual(pathsOf(fixture('customer-subscription-deleted')));
  expect(subscription.parse(ended.data.object).status).toBe('canceled');
});

it('lets a bank debit succeed or fail', async () => {
  const stripe = await startTestStripe();
  const first = await stripe.checkout({ ...order, paymentStatus: 'unpaid' });
  await stripe.asyncPayment(first.sessionId, 'succeeded');
  const succeeded = eventOf(stripe, 'checkout.session.async_payment_succeeded');
  expect(pathsOf(succeeded)).toEqual(pathsOf(fixture('checkout-session-async-payment-succeeded')));
  expect(succeeded.data.object).toMatchObject({ id: first.sessionId, payment_status: 'paid' });
  const second = await stripe.checkout({ ...order, paymentStatus: 'unpaid' });
  await stripe.asyncPayment(second.sessionId, 'failed');
  const failed = eventOf(stripe, 'checkout.session.async_payment_failed');
  expect(failed.data.object).toMatchObject({ id: second.sessionId, payment_status: 'unpaid' });
});

it('lets a session expire that nobody paid, and no other', async () => {
  const stripe = await startTestStripe();
  const unpaid = await stripe.checkout({ ...order, paymentStatus: 'unpaid' });
  await stripe.expire(unpaid.sessionId);
  const sepa = ['.data.object.payment_method_options.card', '.data.object.payment_method_options.sepa_debit'];
  const shapeOf = (event: unknown) =>
    pathsOf(event).filter((path) => !sepa.some((one) => path.startsWith(one)));
  const expired = eventOf(stripe, 'checkout.session.expired');
  expect(shapeOf(expired)).toEqual(shapeOf(fixture('checkout-session-expired')));
  const paid = await stripe.checkout(order);
  await expect(stripe.expire(paid.sessionId)).rejects.toThrow('not paid');
});

it('answers for a session in the shape of the stored answer', async () => {
  const stripe = await startTestStripe();
  const { sessionId } = await stripe.checkout(order);
  const path = `checkout/sessions/${sessionId}?expand[]=subscription&expand[0]=line_items`;
  const { body } = await get(stripe, path);
  expect(pathsOf(body)).toEqual(pathsOf(fixture('api-checkout-session-retrieve-expanded')));
});

it('puts the same ids and amounts into every object of a purchase', async () => {
  const stripe = await startTestStripe();
  const bought = await stripe.checkout({ ...order, amountMinor: 2500, term: 'yearly' });
  const session = eventOf(stripe, 'checkout.session.completed').data.object;
  const { body: paid } = await get(stripe, `invoices/${session.invoice}`);
  const { body: payments } = await get(stripe, `invoice_payments?invoice=${session.invoice}`);
  expect(pathsOf(paid)).toEqual(pathsOf(fixture<Event>('invoice-paid-first').data.object));
  expect(paid).toMatchObject({
    amount_paid: 2500,
    parent: { subscription_details: { subscription: bought.subscriptionId } },
  });
  const [payment] = (payments as { data: { payment: { payment_intent: string } }[] }).data;
  const { body: intent } = await get(stripe, `payment_intents/${payment?.payment.payment_intent}`);
  const { latest_charge } = intent as { latest_charge: string };
  expect((await get(stripe, `charges/${latest_charge}`)).body).toMatchObject({ amount: 2500, paid: true });
  const { body: held } = await get(stripe, `subscriptions/${bought.subscriptionId}`);
  expect(held).toMatchObject({ items: { data: [{ price: { recurring: { interval: 'year' } } }] } });
});
