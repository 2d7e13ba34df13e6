import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { type AddressInfo, createServer as createSocketServer } from 'node:net';
import { onTestFinished } from 'vitest';
import { type StripeOptions, type StripeSimulator, startStripe } from '../../sandbox/stripe/stripe.ts';
import { createClock, systemClock } from '../../src/lib/clock.ts';
import { createStripeClient, type StripeClient } from '../../src/stripe/client.ts';
import type { StripeResult } from '../../src/stripe/result.ts';
import { verifySignature } from '../../src/stripe/signature.ts';

export const SECRET_KEY = 'sk_test_sandbox_key_for_tests';
export const WEBHOOK_SECRET = 'whsec_for_tests';

/** What a buyer must choose at least. */
export const order = { planId: 'minecraft-4gb', region: 'eu-west' };

const folder = new URL('../fixtures/stripe/', import.meta.url);

/** A fixture's exact text. */
export function fixtureText(name: string): string {
  return readFileSync(new URL(`${name}.json`, folder), 'utf8');
}

/** A fixture's JSON; the caller says what shape it relies on. */
export function fixture<T>(name: string): T {
  return JSON.parse(fixtureText(name)) as T;
}

export function fixtureNames(): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => name.replace('.json', ''));
}

export type Received = { headers: IncomingHttpHeaders; body: Buffer; atMs: number };

/** A webhook endpoint that keeps what arrives and answers what `answer` says, for the duration of a test. */
export async function startReceiver(answer: (received: Received, count: number) => number = () => 200) {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const one = { headers: request.headers, body: Buffer.concat(chunks), atMs: Date.now() };
      received.push(one);
      response.writeHead(answer(one, received.length)).end();
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { received, url: `http://127.0.0.1:${port}/stripe-webhook` };
}

/** A simulator for the duration of a test; without an endpoint unless one is given. */
export async function startTestStripe(options: Partial<StripeOptions> = {}): Promise<StripeSimulator> {
  const stripe = await startStripe({
    clock: createClock(),
    secretKey: SECRET_KEY,
    webhookSecret: WEBHOOK_SECRET,
    endpointUrl: () => null,
    retryScheduleMs: [],
    ...options,
  });
  onTestFinished(() => stripe.stop());
  return stripe;
}

export function createTestClient(apiUrl: string, secretKey = SECRET_KEY): StripeClient {
  return createStripeClient({ secretKey, apiUrl, clock: systemClock });
}

/** The value of an answer that must have one. */
export function unwrap<T>(result: StripeResult<T>): T {
  if (result.kind !== 'ok') throw new Error(`expected a value, got ${JSON.stringify(result)}`);
  return result.value;
}

/** What our verification says of what arrived: `valid`, or why not. */
export function checkSignature(
  received: Received | undefined,
  secrets = [WEBHOOK_SECRET],
  nowMs = Date.now(),
) {
  const header = String(received?.headers['stripe-signature']);
  const result = verifySignature({ rawBody: received?.body ?? Buffer.alloc(0), header, secrets, nowMs });
  return result.kind === 'valid' ? 'valid' : result.reason;
}

/** Asks the simulated API, `path` without `/v1/`. */
export async function get(stripe: StripeSimulator, path: string): Promise<{ status: number; body: unknown }> {
  const answer = await fetch(`${stripe.url}/v1/${path}`, {
    headers: { authorization: `Bearer ${SECRET_KEY}` },
  });
  return { status: answer.status, body: await answer.json() };
}

/** An address where connections are taken and nothing is ever answered. */
export async function startSilentSocket(): Promise<string> {
  const server = createSocketServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}
