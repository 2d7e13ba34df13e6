import type { Deliveries } from '../reconcile/sender-findings.ts';
import { refusalOf } from '../reconcile/watch-sender.ts';
import type { Evidence } from '../store/store.ts';

/** Refusals of the webhook as one purchase's evidence has them. */
export function deliveriesOf(evidence: Evidence): Deliveries {
  return {
    now: evidence.now,
    firstEventAt: null,
    lastEventAt: null,
    usualSince: 0,
    refusals: evidence.refusals.map(refusalOf),
  };
}
