import { refuse } from '../errors.ts';
import type { Channel } from '../guild.ts';
import { Permission } from '../permission-bits.ts';
import { may } from '../permissions.ts';
import { noContent, ok, param, type Route, type RouteContext } from '../router.ts';
import { apiChannel } from '../wire.ts';
import { botOf } from '../world.ts';

/** Channels and threads, as the bot reads them. */
export const channelRoutes: Route[] = [
  {
    method: 'GET',
    pattern: '/channels/:channelId',
    handle: (context) => ok(apiChannel(context.world.guild, channelFor(context))),
  },
  {
    method: 'POST',
    pattern: '/channels/:channelId/typing',
    handle: (context) => {
      channelFor(context, writeRight(context));
      return noContent;
    },
  },
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

/** The right that writing into the path's channel takes: threads have one of their own. */
export function writeRight({ world, params }: RouteContext): bigint {
  const isThread = world.guild.channels.get(params.channelId ?? '')?.thread;
  return isThread ? Permission.SendMessagesInThreads : Permission.SendMessages;
}
