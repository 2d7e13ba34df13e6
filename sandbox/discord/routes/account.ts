import { refuse } from '../errors.ts';
import { ok, param, type Route } from '../router.ts';
import { apiApplication, apiGuild, apiUser } from '../wire.ts';
import { botOf } from '../world.ts';

/** Who the bot is, and where its gateway is. */
export const accountRoutes: Route[] = [
  {
    method: 'GET',
    pattern: '/gateway',
    open: true,
    handle: ({ host }) => ok({ url: gatewayUrl(host) }),
  },
  {
    method: 'GET',
    pattern: '/gateway/bot',
    handle: ({ host }) =>
      ok({
        url: gatewayUrl(host),
        shards: 1,
        session_start_limit: { total: 1000, remaining: 999, reset_after: 86_400_000, max_concurrency: 1 },
      }),
  },
  { method: 'GET', pattern: '/users/@me', handle: ({ world }) => ok(apiUser(botOf(world))) },
  {
    method: 'GET',
    pattern: '/users/@me/guilds',
    handle: ({ world: { guild } }) => ok([{ ...apiGuild(guild), owner: false, permissions: '0' }]),
  },
  {
    method: 'GET',
    pattern: '/users/:userId',
    handle: (context) => {
      const person = context.world.guild.people.get(param(context, 'userId'));
      if (!person) throw refuse.unknownUser();
      return ok(apiUser(person));
    },
  },
  { method: 'GET', pattern: '/applications/@me', handle: ({ world }) => ok(apiApplication(world)) },
  { method: 'GET', pattern: '/oauth2/applications/@me', handle: ({ world }) => ok(apiApplication(world)) },
];

/** The gateway listens on the same port. */
function gatewayUrl(host: string): string {
  return `ws://${host}`;
}
