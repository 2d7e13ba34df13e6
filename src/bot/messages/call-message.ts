import { failureKind } from '../../orders/failures.ts';
import type { MessageRow } from '../../orders/purchase.ts';
import type { AlertCall } from '../../store/store.ts';
import { whatBecame } from './alert-message.ts';
import { markOf } from './custom-id.ts';
import { type AlertOptions, alertButtons, calling, facts, inHand } from './incident-parts.ts';
import { inert, maskEmails } from './inert.ts';
import { asOf, type MessageBody, message, text, when } from './parts.ts';

/**
 * A ping after the alert's own, as a reply to it: nobody was on it, or whoever was is no longer. Once posted, the last of an incident says
 * what became of it; that pings nobody.
 */
export function callMessage(
  call: AlertCall,
  row: Pick<MessageRow, 'id' | 'generation' | 'as_of'>,
  options: AlertOptions,
): MessageBody {
  const { incident } = call;
  const { sentence } = failureKind(incident.code);
  if (incident.closed_at !== null) {
    const end = `${whatBecame(incident)}: ${inert(maskEmails(incident.close_reason ?? 'over'), 60)} ${when(incident.closed_at)}`;
    return message('green', [
      text(`### 🟢 It is over: ${sentence}\n${end}\n-# This called because ${WHY[call.reason]}.`),
      ...asOf(row),
    ]);
  }
  const hand = inHand(incident);
  const title = hand ?? `${calling(options.called)}\n### 📣 ${because(call)}`;
  const parts = [text(title), text(`**${sentence}**`), ...facts(incident, options), ...asOf(row)];
  return message(
    hand === null ? 'red' : 'amber',
    [...parts, ...alertButtons(incident, markOf(row), options)],
    hand === null ? { pings: options.called.pings } : {},
  );
}

const WHY: Record<AlertCall['reason'], string> = {
  unanswered: 'nobody was on it',
  lapsed: 'the time of whoever was on it was over',
  doubled: 'its orders had doubled',
};

function because({ reason, acked_by, acked_at, incident, level }: AlertCall): string {
  const who = acked_by === null ? 'Somebody' : inert(acked_by, 40);
  const since = acked_at === null ? '' : ` since ${when(acked_at)}`;
  if (reason === 'lapsed') return `Still not over: ${who} was on it${since}`;
  if (reason === 'doubled') return `It grew to ${incident.inside} orders: ${who} was on it${since}`;
  // The first step is called again only for this.
  if (level === 0) return 'The alert may have reached nobody, so it calls again';
  return `Nobody is on it yet: step ${level + 1}`;
}
