import { DiscordAPIError } from 'discord.js';
import { toError } from '../lib/failure.ts';
import type { LogPage, PendingMessage } from '../store/store.ts';
import { type Channel, isAfter, type Looked } from './channel.ts';
import type { BotDeps } from './deps.ts';
import { markOf } from './messages/custom-id.ts';
import { logMessage, pagesOf, threadName } from './messages/log-message.ts';
import { channelsOf } from './settings.ts';
import { hasCode, type Threads } from './threads.ts';
import { NotLeadingError } from './write-guard.ts';

type Deps = BotDeps & { channel: Channel; threads: Threads };
const AGAIN_MS = 60_000;

/** Writes one page of an incident's log into the thread of its alert. Never rejects, and never stands in the way of other messages. */
export async function showLog(deps: Deps, pending: PendingMessage, log: LogPage): Promise<boolean> {
  const { generation, id } = pending;
  try {
    const threadId = log.thread_id ?? (await openThread(deps, log));
    if (threadId !== null) await write(deps, pending, log, threadId);
    deps.threads.isOver();
    return true;
  } catch (thrown) {
    if (thrown instanceof NotLeadingError) return false;
    const { message: error } = toError(thrown);
    const deleted = whatWasDeleted(deps, log, thrown);
    // What is about this page alone, or about Discord as a whole, is no trouble of threads.
    if (thrown instanceof DiscordAPIError && !hasCode(thrown, 10003, 10008)) deps.threads.met(thrown);
    const kept = deleted
      ? deps.store.thread(log.incident.id, deleted)
      : deps.store.shown(id, generation, { outcome: 'failed', error, retry_in_ms: AGAIN_MS });
    await kept.catch((reason: unknown) => {
      deps.log.warn({ reason: toError(reason).message }, 'a page of a log could not be put off');
    });
    return false;
  }
}

/**
 * Nobody wants a thread that somebody deleted; its alert is as it was. An alert without a thread can only be gone itself, or with a
 * channel that we left; one that we write in may come back, and until it does its alerts have nowhere to go.
 */
function whatWasDeleted(deps: Deps, { thread_id: threadId, alert }: LogPage, thrown: unknown) {
  if (threadId !== null) return hasCode(thrown, 10003) ? { ended: 'the thread was deleted' } : null;
  if (alert === null || alert.channel_id === null) return null;
  const isLeft = !channelsOf(deps.settings()).includes(alert.channel_id);
  return hasCode(thrown, 10008) || (isLeft && hasCode(thrown, 10003))
    ? { alert_gone: alert.message_id }
    : null;
}

async function openThread(deps: Deps, log: LogPage): Promise<string | null> {
  if (!log.alert?.channel_id) return null;
  const { channel_id: channelId, message_id: messageId } = log.alert;
  const threadId = await deps.threads.open(channelId, messageId, threadName(log));
  await deps.store.thread(log.incident.id, { thread_id: threadId });
  return threadId;
}

async function write(deps: Deps, pending: PendingMessage, log: LogPage, threadId: string): Promise<void> {
  const { id, generation, wanted_version: version } = pending;
  const shown = (messageId: string, shownVersion: number) =>
    deps.store.shown(id, generation, {
      outcome: 'shown',
      version: shownVersion,
      channel_id: threadId,
      message_id: messageId,
    });
  const body = logMessage(log, pending);
  if (pending.message_id !== null) {
    const edited = await opened(deps, threadId, () =>
      deps.channel.edit(threadId, pending.message_id ?? '', body),
    );
    if (edited.kind === 'later' || edited.kind === 'old') {
      const error = 'Discord takes no edit of a page for now';
      await deps.store.shown(id, generation, { outcome: 'failed', error, retry_in_ms: edited.waitMs });
      return;
    }
    if (edited.kind === 'gone') await deps.store.shown(id, generation, { outcome: 'gone' });
    else await shown(pending.message_id, version);
  } else {
    let looked: Looked | null = null;
    if (pending.sending_at !== null) {
      looked = await deps.channel.findOwn(threadId, markOf(pending));
      if (looked.own !== null) {
        await shown(looked.own, 0);
        return;
      }
    } else await deps.store.shown(id, generation, { outcome: 'sending' });
    const sent = await deps.channel.post(threadId, body, markOf(pending), null);
    await shown(sent.messageId, looked === null || isAfter(looked, sent.messageId) ? version : 0);
  }
  const isLast = log.page === pagesOf(log.total);
  if (isLast && log.incident.closed_at !== null) await fold(deps, threadId);
}

/** Whoever reads the list of threads sees those that are not over. Only tidy: Discord does it by itself a day later. */
async function fold(deps: Deps, threadId: string): Promise<void> {
  await deps.threads.archive(threadId, true).catch((thrown: unknown) => {
    deps.log.info({ reason: toError(thrown).message }, 'a thread could not be archived');
  });
}

/** Discord archives a thread that is quiet for a day, and then takes no edit in it (50083). */
async function opened<T>(deps: Deps, threadId: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    if (!hasCode(thrown, 50083)) throw thrown;
    await deps.threads.archive(threadId, false);
    return work();
  }
}
