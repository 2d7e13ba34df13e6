import { PermissionFlagsBits } from 'discord.js';
import type { Channel, Guild, Member } from './guild.ts';

const ALL = (1n << 63n) - 1n;

/**
 * What a member may do in a channel, as Discord computes it: roles, then the channel's overwrites for everyone, for roles, for the member.
 * Not the last step, that who can't see a channel may do nothing in it: else one missing permission would hide the others.
 */
export function rightsIn(guild: Guild, member: Member, channel: Channel): bigint {
  if (member.user.id === guild.owner_id) return ALL;
  const own = guild.roles.filter(({ id }) => id === guild.id || member.roles.includes(id));
  const base = own.reduce((sum, { permissions }) => sum | permissions, 0n);
  if (base & PermissionFlagsBits.Administrator) return ALL;
  const overwrites = (isMeant: (id: string) => boolean) =>
    channel.permission_overwrites
      .filter(({ id }) => isMeant(id))
      .reduce((sum, { allow, deny }) => ({ allow: sum.allow | allow, deny: sum.deny | deny }), {
        allow: 0n,
        deny: 0n,
      });
  return [
    overwrites((id) => id === guild.id),
    overwrites((id) => member.roles.includes(id)),
    overwrites((id) => id === member.user.id),
  ].reduce((rights, { allow, deny }) => (rights & ~deny) | allow, base);
}
