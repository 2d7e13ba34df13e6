import { type Browser, chromium, type Locator, type Page } from 'playwright-core';
import { type Page as SandboxPage, startPage } from '../../sandbox/page/server.ts';
import type { World } from '../../sandbox/world.ts';

const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The page of a world, opened in a browser. */
export type Opened = {
  tab: Page;
  /** What the browser complained about: errors of scripts, and what it could not load. */
  complaints: string[];
  close(): Promise<void>;
};

/** Opens the page of a world, on a free port, as wide as a desktop. */
export async function openPage(world: World, port: number): Promise<Opened> {
  const page: SandboxPage = await startPage(world, port);
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
  const browser: Browser = await chromium.launch({ executablePath, args: ARGS });
  const tab = await browser.newPage({ viewport: { width: 1280, height: 860 } });
  const complaints: string[] = [];
  tab.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  tab.on('pageerror', (error) => complaints.push(error.message));
  tab.on('response', async (response) => {
    if (response.status() < 400) return;
    complaints.push(`${response.url()} ${response.request().postData()}: ${await response.text()}`);
  });
  await tab.goto(page.url);
  return {
    tab,
    complaints,
    close: async () => {
      await browser.close();
      await page.stop();
    },
  };
}

/** Goes to an element with Tab alone. @throws Error when that does not lead there. */
export async function tabTo(tab: Page, target: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  for (let presses = 0; presses < 150; presses += 1) {
    if (await target.evaluate((node) => node === node.ownerDocument.activeElement)) return;
    await tab.keyboard.press(key);
  }
  throw new Error(`${key} does not lead to ${target}`);
}

/** How far the page could be scrolled sideways; 0 on a page that fits. */
export function overhang(tab: Page): Promise<number> {
  return tab.evaluate('document.documentElement.scrollWidth - innerWidth');
}
