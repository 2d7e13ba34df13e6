import type { Client } from 'discord.js';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type DiscordSimulator, discordSwitches, flip } from '../../sandbox/discord/index.ts';
import { login, purchases, rest, startFast } from './bot.ts';

let discord: DiscordSimulator;
let client: Client<true>;

beforeEach(async () => {
  discord = await startFast(10);
  client = await login(discord, { rest: { retries: 0 } });
});
afterEach(async () => {
  await client.destroy();
  await discord.stop();
});

const send = () => purchases(client, discord).send({ content: 'x', nonce: 'n-1', enforceNonce: true });
const contents = () => discord.messages(discord.channels.purchases).map(({ content }) => content);

test('an answer can be lost after the message was posted, and a retry finds it', async () => {
  discord.faults.answerLostOnce = true;
  await expect(send()).rejects.toThrow();
  expect(contents()).toEqual(['x']);
  await send();
  expect(contents()).toEqual(['x']);
});

test('hooks are awaited before a request and between its effect and its answer', async () => {
  const steps: string[] = [];
  const stop = discord.onRequest(async ({ method, path, body, when }) => {
    if (method !== 'POST') return;
    // Takes longer than an answer would, so that the order shows whether it was waited for.
    await rest(discord, 'GET', '/users/@me');
    steps.push(`${when} ${path.includes(discord.channels.purchases)} ${contents().length}`);
    expect(body).toMatchObject({ content: 'x' });
  });
  await send().then(() => steps.push('answered'));
  stop();
  await send();
  expect(steps).toEqual(['before true 0', 'after true 1', 'answered']);
});

test('500s come for as many requests as asked', async () => {
  discord.faults.rest500 = 2;
  await expect(send()).rejects.toMatchObject({ status: 500 });
  await expect(send()).rejects.toMatchObject({ status: 500 });
  await send();
});

test('channels are lost and rights are taken by a switch', async () => {
  discord.faults.channelLost = true;
  await expect(send()).rejects.toMatchObject({ code: 10003 });
  discord.faults.channelLost = false;
  discord.faults.noPermission = true;
  await expect(send()).rejects.toMatchObject({ code: 50013 });
});

test('edits alone are limited, or refused as of an old message', async () => {
  const message = await send();
  const edit = () =>
    rest(discord, 'PATCH', `/channels/${message.channelId}/messages/${message.id}`, { content: 'y' });
  discord.faults.editsLimited = true;
  expect(await edit()).toMatchObject({ status: 429, body: { message: 'You are being rate limited.' } });
  expect(
    (await rest(discord, 'POST', `/channels/${message.channelId}/messages`, { content: 'z' })).status,
  ).toBe(200);
  discord.faults.editsLimited = false;
  discord.faults.oldEdits = true;
  expect(await edit()).toMatchObject({ status: 429, body: { code: 30046 } });
  discord.faults.oldEdits = false;
  expect((await edit()).status).toBe(200);
});

test('while Discord is down nothing is answered, and afterwards the bot comes back', async () => {
  discord.faults.down = true;
  await vi.waitFor(() => expect(discord.connectedSessions()).toBe(0));
  await expect(rest(discord, 'GET', '/users/@me')).rejects.toThrow();
  expect(discord.requests.at(-1)).toMatchObject({ path: '/users/@me', status: 0 });
  discord.faults.down = false;
  await vi.waitFor(() => expect(discord.connectedSessions()).toBe(1), { timeout: 5000 });
  await send();
});

test('a slow answer takes its time by the clock', async () => {
  discord.faults.slowMs = 2000;
  const before = Date.now();
  await send();
  expect(Date.now() - before).toBeGreaterThanOrEqual(195);
});

test('every listed switch can be flipped on and off by its name', async () => {
  for (const { name } of discordSwitches) {
    flip(discord.faults, name, true);
    if (name !== 'gatewayDrop') expect(discord.faults[name]).toBeTruthy();
    flip(discord.faults, name, false);
    if (name !== 'gatewayDrop') expect(discord.faults[name]).toBeFalsy();
  }
  await vi.waitFor(() => expect(discord.connectedSessions()).toBe(1), { timeout: 5000 });
});
