import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import Stripe from 'stripe';

const template: {
  id: string;
  created: number;
  data: {
    object: {
      id: string;
      created: number;
      subscription: string;
      metadata: Record<string, string>;
      customer_details: { email: string };
    };
  };
} = JSON.parse(
  readFileSync(new URL('../test/fixtures/stripe/checkout-session-completed.json', import.meta.url), 'utf8'),
);

export type Signed = { sessionId: string; body: string; header: string };
export type Buyer = { userId: string; email: string };

/** Somebody who never bought before. */
export function newBuyer(): Buyer {
  const userId = randomUUID();
  return { userId, email: `${userId}@example.com` };
}

/**
 * A checkout completed and signed now, unless told by a new buyer. `itemType` other than game makes an order with nothing to
 * provision.
 */
export function signedEvent(secret: string, nowMs: number, itemType: string, buyer = newBuyer()): Signed {
  const mark = randomUUID().replaceAll('-', '');
  const event = structuredClone(template);
  event.id = `evt_${mark}`;
  event.created = Math.floor(nowMs / 1000);
  const session = event.data.object;
  // An older purchase is asked for again at Stripe, which knows nothing of this one.
  session.created = event.created;
  session.id = `cs_test_${mark}`;
  session.subscription = `sub_${mark}`;
  session.customer_details.email = buyer.email;
  session.metadata = {
    ...session.metadata,
    item_type: itemType,
    plan_id: 'among-us-1gb',
    user_id: buyer.userId,
  };
  const body = JSON.stringify(event);
  const header = Stripe.webhooks.generateTestHeaderString({
    payload: body,
    secret,
    timestamp: event.created,
  });
  return { sessionId: session.id, body, header };
}

/** Its own connections, kept: `fetch` takes more of the machine than what is measured. */
const agent = new Agent({ keepAlive: true, maxSockets: 500 });

/** Posts one event. @returns the milliseconds until its answer; throws when that is not 2xx. */
export function post(url: string, event: Signed): Promise<number> {
  const began = performance.now();
  const headers = { 'content-type': 'application/json', 'stripe-signature': event.header };
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', agent, headers, timeout: 30_000 }, (answer) => {
      answer.resume().once('end', () => {
        if (answer.statusCode === 200) resolve(performance.now() - began);
        else reject(new Error(`${url} answered ${answer.statusCode}`));
      });
    });
    sent.once('timeout', () => sent.destroy(new Error(`${url} did not answer`)));
    sent.once('error', reject).end(event.body);
  });
}
