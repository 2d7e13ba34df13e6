import {
  AttachmentBuilder,
  type Client,
  ContainerBuilder,
  FileBuilder,
  MessageFlags,
  TextDisplayBuilder,
} from 'discord.js';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type DiscordSimulator, Permission, startDiscord } from '../../sandbox/discord/index.ts';
import { login, movableClock, purchases, rest, TOKEN } from './bot.ts';

const clock = movableClock();
let discord: DiscordSimulator;
let client: Client<true>;
let channelId: string;

beforeEach(async () => {
  discord = await startDiscord({
    clock,
    token: TOKEN,
    limits: { perChannelRoute: { count: 100, perMs: 1000 }, oldEdits: { count: 2, perMs: 60_000 } },
  });
  client = await login(discord);
  channelId = discord.channels.purchases;
});
afterEach(async () => {
  await client.destroy();
  await discord.stop();
});

const container = (text: string) =>
  new ContainerBuilder()
    .setAccentColor(0x22c55e)
    .addTextDisplayComponents(new TextDisplayBuilder().setContent(text));
const v2 = (text: string) => ({ components: [container(text)], flags: MessageFlags.IsComponentsV2 }) as const;

test('posts, edits, reads, lists and deletes a Components V2 message', async () => {
  const channel = purchases(client, discord);
  const message = await channel.send(v2('paid'));
  await message.edit(v2('provisioned'));
  const [shown] = discord.messages(channelId);

  expect(shown).toMatchObject({ id: message.id, content: '', flags: 1 << 15, edits: 1, deleted: false });
  expect(shown?.components).toMatchObject([
    { type: 17, accent_color: 0x22c55e, components: [{ content: 'provisioned' }] },
  ]);
  expect(shown?.history.map(({ components }) => components?.[0]?.components?.[0]?.content)).toEqual([
    'paid',
    'provisioned',
  ]);
  expect(shown?.editedMs).toBeGreaterThanOrEqual(shown?.createdMs ?? 0);
  const read = await channel.messages.fetch({ message: message.id, cache: false, force: true });
  expect(read.flags.has(MessageFlags.IsComponentsV2)).toBe(true);
  await message.delete();
  expect(discord.messages(channelId)).toEqual([]);
});

test('lists by limit, before, after and around, newest first', async () => {
  const ids = ['a', 'b', 'c', 'd', 'e'].map(
    (content) => discord.say({ personId: discord.people.ben, channelId, content }).id,
  );
  const list = async (query: string) => {
    const { body } = await rest(discord, 'GET', `/channels/${channelId}/messages?${query}`);
    return Array.isArray(body) ? body.map(({ content }) => content).join('') : body;
  };
  expect(await list('limit=2')).toBe('ed');
  expect(await list(`before=${ids[3]}&limit=2`)).toBe('cb');
  expect(await list(`after=${ids[1]}&limit=2`)).toBe('dc');
  expect(await list(`around=${ids[2]}&limit=3`)).toBe('dcb');
  expect(await list('limit=101')).toMatchObject({ code: 50035 });
});

test('the same nonce within minutes returns the message that is there', async () => {
  const channel = purchases(client, discord);
  const post = (nonce: string) => channel.send({ ...v2('paid'), nonce, enforceNonce: true });
  const first = await post('order-1-live-1');
  const again = await post('order-1-live-1');
  const other = await post('order-2-live-1');

  expect(again.id).toBe(first.id);
  expect(other.id).not.toBe(first.id);
  expect(discord.messages(channelId)).toHaveLength(2);
  clock.advance(10 * 60_000);
  expect((await post('order-1-live-1')).id).not.toBe(first.id);
  await expect(post('n'.repeat(26))).rejects.toMatchObject({ code: 50035 });
});

test('editing what a person deleted is an unknown message', async () => {
  const message = await purchases(client, discord).send(v2('paid'));
  discord.deleteMessage(channelId, message.id);
  await expect(message.edit(v2('gone'))).rejects.toMatchObject({ status: 404, code: 10008 });
});

test('a reply to a deleted message fails, or is posted plain when asked to', async () => {
  const channel = purchases(client, discord);
  const live = await channel.send(v2('paid'));
  const answered = await channel.send({ ...v2('failed'), reply: { messageReference: live.id } });
  expect(answered.reference?.messageId).toBe(live.id);
  discord.deleteMessage(channelId, live.id);

  const reply = (failIfNotExists: boolean) =>
    channel.send({ ...v2('failed'), reply: { messageReference: live.id, failIfNotExists } });
  await expect(reply(true)).rejects.toMatchObject({ code: 50035 });
  const unsaid = { content: 'failed', message_reference: { message_id: live.id } };
  expect(await rest(discord, 'POST', `/channels/${channelId}/messages`, unsaid)).toMatchObject({
    status: 400,
  });
  const plain = await reply(false);
  expect(discord.messages(channelId).at(-1)).toMatchObject({ id: plain.id, referencedMessageId: null });
});

test("another author's message cannot be edited, nor deleted without the right", async () => {
  const { id } = discord.say({ personId: discord.people.ben, channelId, content: 'mine' });
  const path = `/channels/${channelId}/messages/${id}`;
  expect(await rest(discord, 'PATCH', path, { content: 'x' })).toMatchObject({
    status: 403,
    body: { code: 50005 },
  });
  expect(await rest(discord, 'DELETE', path)).toMatchObject({ status: 403, body: { code: 50013 } });
});

test('edits of messages older than an hour have a cap of their own', async () => {
  const { id } = await purchases(client, discord).send('paid');
  clock.advance(3_700_000);
  const edit = () => rest(discord, 'PATCH', `/channels/${channelId}/messages/${id}`, { content: 'later' });
  expect([(await edit()).status, (await edit()).status]).toEqual([200, 200]);
  const refused = await edit();
  expect(refused).toMatchObject({ status: 429, body: { code: 30046, global: false } });
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
});

test('a missing right is 50013, a hidden channel 50001, a deleted one 10003', async () => {
  const channel = purchases(client, discord);
  discord.changeOverwrite(channelId, discord.roles.bot, { allow: 0n, deny: Permission.SendMessages });
  await expect(channel.send('x')).rejects.toMatchObject({ status: 403, code: 50013 });
  discord.changeOverwrite(channelId, discord.roles.bot, { allow: 0n, deny: Permission.ViewChannel });
  await expect(channel.send('x')).rejects.toMatchObject({ status: 403, code: 50001 });
  discord.deleteChannel(channelId);
  await expect(channel.send('x')).rejects.toMatchObject({ status: 404, code: 10003 });
  expect(discord.stats.invalidRequests).toBe(2);
});

test('files are stored and can be downloaded', async () => {
  const files = [new AttachmentBuilder(Buffer.from('evidence'), { name: 'log.txt' })];
  const components = [container('see'), new FileBuilder().setURL('attachment://log.txt')];
  const message = await purchases(client, discord).send({ ...v2('x'), components, files });
  const url = message.attachments.first()?.url ?? '';
  expect(await (await fetch(url)).text()).toBe('evidence');
  expect(discord.messages(channelId)[0]?.components[1]?.file?.url).toBe(url);
});

test('opens a thread on a message, posts into it and archives it', async () => {
  const message = await purchases(client, discord).send(v2('failed'));
  const thread = await message.startThread({ name: 'order 1' });
  await thread.send('detail');
  await thread.setArchived(true);

  expect(discord.messages(channelId)[0]?.threadId).toBe(thread.id);
  expect(discord.messages(thread.id)).toMatchObject([{ content: 'detail' }]);
  expect(discord.guild().channels.find(({ id }) => id === thread.id)?.thread?.archived).toBe(true);
  await expect(message.startThread({ name: 'again' })).rejects.toMatchObject({ code: 160004 });
  const apart = await purchases(client, discord).threads.create({ name: 'apart' });
  expect(apart.parentId).toBe(channelId);
});
