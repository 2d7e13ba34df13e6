import type { Purchase, TimelineEntry } from '../../orders/purchase.ts';
import type { Alert } from '../../store/store.ts';
import { inert } from './inert.ts';
import { when } from './parts.ts';

/** What a person did, by the kind of the timeline's entry. A close says itself why and by whom. */
const DID: Record<string, string> = {
  retry: '🔁 Retry',
  reinstall: '🔁 Reinstall',
  linked: '🔗 Linked',
  made_again: '🆕 Made again',
  order_adopted: '🧾 Taken over',
  completed: '🧾 Completed',
  backfill: '📥 Brought in from Stripe',
};

type Done = { what: string; by: string; at: number };

/** The last thing that a person did to a purchase, for everybody to see: who asked may never have got an answer. */
export function lastAction(p: Pick<Purchase, 'timeline' | 'retried_by' | 'retried_at'>): string | null {
  return said(newest(doneTo(p)));
}

/** The same over the orders of an alert, since it is open. */
export function lastActionOf(alert: Pick<Alert, 'purchases' | 'opened_at'>): string | null {
  const all = alert.purchases.flatMap(doneTo).filter(({ at }) => at >= alert.opened_at);
  return said(newest(all));
}

/** A Retry of a whole alert stands in the row of each order alone. */
function doneTo(p: Pick<Purchase, 'timeline' | 'retried_by' | 'retried_at'>): Done[] {
  const entries = p.timeline.flatMap((entry) => fromEntry(entry));
  const known = entries.some(({ by, at }) => by === p.retried_by && at === p.retried_at);
  if (p.retried_by === null || p.retried_at === null || known) return entries;
  const isLater = entries.every(({ at }) => at < (p.retried_at ?? 0));
  return isLater ? [...entries, { what: '🔁 Retry', by: p.retried_by, at: p.retried_at }] : entries;
}

function fromEntry({ kind, actor, at }: TimelineEntry): Done[] {
  const what = DID[kind];
  return what && actor ? [{ what, by: actor, at }] : [];
}

function newest(all: Done[]): Done | undefined {
  return all.toSorted((a, b) => a.at - b.at).at(-1);
}

function said(done: Done | undefined): string | null {
  return done ? `-# ${done.what} by ${inert(done.by, 40)} ${when(done.at)}` : null;
}
