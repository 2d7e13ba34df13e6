import { type Client, Events } from 'discord.js';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type DiscordSimulator, Permission } from '../../sandbox/discord/index.ts';
import { until } from '../../sandbox/world.ts';
import { watchRights } from '../../src/bot/rights-watch.ts';
import { login, startFast } from '../sandbox-discord/bot.ts';

let discord: DiscordSimulator;
let client: Client;
let changes = 0;
let names: string[] = [];

beforeAll(async () => {
  discord = await startFast(1);
  client = await login(discord);
  watchRights(
    client,
    () => discord.channels.alerts,
    () => {
      changes += 1;
    },
  );
  client.on(Events.GuildRoleUpdate, (_, { name }) => names.push(name));
});
afterAll(async () => {
  await client.destroy();
  await discord.stop();
});
beforeEach(() => {
  changes = 0;
  names = [];
});

/** Events come in their order: when a role's new name is heard of, so is what went before it. */
async function heard(): Promise<number> {
  discord.changeRole(discord.roles.onCall, { name: 'on call, at last' });
  await until('all of it', () => names.includes('on call, at last'));
  return changes;
}

it('whether a role may be mentioned, and what it may do, is told of', async () => {
  discord.changeRole(discord.roles.onCall, { mentionable: false });
  discord.changeRole(discord.roles.onCall, { mentionable: true });
  discord.changeRole(discord.roles.onCall, { permissions: Permission.MentionEveryone });
  expect(await heard()).toBe(3);
});

it('a new name alone is not', async () => {
  discord.changeRole(discord.roles.onCall, { name: 'night watch' });
  expect(await heard()).toBe(0);
});

it('the overwrites of the channel that counts are told of, and those of another are not', async () => {
  const nothing = { allow: 0n, deny: Permission.MentionEveryone };
  discord.changeOverwrite(discord.channels.alerts, discord.roles.onCall, nothing);
  discord.changeOverwrite(discord.channels.purchases, discord.roles.onCall, nothing);
  expect(await heard()).toBe(1);
});
