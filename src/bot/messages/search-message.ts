import { type APIComponentInContainer, ComponentType } from 'discord.js';
import { failureKind } from '../../orders/failures.ts';
import { shortId } from '../../orders/ids.ts';
import type { IncidentQuery } from '../../orders/incident-search.ts';
import type { AttemptsPage, FailedAttempt, IncidentRow, IncidentsPage } from '../../store/store.ts';
import { howItEnded, incidentNumber } from './incident-words.ts';
import { inert, maskEmails, plain } from './inert.ts';
import type { Links } from './links.ts';
import { OPEN_ID } from './list-id.ts';
import { buttons, line, type MessageBody, message, pressButton, text, when } from './parts.ts';
import { OPEN_INCIDENT_ID, searchId } from './search-id.ts';
import { lasting, serverName } from './words.ts';

/** One page of incidents: two lines each, a menu to open one, and buttons to leaf through. */
export function incidentsMessage(query: IncidentQuery, page: IncidentsPage, links: Links): MessageBody {
  const { incidents: found } = page;
  const options = found.map((row) => ({
    label: plain(`#${row.id} ${failureKind(row.code).sentence}`, 100),
    description: plain([...row.nodes, ...row.plans, row.detail ?? ''].map(maskEmails).join(' · '), 100),
    value: String(row.id),
    emoji: { name: iconOf(row) },
  }));
  return pageOf(query, page, {
    rows: found.map((row) => incidentLines(row, links)),
    ids: found.map(({ id }) => id),
    menu: { id: OPEN_INCIDENT_ID, placeholder: 'Open an incident …', options },
  });
}

/** One page of failed attempts, of which the order can be opened. */
export function attemptsMessage(query: IncidentQuery, page: AttemptsPage): MessageBody {
  const { attempts: found } = page;
  const orders = new Map(found.flatMap(({ purchase: p }) => (p === null ? [] : [[p.id, p] as const])));
  const options = [...orders.values()].map((p) => ({
    label: plain(`${p.server_name ?? p.plan_id ?? 'no name'} · ${shortId(p.order_id ?? p.id)}`, 100),
    value: p.id,
  }));
  return pageOf(query, page, {
    rows: found.map(attemptLines),
    ids: found.map(({ id }) => id),
    menu: { id: OPEN_ID, placeholder: 'Open an order …', options },
  });
}

/** Open and calling, open and only warning, or over. */
export const iconOf = ({ closed_at, severity }: IncidentRow): string =>
  closed_at !== null ? '🟢' : severity === 'alert' ? '🔴' : '🟡';

function incidentLines(row: IncidentRow, links: Links): string {
  const where = [...row.nodes.slice(0, 2), ...row.plans.slice(0, 1)].map((one) => inert(one, 16));
  const facts = [
    when(row.opened_at),
    ...where,
    row.joined === 0 ? null : row.joined === 1 ? '1 order' : `${row.joined} orders`,
    row.closed_at === null ? null : lasting(row.closed_at - row.opened_at),
    howItEnded(row),
  ];
  const title = `${iconOf(row)} **${failureKind(row.code).sentence}** ${incidentNumber(row, links)}`;
  return `${title}\n-# ${facts.filter((one) => one !== null).join(' · ')}`;
}

const OUTCOMES: Record<string, string> = { failed: '❌', unsure: '❔', lost: '💤' };

function attemptLines({
  outcome,
  code,
  detail,
  node,
  plan_id,
  step,
  number,
  ended_at,
  purchase,
}: FailedAttempt) {
  const facts = [
    ended_at === null ? null : when(ended_at),
    purchase === null ? null : serverName(purchase, 24),
    plan_id === null ? null : inert(plan_id, 24),
    node === null ? null : inert(node, 20),
    `try ${number} at ${inert(step, 20)}`,
    detail === null ? null : inert(maskEmails(detail), 140),
  ];
  const what = code === null ? 'The worker went away.' : failureKind(code).sentence;
  return `${OUTCOMES[outcome ?? ''] ?? '❌'} **${what}**\n-# ${facts.filter((one) => one !== null).join(' · ')}`;
}

type Content = {
  rows: string[];
  ids: number[];
  menu: { id: string; placeholder: string; options: { label: string; value: string }[] };
};

function pageOf(
  asked: IncidentQuery,
  page: { first: boolean; more: boolean; node: string | null },
  { rows, ids, menu }: Content,
): MessageBody {
  const query = { ...asked, node: page.node, after: null, before: null };
  const title = asked.of === 'incidents' ? '🔎 Incidents' : '🔎 Attempts that failed';
  const nothing = page.first ? 'Nothing found.' : 'No more.';
  const leaf = leafButtons(query, page, ids);
  const isCut = leaf.length === 0 && (page.more || !page.first);
  return message(
    'blue',
    [
      text(`### ${title}\n-# ${searched(asked)}`),
      text(rows.length === 0 ? nothing : rows.join('\n')),
      ...(menu.options.length === 0 ? [] : [line(), menuOf(menu)]),
      ...(isCut ? [text('-# There is more, and too much was named for a button: shorten the text.')] : []),
      ...leaf,
    ],
    { ephemeral: true },
  );
}

/** What was asked for, in words, so that an empty page is no riddle. */
function searched({ span, code, node, plan, text: typed }: IncidentQuery): string {
  const named = Object.entries({ code, node, plan, text: typed }).flatMap(([name, value]) =>
    value === null ? [] : [`${name} ${inert(maskEmails(value), 60)}`],
  );
  return [`The last ${span.replace('h', ' hours').replace('d', ' days')}`, ...named].join(' · ');
}

function menuOf({ id, placeholder, options }: Content['menu']): APIComponentInContainer {
  const select = { type: ComponentType.StringSelect, custom_id: id, placeholder, options } as const;
  return { type: ComponentType.ActionRow, components: [select] };
}

function leafButtons(
  query: IncidentQuery,
  { first, more }: { first: boolean; more: boolean },
  ids: number[],
): APIComponentInContainer[] {
  const other = query.of === 'incidents' ? ('attempts' as const) : ('incidents' as const);
  const start = searchId(query);
  const back = !first && ids[0] !== undefined ? searchId({ ...query, before: ids[0] }) : null;
  const next = more ? searchId({ ...query, after: ids.at(-1) ?? null }) : null;
  const turn = searchId({ ...query, of: other });
  // What can't be leafed through to its end is not begun: each id is a little longer than the first.
  if ((more && next === null) || (!first && back === null)) return [];
  return buttons([
    ...(start ? [pressButton(first ? 'Refresh' : 'Newest', start)] : []),
    ...(back ? [pressButton('◂ Newer', back)] : []),
    ...(next ? [pressButton('Older ▸', next)] : []),
    ...(turn ? [pressButton(other === 'attempts' ? 'Attempts' : 'Incidents', turn)] : []),
  ]);
}
