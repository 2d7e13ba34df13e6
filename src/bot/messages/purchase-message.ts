import { ButtonStyle } from 'discord.js';
import { failureKind } from '../../orders/failures.ts';
import { shortId } from '../../orders/ids.ts';
import type { MessageRow, Purchase, TimelineEntry } from '../../orders/purchase.ts';
import { type State, stateOf } from '../../orders/state.ts';
import { customId, markOf } from './custom-id.ts';
import { inert, maskEmails } from './inert.ts';
import { lastAction } from './last-action.ts';
import { type Links, linkButtons } from './links.ts';
import { asOf, buttons, line, type MessageBody, message, pressButton, text, when } from './parts.ts';
import { rejectedButtons } from './rejected-buttons.ts';
import { buyer, LOOKS, price, serverName, whatWasBought } from './words.ts';

/** The one live message of a purchase: a pure function of its rows. Same rows, same message. */
export function purchaseMessage(
  p: Purchase,
  row: Pick<MessageRow, 'id' | 'generation' | 'as_of'>,
  links: Links,
): MessageBody {
  const state = stateOf(p);
  const look = LOOKS[state];
  const parts = [
    text(`### ${look.icon} ${serverName(p)}\n**${look.title}**`),
    text(
      `${whatWasBought(p)}\n${buyer(p)}${maybe(' · ', price(p))} · ${p.order_id === null ? 'purchase' : 'order'} ${inert(shortId(p.order_id ?? p.id), 8)}`,
    ),
    line(),
    text(steps(p, state).join('\n')),
  ];
  const where = whereIsIt(p);
  if (where) parts.push(text(where));
  parts.push(text(whatNext(p, state)));
  const last = lastAction(p);
  if (last) parts.push(text(last));
  const recovered = p.timeline.find(({ kind }) => kind === 'recovered');
  if (recovered) parts.push(text(recoveredWords(recovered, p)));
  if (p.note) parts.push(text(`-# ${maskEmails(p.note).slice(0, 300)}`));
  parts.push(...asOf(row));
  return message(look.colour, [...parts, ...purchaseButtons(p, state, markOf(row), links)]);
}

/** Nobody was told of it: since when, and why, so that the way is mended for the next one. */
function recoveredWords({ at: found, detail }: TimelineEntry, p: Purchase): string {
  const [, made = '', why = detail ?? ''] = /^since (\S+Z): (.*)$/s.exec(detail ?? '') ?? [];
  // A row of an older version's does not say when it was paid.
  const sinceMs = Number.isNaN(Date.parse(made)) ? p.bought_at : Date.parse(made);
  const since = sinceMs === null ? '' : ` since ${when(sinceMs)}`;
  return `-# 🛟 Recovered ${when(found)}: Stripe could not deliver it${since}. ${inert(maskEmails(why), 250)}`;
}

/** Buttons that make sense in this state; Inspect always does. */
export function purchaseButtons(p: Purchase, state: State, mark: string, links: Links) {
  const press = state === 'rejected' ? rejectedButtons(p, mark) : [];
  if (RETRYABLE.has(state))
    press.push(pressButton('Retry', customId('retry', p.id, mark), ButtonStyle.Primary));
  press.push(pressButton('Inspect', customId('inspect', p.id, mark)));
  return buttons([...press, ...linkButtons(p, links)]);
}

const RETRYABLE = new Set<State>(['failed', 'retrying', 'install_failed']);

function steps(p: Purchase, state: State): string[] {
  const done = (label: string, at: number | null) => `✅ ${label}${at === null ? '' : ` ${when(at)}`}`;
  const lines: string[] = [];
  if (p.payment !== 'paid') return [unpaid(p)];
  lines.push(done('Paid', p.paid_at));
  if (state === 'rejected') return [...lines, '❌ It could not become an order'];
  if (state === 'nothing_to_do') return lines;
  if (state === 'failed' && p.panel_server_id === null)
    return [...lines, `❌ Provisioning failed ${at(p.failed_at)}`.trimEnd()];
  if (p.provisioned_at !== null) {
    lines.push(done('Provisioned', p.provisioned_at));
    const isGone = state === 'failed' && p.failure_code === 'server_gone';
    if (state === 'ready' || ((isGone || state === 'closed') && p.ready_at !== null))
      lines.push(done('Ready', p.ready_at));
    if (isGone) lines.push(`❌ Gone from the panel, seen ${at(p.failed_at)}`);
    else if (state === 'install_failed' || state === 'failed')
      lines.push(`❌ Install ${at(p.failed_at)}`.trimEnd());
    else if (state === 'installing') lines.push('⏳ Installing');
  } else if (state === 'closed') lines.push('⚫ Not provisioned');
  else
    lines.push(
      p.provisioning_at === null ? '⏳ Provisioning is next' : `⏳ Provisioning ${when(p.provisioning_at)}`,
    );
  return lines;
}

function unpaid(p: Purchase): string {
  if (p.payment === 'failed') return '❌ The payment failed';
  if (p.payment === 'expired') return '⚫ The checkout expired unpaid';
  return `🕓 Checkout completed ${when(p.created_at)}, the payment is not confirmed`;
}

function whereIsIt(p: Purchase): string | null {
  const parts = [p.node_name, p.panel_server_id === null ? null : p.address].filter((part) => part !== null);
  return parts.length === 0 ? null : `📍 ${parts.map((part) => inert(part, 60)).join(' · ')}`;
}

function whatNext(p: Purchase, state: State): string {
  switch (state) {
    case 'waiting':
      return '-# It goes on by itself when Stripe confirms the payment.';
    case 'rejected':
      return cause(p.problem_code ?? 'bug', p.problem_detail);
    case 'nothing_to_do':
      return `-# ${inert(p.item_type ?? 'no item type', 40)} is not a game: there is nothing to make.`;
    case 'paid':
      return '-# A worker takes it now.';
    case 'paused':
      return pausedWords(p);
    case 'provisioning':
      return beingMade(p);
    case 'retrying':
      return `${cause(p.failure_code ?? 'bug', p.failure_detail)}${nextTry(p)}`;
    case 'failed':
    case 'install_failed':
      return `${cause(p.failure_code ?? 'overdue', p.failure_detail)}${nextTry(p)}`;
    case 'installing':
      return '-# The panel has it; the game is being installed.';
    case 'ready':
      return '-# The customer can play.';
    case 'closed':
      return closedWords(p);
  }
}

function beingMade(p: Purchase): string {
  const isTrying = p.attempts_made.some((attempt) => attempt.ended_at === null);
  if (!isTrying && p.look_at !== null && p.look_at > p.now) return `-# The next try is ${when(p.look_at)}.`;
  return '-# The server is being made.';
}

/** Why, when, and what became of the server: nobody should have to look for that. */
function closedWords(p: Purchase): string {
  const why =
    p.payment === 'paid' || p.close_reason
      ? inert(maskEmails(p.close_reason ?? 'closed'), 80)
      : 'Nothing was paid';
  const server = p.panel_server_id === null ? 'Nothing to do.' : 'Its server stays on the panel as it is.';
  return `-# ${why}${maybe(' ', p.closed_at === null ? null : when(p.closed_at))}. ${server}`;
}

/** Until when, why and by whom: buyers keep buying meanwhile, and nothing of it is lost. */
export function pausedWords(p: Pick<Purchase, 'pause'>): string {
  if (p.pause === null) return '-# Provisioning is paused.';
  const { reason, started_by: by, until } = p.pause;
  return `⏸️ Until ${when(until, 'f')} (${when(until)}), by ${inert(by, 40)}: ${inert(reason, 120)}\n-# It goes on by itself then, or at once with \`/resume\`.`;
}

/** Why, and what to do now, in the words of the failure's table. */
export function cause(code: string, detail: string | null): string {
  const kind = failureKind(code);
  const why = detail ? `\n${inert(maskEmails(detail), 300)}` : '';
  return `**${kind.sentence}**${why}\n➡️ ${kind.next}`;
}

function nextTry(p: Purchase): string {
  if (p.look_at !== null) return p.look_at > p.now ? `\n-# Tries again by itself ${when(p.look_at)}` : '';
  const waits = p.incident !== null && p.incident.probe_at !== null;
  return waits
    ? '\n-# One order of this cause is tried about every minute; when it gets through, this one goes on.'
    : '';
}

const at = (ms: number | null) => (ms === null ? '' : when(ms));
const maybe = (before: string, part: string | null) => (part === null ? '' : `${before}${part}`);
