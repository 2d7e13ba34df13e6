import { expect, it } from 'vitest';
import type { StripeSimulator } from '../../sandbox/stripe/stripe.ts';
import { subscriptionIdOf } from '../../src/stripe/schemas.ts';
import { createTestClient, get, order, startTestStripe, unwrap } from './support.ts';

async function setUp() {
  const stripe = await startTestStripe();
  return { stripe, client: createTestClient(stripe.url) };
}

it('retrieves a session with its subscription and line items', async () => {
  const { stripe, client } = await setUp();
  const bought = await stripe.checkout({ ...order, serverName: 'Cave', email: 'ada@example.com' });
  const session = unwrap(await client.retrieveSession(bought.sessionId));
  expect(session).toMatchObject({
    payment_status: 'paid',
    metadata: { server_name: 'Cave', term: 'monthly' },
    subscription: { id: bought.subscriptionId, status: 'active' },
    customer_details: { email: 'ada@example.com' },
  });
  expect(subscriptionIdOf(session)).toBe(bought.subscriptionId);
  expect(session.line_items?.data[0]?.price).toEqual({
    id: 'price_minecraft4gb_monthly',
    product: 'prod_minecraft4gb',
  });
});

it('says that an object is missing, of another kind included', async () => {
  const { stripe, client } = await setUp();
  const bought = await stripe.checkout(order);
  expect(await client.retrieveSession('cs_test_nobody')).toEqual({ kind: 'missing' });
  expect(await client.retrieveSubscription(bought.sessionId)).toEqual({ kind: 'missing' });
});

const untouched = { refunded: 'no', disputed: false, cancelled: false, subscriptionStatus: 'active' };

it.each([
  ['nothing happened', 'none', untouched],
  ['all money went back', 'refund', { ...untouched, refunded: 'fully' }],
  ['some money went back', 'part', { ...untouched, refunded: 'partly' }],
  ['the bank disputes it', 'dispute', { ...untouched, disputed: true }],
  ['the subscription ended', 'cancel', { ...untouched, cancelled: true, subscriptionStatus: 'canceled' }],
])('knows the standing of a purchase: %s', async (_name, change, expected) => {
  const { stripe, client } = await setUp();
  const { sessionId } = await stripe.checkout(order);
  if (change === 'refund') await stripe.refund(sessionId);
  if (change === 'part') await stripe.refund(sessionId, { full: false });
  if (change === 'dispute') await stripe.dispute(sessionId);
  if (change === 'cancel') await stripe.cancelSubscription(sessionId);
  const session = unwrap(await client.retrieveSession(sessionId));
  expect(unwrap(await client.retrieveStanding(session))).toEqual(expected);
});

it('knows the standing of a single payment and of a free subscription', async () => {
  const { stripe, client } = await setUp();
  const single = await stripe.checkout({ ...order, mode: 'payment' });
  await stripe.refund(single.sessionId);
  const free = await stripe.checkout({ ...order, paymentStatus: 'no_payment_required' });
  const standingOf = async (sessionId: string) =>
    unwrap(await client.retrieveStanding(unwrap(await client.retrieveSession(sessionId))));
  expect(await standingOf(single.sessionId)).toMatchObject({ refunded: 'fully', subscriptionStatus: null });
  expect(await standingOf(free.sessionId)).toEqual(untouched);
});

it('counts a payment as fully refunded although an attempt before it failed', async () => {
  const { stripe, client } = await setUp();
  const { sessionId } = await stripe.checkout(order);
  const failed = await stripe.checkout({ ...order, paymentStatus: 'unpaid' });
  await stripe.asyncPayment(failed.sessionId, 'failed');
  await stripe.refund(sessionId);
  const session = unwrap(await client.retrieveSession(sessionId));
  const other = unwrap(await client.retrieveSession(failed.sessionId));
  // The failed attempt's payment, tied to the invoice of the purchase that was paid in the end.
  await stripe.emit({
    id: 'evt_tie',
    type: 'invoice_payment.created',
    data: { object: await copyOfPayment(stripe, other.invoice, session.invoice) },
  });
  expect(unwrap(await client.retrieveStanding(session)).refunded).toBe('fully');
});

async function copyOfPayment(stripe: StripeSimulator, from: string | null, to: string | null) {
  const { body } = await get(stripe, `invoice_payments?invoice=${from}`);
  const [payment] = (body as { data: object[] }).data;
  return { ...payment, id: 'inpay_tie', invoice: to };
}

it('finds the subscription that a charge was for', async () => {
  const { stripe, client } = await setUp();
  const bought = await stripe.checkout(order);
  const single = await stripe.checkout({ ...order, mode: 'payment' });
  await stripe.refund(bought.sessionId);
  await stripe.refund(single.sessionId);
  const [ofSubscription, ofSingle] = stripe.events
    .filter((event) => event.type === 'charge.refunded')
    .map((event) => String(JSON.parse(event.body).data.object.payment_intent));
  const find = async (id: string | undefined) =>
    unwrap(await client.findSubscriptionOfCharge({ paymentIntentId: id! }));
  expect(await find(ofSubscription)).toBe(bought.subscriptionId);
  expect(await find(ofSingle)).toBeNull();
});

it('lists the sessions of a subscription, and the subscription itself', async () => {
  const { stripe, client } = await setUp();
  const bought = await stripe.checkout(order);
  await stripe.checkout(order);
  const sessions = unwrap(await client.listSessionsBySubscription(bought.subscriptionId!));
  expect(sessions.map((session) => session.id)).toEqual([bought.sessionId]);
  expect(unwrap(await client.retrieveSubscription(bought.subscriptionId!)).status).toBe('active');
  expect(unwrap(await client.listSessionsBySubscription('sub_nobody'))).toEqual([]);
});

it('lists the webhook endpoint with its address and whether it is enabled', async () => {
  const url = 'http://127.0.0.1:9/hook';
  const stripe = await startTestStripe({ endpointUrl: () => url });
  stripe.faults.deliveryPaused = true;
  const [endpoint] = unwrap(await createTestClient(stripe.url).listWebhookEndpoints());
  expect(endpoint).toMatchObject({ url, status: 'disabled', enabled_events: ['*'] });
});
