import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { serveTooMuch } from '../helpers/too-much.ts';
import { createTestClient, startTestStripe } from './support.ts';

async function setUp() {
  const stripe = await startTestStripe();
  return { stripe, client: createTestClient(stripe.url) };
}

it.each([
  ['api403', 'no_permission', 1],
  ['api429', 'rate_limited', 1],
  ['api500', 'server_error', 3],
  ['apiDown', 'no_answer', 3],
] as const)('turns %s into the fault %s after %i requests', async (name, reason, requests) => {
  const { stripe, client } = await setUp();
  stripe.faults[name] = true;
  const result = await client.retrieveSubscription('sub_1');
  expect(result).toMatchObject({ kind: 'fault', reason });
  expect(stripe.requests).toHaveLength(requests);
  expect(JSON.stringify(result)).not.toMatch(/sk_test|rk_test/);
});

it('names the permission that a restricted key lacks', async () => {
  const { stripe, client } = await setUp();
  stripe.faults.api403 = true;
  const message: unknown = expect.stringContaining('rak_checkout_session_read');
  expect(await client.listWebhookEndpoints()).toMatchObject({ message });
});

it('knows a key that Stripe does not accept, and does not repeat it', async () => {
  const { stripe } = await setUp();
  const result = await createTestClient(stripe.url, 'sk_test_wrong').retrieveSession('cs_test_1');
  expect(result).toMatchObject({ kind: 'fault', reason: 'bad_key' });
  expect(JSON.stringify(result)).not.toContain('sk_test');
});

it('knows that nobody is at the address', async () => {
  const { stripe, client } = await setUp();
  await stripe.stop();
  const message: unknown = expect.stringContaining('ECONNREFUSED');
  expect(await client.listWebhookEndpoints()).toMatchObject({ reason: 'no_answer', message });
});

it('reads no answer beyond 8 MiB, says so, and does not ask again', async () => {
  const { url, closed, asked } = await serveTooMuch();
  const result = await createTestClient(url).listWebhookEndpoints();
  const message: unknown = expect.stringContaining('answer larger than 8 MiB');
  expect(result).toEqual({ kind: 'fault', reason: 'unexpected_shape', message });
  expect(asked()).toBe(1);
  await closed;
});

it('follows no redirect', async () => {
  const { stripe } = await setUp();
  const server = createServer((request, response) =>
    response.writeHead(307, { location: `${stripe.url}${request.url}` }).end('{}'),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const port = (server.address() as AddressInfo).port;
  await createTestClient(`http://127.0.0.1:${port}`).listWebhookEndpoints();
  expect(stripe.requests).toHaveLength(0);
});

it('names the fields of an answer that are not as expected, without their values', async () => {
  const { stripe, client } = await setUp();
  const odd = { id: 'cs_test_odd', object: 'checkout.session', subscription: null, mode: 5, email: 'ada@x' };
  await stripe.emit({ id: 'evt_odd', object: 'event', type: 'x', data: { object: odd } });
  const result = await client.retrieveSession('cs_test_odd');
  const message: unknown = expect.stringContaining('mode');
  expect(result).toMatchObject({ kind: 'fault', reason: 'unexpected_shape', message });
  expect(JSON.stringify(result)).not.toContain('ada@x');
});
