import {
  ActionRowBuilder,
  ChannelSelectMenuBuilder,
  ChannelType,
  type Client,
  type Interaction,
  LabelBuilder,
  MentionableSelectMenuBuilder,
  type MessageActionRowComponentBuilder,
  ModalBuilder,
  RoleSelectMenuBuilder,
  StringSelectMenuBuilder,
  TextInputBuilder,
  TextInputStyle,
  UserSelectMenuBuilder,
} from 'discord.js';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { DiscordSimulator } from '../../sandbox/discord/index.ts';
import { login, onInteraction, purchases, rest, startFast } from './bot.ts';

let discord: DiscordSimulator;
let client: Client<true>;
let errors: unknown[];
let handler: (interaction: Interaction) => Promise<unknown> = async () => undefined;
let anna: { personId: string; channelId: string };

beforeAll(async () => {
  discord = await startFast(1, { limits: { perChannelRoute: { count: 100, perMs: 1000 } } });
  client = await login(discord);
  errors = onInteraction(client, (interaction) => handler(interaction));
  anna = { personId: discord.people.anna, channelId: discord.channels.purchases };
});
afterEach(() => {
  expect(errors.splice(0)).toEqual([]);
});
afterAll(async () => {
  await client.destroy();
  await discord.stop();
});

async function post(menu: MessageActionRowComponentBuilder): Promise<string> {
  const row = new ActionRowBuilder<MessageActionRowComponentBuilder>().addComponents(menu);
  return (await purchases(client, discord).send({ content: 'Choose', components: [row] })).id;
}
const choose = (messageId: string, ...values: string[]) =>
  discord.select({ ...anna, messageId, customId: 'pick', values });

test('people, roles and channels are chosen from menus, and arrive as what they are', async () => {
  handler = async (interaction) => {
    if (interaction.isUserSelectMenu())
      await interaction.reply(interaction.members.map((one) => one?.user?.username).join());
    if (interaction.isRoleSelectMenu())
      await interaction.reply(interaction.roles.map((one) => one.name).join());
    if (interaction.isChannelSelectMenu())
      await interaction.reply(interaction.channels.map((one) => `${one.id}`).join());
    if (interaction.isMentionableSelectMenu()) {
      await interaction.reply(`${interaction.users.size} person, ${interaction.roles.size} role`);
    }
  };
  const { people, roles, channels } = discord;
  const users = new UserSelectMenuBuilder().setCustomId('pick').setMaxValues(2).setDefaultUsers(people.ben);
  expect((await choose(await post(users), people.ben, people.dora)).reply?.content).toBe('ben,dora');
  const role = new RoleSelectMenuBuilder().setCustomId('pick').setDefaultRoles(roles.onCall);
  expect((await choose(await post(role), roles.secondLine)).reply?.content).toBe('Second line');
  const channel = new ChannelSelectMenuBuilder().setCustomId('pick').setChannelTypes(ChannelType.GuildText);
  expect((await choose(await post(channel), channels.alerts)).reply?.content).toBe(channels.alerts);
  const both = new MentionableSelectMenuBuilder().setCustomId('pick').setMaxValues(2);
  expect((await choose(await post(both), people.emil, roles.admins)).reply?.content).toBe('1 person, 1 role');
});

test('a person can choose neither too much, nor too little, nor what a menu does not list', async () => {
  handler = async () => undefined;
  const { people, roles, channels } = discord;
  const role = await post(new RoleSelectMenuBuilder().setCustomId('pick'));
  await expect(choose(role, people.ben)).rejects.toThrow('no option');
  await expect(choose(role, roles.staff, roles.admins)).rejects.toThrow('takes 1, not 2');
  await expect(choose(role)).rejects.toThrow('takes 1, not 0');
  const voice = new ChannelSelectMenuBuilder().setCustomId('pick').setChannelTypes(ChannelType.GuildVoice);
  await expect(choose(await post(voice), channels.alerts)).rejects.toThrow('no option');
});

test.each([
  ['more needed than allowed', { type: 6, min_values: 3, max_values: 2 }],
  ['a default of another kind', { type: 6, default_values: [{ id: '123456789012345678', type: 'user' }] }],
  [
    'more defaults than may be chosen',
    { type: 3, options: [1, 2].map((n) => ({ label: `${n}`, value: `${n}`, default: true })) },
  ],
  ['the same value twice', { type: 3, options: [1, 2].map((n) => ({ label: `${n}`, value: 'same' })) }],
  ['no options', { type: 3, options: [] }],
])('refuses a menu with %s', async (_what, menu) => {
  const components = [{ type: 1, components: [{ custom_id: 'pick', ...menu }] }];
  const path = `/channels/${discord.channels.purchases}/messages`;
  expect(await rest(discord, 'POST', path, { content: 'x', components })).toMatchObject({
    status: 400,
    body: { code: 50035 },
  });
});

const text = (id: string) => new TextInputBuilder().setCustomId(id).setStyle(TextInputStyle.Short);
const label = (name: string) => new LabelBuilder().setLabel(name);

test('a modal asks for text and choices at once, starts with its defaults, and brings them back', async () => {
  const { roles, people } = discord;
  const options = ['quiet', 'loud'].map((value) => ({ label: value, value }));
  const modal = new ModalBuilder()
    .setCustomId('setup')
    .setTitle('Set up')
    .addLabelComponents(
      label('Note').setTextInputComponent(text('note').setRequired(false)),
      label('Role').setRoleSelectMenuComponent(
        new RoleSelectMenuBuilder().setCustomId('role').setDefaultRoles(roles.onCall),
      ),
      label('Mode').setStringSelectMenuComponent(
        new StringSelectMenuBuilder().setCustomId('mode').addOptions(options),
      ),
      label('Who').setUserSelectMenuComponent(
        new UserSelectMenuBuilder().setCustomId('who').setRequired(false).setMinValues(0),
      ),
    );
  const opener = await post(new RoleSelectMenuBuilder().setCustomId('pick'));
  const got: unknown[] = [];
  handler = async (interaction) => {
    if (interaction.isRoleSelectMenu()) await interaction.showModal(modal);
    if (!interaction.isModalSubmit()) return;
    const { fields } = interaction;
    got.push(fields.getTextInputValue('note'), fields.getSelectedRoles('role')?.first()?.name);
    got.push(fields.getStringSelectValues('mode'), fields.getSelectedUsers('who')?.size ?? 0);
    await interaction.reply('saved');
  };
  const { id } = await choose(opener, roles.staff);
  const answers = { personId: people.anna, interactionId: id };
  await expect(discord.submitModal({ ...answers, fields: {} })).rejects.toThrow('mode must be filled in');
  const done = await discord.submitModal({ ...answers, fields: { mode: ['loud'] } });

  expect(done.reply?.content).toBe('saved');
  expect(got).toEqual(['', 'On call', ['loud'], 0]);
});

test('a modal cannot follow another answer, nor a modal', async () => {
  const modal = new ModalBuilder()
    .setCustomId('m')
    .setTitle('M')
    .addLabelComponents(label('Why').setTextInputComponent(text('why')));
  const body = { type: 9, data: modal.toJSON() };
  const refusals: unknown[] = [];
  handler = async (interaction) => {
    const path = `/interactions/${interaction.id}/${interaction.token}/callback`;
    if (interaction.isRoleSelectMenu()) await interaction.showModal(modal);
    if (!interaction.isModalSubmit()) return;
    refusals.push((await rest(discord, 'POST', path, body)).body.code);
    await interaction.deferReply();
    refusals.push((await rest(discord, 'POST', path, body)).body.code);
    await interaction.editReply('done');
  };
  const opener = await post(new RoleSelectMenuBuilder().setCustomId('pick'));
  const { id } = await choose(opener, discord.roles.staff);
  await discord.submitModal({ personId: anna.personId, interactionId: id, fields: { why: 'x' } });
  expect(refusals).toEqual([50035, 40060]);
});

const input = { type: 4, custom_id: 'why', style: 1 };
const labelled = { type: 18, label: 'Why', component: input };
test.each([
  ['a title over 45', { title: 'x'.repeat(46), components: [labelled] }],
  ['no fields', { title: 'x', components: [] }],
  [
    'six fields',
    {
      title: 'x',
      components: Array.from({ length: 6 }, (_, n) => ({
        ...labelled,
        component: { ...input, custom_id: `${n}` },
      })),
    },
  ],
  ['a label over 45', { title: 'x', components: [{ ...labelled, label: 'x'.repeat(46) }] }],
  ['a description over 100', { title: 'x', components: [{ ...labelled, description: 'x'.repeat(101) }] }],
  [
    'a button',
    {
      title: 'x',
      components: [{ type: 1, components: [{ type: 2, style: 1, custom_id: 'b', label: 'b' }] }],
    },
  ],
  ['a nameless input in a row', { title: 'x', components: [{ type: 1, components: [input] }] }],
  [
    'a disabled menu',
    { title: 'x', components: [{ ...labelled, component: { type: 6, custom_id: 'r', disabled: true } }] },
  ],
])('refuses a modal with %s', async (_what, data) => {
  const seen: number[] = [];
  handler = async (interaction) => {
    const path = `/interactions/${interaction.id}/${('token' in interaction && interaction.token) || ''}/callback`;
    seen.push((await rest(discord, 'POST', path, { type: 9, data: { custom_id: 'm', ...data } })).status);
    if (interaction.isRepliable()) await interaction.reply('over');
  };
  await choose(await post(new RoleSelectMenuBuilder().setCustomId('pick')), discord.roles.staff);
  expect(seen).toEqual([400]);
});
