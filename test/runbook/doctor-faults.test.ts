import { Redis } from 'ioredis';
import { afterEach, describe, expect, it } from 'vitest';
import { Permission } from '../../sandbox/discord/index.ts';
import { ANON_KEY } from '../../sandbox/embedded/supabase.ts';
import { noFaults } from '../../sandbox/panel/faults.ts';
import type { PanelResource } from '../../sandbox/panel/rows.ts';
import { healthyStripe } from '../../sandbox/stripe/switches.ts';
import type { World } from '../../sandbox/world.ts';
import { type Env, examine, newPanelKey, said } from '../helpers/doctor.ts';
import { useWorld } from '../helpers/world.ts';

const held = useWorld({ hasPager: true });
const NO_ID = '123456789012345678';

afterEach(() => {
  const { stripe, panel, discord, proxy } = held.get();
  Object.assign(stripe.faults, healthyStripe());
  Object.assign(panel.faults, noFaults());
  Object.assign(discord.faults, { down: false, channelLost: false, rest500: false });
  proxy.faults.down = false;
});

type Case = [
  what: string,
  name: string,
  words: RegExp,
  broken: { fault?: (world: World) => unknown; env?: Env },
];

/** The finding that is expected is the only one of its part, unless told. */
const cases: Case[] = [
  [
    'Stripe is cut off',
    'stripe, answers',
    /^unknown: the connection was cut → .*status\.stripe/,
    { fault: ({ stripe }) => Object.assign(stripe.faults, { apiDown: true }) },
  ],
  [
    'Stripe fails',
    'stripe, right to read Events',
    /^unknown: Stripe answers 500/,
    { fault: ({ stripe }) => Object.assign(stripe.faults, { api500: true }) },
  ],
  [
    'the Stripe key lacks a right',
    'stripe, right to read Charges',
    /^bad: 403: Stripe names rak_\w+ → .*set Charges to Read/,
    { fault: ({ stripe }) => Object.assign(stripe.faults, { api403: true }) },
  ],
  [
    'the Stripe key is not accepted',
    'stripe, key',
    /^bad: Stripe does not accept it → .*STRIPE_SECRET_KEY/,
    { env: { STRIPE_SECRET_KEY: 'rk_test_other_0123456789' } },
  ],
  [
    'the endpoint has a typing error',
    'stripe, endpoint',
    /^bad: no endpoint of this mode sends to .*the nearest is we_/,
    { fault: ({ stripe }) => Object.assign(stripe.faults, { endpointTypo: true }) },
  ],
  [
    'the endpoint is gone',
    'stripe, endpoint',
    /^bad: no endpoint of this mode/,
    { fault: ({ stripe }) => Object.assign(stripe.faults, { endpointGone: true }) },
  ],
  [
    'the endpoint has few events',
    'stripe, endpoint',
    /^bad: we_\w+ does not listen to .*charge\.refunded.* → .*add the event types/,
    { fault: ({ stripe }) => Object.assign(stripe.faults, { endpointFewEvents: true }) },
  ],
  [
    'the endpoint has an old version',
    'stripe, endpoint',
    /^bad: we_\w+ sends API version 2024-06-20/,
    { fault: ({ stripe }) => Object.assign(stripe.faults, { endpointOldVersion: true }) },
  ],
  [
    'the endpoint is disabled',
    'stripe, endpoint',
    /^bad: .* is disabled/,
    { fault: ({ stripe }) => Object.assign(stripe.faults, { deliveryPaused: true }) },
  ],
  [
    'there are two endpoints',
    'stripe, endpoint',
    /^bad: .* send to the same URL/,
    { fault: ({ stripe }) => Object.assign(stripe.faults, { endpointTwice: true }) },
  ],
  [
    'the database is cut off',
    'database, answers',
    /^unknown: the connection was cut/,
    { fault: ({ proxy }) => Object.assign(proxy.faults, { down: true }) },
  ],
  [
    'the database key is a publishable one',
    'database, key',
    /^bad: a publishable key.*\nbad: it is refused/,
    { env: { SUPABASE_SERVICE_ROLE_KEY: ANON_KEY } },
  ],
  [
    'the database key is not accepted',
    'database, key',
    /bad: it is refused, 40[13]/,
    { env: { SUPABASE_SERVICE_ROLE_KEY: 'sb_secret_of_somebody_else' } },
  ],
  [
    'the panel is down',
    'panel, answers',
    /^unknown: .*no_connection/,
    { fault: ({ panel }) => Object.assign(panel.faults, { down: true }) },
  ],
  [
    'the panel is in maintenance',
    'panel, answers',
    /^unknown: .*503.* → .*php artisan up/,
    { fault: ({ panel }) => Object.assign(panel.faults, { maintenance: true }) },
  ],
  [
    'a login page stands before the panel',
    'panel, answers',
    /^bad: .*302/,
    { fault: ({ panel }) => Object.assign(panel.faults, { redirect: true }) },
  ],
  [
    'the panel key is revoked',
    'panel, key',
    /bad: .*401: Unauthenticated/,
    { fault: ({ panel }) => Object.assign(panel.faults, { keyRevoked: true }) },
  ],
  [
    'the panel key is another',
    'panel, key',
    /bad: .*401: Unauthenticated/,
    { env: { PANEL_API_KEY: 'ptla_other_0123456789' } },
  ],
  [
    'the panel key is for another address',
    'panel, key',
    /bad: .*This IP address.* → .*allowed addresses/,
    { fault: ({ panel }) => Object.assign(panel.faults, { ipBlocked: true }) },
  ],
  [
    "the key's owner is no administrator",
    'panel, key',
    /bad: .*This account.* → .*administrator again/,
    { fault: ({ panel }) => Object.assign(panel.faults, { ownerNotAdmin: true }) },
  ],
  [
    'the panel wants two-factor login',
    'panel, two-factor login',
    /^bad: .*400.* → .*2FA/,
    { fault: ({ panel }) => Object.assign(panel.faults, { twoFactorRequired: true }) },
  ],
  [
    'the address is that of no panel',
    'panel, answers',
    /^bad: .*404.* → Check that PANEL_URL is a Pterodactyl panel/,
    { env: { PANEL_URL: 'DISCORD' } },
  ],
  [
    'Discord is down',
    'discord, answers',
    /^unknown: the connection was cut/,
    { fault: ({ discord }) => Object.assign(discord.faults, { down: true }) },
  ],
  [
    'Discord fails',
    'discord, answers',
    /^unknown: Discord answers 500/,
    { fault: ({ discord }) => Object.assign(discord.faults, { rest500: true }) },
  ],
  [
    'the bot token is refused',
    'discord, token',
    /^bad: Discord answers 401 → .*Reset Token/,
    { env: { DISCORD_TOKEN: 'an.other.token-0123456789' } },
  ],
  [
    'the bot is not in the guild',
    'discord, guild',
    /^bad: the bot is not in it \(40[34]\) → Invite/,
    { env: { DISCORD_GUILD_ID: NO_ID } },
  ],
  [
    'the channel is gone',
    'discord, channel',
    /^bad: Discord answers 404 \(10003\) → .*choose another with \/setup/,
    { fault: ({ discord }) => Object.assign(discord.faults, { channelLost: true }) },
  ],
  [
    'the staff role is gone',
    'discord, staff role',
    /^bad: the guild has no role/,
    { env: { DISCORD_STAFF_ROLE_ID: NO_ID } },
  ],
  [
    'the on-call role is gone',
    'discord, on-call role',
    /^bad: the guild has no role/,
    { env: { DISCORD_ON_CALL_ROLE_ID: NO_ID } },
  ],
  [
    'the public address is of something else',
    'public url, reachable',
    /^bad: \/healthz answers 401, and not as Orderly does → Look at the proxy/,
    { env: { PUBLIC_URL: 'STRIPE' } },
  ],
  [
    'nothing answers at the public address',
    'public url, reachable',
    /^unknown: the connection is refused → Is Orderly running/,
    { env: { PUBLIC_URL: 'http://127.0.0.1:2' } },
  ],
  [
    'Redis is not there',
    'redis, connects',
    /^unknown: connect ECONNREFUSED/,
    { env: { REDIS_URL: 'redis://127.0.0.1:1' } },
  ],
];

it.each(cases)(
  '%s: "%s" says so, and the exit code is 1',
  async (_what, name, words, { fault, env = {} }) => {
    const world = held.get();
    fault?.(world);
    const addresses: Env = { DISCORD: world.discord.url, STRIPE: world.stripe.url };
    const changes = Object.entries(env).map(([key, value]) => [key, addresses[value ?? ''] ?? value]);
    const seen = await examine(world, Object.fromEntries(changes));
    expect(said(seen.findings, name)).toMatch(words);
    expect(seen.code).toBe(1);
    // The others are not drawn in: what is wrong is in this part, or says that it waits for the database.
    const [part] = name.split(',');
    const others = seen.troubles.filter((one) => !one.startsWith(`${part},`));
    const allowed =
      part === 'database' ? ['stripe, deliveries: unknown', 'panel, nodes and plans: unknown'] : [];
    const endpoint = part === 'public url' ? ['stripe, endpoint: bad'] : [];
    expect(others).toEqual([...allowed, ...endpoint]);
  },
);

describe('rights of the panel key, one by one', () => {
  const all = {
    servers: 'write',
    users: 'write',
    nodes: 'read',
    allocations: 'read',
    nests: 'read',
    eggs: 'read',
  } as const;
  const lessened: [PanelResource, 'read' | null, string[]][] = [
    ['servers', 'read', ['panel, right Servers: Write: bad']],
    ['servers', null, ['panel, right Servers: Read: bad', 'panel, right Servers: Write: bad']],
    ['users', 'read', ['panel, right Users: Write: bad']],
    ['users', null, ['panel, right Users: Read: bad', 'panel, right Users: Write: bad']],
    [
      'nodes',
      null,
      ['panel, right Nodes: Read: bad', 'panel, right Allocations: Read: unknown', 'panel, nodes: unknown'],
    ],
    ['allocations', null, ['panel, right Allocations: Read: bad']],
    [
      'nests',
      null,
      ['panel, right Nests: Read: bad', 'panel, right Eggs: Read: unknown', 'panel, plans: unknown'],
    ],
    ['eggs', null, ['panel, right Eggs: Read: bad']],
  ];

  it('a key with what README.md names is enough', async () => {
    const seen = await withKey(held.get(), all);
    expect(seen.troubles).toEqual([]);
  });

  it.each(lessened)('without the right to %s (%s left)', async (resource, left, troubles) => {
    const { [resource as 'servers']: _gone, ...others } = all;
    const seen = await withKey(held.get(), left === null ? others : { ...others, [resource]: left });
    expect(seen.troubles.filter((one) => !one.startsWith('panel, plans') || troubles.includes(one))).toEqual(
      troubles,
    );
    expect(seen.code).toBe(1);
  });
});

async function withKey(world: World, permissions: Partial<Record<PanelResource, 'read' | 'write'>>) {
  return examine(world, { PANEL_API_KEY: newPanelKey(world, permissions) });
}

it('the tables of nodes and plans are held against the panel', async () => {
  const world = held.get();
  const [node] = await world.database`select id, panel_node_id from ptero_nodes order by id limit 1`;
  const [plan] = await world.database`select id, egg from plans order by id limit 1`;
  await world.database`update ptero_nodes set panel_node_id = 987 where id = ${node?.id}`;
  await world.database`update plans set egg = 999 where id = ${plan?.id}`;
  const { findings } = await examine(world);
  await world.database`update ptero_nodes set panel_node_id = ${node?.panel_node_id} where id = ${node?.id}`;
  await world.database`update plans set egg = ${plan?.egg} where id = ${plan?.id}`;
  expect(said(findings, 'panel, nodes')).toContain('bad: ptero_nodes');
  expect(said(findings, 'panel, nodes')).toContain('the panel has no node 987');
  expect(said(findings, 'panel, plans')).toContain(`plans "${plan?.id}": egg: the panel has no egg 999`);
});

it('a database that is not migrated as far as this version needs is told', async () => {
  const world = held.get();
  const [row] = await world.database`delete from orderly_migrations where name like '0018%' returning *`;
  const { findings } = await examine(world);
  await world.database`insert into orderly_migrations ${world.database(row!)}`;
  expect(said(findings, 'database, migrations')).toMatch(/^bad: \d+ of \d+ → Run `npm run migrate`/);
});

it('a request limit that is set higher than the panel allows is a warning', async () => {
  const { findings, code } = await examine(held.get(), { PANEL_REQUESTS_PER_MINUTE: '500' });
  expect(said(findings, 'panel, request limit')).toMatch(
    /^warn: the panel allows 240 a minute.* → .* 240 at most/,
  );
  expect(code).toBe(0);
});

it.each([
  ['ViewChannel', 'View Channel, Send Messages, Read Message History|50001'],
  ['SendMessages', 'lacks Send Messages →|lacks Send Messages'],
  ['ReadMessageHistory', 'lacks Read Message History'],
] as const)('the bot may not %s in the channel', async (name, words) => {
  const world = held.get();
  const { purchases } = world.discord.channels;
  const { bot } = world.discord.roles;
  world.discord.changeOverwrite(purchases, bot, { allow: 0n, deny: Permission[name] });
  const seen = await examine(world);
  world.discord.changeOverwrite(purchases, bot, null);
  expect(said(seen.findings, 'discord, channel')).toMatch(new RegExp(`^bad: .*(${words})`));
  expect(seen.troubles).toEqual(['discord, channel: bad']);
});

it('an on-call role that the bot may not ping is told, unless it may mention everyone', async () => {
  const world = held.get();
  const { onCall, bot } = world.discord.roles;
  world.discord.changeRole(onCall, { mentionable: false });
  const seen = await examine(world);
  const overwrite = { allow: Permission.MentionEveryone, deny: 0n };
  world.discord.changeOverwrite(world.discord.channels.purchases, bot, overwrite);
  const allowed = await examine(world);
  world.discord.changeOverwrite(world.discord.channels.purchases, bot, null);
  world.discord.changeRole(onCall, { mentionable: true });
  expect(said(seen.findings, 'discord, on-call role')).toMatch(/^bad: the bot may not ping On call/);
  expect(allowed.troubles).toEqual([]);
});

it('Redis: a policy that drops jobs, a password that is missing, and a process that is gone', async () => {
  const world = held.get();
  const redis = new Redis(world.redis.url);
  await redis.config('SET', 'maxmemory-policy', 'allkeys-lru');
  const evicting = await examine(world);
  expect(said(evicting.findings, 'redis, maxmemory-policy')).toMatch(/^bad: allkeys-lru → .*noeviction/);
  await redis.config('SET', 'requirepass', 'hidden-0123456789');
  const locked = await examine(world);
  expect(said(locked.findings, 'redis, connects')).toMatch(/^bad: it refuses our name or password/);
  redis.disconnect();
  await world.redis.stop();
  const gone = await examine(world, { REDIS_URL: world.redis.url });
  expect(said(gone.findings, 'redis, connects')).toMatch(/^unknown: connect ECONNREFUSED/);
  await world.wipeRedis();
});

it('deliveries that were refused are evidence that the signing secret is wrong', async () => {
  const world = held.get();
  for (const _ of [1, 2, 3]) {
    const headers = { 'content-type': 'application/json', 'stripe-signature': 't=1,v1=00' };
    await fetch(`${world.botUrl}/stripe-webhook`, { method: 'POST', headers, body: '{}' });
  }
  const { findings } = await examine(world);
  expect(said(findings, 'stripe, deliveries')).toMatch(
    /^bad: 3 refused deliveries.* → .*STRIPE_WEBHOOK_SECRET/,
  );
  await world.database`delete from orderly_refusals`;
});

it('before Orderly has run, its commands are not registered and the public address does not answer', async () => {
  const world = held.get();
  await world.bot.kill();
  for (const { id } of world.discord.commands()) {
    const path = `/v10/applications/${world.discord.applicationId}/guilds/${world.discord.guildId}/commands/${id}`;
    const headers = { authorization: `Bot ${world.bot.env().DISCORD_TOKEN}` };
    await fetch(`${world.discord.url}${path}`, { method: 'DELETE', headers });
  }
  const seen = await examine(world);
  expect(said(seen.findings, 'discord, commands')).toMatch(/^bad: .* → Run `npm run register-commands`/);
  expect(seen.troubles).toEqual([
    'discord, commands: bad',
    'public url, reachable: unknown',
    'public url, webhook: unknown',
  ]);
});
