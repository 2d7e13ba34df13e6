import { type APIComponentInContainer, ComponentType } from 'discord.js';
import { shortId } from '../../orders/ids.ts';
import type { Purchase } from '../../orders/purchase.ts';
import { stateOf } from '../../orders/state.ts';
import type { ListFilter, ListPage, ListQuery } from '../../store/store.ts';
import { plain } from './inert.ts';
import { listId, OPEN_ID } from './list-id.ts';
import { buttons, line, type MessageBody, message, pressButton, text, when } from './parts.ts';
import { buyer, LOOKS, serverName, whatWasBought } from './words.ts';

/** Each list in words: its heading, what it holds, and what an empty one means. */
export const LISTS: Record<ListFilter, { title: string; what: string; none: string }> = {
  recent: {
    title: '🧾 Newest orders',
    what: 'Everything, newest first',
    none: 'Nobody has bought anything yet.',
  },
  failed: {
    title: '🔴 Failed orders',
    what: 'Paid, and a person or a cause holds them up',
    none: 'Nothing failed: no open order waits for you.',
  },
  stuck: {
    title: '⏰ Stuck orders',
    what: 'Paid without a server for more than half the deadline, or nobody knows yet whether one was made',
    none: 'Nothing is stuck: every paid order has its server, or is well within its time.',
  },
  paused: {
    title: '⏸️ Paused orders',
    what: 'Held back by a pause; they go on by themselves when it ends',
    none: 'No pause holds an order back.',
  },
};

/** One page of a list: a line an order, a menu to open one, and buttons to leaf through. */
export function listMessage(query: ListQuery, page: ListPage): MessageBody {
  const { title, what, none } = LISTS[query.filter];
  const found = page.purchases;
  const here = { ...query, customer: page.customer };
  const whose = page.customer === null ? '' : ' · of one customer';
  const empty = page.first ? (page.customer === null ? none : 'None of this customer.') : 'No more.';
  return message(
    query.filter === 'failed' && found.length > 0 ? 'red' : 'blue',
    [
      text(`### ${title}\n-# ${what}${whose}`),
      text(found.length === 0 ? empty : found.map(rowOf).join('\n')),
      ...(found.length === 0 ? [] : [line(), openMenu(found)]),
      ...leaf(here, page),
    ],
    { ephemeral: true },
  );
}

/** Several purchases that fit what was typed: one is to be picked. */
export function pickMessage(typed: string, found: Purchase[]): MessageBody {
  const heading = `### 🔎 ${found.length} orders fit ${typed}\nWhich one?`;
  return message('blue', [text(heading), text(found.map(rowOf).join('\n')), openMenu(found)], {
    ephemeral: true,
  });
}

function rowOf(p: Purchase): string {
  const short = `\`${shortId(p.order_id ?? p.id)}\``;
  return `${LOOKS[stateOf(p)].icon} ${serverName(p, 24)} · ${buyer(p, 28)} · ${when(p.created_at)} · ${short}`;
}

/** At most 25 options, and none twice: Discord takes no more. */
function openMenu(found: Purchase[]): APIComponentInContainer {
  const options = found.slice(0, 25).map((p) => ({
    label: plain(`${p.server_name ?? p.plan_id ?? 'no name'} · ${shortId(p.order_id ?? p.id)}`, 100),
    description: plain(`${LOOKS[stateOf(p)].title} · ${whatWasBought(p).replaceAll('`', '')}`, 100),
    value: p.id,
    emoji: { name: LOOKS[stateOf(p)].icon },
  }));
  const menu = {
    type: ComponentType.StringSelect,
    custom_id: OPEN_ID,
    placeholder: 'Open an order …',
    options,
  } as const;
  return { type: ComponentType.ActionRow, components: [menu] };
}

function leaf(query: ListQuery, page: ListPage): APIComponentInContainer[] {
  const top = { ...query, after: null, before: null };
  const start = listId(top);
  const newest = page.purchases.at(0);
  const last = page.purchases.at(-1);
  const back = !page.first && newest ? listId({ ...top, before: newest.id }) : null;
  const next = page.more && last ? listId({ ...top, after: last.id }) : null;
  return buttons([
    ...(start ? [pressButton(page.first ? 'Refresh' : 'Newest', start)] : []),
    ...(back ? [pressButton('◂ Newer', back)] : []),
    ...(next ? [pressButton('Older ▸', next)] : []),
  ]);
}
