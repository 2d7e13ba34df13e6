/** A small bot of the tests that shows what the page can draw, also what the product does not use. */
import {
  ActionRowBuilder,
  AttachmentBuilder,
  ButtonBuilder,
  ButtonStyle,
  ChannelSelectMenuBuilder,
  ChannelType,
  Client,
  ContainerBuilder,
  Events,
  GatewayIntentBits,
  type Interaction,
  LabelBuilder,
  MediaGalleryBuilder,
  MessageFlags,
  ModalBuilder,
  RoleSelectMenuBuilder,
  StringSelectMenuBuilder,
  TextChannel,
  TextDisplayBuilder,
  TextInputBuilder,
  TextInputStyle,
  UserSelectMenuBuilder,
} from 'discord.js';
import type { DiscordSimulator } from '../../sandbox/discord/index.ts';

const SEVERITIES = ['low', 'high'].map((value) => ({
  label: value,
  value,
  description: value === 'high' ? 'wakes somebody' : 'waits until the morning',
}));

/** Logs in and answers; `heard` gets what people did, in words. */
export async function startDemoBot(discord: DiscordSimulator, heard: string[]): Promise<Client<true>> {
  const client = new Client({ intents: [GatewayIntentBits.Guilds], rest: { api: discord.url } });
  const ready = new Promise<Client<true>>((resolve) => client.once(Events.ClientReady, resolve));
  client.on(Events.InteractionCreate, (interaction) => {
    answer(interaction, heard).catch((error: unknown) => heard.push(String(error)));
  });
  await client.login(discord.token);
  const logged = await ready;
  await logged.application.commands.set(
    [
      {
        name: 'pause',
        description: 'Pause what is sold',
        options: [
          { type: 4, name: 'minutes', description: 'For how long', required: true },
          {
            type: 3,
            name: 'what',
            description: 'Of what',
            choices: SEVERITIES.map(({ value }) => ({ name: value, value })),
          },
          { type: 6, name: 'who', description: 'For whom' },
        ],
      },
      { name: 'Inspect order', type: 3 },
      { name: 'Show person', type: 2 },
    ],
    discord.guildId,
  );
  return logged;
}

async function answer(interaction: Interaction, heard: string[]): Promise<void> {
  if (interaction.isButton() && interaction.customId === 'modal') {
    await interaction.showModal(modal());
  } else if (interaction.isAnySelectMenu()) {
    heard.push(`${interaction.customId}: ${interaction.values.join()}`);
    await interaction.deferUpdate();
  } else if (interaction.isModalSubmit()) {
    const { fields } = interaction;
    const role = fields.getSelectedRoles('role')?.first()?.name;
    heard.push(
      `${fields.getTextInputValue('title')} / ${fields.getStringSelectValues('severity')} / ${role}`,
    );
    await interaction.reply({ content: 'Saved', flags: MessageFlags.Ephemeral });
  } else if (interaction.isChatInputCommand()) {
    const { options } = interaction;
    const words = [
      options.getInteger('minutes'),
      options.getString('what'),
      options.getUser('who')?.username,
    ];
    heard.push(`paused ${words.join(' ')}`);
    await interaction.reply({ content: 'Paused', flags: MessageFlags.Ephemeral });
  } else if (interaction.isContextMenuCommand()) {
    heard.push(`${interaction.commandName} ${interaction.targetId}`);
    await interaction.reply({ content: 'Here', flags: MessageFlags.Ephemeral });
  }
}

function modal(): ModalBuilder {
  const label = (name: string) => new LabelBuilder().setLabel(name);
  return new ModalBuilder()
    .setCustomId('setup')
    .setTitle('Where alerts go')
    .addLabelComponents(
      label('Title').setTextInputComponent(
        new TextInputBuilder()
          .setCustomId('title')
          .setStyle(TextInputStyle.Short)
          .setMinLength(3)
          .setMaxLength(40),
      ),
      label('Note')
        .setDescription('What the next person should know')
        .setTextInputComponent(
          new TextInputBuilder().setCustomId('note').setStyle(TextInputStyle.Paragraph).setRequired(false),
        ),
      label('Severity').setStringSelectMenuComponent(
        new StringSelectMenuBuilder().setCustomId('severity').addOptions(SEVERITIES),
      ),
      label('Role').setRoleSelectMenuComponent(new RoleSelectMenuBuilder().setCustomId('role')),
    );
}

// A grey square.
const PICTURE = Buffer.from(
  `<svg xmlns="http://www.w3.org/2000/svg" width="640" height="240" viewBox="0 0 640 240"><rect width="640" height="240" fill="#1e1f22"/>${Array.from(
    { length: 12 },
    (_, day) =>
      `<rect x="${30 + day * 50}" y="${200 - 12 * ((day * 7) % 13)}" width="30" height="${12 * ((day * 7) % 13)}" fill="#5865f2"/>`,
  ).join('')}</svg>`,
);

/** Posts a message with every kind of component into #general; answers its id. */
export async function postDemo(client: Client<true>, discord: DiscordSimulator): Promise<string> {
  const channel = client.channels.cache.get(discord.channels.general);
  if (!(channel instanceof TextChannel)) throw new Error('the bot does not see #general');
  const row = new ActionRowBuilder<ButtonBuilder>().addComponents(
    new ButtonBuilder().setCustomId('modal').setLabel('Set up').setStyle(ButtonStyle.Primary),
    new ButtonBuilder().setCustomId('silent').setLabel('Never answers').setStyle(ButtonStyle.Danger),
    new ButtonBuilder()
      .setCustomId('off')
      .setLabel('Disabled')
      .setStyle(ButtonStyle.Success)
      .setDisabled(true),
    new ButtonBuilder().setURL('https://example.com').setLabel('Panel').setStyle(ButtonStyle.Link),
  );
  const { anna } = discord.people;
  const box = new ContainerBuilder()
    .setAccentColor(0xf0b232)
    .addTextDisplayComponents(
      new TextDisplayBuilder().setContent(
        `### 🟠 Everything at once\nFor <@${anna}> and <@&${discord.roles.onCall}>, since <t:1700000000:R>\n- one thing\n-# small print, \`code\` and **bold**`,
      ),
    )
    .addMediaGalleryComponents(
      new MediaGalleryBuilder().addItems({
        media: { url: 'attachment://chart.svg' },
        description: 'Sales by day',
      }),
    )
    .addActionRowComponents(row);
  const menus = [
    new StringSelectMenuBuilder()
      .setCustomId('one')
      .setPlaceholder('Choose a severity')
      .addOptions(SEVERITIES),
    new RoleSelectMenuBuilder()
      .setCustomId('roles')
      .setPlaceholder('Roles to call')
      .setMinValues(1)
      .setMaxValues(3),
    new UserSelectMenuBuilder().setCustomId('who').setDefaultUsers(discord.people.ben),
    new ChannelSelectMenuBuilder()
      .setCustomId('where')
      .setPlaceholder('Channel')
      .setChannelTypes(ChannelType.GuildText),
  ];
  for (const menu of menus) {
    box.addActionRowComponents(new ActionRowBuilder<typeof menu>().addComponents(menu));
  }
  const files = [new AttachmentBuilder(PICTURE, { name: 'chart.svg' })];
  const { id } = await channel.send({ components: [box], files, flags: MessageFlags.IsComponentsV2 });
  return id;
}
