import { type Client, RESTEvents } from 'discord.js';
import { afterEach, expect, test } from 'vitest';
import type { DiscordSimulator } from '../../sandbox/discord/index.ts';
import { login, purchases, rest, startFast } from './bot.ts';

let discord: DiscordSimulator;
let client: Client<true> | null = null;

afterEach(async () => {
  await client?.destroy();
  client = null;
  await discord.stop();
});

test('discord.js keeps 12 parallel edits inside the limit', async () => {
  discord = await startFast(10);
  client = await login(discord);
  const message = await purchases(client, discord).send('0');
  await Promise.all(Array.from({ length: 12 }, (_, index) => message.edit(`${index + 1}`)));

  const edits = discord.requests.filter(({ method }) => method === 'PATCH');
  expect(edits.map(({ status }) => status)).toEqual(Array(12).fill(200));
  expect(edits[5]!.atMs - edits[0]!.atMs).toBeGreaterThanOrEqual(5000);
  expect(discord.stats).toMatchObject({ rateLimited: 0, invalidRequests: 0 });
  expect(discord.messages(discord.channels.purchases)[0]?.content).toBe('12');
});

test('discord.js waits out a 429 that it could not foresee', async () => {
  discord = await startFast(10);
  client = await login(discord);
  const seen: number[] = [];
  client.rest.on(RESTEvents.RateLimited, ({ retryAfter }) => {
    seen.push(retryAfter);
    discord.faults.rateLimited = false;
  });
  discord.faults.rateLimited = true;
  await purchases(client, discord).send('finally');

  expect(discord.requests.filter(({ method }) => method === 'POST').map(({ status }) => status)).toEqual([
    429, 200,
  ]);
  expect(seen.length).toBeGreaterThan(0);
  expect(discord.stats).toMatchObject({ rateLimited: 1, invalidRequests: 1 });
});

test('creates and edits of one channel are counted apart, and so are channels', async () => {
  discord = await startFast(1);
  const post = (channelId: string) =>
    rest(discord, 'POST', `/channels/${channelId}/messages`, { content: 'x' });
  const { purchases: one, general: other } = discord.channels;
  const replies = await Promise.all(Array.from({ length: 6 }, () => post(one)));
  const refused = replies.find(({ status }) => status === 429);

  expect(replies.map(({ headers }) => headers.get('x-ratelimit-remaining')).sort()).toEqual([
    '0',
    '0',
    '1',
    '2',
    '3',
    '4',
  ]);
  expect(refused?.body).toMatchObject({ message: 'You are being rate limited.', global: false });
  expect(refused?.headers.get('x-ratelimit-scope')).toBe('user');
  expect(refused?.headers.get('retry-after')).toBe('5');
  const id = discord.messages(one)[0]?.id;
  expect((await rest(discord, 'PATCH', `/channels/${one}/messages/${id}`, { content: 'y' })).status).toBe(
    200,
  );
  const elsewhere = await post(other);
  expect(elsewhere.status).toBe(200);
  expect(elsewhere.headers.get('x-ratelimit-bucket')).toBe(refused?.headers.get('x-ratelimit-bucket'));
});

test('the global limit has its own headers, and real seconds for a fast clock', async () => {
  discord = await startFast(2, { limits: { globalPerSecond: 3 } });
  const replies = await Promise.all(Array.from({ length: 4 }, () => rest(discord, 'GET', '/users/@me')));
  const refused = replies.find(({ status }) => status === 429);
  expect(refused?.headers.get('x-ratelimit-global')).toBe('true');
  expect(refused?.headers.get('x-ratelimit-scope')).toBe('global');
  expect(refused?.headers.get('retry-after')).toBe('0.5');
  expect(refused?.body).toMatchObject({ global: true });
  // Answers to interactions are exempt: this one is unknown, not refused.
  const callbacks = Array.from({ length: 4 }, () =>
    rest(discord, 'POST', '/interactions/1/token/callback', { type: 6 }),
  );
  expect((await Promise.all(callbacks)).map(({ status }) => status)).toEqual([404, 404, 404, 404]);
});
