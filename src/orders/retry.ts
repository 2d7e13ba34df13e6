import { type Failure, failureKind, RETRY } from './failures.ts';

const MOST_WAIT_MS = 5 * 60_000;

export type RetryDecision = { lookInMs: number | null; alert: boolean };

/**
 * When to look again after a failure, and whether a person has to know.
 *
 * @param attempts how many tries have been made since the purchase, or since a person pressed Retry; the first is 1.
 * @param random a number from 0 to 1: up to half of the wait is jitter, so that fifty orders don't come back at once.
 */
export function decideRetry(failure: Failure, attempts: number, random: number): RetryDecision {
  const policy = RETRY[failureKind(failure.code).class];
  if (!policy) return { lookInMs: null, alert: true };
  const wait = Math.min(policy.capMs, policy.baseMs * 2 ** Math.min(Math.max(attempts - 1, 0), 10));
  const jittered = Math.round(wait * (1 - random / 2));
  return {
    // A wrong clock on the other side must not park an order for a day.
    lookInMs: Math.max(jittered, Math.min(failure.retryAfterMs ?? 0, MOST_WAIT_MS)),
    alert: attempts >= policy.alertAfterAttempts,
  };
}

/** What incidents are told apart by: the cause, and what shares it. */
export function fingerprintOf(
  failure: Failure,
  about: { purchaseId: string; planId: string | null; region: string | null },
): string {
  const scope = failureKind(failure.code).scope;
  const subject = {
    panel: '',
    deployment: failure.evidence ?? '',
    node: failure.nodeId ?? '',
    region: about.region ?? '',
    plan: about.planId ?? '',
    order: about.purchaseId,
  }[scope];
  return `${failure.code}:${scope}:${subject}`;
}
