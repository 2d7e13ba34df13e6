import { type REST, Routes } from 'discord.js';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { DiscordSimulator } from '../../sandbox/discord/index.ts';
import { createDiscordClient } from '../../src/bot/client.ts';
import { NotLeadingError } from '../../src/bot/write-guard.ts';
import { createLog } from '../../src/log.ts';
import { startFast, TOKEN } from '../sandbox-discord/bot.ts';

let discord: DiscordSimulator;
let rest: REST;
let leads = true;
const heard: string[] = [];

beforeAll(async () => {
  discord = await startFast(2);
  const log = createLog('silent');
  const observe = (outcome: string) => void heard.push(outcome);
  const ended = new AbortController().signal;
  const client = createDiscordClient({ apiUrl: discord.url, log, mayWrite: () => leads, observe, ended });
  rest = client.rest.setToken(TOKEN);
});
afterAll(() => discord.stop());

const post = (content: string) =>
  rest.post(Routes.channelMessages(discord.channels.general), { body: { content } });
const writes = () => discord.requests.filter(({ method }) => method !== 'GET');

it('what waits in discord.js for its turn is not written any more when another leads by then', async () => {
  leads = true;
  const sent = ['1', '2', '3', '4', '5'].map(post);
  // The channel takes five in five seconds.
  const waiting = post('6');
  await Promise.all(sent);
  leads = false;
  await expect(waiting).rejects.toThrow(NotLeadingError);
  expect(writes()).toHaveLength(5);
  // What does not go out is no request.
  expect(heard).toEqual(Array(5).fill('ok'));
});

it('nothing is posted, edited or deleted without the lead, and everything may be read', async () => {
  leads = false;
  const [message] = discord.messages(discord.channels.general);
  const route = Routes.channelMessage(discord.channels.general, message!.id);
  for (const write of [post('7'), rest.patch(route, { body: { content: '8' } }), rest.delete(route)])
    await expect(write).rejects.toThrow(NotLeadingError);
  expect(writes()).toHaveLength(5);
  expect(await rest.get(route)).toMatchObject({ content: '1' });
});

it('an answer to whoever pressed is not held: nobody else was told of the press', async () => {
  leads = false;
  const answer = rest.post(Routes.interactionCallback('1', 'token'), { body: { type: 5 }, auth: false });
  await expect(answer).rejects.toThrow('Unknown interaction');
});
