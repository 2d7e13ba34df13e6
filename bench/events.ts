import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import Stripe from 'stripe';

const template: {
  id: string;
  created: number;
  data: {
    object: {
      id: string;
      subscription: string;
      metadata: Record<string, string>;
      customer_details: { email: string };
    };
  };
} = JSON.parse(
  readFileSync(new URL('../test/fixtures/stripe/checkout-session-completed.json', import.meta.url), 'utf8'),
);

export type Signed = { sessionId: string; body: string; header: string };

/** A completed checkout of its own buyer, signed now. `itemType` other than game makes an order with nothing to provision. */
export function signedEvent(secret: string, nowMs: number, itemType: string): Signed {
  const mark = randomUUID().replaceAll('-', '');
  const event = structuredClone(template);
  event.id = `evt_${mark}`;
  const session = event.data.object;
  session.id = `cs_test_${mark}`;
  session.subscription = `sub_${mark}`;
  session.customer_details.email = `${mark}@example.com`;
  session.metadata = {
    ...session.metadata,
    item_type: itemType,
    plan_id: 'among-us-1gb',
    user_id: randomUUID(),
  };
  const body = JSON.stringify(event);
  const header = Stripe.webhooks.generateTestHeaderString({
    payload: body,
    secret,
    timestamp: Math.floor(nowMs / 1000),
  });
  return { sessionId: session.id, body, header };
}

/** Posts one event. @returns the milliseconds until its answer; throws when that is not 2xx. */
export async function post(url: string, event: Signed): Promise<number> {
  const began = performance.now();
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'stripe-signature': event.header },
    body: event.body,
    signal: AbortSignal.timeout(30_000),
  });
  await answer.arrayBuffer();
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  return performance.now() - began;
}
