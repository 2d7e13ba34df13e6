import { toError } from '../lib/failure.ts';
import { secondsSincePaid } from '../orders/stages.ts';
import { stateOf } from '../orders/state.ts';
import type { PendingMessage } from '../store/store.ts';
import { bodyOf, liveMessageOf } from './body.ts';
import { type Channel, isAfter, type Looked } from './channel.ts';
import { type ChannelTroubles, channelTroubleOf } from './channel-trouble.ts';
import type { BotDeps } from './deps.ts';
import { placeOf } from './gate.ts';
import { markOf } from './messages/custom-id.ts';
import type { MessageBody } from './messages/parts.ts';
import type { Blocked } from './ping-check.ts';
import { callsSomebody, channelFor } from './settings.ts';
import { showLog } from './show-log.ts';
import type { Threads } from './threads.ts';
import { NotLeadingError } from './write-guard.ts';

export type ShowDeps = BotDeps & {
  channel: Channel;
  troubles: ChannelTroubles;
  threads: Threads;
  /** Why each role that can't be pinged can't. */
  blocked: () => Blocked;
};
/** `readMs`: when the rows were read. */
type Deps = ShowDeps & { readMs: number };

/** Writes one message as its rows are. Never rejects: what failed is written down and tried again. False when it failed. */
export async function show(given: ShowDeps, pending: PendingMessage): Promise<boolean> {
  if (pending.log) return showLog(given, pending, pending.log);
  const channelId = placeOf(pending, given.settings());
  const log = given.log.child({ message: pending.id, kind: pending.kind, ...idsOf(pending) });
  const deps = { ...given, log, readMs: given.clock.now() };
  try {
    const body = bodyOf(deps, pending);
    if (channelId === null) throw new Error('no channel is chosen: /setup');
    if (body === null) log.error('a message has nothing to say: its rows are gone');
    else if (pending.message_id === null) await post(deps, pending, channelId, body);
    else return await edit(deps, pending, { channelId, messageId: pending.message_id }, body);
    return true;
  } catch (thrown) {
    if (thrown instanceof NotLeadingError) return false;
    const error = toError(thrown);
    const words = channelTroubleOf(error);
    if (words === null || channelId === null) {
      log.warn({ reason: error.message.slice(0, 200) }, 'a message could not be shown; it is tried again');
      const wait = Math.min(60_000, 1_000 * 2 ** Math.min(pending.tries, 6));
      await putOff(deps, pending, error.message, Math.round(wait * (1 - deps.random() / 2)));
    } else {
      // The pace is that of the channel, for all messages together.
      deps.troubles.of(channelId).met(words);
      await putOff(deps, pending, words, 0);
    }
    return false;
  }
}

function idsOf({ kind, subject, purchase }: PendingMessage): object {
  return kind === 'purchase' ? { purchase: subject, order: purchase?.order_id } : { subject };
}

async function putOff(deps: Deps, pending: PendingMessage, error: string, retry_in_ms: number) {
  const what = { outcome: 'failed', error, retry_in_ms } as const;
  await deps.store.shown(pending.id, pending.generation, what).catch((thrown: unknown) => {
    deps.log.warn({ reason: toError(thrown).message }, 'a failed message could not be written down');
  });
}

async function post(
  deps: Deps,
  pending: PendingMessage,
  channelId: string,
  body: MessageBody,
): Promise<void> {
  const mark = markOf(pending);
  let looked: Looked | null = null;
  if (pending.sending_at !== null) {
    // We, or one before us, may have posted it already; a nonce is remembered for minutes only.
    looked = await deps.channel.findOwn(channelId, mark);
    if (looked.own !== null) return shown(deps, pending, channelId, looked.own, 0);
  } else {
    const { status } = await deps.store.shown(pending.id, pending.generation, { outcome: 'sending' });
    // What it says is no longer so: the next round knows more.
    if (status === 'stale') return;
  }
  // Nobody is to be called any more.
  if (pending.call && !pending.call.stands) return drop(deps, pending);
  const replyTo = replyOf(pending);
  const reply = replyTo?.channel_id === channelId ? replyTo.message_id : null;
  const sent = await send(deps, pending, { channelId, body, mark, reply });
  deps.troubles.of(sent.channelId).isOver();
  // What was posted before says what was so then.
  const isNew = looked === null || (sent.channelId === channelId && isAfter(looked, sent.messageId));
  await shown(deps, pending, sent.channelId, sent.messageId, isNew ? pending.wanted_version : 0);
}

type Posting = { channelId: string; body: MessageBody; mark: string; reply: string | null };

/** An alert is never lost for its channel: where that takes none, it goes where the purchases are. */
async function send(deps: Deps, pending: PendingMessage, { channelId, body, mark, reply }: Posting) {
  try {
    return { channelId, ...(await deps.channel.post(channelId, body, mark, reply)) };
  } catch (thrown) {
    const words = channelTroubleOf(toError(thrown));
    const other = deps.settings().channelId;
    if (!callsSomebody(pending.kind) || other === null || other === channelId || words === null) throw thrown;
    deps.troubles.of(channelId).met(`${words} (alerts go among the purchases meanwhile)`);
    return { channelId: other, ...(await deps.channel.post(other, body, mark, null)) };
  }
}

async function drop(deps: Deps, pending: PendingMessage): Promise<void> {
  await deps.store.shown(pending.id, pending.generation, { outcome: 'dropped' });
}

/** An alert answers the live message that it is about, a call its alert. */
function replyOf(pending: PendingMessage) {
  return pending.call ? pending.call.alert : liveMessageOf(pending);
}

/** False when Discord took nothing for now. */
async function edit(
  deps: Deps,
  pending: PendingMessage,
  { channelId, messageId }: { channelId: string; messageId: string },
  body: MessageBody,
): Promise<boolean> {
  const edited = await deps.channel.edit(channelId, messageId, body).catch((thrown: unknown) => {
    // It stands in a channel that we left: it goes on in the one of now.
    if (channelId === channelFor(deps.settings(), pending.kind) || channelTroubleOf(toError(thrown)) === null)
      throw thrown;
    return { kind: 'gone' } as const;
  });
  if (edited.kind === 'later') return false;
  if (edited.kind === 'old' && !isWorthANewOne(pending)) {
    await putOff(deps, pending, 'older than an hour: Discord takes few edits of it', edited.waitMs);
  } else if (edited.kind === 'edited') {
    deps.troubles.of(channelId).isOver();
    await shown(deps, pending, channelId, messageId, pending.wanted_version);
  } else {
    // Of the two, the old one would go on telling what is no longer so.
    if (edited.kind === 'old') await deps.channel.remove(channelId, messageId);
    await deps.store.shown(pending.id, pending.generation, { outcome: 'gone' });
  }
  return true;
}

/** Whether people must learn of it now, or can do with what the message said before. */
function isWorthANewOne({ purchase, incident, call }: PendingMessage): boolean {
  // What stood there once to call somebody calls nobody as it is.
  if (call) return false;
  if (incident) return incident.closed_at !== null;
  return (
    purchase === null ||
    !['waiting', 'paid', 'provisioning', 'retrying', 'paused'].includes(stateOf(purchase))
  );
}

async function shown(
  deps: Deps,
  pending: PendingMessage,
  channelId: string,
  messageId: string,
  version: number,
) {
  const what = { outcome: 'shown', version, channel_id: channelId, message_id: messageId } as const;
  const { status } = await deps.store.shown(pending.id, pending.generation, what);
  deps.log.debug({ version, status }, 'shown');
  const isFirst = pending.message_id === null && pending.generation === 1 && pending.kind === 'purchase';
  if (status !== 'ok' || !isFirst || !pending.purchase) return;
  const seconds = secondsSincePaid(pending.purchase, deps.readMs, deps.clock.now());
  if (seconds !== null) deps.observe.stage('message', seconds);
}
