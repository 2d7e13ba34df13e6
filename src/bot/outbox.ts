import { toError } from '../lib/failure.ts';
import type { PendingMessage } from '../store/store.ts';
import type { Channel } from './channel.ts';
import type { BotDeps } from './deps.ts';
import { alertMessage } from './messages/alert-message.ts';
import { markOf } from './messages/custom-id.ts';
import type { MessageBody } from './messages/parts.ts';
import { purchaseMessage } from './messages/purchase-message.ts';

const LEASE = 'outbox';
/** Under way at once: posts and edits have budgets of their own at Discord, and an edit that waits must not hold up an alert. */
const MOST = { alert: 3, post: 3, edit: 2 } as const;

type Lane = keyof typeof MOST;

/** How the outbox does, in milliseconds of the clock. */
export type Outbox = {
  /** When it last got through to the database, or heard that another process leads; 0 for never. */
  lastRoundMs(): number;
  /** Since when messages have waited for Discord and none got through; null when none waits so. */
  waitingSinceMs(): number | null;
};

/**
 * The only writer of Discord messages: makes each message say what its rows say. Always the latest version, one call in flight
 * per message; what Discord does not take is tried again (P6). One process leads at a time.
 *
 * @returns stop, which waits for the calls under way, and what `Outbox` says of it.
 */
export function startOutbox(deps: BotDeps, channel: Channel): Outbox & { stop(): Promise<void> } {
  const stopping = new AbortController();
  const inFlight = new Map<number, { lane: Lane; done: Promise<void> }>();
  let lastRoundMs = 0;
  let waitingSinceMs: number | null = null;
  const round = async () => {
    if (!(await deps.store.lease(LEASE, deps.holder, deps.timings.outboxLeaseMs))) {
      lastRoundMs = deps.clock.now();
      waitingSinceMs = null;
      return;
    }
    for (const pending of await deps.store.nextMessages(20)) {
      const lane = laneOf(pending);
      const busy = [...inFlight.values()].filter((call) => call.lane === lane).length;
      if (inFlight.has(pending.id) || busy >= MOST[lane]) continue;
      waitingSinceMs ??= deps.clock.now();
      const done = show(deps, channel, pending).then((isThrough) => {
        if (isThrough) waitingSinceMs = null;
        inFlight.delete(pending.id);
      });
      inFlight.set(pending.id, { lane, done });
    }
    lastRoundMs = deps.clock.now();
  };
  const loop = async () => {
    while (!stopping.signal.aborted) {
      try {
        await round();
      } catch (thrown) {
        deps.log.warn({ reason: toError(thrown).message }, 'the outbox could not ask the database');
      }
      await deps.clock.sleep(deps.timings.outboxMs, stopping.signal);
    }
    await Promise.all([...inFlight.values()].map((call) => call.done));
    await deps.store.lease(LEASE, deps.holder, 0).catch((thrown: unknown) => {
      deps.log.warn({ reason: toError(thrown).message }, 'the outbox could not give its lease back');
    });
  };
  const running = loop();
  return {
    lastRoundMs: () => lastRoundMs,
    waitingSinceMs: () => waitingSinceMs,
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}

function laneOf(pending: PendingMessage): Lane {
  if (pending.message_id !== null) return 'edit';
  return pending.kind === 'alert' ? 'alert' : 'post';
}

/** Never rejects: what failed is written down and tried again. False when it failed. */
async function show(deps: BotDeps, channel: Channel, pending: PendingMessage): Promise<boolean> {
  const log = deps.log.child({ message: pending.id, kind: pending.kind, subject: pending.subject });
  try {
    const body = bodyOf(deps, pending);
    if (body === null) log.error('a message has nothing to say: its rows are gone');
    else if (pending.message_id === null) await post(deps, channel, pending, body);
    else await edit(deps, channel, pending, pending.message_id, body);
    return true;
  } catch (thrown) {
    const error = toError(thrown);
    log.warn({ reason: error.message.slice(0, 200) }, 'a message could not be shown; it is tried again');
    await putOff(deps, pending, error);
    return false;
  }
}

async function putOff(deps: BotDeps, pending: PendingMessage, error: Error): Promise<void> {
  const wait = Math.min(60_000, 1_000 * 2 ** Math.min(pending.tries, 6));
  const retry_in_ms = Math.round(wait * (1 - deps.random() / 2));
  const what = { outcome: 'failed', error: error.message, retry_in_ms } as const;
  await deps.store.shown(pending.id, pending.generation, what).catch((thrown: unknown) => {
    deps.log.warn({ reason: toError(thrown).message }, 'a failed message could not be written down');
  });
}

async function post(
  deps: BotDeps,
  channel: Channel,
  pending: PendingMessage,
  body: MessageBody,
): Promise<void> {
  const { channelId } = deps.discord;
  const mark = markOf(pending);
  if (pending.sending_at !== null) {
    // We, or one before us, may have posted it already; a nonce is remembered for minutes only.
    const own = await channel.findOwn(channelId, mark);
    if (own !== null) return shown(deps, pending, channelId, own, 0);
  } else {
    await deps.store.shown(pending.id, pending.generation, { outcome: 'sending' });
  }
  const live = pending.incident?.purchases[0]?.live_message;
  const replyTo = live?.channel_id === channelId ? live.message_id : null;
  const sent = await channel.post(channelId, body, mark, replyTo);
  await shown(deps, pending, channelId, sent.messageId, pending.wanted_version);
}

async function edit(
  deps: BotDeps,
  channel: Channel,
  pending: PendingMessage,
  messageId: string,
  body: MessageBody,
): Promise<void> {
  const channelId = pending.channel_id ?? deps.discord.channelId;
  const edited = await channel.edit(channelId, messageId, body);
  if (edited.kind === 'gone') await deps.store.shown(pending.id, pending.generation, { outcome: 'gone' });
  else await shown(deps, pending, channelId, messageId, pending.wanted_version);
}

async function shown(
  deps: BotDeps,
  pending: PendingMessage,
  channelId: string,
  messageId: string,
  version: number,
) {
  const what = { outcome: 'shown', version, channel_id: channelId, message_id: messageId } as const;
  await deps.store.shown(pending.id, pending.generation, what);
}

function bodyOf(deps: BotDeps, pending: PendingMessage): MessageBody | null {
  const links = { panelUrl: deps.panelUrl };
  if (pending.purchase) return purchaseMessage(pending.purchase, pending, links);
  if (pending.incident) {
    return alertMessage(pending.incident, pending, { ...links, onCallRoleId: deps.discord.onCallRoleId });
  }
  return null;
}
