import { isOfCatalogue } from '../orders/completion.ts';
import { type FailureCode, failureKind } from '../orders/failures.ts';
import { isLate } from '../orders/install.ts';
import { type Check, type Line, NOT_YET } from './check.ts';
import { ORDER_CHECKS } from './checks/order.ts';
import { PANEL_CHECKS } from './checks/panel.ts';
import { STRIPE_CHECKS } from './checks/stripe.ts';
import { type Facts, seen } from './facts.ts';
import { type Issue, issueOfCause } from './issues.ts';
import { nextWhenMended, rootOf } from './root.ts';

/** In the order of cause and effect: the first that is broken explains those after it. */
export const CHAIN: Check[] = [...STRIPE_CHECKS, ...ORDER_CHECKS, ...PANEL_CHECKS];

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
  const found = CHAIN.map(({ id, title, look }): Line => ({ id, title, ...look(facts) }));
  const broken = rootOf(found);
  const lines = found.map((line) => (line.mark === 'bad' && line !== broken ? beside(line) : line));
  if (broken?.cause) return verdict(broken, broken.cause, lines, facts);
  return nothingBroken(lines, facts);
}

/** Wrong, and not why: one purchase has one ❌. */
const beside = (line: Line): Line => ({ ...line, mark: 'warn' });

const UPSTREAM = new Set(['session', 'endpoint', 'delivery']);
function verdict(line: Line, cause: FailureCode, lines: Line[], facts: Facts): Diagnosis {
  const kind = failureKind(cause);
  return {
    issue: issueOf(line, cause),
    cause,
    sentence: kind.sentence,
    next: nextWhenMended(line, cause, lines) ?? kind.next,
    action: actionOf(line, cause, facts),
    lines,
  };
}

/** A cause that the table of issues does not have belongs to the link where it was seen. */
function issueOf({ id }: Line, cause: FailureCode): Issue {
  const issue = issueOfCause(cause);
  if (issue) return issue;
  if (UPSTREAM.has(id)) return 'webhook_not_called';
  if (id === 'stored' || id === 'order') return 'no_order';
  return id === 'work' || id === 'item' ? 'not_triggered' : 'provisioning_failed';
}

/** Mended outside of Orderly, or decided by a person: no button does it. */
const BY_HAND = new Set<FailureCode>([
  'database_away',
  'item_type_wrong',
  'no_worker',
  'order_row_missing',
  'server_mismatch',
  'stripe_key',
  'wrong_mode',
]);
/** What a person has to decide; the button asks first. */
const DECIDED: Partial<Record<FailureCode, NextAction>> = {
  server_gone: 'close',
  server_named_elsewhere: 'link',
  install_failed: 'reinstall',
  install_never_finished: 'reinstall',
};

function actionOf({ id }: Line, cause: FailureCode, facts: Facts): NextAction {
  if (BY_HAND.has(cause)) return 'none';
  if (UPSTREAM.has(id) || cause === 'event_refused') return seen(facts.session) ? 'backfill' : 'none';
  if (id === 'order') return isOfCatalogue(cause) ? 'retry' : 'complete';
  return seen(facts.purchase) ? (DECIDED[cause] ?? 'retry') : 'none';
}

/** The links at which a purchase that is well may stay for a while. */
const WAITING = new Set(['payment', 'delivery', 'stored', 'work', 'attempts', 'install']);

function nothingBroken(lines: Line[], facts: Facts): Diagnosis {
  const p = seen(facts.purchase);
  const blind = lines.filter(({ mark }) => mark === 'unknown');
  const base = { cause: null, action: 'none' as const, lines };
  const isIgnored = p === null && seen(facts.evidence)?.events.some(({ state }) => state === 'ignored');
  if (isIgnored) {
    const sentence = 'Nothing is wrong: the sale is not ours.';
    return { ...base, issue: 'healthy', sentence, next: 'Nothing to do.' };
  }
  if (
    p?.install === 'ready' ||
    (p?.closed_at ?? null) !== null ||
    (p?.order_id != null && p.item_type !== 'game')
  ) {
    return { ...base, issue: 'healthy', sentence: 'Nothing is wrong.', next: 'Nothing to do.' };
  }
  const isDark = lines.some(({ id, mark }) => (id === 'payment' || id === 'delivery') && mark === 'unknown');
  if (p === null && isDark) {
    const what = blind.map(({ title }) => title).join(', ');
    return {
      ...base,
      issue: 'not_known',
      sentence: `Not known: ${what} could not be looked at.`,
      next: 'Look again when they answer.',
    };
  }
  if (p !== null && isLate(p)) {
    return {
      ...base,
      issue: 'under_way',
      sentence: 'The install did not end in time, and is watched anew.',
      next: 'Wait, or check Wings on the node; if it hangs, press Reinstall.',
      action: 'reinstall',
    };
  }
  const waiting = lines.find(
    ({ id, mark, evidence }) => WAITING.has(id) && mark === 'later' && evidence !== NOT_YET,
  );
  return {
    ...base,
    issue: 'under_way',
    sentence: 'Nothing is broken: it is under way.',
    next: waiting
      ? `It waits here: ${waiting.title}, ${waiting.evidence}.`
      : 'Nothing to do: it goes on by itself.',
  };
}
