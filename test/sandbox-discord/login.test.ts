import { once } from 'node:events';
import { Events, GatewayIntentBits } from 'discord.js';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import type { DiscordSimulator } from '../../sandbox/discord/index.ts';
import { login, newClient, onInteraction, rest, startFast, TOKEN } from './bot.ts';

let discord: DiscordSimulator;

beforeEach(async () => {
  discord = await startFast(1);
});
afterEach(() => discord.stop());

test('logs discord.js in and shows it the guild', async () => {
  const client = await login(discord);
  const guild = client.guilds.cache.get(discord.guildId);

  expect(client.user.id).toBe(discord.applicationId);
  expect(guild?.channels.cache.map(({ name }) => name)).toEqual(['purchases', 'alerts', 'general']);
  expect(guild?.roles.cache.get(discord.roles.onCall)).toMatchObject({ name: 'On call', mentionable: true });
  expect(guild?.members.me?.permissionsIn(discord.channels.purchases).has('SendMessages')).toBe(true);
  expect(guild?.members.me?.permissionsIn(discord.channels.purchases).has('MentionEveryone')).toBe(false);
  expect(discord.connectedSessions()).toBe(1);
  await client.destroy();
});

test('answers the reads that a bot makes at its start', async () => {
  const client = await login(discord);
  const guild = await client.guilds.fetch({ guild: discord.guildId, force: true });

  expect((await guild.members.fetch(discord.people.anna)).roles.cache.has(discord.roles.staff)).toBe(true);
  expect((await guild.roles.fetch()).size).toBe(8);
  expect((await guild.channels.fetch(discord.channels.general, { force: true }))?.name).toBe('general');
  expect((await client.application.fetch()).name).toBe('Orderly');
  await expect(guild.members.fetch('123456789012345678')).rejects.toMatchObject({ code: 10007 });
  await expect(client.guilds.fetch('123456789012345678')).rejects.toMatchObject({ code: 10004 });
  await expect(client.channels.fetch('123456789012345678')).rejects.toMatchObject({ code: 10003 });
  await client.destroy();
});

test('refuses a wrong token', async () => {
  await expect(newClient(discord).login('wrong')).rejects.toMatchObject({ code: 'TokenInvalid' });
  expect(await rest(discord, 'GET', '/users/@me', undefined, 'Bot wrong')).toMatchObject({ status: 401 });
  expect(discord.stats.invalidRequests).toBe(2);
});

test.each([
  ['a wrong token', { token: 'wrong', intents: 1 }, 4004],
  ['a privileged intent', { token: TOKEN, intents: GatewayIntentBits.MessageContent }, 4014],
])('closes the gateway on %s', async (_what, d, code) => {
  const socket = new WebSocket(discord.url.replace('http', 'ws').replace('/api', '/?v=10&encoding=json'));
  const closed = once(socket, 'close');
  socket.on('open', () => socket.send(JSON.stringify({ op: 2, d })));
  expect((await closed)[0]).toBe(code);
});

test('resumes after a dropped connection and gets what happened meanwhile', async () => {
  const client = await login(discord);
  const errors = onInteraction(client, async (interaction) => {
    if (interaction.isChatInputCommand()) await interaction.reply('pong');
  });
  await client.application.commands.set([{ name: 'ping', description: 'Ping' }], discord.guildId);
  const resumed = once(client, Events.ShardResume);

  discord.faults.gatewayDrop();
  await vi.waitFor(() => expect(discord.connectedSessions()).toBe(0));
  const who = { personId: discord.people.anna, channelId: discord.channels.purchases };
  const outcome = await discord.runCommand({ ...who, name: 'ping', options: {} });
  await resumed;

  expect(outcome).toMatchObject({ state: 'answered', reply: { content: 'pong' } });
  expect(errors).toEqual([]);
  await client.destroy();
  await vi.waitFor(() => expect(discord.connectedSessions()).toBe(0));
});

test('lets the bot back in when the gateway returns', async () => {
  const client = await login(discord);
  discord.faults.gatewayDown = true;
  await vi.waitFor(() => expect(discord.connectedSessions()).toBe(0));
  expect((await rest(discord, 'GET', '/users/@me')).status).toBe(200);
  discord.faults.gatewayDown = false;
  await vi.waitFor(() => expect(discord.connectedSessions()).toBe(1), { timeout: 5000 });
  await client.destroy();
});

test('sends message events only to sessions with that intent', async () => {
  const quiet = await login(discord);
  const eager = await login(discord, {
    intents: [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMessages],
  });
  const seen: string[] = [];
  quiet.on(Events.MessageCreate, () => seen.push('quiet created'));
  quiet.on(Events.MessageDelete, () => seen.push('quiet deleted'));
  eager.on(Events.MessageCreate, () => seen.push('created'));
  eager.on(Events.MessageDelete, () => seen.push('deleted'));

  const channelId = discord.channels.general;
  const message = discord.say({ personId: discord.people.ben, channelId, content: 'hello' });
  discord.deleteMessage(channelId, message.id);
  discord.changeRole(discord.roles.onCall, { mentionable: false });
  const isMentionable = () => quiet.guilds.cache.first()?.roles.cache.get(discord.roles.onCall)?.mentionable;
  await vi.waitFor(() => expect(isMentionable()).toBe(false));
  await vi.waitFor(() => expect(seen).toEqual(['created', 'deleted']));
  await Promise.all([quiet.destroy(), eager.destroy()]);
});
