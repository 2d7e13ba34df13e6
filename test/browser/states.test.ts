import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startWorld, type World } from '../../sandbox/world.ts';
import { alertMessage } from '../../src/bot/messages/alert-message.ts';
import { boardMessage } from '../../src/bot/messages/board-message.ts';
import type { MessageBody } from '../../src/bot/messages/parts.ts';
import { purchaseMessage } from '../../src/bot/messages/purchase-message.ts';
import { ALERTS } from '../helpers/alert-states.ts';
import { NOW } from '../helpers/purchase-rows.ts';
import { PURCHASES } from '../helpers/purchase-states.ts';
import { type Opened, openPage, overhang } from './tab.ts';

const IMAGES = new URL('../../docs/images/', import.meta.url).pathname;
const keepsScreenshots = process.env.ORDERLY_SCREENSHOTS === '1';
/** What a phone shows at once of a channel, its bars left out. */
const PHONE = { width: 360, height: 640 };
const links = { panelUrl: 'https://panel.example.com' };
const row = { id: 1, generation: 1, as_of: null };

let world: World;
let page: Opened;
let tab: Page;
let channelId: string;

beforeAll(async () => {
  // Its limits of messages are those of a fast clock.
  world = await startWorld({ factor: 60 });
  page = await openPage(world, 4340);
  tab = page.tab;
  channelId = world.discord.channels.purchases;
});

afterAll(async () => {
  await page?.close();
  await world?.stop();
});

it('a purchase in every state is read on a phone without scrolling, down or sideways', async () => {
  for (const [name, [, purchase]] of Object.entries(PURCHASES)) {
    if (!isUgly(name)) await look(`purchase ${name}`, purchaseMessage(purchase, row, links));
  }
  await keep('purchases');
}, 120_000);

it('an alert of every kind is read on a phone without scrolling', async () => {
  await open('alerts');
  const called = { pings: [{ kind: 'role' as const, id: world.discord.roles.onCall }], why: null };
  for (const [name, alert] of Object.entries(ALERTS)) {
    if (!isUgly(name)) await look(`alert ${name}`, alertMessage(alert, row, { ...links, called }));
  }
  await keep('alerts');
}, 120_000);

it('the board of a storm is read on a phone without scrolling', async () => {
  const counts = { ready: 30, installing: 5, failed: 2 };
  const board = { now: NOW, since: NOW - 90_000, over_at: null, counts, last_minute: 37, waiting: 12 };
  await look('board', boardMessage({ ...board, oldest: NOW - 21_000 }, row, links));
});

it('text that is long and nasty takes more room, and never more width', async () => {
  await open('general');
  const ugly = Object.entries(PURCHASES).filter(([name]) => isUgly(name));
  expect(ugly.length).toBeGreaterThan(1);
  for (const [, [, purchase]] of ugly) {
    await post(purchaseMessage(purchase, row, links));
    await tab.setViewportSize(PHONE);
    expect(await overhang(tab)).toBe(0);
  }
});

const isUgly = (name: string) => /nasty|long/.test(name);

async function open(name: 'alerts' | 'general'): Promise<void> {
  await tab.setViewportSize({ width: 1280, height: 860 });
  await tab.locator('#channels').getByRole('button', { name }).click();
  channelId = world.discord.channels[name];
}

/** Posts a message as the bot does, and looks at it on a desktop and on a phone. */
async function look(name: string, body: MessageBody): Promise<void> {
  const id = await post(body);
  for (const size of [{ width: 1280, height: 860 }, PHONE]) {
    await tab.setViewportSize(size);
    const shown = tab.locator(`[id$="${id}"]`);
    await shown.waitFor();
    await shown.scrollIntoViewIfNeeded();
    if (size === PHONE) {
      const { height } = (await shown.boundingBox()) ?? { height: 0 };
      expect([name, height < PHONE.height, await overhang(tab)]).toEqual([name, true, 0]);
    }
  }
}

/** All of them one under the other, as docs/states.md shows them. */
async function keep(name: string): Promise<void> {
  for (const width of keepsScreenshots ? [1280, 360] : []) {
    await tab.setViewportSize({ width, height: 14_000 });
    await tab.evaluate("document.getElementById('toasts').style.display = 'none'");
    await tab.locator('#messages').screenshot({ path: `${IMAGES}states-${name}-${width}.png` });
  }
}

async function post(body: MessageBody): Promise<string> {
  const { flags, components, allowed_mentions } = body;
  const { url, token } = world.discord;
  const answer = await fetch(`${url}/v10/channels/${channelId}/messages`, {
    method: 'POST',
    headers: { authorization: `Bot ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ flags, components: asOfNow(components), allowed_mentions }),
  });
  const made = (await answer.json()) as { id?: string; message?: string; errors?: unknown };
  if (made.id) return made.id;
  if (answer.status !== 429) throw new Error(`the message was refused: ${JSON.stringify(made)}`);
  return post(body);
}

/** The rows tell of a moment of long ago; a picture says "a minute ago". */
function asOfNow<T>(components: T): T {
  const shift = Math.floor((world.clock.now() - NOW) / 1000);
  const text = JSON.stringify(components);
  return JSON.parse(text.replaceAll(/<t:(\d+):/g, (_, at) => `<t:${Number(at) + shift}:`)) as T;
}
