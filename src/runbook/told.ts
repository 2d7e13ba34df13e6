import { type Facts, seen } from './facts.ts';

const PAID = new Set(['paid', 'no_payment_required']);

export function isPaidAtStripe(facts: Facts): boolean {
  return PAID.has(seen(facts.session)?.payment_status ?? '');
}

/** Whether what Stripe knows of the purchase has reached us. A row that still waits for money that came was not told of it. */
export function isTold(facts: Facts): boolean {
  const p = seen(facts.purchase);
  if (p) return p.payment !== 'waiting' || p.closed_at !== null || !isPaidAtStripe(facts);
  return (seen(facts.evidence)?.events.length ?? 0) > 0;
}
