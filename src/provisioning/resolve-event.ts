import type { Effect } from '../orders/effect.ts';
import { effectOfSession } from '../stripe/effect.ts';
import type { StripeFault } from '../stripe/result.ts';
import type { ProvisioningDeps } from './deps.ts';

type EventDeps = Pick<ProvisioningDeps, 'timings' | 'log' | 'random' | 'stripe'> & {
  store: Pick<ProvisioningDeps['store'], 'claimEvent' | 'resolveEvent'>;
};

type Answer = { effect: Effect } | { retry_in_ms: number; reason: string };

/** Asks Stripe what a stored event left open, and applies the answer as if the event had said it. */
export async function resolveEvent(deps: EventDeps, eventId: string): Promise<void> {
  const claim = await deps.store.claimEvent(eventId);
  if (claim.status !== 'claimed') return;
  const answer = await ask(deps, claim);
  const done = await deps.store.resolveEvent(eventId, answer);
  deps.log.info({ event: eventId, status: done.status }, 'asked Stripe about an event');
}

async function ask(
  deps: EventDeps,
  claim: {
    ask: { session_id: string } | { payment_intent_id: string; stop: string };
    type: string;
    attempts: number;
  },
): Promise<Answer> {
  if ('session_id' in claim.ask) return askForSession(deps, claim.ask.session_id, claim);
  const found = await deps.stripe.findSubscriptionOfCharge({ paymentIntentId: claim.ask.payment_intent_id });
  if (found.kind === 'fault') return later(deps, found, claim.attempts);
  const subscription = found.kind === 'ok' ? found.value : null;
  if (subscription === null) {
    return {
      effect: { kind: 'defer', reason: 'the payment belongs to no subscription', subscription_id: null },
    };
  }
  return { effect: { kind: 'stop', reason: claim.ask.stop, subscription_id: subscription } };
}

async function askForSession(
  deps: EventDeps,
  sessionId: string,
  { type, attempts }: { type: string; attempts: number },
): Promise<Answer> {
  const session = await deps.stripe.retrieveSession(sessionId);
  if (session.kind === 'fault') return later(deps, session, attempts);
  if (session.kind === 'missing') {
    return { effect: { kind: 'reject', reason: `Stripe has no session ${sessionId} in this mode` } };
  }
  const failed =
    type === 'checkout.session.async_payment_failed' && session.value.payment_status === 'unpaid';
  return { effect: failed ? effectOfSession(session.value, 'failed') : effectOfSession(session.value) };
}

function later(deps: EventDeps, fault: StripeFault, attempts: number): Answer {
  const wait = Math.min(10 * 60_000, deps.timings.askAgainMs * 2 ** Math.min(attempts, 10));
  return { retry_in_ms: Math.round(wait * (1 - deps.random() / 2)), reason: fault.message };
}
