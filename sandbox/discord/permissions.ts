import type { Channel, Guild, Person } from './guild.ts';
import { ALL_PERMISSIONS, Permission } from './permission-bits.ts';

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
