import type { StripeFault } from '../stripe/result.ts';
import type { CheckoutSession } from '../stripe/schemas.ts';
import type { ProvisioningDeps } from './deps.ts';
import { fail, go, type Step, stop } from './outcome.ts';
import type { Work } from './work.ts';

/**
 * Asks Stripe whether an older purchase still stands: an order that waited out an outage may have been refunded meanwhile, by an event that
 * is yet to come. What was bought, or asked for, a moment ago is not asked again.
 */
export async function checkStanding(deps: ProvisioningDeps, work: Work): Promise<Step<null>> {
  const p = work.purchase;
  const knownAtMs = Math.max(p.bought_at ?? p.paid_at ?? p.created_at, p.standing_at ?? 0);
  if (p.now - knownAtMs < deps.timings.standingMs) return go(null);
  const session = await findSession(deps, p.session_id, p.subscription_id);
  if (session.kind === 'stop') return session;
  const reason =
    session.value === null
      ? await subscriptionEnd(deps, p.subscription_id)
      : await moneyBack(deps, session.value);
  if (reason.kind === 'stop') return reason;
  if (reason.value !== null) return stop({ kind: 'stopped', reason: reason.value });
  const committed = await work.step('standing');
  return committed.kind === 'stop' ? committed : go(null);
}

async function findSession(
  deps: ProvisioningDeps,
  sessionId: string | null,
  subscriptionId: string | null,
): Promise<Step<CheckoutSession | null>> {
  if (sessionId !== null) {
    const session = await deps.stripe.retrieveSession(sessionId);
    if (session.kind === 'fault') return failOfStripe(session);
    if (session.kind === 'missing')
      return fail({ code: 'session_missing', detail: `Stripe has no session ${sessionId}` });
    return go(session.value);
  }
  if (subscriptionId === null) return go(null);
  const sessions = await deps.stripe.listSessionsBySubscription(subscriptionId);
  if (sessions.kind === 'fault') return failOfStripe(sessions);
  return go(sessions.kind === 'ok' ? (sessions.value[0] ?? null) : null);
}

/** Why the money of a session is not there any more; null when it is. A part of it given back changes nothing. */
async function moneyBack(deps: ProvisioningDeps, session: CheckoutSession): Promise<Step<string | null>> {
  const standing = await deps.stripe.retrieveStanding(session);
  if (standing.kind === 'fault') return failOfStripe(standing);
  if (standing.kind === 'missing') return go(null);
  const { refunded, disputed, cancelled } = standing.value;
  if (refunded === 'fully') return go('refunded');
  if (disputed) return go('disputed');
  return go(cancelled ? 'the subscription ended' : null);
}

/** An order of the site without a session: all that Stripe can tell is whether its subscription runs. */
async function subscriptionEnd(deps: ProvisioningDeps, id: string | null): Promise<Step<string | null>> {
  if (id === null) return go(null);
  const subscription = await deps.stripe.retrieveSubscription(id);
  if (subscription.kind === 'fault') return failOfStripe(subscription);
  if (subscription.kind === 'missing')
    return fail({ code: 'session_missing', detail: `Stripe has no subscription ${id}` });
  const ended = ['canceled', 'incomplete_expired'].includes(subscription.value.status);
  return go(ended ? 'the subscription ended' : null);
}

function failOfStripe(fault: StripeFault) {
  const lacks = fault.reason === 'no_permission' || fault.reason === 'bad_key';
  return fail({ code: lacks ? 'stripe_key_lacks' : 'stripe_unreachable', detail: fault.message });
}
