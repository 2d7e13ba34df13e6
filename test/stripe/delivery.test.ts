import { expect, it, vi } from 'vitest';
import { createClock } from '../../src/lib/clock.ts';
import {
  checkSignature,
  fixtureText,
  order,
  startReceiver,
  startSilentSocket,
  startTestStripe,
} from './support.ts';

it('delivers a checkout as a signed POST, without keeping the buyer waiting', async () => {
  const receiver = await startReceiver();
  const stripe = await startTestStripe({ endpointUrl: () => receiver.url });
  const { eventId } = await stripe.checkout(order);
  expect(receiver.received).toHaveLength(0);
  await stripe.idle();
  expect(receiver.received).toHaveLength(1);
  const [received] = receiver.received;
  expect(received?.headers).toMatchObject({
    'content-type': 'application/json; charset=utf-8',
    'user-agent': expect.stringMatching(/^Stripe\/1\.0/) as unknown,
  });
  expect(checkSignature(received)).toBe('valid');
  expect(stripe.events[0]).toMatchObject({
    id: eventId,
    type: 'checkout.session.completed',
    delivered: true,
    deliveries: [{ status: 200, error: null }],
  });
});

it('tries again until it gets a 2xx, each time with a fresh signature', async () => {
  const clock = createClock(20);
  const receiver = await startReceiver((_received, count) => [500, 302, 204][count - 1] ?? 500);
  const stripe = await startTestStripe({
    clock,
    endpointUrl: () => receiver.url,
    retryScheduleMs: [2_000, 3_000, 4_000],
  });
  await stripe.checkout(order);
  await vi.waitFor(() => expect(stripe.events[0]?.delivered).toBe(true), 5_000);
  expect(stripe.events[0]?.deliveries.map(({ status }) => status)).toEqual([500, 302, 204]);
  const times = receiver.received.map(({ headers }) =>
    Number(/t=(\d+)/.exec(String(headers['stripe-signature']))?.[1]),
  );
  expect(times[1]! - times[0]!).toBeGreaterThanOrEqual(1);
  expect(times[2]! - times[1]!).toBeGreaterThanOrEqual(2);
  for (const received of receiver.received)
    expect(checkSignature(received, undefined, clock.now())).toBe('valid');
});

it('gives up at the end of the schedule', async () => {
  const receiver = await startReceiver(() => 503);
  const stripe = await startTestStripe({ endpointUrl: () => receiver.url, retryScheduleMs: [1, 1] });
  await stripe.checkout(order);
  await vi.waitFor(() => expect(stripe.events[0]?.deliveries).toHaveLength(3), 5_000);
  expect(stripe.events[0]?.delivered).toBe(false);
});

it('stops trying when it is stopped', async () => {
  const receiver = await startReceiver(() => 503);
  const stripe = await startTestStripe({ endpointUrl: () => receiver.url, retryScheduleMs: [3_600_000] });
  await stripe.checkout(order);
  await stripe.idle();
  await stripe.stop();
  expect(stripe.events[0]?.deliveries).toHaveLength(1);
});

it('says why a delivery had no answer', async () => {
  const addresses = ['http://127.0.0.1:1/hook', 'https://shop.example/hook', null];
  const stripe = await startTestStripe({ endpointUrl: () => addresses.shift() ?? null });
  for (let count = 0; count < 3; count += 1) {
    await stripe.checkout(order);
    await stripe.idle();
  }
  expect(stripe.events.map((event) => event.deliveries[0]?.error)).toEqual([
    'ECONNREFUSED',
    'the endpoint is not a loopback http address',
    'there is no endpoint',
  ]);
});

it('gives an attempt up after ten seconds of its clock', async () => {
  const url = await startSilentSocket();
  const stripe = await startTestStripe({ clock: createClock(100), endpointUrl: () => url });
  await stripe.checkout(order);
  await stripe.idle();
  expect(stripe.events[0]?.deliveries).toMatchObject([{ status: null, error: 'no answer in time' }]);
});

it.each(['checkout-session-completed-server-name-bidi-control', 'thin-event-notification'])(
  'sends %s byte for byte',
  async (name) => {
    const receiver = await startReceiver();
    const stripe = await startTestStripe({ endpointUrl: () => receiver.url });
    const id = await stripe.emit(fixtureText(name));
    await stripe.idle();
    expect(String(receiver.received[0]?.body)).toBe(fixtureText(name));
    expect(stripe.events[0]?.id).toBe(id);
    expect(checkSignature(receiver.received[0])).toBe(name.startsWith('thin') ? 'thin' : 'valid');
  },
);

it('sends a body that is not JSON too', async () => {
  const receiver = await startReceiver();
  const stripe = await startTestStripe({ endpointUrl: () => receiver.url });
  await stripe.emit('{"id":');
  await stripe.idle();
  expect(checkSignature(receiver.received[0])).toBe('not_json');
});

it('takes a second sending of one event id for the same event', async () => {
  const receiver = await startReceiver();
  const stripe = await startTestStripe({ endpointUrl: () => receiver.url });
  await stripe.emit(fixtureText('checkout-session-completed'));
  await stripe.idle();
  await stripe.emit(fixtureText('checkout-session-completed'));
  await stripe.idle();
  expect(receiver.received).toHaveLength(2);
  expect(stripe.events).toHaveLength(1);
});
