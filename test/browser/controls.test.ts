import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startWorld, until, type World } from '../../sandbox/world.ts';
import { type Opened, openPage, tabTo } from './tab.ts';

let world: World;
let page: Opened;

beforeAll(async () => {
  world = await startWorld({ factor: 2 });
  await world.bot.start();
  page = await openPage(world, 4340);
  await page.tab.locator('summary').first().waitFor();
  const closed = page.tab.locator('details:not([open]) > summary');
  while ((await closed.count()) > 0) await closed.first().click();
});
afterAll(async () => {
  await page?.close();
  await world?.stop();
});

const eventually = (look: () => unknown) =>
  vi.waitFor(() => expect(look()).toBe(true), { timeout: 30_000, interval: 20 });

it.each<[part: string, name: string, isBroken: () => boolean]>([
  ['panel', 'slowMs', () => world.panel.faults.slowMs > 0],
  ['stripe', 'duplicateDeliveries', () => world.stripe.faults.duplicateDeliveries === 3],
  ['discord', 'onCallEmpty', () => world.discord.faults.onCallEmpty],
  ['database', 'readOnly', () => world.proxy.faults.readOnly],
  ['redis', 'stopped', () => !world.isRedisUp()],
  ['bot', 'halted', () => world.bot.state() === 'halted'],
])('a switch of %s breaks %s, is counted, and mends it, by keyboard', async (part, name, isBroken) => {
  const { tab } = page;
  const control = tab.getByTestId(`switch-${part}-${name}`);
  const count = tab.getByTestId(`broken-${part}`);
  await control.focus();
  await tab.keyboard.press('Space');
  await eventually(isBroken);
  await count.filter({ hasText: '1 on' }).waitFor();
  await vi.waitFor(async () => expect(await control.isEnabled()).toBe(true), { timeout: 30_000 });
  await control.focus();
  await tab.keyboard.press('Enter');
  await eventually(() => !isBroken());
  await count.filter({ hasText: 'all well' }).waitFor();
  await vi.waitFor(async () => expect(await control.isEnabled()).toBe(true), { timeout: 30_000 });
});

it('each node and the pager break in a way that is chosen, and all is mended at once', async () => {
  const { tab } = page;
  const [first, second] = world.panel.state.nodes;
  await tab.getByTestId(`switch-panel-wings-${first?.id}`).selectOption('hang');
  await tab.getByTestId(`switch-panel-wings-${second?.id}`).selectOption('502');
  await tab.getByTestId('switch-watchers-pager').selectOption('cut');
  await tab.getByTestId('switch-bot-killed').check();
  await tab.getByTestId('broken-all').filter({ hasText: '4 on' }).waitFor();
  expect(world.panel.faults.wings).toMatchObject({ [first?.id ?? 0]: 'hang', [second?.id ?? 0]: '502' });
  expect(world.receiver.faults.pager).toBe('cut');
  await tab.getByTestId('mend').click();
  await tab.getByTestId('broken-all').filter({ hasText: 'all well' }).waitFor({ timeout: 30_000 });
  expect(Object.values(world.panel.faults.wings).every((mode) => mode === 'ok')).toBe(true);
  expect(world.bot.isRunning()).toBe(true);
});

async function databaseNow(): Promise<number> {
  const [row] = await world.database<{ now: Date }[]>`select orderly_now() as now`;
  return row?.now.getTime() ?? 0;
}

it('the clock is sped up and set on, for the bot, the database and everybody else', async () => {
  const { tab } = page;
  await tabTo(tab, tab.getByTestId('speed-1'));
  await tab.keyboard.press('ArrowLeft');
  await isAt(60);
  const before = world.clock.now();
  await tab.getByTestId('skip-60').click();
  await eventually(() => world.clock.now() - before >= 3_600_000);
  await tab.getByTestId('speed-10').click();
  await isAt(10);
  expect(Math.abs((await databaseNow()) - world.clock.now())).toBeLessThan(5_000);
  await tab.getByTestId('buy').click();
  await tab.locator('#messages').getByText('Ready', { exact: true }).waitFor({ timeout: 60_000 });
  expect(page.complaints).toEqual([]);
});

it('a change from fast to slow that takes its time does not let the database go back', async () => {
  await world.changeTime({ factor: 60 });
  let before = 0;
  let changing = Promise.resolve();
  await world.database.begin(async (sql) => {
    await sql`select 1 from orderly_settings where key = 'clock' for update`;
    changing = world.changeTime({ factor: 1 });
    for (let isHeld = false; !isHeld; ) {
      const [row] = await sql<{ waiting: number }[]>`
        select count(*)::int as waiting from pg_locks where not granted`;
      isHeld = (row?.waiting ?? 0) > 0;
    }
    const [row] = await sql<{ now: Date }[]>`select orderly_now() as now`;
    before = row?.now.getTime() ?? 0;
  });
  const first = await until('the new clock', async () => {
    const [row] = await world.database<{ factor: number; now: Date }[]>`
      select (value ->> 'factor')::int as factor, orderly_now() as now
      from orderly_settings where key = 'clock'`;
    return row?.factor === 1 && row.now.getTime();
  });
  await changing;
  expect(first).toBeGreaterThanOrEqual(before);
});

/** The change is over: the page says the speed, and the bot runs. */
async function isAt(factor: number): Promise<void> {
  await eventually(() => world.factor === factor && world.bot.isRunning());
  await page.tab.locator('#time:not(.waiting)').waitFor();
}
