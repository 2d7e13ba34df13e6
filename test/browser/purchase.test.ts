import { mkdirSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startWorld, type World } from '../../sandbox/world.ts';
import { type Opened, openPage, overhang, tabTo } from './tab.ts';

const IMAGES = new URL('../../docs/images/', import.meta.url).pathname;
const keepsScreenshots = process.env.ORDERLY_SCREENSHOTS === '1';

let world: World;
let page: Opened;
let tab: Page;

beforeAll(async () => {
  world = await startWorld({ factor: 4 });
  await world.bot.start();
  page = await openPage(world, 4300);
  tab = page.tab;
});

afterAll(async () => {
  await page?.close();
  await world?.stop();
});

it('a purchase appears as one message that changes in place until the server is ready, with its address', async () => {
  await tab.getByTestId('buy').click();
  const live = tab.locator('#messages > li').first();
  await live
    .getByText(/Provisioning|Paid/)
    .first()
    .waitFor();
  const id = await live.getAttribute('id');
  await tab.evaluate(`window.firstSeen = document.getElementById('${id}')`);
  await tab.locator(`#${id}`).getByText('Provisioned, installing').waitFor();
  await tab.locator(`#${id}`).getByText('Ready', { exact: true }).waitFor({ timeout: 20_000 });
  expect(await tab.locator(`#${id}`).innerText()).toContain('example.com:25565');
  expect(await tab.locator('#messages > li').count()).toBe(1);
  // Edited in place, on the page as in Discord: it is the very element that was there before.
  expect(await tab.evaluate(`window.firstSeen === document.getElementById('${id}')`)).toBe(true);
  await screenshot('page-ready');
});

it('by keyboard alone: a broken panel pings the on-call role, and Retry turns the same message green', async () => {
  await tabTo(tab, tab.getByTestId('server-name'));
  await tab.keyboard.type('Unlucky seven');
  await tabTo(tab, tab.getByTestId('switch-panel-down'));
  await tab.keyboard.press('Space');
  await tabTo(tab, tab.getByTestId('buy'), 'Shift+Tab');
  await tab.keyboard.press('Enter');
  const alert = tab.locator('#messages > li.pinged').filter({ hasText: 'The panel does not answer' });
  await alert.waitFor({ timeout: 30_000 });
  await tab.getByTestId('toast').first().waitFor();
  const live = tab.locator('#messages > li:not(.pinged)').filter({ hasText: 'Unlucky seven' });
  await live.getByText('Failed', { exact: true }).waitFor();
  const id = await live.getAttribute('id');
  await screenshot('page-failed');
  await tabTo(tab, alert.getByRole('button', { name: "I'm on it" }), 'Shift+Tab');
  await tab.keyboard.press('Enter');
  await alert.getByText('is on it since').waitFor();
  await screenshot('page-in-hand');
  // It heals by itself within a minute: not before somebody has pressed.
  const { promise: isPressed, resolve: letThrough } = Promise.withResolvers<void>();
  const forget = world.panel.onRequest(() => isPressed);
  await tabTo(tab, tab.getByTestId('switch-panel-down'));
  await tab.keyboard.press('Space');
  await tabTo(tab, alert.getByRole('button', { name: 'Retry' }), 'Shift+Tab');
  await tab.keyboard.press('Enter');
  letThrough();
  forget();
  await tab.locator(`#${id}`).getByText('Ready', { exact: true }).waitFor({ timeout: 30_000 });
  await tab.locator('#messages > li.pinged').filter({ hasText: 'Over:' }).waitFor();
  await screenshot('page-over');
  expect(world.panel.state.servers).toHaveLength(2);
});

it('a slash command is completed while typing and answers only the one who asked', async () => {
  await tab.getByTestId('composer').fill('/order unl');
  await tab.locator('#popup div').filter({ hasText: 'Unlucky seven' }).waitFor();
  await tab.getByTestId('composer').press('Enter');
  await tab.locator('#messages > li.mine').filter({ hasText: 'Timeline' }).waitFor({ timeout: 15_000 });
  expect(await tab.locator('#messages > li.mine').last().innerText()).toContain('Only you can see this');
});

it('a list of orders is chosen from, and an entry of a message menu works', async () => {
  await tab.getByTestId('composer').fill('/orders rec');
  await tab.locator('#popup div').filter({ hasText: 'recent' }).waitFor();
  // One takes what is proposed, the other sends.
  await tab.getByTestId('composer').press('Enter');
  await tab.locator('#popup div').filter({ hasText: 'customer:' }).waitFor();
  await tab.getByTestId('composer').press('Enter');
  const list = tab.locator('#messages > li.mine').filter({ hasText: 'Newest orders' });
  await list.getByText('Unlucky seven').first().waitFor({ timeout: 15_000 });
  const before = await tab.locator('#messages > li.mine').filter({ hasText: 'Timeline' }).count();
  await list.getByRole('combobox').click();
  await list.getByRole('option').first().click();
  const opened = tab.locator('#messages > li.mine').filter({ hasText: 'Timeline' });
  await opened.nth(before).waitFor({ timeout: 15_000 });
  const live = tab.locator('#messages > li:not(.mine)').filter({ hasText: 'Unlucky seven' }).first();
  await live.hover();
  await live.getByRole('button', { name: 'More' }).click();
  await tab.getByRole('menuitem', { name: 'Inspect order' }).click();
  await opened.nth(before + 1).waitFor({ timeout: 15_000 });
});

it('a sale that says nothing is completed in a form with menus, and turns green', async () => {
  world.stripe.faults.noMetadata = true;
  await tab.getByTestId('buy').click();
  const alert = tab.locator('#messages > li.pinged').filter({ hasText: 'nothing says what for' });
  await alert.getByRole('button', { name: 'Complete' }).waitFor({ timeout: 30_000 });
  world.stripe.faults.noMetadata = false;
  await alert.getByRole('button', { name: 'Complete' }).click();
  const modal = tab.getByTestId('modal');
  await modal.waitFor();
  expect(await modal.getByRole('textbox', { name: 'user id' }).inputValue()).toMatch(/^[0-9a-f-]{36}$/);
  for (const [menu, choice] of [
    ['Plan', 'Terraria 2 GB'],
    ['Region', 'us-east'],
    ['Term', 'yearly'],
  ] as const) {
    await tabTo(tab, modal.getByRole('combobox', { name: menu }));
    await tab.keyboard.press('Enter');
    await modal.getByRole('option', { name: choice }).first().click();
  }
  await screenshot('page-complete');
  await modal.getByRole('button', { name: 'Submit' }).click();
  await modal.waitFor({ state: 'detached' });
  const over = tab.locator('#messages > li.pinged').filter({ hasText: 'completed by Anna' });
  await over.waitFor({ timeout: 30_000 });
  const live = tab.locator('#messages > li:not(.pinged)').filter({ hasText: 'Completed by Anna' });
  await live.getByText('Ready', { exact: true }).waitFor({ timeout: 30_000 });
});

it('what a buyer typed is shown as text and does nothing', async () => {
  await tab.getByTestId('server-name').fill('<img src=x onerror=alert(1)> **big** @everyone');
  await tab.getByTestId('buy').click();
  await tab
    .locator('#messages code')
    .filter({ hasText: '<img src=x onerror=alert(1)> **big**' })
    .first()
    .waitFor();
  expect(await tab.locator('#messages img').count()).toBe(0);
});

it('somebody without the staff role is refused, and is the only one to see it', async () => {
  await tab.getByTestId('person-carl').click();
  await tab.locator('#messages > li').first().getByRole('button', { name: 'Inspect', exact: true }).click();
  await tab.locator('#messages > li.mine').filter({ hasText: 'Only @Staff may do this' }).waitFor();
  expect(await tab.getByTestId('ping-count').innerText()).toContain('0');
  await tab.getByTestId('person-ben').click();
  await tab.locator('#messages > li.mine').first().waitFor({ state: 'detached' });
  await tab.getByTestId('person-anna').click();
});

it('fits a phone', async () => {
  await tab.setViewportSize({ width: 360, height: 740 });
  expect(await overhang(tab)).toBe(0);
  await screenshot('page-phone');
  expect(page.complaints).toEqual([]);
});

async function screenshot(name: string): Promise<void> {
  if (!keepsScreenshots) return;
  mkdirSync(IMAGES, { recursive: true });
  const display = (how: string) => tab.evaluate(`document.getElementById('toasts').style.display = '${how}'`);
  // One notification is enough: it would cover what a later picture is about.
  if (name !== 'page-failed') await display('none');
  await tab.screenshot({ path: `${IMAGES}${name}.png` });
  await display('');
}
