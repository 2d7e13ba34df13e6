import type { Client } from 'discord.js';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { startWorld, type World } from '../../sandbox/world.ts';
import { postDemo, startDemoBot } from './demo-bot.ts';
import { type Opened, openPage, overhang, tabTo } from './tab.ts';

let world: World;
let bot: Client<true>;
let page: Opened;
let messageId: string;
const heard: string[] = [];

// The product stays off: a bot of the tests answers, who uses all that the page can draw.
beforeAll(async () => {
  world = await startWorld({ factor: 2 });
  bot = await startDemoBot(world.discord, heard);
  messageId = await postDemo(bot, world.discord);
  page = await openPage(world, 4320);
  await page.tab.getByRole('button', { name: '# general' }).click();
});
afterAll(async () => {
  await page?.close();
  await bot?.destroy();
  await world?.stop();
});
beforeEach(() => {
  heard.length = 0;
});

const hears = (words: string) => vi.waitFor(() => expect(heard).toContain(words), { timeout: 5_000 });
const key = (name: string) => page.tab.keyboard.press(name);
const chosen = (name: string) => page.tab.getByRole('combobox', { name });

it('shows a picture, the names of who is mentioned, and marks what pings', async () => {
  const { tab } = page;
  const message = tab.locator(`#message-${messageId}`);
  await message.getByRole('img', { name: 'Sales by day' }).waitFor();
  await vi.waitFor(async () =>
    expect(await tab.evaluate('document.images[0].naturalWidth')).toBeGreaterThan(0),
  );
  expect(await message.innerText()).toContain('@Anna and @On call');
  expect(await message.getAttribute('class')).toContain('pinged');
  await tab.getByTestId('person-carl').click();
  await vi.waitFor(async () => expect(await message.getAttribute('class')).not.toContain('pinged'));
  await tab.getByTestId('person-carl').press('ArrowLeft');
  await tab.getByTestId('person-ben').press('ArrowLeft');
  await vi.waitFor(async () => expect(await message.getAttribute('class')).toContain('pinged'));
});

it('a menu is opened, walked and chosen from by keyboard, and Escape leaves it as it was', async () => {
  const { tab } = page;
  await tabTo(tab, chosen('Choose a severity'));
  await key('Enter');
  await key('Escape');
  expect(await chosen('Choose a severity').getAttribute('aria-expanded')).toBe('false');
  await key('ArrowDown');
  await key('ArrowDown');
  await key('Enter');
  await hears('one: high');
  expect(heard).toEqual(['one: high']);
});

it('several roles are searched for and chosen, no more than the menu takes', async () => {
  const { tab } = page;
  const { roles } = world.discord;
  await tabTo(tab, chosen('Roles to call'));
  await key('Enter');
  await tab.keyboard.type('second');
  await key('Enter');
  for (let letter = 0; letter < 6; letter += 1) await key('Backspace');
  // Support, On call, Admins: the last would be the fourth.
  for (const down of [0, 2, 4]) {
    await key('Home');
    for (let step = 0; step < down; step += 1) await key('ArrowDown');
    await key('Enter');
  }
  await key('Escape');
  await vi.waitFor(() => expect(heard).toHaveLength(1), { timeout: 5_000 });
  expect(heard[0]).toBe(`roles: ${roles.secondLine},${roles.support},${roles.onCall}`);
});

it('a modal holds the focus, says what is missing, and sends what was filled in', async () => {
  const { tab } = page;
  const modal = tab.getByTestId('modal');
  const opener = tab.getByRole('button', { name: 'Set up' });
  await opener.focus();
  await key('Enter');
  await modal.waitFor();
  await tab.keyboard.type('ab');
  await key('Enter');
  await modal.getByText('Must be at least 3 characters long.').waitFor();
  expect(await modal.getByText('This field is required').count()).toBe(2);
  for (let presses = 0; presses < 20; presses += 1) {
    await key('Tab');
    // The browser's own bar is the only other stop.
    expect(await tab.evaluate('document.activeElement.closest("dialog, body").tagName')).not.toBe('');
    expect(await tab.evaluate('document.activeElement.matches("#drawer *, #chat *")')).toBe(false);
  }
  await modal.getByRole('textbox', { name: 'Title' }).fill('abc');
  await tabTo(tab, modal.getByRole('combobox', { name: 'Severity' }));
  await key('Enter');
  await key('Enter');
  await tabTo(tab, modal.getByRole('combobox', { name: 'Role' }));
  await key('Enter');
  await tab.keyboard.type('on call');
  await key('Enter');
  await modal.getByRole('textbox', { name: 'Title' }).press('Enter');
  await modal.waitFor({ state: 'detached' });
  await hears('abc / low / On call');
  await tab.getByText('Only you can see this').waitFor();
  await tab.getByRole('button', { name: 'Dismiss message' }).click();
  expect(await tab.getByText('Only you can see this').count()).toBe(0);
});

it('Escape closes a modal, which sends nothing, and gives the focus back', async () => {
  const { tab } = page;
  await tab.getByRole('button', { name: 'Set up' }).focus();
  await key('Enter');
  await tab.getByTestId('modal').waitFor();
  await key('Escape');
  await tab.getByTestId('modal').waitFor({ state: 'detached' });
  expect(await tab.evaluate('document.activeElement.textContent')).toBe('Set up');
  expect(heard).toEqual([]);
});

it('a button that nobody answers says so, and a disabled one cannot be pressed', async () => {
  const { tab } = page;
  expect(await tab.getByRole('button', { name: 'Disabled' }).isDisabled()).toBe(true);
  await tab.getByRole('button', { name: 'Never answers' }).click();
  await tab.getByText('This interaction failed').waitFor({ timeout: 8_000 });
});

it('a command with several options is completed word by word', async () => {
  const { tab } = page;
  const composer = tab.getByTestId('composer');
  await composer.fill('/pau');
  await key('Tab');
  await key('Tab');
  await tab.keyboard.type('15 ');
  await tab.locator('.choice').filter({ hasText: 'who:' }).waitFor();
  await tab.keyboard.type('who:do');
  await tab.locator('.choice').filter({ hasText: '@Dora' }).waitFor();
  await key('Enter');
  expect(await composer.inputValue()).toBe('/pause minutes:15 who:@Dora ');
  await key('Enter');
  await hears('paused 15  dora');
});

it('the menus of a message and of a person have what the bot offers there', async () => {
  const { tab } = page;
  const message = tab.locator(`#message-${messageId}`);
  await message.getByRole('button', { name: 'Set up' }).press('Shift+F10');
  await tab.getByRole('menuitem', { name: 'Inspect order' }).waitFor();
  await key('ArrowDown');
  await key('ArrowUp');
  await key('Enter');
  await hears(`Inspect order ${messageId}`);
  await message.getByRole('button', { name: 'Orderly' }).press('Enter');
  await key('Enter');
  await hears(`Show person ${world.discord.applicationId}`);
});

it('a thread opens beside the channel, takes messages, and fills a phone', async () => {
  const { tab } = page;
  const { general } = world.discord.channels;
  const channel = bot.channels.cache.get(general);
  if (!channel?.isSendable()) throw new Error('the bot does not see #general');
  const thread = await (await channel.messages.fetch(messageId)).startThread({ name: 'What broke' });
  await thread.send('Look here');
  await tab.getByTestId('thread-pill').filter({ hasText: '1 Message' }).press('Enter');
  const panel = tab.getByTestId('thread');
  await panel.getByText('Look here').waitFor();
  await tab.keyboard.type('On it');
  await key('Enter');
  await panel.getByText('On it').waitFor();
  expect(world.discord.messages(thread.id).map(({ content }) => content)).toEqual(['Look here', 'On it']);
  await tab.setViewportSize({ width: 360, height: 740 });
  expect(await overhang(tab)).toBe(0);
  expect(await panel.boundingBox()).toEqual({ x: 0, y: 0, width: 360, height: 740 });
  await key('Escape');
  await panel.waitFor({ state: 'hidden' });
  expect(await overhang(tab)).toBe(0);
  await tab.getByTestId('tab-drawer').click();
  for (const summary of await tab.locator('summary').all()) await summary.click();
  expect(await overhang(tab)).toBe(0);
  expect(page.complaints).toEqual([]);
});
