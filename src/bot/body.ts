import type { PendingMessage } from '../store/store.ts';
import type { BotDeps } from './deps.ts';
import { alertMessage } from './messages/alert-message.ts';
import { boardMessage } from './messages/board-message.ts';
import { callMessage } from './messages/call-message.ts';
import { messageUrl } from './messages/incident-words.ts';
import type { MessageBody, Target } from './messages/parts.ts';
import { purchaseMessage } from './messages/purchase-message.ts';
import { testMessage } from './messages/test-message.ts';
import type { Blocked } from './ping-check.ts';
import { type Called, calledAt, targetsOf } from './targets.ts';

type Deps = Pick<BotDeps, 'settings' | 'panelUrl'> & { blocked: () => Blocked };

/** What a message says now; null when its rows are gone. */
export function bodyOf(deps: Deps, pending: PendingMessage): MessageBody | null {
  const links = { panelUrl: deps.panelUrl, guildId: deps.settings().guildId };
  const liveUrl = liveUrlOf(deps, pending);
  const { purchase, board, incident, call } = pending;
  if (purchase) return purchaseMessage(purchase, pending, links);
  if (pending.kind === 'test') return testMessage(pending);
  if (board) return boardMessage(board, pending, links);
  if (incident) {
    return alertMessage(incident, pending, { ...links, called: calledBy(deps, incident, 0), liveUrl });
  }
  if (!call) return null;
  const called = calledBy(deps, call.incident, call.level);
  // Whoever had it is asked first: they know it.
  const before: Target[] =
    call.reason !== 'unanswered' && call.acked_by_id ? [{ kind: 'user', id: call.acked_by_id }] : [];
  const pings = [...before, ...called.pings].filter(
    ({ id }, place, all) => all.findIndex((one) => one.id === id) === place,
  );
  return callMessage(call, pending, { ...links, called: { ...called, pings }, liveUrl });
}

/** The live message of the first purchase that an alert is about. */
export function liveMessageOf({ incident, call }: PendingMessage) {
  return (incident ?? call?.incident)?.purchases[0]?.live_message ?? null;
}

function calledBy(deps: Deps, incident: { on_call_id: string | null }, level: number): Called {
  const settings = deps.settings();
  return calledAt(targetsOf(incident, settings), level, deps.blocked(), settings.namedUserIds);
}

/** No reply goes over to another channel; a link does. */
function liveUrlOf(deps: Deps, pending: PendingMessage): string | null {
  const { guildId, channelId, alertChannelId } = deps.settings();
  const live = liveMessageOf(pending);
  const here = pending.channel_id ?? alertChannelId ?? channelId;
  if (!live?.message_id || live.channel_id === here) return null;
  return live.channel_id === null ? null : messageUrl(guildId, live.channel_id, live.message_id);
}
