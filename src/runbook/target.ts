import type { SessionKey } from '../stripe/find-sessions.ts';

/** What a person or a script may ask about; `stripe` is how Stripe can be asked for the same. */
export type Target =
  | { kind: 'target'; text: string; stripe: { session: string } | SessionKey | null }
  | { kind: 'refused'; reason: string };

const MOST = 254;

/** Reads a query. A wildcard would match everybody; nothing that exists has it, nor is it as long. */
export function readTarget(typed: string): Target {
  const text = typed.trim();
  if (text === '') return { kind: 'refused', reason: 'name something: an id, an e-mail or a server name' };
  if (text.length > MOST)
    return { kind: 'refused', reason: `at most ${MOST} characters; this has ${text.length}` };
  if (/^[*%_?]+$/.test(text) || text.includes('*') || text.includes('%')) {
    return { kind: 'refused', reason: 'no wildcards: name one id, e-mail or server name' };
  }
  return { kind: 'target', text, stripe: atStripe(text) };
}

/** What was searched, for an answer that found nothing. */
export const SEARCHED =
  'order id, purchase id, checkout session, event, subscription, payment intent, invoice, customer, user id, e-mail, server name, panel server id';

function atStripe(text: string): { session: string } | SessionKey | null {
  if (/^cs_\w+$/.test(text)) return { session: text };
  if (/^sub_\w+$/.test(text)) return { subscription: text };
  if (/^pi_\w+$/.test(text)) return { payment_intent: text };
  if (/^cus_\w+$/.test(text)) return { customer: text };
  if (/^evt_\w+$/.test(text)) return { event: text };
  return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text) ? { email: text } : null;
}
