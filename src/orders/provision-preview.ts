import { isOfCatalogue } from './completion.ts';
import type { Effect, SessionFacts } from './effect.ts';
import { isLate } from './install.ts';
import type { Purchase } from './purchase.ts';

/** What `/provision` would come to. `nothing` names the outcome that says why; `reread` asks Stripe for the session again. */
export type Provisioning =
  | { kind: 'nothing'; outcome: string; detail: string | null }
  | { kind: 'creates' | 'finds_out' | 'reads_install' | 'decides_again' | 'reread' | 'gone' };

type Facts = Pick<
  Purchase,
  | 'now'
  | 'closed_at'
  | 'close_reason'
  | 'payment'
  | 'order_id'
  | 'session_id'
  | 'item_type'
  | 'failure_code'
  | 'panel_server_id'
  | 'install'
  | 'install_since'
  | 'install_late_since'
  | 'reinstall_at'
  | 'lease_until'
  | 'pause'
  | 'problem_code'
  | 'create_sent_at'
>;

/** The same decisions, in the same order, as `orderly_retry` makes when it is pressed: only that one counts. */
export function whatProvisionDoes(p: Facts): Provisioning {
  const nothing = (outcome: string, detail: string | null = null) =>
    ({ kind: 'nothing', outcome, detail }) as const;
  if (p.closed_at !== null) return nothing('closed', p.close_reason);
  if (p.payment !== 'paid') return nothing('not_paid');
  if (p.order_id !== null && p.item_type !== 'game') return nothing('not_a_game', p.item_type);
  if (p.failure_code === 'server_gone' && p.panel_server_id !== null) return { kind: 'gone' };
  if (p.install === 'ready') return nothing('already_provisioned');
  if (p.panel_server_id !== null) return isInstalling(p) ? nothing('installing') : { kind: 'reads_install' };
  if (p.lease_until !== null && p.lease_until > p.now) return nothing('already_running');
  if (p.pause !== null && p.order_id !== null) return nothing('paused', p.pause.reason);
  // What the catalogue lacked may be there by now; what the session lacked, only Stripe can tell.
  if (p.order_id === null) return { kind: isOfCatalogue(p.problem_code) ? 'decides_again' : 'reread' };
  return { kind: p.create_sent_at === null ? 'creates' : 'finds_out' };
}

/** An install that is under way, and not late. */
function isInstalling(
  p: Pick<Facts, 'install' | 'install_since' | 'install_late_since' | 'reinstall_at'>,
): boolean {
  return p.install === 'installing' && (p.reinstall_at !== null || !isLate(p));
}

/** Why a session that Stripe knows can't become an order with a server, in words; its facts when it can. */
export type SessionVerdict = { kind: 'fits'; facts: SessionFacts } | { kind: 'unfit'; reason: string };

/** What the session alone tells; whether the catalogue has what was bought is decided elsewhere. */
export function judgeSession(effect: Effect): SessionVerdict {
  const unfit = (reason: string) => ({ kind: 'unfit', reason }) as const;
  if (effect.kind !== 'session') return unfit(effect.reason);
  const { facts } = effect;
  if (facts.payment !== 'paid') return unfit(UNPAID[facts.payment]);
  if (facts.problem !== null) return unfit(facts.problem.detail);
  if (facts.item_type !== 'game') return unfit(`${facts.item_type ?? 'what was bought'} is not a game`);
  return { kind: 'fits', facts };
}

/** Whether a session was paid, and says too little to become an order: somebody has to say what was bought. */
export function isPaidAndLacking(effect: Effect): boolean {
  return effect.kind === 'session' && effect.facts.payment === 'paid' && effect.facts.problem !== null;
}

const UNPAID = {
  waiting: 'it is not paid (a bank debit may be under way, or the buyer left)',
  failed: 'its payment failed',
  expired: 'it expired unpaid',
};

/** What asks a person first. */
export type Asked = 'close' | 'reinstall' | 'again' | 'complete' | 'notours' | 'linkto';

type DeadEnd = { outcome: string; detail?: string | null; by?: string | null; at?: string | null };

/**
 * Why there is nothing to ask about, as the outcome that says so; null when it may be done. As `orderly_close`, `orderly_reinstall`,
 * `orderly_make_again`, `orderly_act_complete`, `orderly_act_not_ours` and `orderly_link` decide, which alone count.
 */
export function whyNot(action: Asked, p: Purchase): DeadEnd | null {
  if (p.closed_at !== null) return { outcome: 'closed', detail: p.close_reason };
  const isGone = p.failure_code === 'server_gone' && p.panel_server_id !== null;
  if (action === 'close') return null;
  if (action === 'complete' || action === 'notours') return whyNotMended(action, p);
  if (action === 'linkto') {
    if (p.order_id === null) return { outcome: 'no_order' };
    const isTaken = p.panel_server_id !== null && !isGone;
    return isTaken ? { outcome: 'has_server', detail: String(p.panel_server_id) } : null;
  }
  if (action === 'again') return isGone ? null : { outcome: 'not_gone' };
  if (p.install === null || isGone) return { outcome: 'no_server' };
  const who = {
    by: p.retried_by,
    at: p.retried_at === null ? null : new Date(p.retried_at).toISOString(),
  };
  if (p.install === 'ready') return { outcome: 'already_provisioned', ...who };
  if (isInstalling(p) || p.reinstall_at !== null) return { outcome: 'installing', ...who };
  return null;
}

function whyNotMended(action: 'complete' | 'notours', p: Purchase): DeadEnd | null {
  if (p.payment !== 'paid') return { outcome: 'not_paid' };
  if (p.order_id !== null) return { outcome: 'has_order', detail: p.order_id };
  if (p.problem_code === 'wrong_mode') return { outcome: 'still_rejected', detail: p.problem_detail };
  const isOurs = action === 'notours' && p.plan !== null;
  return isOurs ? { outcome: 'is_ours', detail: p.plan_id } : null;
}
