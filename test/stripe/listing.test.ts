import { expect, it } from 'vitest';
import type { StripePage } from '../../src/stripe/pages.ts';
import type { StripeFault } from '../../src/stripe/result.ts';
import { createTestClient, order, startReceiver, startTestStripe } from './support.ts';

async function setUp(purchases = 0) {
  const stripe = await startTestStripe();
  for (let made = 0; made < purchases; made += 1) await stripe.checkout(order);
  return { stripe, client: createTestClient(stripe.url) };
}

async function collect<T>(pages: AsyncIterable<StripePage<T> | StripeFault>) {
  const collected: (StripePage<T> | StripeFault)[] = [];
  for await (const page of pages) collected.push(page);
  return collected;
}

function valuesOf<T>(pages: (StripePage<T> | StripeFault)[]): T[] {
  return pages.flatMap((page) => (page.kind === 'page' ? page.values : []));
}

it('lists every undelivered event of the wanted types, newest first, page by page', async () => {
  const { stripe, client } = await setUp(130);
  const last = await stripe.checkout(order);
  await stripe.cancelSubscription(last.sessionId);
  const types = ['checkout.session.completed'];
  const pages = await collect(client.listUndeliveredEvents({ types }));
  expect(pages.map((page) => page.kind === 'page' && [page.values.length, page.capped])).toEqual([
    [100, false],
    [31, false],
  ]);
  const listed = valuesOf(pages);
  expect(listed[0]?.event.id).toBe(last.eventId);
  expect(new Set(listed.map(({ event }) => event.id)).size).toBe(131);
  const sent: unknown = JSON.parse(stripe.events.find((event) => event.id === last.eventId)?.body ?? '');
  expect(JSON.parse(listed[0]?.raw ?? '')).toEqual(sent);
});

it('does not list an event that the endpoint took', async () => {
  const receiver = await startReceiver((_received, count) => (count === 1 ? 200 : 500));
  const stripe = await startTestStripe({ endpointUrl: () => receiver.url });
  await stripe.checkout(order);
  await stripe.idle();
  const refused = await stripe.checkout(order);
  await stripe.idle();
  const types = ['checkout.session.completed'];
  const pages = await collect(createTestClient(stripe.url).listUndeliveredEvents({ types }));
  expect(valuesOf(pages).map(({ event }) => event.id)).toEqual([refused.eventId]);
});

it('says so when the cap ends a listing', async () => {
  const { client } = await setUp(101);
  const pages = await collect(client.listCompleteSessions({ maxPages: 1 }));
  expect(pages).toHaveLength(1);
  expect(pages[0]).toMatchObject({ kind: 'page', capped: true });
});

it('lists only complete sessions opened since a time', async () => {
  const { stripe, client } = await setUp();
  const recent = await stripe.checkout(order);
  await stripe.checkout({ ...order, openedSecondsAgo: 7_200 });
  const debit = await stripe.checkout({ ...order, paymentStatus: 'unpaid' });
  await stripe.expire(debit.sessionId);
  const sinceSeconds = Math.floor(Date.now() / 1000) - 3_600;
  const listed = valuesOf(await collect(client.listCompleteSessions({ sinceSeconds })));
  expect(listed.map((session) => session.id)).toEqual([recent.sessionId]);
});

it('asks for the last 30 days when no time is given', async () => {
  const { stripe, client } = await setUp();
  await stripe.checkout({ ...order, openedSecondsAgo: 31 * 86_400 });
  const recent = await stripe.checkout({ ...order, openedSecondsAgo: 29 * 86_400 });
  const listed = valuesOf(await collect(client.listCompleteSessions({})));
  expect(listed.map((session) => session.id)).toEqual([recent.sessionId]);
});

it('skips an element that it cannot read, and names it', async () => {
  const { stripe, client } = await setUp(1);
  const created = Math.floor(Date.now() / 1000);
  const odd = { id: 'cs_test_odd', object: 'checkout.session', created, status: 'complete' };
  await stripe.emit({ id: 'evt_odd', object: 'event', type: 'x', created, data: { object: odd } });
  const [page] = await collect(client.listCompleteSessions({}));
  expect(page).toMatchObject({ values: [{ status: 'complete' }], unreadable: ['cs_test_odd'] });
});

it('ends a listing with the fault that it met', async () => {
  const { stripe, client } = await setUp(101);
  const kinds: string[] = [];
  for await (const page of client.listCompleteSessions({})) {
    kinds.push(page.kind === 'page' ? 'page' : page.reason);
    stripe.faults.api429 = true;
  }
  expect(kinds).toEqual(['page', 'rate_limited']);
});
