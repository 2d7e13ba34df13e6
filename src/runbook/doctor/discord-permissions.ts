import { PermissionFlagsBits } from 'discord.js';

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

const EVERYTHING = (1n << 53n) - 1n;
const WHILE_TIMED_OUT = PermissionFlagsBits.ViewChannel | PermissionFlagsBits.ReadMessageHistory;

/**
 * What a member may do in a channel, by Discord's own order: roles, then the overwrites for everyone, for all roles together, for the
 * member. Pure.
 */
export function permissionsIn(guild: GuildFacts, member: MemberFacts, overwrites: OverwriteFacts[]): bigint {
  if (member.id === guild.ownerId) return EVERYTHING;
  const held = new Set([guild.id, ...member.roleIds]);
  const base = sum(guild.roles.filter(({ id }) => held.has(id)).map(({ permissions }) => permissions));
  if (base & PermissionFlagsBits.Administrator) return EVERYTHING;
  const ofRoles = overwrites.filter(({ id }) => id !== guild.id && held.has(id));
  const layers = [
    overwrites.filter(({ id }) => id === guild.id),
    ofRoles,
    overwrites.filter(({ id }) => id === member.id),
  ];
  const given = layers.reduce(
    (may, layer) => (may & ~sum(layer.map(({ deny }) => deny))) | sum(layer.map(({ allow }) => allow)),
    base,
  );
  // Who does not see a channel can do nothing in it.
  if (!(given & PermissionFlagsBits.ViewChannel)) return 0n;
  return member.isTimedOut ? given & WHILE_TIMED_OUT : given;
}

/** The names of what is needed and not there. Pure. */
export function lackingIn(permissions: bigint): string[] {
  return Object.entries(NEEDED).flatMap(([name, bit]) => (permissions & bit ? [] : [name]));
}

function sum(bits: bigint[]): bigint {
  return bits.reduce((all, some) => all | some, 0n);
}
