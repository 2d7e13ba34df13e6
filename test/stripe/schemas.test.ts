import { expect, it } from 'vitest';
import type { z } from 'zod';
import {
  charge,
  checkoutSession,
  dispute,
  invoice,
  stripeEvent,
  subscription,
  subscriptionIdOf,
} from '../../src/stripe/schemas.ts';
import { fixture, fixtureNames } from './support.ts';

const schemas: Record<string, z.ZodType> = {
  'checkout.session': checkoutSession,
  charge,
  dispute,
  invoice,
  subscription,
};
const events = fixtureNames().filter((name) => !name.startsWith('api-') && !name.startsWith('thin-'));

type Event = { data: { object: { object: string } } };

it.each(events)('reads the envelope and the object of %s', (name) => {
  const event = fixture<Event>(name);
  expect(stripeEvent.safeParse(event).error).toBeUndefined();
  const schema = schemas[event.data.object.object];
  const isOfKnownKind = !name.startsWith('un');
  expect(schema !== undefined).toBe(isOfKnownKind);
  expect(schema?.safeParse(event.data.object).error).toBeUndefined();
});

it('does not take a thin notification for an event', () => {
  expect(stripeEvent.safeParse(fixture('thin-event-notification')).success).toBe(false);
});

it('reads the stored answers of the API', () => {
  const expanded = checkoutSession.parse(fixture('api-checkout-session-retrieve-expanded'));
  expect(expanded.subscription).toMatchObject({ status: 'active', cancel_at_period_end: false });
  expect(subscriptionIdOf(expanded)).toBe('sub_1SNabcB7WZ01zgkWq1pK7t2v');
  expect(expanded.line_items?.data[0]?.price?.product).toBe('prod_SUg1hqf4jFNsqG');
  subscription.parse(fixture('api-subscription-retrieve-active'));
  const listedEvents = fixture<{ data: unknown[] }>('api-events-list-undelivered').data;
  for (const element of listedEvents) stripeEvent.parse(element);
  const listedSessions = fixture<{ data: unknown[] }>('api-checkout-sessions-list').data;
  for (const element of listedSessions) checkoutSession.parse(element);
});

it('keeps words of open enums that it does not know', () => {
  const { object } = fixture<Event>('checkout-session-completed').data;
  const session = checkoutSession.parse({ ...object, payment_status: 'paid_in_shells' });
  expect(session.payment_status).toBe('paid_in_shells');
});

it('drops what we do not read', () => {
  const session = checkoutSession.parse(fixture<Event>('checkout-session-completed').data.object);
  expect(session).not.toHaveProperty('customer_details.address');
  expect(session).not.toHaveProperty('success_url');
});

it('reads a reference alike whether it is an id or expanded', () => {
  const { object } = fixture<Event>('checkout-session-completed').data;
  expect(checkoutSession.parse({ ...object, customer: { id: 'cus_1', deleted: true } }).customer).toBe(
    'cus_1',
  );
});

it("finds an invoice's subscription in its parent", () => {
  const paid = invoice.parse(fixture<Event>('invoice-paid-renewal').data.object);
  expect(paid.parent?.subscription_details?.subscription).toBe('sub_1SNabcB7WZ01zgkWq1pK7t2v');
});
