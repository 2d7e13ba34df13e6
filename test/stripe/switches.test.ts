import { expect, it, vi } from 'vitest';
import { setStripeSwitch, stripeSwitches } from '../../sandbox/stripe/stripe.ts';
import { healthyStripe } from '../../sandbox/stripe/switches.ts';
import { createClock } from '../../src/lib/clock.ts';
import {
  checkSignature,
  order,
  type Received,
  startReceiver,
  startTestStripe,
  WEBHOOK_SECRET,
} from './support.ts';

function typesOf(received: Received[]): string[] {
  return received.map(({ body }) => (JSON.parse(String(body)) as { type: string }).type);
}

it('sends copies of an attempt at once', async () => {
  const receiver = await startReceiver();
  const stripe = await startTestStripe({ endpointUrl: () => receiver.url });
  stripe.faults.duplicateDeliveries = 4;
  await stripe.checkout(order);
  await stripe.idle();
  expect(new Set(receiver.received.map(({ body }) => String(body))).size).toBe(1);
  expect(stripe.events[0]?.deliveries).toHaveLength(4);
});

it('sends an event after the one that followed it, or alone when none follows', async () => {
  const receiver = await startReceiver();
  const stripe = await startTestStripe({ clock: createClock(20), endpointUrl: () => receiver.url });
  stripe.faults.reorder = true;
  const { sessionId } = await stripe.checkout(order);
  await stripe.cancelSubscription(sessionId);
  await stripe.idle();
  await stripe.refund(sessionId);
  await stripe.idle();
  expect(typesOf(receiver.received)).toEqual([
    'customer.subscription.deleted',
    'checkout.session.completed',
    'charge.refunded',
  ]);
});

it('signs with a wrong secret, or alters the body, when told to', async () => {
  const receiver = await startReceiver();
  const stripe = await startTestStripe({ endpointUrl: () => receiver.url });
  for (const name of ['wrongSecret', 'corruptBody'] as const) {
    setStripeSwitch(stripe.faults, name, true);
    await stripe.checkout(order);
    await stripe.idle();
    setStripeSwitch(stripe.faults, name, false);
  }
  expect(receiver.received.map((received) => checkSignature(received))).toEqual(['no_match', 'no_match']);
});

it('a shop that forgets the metadata sells all the same', async () => {
  const receiver = await startReceiver();
  const stripe = await startTestStripe({ endpointUrl: () => receiver.url });
  stripe.faults.noMetadata = true;
  await stripe.checkout(order);
  await stripe.idle();
  const [event] = receiver.received.map(({ body }) => JSON.parse(String(body)));
  expect(event.data.object).toMatchObject({ metadata: {}, payment_status: 'paid' });
});

it('signs with both secrets while one is rolled', async () => {
  const receiver = await startReceiver();
  const stripe = await startTestStripe({ endpointUrl: () => receiver.url });
  stripe.faults.previousSecret = 'whsec_before';
  await stripe.checkout(order);
  await stripe.idle();
  const [received] = receiver.received;
  expect(checkSignature(received, ['whsec_before'])).toBe('valid');
  expect(checkSignature(received, [WEBHOOK_SECRET])).toBe('valid');
});

it('loses the first attempt and delivers the second', async () => {
  const receiver = await startReceiver();
  const stripe = await startTestStripe({ endpointUrl: () => receiver.url, retryScheduleMs: [1] });
  stripe.faults.dropFirstDelivery = true;
  await stripe.checkout(order);
  await vi.waitFor(() => expect(stripe.events[0]?.delivered).toBe(true), 5_000);
  expect(stripe.events[0]?.deliveries).toMatchObject([{ error: 'lost on the way' }, { status: 200 }]);
  expect(receiver.received).toHaveLength(1);
});

it('makes events for a disabled endpoint but never sends them, until one is sent by hand', async () => {
  const receiver = await startReceiver();
  const stripe = await startTestStripe({ endpointUrl: () => receiver.url, retryScheduleMs: [1] });
  stripe.faults.deliveryPaused = true;
  const { eventId } = await stripe.checkout(order);
  expect(await stripe.redeliver(eventId)).toBeNull();
  stripe.faults.deliveryPaused = false;
  await stripe.idle();
  expect(receiver.received).toHaveLength(0);
  expect(await stripe.redeliver(eventId)).toBe(200);
  expect(stripe.events[0]?.delivered).toBe(true);
  await expect(stripe.redeliver('evt_nobody')).rejects.toThrow('evt_nobody');
});

it('has a switch for every fault, and each breaks something', () => {
  const healthy = healthyStripe();
  expect(stripeSwitches.map(({ name }) => name).sort()).toEqual(Object.keys(healthy).sort());
  for (const { name } of stripeSwitches) {
    const faults = healthyStripe();
    setStripeSwitch(faults, name, true);
    expect(faults[name]).not.toEqual(healthy[name]);
    setStripeSwitch(faults, name, false);
    expect(faults).toEqual(healthy);
  }
});
