import { type FailureCode, failureKind } from '../orders/failures.ts';
import type { Check, Mark, Outcome } from './check.ts';
import { ORDER_CHECKS } from './checks/order.ts';
import { PANEL_CHECKS } from './checks/panel.ts';
import { STRIPE_CHECKS } from './checks/stripe.ts';
import { type Facts, seen } from './facts.ts';

/** In the order of cause and effect: the first that is broken explains those after it. */
export const CHAIN: Check[] = [...STRIPE_CHECKS, ...ORDER_CHECKS, ...PANEL_CHECKS];

export type Line = Outcome & { id: string; title: string };

/** The four classic issues of the runbook, and what is none. */
export type Issue =
  | 'webhook_not_called'
  | 'no_order'
  | 'not_triggered'
  | 'provisioning_failed'
  | 'healthy'
  | 'under_way'
  | 'not_known';

/** What Inspect offers as a button. */
export type NextAction = 'retry' | 'complete' | 'backfill' | 'reinstall' | 'link' | 'close' | 'none';

export type Diagnosis = {
  issue: Issue;
  /** Null: nothing is wrong, or it is not known. */
  cause: FailureCode | null;
  sentence: string;
  next: string;
  action: NextAction;
  lines: Line[];
};

/** Runs every check and says the one thing that is wrong, and the one thing to do. Pure. */
export function diagnose(facts: Facts): Diagnosis {
  const lines = CHAIN.map(({ id, title, look }) => ({ id, title, ...look(facts) }));
  const broken = rootOf(lines);
  if (broken?.cause) return verdict(broken, broken.cause, lines, facts);
  return nothingBroken(lines, facts);
}

const UPSTREAM = new Set(['session', 'endpoint', 'delivery']);
const PANEL_SIDE = new Set(['panel', 'plan', 'capacity', 'server', 'owner', 'install']);

/**
 * The first broken link. What the last try met is looked at again now: where the panel's side shows the same kind of thing more
 * exactly, or something that comes before it, that is the cause.
 */
function rootOf(lines: Line[]): Line | undefined {
  const broken = lines.filter(({ mark, cause }) => mark === 'bad' && cause);
  const tried = broken.find(({ id }) => id === 'attempts');
  const now = broken.find(({ id }) => PANEL_SIDE.has(id));
  // A deadline that passed says only that; what is broken now says why.
  if (tried?.cause === 'overdue' && now) return now;
  return broken[0];
}

function verdict(line: Line, cause: FailureCode, lines: Line[], facts: Facts): Diagnosis {
  const kind = failureKind(cause);
  const isMended = line.id === 'attempts' && isMendedNow(lines);
  return {
    issue: issueOf(line),
    cause,
    sentence: kind.sentence,
    next: isMended ? 'What it met is gone: press Retry, or wait for the next try.' : kind.next,
    action: actionOf(line, cause, facts),
    lines,
  };
}

/** The last try failed, and every link of the panel's side holds now. */
function isMendedNow(lines: Line[]): boolean {
  const side = lines.filter(({ id }) => id === 'panel' || id === 'plan' || id === 'capacity');
  return side.length > 0 && side.every(({ mark }) => mark === 'ok');
}

function issueOf({ id }: Line): Issue {
  if (UPSTREAM.has(id)) return 'webhook_not_called';
  if (id === 'stored' || id === 'order') return 'no_order';
  return id === 'work' ? 'not_triggered' : 'provisioning_failed';
}

function actionOf({ id }: Line, cause: FailureCode, facts: Facts): NextAction {
  if (id === 'order') return cause === 'order_row_missing' || cause === 'wrong_mode' ? 'none' : 'complete';
  if (UPSTREAM.has(id)) return seen(facts.session) ? 'backfill' : 'none';
  if (cause === 'install_failed' || cause === 'install_never_finished') return 'reinstall';
  if (cause === 'server_mismatch') return 'none';
  return seen(facts.purchase) ? 'retry' : 'none';
}

function nothingBroken(lines: Line[], facts: Facts): Diagnosis {
  const p = seen(facts.purchase);
  const blind = lines.filter(({ mark }) => mark === 'unknown');
  const base = { cause: null, action: 'none' as const, lines };
  if (
    p?.install === 'ready' ||
    (p?.closed_at ?? null) !== null ||
    (p?.order_id != null && p.item_type !== 'game')
  ) {
    return { ...base, issue: 'healthy', sentence: 'Nothing is wrong.', next: 'Nothing to do.' };
  }
  if (p === null && blind.length > 0) {
    const what = blind.map(({ title }) => title).join(', ');
    return {
      ...base,
      issue: 'not_known',
      sentence: `Not known: ${what} could not be looked at.`,
      next: 'Look again when they answer.',
    };
  }
  const waiting = lines.find(({ mark, evidence }) => mark === 'later' && evidence !== 'not come to this yet');
  return {
    ...base,
    issue: 'under_way',
    sentence: 'Nothing is broken: it is under way.',
    next: waiting
      ? `It waits here: ${waiting.title}, ${waiting.evidence}.`
      : 'Nothing to do: it goes on by itself.',
  };
}

export type { Mark };
