import { type Client, MessageFlags, type PublicThreadChannel, type ThreadChannel } from 'discord.js';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type DiscordSimulator, Permission } from '../../sandbox/discord/index.ts';
import { login, onInteraction, purchases, rest, startFast } from './bot.ts';

let discord: DiscordSimulator;
let client: Client<true>;
let channelId: string;

beforeEach(async () => {
  discord = await startFast(10);
  client = await login(discord);
  channelId = discord.channels.purchases;
});
afterEach(async () => {
  await client.destroy();
  await discord.stop();
});

async function open(): Promise<PublicThreadChannel> {
  const message = await purchases(client, discord).send('failed');
  return message.startThread({ name: 'order 1' });
}
const path = (thread: ThreadChannel, rest = '') => `/channels/${thread.id}${rest}`;

test('a thread has the id of its message, which shows it, and the bot hears of it', async () => {
  const heard = new Promise<ThreadChannel>((resolve) => client.once('threadCreate', resolve));
  const thread = await open();
  const { body } = await rest(discord, 'GET', `/channels/${channelId}/messages/${thread.id}`);

  expect((await heard).id).toBe(thread.id);
  expect(Number(body.flags) & MessageFlags.HasThread).toBeTruthy();
  expect(body.thread).toMatchObject({ id: thread.id, type: 11, parent_id: channelId, name: 'order 1' });
  expect((await rest(discord, 'GET', path(thread))).body).toMatchObject({
    message_count: 0,
    thread_metadata: { archived: false },
  });
});

test('a message has one thread at most, and it needs a name', async () => {
  const thread = await open();
  const start = (name: string) =>
    rest(discord, 'POST', `/channels/${channelId}/messages/${thread.id}/threads`, { name });
  expect(await start('again')).toMatchObject({ status: 400, body: { code: 160004 } });
  for (const name of ['', 'x'.repeat(101)]) {
    expect(await start(name)).toMatchObject({ status: 400, body: { code: 50035 } });
  }
});

test('opening a thread and writing in it are rights of their own', async () => {
  const message = await purchases(client, discord).send('failed');
  const deny = (bits: bigint) =>
    discord.changeOverwrite(channelId, discord.roles.bot, { allow: 0n, deny: bits });
  deny(Permission.CreatePublicThreads);
  await expect(message.startThread({ name: 'no' })).rejects.toMatchObject({ status: 403, code: 50013 });
  deny(Permission.SendMessages);
  const thread = await message.startThread({ name: 'yes' });
  await thread.send('a thread does not need the right to write in the channel');
  deny(Permission.SendMessagesInThreads);
  await expect(thread.send('no')).rejects.toMatchObject({ status: 403, code: 50013 });
});

test('messages of a thread are posted, edited and listed there, not in the channel', async () => {
  const thread = await open();
  const sent = await thread.send('one');
  await sent.edit('two');
  const listed = await rest(discord, 'GET', path(thread, '/messages'));

  expect(sent.channelId).toBe(thread.id);
  expect(listed.body).toMatchObject([{ channel_id: thread.id, content: 'two' }]);
  expect(discord.messages(channelId).map(({ content }) => content)).toEqual(['failed']);
  expect((await rest(discord, 'GET', path(thread))).body).toMatchObject({ message_count: 1 });
});

test('an archived thread refuses edits, and a post opens it again', async () => {
  const thread = await open();
  const sent = await thread.send('one');
  expect(await rest(discord, 'PATCH', path(thread), { archived: true, name: 'done' })).toMatchObject({
    status: 200,
    body: { name: 'done', thread_metadata: { archived: true } },
  });
  await expect(sent.edit('two')).rejects.toMatchObject({ status: 400, code: 50083 });
  expect(await rest(discord, 'PATCH', path(thread), { name: 'renamed' })).toMatchObject({
    status: 400,
    body: { code: 50083 },
  });
  const opened = new Promise<boolean | null>((resolve) => {
    client.on('threadUpdate', (_before, after) => after.archived === false && resolve(after.archived));
  });
  await rest(discord, 'POST', path(thread, '/messages'), { content: 'again' });
  expect(await opened).toBe(false);
  await sent.edit('two');
});

test('threads are lost with their channel, and one of them can be lost alone', async () => {
  const thread = await open();
  discord.faults.channelLost = thread.id;
  await expect(thread.send('x')).rejects.toMatchObject({ code: 10003 });
  await purchases(client, discord).send('the channel is there');
  discord.faults.channelLost = false;
  discord.deleteChannel(channelId);
  await expect(thread.send('x')).rejects.toMatchObject({ code: 10003 });
});

test('a slash command used in a thread carries it as its channel and is answered there', async () => {
  const thread = await open();
  await client.application.commands.set([{ name: 'order', description: 'Show' }], discord.guildId);
  const errors = onInteraction(client, async (interaction) => {
    expect(interaction.channel?.isThread()).toBe(true);
    if (interaction.isChatInputCommand()) await interaction.reply('here');
  });
  const { reply } = await discord.runCommand({
    personId: discord.people.anna,
    channelId: thread.id,
    name: 'order',
    options: {},
  });
  expect(errors).toEqual([]);
  expect(reply?.channelId).toBe(thread.id);
});

test('each thread has a rate limit of its own', async () => {
  const [first, second] = [await open(), await open()];
  const post = (thread: ThreadChannel) => rest(discord, 'POST', path(thread, '/messages'), { content: 'x' });
  for (let count = 0; count < 5; count += 1) expect((await post(first)).status).toBe(200);
  expect((await post(first)).status).toBe(429);
  expect((await post(second)).status).toBe(200);
});

test('a deleted thread is gone, and the bot hears of it', async () => {
  const thread = await open();
  await thread.delete();
  expect(await rest(discord, 'GET', path(thread))).toMatchObject({ status: 404, body: { code: 10003 } });
  await vi.waitFor(() => expect(client.channels.cache.has(thread.id)).toBe(false));
});
