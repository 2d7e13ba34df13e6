import { inert, maskEmails } from '../bot/messages/inert.ts';
import { failureKind } from '../orders/failures.ts';
import type { Unheard } from '../store/store.ts';

/** One call to a person: all that they need stands in `text`, at most 2000 characters. `key` is the same for one cause. */
export type Page = { key: string; severity: 'critical' | 'info'; summary: string; text: string };

const MOST_KINDS = 8;
const MOST_CHARACTERS = 1_900;

/** No sweep of the database succeeded; times in milliseconds since the epoch. */
export function databasePage(sinceMs: number, now: number): Page {
  return {
    key: 'database',
    severity: 'critical',
    summary: 'Orderly cannot work with its database',
    text: lines(
      `🔴 Orderly cannot work with its database, since ${time(sinceMs, now)}.`,
      'Until it can, new purchases wait and alerts may not come. Nothing is lost: Stripe repeats its deliveries.',
      '➡️ Check that the Supabase project is up and not paused (its dashboard, status.supabase.com), that the machine of Orderly reaches it, and that SUPABASE_SERVICE_ROLE_KEY is still valid. The reason is in the log, at "a sweep failed".',
      'Orderly goes on by itself when it can. A page says when it is over.',
    ),
  };
}

/** The end of what `databasePage` said. */
export function databaseOverPage(sinceMs: number, now: number): Page {
  return {
    key: 'database',
    severity: 'info',
    summary: 'Over: Orderly works with its database again',
    text: lines(
      '🟢 Over: Orderly works with its database again.',
      `Nothing to do: what waited goes on by itself. It began ${time(sinceMs, now)}.`,
    ),
  };
}

/** One alert that Discord did not take. */
export function alertPage(alert: Unheard, now: number): Page {
  const kind = failureKind(alert.code);
  return {
    key: `incident:${alert.id}`,
    severity: 'critical',
    summary: `${kind.sentence} ${forWhom([alert])}`,
    text: lines(
      `🔴 ${kind.sentence}`,
      `${forWhom([alert])}, since ${time(alert.opened_at, now)}${named(alert)}`,
      alert.detail === null ? '' : clean(alert.detail, 300),
      `➡️ ${kind.next}`,
      'Discord could not be reached with this alert, so it comes through the pager. The alert, with its buttons, is posted as soon as Discord takes it; there it also says when it is over.',
    ),
  };
}

/** Those that are too many for a page each. */
export function morePage(alerts: Unheard[], now: number): Page {
  const codes = [...new Set(alerts.map((alert) => alert.code))];
  const shown = codes.slice(0, MOST_KINDS).map((code) => {
    const kind = failureKind(code);
    return `• ${kind.sentence} ${forWhom(alerts.filter((alert) => alert.code === code))}. ➡️ ${kind.next}`;
  });
  const oldestMs = Math.min(...alerts.map((alert) => alert.opened_at));
  const title = `And ${alerts.length} more ${alerts.length === 1 ? 'cause' : 'causes'}`;
  return {
    key: `more:${alerts[0]?.id}`,
    severity: 'critical',
    summary: `${title} that Discord could not be told of`,
    text: lines(
      `🔴 ${title}, since ${time(oldestMs, now)}. Discord could not be reached with these alerts, so they come through the pager.`,
      ...shown,
      codes.length > MOST_KINDS ? `… and ${codes.length - MOST_KINDS} other kinds.` : '',
    ),
  };
}

function forWhom(alerts: Unheard[]): string {
  const orders = alerts.reduce((sum, alert) => sum + alert.orders, 0);
  if (orders === 0) return 'For the whole deployment';
  return orders === 1 ? 'For one order' : `For ${orders} orders`;
}

function named(alert: Unheard): string {
  if (alert.examples.length === 0) return '';
  const more = alert.orders - alert.examples.length;
  return `: ${alert.examples.map((id) => clean(id, 60)).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** Foreign text: inert in Discord and, without angle brackets, in Slack. Looking for e-mails in a very long one takes seconds. */
function clean(foreign: string, most: number): string {
  return inert(
    maskEmails(foreign.slice(0, 2 * most))
      .replaceAll('<', '‹')
      .replaceAll('>', '›'),
    most,
  );
}

function time(atMs: number, now: number): string {
  const minutes = Math.max(0, Math.round((now - atMs) / 60_000));
  return `${new Date(atMs).toISOString().slice(0, 16).replace('T', ' ')} UTC (${minutes} min ago)`;
}

function lines(...all: string[]): string {
  return all.filter(Boolean).join('\n').slice(0, MOST_CHARACTERS);
}
