import { assertNever } from '../lib/failure.ts';
import type { Purchase } from './purchase.ts';

/** The state of a purchase as people see it. */
export type State =
  | 'waiting' // complete, but the money is not there yet
  | 'rejected' // paid, and can't become an order
  | 'nothing_to_do' // paid, and not a game
  | 'paid'
  | 'provisioning'
  | 'retrying' // a try failed, the next is coming, nobody is needed yet
  | 'paused' // staff hold provisioning back for a while
  | 'failed' // staff were called
  | 'installing'
  | 'install_failed'
  | 'ready'
  | 'closed';

type Facts = Pick<
  Purchase,
  | 'payment'
  | 'problem_code'
  | 'order_id'
  | 'item_type'
  | 'closed_at'
  | 'install'
  | 'panel_server_id'
  | 'failure_code'
  | 'incident_id'
  | 'provisioning_at'
  | 'attempts_made'
  | 'retried_at'
  | 'failed_at'
  | 'pause'
  | 'look_at'
>;

/** Derives the one state from the rows; nothing else decides what a message says. */
export function stateOf(p: Facts): State {
  if (p.closed_at !== null) return 'closed';
  switch (p.payment) {
    case 'waiting':
      return 'waiting';
    case 'failed':
    case 'expired':
      return 'closed';
    case 'paid':
      return paidState(p);
    default:
      return assertNever(p.payment);
  }
}

function paidState(p: Facts): State {
  if (p.problem_code !== null) return 'rejected';
  if (p.order_id !== null && p.item_type !== 'game') return 'nothing_to_do';
  if (p.install === 'ready') return p.failure_code === 'server_gone' ? 'failed' : 'ready';
  if (p.install === 'failed' || p.install === 'never_finished') return 'install_failed';
  if (p.panel_server_id !== null) return p.failure_code !== null ? 'failed' : 'installing';
  const trying = p.attempts_made.some((attempt) => attempt.ended_at === null);
  if (trying) return 'provisioning';
  // What waits for an incident is not what a pause holds back.
  if (p.pause !== null && p.order_id !== null && p.look_at !== null) return 'paused';
  if (p.failure_code !== null && !isRetryPending(p)) return p.incident_id === null ? 'retrying' : 'failed';
  if (p.incident_id !== null && !isRetryPending(p)) return 'failed';
  return p.provisioning_at === null ? 'paid' : 'provisioning';
}

function isRetryPending(p: Facts): boolean {
  return p.retried_at !== null && (p.failed_at === null || p.retried_at > lastTryEnd(p));
}

function lastTryEnd(p: Facts): number {
  return Math.max(0, ...p.attempts_made.map((attempt) => attempt.ended_at ?? 0));
}
