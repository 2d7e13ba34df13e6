import { type Client, PermissionFlagsBits } from 'discord.js';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type DiscordSimulator, Permission } from '../../sandbox/discord/index.ts';
import { login, purchases, rest, startFast } from './bot.ts';

let discord: DiscordSimulator;
let client: Client<true>;

beforeEach(async () => {
  discord = await startFast(1, { limits: { perChannelRoute: { count: 100, perMs: 1000 } } });
  client = await login(discord);
});
afterEach(async () => {
  await client.destroy();
  await discord.stop();
});

const pings = () => discord.messages(discord.channels.purchases).at(-1)?.pings;
const call = (id: string) =>
  rest(discord, 'POST', `/channels/${discord.channels.purchases}/messages`, {
    content: `<@&${id}>`,
    allowed_mentions: { roles: [id] },
  });
const counts = async () =>
  (await rest(discord, 'GET', `/guilds/${discord.guildId}/roles/member-counts`)).body;

test('people and roles are there for three levels of rights and an escalation', async () => {
  const { roles, people } = discord;
  const rolesOf = (id: string) => discord.guild().people.find((person) => person.id === id)?.roleIds;
  expect(rolesOf(people.anna)).toEqual([roles.staff, roles.onCall]);
  expect(rolesOf(people.ben)).toEqual([roles.staff, roles.secondLine]);
  expect(rolesOf(people.carl)).toEqual([]);
  expect(rolesOf(people.dora)).toEqual([roles.support]);
  const emil = await purchases(client, discord).guild.members.fetch(people.emil);
  expect(emil.permissions.has(PermissionFlagsBits.Administrator)).toBe(true);
  expect(emil.guild.ownerId).not.toBe(people.emil);
  const admins = purchases(client, discord).guild.roles.cache.get(roles.admins);
  expect(admins?.permissions.bitfield).toBe(0n);
});

test('roles are counted without everyone, and nobody counts as nothing', async () => {
  const { roles } = discord;
  expect(await counts()).toMatchObject({ [roles.staff]: 2, [roles.onCall]: 1, [roles.bot]: 1 });
  expect(await counts()).not.toHaveProperty(discord.guildId);
  discord.faults.onCallEmpty = true;
  expect(await counts()).toMatchObject({ [roles.onCall]: 0, [roles.staff]: 2 });
  discord.faults.onCallEmpty = false;
  expect(await counts()).toMatchObject({ [roles.onCall]: 1 });
});

test('channels, roles and members are read, the whole list of members is not', async () => {
  const { guildId, applicationId, channels, roles } = discord;
  const get = (path: string) => rest(discord, 'GET', `/guilds/${guildId}${path}`);
  expect((await get('/channels')).body).toMatchObject([
    { id: channels.purchases },
    { id: channels.alerts, name: 'alerts' },
    { id: channels.general },
  ]);
  const found = Object.values((await get('/roles')).body);
  expect(found).toContainEqual(expect.objectContaining({ id: roles.onCall, mentionable: true }));
  expect((await get(`/members/${applicationId}`)).body).toMatchObject({ roles: [roles.bot] });
  expect(await get('/members?limit=10')).toMatchObject({ status: 403, body: { code: 50001 } });
});

test('an on-call role that is not mentionable is not pinged, unless the bot may mention everyone', async () => {
  const { onCall, bot } = discord.roles;
  discord.faults.onCallNotMentionable = true;
  await vi.waitFor(() =>
    expect(client.guilds.cache.first()?.roles.cache.get(onCall)?.mentionable).toBe(false),
  );
  await call(onCall);
  expect(pings()?.roles).toEqual([]);
  const was = discord.guild().roles.find(({ id }) => id === bot)?.permissions ?? 0n;
  discord.changeRole(bot, { permissions: was | Permission.MentionEveryone });
  await call(onCall);
  expect(pings()?.roles).toEqual([onCall]);
  discord.faults.noMentionEveryone = true;
  await call(onCall);
  expect(pings()?.roles).toEqual([]);
  discord.faults.onCallNotMentionable = false;
  await call(onCall);
  expect(pings()?.roles).toEqual([onCall]);
});

test('without the right to threads the bot opens none, and with it again it does', async () => {
  const message = await purchases(client, discord).send('failed');
  discord.faults.noThreads = true;
  await expect(message.startThread({ name: 'no' })).rejects.toMatchObject({ status: 403, code: 50013 });
  const me = await purchases(client, discord).guild.members.fetchMe();
  await vi.waitFor(() => expect(me.permissions.has(PermissionFlagsBits.CreatePublicThreads)).toBe(false));
  discord.faults.noThreads = false;
  const thread = await message.startThread({ name: 'yes' });
  await thread.send('x');
});

test('a person who is named is pinged where that is allowed', async () => {
  const { ben, carl } = discord.people;
  await purchases(client, discord).send({
    content: `<@${ben}> <@${carl}>`,
    allowedMentions: { parse: [], users: [ben] },
  });
  expect(pings()).toEqual({ everyone: false, roles: [], users: [ben] });
});
