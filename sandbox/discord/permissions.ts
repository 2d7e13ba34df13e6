import type { Channel, Guild, Person } from './guild.ts';

/** The permission bits that matter here (Discord's "Permissions" reference). */
export const Permission = {
  Administrator: 1n << 3n,
  AddReactions: 1n << 6n,
  ViewChannel: 1n << 10n,
  SendMessages: 1n << 11n,
  ManageMessages: 1n << 13n,
  EmbedLinks: 1n << 14n,
  AttachFiles: 1n << 15n,
  ReadMessageHistory: 1n << 16n,
  MentionEveryone: 1n << 17n,
  UseExternalEmojis: 1n << 18n,
  UseApplicationCommands: 1n << 31n,
  ManageThreads: 1n << 34n,
  CreatePublicThreads: 1n << 35n,
  CreatePrivateThreads: 1n << 36n,
  SendMessagesInThreads: 1n << 38n,
} as const;

export const ALL_PERMISSIONS = (1n << 52n) - 1n;

export const EVERYONE_PERMISSIONS =
  Permission.AddReactions |
  Permission.ViewChannel |
  Permission.SendMessages |
  Permission.EmbedLinks |
  Permission.ReadMessageHistory |
  Permission.UseApplicationCommands |
  Permission.SendMessagesInThreads;

/** What the bot asks for at its invitation. Not MentionEveryone: the on-call role is mentionable instead. */
export const BOT_PERMISSIONS =
  EVERYONE_PERMISSIONS |
  Permission.AttachFiles |
  Permission.UseExternalEmojis |
  Permission.ManageThreads |
  Permission.CreatePublicThreads |
  Permission.CreatePrivateThreads;

/** What a person may do in a channel: roles, then the overwrites for everyone, for roles, for the person. */
export function permissionsIn(guild: Guild, person: Person, channel: Channel): bigint {
  const base = basePermissions(guild, person);
  if (base & Permission.Administrator) return ALL_PERMISSIONS;
  const overwrites = (guild.channels.get(channel.parentId ?? '') ?? channel).overwrites;
  const everyone = overwrites.get(guild.id) ?? { allow: 0n, deny: 0n };
  let permissions = (base & ~everyone.deny) | everyone.allow;
  let allow = 0n;
  let deny = 0n;
  for (const roleId of person.roleIds) {
    allow |= overwrites.get(roleId)?.allow ?? 0n;
    deny |= overwrites.get(roleId)?.deny ?? 0n;
  }
  permissions = (permissions & ~deny) | allow;
  const own = overwrites.get(person.id) ?? { allow: 0n, deny: 0n };
  permissions = (permissions & ~own.deny) | own.allow;
  return permissions & Permission.ViewChannel ? permissions : 0n;
}

/** Whether a person has every one of the given bits in a channel. */
export function may(guild: Guild, person: Person, channel: Channel, wanted: bigint): boolean {
  return (permissionsIn(guild, person, channel) & wanted) === wanted;
}

function basePermissions(guild: Guild, person: Person): bigint {
  if (person.id === guild.ownerId) return ALL_PERMISSIONS;
  const roles = [guild.id, ...person.roleIds];
  const bits = roles.reduce((sum, id) => sum | (guild.roles.get(id)?.permissions ?? 0n), 0n);
  return bits & Permission.Administrator ? ALL_PERMISSIONS : bits;
}
