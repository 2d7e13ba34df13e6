import { z } from 'zod';
import { refuse } from '../errors.ts';
import { parseForm } from '../form.ts';
import { Flag } from '../message-body.ts';
import { apiMessage } from '../message-wire.ts';
import { findMessage } from '../messages.ts';
import { Permission } from '../permission-bits.ts';
import { created, noContent, ok, param, type Route, type RouteContext } from '../router.ts';
import { changeThread, deleteThread, openThread, THREAD_TYPE } from '../threads.ts';
import { apiChannel } from '../wire.ts';
import { channelFor } from './channels.ts';

const DEFAULT_ARCHIVE_MINUTES = 4320;

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

/** Threads: opened from a message or by themselves, changed, deleted. */
export const threadRoutes: Route[] = [
  { method: 'POST', pattern: '/channels/:channelId/messages/:messageId/threads', handle: openFromMessage },
  { method: 'POST', pattern: '/channels/:channelId/threads', handle: openApart },
  { method: 'PATCH', pattern: '/channels/:channelId', handle: change },
  { method: 'DELETE', pattern: '/channels/:channelId', handle: remove },
  { method: 'PUT', pattern: '/channels/:channelId/thread-members/:userId', handle: changeMembers },
  { method: 'DELETE', pattern: '/channels/:channelId/thread-members/:userId', handle: changeMembers },
];

function openFromMessage(context: RouteContext) {
  const { world } = context;
  const channel = channelFor(context, Permission.CreatePublicThreads);
  const message = findMessage(world, channel.id, param(context, 'messageId'));
  const { name, auto_archive_duration: minutes } = parseForm(threadSchema, context.body);
  if (message.threadId) throw refuse.threadExists();
  const thread = openThread(world, channel, {
    // Whoever knows the message knows its thread.
    id: message.id,
    type: THREAD_TYPE.public,
    name,
    autoArchiveMinutes: minutes ?? DEFAULT_ARCHIVE_MINUTES,
  });
  message.threadId = thread.id;
  message.flags |= Flag.HasThread;
  world.emit({ type: 'messageEdited', message });
  world.gateway.dispatch('MESSAGE_UPDATE', { ...apiMessage(world, message), guild_id: world.guild.id });
  return created(apiChannel(world.guild, thread));
}

function openApart(context: RouteContext) {
  const { world } = context;
  const body = parseForm(threadSchema, context.body);
  // Left out, a thread is private: that is Discord's default on this route.
  const isPublic = body.type === THREAD_TYPE.public;
  const right = isPublic ? Permission.CreatePublicThreads : Permission.CreatePrivateThreads;
  const thread = openThread(world, channelFor(context, right), {
    id: world.nextId(),
    type: isPublic ? THREAD_TYPE.public : THREAD_TYPE.private,
    name: body.name,
    autoArchiveMinutes: body.auto_archive_duration ?? DEFAULT_ARCHIVE_MINUTES,
  });
  return created(apiChannel(world.guild, thread));
}

function change(context: RouteContext) {
  const { world } = context;
  const channel = channelFor(context, Permission.SendMessagesInThreads);
  // Changing a text channel takes a right that the bot does not ask for.
  if (!channel.thread) throw refuse.missingPermissions();
  const { auto_archive_duration: minutes, ...wanted } = parseForm(changeSchema, context.body);
  const { archived, ...rest } = wanted;
  const isMore = minutes !== undefined || Object.keys(rest).length > 0;
  if (channel.thread.archived && archived !== false && isMore) throw refuse.archivedThread();
  changeThread(world, channel, { ...wanted, autoArchiveMinutes: minutes });
  return ok(apiChannel(world.guild, channel));
}

function remove(context: RouteContext) {
  const channel = channelFor(context, Permission.ManageThreads);
  if (!channel.thread) throw refuse.missingPermissions();
  const sent = apiChannel(context.world.guild, channel);
  deleteThread(context.world, channel);
  return ok(sent);
}

function changeMembers(context: RouteContext) {
  channelFor(context, Permission.SendMessagesInThreads);
  return noContent;
}
