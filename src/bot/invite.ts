import { PermissionFlagsBits } from 'discord.js';

/** Every permission that Orderly uses, and what for. The invite link asks for these and no other. */
export const PERMISSIONS = [
  {
    name: 'View Channel',
    bit: PermissionFlagsBits.ViewChannel,
    why: 'without it there is no channel for the bot',
  },
  {
    name: 'Send Messages',
    bit: PermissionFlagsBits.SendMessages,
    why: 'to post purchases and alerts; to edit its own takes nothing more',
  },
  {
    name: 'Read Message History',
    bit: PermissionFlagsBits.ReadMessageHistory,
    why: 'to find its own message again after a lost answer, so that none is posted twice; and to reply',
  },
  {
    name: 'Create Public Threads',
    bit: PermissionFlagsBits.CreatePublicThreads,
    why: 'an alert has a thread, where what is done about it is kept',
  },
  {
    name: 'Send Messages in Threads',
    bit: PermissionFlagsBits.SendMessagesInThreads,
    why: 'to write in that thread',
  },
] as const;

/**
 * Not asked for: an on-call role that anybody may mention is the better way, because with this one a bot could ping @everyone. Where the
 * role is not to be mentionable, it is given by hand.
 */
export const MENTION_EVERYONE = PermissionFlagsBits.MentionEveryone;

export const PERMISSION_BITS = PERMISSIONS.reduce((sum, { bit }) => sum | bit, 0n);

/** Where an administrator of a Discord server lets the bot in, with just the permissions that it uses. */
export function inviteUrl(applicationId: string, guildId?: string): string {
  const server = guildId === undefined ? '' : `&guild_id=${guildId}`;
  return `https://discord.com/oauth2/authorize?client_id=${applicationId}&scope=bot+applications.commands&permissions=${PERMISSION_BITS}${server}`;
}
