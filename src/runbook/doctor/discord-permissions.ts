import { PermissionFlagsBits } from 'discord.js';
import { rightsOf } from '../../bot/guild-rights.ts';

export type RoleFacts = { id: string; name: string; permissions: bigint; mentionable: boolean };
export type OverwriteFacts = { id: string; allow: bigint; deny: bigint };
export type GuildFacts = { id: string; ownerId: string; roles: RoleFacts[] };
/** A member as far as rights go. `isTimedOut`: Discord lets them only look meanwhile. */
export type MemberFacts = { id: string; roleIds: string[]; isTimedOut: boolean };

/** What Orderly needs in a channel that it writes to. */
export const NEEDED = {
  'View Channel': PermissionFlagsBits.ViewChannel,
  'Send Messages': PermissionFlagsBits.SendMessages,
  'Read Message History': PermissionFlagsBits.ReadMessageHistory,
} as const;

const WHILE_TIMED_OUT = PermissionFlagsBits.ViewChannel | PermissionFlagsBits.ReadMessageHistory;

/** What a member may really do in a channel just now. Pure. */
export function permissionsIn(guild: GuildFacts, member: MemberFacts, overwrites: OverwriteFacts[]): bigint {
  const { id: guildId, ownerId, roles } = guild;
  const given = rightsOf({ guildId, ownerId, roles, member, overwrites });
  if (given & PermissionFlagsBits.Administrator) return given;
  // Who does not see a channel can do nothing in it.
  if (!(given & PermissionFlagsBits.ViewChannel)) return 0n;
  return member.isTimedOut ? given & WHILE_TIMED_OUT : given;
}

/** The names of what is needed and not there. Pure. */
export function lackingIn(permissions: bigint): string[] {
  return Object.entries(NEEDED).flatMap(([name, bit]) => (permissions & bit ? [] : [name]));
}
