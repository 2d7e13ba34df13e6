import type { TextChannel } from 'discord.js';
import { chromium } from 'playwright-core';
import { startPage } from '../../sandbox/page/server.ts';
import { startWorld } from '../../sandbox/world.ts';
import { postDemo, startDemoBot } from './demo-bot.ts';

const world = await startWorld({ factor: 2 });
const page = await startPage(world, 4700);
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
});
try {
  const heard: string[] = [];
  const bot = await startDemoBot(world.discord, heard);
  const id = await postDemo(bot, world.discord);
  const channel = bot.channels.cache.get(world.discord.channels.general) as TextChannel;
  const message = await channel.messages.fetch(id);
  const thread = await message.startThread({ name: 'The panel does not answer' });
  await thread.send(`<@${world.discord.people.anna}> please look`);
  world.discord.say({
    personId: world.discord.people.ben,
    channelId: thread.id,
    content: 'I am on it, the disk of fra-1 is full.',
  });
  world.discord.say({
    personId: world.discord.people.dora,
    channelId: world.discord.channels.general,
    content: 'Is this *the* outage that **everybody** talks about? ~~no~~',
  });
  const tab = await browser.newPage({ viewport: { width: 1280, height: 860 } });
  tab.on('console', (m) => console.log('console', m.type(), m.text()));
  tab.on('pageerror', (e) => console.log('pageerror', e.message, e.stack));
  await tab.goto(page.url);
  const shot = (name: string) => tab.screenshot({ path: `/tmp/shots/${name}.png` });
  await tab.getByRole('button', { name: '# general' }).click();
  await tab.locator('img').first().waitFor();
  await shot('1-demo');
  await tab.getByRole('combobox', { name: 'Roles to call' }).click();
  await shot('2-roles');
  await tab.keyboard.press('Enter');
  await tab.keyboard.press('ArrowDown');
  await tab.keyboard.press('Enter');
  await tab.keyboard.press('Escape');
  await tab.getByTestId('thread-pill').click();
  await shot('3-thread');
  await tab.keyboard.press('Escape');
  await tab.getByRole('button', { name: 'Set up' }).click();
  await tab.getByTestId('modal').waitFor();
  await tab.getByRole('button', { name: 'Submit' }).click();
  await shot('4-modal');
  await tab.keyboard.press('Escape');
  await tab.getByTestId('composer').fill('/pause minutes:5 ');
  await shot('5-command');
  await tab.getByTestId('composer').fill('');
  await tab.locator('#messages > li').last().click({ button: 'right' });
  await shot('6-menu');
  await tab.keyboard.press('Escape');
  await tab.getByRole('button', { name: 'Never answers' }).click();
  await tab.getByText('This interaction failed').waitFor();
  await tab.setViewportSize({ width: 360, height: 740 });
  await shot('7-phone');
  await tab.getByTestId('thread-pill').click();
  await shot('8-phone-thread');
  await tab.getByTestId('thread-close').click();
  await tab.getByRole('button', { name: 'Set up' }).click();
  await tab.getByTestId('modal').waitFor();
  await shot('9-phone-modal');
  await tab.keyboard.press('Escape');
  await tab.getByTestId('tab-drawer').click();
  await tab.getByText('Heartbeat & pager').click();
  await tab.getByText('Panel & Wings').click();
  await shot('10-phone-drawer');
  console.log(heard, await tab.evaluate('document.documentElement.scrollWidth'));
  await bot.destroy();
} finally {
  await browser.close();
  await page.stop();
  await world.stop();
  process.exit(0);
}
