import { z } from 'zod';
import { refuse } from '../errors.ts';
import { parseForm } from '../form.ts';
import type { Channel } from '../guild.ts';
import { Flag } from '../message-body.ts';
import { apiMessage } from '../message-wire.ts';
import { findMessage } from '../messages.ts';
import { may, Permission } from '../permissions.ts';
import { created, noContent, ok, param, type Route, type RouteContext } from '../router.ts';
import { apiChannel } from '../wire.ts';
import { botOf, type World } from '../world.ts';

const PUBLIC_THREAD = 11;
const PRIVATE_THREAD = 12;

const archiveAfter = z.union([z.literal(60), z.literal(1440), z.literal(4320), z.literal(10_080)]);
const threadSchema = z.object({
  name: z.string().min(1).max(100),
  auto_archive_duration: archiveAfter.nullish(),
  type: z.int().nullish(),
});
const changeSchema = z.object({
  name: z.string().min(1).max(100).optional(),
  archived: z.boolean().optional(),
  locked: z.boolean().optional(),
  auto_archive_duration: archiveAfter.optional(),
});

/** Channels and threads. */
export const channelRoutes: Route[] = [
  {
    method: 'GET',
    pattern: '/channels/:channelId',
    handle: (context) => ok(apiChannel(context.world.guild, channelFor(context))),
  },
  { method: 'PATCH', pattern: '/channels/:channelId', handle: changeThread },
  {
    method: 'POST',
    pattern: '/channels/:channelId/typing',
    handle: (context) => {
      channelFor(context, Permission.SendMessages);
      return noContent;
    },
  },
  {
    method: 'POST',
    pattern: '/channels/:channelId/messages/:messageId/threads',
    handle: (context) => {
      const { world } = context;
      const channel = channelFor(context, Permission.CreatePublicThreads);
      const message = findMessage(world, channel.id, param(context, 'messageId'));
      if (message.threadId) throw refuse.threadExists();
      const thread = openThread(
        world,
        channel,
        parseForm(threadSchema, context.body),
        PUBLIC_THREAD,
        message.id,
      );
      message.threadId = thread.id;
      message.flags |= Flag.HasThread;
      world.emit({ type: 'messageEdited', message });
      world.gateway.dispatch('MESSAGE_UPDATE', { ...apiMessage(world, message), guild_id: world.guild.id });
      return created(apiChannel(world.guild, thread));
    },
  },
  {
    method: 'POST',
    pattern: '/channels/:channelId/threads',
    handle: (context) => {
      const { world } = context;
      const body = parseForm(threadSchema, context.body);
      // Left out, a thread is private: that is Discord's default on this route.
      const type = body.type === PUBLIC_THREAD ? PUBLIC_THREAD : PRIVATE_THREAD;
      const right = type === PUBLIC_THREAD ? Permission.CreatePublicThreads : Permission.CreatePrivateThreads;
      const thread = openThread(world, channelFor(context, right), body, type, world.nextId());
      return created(apiChannel(world.guild, thread));
    },
  },
  { method: 'PUT', pattern: '/channels/:channelId/thread-members/:userId', handle: thread204 },
  { method: 'DELETE', pattern: '/channels/:channelId/thread-members/:userId', handle: thread204 },
];

/** The channel that a path names, if the bot sees it and has the rights; else Discord's refusal. */
export function channelFor(context: RouteContext, wanted = 0n): Channel {
  const { world } = context;
  const id = param(context, 'channelId');
  const channel = world.guild.channels.get(id);
  const { channelLost, noPermission } = world.faults;
  const isLost = channelLost === true || channelLost === id || channelLost === channel?.parentId;
  if (!channel || isLost) throw refuse.unknownChannel();
  if (!may(world.guild, botOf(world), channel, Permission.ViewChannel)) throw refuse.missingAccess();
  if (wanted !== 0n && noPermission) throw refuse.missingPermissions();
  if (!may(world.guild, botOf(world), channel, wanted)) throw refuse.missingPermissions();
  return channel;
}

function openThread(
  world: World,
  parent: Channel,
  body: z.infer<typeof threadSchema>,
  type: 11 | 12,
  id: string,
): Channel {
  const thread: Channel = {
    id,
    type,
    name: body.name,
    position: 0,
    parentId: parent.id,
    ownerId: botOf(world).id,
    createdMs: world.clock.now(),
    lastMessageId: null,
    overwrites: new Map(),
    thread: { archived: false, locked: false, autoArchiveMinutes: body.auto_archive_duration ?? 4320 },
  };
  world.guild.channels.set(id, thread);
  world.gateway.dispatch('THREAD_CREATE', { ...apiChannel(world.guild, thread), newly_created: true });
  world.emit({ type: 'guildChanged' });
  return thread;
}

function changeThread(context: RouteContext) {
  const { world } = context;
  const channel = channelFor(context, Permission.SendMessagesInThreads);
  // Changing a text channel takes a right that the bot does not ask for.
  if (!channel.thread) throw refuse.missingPermissions();
  const { name, ...change } = parseForm(changeSchema, context.body);
  if (name !== undefined) channel.name = name;
  if (change.archived !== undefined) channel.thread.archived = change.archived;
  if (change.locked !== undefined) channel.thread.locked = change.locked;
  channel.thread.autoArchiveMinutes = change.auto_archive_duration ?? channel.thread.autoArchiveMinutes;
  const sent = apiChannel(world.guild, channel);
  world.gateway.dispatch('THREAD_UPDATE', sent);
  world.emit({ type: 'guildChanged' });
  return ok(sent);
}

function thread204(context: RouteContext) {
  channelFor(context, Permission.SendMessagesInThreads);
  return noContent;
}
