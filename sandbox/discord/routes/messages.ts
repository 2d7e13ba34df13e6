import { ApiError, refuse } from '../errors.ts';
import { invalidForm } from '../form.ts';
import type { Channel } from '../guild.ts';
import { type MessageBody, parseMessageBody } from '../message-body.ts';
import { apiMessage } from '../message-wire.ts';
import { editMessage, findMessage, postMessage, removeMessage, visibleMessages } from '../messages.ts';
import { Permission } from '../permission-bits.ts';
import { may } from '../permissions.ts';
import { type Answer, noContent, ok, param, type Route, type RouteContext } from '../router.ts';
import type { SimMessage } from '../types.ts';
import { botOf, type World } from '../world.ts';
import { channelFor, writeRight } from './channels.ts';

const OLD_MS = 3_600_000;
/** How long an edit has to wait when the switch refuses it. */
const REFUSED_MS = 5_000;

/** Messages of a channel, as the bot reads and writes them. */
export const messageRoutes: Route[] = [
  { method: 'GET', pattern: '/channels/:channelId/messages', handle: list },
  { method: 'POST', pattern: '/channels/:channelId/messages', handle: create },
  {
    method: 'GET',
    pattern: '/channels/:channelId/messages/:messageId',
    handle: (context) => {
      const channel = channelFor(context, Permission.ReadMessageHistory);
      return ok(
        apiMessage(context.world, findMessage(context.world, channel.id, param(context, 'messageId'))),
      );
    },
  },
  { method: 'PATCH', pattern: '/channels/:channelId/messages/:messageId', handle: edit },
  { method: 'DELETE', pattern: '/channels/:channelId/messages/:messageId', handle: remove },
];

function create(context: RouteContext): Answer {
  const { world, files } = context;
  const channel = channelFor(context, writeRight(context));
  const body = parseMessageBody(context.body);
  const bot = botOf(world);
  if (files.length > 0 && !may(world.guild, bot, channel, Permission.AttachFiles)) {
    throw refuse.missingPermissions();
  }
  const repliedTo = findReference(world, channel, body);
  return ok(apiMessage(world, postMessage(world, { channel, author: bot, body, files, repliedTo })));
}

function edit(context: RouteContext): Answer {
  const { world, limits, files } = context;
  const channel = channelFor(context, writeRight(context));
  const message = findMessage(world, channel.id, param(context, 'messageId'));
  if (message.authorId !== botOf(world).id) throw refuse.notYourMessage();
  if (channel.thread?.archived) throw refuse.archivedThread();
  const body = parseMessageBody(context.body);
  const isOld = world.clock.now() - message.createdMs > OLD_MS;
  const waitMs = world.faults.oldEdits ? REFUSED_MS : isOld ? limits.takeOldEdit(channel.id) : 0;
  if (waitMs > 0) throw tooManyOldEdits(limits.seconds(waitMs));
  editMessage(world, message, body, files);
  return ok(apiMessage(world, message));
}

function remove(context: RouteContext): Answer {
  const { world } = context;
  const channel = channelFor(context, Permission.ViewChannel);
  const message = findMessage(world, channel.id, param(context, 'messageId'));
  const bot = botOf(world);
  if (channel.thread?.archived) throw refuse.archivedThread();
  if (message.authorId !== bot.id && !may(world.guild, bot, channel, Permission.ManageMessages)) {
    throw refuse.missingPermissions();
  }
  removeMessage(world, message);
  return noContent;
}

function list(context: RouteContext): Answer {
  const { world, query } = context;
  const channel = channelFor(context);
  if (!may(world.guild, botOf(world), channel, Permission.ReadMessageHistory)) return ok([]);
  const limit = Number(query.get('limit') ?? 50);
  if (!Number.isInteger(limit) || limit < 1 || limit > 100) {
    const message = 'int value should be between 1 and 100.';
    throw invalidForm([{ path: ['limit'], code: 'NUMBER_TYPE_RANGE', message }]);
  }
  const page = pageOf(visibleMessages(world, channel.id), query, limit);
  return ok(page.reverse().map((message) => apiMessage(world, message)));
}

function pageOf(messages: SimMessage[], query: URLSearchParams, limit: number): SimMessage[] {
  const bound = (name: string) => BigInt(query.get(name) ?? 0);
  const older = (id: bigint) => messages.filter((message) => BigInt(message.id) < id);
  const newer = (id: bigint) => messages.filter((message) => BigInt(message.id) > id);
  if (query.has('before')) return older(bound('before')).slice(-limit);
  if (query.has('after')) return newer(bound('after')).slice(0, limit);
  if (!query.has('around')) return messages.slice(-limit);
  const half = Math.floor(limit / 2);
  const middle = messages.filter((message) => BigInt(message.id) === bound('around'));
  return [...older(bound('around')).slice(-half), ...middle, ...newer(bound('around')).slice(0, half)].slice(
    0,
    limit,
  );
}

function findReference(
  world: World,
  channel: Channel,
  { message_reference: reference }: MessageBody,
): SimMessage | null {
  const id = reference?.message_id;
  if (!id) return null;
  if (!may(world.guild, botOf(world), channel, Permission.ReadMessageHistory))
    throw refuse.replyNeedsHistory();
  const message = visibleMessages(world, channel.id).find((other) => other.id === id);
  if (message) return message;
  if (reference?.fail_if_not_exists === false) return null;
  throw invalidForm([
    { path: ['message_reference'], code: 'REPLIES_UNKNOWN_MESSAGE', message: 'Unknown message' },
  ]);
}

function tooManyOldEdits(seconds: number): ApiError {
  const message = 'Maximum number of edits to messages older than 1 hour reached. Try again later.';
  return new ApiError(429, 30046, message, { retry_after: seconds, global: false });
}
