/** Faults that are settings of the guild: while one is on the guild is changed, as an admin would, and the bot is told. */
import { changePersonRoles, changeRole } from './admin.ts';
import type { GuildFault, GuildFaults } from './faults.ts';
import type { SeededIds } from './guild.ts';
import { Permission } from './permission-bits.ts';
import type { World } from './world.ts';

const THREADS =
  Permission.CreatePublicThreads |
  Permission.CreatePrivateThreads |
  Permission.SendMessagesInThreads |
  Permission.ManageThreads;

/** None of them on. The world is asked for late: it holds these faults itself. */
export function createGuildFaults(world: () => World, ids: SeededIds): GuildFaults {
  return {
    onCallNotMentionable: fault(() => {
      const was = roleOf(world(), ids.onCall).mentionable;
      changeRole(world(), ids.onCall, { mentionable: false });
      return () => changeRole(world(), ids.onCall, { mentionable: was });
    }),
    onCallEmpty: fault(() => {
      const people = [...world().guild.people.values()].filter(({ roleIds }) => roleIds.includes(ids.onCall));
      const change = (roles: (own: string[]) => string[]) => {
        for (const { id, roleIds } of people) changePersonRoles(world(), id, roles(roleIds));
      };
      change((own) => own.filter((id) => id !== ids.onCall));
      return () => change((own) => [...new Set([...own, ids.onCall])]);
    }),
    // Also from @everyone, from whom every bot has what its own role has not.
    noThreads: fault(() => takeAway(world(), [ids.bot, ids.guild], THREADS)),
    noMentionEveryone: fault(() => takeAway(world(), [ids.bot, ids.guild], Permission.MentionEveryone)),
  };
}

/** A fault that `begin` brings about, and what `begin` answers takes back. */
function fault(begin: () => () => void): GuildFault {
  let end: (() => void) | null = null;
  return {
    isOn: () => end !== null,
    set(on) {
      if (on === (end !== null)) return;
      if (end) end();
      end = on ? begin() : null;
    },
  };
}

function takeAway(world: World, roleIds: readonly string[], rights: bigint): () => void {
  const taken = roleIds.map((id) => ({ id, rights: roleOf(world, id).permissions & rights }));
  const change = (next: (now: bigint, rights: bigint) => bigint) => {
    for (const { id, rights: bits } of taken) {
      if (bits !== 0n) changeRole(world, id, { permissions: next(roleOf(world, id).permissions, bits) });
    }
  };
  change((now, bits) => now & ~bits);
  return () => change((now, bits) => now | bits);
}

function roleOf(world: World, id: string) {
  const role = world.guild.roles.get(id);
  if (!role) throw new Error(`this guild has no role ${id}`);
  return role;
}
