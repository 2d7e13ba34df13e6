import type Stripe from 'stripe';
import { z } from 'zod';
import { askStripe, type StripeResult } from './result.ts';
import { type CheckoutSession, checkoutSession, stripeEvent } from './schemas.ts';

/** What names a session beside its own id. */
export type SessionKey =
  | { subscription: string }
  | { payment_intent: string }
  | { customer: string }
  | { email: string }
  | { event: string };

/** `created` in seconds. `pending`: an endpoint has not taken it. */
export type SessionEvent = { id: string; type: string; created: number; pending: boolean };

const MOST = 10;
/** A buyer has a day to pay; the event is made when they do. */
const DAY_SECONDS = 24 * 60 * 60;

const sessions = z.object({ data: z.array(checkoutSession) });
const events = z.object({ data: z.array(stripeEvent.extend({ pending_webhooks: z.number() })) });
const identified = z.object({ id: z.string() });

/** See StripeClient. */
export async function findSessions(stripe: Stripe, by: SessionKey): Promise<StripeResult<CheckoutSession[]>> {
  if ('event' in by) return sessionsOfEvent(stripe, by.event);
  const query = 'email' in by ? { customer_details: { email: by.email } } : by;
  const answer = await askStripe('the checkout sessions', sessions, () =>
    stripe.checkout.sessions.list({ ...query, limit: MOST }),
  );
  return answer.kind === 'ok' ? { kind: 'ok', value: answer.value.data } : answer;
}

async function sessionsOfEvent(stripe: Stripe, eventId: string): Promise<StripeResult<CheckoutSession[]>> {
  const event = await askStripe('the event', stripeEvent, () => stripe.events.retrieve(eventId));
  if (event.kind !== 'ok') return event;
  const id = identified.safeParse(event.value.data.object).data?.id;
  if (id === undefined || !event.value.type.startsWith('checkout.session.')) return { kind: 'ok', value: [] };
  const session = await askStripe('the checkout session', checkoutSession, () =>
    stripe.checkout.sessions.retrieve(id),
  );
  return session.kind === 'ok' ? { kind: 'ok', value: [session.value] } : session;
}

/** See StripeClient. Stripe lists events by time alone, so those of the day after the session was opened are read: two pages of them. */
export async function findSessionEvent(
  stripe: Stripe,
  session: { id: string; created: number },
): Promise<StripeResult<SessionEvent | null>> {
  let after: string | undefined;
  for (let page = 0; page < 2; page += 1) {
    const answer = await askStripe("the session's event", events, () =>
      stripe.events.list({
        types: ['checkout.session.completed', 'checkout.session.async_payment_succeeded'],
        created: { gte: session.created, lte: session.created + DAY_SECONDS },
        limit: 100,
        ...(after === undefined ? {} : { starting_after: after }),
      }),
    );
    if (answer.kind !== 'ok') return answer;
    const found = answer.value.data.find(
      ({ data }) => identified.safeParse(data.object).data?.id === session.id,
    );
    if (found) {
      const { id, type, created, pending_webhooks: pending } = found;
      return { kind: 'ok', value: { id, type, created, pending: pending > 0 } };
    }
    after = answer.value.data.at(-1)?.id;
    if (answer.value.data.length < 100) break;
  }
  return { kind: 'ok', value: null };
}
