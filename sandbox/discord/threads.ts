/** Opening, changing and deleting threads, whoever does it. */
import type { Channel } from './guild.ts';
import { apiChannel } from './wire.ts';
import { botOf, type World } from './world.ts';

export const THREAD_TYPE = { public: 11, private: 12 } as const;

export type NewThread = {
  id: string;
  type: 11 | 12;
  name: string;
  autoArchiveMinutes: number;
};

/** What is to be different; what is left out stays. */
export type ThreadChange = {
  name?: string | undefined;
  archived?: boolean | undefined;
  locked?: boolean | undefined;
  autoArchiveMinutes?: number | undefined;
};

/** Opens a thread of the bot in a channel. */
export function openThread(
  world: World,
  parent: Channel,
  { autoArchiveMinutes, ...made }: NewThread,
): Channel {
  const nowMs = world.clock.now();
  const thread: Channel = {
    ...made,
    position: 0,
    parentId: parent.id,
    ownerId: botOf(world).id,
    createdMs: nowMs,
    lastMessageId: null,
    overwrites: new Map(),
    thread: {
      archived: false,
      archiveChangedMs: nowMs,
      locked: false,
      autoArchiveMinutes,
      messages: 0,
      sent: 0,
    },
  };
  world.guild.channels.set(thread.id, thread);
  world.gateway.dispatch('THREAD_CREATE', { ...apiChannel(world.guild, thread), newly_created: true });
  world.emit({ type: 'guildChanged' });
  return thread;
}

/** Changes what is named of a thread, and tells the bot; a channel that is no thread stays as it is. */
export function changeThread(world: World, channel: Channel, change: ThreadChange): void {
  const { thread } = channel;
  if (!thread) return;
  const { archived = thread.archived } = change;
  if (archived !== thread.archived) thread.archiveChangedMs = world.clock.now();
  channel.name = change.name ?? channel.name;
  thread.archived = archived;
  thread.locked = change.locked ?? thread.locked;
  thread.autoArchiveMinutes = change.autoArchiveMinutes ?? thread.autoArchiveMinutes;
  world.gateway.dispatch('THREAD_UPDATE', apiChannel(world.guild, channel));
  world.emit({ type: 'guildChanged' });
}

/** Takes a thread away with all its messages, and tells the bot. */
export function deleteThread(world: World, channel: Channel): void {
  world.guild.channels.delete(channel.id);
  for (const message of world.messages.values()) if (message.channelId === channel.id) message.deleted = true;
  const { id, parentId, type } = channel;
  world.gateway.dispatch('THREAD_DELETE', { id, guild_id: world.guild.id, parent_id: parentId, type });
  world.emit({ type: 'guildChanged' });
}
