import {
  AttachmentBuilder,
  type Client,
  ContainerBuilder,
  MediaGalleryBuilder,
  MessageFlags,
  SectionBuilder,
  TextDisplayBuilder,
  ThumbnailBuilder,
} from 'discord.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DiscordSimulator } from '../../sandbox/discord/index.ts';
import { login, onInteraction, purchases, startFast } from './bot.ts';

// One grey pixel.
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==',
  'base64',
);
let discord: DiscordSimulator;
let client: Client<true>;

beforeAll(async () => {
  discord = await startFast(1, { limits: { perChannelRoute: { count: 100, perMs: 1000 } } });
  client = await login(discord);
  await client.application.commands.set([{ name: 'stats', description: 'Show' }], discord.guildId);
});
afterAll(async () => {
  await client.destroy();
  await discord.stop();
});

const picture = (name = 'stats.png') => ({
  components: [
    new ContainerBuilder().addMediaGalleryComponents(
      new MediaGalleryBuilder().addItems({
        media: { url: `attachment://${name}` },
        description: 'Sales by day',
      }),
    ),
  ],
  files: [new AttachmentBuilder(PNG, { name: 'stats.png' })],
  flags: MessageFlags.IsComponentsV2 as const,
});
const shown = (message = discord.messages(discord.channels.purchases).at(-1)) =>
  message?.components[0]?.components?.[0]?.items?.[0]?.media.url ?? '';

async function expectPicture(url: string): Promise<void> {
  const answer = await fetch(url);
  expect(new URL(url).hostname).toBe('127.0.0.1');
  expect(answer.headers.get('content-type')).toBe('image/png');
  expect(Buffer.from(await answer.arrayBuffer())).toEqual(PNG);
}

test('an uploaded picture is shown by a gallery, in a post and after an edit without it', async () => {
  const message = await purchases(client, discord).send(picture());
  await expectPicture(shown());
  await message.edit({ components: picture().components });
  await expectPicture(shown());
});

test('the answer to a slash command carries a picture, at once or after a deferral', async () => {
  let isDeferred = false;
  const errors = onInteraction(client, async (interaction) => {
    if (!interaction.isChatInputCommand()) return;
    if (!isDeferred) return interaction.reply(picture());
    await interaction.deferReply({ flags: MessageFlags.Ephemeral });
    return interaction.editReply(picture());
  });
  const ask = () =>
    discord.runCommand({
      personId: discord.people.anna,
      channelId: discord.channels.purchases,
      name: 'stats',
      options: {},
    });
  await expectPicture(shown((await ask()).reply ?? undefined));
  isDeferred = true;
  await expectPicture(shown((await ask()).reply ?? undefined));
  expect(errors).toEqual([]);
});

test('a picture that was not uploaded is refused, wherever it would be shown', async () => {
  const send = (body: object) => purchases(client, discord).send(body);
  await expect(send(picture('other.png'))).rejects.toMatchObject({ status: 400, code: 50035 });
  const section = new SectionBuilder()
    .addTextDisplayComponents(new TextDisplayBuilder().setContent('x'))
    .setThumbnailAccessory(new ThumbnailBuilder().setURL('attachment://other.png'));
  await expect(send({ ...picture(), components: [section] })).rejects.toMatchObject({ code: 50035 });
  await send({
    ...picture(),
    components: [section.setThumbnailAccessory(new ThumbnailBuilder().setURL('attachment://stats.png'))],
  });
});
