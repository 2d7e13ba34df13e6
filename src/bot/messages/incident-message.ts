import { failureKind } from '../../orders/failures.ts';
import { stateOf } from '../../orders/state.ts';
import type { IncidentFound } from '../../store/store.ts';
import { customId } from './custom-id.ts';
import { howItEnded, messageUrl } from './incident-words.ts';
import { inert, maskEmails } from './inert.ts';
import type { Links } from './links.ts';
import { noteLine } from './log-message.ts';
import {
  buttons,
  line,
  linkButton,
  type MessageBody,
  message,
  pressButton,
  text,
  when,
  whisper,
} from './parts.ts';
import { iconOf } from './search-message.ts';
import { LOOKS, lasting, serverName } from './words.ts';

/** One incident: when, where, whom it concerned, how it ended and what happened last; and a way to say what helped. */
export function incidentMessage(found: IncidentFound, links: Links): MessageBody {
  if (found.status === 'unknown') return whisper('grey', 'There is no such incident any more.');
  const { row, incident, notes } = found;
  const [first] = incident.purchases;
  const lasted = row.closed_at === null ? '' : `, lasted ${lasting(row.closed_at - row.opened_at)}`;
  const where = [...row.nodes, ...row.plans].map((one) => inert(one, 40));
  const facts = [
    `Began ${when(row.opened_at, 'f')} (${when(row.opened_at)})${lasted}`,
    `➡️ ${howItEnded(row)}`,
    ...(where.length === 0 ? [] : [`📍 ${where.join(', ')}`]),
    ...(row.joined === 0 ? [] : [`🧾 ${ordersOf(incident)}`]),
    ...(row.detail === null ? [] : [inert(maskEmails(row.detail), 300)]),
  ];
  const { place } = row;
  const isKnown = place?.channel_id && links.guildId;
  return message(
    row.closed_at === null ? 'amber' : 'green',
    [
      text(`### ${iconOf(row)} #${row.id} ${failureKind(row.code).sentence}\n${facts.join('\n')}`),
      ...(notes.length === 0
        ? []
        : [line(), text(`**What happened last**\n${notes.map(noteLine).join('\n')}`)]),
      ...buttons([
        ...(first ? [pressButton('Inspect', customId('inspect', first.id, 'incident'))] : []),
        ...(row.code === 'drill' ? [] : [helpedButton(row.id, 'incident')]),
        ...(isKnown
          ? [linkButton('Alert', messageUrl(links.guildId ?? '', place.channel_id ?? '', place.message_id))]
          : []),
      ]),
    ],
    { ephemeral: true },
  );
}

/** Whoever knows what helped can say so, for the next time. */
export const helpedButton = (incident: number, mark: string) =>
  pressButton('What helped?', customId('helped', String(incident), mark));

function ordersOf({ joined, recovered, purchases }: Extract<IncidentFound, { status: 'found' }>['incident']) {
  const names = purchases.map((p) => `${LOOKS[stateOf(p)].icon} ${serverName(p, 30)}`);
  const rest = joined > purchases.length ? ` and ${joined - purchases.length} more` : '';
  return `${joined} ${joined === 1 ? 'order' : 'orders'}, ${recovered} recovered: ${names.join(', ')}${rest}`;
}
