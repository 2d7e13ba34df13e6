import { refuse } from '../errors.ts';
import type { Guild } from '../guild.ts';
import { ok, param, type Route, type RouteContext } from '../router.ts';
import { apiChannel, apiGuild, apiMember, apiRole } from '../wire.ts';

/** The guild, its roles, channels and members, read only. */
export const guildRoutes: Route[] = [
  {
    method: 'GET',
    pattern: '/guilds/:guildId',
    handle: (context) => {
      const guild = guildOf(context);
      const counts = { approximate_member_count: guild.people.size, approximate_presence_count: 1 };
      return ok({ ...apiGuild(guild), ...(context.query.get('with_counts') === 'true' ? counts : {}) });
    },
  },
  {
    method: 'GET',
    pattern: '/guilds/:guildId/channels',
    handle: (context) => {
      const guild = guildOf(context);
      const channels = [...guild.channels.values()].filter(({ thread }) => !thread);
      return ok(channels.map((channel) => apiChannel(guild, channel)));
    },
  },
  {
    method: 'GET',
    pattern: '/guilds/:guildId/threads/active',
    handle: (context) => {
      const guild = guildOf(context);
      const threads = [...guild.channels.values()].filter(({ thread }) => thread && !thread.archived);
      return ok({ threads: threads.map((thread) => apiChannel(guild, thread)), members: [] });
    },
  },
  {
    method: 'GET',
    pattern: '/guilds/:guildId/roles',
    handle: (context) => ok([...guildOf(context).roles.values()].map(apiRole)),
  },
  {
    // Before the route of one role, which this path would fit as well.
    method: 'GET',
    pattern: '/guilds/:guildId/roles/member-counts',
    handle: (context) => ok(memberCounts(guildOf(context))),
  },
  {
    method: 'GET',
    pattern: '/guilds/:guildId/roles/:roleId',
    handle: (context) => {
      const role = guildOf(context).roles.get(param(context, 'roleId'));
      if (!role) throw refuse.unknownRole();
      return ok(apiRole(role));
    },
  },
  {
    // The list takes the privileged intent GuildMembers, which no bot gets here.
    method: 'GET',
    pattern: '/guilds/:guildId/members',
    handle: (context) => {
      guildOf(context);
      throw refuse.missingAccess();
    },
  },
  {
    method: 'GET',
    pattern: '/guilds/:guildId/members/:userId',
    handle: (context) => {
      const guild = guildOf(context);
      const person = guild.people.get(param(context, 'userId'));
      if (!person) throw refuse.unknownMember();
      return ok(apiMember(guild, person));
    },
  },
];

/** How many members have each role, bots included; @everyone is left out. */
function memberCounts(guild: Guild): Record<string, number> {
  const roles = [...guild.roles.keys()].filter((id) => id !== guild.id);
  const people = [...guild.people.values()];
  return Object.fromEntries(
    roles.map((id) => [id, people.filter(({ roleIds }) => roleIds.includes(id)).length]),
  );
}

/** The guild that a path names, if it is ours. */
export function guildOf(context: RouteContext): Guild {
  const { guild } = context.world;
  if (param(context, 'guildId') !== guild.id) throw refuse.unknownGuild();
  return guild;
}
