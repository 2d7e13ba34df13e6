import type { Deliveries } from '../reconcile/sender-findings.ts';
import type { Evidence } from '../store/store.ts';

/** Refusals of the webhook as one purchase's evidence has them. */
export function deliveriesOf(evidence: Evidence): Deliveries {
  return {
    now: evidence.now,
    firstEventAt: null,
    lastEventAt: null,
    usualInThreeHours: 0,
    refusals: evidence.refusals.map(({ http_status, ...refusal }) => ({
      ...refusal,
      httpStatus: http_status,
    })),
  };
}
