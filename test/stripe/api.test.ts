import { expect, it } from 'vitest';
import { get, order, SECRET_KEY, startTestStripe } from './support.ts';

it('refuses what Stripe refuses', async () => {
  const stripe = await startTestStripe();
  const { eventId } = await stripe.checkout(order);
  const deep = 'expand[]=data.payment.payment_intent.latest_charge.customer';
  const asked = ['events?colour=red', 'events?limit=101', 'refunds?limit=1', `invoice_payments?${deep}`];
  const statuses = await Promise.all(asked.map(async (path) => (await get(stripe, path)).status));
  expect(statuses).toEqual([400, 400, 404, 400]);
  expect((await get(stripe, `events/${eventId}`)).body).toMatchObject({ id: eventId });
  const basic = Buffer.from(`${SECRET_KEY}:`).toString('base64');
  const answer = await fetch(`${stripe.url}/v1/balance`, { headers: { authorization: `Basic ${basic}` } });
  expect(answer.status).toBe(200);
  expect(answer.headers.get('request-id')).toMatch(/^req_/);
  expect((await fetch(`${stripe.url}/v1/balance`)).status).toBe(401);
});

it('pages backwards from a cursor', async () => {
  const stripe = await startTestStripe();
  const made: string[] = [];
  for (let count = 0; count < 5; count += 1) made.push((await stripe.checkout(order)).eventId);
  const { body } = await get(stripe, `events?limit=2&ending_before=${made[0]}`);
  const { data, has_more } = body as { data: { id: string }[]; has_more: boolean };
  expect(data.map((event) => event.id)).toEqual([made[2], made[1]]);
  expect(has_more).toBe(true);
});

it('logs requests and calls hooks around each, whose failure breaks the connection', async () => {
  const stripe = await startTestStripe();
  const moments: string[] = [];
  const remove = stripe.onRequest(({ method, path, when }) => {
    moments.push(`${when} ${method} ${path}`);
  });
  await fetch(`${stripe.url}/v1/balance?a=1`);
  remove();
  stripe.onRequest(() => Promise.reject(new Error('cut')));
  await expect(fetch(`${stripe.url}/v1/balance`)).rejects.toThrow();
  expect(moments).toEqual(['before GET /v1/balance', 'after GET /v1/balance']);
  expect(stripe.requests).toMatchObject([
    { method: 'GET', path: '/v1/balance', query: 'a=1', status: 401 },
    { path: '/v1/balance', status: null },
  ]);
});
