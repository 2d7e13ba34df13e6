import type { Client, Interaction } from 'discord.js';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { type DiscordSimulator, startDiscord } from '../../sandbox/discord/index.ts';
import { login, movableClock, onInteraction, rest, TOKEN } from './bot.ts';

// The 3 seconds for a callback are 750 ms here: short to wait for, and long enough for a busy machine.
const FACTOR = 4;
const clock = movableClock(FACTOR);
let discord: DiscordSimulator;
let client: Client<true>;
let anna: { personId: string; channelId: string };
let handler: (interaction: Interaction) => Promise<unknown>;
let errors: unknown[];

beforeAll(async () => {
  discord = await startDiscord({ clock, factor: FACTOR, token: TOKEN });
  client = await login(discord);
  errors = onInteraction(client, (interaction) => handler(interaction));
  anna = { personId: discord.people.anna, channelId: discord.channels.purchases };
  const id = { type: 3, name: 'id', description: 'Which', required: true };
  const order = { name: 'order', description: 'Show an order', options: [id] };
  await client.application.commands.set([order], discord.guildId);
});
beforeEach(() => {
  handler = async () => undefined;
});
afterEach(() => {
  errors.length = 0;
});
afterAll(async () => {
  await client.destroy();
  await discord.stop();
});

const runOrder = () => discord.runCommand({ ...anna, name: 'order', options: { id: 'o-1' } });

test('a callback after 3 seconds is refused as unknown, and the person saw a failure', async () => {
  const late = Promise.withResolvers<void>();
  handler = async (interaction) => {
    await late.promise;
    if (interaction.isChatInputCommand()) await interaction.reply('too late');
  };
  const outcome = await runOrder();
  expect(outcome).toMatchObject({ state: 'failed', ackMs: null, reply: null });
  late.resolve();
  await vi.waitFor(() => expect(errors).toMatchObject([{ status: 404, code: 10062 }]));
});

test('a second callback is refused', async () => {
  const seen = Promise.withResolvers<{ id: string; token: string }>();
  handler = async (interaction) => {
    if (!interaction.isChatInputCommand()) return;
    await interaction.reply('first');
    seen.resolve(interaction);
  };
  await runOrder();
  const { id, token } = await seen.promise;
  const body = { type: 4, data: { content: 'second' } };
  const path = `/interactions/${id}/${token}/callback`;
  expect(await rest(discord, 'POST', path, body)).toMatchObject({ status: 400, body: { code: 40060 } });
});

test('a token opens follow-ups for 15 minutes', async () => {
  let edit: () => Promise<unknown> = async () => undefined;
  handler = async (interaction) => {
    if (!interaction.isChatInputCommand()) return;
    await interaction.reply('working');
    edit = () => interaction.editReply('done');
  };
  const outcome = await runOrder();
  await vi.waitFor(() => expect(edit()).resolves.toMatchObject({ content: 'done' }));
  clock.advance(15 * 60_000);
  await expect(edit()).rejects.toMatchObject({ status: 401, code: 50027 });
  expect(outcome.reply?.content).toBe('done');
});

test('a deferral that is never answered stays "thinking"', { timeout: 20_000 }, async () => {
  handler = async (interaction) => interaction.isChatInputCommand() && interaction.deferReply();
  expect(await runOrder()).toMatchObject({ state: 'acknowledged', reply: { flags: 128, content: '' } });
});

test('an invalid reply can be tried again', async () => {
  handler = async (interaction) => {
    if (!interaction.isChatInputCommand()) return;
    await expect(interaction.reply('x'.repeat(2001))).rejects.toMatchObject({ code: 50035 });
    await interaction.reply('short');
  };
  expect(await runOrder()).toMatchObject({ state: 'answered', reply: { content: 'short' } });
});

test('fails while no session is connected', async () => {
  const alone = await startDiscord({ clock, factor: FACTOR, token: TOKEN });
  const message = alone.say({ personId: alone.people.ben, channelId: alone.channels.general, content: 'hi' });
  const path = `/applications/${alone.applicationId}/guilds/${alone.guildId}/commands`;
  await rest(alone, 'PUT', path, [{ name: 'Inspect order', type: 3 }]);
  const who = { personId: alone.people.ben, channelId: alone.channels.general };
  const outcome = await alone.contextMenu({ ...who, name: 'Inspect order', targetId: message.id });
  expect(outcome).toMatchObject({ state: 'failed', ackMs: null });
  await alone.stop();
});
