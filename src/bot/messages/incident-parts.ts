import { type APIComponentInContainer, ButtonStyle } from 'discord.js';
import { failureKind } from '../../orders/failures.ts';
import type { Purchase } from '../../orders/purchase.ts';
import { stateOf } from '../../orders/state.ts';
import type { Alert } from '../../store/store.ts';
import type { Called } from '../targets.ts';
import { customId } from './custom-id.ts';
import { howItEnded, incidentNumber } from './incident-words.ts';
import { inert, maskEmails } from './inert.ts';
import { type Links, linkButtons } from './links.ts';
import { buttons, line, linkButton, mention, pressButton, text, when } from './parts.ts';
import { rejectedButtons } from './rejected-buttons.ts';
import { buyer, serverName, whatWasBought } from './words.ts';

/** What a message about an incident needs beside its rows: whom it calls, and where the live message is when it can't reply to it. */
export type AlertOptions = Links & { called: Called; liveUrl?: string | null };

/** The line of those who are called, and why others than should be. */
export function calling({ pings, why }: Called): string {
  return [pings.map(mention).join(' '), why === null ? '' : `-# ${why}`].filter(Boolean).join('\n');
}

/** "Anna is on it"; null while nobody is. */
export function inHand({ acked_by: by, acked_at: at, acked_until: until, acked_from: from }: Alert) {
  if (by === null || at === null) return null;
  const quiet = until === null ? '' : `, quiet until ${when(until, 't')}`;
  return `🙋 **${inert(by, 40)}** is on it since ${when(at)}${quiet}${from === null ? '' : `, taken over from ${inert(from, 40)}`}`;
}

/** For whom, since when, what was tried, why, and what to do now. */
export function facts(alert: Alert, links: Links): APIComponentInContainer[] {
  const [first] = alert.purchases;
  const pings = alert.severity === 'alert';
  const since = `Since ${when(alert.opened_at)}`;
  const lines = [forWhom(alert), since, pings ? tried(first) : '', history(alert, links)].filter(Boolean);
  const detail = first?.failure_detail ?? alert.detail;
  return [
    text(lines.join('\n')),
    ...(detail ? [text(inert(maskEmails(detail), 400))] : []),
    line(),
    text(`➡️ **${failureKind(alert.code).next}**`),
  ];
}

/** Retry (of all, when there are many) or what completes an order, Inspect, I'm on it, and the pages of the purchase. */
export function alertButtons(alert: Alert, mark: string, options: AlertOptions) {
  const [first] = alert.purchases;
  const press = [];
  // A warning is about something that works: there is nothing to try again, and nobody was called.
  const isCalling = alert.severity === 'alert';
  if (first && isCalling && stateOf(first) === 'rejected') press.push(...rejectedButtons(first, mark));
  else if (first && isCalling) {
    const many = alert.inside > 1;
    const id = many ? customId('retryall', String(alert.id), mark) : customId('retry', first.id, mark);
    press.push(pressButton(many ? `Retry all ${alert.inside}` : 'Retry', id, ButtonStyle.Primary));
  }
  if (first) press.push(pressButton('Inspect', customId('inspect', first.id, mark)));
  if (isCalling)
    press.push(pressButton("I'm on it", customId('ack', String(alert.id), mark), ButtonStyle.Success));
  if (options.liveUrl) press.push(linkButton('Live message', options.liveUrl));
  return buttons([...press, ...(first ? linkButtons(first, options) : [])]);
}

function forWhom(alert: Alert): string {
  const waiting = alert.inside;
  const [first] = alert.purchases;
  if (alert.code === 'drill') return `Began by ${inert(alert.started_by ?? 'somebody', 40)}`;
  if (!first)
    return alert.severity === 'alert' ? 'For the whole deployment' : 'A warning: nobody is called for it';
  if (waiting <= 1) return `For ${serverName(first)} · ${whatWasBought(first)} · ${buyer(first)}`;
  const names = alert.purchases
    .slice(0, 3)
    .map((one) => serverName(one))
    .join(', ');
  return `For **${waiting} orders**: ${names}${waiting > 3 ? ` and ${waiting - 3} more` : ''}`;
}

function tried(first: Purchase | undefined): string {
  if (!first || first.attempts_made.length === 0) return '';
  const count = first.attempts_made.length;
  return `Tried ${count === 1 ? 'once' : `${count} times`}${whatNext(first)}`;
}

function whatNext(first: Purchase): string {
  if (first.look_at !== null) return `, next ${when(first.look_at)}`;
  return first.incident?.probe_at ? '; about every minute one order is tried for all' : ', waiting for you';
}

/** Whether this is new, and what helped the last time. */
function history({ times, last, code }: Alert, links: Links): string {
  if (times < 2 || last === null || code === 'drill') return '';
  const ended = last.closed_at ?? last.opened_at;
  return `🕘 ${times} times in the last 30 days, the last ${incidentNumber(last, links)} ${when(ended)}: ${howItEnded(last)}`;
}
