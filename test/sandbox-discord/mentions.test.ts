import {
  type Client,
  ContainerBuilder,
  MessageFlags,
  type MessageMentionOptions,
  TextDisplayBuilder,
} from 'discord.js';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type DiscordEvent, type DiscordSimulator, Permission } from '../../sandbox/discord/index.ts';
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

const display = (text: string) => ({
  components: [new ContainerBuilder().addTextDisplayComponents(new TextDisplayBuilder().setContent(text))],
  flags: MessageFlags.IsComponentsV2 as const,
});
const pingsOf = () => discord.messages(discord.channels.purchases).at(-1)?.pings;
const send = (text: string, allowedMentions?: MessageMentionOptions) =>
  purchases(client, discord).send({ ...display(text), ...(allowedMentions ? { allowedMentions } : {}) });

test('a mentionable role in a text display is pinged, and reaches its people', async () => {
  const reached: string[][] = [];
  discord.subscribe((event: DiscordEvent) => {
    if (event.type === 'ping') reached.push(event.personIds);
  });
  await send(`<@&${discord.roles.onCall}> failed`, { parse: [], roles: [discord.roles.onCall] });
  expect(pingsOf()).toEqual({ everyone: false, roles: [discord.roles.onCall], users: [] });
  expect(reached).toEqual([[discord.people.anna]]);
});

test('a role that is not mentionable needs the right to mention everyone', async () => {
  discord.changeRole(discord.roles.onCall, { mentionable: false });
  await send(`<@&${discord.roles.onCall}>`, { roles: [discord.roles.onCall] });
  expect(pingsOf()?.roles).toEqual([]);
  discord.changeOverwrite(discord.channels.purchases, discord.roles.bot, {
    allow: Permission.MentionEveryone,
    deny: 0n,
  });
  await send(`<@&${discord.roles.onCall}>`, { roles: [discord.roles.onCall] });
  expect(pingsOf()?.roles).toEqual([discord.roles.onCall]);
});

test('nothing is pinged with an empty parse, everything in reach without allowed_mentions', async () => {
  discord.changeRole(discord.roles.bot, { permissions: Permission.MentionEveryone });
  const text = `@everyone <@&${discord.roles.onCall}> <@${discord.people.ben}>`;
  await send(text, { parse: [] });
  expect(pingsOf()).toEqual({ everyone: false, roles: [], users: [] });
  await send(text);
  expect(pingsOf()).toEqual({ everyone: true, roles: [discord.roles.onCall], users: [discord.people.ben] });
});

test('@everyone without the right, and mentions inside code, are plain text', async () => {
  await send(`@everyone \`<@${discord.people.ben}>\` \`\`\`\n<@&${discord.roles.onCall}>\n\`\`\``);
  expect(pingsOf()).toEqual({ everyone: false, roles: [], users: [] });
});

test('an edit pings nobody', async () => {
  const message = await send('quiet', { parse: [] });
  await message.edit({
    ...display(`<@&${discord.roles.onCall}>`),
    allowedMentions: { roles: [discord.roles.onCall] },
  });
  expect(pingsOf()).toEqual({ everyone: false, roles: [], users: [] });
});

test('a reply pings the author only where that is allowed', async () => {
  const channelId = discord.channels.purchases;
  const { id } = discord.say({ personId: discord.people.ben, channelId, content: 'help' });
  const reply = (allowedMentions?: MessageMentionOptions) =>
    purchases(client, discord).send({
      content: 'yes',
      reply: { messageReference: id },
      ...(allowedMentions ? { allowedMentions } : {}),
    });
  await reply();
  expect(pingsOf()?.users).toEqual([discord.people.ben]);
  await reply({ parse: [] });
  expect(pingsOf()?.users).toEqual([]);
});

test('parse and a list of the same kind exclude each other', async () => {
  const body = { content: 'x', allowed_mentions: { parse: ['roles'], roles: [discord.roles.onCall] } };
  const reply = await rest(discord, 'POST', `/channels/${discord.channels.purchases}/messages`, body);
  expect(reply).toMatchObject({ status: 400, body: { code: 50035 } });
});
