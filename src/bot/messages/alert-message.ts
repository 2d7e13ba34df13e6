import { failureKind } from '../../orders/failures.ts';
import type { MessageRow } from '../../orders/purchase.ts';
import type { Alert } from '../../store/store.ts';
import { customId, markOf } from './custom-id.ts';
import { helpedButton } from './incident-message.ts';
import { type AlertOptions, alertButtons, calling, facts, inHand } from './incident-parts.ts';
import { inert, maskEmails } from './inert.ts';
import { lastActionOf } from './last-action.ts';
import { type Links, linkButtons } from './links.ts';
import { asOf, buttons, type MessageBody, message, pressButton, text, when } from './parts.ts';
import { lasting, serverName } from './words.ts';

type Row = Pick<MessageRow, 'id' | 'generation' | 'as_of'>;

/**
 * The message that calls staff, one an incident: what failed, for whom, since when, why, what was tried, what to do now. It pings
 * when it is posted (an edit never does), unless somebody is on it already; a warning doesn't ping at all.
 */
export function alertMessage(alert: Alert, row: Row, options: AlertOptions): MessageBody {
  if (alert.closed_at !== null) return resolved(alert, row, options);
  const kind = failureKind(alert.code);
  const isAlert = alert.severity === 'alert';
  const hand = inHand(alert);
  const isCalling = isAlert && hand === null;
  const icon = alert.code === 'drill' ? '🔔' : isAlert ? '🔴' : '🟡';
  const title = `${isCalling ? `${calling(options.called)}\n` : ''}### ${icon} ${kind.sentence}`;
  const last = lastActionOf(alert);
  const parts = [
    text(title),
    ...(hand === null ? [] : [text(hand)]),
    ...facts(alert, options),
    ...(last === null ? [] : [text(last)]),
    ...asOf(row),
  ];
  return message(
    isCalling ? 'red' : 'amber',
    [...parts, ...alertButtons(alert, markOf(row), options)],
    isCalling ? { pings: options.called.pings } : {},
  );
}

function resolved(alert: Alert, row: Row, links: Links): MessageBody {
  if (alert.code === 'drill') return drillOver(alert, row);
  const kind = failureKind(alert.code);
  const [first] = alert.purchases;
  const parts = [
    text(`### 🟢 Over: ${kind.sentence}`),
    text(
      `${whatBecame(alert)}: ${inert(maskEmails(alert.close_reason ?? 'over'), 60)} ${when(alert.closed_at ?? alert.opened_at)}\n-# Nothing to do. It began ${when(alert.opened_at)}.`,
    ),
  ];
  const press = first ? [pressButton('Inspect', customId('inspect', first.id, markOf(row)))] : [];
  const helped = helpedButton(alert.id, markOf(row));
  return message('green', [
    ...parts,
    ...asOf(row),
    ...buttons([...press, helped, ...(first ? linkButtons(first, links) : [])]),
  ]);
}

/** What a drill is for: how long it took, and at which step. */
function drillOver(alert: Alert, row: Row): MessageBody {
  const { acked_by: by, acked_at: at, opened_at: began, closed_at: ended, level } = alert;
  const isAnswered = by !== null && at !== null;
  const title = isAnswered
    ? `🟢 Drill over: ${inert(by, 40)} acknowledged after ${lasting(at - began)} (step ${level + 1})`
    : `🔴 Drill over: nobody acknowledged in ${lasting((ended ?? began) - began)} (${level + 1} ${level === 0 ? 'step' : 'steps'})`;
  const next = isAnswered
    ? 'Nothing to do.'
    : "Check who is on call (`/oncall`), and that Discord's notifications reach them.";
  return message(isAnswered ? 'green' : 'red', [
    text(`### ${title}`),
    text(`-# Began by ${inert(alert.started_by ?? 'somebody', 40)} ${when(began)}. ${next}`),
    ...asOf(row),
  ]);
}

/** "12 of 12 orders have their server": edited until it says all, so that nobody has to count. */
export function whatBecame(alert: Alert): string {
  const { recovered, joined, given_up: closed } = alert;
  const [first] = alert.purchases;
  if (joined <= 1) return first ? serverName(first) : 'The cause is gone';
  if (recovered === joined) return `All ${joined} orders have their server`;
  const others = joined - recovered - closed;
  const rest = [closed > 0 ? `${closed} closed` : null, others > 0 ? `${others} going on` : null];
  return [`${recovered} of ${joined} orders have their server`, ...rest.filter(Boolean)].join(', ');
}
