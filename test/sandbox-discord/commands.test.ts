import { ApplicationCommandOptionType, type Client, SlashCommandBuilder } from 'discord.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DiscordSimulator } from '../../sandbox/discord/index.ts';
import { login, rest, startFast } from './bot.ts';

let discord: DiscordSimulator;
let client: Client<true>;
let path: string;

beforeAll(async () => {
  discord = await startFast(1);
  client = await login(discord);
  path = `/applications/${discord.applicationId}/guilds/${discord.guildId}/commands`;
});
afterAll(async () => {
  await client.destroy();
  await discord.stop();
});

test('registers, changes and deletes commands, keeping their ids', async () => {
  const order = new SlashCommandBuilder()
    .setName('order')
    .setDescription('Show an order')
    .addStringOption((option) =>
      option.setName('id').setDescription('Which').setRequired(true).setAutocomplete(true),
    );
  const { commands } = client.application;
  const first = await commands.set([order, { name: 'Inspect order', type: 3 }], discord.guildId);
  const second = await commands.set([order.setDescription('Show one order')], discord.guildId);

  expect(second.first()?.id).toBe(first.find(({ name }) => name === 'order')?.id);
  expect(discord.commands()).toMatchObject([
    { name: 'order', description: 'Show one order', guild_id: discord.guildId, type: 1 },
  ]);
  const added = await commands.create({ name: 'pause', description: 'Pause' }, discord.guildId);
  await commands.edit(added.id, { description: 'Pause all' }, discord.guildId);
  expect((await commands.fetch({ guildId: discord.guildId })).map(({ description }) => description)).toEqual([
    'Show one order',
    'Pause all',
  ]);
  await commands.delete(added.id, discord.guildId);
  await expect(commands.delete(added.id, discord.guildId)).rejects.toMatchObject({ code: 10063 });
});

const option = { type: ApplicationCommandOptionType.String, name: 'id', description: 'Which' };
const command = { name: 'order', description: 'Show' };

test.each([
  ['a name with capitals', [{ ...command, name: 'Order' }], 'APPLICATION_COMMAND_INVALID_NAME'],
  ['a name that is too long', [{ ...command, name: 'o'.repeat(33) }], 'BASE_TYPE_MAX_LENGTH'],
  ['no description', [{ name: 'order' }], 'BASE_TYPE_REQUIRED'],
  ['a description over 100', [{ ...command, description: 'x'.repeat(101) }], 'BASE_TYPE_MAX_LENGTH'],
  ['two of one name', [command, command], 'APPLICATION_COMMANDS_DUPLICATE_NAME'],
  [
    'a required option after an optional one',
    [{ ...command, options: [option, { ...option, name: 'b', required: true }] }],
    'APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID',
  ],
  [
    'more than 8,000 characters',
    [
      {
        ...command,
        options: [
          {
            ...option,
            choices: Array.from({ length: 25 }, (_, i) => ({ name: `${i}${'n'.repeat(98)}`, value: 'v' })),
          },
        ].concat(
          Array.from({ length: 3 }, (_, i) => ({
            ...option,
            name: `other${i}`,
            choices: Array.from({ length: 25 }, (_v, j) => ({
              name: `${j}${'n'.repeat(98)}`,
              value: 'v'.repeat(90),
            })),
          })),
        ),
      },
    ],
    'APPLICATION_COMMAND_TOO_LARGE',
  ],
])('refuses %s', async (_what, body, code) => {
  const reply = await rest(discord, 'PUT', path, body);
  expect(reply).toMatchObject({ status: 400, body: { code: 50035 } });
  expect(JSON.stringify(reply.body.errors)).toContain(code);
});

test('refuses the commands of another application', async () => {
  const reply = await rest(discord, 'GET', '/applications/123456789012345678/commands');
  expect(reply).toMatchObject({ status: 403, body: { code: 20012 } });
});
