import { failureKind } from '../../orders/failures.ts';
import type { Attempt, Purchase, SiteOrder, TimelineEntry } from '../../orders/purchase.ts';
import { stateOf } from '../../orders/state.ts';
import type { Inspection, PanelView } from '../../runbook/inspect.ts';
import { inert, maskEmails } from './inert.ts';
import type { Links } from './links.ts';
import { line, type MessageBody, message, text, when, whisper } from './parts.ts';
import { cause, pausedWords, purchaseButtons } from './purchase-message.ts';
import { LOOKS, serverName, whatWasBought } from './words.ts';

const MOST_ENTRIES = 14;
const MOST_ATTEMPTS = 5;

/** What Inspect shows to the one who pressed: where it stands, what happened, what was tried, what the panel has. */
export function inspectMessage(found: Inspection, links: Links): MessageBody {
  switch (found.kind) {
    case 'unknown':
      return whisper(
        'grey',
        `Nothing found for ${inert(found.target)}.\nSearched: order id, checkout session, subscription, server number; and what a server name or e-mail begins with. \`/orders\` lists the newest.`,
      );
    case 'legacy':
      return whisper('grey', legacy(found.order, found.panel));
    case 'purchase':
      return ofPurchase(found.purchase, found.panel, links);
  }
}

function ofPurchase(p: Purchase, panel: PanelView, links: Links): MessageBody {
  const state = stateOf(p);
  const look = LOOKS[state];
  const failing = p.problem_code ?? p.failure_code ?? p.incident?.code ?? null;
  const parts = [
    text(`### ${look.icon} ${serverName(p)}: ${look.title}\n${whatWasBought(p)}`),
    text(ids(p)),
    ...(p.pause ? [text(pausedWords(p))] : []),
    ...(failing ? [text(cause(failing, p.problem_detail ?? p.failure_detail))] : []),
    line(),
    text(`**Panel**\n${panelLine(panel)}`),
    text(`**Timeline**\n${timeline(p.timeline)}`),
    text(`**Attempts**\n${attempts(p.attempts_made)}`),
    ...(p.look_at === null ? [] : [text(`-# Looked at again ${when(p.look_at)}`)]),
  ];
  return message(look.colour, [...parts, ...purchaseButtons(p, state, 'inspect', links)], {
    ephemeral: true,
  });
}

function ids(p: Purchase): string {
  const known: [string, string | null][] = [
    ['order', p.order_id],
    ['session', p.session_id],
    ['subscription', p.subscription_id],
    ['user', p.user_id],
  ];
  return known.map(([label, id]) => `-# ${label} ${id === null ? '–' : inert(id, 90)}`).join('\n');
}

function panelLine(panel: PanelView): string {
  switch (panel.kind) {
    case 'none':
      return '⚪ The panel has no server for this order.';
    case 'unknown':
      return `❔ The panel could not be asked: ${inert(panel.reason, 200)}`;
    case 'server': {
      const { server } = panel;
      const status = server.status === null ? '✅ ready' : `⏳ ${inert(server.status, 40)}`;
      const place = [server.nodeName, server.address]
        .filter((part) => part !== null)
        .map((part) => inert(part, 60));
      return `${status} · server ${server.id} · owner ${server.userId}${place.length > 0 ? `\n${place.join(' · ')}` : ''}`;
    }
  }
}

/** One line for each entry of a purchase's life, in words. */
export function timelineWords(entry: TimelineEntry): string {
  const words = WORDS[entry.kind] ?? entry.kind.replaceAll('_', ' ');
  const who = entry.actor ? ` by ${inert(entry.actor, 40)}` : '';
  return `${words}${who}`;
}

const WORDS: Record<string, string> = {
  paid: '💶 paid',
  waiting: '🕓 checkout completed, payment not confirmed',
  failed: '❌ failed',
  expired: '⚫ the checkout expired',
  recovered: '🛟 found by asking Stripe, which could not deliver it:',
  rejected: '❌ could not become an order',
  order_created: '🧾 order made',
  order_adopted: '🧾 order of the site taken over',
  session_linked: '🔗 checkout session found for it',
  attempt: '▶️ a worker took it',
  user: '👤',
  placed: '📍 placed',
  create_sent: '📤 create sent to the panel',
  created: '🖥️ server created',
  adopted: '🖥️ server was there, taken over',
  unsure: '❔ not known yet whether the panel made it',
  ready: '✅ ready',
  retry: '🔁 retry',
  stopped: '🛑 stopped',
  overdue: '⏰ past its deadline',
  parked: '🅿️ waits for others of its cause',
  resumed: '▶️ goes on',
  paused: '⏸️ held back',
  suspended: '⚠️ the server was suspended',
  reinstall: '🔁 install to run again',
  reinstalling: '🔁 the install runs again',
  linked: '🔗 linked to a server',
  completed: '🧾 completed',
  closed: '⚫ closed',
  backfill: '📥 asked for at Stripe',
  made_again: '🆕 to be made again',
  stray: '🔎 found on the panel',
  edited_outside: '✏️ changed from outside',
  erased: '🧹',
};

/** The last entries of a purchase's life, a line each. */
export function timeline(entries: TimelineEntry[], most = MOST_ENTRIES): string {
  const shown = entries.slice(-most).map((entry) => {
    const detail = entry.detail ? ` ${inert(maskEmails(entry.detail), 90)}` : '';
    return `${when(entry.at, 'T')} ${timelineWords(entry)}${detail}`;
  });
  if (entries.length > most) shown.unshift(`-# … ${entries.length - most} earlier`);
  return shown.join('\n') || 'nothing yet';
}

function attempts(all: Attempt[]): string {
  if (all.length === 0) return 'none yet';
  const shown = all.slice(-MOST_ATTEMPTS).map((attempt) => {
    const end = attempt.ended_at === null ? '⏳ under way' : (attempt.outcome ?? 'ended');
    const why = attempt.code ? `: ${failureKind(attempt.code).sentence}` : '';
    const detail = attempt.detail ? ` ${inert(maskEmails(attempt.detail), 120)}` : '';
    return `${attempt.number}. ${when(attempt.started_at, 'T')} ${end} at ${inert(attempt.step, 20)}${why}${detail}`;
  });
  return shown.join('\n');
}

function legacy(order: SiteOrder, panel: PanelView): string {
  return [
    `### ⚪ An order from before Orderly`,
    `order ${inert(order.id ?? '–', 90)} · status ${inert(order.status ?? '–', 30)} · ${inert(order.item_type ?? '–', 30)}`,
    `server ${inert(order.pterodactyl_server_id ?? 'none', 60)}`,
    panelLine(panel),
    '-# Orderly never touches it by itself. `/provision` with this order id takes it over.',
  ].join('\n');
}
