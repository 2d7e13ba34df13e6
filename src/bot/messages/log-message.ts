import { failureKind } from '../../orders/failures.ts';
import type { MessageRow } from '../../orders/purchase.ts';
import type { LogPage } from '../../store/store.ts';
import { howItWasDone } from './incident-words.ts';
import { inert, maskEmails } from './inert.ts';
import { type MessageBody, message, text, when } from './parts.ts';
import { serverName } from './words.ts';

const A_PAGE = 15;
const MOST_PAGES = 50;
type Note = LogPage['notes'][number];

/** One page of what happened in an incident, for its thread. It pings nobody, and is the same for the same notes. */
export function logMessage(log: LogPage, row: Pick<MessageRow, 'as_of'>): MessageBody {
  const { incident, notes, page, total } = log;
  const isFull = page === MOST_PAGES && total > MOST_PAGES * A_PAGE;
  const isLast = page === pagesOf(total);
  const end = [
    isFull ? `-# More happened than is written here: \`/inspect\` has the rest of each order.` : '',
    isLast && incident.closed_at !== null
      ? `🟢 **Over** ${when(incident.closed_at, 'T')}: ${inert(maskEmails(incident.close_reason ?? 'over'), 60)}`
      : '',
  ];
  const lines = [...notes.map(noteLine), ...end].filter(Boolean);
  return message(isLast && incident.closed_at !== null ? 'green' : 'grey', [
    text(`### Log, page ${page}`),
    text(lines.join('\n') || '–'),
    ...(row.as_of === null ? [] : [text(`-# as of ${when(row.as_of, 'T')}`)]),
  ]);
}

/** How many pages so many notes take. */
export function pagesOf(total: number): number {
  return Math.min(MOST_PAGES, Math.max(1, Math.ceil(total / A_PAGE)));
}

/** The name of an incident's thread; nothing of a buyer's is in it. */
export function threadName({ incident }: Pick<LogPage, 'incident'>): string {
  const sentence = failureKind(incident.code).sentence.replace(/\.$/, '');
  return `${sentence.slice(0, 80)} · #${incident.id}`;
}

/** One note of an incident, in words. */
export function noteLine({ at, kind, detail, actor, purchase }: Note): string {
  const what = NOTES[kind] ?? (() => inert(kind, 40));
  const order = purchase === null ? '' : serverName(purchase, 40);
  return `${when(at, 'T')} ${what({ order, by: actor === null ? 'somebody' : inert(actor, 40), detail })}`;
}

type Facts = { order: string; by: string; detail: string | null };
const said = (detail: string | null) => (detail ? `: ${inert(maskEmails(detail), 120)}` : '');
const CALLED: Record<string, () => string> = {
  unanswered: () => 'nobody was on it',
  unlanded: () => 'its ping may have reached nobody',
  lapsed: () => 'the time of whoever was on it is over',
  doubled: () => 'its orders have doubled',
};

const NOTES: Record<string, (facts: Facts) => string> = {
  opened: ({ detail }) => `🔴 Began${said(detail)}`,
  joined: ({ order, detail }) => `➕ ${order}${said(detail)}`,
  left: ({ order, detail }) => `➖ ${order}${order ? said(detail) : inert(detail ?? '', 120)}`,
  tried: ({ order, detail }) => `🔁 Tried ${order}${said(detail)}`,
  acknowledged: ({ by, detail }) =>
    `🙋 ${by} is on it${detail ? `, taken over from ${inert(detail, 40)}` : ''}`,
  called: ({ detail }) => `📣 Called: ${CALLED[detail ?? '']?.() ?? 'again'}`,
  action: ({ by, order, detail }) => `🔧 ${by}: ${howItWasDone(detail ?? '')} ${order}`.trimEnd(),
  helped: ({ by, detail }) => `💡 ${by}${said(detail)}`,
  closed: ({ detail }) => `🏁 Over${said(detail)}`,
};
