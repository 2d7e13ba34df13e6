import { ButtonStyle } from 'discord.js';
import { failureKind } from '../../orders/failures.ts';
import type { MessageRow, Purchase } from '../../orders/purchase.ts';
import type { Alert } from '../../store/store.ts';
import { customId, markOf } from './custom-id.ts';
import { inert, maskEmails } from './inert.ts';
import { lastActionOf } from './last-action.ts';
import { type Links, linkButtons } from './links.ts';
import { asOf, buttons, line, type MessageBody, message, pressButton, text, when } from './parts.ts';
import { buyer, serverName, whatWasBought } from './words.ts';

/**
 * The message that calls staff, one an incident: what failed, for whom, since when, why, what was tried, what to do now. It pings
 * when it is posted (an edit never does); a warning doesn't ping at all.
 */
export function alertMessage(
  alert: Alert,
  row: Pick<MessageRow, 'id' | 'generation' | 'as_of'>,
  options: Links & { onCallRoleId: string },
): MessageBody {
  if (alert.closed_at !== null) return resolved(alert, row, options);
  const kind = failureKind(alert.code);
  const pings = alert.severity === 'alert';
  const [first] = alert.purchases;
  const parts = [
    text(`${pings ? `<@&${options.onCallRoleId}>\n` : ''}### ${pings ? '🔴' : '🟡'} ${kind.sentence}`),
    text(
      [forWhom(alert), `Since ${when(alert.opened_at)}`, pings ? tried(first) : '']
        .filter(Boolean)
        .join('\n'),
    ),
  ];
  const detail = first?.failure_detail ?? alert.detail;
  if (detail) parts.push(text(inert(maskEmails(detail), 400)));
  const last = lastActionOf(alert);
  if (last) parts.push(text(last));
  parts.push(line(), text(`➡️ **${kind.next}**`), ...asOf(row));
  if (first) parts.push(...alertButtons(alert, first, markOf(row), options));
  return message(pings ? 'red' : 'amber', parts, pings ? { pingRole: options.onCallRoleId } : {});
}

function resolved(
  alert: Alert,
  row: Pick<MessageRow, 'id' | 'generation' | 'as_of'>,
  links: Links,
): MessageBody {
  const kind = failureKind(alert.code);
  const [first] = alert.purchases;
  const orders = alert.joined > 1 ? recovered(alert) : first ? serverName(first) : 'The cause is gone';
  const parts = [
    text(`### 🟢 Over: ${kind.sentence}`),
    text(
      `${orders}: ${inert(alert.close_reason ?? 'over', 60)} ${when(alert.closed_at ?? alert.opened_at)}\n-# Nothing to do. It began ${when(alert.opened_at)}.`,
    ),
  ];
  const press = first ? [pressButton('Inspect', customId('inspect', first.id, markOf(row)))] : [];
  return message('green', [
    ...parts,
    ...asOf(row),
    ...buttons([...press, ...(first ? linkButtons(first, links) : [])]),
  ]);
}

/** "12 of 12 orders have their server": edited until it says all, so that nobody has to count. */
function recovered({ recovered, joined, given_up: closed }: Alert): string {
  if (recovered === joined) return `All ${joined} orders have their server`;
  const others = joined - recovered - closed;
  const rest = [closed > 0 ? `${closed} closed` : null, others > 0 ? `${others} going on` : null];
  return [`${recovered} of ${joined} orders have their server`, ...rest.filter(Boolean)].join(', ');
}

function alertButtons(alert: Alert, first: Purchase, mark: string, links: Links) {
  const press = [pressButton('Inspect', customId('inspect', first.id, mark))];
  // A warning is about something that works: there is nothing to try again.
  if (alert.severity === 'alert') {
    const many = alert.inside > 1;
    const id = many ? customId('retryall', String(alert.id), mark) : customId('retry', first.id, mark);
    press.unshift(pressButton(many ? `Retry all ${alert.inside}` : 'Retry', id, ButtonStyle.Primary));
  }
  return buttons([...press, ...linkButtons(first, links)]);
}

function forWhom(alert: Alert): string {
  const waiting = alert.inside;
  const [first] = alert.purchases;
  if (!first) return alert.severity === 'alert' ? 'For the whole deployment' : 'No order waits for it';
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
