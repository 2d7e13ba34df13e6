import { isOurs } from '../../orders/metadata.ts';
import { type CheckoutSession, subscriptionIdOf } from '../../stripe/schemas.ts';
import { bad, type Check, later, type Outcome, ok, unknown } from '../check.ts';
import { type Facts, seen } from '../facts.ts';
import { isPaidAtStripe, isTold } from '../told.ts';
import { delivery, endpoint } from './sender.ts';

/** From the money to our door: what Stripe has, whether it told us, and how we answered. */
export const STRIPE_CHECKS: Check[] = [
  { id: 'payment', title: 'Paid', look: payment },
  { id: 'session', title: 'Checkout session', look: session },
  { id: 'event', title: 'Event made', look: event },
  { id: 'endpoint', title: 'Webhook endpoint', look: endpoint },
  { id: 'delivery', title: 'Delivered', look: delivery },
];

function payment(facts: Facts): Outcome {
  const found = seen(facts.session);
  const p = seen(facts.purchase);
  if (p?.closed_at != null && p.payment === 'paid') return ok(`paid, and closed: ${p.close_reason}`);
  if (p?.payment === 'paid') return ok('our row says paid');
  if (found && isPaidAtStripe(facts)) return ok(`${found.id}: ${found.payment_status}`);
  if (found) return later(`${found.id}: ${found.status}, ${found.payment_status}: nothing is owed yet`);
  if (p) return later(`our row says ${p.payment}`);
  return facts.session.kind === 'unknown'
    ? unknown(facts.session.reason)
    : later('Stripe knows no such session');
}

/** What Stripe says of the session now is a cause only while nothing of it has reached us. */
function session(facts: Facts): Outcome {
  const { session: source } = facts;
  if (source.kind === 'unknown')
    return source.key && !isTold(facts) ? bad('stripe_key', source.reason) : unknown(source.reason);
  const found = source.value;
  if (!found) {
    const id = seen(facts.purchase)?.session_id;
    return id
      ? unknown(`Stripe has no session ${id} in the mode of our key`)
      : later('the order did not come from a checkout session');
  }
  if (found.livemode !== facts.settings.livemode)
    return isTold(facts)
      ? unknown(`${found.id} is of the other mode`)
      : bad('wrong_mode', `${found.id} is of the other mode`);
  return shape(found);
}

function shape(found: CheckoutSession): Outcome {
  const keys = Object.keys(found.metadata ?? {}).join(', ') || 'none';
  if (found.mode !== 'subscription' && !isOurs(found.metadata ?? {})) {
    return later(`${found.id}: mode ${found.mode}, none of our keys: it is not ours`);
  }
  const subscription = subscriptionIdOf(found);
  return ok(`${found.id}: ${found.mode}${subscription ? `, ${subscription}` : ''}; metadata: ${keys}`);
}

function event(facts: Facts): Outcome {
  const made = seen(facts.event);
  if (made) return ok(`${made.id} (${made.type})`);
  const row = seen(facts.evidence)?.events.find(({ type }) => type.startsWith('checkout.session.'));
  if (row) return ok(`${row.id} (${row.type})`);
  if (facts.event.kind === 'unknown') return unknown(facts.event.reason);
  return seen(facts.session) ? later('Stripe lists none: it keeps events for 30 days') : later();
}
