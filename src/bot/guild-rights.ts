import { PermissionFlagsBits } from 'discord.js';
import type { Channel, Guild, Member } from './guild.ts';

const ALL = (1n << 63n) - 1n;

/** A member of a guild, and what one of its channels says of whom. */
export type RightsFacts = {
  guildId: string;
  /** Null: not known, and nobody is taken for them. */
  ownerId: string | null;
  roles: { id: string; permissions: bigint }[];
  member: { id: string; roleIds: string[] };
  overwrites: { id: string; allow: bigint; deny: bigint }[];
};

/**
 * What a member may do in a channel, as Discord computes it: roles, then the channel's overwrites for everyone, for all roles together,
 * for the member. Not the last step, that who can't see a channel may do nothing in it: else one missing permission would hide the others.
 */
export function rightsOf({ guildId, ownerId, roles, member, overwrites }: RightsFacts): bigint {
  if (member.id === ownerId) return ALL;
  const own = roles.filter(({ id }) => id === guildId || member.roleIds.includes(id));
  const base = sum(own.map(({ permissions }) => permissions));
  if (base & PermissionFlagsBits.Administrator) return ALL;
  return [[guildId], member.roleIds, [member.id]].reduce((rights, ids) => {
    const said = overwrites.filter(({ id }) => ids.includes(id));
    return (rights & ~sum(said.map(({ deny }) => deny))) | sum(said.map(({ allow }) => allow));
  }, base);
}

/** The same of what was read from Discord. */
export function rightsIn(guild: Guild, member: Member, channel: Channel): bigint {
  return rightsOf({
    guildId: guild.id,
    ownerId: guild.owner_id,
    roles: guild.roles,
    member: { id: member.user.id, roleIds: member.roles },
    overwrites: channel.permission_overwrites,
  });
}

function sum(bits: bigint[]): bigint {
  return bits.reduce((all, some) => all | some, 0n);
}
