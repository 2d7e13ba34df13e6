import {
  ActionRowBuilder,
  ButtonBuilder,
  ButtonStyle,
  type Client,
  ContainerBuilder,
  type Interaction,
  MessageFlags,
  ModalBuilder,
  StringSelectMenuBuilder,
  TextDisplayBuilder,
  TextInputBuilder,
  TextInputStyle,
} from 'discord.js';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { DiscordSimulator } from '../../sandbox/discord/index.ts';
import { login, onInteraction, purchases, rest, startFast } from './bot.ts';

let discord: DiscordSimulator;
let client: Client<true>;
let anna: { personId: string; channelId: string };
let handler: (interaction: Interaction) => Promise<unknown>;
let errors: unknown[];

beforeAll(async () => {
  discord = await startFast(1, { limits: { perChannelRoute: { count: 100, perMs: 1000 } } });
  client = await login(discord);
  errors = onInteraction(client, (interaction) => handler(interaction));
  anna = { personId: discord.people.anna, channelId: discord.channels.purchases };
  const id = { type: 3, name: 'id', description: 'Which', required: true, autocomplete: true };
  await client.application.commands.set(
    [
      { name: 'order', description: 'Show an order', options: [id] },
      { name: 'hold', description: 'Hold', options: [{ type: 6, name: 'who', description: 'Who' }] },
      { name: 'Inspect order', type: 3 },
    ],
    discord.guildId,
  );
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
const container = (text: string) =>
  new ContainerBuilder().addTextDisplayComponents(new TextDisplayBuilder().setContent(text));

async function postButton(customId: string) {
  const row = new ActionRowBuilder<ButtonBuilder>().addComponents(
    new ButtonBuilder().setCustomId(customId).setLabel('Retry').setStyle(ButtonStyle.Primary),
  );
  return purchases(client, discord).send({ content: 'Failed', components: [row] });
}

test('a slash command is deferred and then answered with a container', async () => {
  handler = async (interaction) => {
    if (!interaction.isChatInputCommand()) return;
    expect(interaction.member?.user.id).toBe(discord.people.anna);
    expect(interaction.memberPermissions?.has('ViewChannel')).toBe(true);
    expect(interaction.options.getString('id', true)).toBe('o-1');
    await interaction.deferReply();
    expect(discord.interactions.at(-1)).toMatchObject({ state: 'acknowledged', reply: { flags: 128 } });
    await interaction.editReply({ components: [container('Order o-1')], flags: MessageFlags.IsComponentsV2 });
  };
  const outcome = await runOrder();

  expect(errors).toEqual([]);
  expect(outcome).toMatchObject({
    kind: 'command',
    state: 'answered',
    reply: { flags: 1 << 15, ephemeralFor: null },
  });
  expect(outcome.ackMs).toBeLessThan(3000);
  expect(outcome.reply?.components).toMatchObject([
    { type: 17, components: [{ type: 10, content: 'Order o-1' }] },
  ]);
  expect(discord.messages(anna.channelId)).toContain(outcome.reply);
});

test('an ephemeral reply is seen by its person only', async () => {
  handler = async (interaction) => {
    if (!interaction.isChatInputCommand()) return;
    const sent = await interaction.reply({
      content: 'psst',
      flags: MessageFlags.Ephemeral,
      withResponse: true,
    });
    expect(sent.resource?.message?.content).toBe('psst');
    await interaction.followUp({ content: 'and more', flags: MessageFlags.Ephemeral });
  };
  const { reply, id } = await runOrder();
  await vi.waitFor(() =>
    expect(discord.interactions.find((one) => one.id === id)?.followups).toHaveLength(1),
  );

  expect(errors).toEqual([]);
  expect(discord.messages(anna.channelId)).not.toContain(reply);
  expect(discord.messages(anna.channelId, discord.people.ben)).not.toContain(reply);
  expect(discord.messages(anna.channelId, anna.personId)).toContain(reply);
  const path = `/channels/${anna.channelId}/messages/${reply?.id}`;
  expect((await rest(discord, 'GET', path)).body).toMatchObject({ code: 10008 });
});

test('the first follow-up takes the place of a deferral, with its visibility', async () => {
  handler = async (interaction) => {
    if (!interaction.isChatInputCommand()) return;
    await interaction.deferReply({ flags: MessageFlags.Ephemeral });
    await interaction.followUp('done');
  };
  const outcome = await runOrder();
  expect(outcome).toMatchObject({ state: 'answered', followups: [] });
  expect(outcome.reply).toMatchObject({ content: 'done', ephemeralFor: anna.personId });
});

test('autocomplete proposes choices for the focused option', async () => {
  handler = async (interaction) => {
    if (!interaction.isAutocomplete()) return;
    const { name, value } = interaction.options.getFocused(true);
    await interaction.respond([{ name: `${name} ${value}1`, value: 'o-1' }]);
  };
  const choices = await discord.autocomplete({
    ...anna,
    name: 'order',
    options: { id: 'o-' },
    focused: 'id',
  });
  expect(choices).toEqual([{ name: 'id o-1', value: 'o-1' }]);
});

test('a button updates its message', async () => {
  const message = await postButton('retry:1');
  handler = async (interaction) => {
    if (!interaction.isButton()) return;
    expect(interaction.message.id).toBe(message.id);
    await interaction.update({ content: `Retried by ${interaction.user.displayName}`, components: [] });
  };
  const on = { ...anna, messageId: message.id, customId: 'retry:1' };
  const outcome = await discord.press(on);

  expect(errors).toEqual([]);
  expect(outcome).toMatchObject({ kind: 'button', state: 'answered', reply: null });
  expect(discord.messages(anna.channelId).at(-1)).toMatchObject({ content: 'Retried by Anna', edits: 1 });
  await expect(discord.press(on)).rejects.toThrow('has no component retry:1');
});

test('a deferred update edits the message later and may follow up', async () => {
  const message = await postButton('retry:2');
  handler = async (interaction) => {
    if (!interaction.isButton()) return;
    await interaction.deferUpdate();
    await interaction.editReply({ content: 'Working' });
    await interaction.followUp({ content: 'only you', flags: MessageFlags.Ephemeral });
  };
  const outcome = await discord.press({ ...anna, messageId: message.id, customId: 'retry:2' });
  await vi.waitFor(() => expect(outcome.followups).toMatchObject([{ content: 'only you' }]));
  expect(discord.messages(anna.channelId).find(({ id }) => id === message.id)?.content).toBe('Working');
});

test('a select menu sends its values', async () => {
  const menu = new StringSelectMenuBuilder()
    .setCustomId('why')
    .addOptions({ label: 'Refund', value: 'refund' });
  const row = new ActionRowBuilder<StringSelectMenuBuilder>().addComponents(menu);
  const message = await purchases(client, discord).send({ content: 'Why?', components: [row] });
  handler = async (interaction) => {
    if (interaction.isStringSelectMenu()) await interaction.reply(interaction.values.join());
  };
  const on = { ...anna, messageId: message.id, customId: 'why' };
  expect(await discord.select({ ...on, values: ['refund'] })).toMatchObject({ reply: { content: 'refund' } });
  await expect(discord.select({ ...on, values: ['other'] })).rejects.toThrow('no option other');
});

test('a modal is opened by a button and submitted', async () => {
  const message = await postButton('close:1');
  handler = async (interaction) => {
    if (interaction.isButton()) {
      const input = new TextInputBuilder()
        .setCustomId('reason')
        .setLabel('Why?')
        .setStyle(TextInputStyle.Short);
      const row = new ActionRowBuilder<TextInputBuilder>().addComponents(input);
      await interaction.showModal(
        new ModalBuilder().setCustomId('close:1').setTitle('Close').addComponents(row),
      );
    } else if (interaction.isModalSubmit() && interaction.isFromMessage()) {
      await interaction.update({ content: interaction.fields.getTextInputValue('reason'), components: [] });
    }
  };
  const opened = await discord.press({ ...anna, messageId: message.id, customId: 'close:1' });
  expect(opened.modal).toMatchObject({ customId: 'close:1', title: 'Close' });
  const answers = { personId: anna.personId, interactionId: opened.id };
  await expect(async () => discord.submitModal({ ...answers, fields: {} })).rejects.toThrow(
    'must be filled in',
  );
  const submitted = await discord.submitModal({ ...answers, fields: { reason: 'refunded' } });

  expect(errors).toEqual([]);
  expect(submitted).toMatchObject({ kind: 'modal', state: 'answered' });
  expect(discord.messages(anna.channelId).find(({ id }) => id === message.id)?.content).toBe('refunded');
});

test('context menus and user options arrive with what they name', async () => {
  const message = await purchases(client, discord).send('look at me');
  handler = async (interaction) => {
    if (interaction.isMessageContextMenuCommand()) await interaction.reply(interaction.targetMessage.content);
    if (interaction.isChatInputCommand())
      await interaction.reply(`${interaction.options.getUser('who')?.displayName}`);
  };
  const inspected = await discord.contextMenu({ ...anna, name: 'Inspect order', targetId: message.id });
  const held = await discord.runCommand({ ...anna, name: 'hold', options: { who: discord.people.ben } });
  expect(errors).toEqual([]);
  expect(inspected.reply?.content).toBe('look at me');
  expect(held.reply?.content).toBe('Ben');
});
